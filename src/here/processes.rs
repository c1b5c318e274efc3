//! The processes that can be seen, and their containers.

use std::io;

use serde_json::Value;

use super::Root;
use super::cgroup::{self, Cgroup};
use super::mounts::{self, KubeletMounts, Mount};
use crate::downward::View;
use crate::downward::inside::{Environment, Found, Pid, fits};

/// The properties of a process that `/proc` shows to everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Process {
    /// Its id; `None` for no process.
    pub pid: Option<Pid>,
    /// The program's name.
    pub command: String,
    /// The pod and the container of its cgroup.
    pub cgroup: Cgroup,
    /// The text of its cgroup file.
    pub cgroup_text: String,
    /// Its mounts; empty if they cannot be read.
    pub mounts: Vec<Mount>,
    /// The pod and the container of its mounts.
    pub kubelet: KubeletMounts,
    /// True if it has no command line: it is one of the kernel, or has ended.
    pub is_of_kernel: bool,
}

impl Process {
    /// Reads a process; what cannot be read is empty.
    #[must_use]
    pub fn read(root: &Root, pid: Pid) -> Self {
        let at = |file: &str| format!("{}/{file}", directory(pid));
        let cgroup_text = root.text(at("cgroup")).unwrap_or_default();
        let mounts = mounts::parse(&root.text(at("mountinfo")).unwrap_or_default());
        Self {
            pid: Some(pid),
            command: root.line(at("comm")).unwrap_or_default(),
            cgroup: cgroup::parse(&cgroup_text),
            cgroup_text,
            kubelet: mounts::kubelet(&mounts),
            mounts,
            is_of_kernel: root.read(at("cmdline")).is_ok_and(|read| read.bytes.is_empty()),
        }
    }

    /// Returns the uid of its pod, by its cgroup or the kubelet's mounts.
    #[must_use]
    pub fn pod_uid(&self) -> Option<&str> {
        self.cgroup.pod_uid.as_deref().or(self.kubelet.pod_uid.as_deref())
    }

    /// True if it only holds the pod's namespaces.
    #[must_use]
    pub fn is_pause(&self) -> bool {
        self.command == "pause"
    }

    /// Returns the root of its file system, by the `/proc` of a machine.
    #[must_use]
    pub fn root(&self, machine: &Root) -> Root {
        match self.pid {
            Some(Pid::Other(pid)) => machine.of_process(pid),
            _ => machine.clone(),
        }
    }

    /// Reads its environment, which takes the right to trace the process.
    #[must_use]
    pub fn environment(&self, machine: &Root) -> Found<Environment> {
        let pid = self.pid.unwrap_or(Pid::Own);
        match machine.read(format!("{}/environ", directory(pid))) {
            Ok(read) if read.bytes.is_empty() && pid != Pid::Own => Found::Unreadable(
                "it has no environment: it is ending, or of the kernel".to_owned(),
            ),
            Ok(read) => Found::There(Environment::parse(&read.bytes)),
            Err(error) => Found::Unreadable(reason(&error)),
        }
    }
}

/// Returns the ids of the other processes, ascending.
pub(super) fn others(root: &Root) -> Vec<u32> {
    let own = root.resolve("proc/self").ok();
    let own = own.as_deref().and_then(|path| path.file_name()).map(ToOwned::to_owned);
    let names = root.list("proc").unwrap_or_default();
    let mut ids: Vec<u32> = names
        .iter()
        .filter(|name| Some(*name) != own.as_ref())
        .filter_map(|name| name.to_str()?.parse().ok())
        .collect();
    ids.sort_unstable();
    ids
}

/// Returns the name of the container whose status has this id.
pub(super) fn container_of_id(pod: &Value, id: &str) -> Option<String> {
    let lists = ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"];
    let statuses = lists.iter().filter_map(|list| pod["status"][list].as_array()).flatten();
    let mut named = statuses.filter(|status| {
        let full = status["containerID"].as_str().unwrap_or_default();
        full.split_once("://").is_some_and(|(_, of_status)| of_status == id)
    });
    Some(named.next()?["name"].as_str()?.to_owned())
}

/// Returns the container whose known variables are all in an environment; of several, the one with
/// the most of them. Returns `None` if two have as many.
pub(super) fn container_of_environment(view: &View, environment: &Environment) -> Option<String> {
    let mut best: Option<(usize, &str)> = None;
    let mut is_shared = false;
    for container in &view.containers {
        let Some(rows) = fits(container, environment) else { continue };
        match best {
            Some((most, _)) if rows < most => {}
            Some((most, _)) if rows == most => is_shared = true,
            _ => (best, is_shared) = (Some((rows, container.name.as_str())), false),
        }
    }
    let (rows, name) = best.filter(|_| !is_shared)?;
    (rows > 0).then(|| name.to_owned())
}

/// Returns why something of a process cannot be read.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "not permitted: it takes the same user, or SYS_PTRACE as of kubectl debug \
             --profile=general"
                .to_owned()
        }
        io::ErrorKind::NotFound => "the process has ended".to_owned(),
        _ => error.to_string(),
    }
}

pub(super) fn directory(pid: Pid) -> String {
    match pid {
        Pid::Own | Pid::Exec => "proc/self".to_owned(),
        Pid::Other(pid) => format!("proc/{pid}"),
    }
}
