//! The ambassador under load, beside `kubectl proxy`.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axum::body::Bytes;

use super::report::{Samples, Target};
use super::{Bench, PODS, cluster, floor, process};

/// The number of connections. Each sends 50 requests a second.
const LANES: usize = 20;

/// The pause between the requests of a connection.
const PAUSE: Duration = Duration::from_millis(20);

/// A running proxy.
struct Proxy {
    child: Child,
    address: SocketAddr,
}

impl Proxy {
    /// Starts a proxy that prints its address. Returns `None` if its program does not exist.
    fn start(command: &mut Command) -> Option<Self> {
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().ok()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("Starting to serve on ").unwrap();
        Some(Self { address: address.parse().unwrap(), child })
    }

    /// Returns the time of every request of a load of 1,000 requests a second. Each gets this answer.
    fn load(&self, seconds: usize, path: &str, answer: &Bytes) -> Vec<Duration> {
        floor::block_on(async {
            let lane = async || {
                let mut connection = floor::Connection::open(self.address).await;
                let mut ticks = tokio::time::interval(PAUSE);
                let mut times = Vec::new();
                for _ in 0..seconds * 1000 / LANES {
                    ticks.tick().await;
                    let started = Instant::now();
                    assert_eq!(connection.get(path, "application/json").await, answer);
                    times.push(started.elapsed());
                }
                times
            };
            futures::future::join_all((0..LANES).map(|_| lane())).await.concat()
        })
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // It may have ended already.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// Measures requests for one pod. Every request must be answered.
pub(crate) fn load(bench: &mut Bench<'_>) {
    let name = cluster::name(0);
    let (path, answer) = (format!("{PODS}/{name}"), bench.server.cluster.pod(&name));
    let (url, seconds) = (bench.server.url(), bench.plan.storm);
    let mut ambassador = Command::new(env!("CARGO_BIN_EXE_kubewalk"));
    ambassador.args(["ambassador", "--listen", "127.0.0.1:0", "-s", &url]);
    let ambassador = Proxy::start(&mut ambassador).unwrap();
    let other = bench.plan.compares.then(|| {
        let mut kubectl = Command::new("kubectl");
        kubectl.env("KUBECONFIG", "/dev/null").args(["-s", &url, "proxy", "--port=0"]);
        Proxy::start(&mut kubectl)
    });
    // Its connections are open afterwards.
    ambassador.load(1, &path, &answer);
    let before = process::memory(ambassador.child.id());
    let times = ambassador.load(seconds, &path, &answer);
    let grown = (process::memory(ambassador.child.id()) - before).max(0.0);
    let floor = other.flatten().map(|proxy| {
        proxy.load(1, &path, &answer);
        Samples::times(proxy.load(seconds, &path, &answer))
    });
    let what = "ambassador, 1,000 requests a second; floor: kubectl proxy";
    bench.median(what, Samples::times(times), floor, Target::Times(1.0));
    bench.median("… memory grown", Samples::new("MiB", [grown]), None, Target::AtMost(1.0));
    let peak = process::peak(ambassador.child.id());
    bench.median("… peak memory", Samples::new("MiB", [peak]), None, Target::AtMost(64.0));
}
