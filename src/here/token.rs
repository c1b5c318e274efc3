//! Finds the service account tokens of other containers, without reading them.

use std::path::PathBuf;

use super::neighbours::is_beside;
use super::processes::{self, Process, reason};
use super::{Machine, Root};
use crate::downward::inside::{Borrowable, Pid};

/// The mount point of the service account.
pub(super) const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// Returns the service accounts of the other containers of this pod whose processes can be seen,
/// one per container.
#[must_use]
pub fn borrowable(machine: &Machine) -> Vec<Borrowable> {
    let root = machine.root();
    let own = Process::read(root, Pid::Own);
    let mut seen = vec![own.cgroup_text.clone()];
    let mut found = Vec::new();
    for pid in processes::others(root) {
        let process = Process::read(root, Pid::Other(pid));
        if !is_beside(&own, &process) || seen.contains(&process.cgroup_text) {
            continue;
        }
        seen.push(process.cgroup_text.clone());
        found.push(Borrowable {
            pid,
            directory: service_account(root, &process),
            command: process.command,
            container: process.kubelet.container,
        });
    }
    found
}

/// Returns the directory with the service account token of a process's container, as a path that
/// this process can open. It stays valid when the token rotates.
///
/// # Errors
/// Why there is none, a few words: none is mounted, or it cannot be read.
pub fn service_account(machine: &Root, process: &Process) -> Result<PathBuf, String> {
    let root = process.root(machine);
    let directory = root.resolve(SERVICE_ACCOUNT).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "it has no service account mounted".to_owned(),
        _ => reason(&error),
    })?;
    match root.size(format!("{SERVICE_ACCOUNT}/token")) {
        Ok(0) => Err("its token is empty".to_owned()),
        Ok(_) => Ok(directory),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err("it has no token mounted".to_owned())
        }
        Err(error) => Err(reason(&error)),
    }
}
