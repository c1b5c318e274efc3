//! Where the service account's token of another container is: only that, it is not read.

use std::path::PathBuf;

use super::Root;
use super::processes::{Process, reason};

/// Where the token is mounted.
pub(super) const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// The directory with the service account's token of a process's container, as a path that this
/// process can open. It stays good when the token rotates.
///
/// # Errors
/// Why there is none, a few words: none is mounted, or it may not be read.
pub fn service_account(machine: &Root, process: &Process) -> Result<PathBuf, String> {
    let root = process.root(machine);
    let directory = root.resolve(SERVICE_ACCOUNT).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "it has no service account mounted".to_owned(),
        _ => reason(&error),
    })?;
    match root.read(format!("{SERVICE_ACCOUNT}/token")) {
        Ok(token) if !token.bytes.is_empty() => Ok(directory),
        Ok(_) => Err("its token is empty".to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err("it has no token mounted".to_owned())
        }
        Err(error) => Err(reason(&error)),
    }
}
