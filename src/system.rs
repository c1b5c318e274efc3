//! What systems do each in their own way: the rights on files, and the bytes of what the environment
//! holds.

use std::path::PathBuf;

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub(crate) use other::{
    bytes, keep_private, mode, of_owner, open_file, private_file, private_folder,
};
#[cfg(unix)]
pub(crate) use unix::{
    bytes, keep_private, mode, of_owner, open_file, private_file, private_folder,
};

/// Returns the directory in which the files of the machine and its pod are looked up: `/`, or the
/// directory that `KUBEWALK_ROOT` names. Tests set it so that their results do not depend on the
/// machine.
pub(crate) fn root() -> PathBuf {
    std::env::var_os("KUBEWALK_ROOT").map_or_else(|| PathBuf::from("/"), PathBuf::from)
}
