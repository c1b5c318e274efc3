//! Finds the volumes that the kubelet keeps up to date, by the way it writes them.

use std::{fs, io};

use super::Root;
use super::mounts::{Mount, is_of_pod_directory};
use super::processes::reason;
use crate::downward::inside::{ActualFile, Found, Guess, ThisPod, Volume};
use crate::system;

/// The link that the kubelet replaces to change all files at once (`atomic_writer.go`).
const DATA: &str = "..data";
/// The maximum number of files of a volume, and the maximum depth of its directories.
const MOST_FILES: usize = 1000;
const DEEPEST: usize = 32;

/// Finds the volumes in memory that the kubelet writes into our own root. Those of other pods,
/// which can be seen on a node, are not read.
pub(super) fn find(root: &Root, mounts: &[Mount]) -> Vec<Volume> {
    let mut found: Vec<Volume> = mounts
        .iter()
        .filter(|mount| mount.kind == "tmpfs" && !is_of_pod_directory(mount))
        .filter(|mount| root.is_dir(format!("{}/{DATA}", mount.point)))
        .map(|mount| {
            let is_account = is_service_account(&mount.point);
            let files = match files_below(root, &mount.point) {
                Found::There(files) => files,
                Found::Unreadable(_) => Vec::new(),
            };
            Volume {
                point: mount.point.clone(),
                guess: if is_account { Guess::ServiceAccount } else { Guess::Unknown },
                files,
            }
        })
        .collect();
    found.sort_by(|a, b| a.point.cmp(&b.point));
    found
}

/// True if a mount point is that of the service account; `/var/run` may be a link to `/run`.
pub(super) fn is_service_account(point: &str) -> bool {
    point.strip_prefix("/var").unwrap_or(point) == "/run/secrets/kubernetes.io/serviceaccount"
}

/// True if the files of a volume look like those of the Downward API: all have usual names or are
/// numbers, and one is a map or has a name that begins with `pod`. The files of a Secret may have
/// such names too, but hardly all of them.
pub(super) fn looks_like_downward_api(volume: &Volume) -> bool {
    let is_plain = |file: &ActualFile| {
        let name = plain_name(&file.path);
        let known = ["name", "namespace", "uid", "ip", "node", "nodename", "labels", "annotations"];
        known.contains(&name.strip_prefix("pod").unwrap_or(&name))
            || kind(&file.bytes, &[]) != Kind::Other
    };
    let is_certain = |file: &ActualFile| {
        plain_name(&file.path).starts_with("pod") || kind(&file.bytes, &[]) == Kind::Ours
    };
    volume.guess == Guess::Unknown
        && volume.files.iter().all(is_plain)
        && volume.files.iter().any(is_certain)
}

/// Returns the name of a file in lower case, without separators.
pub(super) fn plain_name(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    plain.to_ascii_lowercase()
}

/// Recognizes the volumes of the Downward API among those that may be Secrets.
pub(super) fn recognized(mut volumes: Vec<Volume>, pod: &ThisPod) -> Vec<Volume> {
    let clues = pod.names.iter().chain(&pod.namespace).chain(&pod.uid);
    let identity: Vec<&[u8]> = clues.map(|clue| clue.value.as_bytes()).collect();
    for volume in volumes.iter_mut().filter(|volume| volume.guess == Guess::Unknown) {
        let kinds: Vec<Kind> =
            volume.files.iter().map(|file| kind(&file.bytes, &identity)).collect();
        if kinds.contains(&Kind::Ours) && !kinds.contains(&Kind::Other) {
            volume.guess = Guess::DownwardApi;
        }
    }
    volumes
}

/// Reads the files below a mount; none if it does not exist.
pub(super) fn files_below(root: &Root, point: &str) -> Found<Vec<ActualFile>> {
    let data = format!("{point}/{DATA}");
    let base = if root.is_dir(&data) { data.as_str() } else { point };
    let mut files = Vec::new();
    match add(root, base, "", &mut files) {
        Ok(()) => {
            files.sort_by(|a, b| a.path.cmp(&b.path));
            Found::There(files)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Found::There(Vec::new()),
        Err(error) => Found::Unreadable(reason(&error)),
    }
}

fn add(root: &Root, base: &str, below: &str, files: &mut Vec<ActualFile>) -> io::Result<()> {
    let path = if below.is_empty() { base.to_owned() } else { format!("{base}/{below}") };
    let metadata = fs::symlink_metadata(root.resolve(&path)?)?;
    if !metadata.is_dir() {
        let (bytes, mode) = match root.read(&path) {
            Ok(read) => (Found::There(read.bytes), read.mode),
            Err(error) => {
                let mode = system::mode(&metadata);
                let why = match error.kind() {
                    io::ErrorKind::PermissionDenied => {
                        format!("its permissions {mode:04o} do not let this user read it")
                    }
                    _ => reason(&error),
                };
                (Found::Unreadable(why), mode)
            }
        };
        files.push(ActualFile { path: below.to_owned(), mode: Some(mode), bytes });
        return Ok(());
    }
    if below.split('/').count() > DEEPEST {
        return Ok(());
    }
    for name in root.list(&path)? {
        let Some(name) = name.to_str() else { continue };
        if below.is_empty() && name.starts_with("..") {
            continue;
        }
        if files.len() == MOST_FILES {
            return Err(io::Error::other("it has more than 1000 files"));
        }
        let below = if below.is_empty() { name.to_owned() } else { format!("{below}/{name}") };
        match add(root, base, &below, files) {
            // Skip a dangling link.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            outcome => outcome?,
        }
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The pod's own name, namespace or uid, or its labels or annotations.
    Ours,
    /// Empty, or a number.
    Any,
    Other,
}

fn kind(bytes: &Found<Vec<u8>>, identity: &[&[u8]]) -> Kind {
    let Found::There(bytes) = bytes else { return Kind::Other };
    if identity.contains(&bytes.as_slice()) || is_map(bytes) {
        Kind::Ours
    } else if bytes.len() <= 20 && bytes.iter().all(u8::is_ascii_digit) {
        Kind::Any
    } else {
        Kind::Other
    }
}

/// True if each line is `key="value"`, as in a file of all labels or all annotations.
fn is_map(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let is_key = |key: &str| {
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./".contains(&b);
        !key.is_empty() && key.bytes().all(is_plain)
    };
    let is_entry = |line: &str| {
        line.split_once('=').is_some_and(|(key, value)| {
            is_key(key) && value.len() > 1 && value.starts_with('"') && value.ends_with('"')
        })
    };
    !text.is_empty() && text.split('\n').all(is_entry)
}
