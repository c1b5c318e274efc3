//! The file of a report: new, and readable by its owner alone.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::k8s::failure::{Failure, FailureKind};
use crate::system::private_file;

/// The most reports in a folder that have not been given another name.
const MOST: usize = 100;

/// Writes a new file, gzipped if its name ends with `.gz`. Nothing is left of one that cannot be written
/// whole.
///
/// # Errors
///
/// It exists, or cannot be written.
pub(super) fn write(file: &Path, text: &[u8]) -> io::Result<()> {
    let mut output = private_file(OpenOptions::new().write(true).create_new(true)).open(file)?;
    let is_compressed = file.extension().is_some_and(|extension| extension == "gz");
    let written = if is_compressed {
        let mut encoder = GzEncoder::new(output, Compression::default());
        encoder.write_all(text).and_then(|()| encoder.finish().map(drop))
    } else {
        output.write_all(text)
    };
    written.inspect_err(|_| _ = fs::remove_file(file))
}

/// Writes a new file into the first of these folders that can be written. Returns its path.
///
/// # Errors
///
/// None of them can be written.
pub(crate) fn write_into(folders: &[PathBuf], text: &[u8]) -> Result<PathBuf, Failure> {
    let mut reasons = Vec::new();
    for folder in folders {
        match write_named(folder, text) {
            Ok(file) => return Ok(file),
            Err(error) => reasons.push(format!("{}: {error}", folder.display())),
        }
    }
    let message = format!("the report cannot be written: {}", reasons.join("; "));
    let hint = "Start kubewalk in a folder that you may write, or set TMPDIR to one";
    Err(Failure::new(FailureKind::Input, message, hint))
}

/// Writes a file with a name that no other file of the folder has.
fn write_named(folder: &Path, text: &[u8]) -> io::Result<PathBuf> {
    for number in 1..=MOST {
        let suffix = if number == 1 { String::new() } else { format!("-{number}") };
        let file = folder.join(format!("kubewalk-report{suffix}.har.gz"));
        match write(&file, text) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            outcome => return outcome.map(|()| file),
        }
    }
    Err(io::Error::other(format!("{MOST} reports exist")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_never_replaces_another_one() {
        let folder = tempfile::tempdir().unwrap();
        let folders = [folder.path().to_owned()];
        let first = write_into(&folders, b"first").unwrap();
        let before = fs::read(&first).unwrap();
        let second = write_into(&folders, b"second").unwrap();
        assert_eq!(second.file_name().unwrap(), "kubewalk-report-2.har.gz");
        assert_eq!(fs::read(&first).unwrap(), before);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing");
        let file = write_into(&[missing.clone(), folder.path().to_owned()], b"x").unwrap();
        assert_eq!(file, folder.path().join("kubewalk-report.har.gz"));
        let failure = write_into(&[missing], b"x").unwrap_err();
        assert!(failure.message.starts_with("the report cannot be written: "), "{failure}");
        assert!(failure.hint.contains("TMPDIR"), "{failure}");
    }
}
