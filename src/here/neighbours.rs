//! What can be seen of the other containers of this pod without a server.

use super::Machine;
use super::processes::{self, Process};
use super::volumes;
use crate::downward::inside::{Neighbour, Pid, ThisPod};

/// Reads the other containers of the pod whose processes can be seen, by their first process.
pub(super) fn find(machine: &Machine, own: &Process, pod: &ThisPod) -> Vec<Neighbour> {
    let root = machine.root();
    let mut seen = vec![own.cgroup_text.clone()];
    let mut found = Vec::new();
    for pid in processes::others(root) {
        let process = Process::read(root, Pid::Other(pid));
        if !is_beside(own, &process) || seen.contains(&process.cgroup_text) {
            continue;
        }
        seen.push(process.cgroup_text.clone());
        let volumes = volumes::find(&process.root(root), &process.mounts);
        found.push(Neighbour {
            pid,
            environment: process.environment(root),
            volumes: volumes::recognized(volumes, pod),
            command: process.command,
            container: process.kubelet.container,
        });
    }
    found
}

/// True if a process is one of another container of our pod, and not the one that only holds the
/// pod's namespaces.
pub(super) fn is_beside(own: &Process, process: &Process) -> bool {
    let is_ours = match (own.pod_uid(), process.pod_uid()) {
        (Some(own), Some(other)) => own == other,
        // From a cgroup namespace only the container's id is visible.
        (_, None) => process.cgroup.container_id.is_some(),
        (None, Some(_)) => false,
    };
    is_ours && !process.is_pause() && !process.is_of_kernel
}
