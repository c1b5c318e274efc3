//! Systems with Unix permissions.

use std::ffi::OsString;
use std::fs::{DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use rustix::fs::OFlags;

/// Returns the bytes of the name or the value of an environment variable.
pub(crate) fn bytes(text: OsString) -> Vec<u8> {
    text.into_vec()
}

/// Returns the permission bits.
pub(crate) fn mode(metadata: &Metadata) -> u32 {
    metadata.permissions().mode() & 0o7777
}

/// Opens a file for reading. A pipe does not block, and a symbolic link is not followed: the file may have
/// been replaced since it was listed.
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    let flags = (OFlags::NONBLOCK | OFlags::NOFOLLOW).bits().cast_signed();
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

/// Makes new files accessible to their owner only.
pub(crate) fn private_file(options: &mut OpenOptions) -> &mut OpenOptions {
    options.mode(0o600)
}

/// Returns a builder of folders that are accessible to their owner only.
pub(crate) fn private_folder() -> DirBuilder {
    let mut folder = DirBuilder::new();
    folder.mode(0o700);
    folder
}

/// Sets the owner's permission bits of a file, and removes all others.
pub(crate) fn set_owner_mode(file: &File, mode: u32) -> io::Result<()> {
    file.set_permissions(Permissions::from_mode(mode & 0o700))
}

/// Removes the permissions of group and others from an existing file. Pipes and terminals are left
/// alone.
pub(crate) fn keep_private(file: &File) -> io::Result<()> {
    let metadata = file.metadata()?;
    let mode = metadata.permissions().mode() & 0o777;
    if !metadata.is_file() || mode == mode & 0o700 {
        return Ok(());
    }
    set_owner_mode(file, mode)
}
