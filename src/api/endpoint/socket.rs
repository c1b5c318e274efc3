//! A server on a socket of this machine, as `kubectl proxy --unix-socket` listens.

use std::path::{Path, PathBuf};

use crate::k8s::failure::{Failure, FailureKind};

#[cfg(unix)]
mod unix;

#[cfg(unix)]
pub(super) use unix::client;

/// The path of an address such as `unix:///run/proxy.sock`; `None` for any other address.
pub(super) fn path(address: &str) -> Result<Option<PathBuf>, Failure> {
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

/// Where the system has no such sockets, there is no way over one.
#[cfg(not(unix))]
pub(super) fn client(_: PathBuf, _: &kube::Config) -> Result<kube::Client, kube::Error> {
    Err(kube::Error::Service("this system has no such sockets".into()))
}
