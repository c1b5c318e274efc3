//! What the system tells of a process: the memory it took at most, and the time it computed.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
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

/// How long each thread of a process has computed so far, in nanoseconds.
pub(crate) type Computed = HashMap<PathBuf, u64>;

/// How long the threads of a process have computed so far.
pub(crate) fn computed(process: u32) -> Computed {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let of = |path: PathBuf| {
        let times = fs::read_to_string(path.join("schedstat")).unwrap_or_default();
        let time = times.split_whitespace().next().and_then(|time| time.parse().ok());
        (path, time.unwrap_or(0))
    };
    tasks.map(|task| of(task.unwrap().path())).collect()
}

/// How long the threads that there are have computed since then.
pub(crate) fn computed_since(process: u32, before: &Computed) -> Duration {
    let now = computed(process);
    let since = |(path, time): (&PathBuf, &u64)| time - before.get(path).unwrap_or(&0);
    Duration::from_nanos(now.iter().map(since).sum())
}
