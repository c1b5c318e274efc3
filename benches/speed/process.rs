//! What the system tells of a process: the memory it took at most, and the time it computed.

use std::fs;
use std::time::Duration;

/// The most memory that a process had, in MiB.
pub(crate) fn peak(process: u32) -> f64 {
    status(process, "VmHWM:")
}

/// The memory that a process has, in MiB.
pub(crate) fn memory(process: u32) -> f64 {
    status(process, "VmRSS:")
}

fn status(process: u32, key: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default();
    line.split_whitespace().next().and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

/// How long all threads of a process have computed so far.
pub(crate) fn computed(process: u32) -> Duration {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let nanoseconds = tasks.map(|task| {
        let times = fs::read_to_string(task.unwrap().path().join("schedstat")).unwrap_or_default();
        times.split_whitespace().next().and_then(|time| time.parse::<u64>().ok()).unwrap_or(0)
    });
    Duration::from_nanos(nanoseconds.sum())
}
