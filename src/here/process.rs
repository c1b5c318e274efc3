//! Reads a process itself: its command line, its user, and the files that the kubelet writes for it.

use std::collections::BTreeMap;

use super::Root;
use super::processes::{Process, directory, reason};
use crate::downward::inside::{ActualProcess, Found, Pid, Status};

/// Why the command line of our own container is not read.
const NOT_FIRST: &str = "which process was the first of this container is not known";

/// Reads a process; for our own container its first process, because this one is not the container's.
pub(super) fn read(machine: &Root, process: &Process) -> ActualProcess {
    let first = match process.pid {
        Some(Pid::Other(pid)) => Some(Pid::Other(pid)),
        _ => first(machine, process),
    };
    let pid = first.unwrap_or(Pid::Own);
    let at = |file: &str| format!("{}/{file}", directory(pid));
    let root = process.root(machine);
    let bytes = |root: &Root, path: String| match root.read(path) {
        Ok(read) => Found::There(read.bytes),
        Err(error) => Found::Unreadable(reason(&error)),
    };
    let status = machine.text(at("status")).and_then(|text| Status::parse(&text));
    let adjustment = machine.line(at("oom_score_adj")).and_then(|line| line.parse().ok());
    let hostname = root.line("/etc/hostname");
    let mounts = process.mounts.iter().map(|mount| (mount.point.clone(), mount.read_only));
    let mounts: BTreeMap<String, bool> = mounts.collect();
    let mut actual = ActualProcess {
        command: bytes(machine, at("cmdline")).map(|bytes| ActualProcess::command_line(&bytes)),
        working_dir: match machine.target(at("cwd")) {
            Ok(path) => Found::There(path.to_string_lossy().into_owned()),
            Err(error) => Found::Unreadable(reason(&error)),
        },
        status: found(status, "its status cannot be read"),
        oom_score_adj: found(adjustment, "its adjustment cannot be read"),
        hostname: found(hostname, "/etc/hostname cannot be read"),
        hosts: bytes(&root, "/etc/hosts".to_owned()),
        resolv_conf: bytes(&root, "/etc/resolv.conf".to_owned()),
        mounts: found((!mounts.is_empty()).then_some(mounts), "its mounts cannot be read"),
    };
    if first.is_none() {
        actual.command = Found::Unreadable(NOT_FIRST.to_owned());
        actual.working_dir = Found::Unreadable(NOT_FIRST.to_owned());
    }
    actual
}

/// Returns the first process of our own container: process 1, if it is in our cgroup.
fn first(machine: &Root, own: &Process) -> Option<Pid> {
    let first = Process::read(machine, Pid::Other(1));
    let is_ours = !first.cgroup_text.is_empty() && first.cgroup_text == own.cgroup_text;
    is_ours.then_some(Pid::Other(1))
}

fn found<T>(value: Option<T>, why: &str) -> Found<T> {
    value.map_or_else(|| Found::Unreadable(why.to_owned()), Found::There)
}
