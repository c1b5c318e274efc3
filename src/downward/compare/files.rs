//! Compares the files of the volumes with their predictions.

use std::collections::BTreeMap;

use super::why;
use super::{Compared, Verdict};
use crate::downward::content::Content;
use crate::downward::inside::{ActualFile, Found};
use crate::downward::kubelet::{SEEN, SEEN_UNKNOWN};
use crate::downward::view::{FileRow, MountView, State, View, VolumeView};

pub(super) fn compare(
    view: &View,
    container: &str,
    found: &BTreeMap<String, Found<Vec<ActualFile>>>,
) -> Vec<Compared> {
    let mut rows = Vec::new();
    for volume in &view.volumes {
        for mount in volume.mounts.iter().filter(|mount| mount.container == container) {
            let nowhere = Found::default();
            let found = found.get(&mount.path).unwrap_or(&nowhere);
            Mounted { view, volume, mount, found }.add_to(&mut rows);
        }
    }
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    rows
}

struct Mounted<'a> {
    view: &'a View,
    volume: &'a VolumeView,
    mount: &'a MountView,
    found: &'a Found<Vec<ActualFile>>,
}

impl Mounted<'_> {
    fn add_to(&self, rows: &mut Vec<Compared>) {
        let files = match self.found {
            Found::There(files) => Ok(files.as_slice()),
            Found::Unreadable(reason) => Err(reason.as_str()),
        };
        let mut predicted: Vec<&str> = Vec::new();
        for row in &self.volume.files {
            if row.is_any {
                rows.push(self.any(row));
                continue;
            }
            let Some(path) = self.mount.below(&row.path) else { continue };
            predicted.push(path);
            rows.push(match files {
                Ok(files) => self.row(row, path, files.iter().find(|file| file.path == path)),
                Err(reason) => self.unreadable(row, path, reason),
            });
        }
        let others = files.unwrap_or_default().iter();
        rows.extend(
            others
                .filter(|file| !predicted.contains(&file.path.as_str()))
                .map(|file| self.unpredicted(file)),
        );
    }

    fn row(&self, row: &FileRow, path: &str, file: Option<&ActualFile>) -> Compared {
        let bytes = match file.map(|file| &file.bytes) {
            Some(Found::Unreadable(reason)) => return self.unreadable(row, path, reason),
            Some(Found::There(bytes)) => Some(bytes.as_slice()),
            None => None,
        };
        let mode = file.and_then(|file| file.mode);
        let (verdict, why) = match (&row.content, bytes) {
            (Some(predicted), Some(bytes)) if !is_same(predicted, bytes) => {
                (Verdict::Different, why::differs_in_file(row, self.mount))
            }
            (Some(_), Some(_)) if mode.is_some_and(|mode| mode != row.mode) => {
                (Verdict::Different, Some("only the permissions differ".to_owned()))
            }
            (Some(_), Some(_)) => (Verdict::Equal, None),
            (Some(_), None) if self.is_empty() => {
                (Verdict::OnlyPredicted, Some("nothing is there".to_owned()))
            }
            (None, Some(_)) if row.origin.state == State::Skipped => {
                let why = "its source does not exist, but did when the volume was set up";
                (Verdict::OnlyActual, Some(why.to_owned()))
            }
            (Some(_), None) => (Verdict::OnlyPredicted, why::differs_in_file(row, self.mount)),
            (None, None) if row.origin.state == State::Skipped => {
                (Verdict::Equal, row.origin.note.clone())
            }
            (None, Some(_)) => (Verdict::OnlyActual, row.origin.note.clone()),
            (None, None) => (Verdict::OnlyPredicted, row.origin.note.clone()),
        };
        Compared {
            name: self.mount.at(path),
            verdict,
            predicted: row.content.clone(),
            actual: bytes.map(|bytes| self.marked(&row.path, bytes, Some(row))),
            modes: (Some(row.mode), mode),
            why,
            origin: Some(row.origin.clone()),
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self.found, Found::There(files) if files.is_empty())
    }

    fn unreadable(&self, row: &FileRow, path: &str, reason: &str) -> Compared {
        Compared {
            name: self.mount.at(path),
            verdict: Verdict::Unreadable,
            predicted: row.content.clone(),
            actual: None,
            modes: (Some(row.mode), None),
            why: Some(reason.to_owned()),
            origin: Some(row.origin.clone()),
        }
    }

    /// Returns the row for files that are not known or skipped: the files that were found have rows
    /// of their own.
    fn any(&self, row: &FileRow) -> Compared {
        let verdict = match row.origin.state {
            State::Skipped => Verdict::Equal,
            _ => Verdict::OnlyPredicted,
        };
        Compared {
            name: self.mount.at(&row.path),
            verdict,
            predicted: None,
            actual: None,
            modes: (None, None),
            why: row.origin.note.clone(),
            origin: Some(row.origin.clone()),
        }
    }

    /// Returns bytes that were found, marked as secret unless it is proven that they do not come
    /// from a Secret.
    fn marked(&self, path: &str, bytes: &[u8], row: Option<&FileRow>) -> Content {
        let predicted = row.and_then(|row| row.content.as_ref());
        if let Some(predicted) = predicted.filter(|predicted| is_same(predicted, bytes)) {
            return Content { bytes: bytes.to_vec(), secret: predicted.secret.clone() };
        }
        let is_secret = row.is_some_and(|row| row.origin.secret)
            || self.volume.secret_paths.has(path)
            || self.view.secrets.are_in(bytes);
        if is_secret {
            Content::secret(bytes.to_vec())
        } else {
            Content { bytes: bytes.to_vec(), secret: Vec::new() }
        }
    }

    /// Returns the row of a file that no source of the volume predicts.
    fn unpredicted(&self, file: &ActualFile) -> Compared {
        let unknown = |row: &&FileRow| row.is_any && row.origin.state == State::Unknown;
        let unknown: Vec<&FileRow> = self.volume.files.iter().filter(unknown).collect();
        let secret = unknown.iter().find(|row| row.origin.secret);
        let source = secret.or(unknown.first());
        let (verdict, actual, why) = match &file.bytes {
            Found::There(bytes) => {
                let why = match source {
                    Some(row) => format!("perhaps of {}, which is not known", row.origin.from),
                    None => "no source of the volume has it".to_owned(),
                };
                let path = self.mount.in_volume(&file.path);
                (Verdict::OnlyActual, Some(self.marked(&path, bytes, None)), why)
            }
            Found::Unreadable(reason) => (Verdict::Unreadable, None, reason.clone()),
        };
        Compared {
            name: self.mount.at(&file.path),
            verdict,
            predicted: None,
            actual,
            modes: (None, file.mode),
            why: Some(why),
            origin: None,
        }
    }
}

/// True if the bytes are as predicted, except for the time that only the kubelet knows.
fn is_same(predicted: &Content, bytes: &[u8]) -> bool {
    if predicted.bytes == bytes {
        return true;
    }
    let unknown = format!("{SEEN}=\"{SEEN_UNKNOWN}\"");
    let start = format!("{SEEN}=\"");
    let mut lines = predicted.bytes.split(|byte| *byte == b'\n');
    let mut actual = bytes.split(|byte| *byte == b'\n');
    loop {
        match (lines.next(), actual.next()) {
            (None, None) => return true,
            (Some(line), Some(other)) if line == other => {}
            (Some(line), Some(other))
                if line == unknown.as_bytes() && other.starts_with(start.as_bytes()) => {}
            _ => return false,
        }
    }
}
