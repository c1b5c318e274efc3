//! Times from the start to the first frame and to a usable tree.

use std::sync::Arc;
use std::time::Duration;

use super::cluster::Cluster;
use super::report::{Samples, Target};
use super::server::Server;
use super::terminal::Terminal;
use super::{Bench, LATE, floor};

/// Measures the first frame, which needs no answer.
pub(crate) fn frames(bench: &mut Bench<'_>) {
    bench.server.delay(Duration::from_secs(1));
    let starts = 0..bench.plan.starts * 2;
    let times: Vec<_> = starts.map(|_| bench.start(&[]).since_start(|_| true)).collect();
    bench.median("start to first frame", Samples::times(times), None, Target::AtMost(20.0));
}

/// Measures the tree with all groups.
pub(crate) fn trees(bench: &mut Bench<'_>) {
    for (what, late, target) in [
        ("start to a usable tree", LATE, Target::Above(20.0)),
        ("… without a delay", Duration::ZERO, Target::Times(15.0)),
    ] {
        bench.server.delay(late);
        let (times, floors) = start(&bench.server, bench.plan.starts);
        bench.median(what, times, Some(floors), target);
    }
}

/// Measures the tree with custom resources.
pub(crate) fn custom_resources(bench: &mut Bench<'_>) {
    let server = Server::start(Arc::new(Cluster::new(1, bench.plan.crds)));
    let count = bench.plan.crds;
    for (what, late, target) in [
        (format!("start to a usable tree, {count} custom resources"), LATE, Target::Above(60.0)),
        ("… without a delay".to_owned(), Duration::ZERO, Target::Times(8.0)),
    ] {
        server.delay(late);
        let (times, floors) = start(&server, bench.plan.starts);
        bench.median(&what, times, Some(floors), target);
    }
}

fn start(server: &Server, count: usize) -> (Samples, Samples) {
    let (mut times, mut floors) = (Vec::new(), Vec::new());
    for _ in 0..count {
        floors.push(floor::discovery(server.address));
        let mut terminal = Terminal::start(&["-s", &server.url()]);
        times.push(terminal.since_start(shows_tree));
    }
    (Samples::times(times), Samples::times(floors))
}

/// True if both answers are shown: the core version, and the first and a later group.
pub(crate) fn shows_tree(screen: &vt100::Screen) -> bool {
    let text = screen.contents();
    text.contains("▸ v1") && text.contains("▸ apps") && text.contains("▸ batch")
}
