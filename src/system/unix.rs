//! Systems with owners, groups and others.

use std::ffi::OsString;
use std::fs::{DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use rustix::fs::OFlags;

/// The bytes of a name or a value of the environment.
pub(crate) fn bytes(text: OsString) -> Vec<u8> {
    text.into_vec()
}

/// The permission bits.
pub(crate) fn mode(metadata: &Metadata) -> u32 {
    metadata.permissions().mode() & 0o7777
}

/// Opens a file to read it. Neither a pipe put in its place may hold us up, nor a new link lead
/// elsewhere.
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    let flags = (OFlags::NONBLOCK | OFlags::NOFOLLOW).bits().cast_signed();
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

/// A file that is made is for its owner alone.
pub(crate) fn private_file(options: &mut OpenOptions) -> &mut OpenOptions {
    options.mode(0o600)
}

/// A folder that is made is for its owner alone.
pub(crate) fn private_folder() -> DirBuilder {
    let mut folder = DirBuilder::new();
    folder.mode(0o700);
    folder
}

/// Gives a file those of the permission bits that are its owner's.
pub(crate) fn of_owner(file: &File, mode: u32) -> io::Result<()> {
    file.set_permissions(Permissions::from_mode(mode & 0o700))
}

/// Takes the rights of others from a file that was there before. A pipe or a terminal is left as it
/// is.
pub(crate) fn keep_private(file: &File) -> io::Result<()> {
    let metadata = file.metadata()?;
    let mode = metadata.permissions().mode() & 0o777;
    if !metadata.is_file() || mode == mode & 0o700 {
        return Ok(());
    }
    of_owner(file, mode)
}
