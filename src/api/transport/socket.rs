//! A server on a Unix socket of this machine, as `kubectl proxy --unix-socket` listens.

use std::path::{Path, PathBuf};

use crate::k8s::failure::{Failure, FailureKind};

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub(super) use other::SocketConnector;
#[cfg(unix)]
pub(super) use unix::SocketConnector;

/// Returns the path of an address such as `unix:///run/proxy.sock`; `None` for any other address.
///
/// # Errors
///
/// The path is relative.
pub(in crate::api) fn path(address: &str) -> Result<Option<PathBuf>, Failure> {
    let Some(path) = address.strip_prefix("unix://") else { return Ok(None) };
    if Path::new(path).is_absolute() {
        return Ok(Some(path.into()));
    }
    Err(Failure::new(
        FailureKind::Input,
        format!("{address} is not the address of a socket"),
        "Give its whole path, such as unix:///run/proxy.sock",
    ))
}
