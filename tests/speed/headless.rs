//! Commands without a screen, and kubectl.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::cluster::{Cluster, name};
use super::collection::count;
use super::report::{Samples, Target};
use super::server::Server;
use super::{Bench, LATE, PODS, floor, process};

/// A command to measure.
pub(crate) struct Run<'a> {
    /// The name of the row.
    pub(crate) what: String,
    /// The arguments behind the server.
    pub(crate) arguments: &'a [&'a str],
    /// How often it runs.
    pub(crate) times: usize,
    /// How many lines it prints.
    pub(crate) lines: usize,
    /// The largest multiple of the floor.
    pub(crate) target: f64,
}

/// Measures a command with and without a delay of the server, beside a floor that is measured after it.
pub(crate) fn command(bench: &mut Bench<'_>, run: &Run<'_>, floor: impl Fn(&Server) -> Duration) {
    let mut peaks = Vec::new();
    for (what, late, target) in [
        (run.what.as_str(), LATE, Target::Times(run.target)),
        ("… without a delay", Duration::ZERO, Target::None),
    ] {
        bench.server.delay(late);
        let (mut times, mut floors) = (Vec::new(), Vec::new());
        for _ in 0..run.times {
            bench.server.forget();
            let mut command = Command::new(env!("CARGO_BIN_EXE_kubewalk"));
            command.args(["-s", &bench.server.url()]).args(run.arguments);
            let (time, lines, peak) = measure(&mut command);
            assert_eq!(lines, run.lines, "{what}");
            times.push(time);
            peaks.push(peak);
            floors.push(floor(&bench.server));
        }
        bench.median(what, Samples::times(times), Some(Samples::times(floors)), target);
    }
    bench.p99("… peak memory", Samples::new("MiB", peaks), Target::AtMost(64.0));
}

/// The pages of the collection, one after the other.
fn pages(server: &Server) -> Duration {
    floor::pages(server.address, &format!("{PODS}?includeObject=None&limit=500"))
}

/// Measures `kubewalk tree` on the collection.
pub(crate) fn tree(bench: &mut Bench<'_>) {
    let run = Run {
        what: format!("kubewalk tree, {} rows", count(bench.plan.pods)),
        arguments: &["tree", PODS, "--depth", "1"],
        times: bench.plan.loads,
        lines: bench.plan.pods + 1,
        target: 0.5,
    };
    command(bench, &run, pages);
}

/// Measures `kubewalk problems` in the namespace of the collection, beside the pages of its pods.
pub(crate) fn problems(bench: &mut Bench<'_>) {
    let run = Run {
        what: format!("kubewalk problems, {} pods", count(bench.plan.pods)),
        arguments: &["problems", "-n", "load"],
        times: bench.plan.loads,
        lines: 0,
        target: 0.5,
    };
    command(bench, &run, pages);
}

/// Measures `kubewalk find` in the namespace of the collection, beside the same requests: the pages of pods
/// one after the other, and 7 others at a time.
pub(crate) fn find(bench: &mut Bench<'_>) {
    let (pods, crds) = (bench.plan.pods, bench.plan.crds);
    let cluster = Arc::new(Cluster::new(pods, crds));
    let server = std::mem::replace(&mut bench.server, Server::start(cluster));
    let last = name(pods - 1);
    let run = Run {
        what: format!("kubewalk find, {} pods and {} custom resources", count(pods), count(crds)),
        arguments: &["find", &last, "-n", "load"],
        times: bench.plan.loads,
        lines: 1,
        target: 1.2,
    };
    command(bench, &run, |server| {
        let (pages, others) =
            server.seen().into_iter().partition(|seen| seen.path.starts_with(PODS));
        floor::together(server.address, pages, others, 7)
    });
    bench.server = server;
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
    bench.median("… peak memory", Samples::new("MiB", [peak]), None, Target::None);
}

/// Returns the duration of a command, the number of lines it prints, and its peak memory in MiB.
fn measure(command: &mut Command) -> (Duration, usize, f64) {
    let started = Instant::now();
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::null()).stdin(Stdio::null()).spawn().unwrap();
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
