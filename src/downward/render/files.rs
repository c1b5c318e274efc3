//! Writes the files of a view's volumes.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use super::{Display, Shown, word};
use crate::downward::view::View;
use crate::system::{private_file, private_folder, set_owner_mode};
use crate::text::visible;

/// One file to write below the chosen directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileToWrite {
    /// The volume's name and the file's path in it.
    pub path: PathBuf,
    /// Its permission bits in the container; only those of the owner are set.
    pub mode: u32,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Its path leads out of the directory.
    #[error("{0} would leave the directory: not written")]
    Outside(String),
    /// A link or another file is in the way.
    #[error("{0} is in the way and no directory: choose an empty directory")]
    InTheWay(String),
    /// The file exists already.
    #[error("{0} is there already, and nothing was written: --force replaces what is there")]
    Exists(String),
    /// The system refused.
    #[error("{path} cannot be written: {error}")]
    System {
        /// The file.
        path: String,
        /// The reason.
        error: io::Error,
    },
}

pub(super) fn of(view: &View, display: &Display) -> (Vec<FileToWrite>, Vec<String>) {
    let (mut files, mut skipped) = (Vec::new(), Vec::new());
    for volume in &view.volumes {
        if let Some(error) = &volume.error {
            skipped.push(format!("{}: refused by the kubelet: {error}", volume.name));
        }
        for row in &volume.files {
            let path = Path::new(&volume.name).join(&row.path);
            let why = match display.shown(row.content.as_ref(), row.origin.state, row.origin.secret)
            {
                Shown::Value(content) => {
                    let bytes = content.bytes.clone();
                    files.push(FileToWrite { path, mode: row.mode, bytes });
                    continue;
                }
                Shown::Masked(_) => "masked".to_owned(),
                Shown::Nothing(state) => {
                    let note = row.origin.note.as_deref().unwrap_or_default();
                    format!("{}: {note}", word(state))
                }
            };
            skipped.push(format!("{}: {why}", path.display()));
        }
    }
    (files, skipped.iter().map(|line| visible(line).into_owned()).collect())
}

/// Writes files below a directory, which is created if it does not exist. Existing files are
/// replaced only if `replaces` is true; links are never followed. Only the owner may read the
/// files, whatever their modes in the container are.
///
/// # Errors
/// A path leads out of the directory, a file exists, or the system refuses. Nothing is written if a
/// path is not valid or a file exists.
pub fn write_files(
    directory: &Path,
    files: &[FileToWrite],
    replaces: bool,
) -> Result<(), WriteError> {
    for file in files {
        let is_inside = file.path.components().all(|part| matches!(part, Component::Normal(_)));
        if !is_inside || file.path.as_os_str().is_empty() {
            return Err(WriteError::Outside(shown(&file.path)));
        }
        let path = directory.join(&file.path);
        if !replaces && fs::symlink_metadata(&path).is_ok() {
            return Err(WriteError::Exists(shown(&path)));
        }
    }
    let made = private_folder().recursive(true).create(directory);
    made.map_err(|error| system(directory, error))?;
    for file in files {
        let mut above = directory.to_owned();
        for part in file.path.parent().into_iter().flat_map(Path::components) {
            above.push(part);
            make_directory(&above)?;
        }
        let path = directory.join(&file.path);
        write(&path, file).map_err(|error| system(&path, error))?;
    }
    Ok(())
}

fn make_directory(path: &Path) -> Result<(), WriteError> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => Err(WriteError::InTheWay(shown(path))),
        Err(_) => private_folder().create(path).map_err(|error| system(path, error)),
    }
}

fn write(path: &Path, file: &FileToWrite) -> io::Result<()> {
    // Remove a link, or a file whose mode does not allow writing, instead of opening it.
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut open = private_file(OpenOptions::new().write(true).create_new(true)).open(path)?;
    open.write_all(&file.bytes)?;
    set_owner_mode(&open, file.mode)
}

fn system(path: &Path, error: io::Error) -> WriteError {
    WriteError::System { path: shown(path), error }
}

fn shown(path: &Path) -> String {
    visible(&path.display().to_string()).into_owned()
}
