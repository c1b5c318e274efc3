//! Systems where a file has the rights of the folder that it is in.

use std::ffi::OsString;
use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

/// The bytes of a name or a value of the environment.
pub(crate) fn bytes(text: OsString) -> Vec<u8> {
    text.to_string_lossy().into_owned().into_bytes()
}

/// The permission bits that come nearest.
pub(crate) fn mode(metadata: &Metadata) -> u32 {
    if metadata.permissions().readonly() { 0o444 } else { 0o644 }
}

/// Opens a file to read it.
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// A file that is made.
pub(crate) fn private_file(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// A folder that is made.
pub(crate) fn private_folder() -> DirBuilder {
    DirBuilder::new()
}

/// The rights are those of the folder.
pub(crate) fn of_owner(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}

/// The rights are those of the folder.
pub(crate) fn keep_private(_: &File) -> io::Result<()> {
    Ok(())
}
