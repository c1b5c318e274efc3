//! Functions that differ between operating systems: file permissions, and the bytes of environment
//! variables.

use std::path::PathBuf;

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub(crate) use other::{
    bytes, keep_private, mode, open_file, private_file, private_folder, set_owner_mode,
};
#[cfg(unix)]
pub(crate) use unix::{
    bytes, keep_private, mode, open_file, private_file, private_folder, set_owner_mode,
};

/// Returns the directory in which the files of the machine and its pod are looked up: `/`, or the
/// directory that `KUBEWALK_ROOT` names. Tests set it so that their results do not depend on the
/// machine.
pub(crate) fn root() -> PathBuf {
    std::env::var_os("KUBEWALK_ROOT").map_or_else(|| PathBuf::from("/"), PathBuf::from)
}
