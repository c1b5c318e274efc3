//! Systems without Unix permissions, where a file has the permissions of its folder.

use std::ffi::OsString;
use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

/// Returns the bytes of the name or the value of an environment variable.
pub(crate) fn bytes(text: OsString) -> Vec<u8> {
    text.to_string_lossy().into_owned().into_bytes()
}

/// Returns the closest Unix permission bits.
pub(crate) fn mode(metadata: &Metadata) -> u32 {
    if metadata.permissions().readonly() { 0o444 } else { 0o644 }
}

/// Opens a file for reading.
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Returns the options unchanged.
pub(crate) fn private_file(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Returns a builder of folders.
pub(crate) fn private_folder() -> DirBuilder {
    DirBuilder::new()
}

/// Does nothing.
pub(crate) fn set_owner_mode(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}

/// Does nothing.
pub(crate) fn keep_private(_: &File) -> io::Result<()> {
    Ok(())
}
