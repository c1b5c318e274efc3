//! Reads what only a process inside a pod can read: which pod it is, what its containers have, and
//! what the kernel enforces. Changes nothing.

use std::ffi::OsString;

use crate::downward::inside::{Environment, Here, Pid};
use crate::system::{bytes, root};

pub mod cgroup;
mod containers;
mod identity;
mod limits;
pub mod mounts;
mod neighbours;
mod process;
mod processes;
mod root;
mod token;
mod volumes;

pub use containers::observe;
pub use processes::Process;
pub use root::{Read, Root};
pub use token::{borrowable, service_account};

/// The machine as this process sees it, or a directory laid out like one.
#[derive(Clone, Debug)]
pub struct Machine {
    root: Root,
    /// The environment of this process, for machines without `/proc`.
    inherited: Environment,
}

impl Machine {
    /// Returns the machine that this process runs on.
    #[must_use]
    pub fn this() -> Self {
        let variable = |(name, value): (OsString, OsString)| {
            [bytes(name), b"=".to_vec(), bytes(value), b"\0".to_vec()].concat()
        };
        let inherited: Vec<u8> = std::env::vars_os().flat_map(variable).collect();
        Self { root: Root::at(root()), inherited: Environment::parse(&inherited) }
    }

    /// Returns a directory as a machine, laid out like the root of a container: `proc/self`,
    /// `sys/fs/cgroup`, and so on.
    #[must_use]
    pub fn at(root: Root) -> Self {
        Self { root, inherited: Environment::default() }
    }

    /// Returns the root of its files.
    #[must_use]
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// Finds out which pod this process is in, and what it has.
    #[must_use]
    pub fn look(&self) -> Here {
        let own = Process::read(&self.root, Pid::Own);
        let environment = match self.root.read("proc/self/environ") {
            Ok(read) => Environment::parse(&read.bytes),
            Err(_) => self.inherited.clone(),
        };
        let volumes = volumes::find(&self.root, &own.mounts);
        let pod = identity::find(&self.root, &environment, &own, &volumes);
        let volumes = if pod.is_certain { volumes::recognized(volumes, &pod) } else { Vec::new() };
        let mut here = Here { pod, environment, volumes, ..Here::default() };
        if here.is_pod() {
            here.neighbours = neighbours::find(self, &own, &here.pod);
            if service_account(&self.root, &own).is_err() {
                here.borrowable = Some(borrowable(self));
            }
        }
        here
    }
}
