//! The peak memory and the computing time of a process, as reported by the system.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// Returns the peak memory of a process in MiB.
pub(crate) fn peak(process: u32) -> f64 {
    status(process, "VmHWM:")
}

/// Returns the memory of a process in MiB.
pub(crate) fn memory(process: u32) -> f64 {
    status(process, "VmRSS:")
}

fn status(process: u32, key: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default();
    line.split_whitespace().next().and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

/// The computing time of each thread of a process, in nanoseconds.
pub(crate) type Computed = HashMap<PathBuf, u64>;

/// Reads the computing times of the threads of a process.
pub(crate) fn computed(process: u32) -> Computed {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let of = |path: PathBuf| {
        let times = fs::read_to_string(path.join("schedstat")).unwrap_or_default();
        let time = times.split_whitespace().next().and_then(|time| time.parse().ok());
        (path, time.unwrap_or(0))
    };
    tasks.map(|task| of(task.unwrap().path())).collect()
}

/// Returns the computing time of all current threads since then.
pub(crate) fn computed_since(process: u32, before: &Computed) -> Duration {
    let now = computed(process);
    let since = |(path, time): (&PathBuf, &u64)| time - before.get(path).unwrap_or(&0);
    Duration::from_nanos(now.iter().map(since).sum())
}
