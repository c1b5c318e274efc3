//! The collection printed by `kubewalk tree` and by kubectl.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::collection::count;
use super::report::{Samples, Target};
use super::{Bench, LATE, PODS, floor, process};

/// Measures `kubewalk tree` on the collection.
pub(crate) fn tree(bench: &mut Bench<'_>) {
    let path = format!("{PODS}?includeObject=None&limit=500");
    let mut peaks = Vec::new();
    for (what, late, target) in [
        (format!("kubewalk tree, {} rows", count(bench.plan.pods)), LATE, Target::Times(0.5)),
        ("  without a delay".to_owned(), Duration::ZERO, Target::None),
    ] {
        bench.server.delay(late);
        let (mut times, mut floors) = (Vec::new(), Vec::new());
        for _ in 0..bench.plan.loads {
            floors.push(floor::pages(bench.server.address, &path));
            let mut command = Command::new(env!("CARGO_BIN_EXE_kubewalk"));
            command.args(["-s", &bench.server.url(), "tree", PODS, "--depth", "1"]);
            let (time, lines, peak) = measure(&mut command);
            assert_eq!(lines, bench.plan.pods + 1, "one line for each object");
            times.push(time);
            peaks.push(peak);
        }
        bench.median(&what, Samples::times(times), Some(Samples::times(floors)), target);
    }
    bench.p99("  peak memory", Samples::new("MiB", peaks), Target::AtMost(64.0));
}

/// Measures `kubectl get` if it is installed.
pub(crate) fn kubectl(bench: &mut Bench<'_>) {
    if !bench.plan.compares {
        return;
    }
    let mut command = Command::new("kubectl");
    command.env("KUBECONFIG", "/dev/null");
    command.args(["-s", &bench.server.url(), "-n", "load", "get", "pods", "--no-headers"]);
    if Command::new("kubectl").arg("version").arg("--client").output().is_err() {
        return;
    }
    bench.server.delay(LATE);
    // A failure of kubectl does not fail the bench.
    let (time, lines, peak) = measure(&mut command);
    if lines != bench.plan.pods {
        return;
    }
    let what = format!("kubectl get, {} rows", count(bench.plan.pods));
    bench.median(&what, Samples::times([time]), None, Target::None);
    bench.median("  peak memory", Samples::new("MiB", [peak]), None, Target::None);
}

/// Returns the duration of a command, the number of lines it prints, and its peak memory in MiB.
pub(crate) fn measure(command: &mut Command) -> (Duration, usize, f64) {
    let started = Instant::now();
    let mut child = command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn().unwrap();
    let process = child.id();
    let watched = std::thread::spawn(move || {
        let mut peak = 0.0_f64;
        loop {
            // An ended process reports no memory.
            let now = process::peak(process);
            if now == 0.0 {
                return peak;
            }
            peak = peak.max(now);
            std::thread::sleep(Duration::from_millis(10));
        }
    });
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().count();
    let time = started.elapsed();
    child.wait().unwrap();
    (time, lines, watched.join().unwrap())
}
