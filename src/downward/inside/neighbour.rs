//! What was found in another container of this pod.

use super::{Environment, Found, Volume};

/// What this process finds in another container of its pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// The id of its first process.
    pub pid: u32,
    /// The name of that program.
    pub command: String,
    /// The container's name, if the kubelet's mounts have it.
    pub container: Option<String>,
    /// The environment of that process, or why it cannot be read.
    pub environment: Found<Environment>,
    /// The volumes that the kubelet keeps up to date in the container.
    pub volumes: Vec<Volume>,
}

impl Neighbour {
    /// Returns the container's name, or `process 1 (postgres)` if it is not known.
    #[must_use]
    pub fn title(&self) -> String {
        let unnamed = || format!("process {} ({})", self.pid, self.command);
        self.container.clone().unwrap_or_else(unnamed)
    }
}
