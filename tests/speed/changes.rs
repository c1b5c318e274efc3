//! What a field means, how objects differ, and the history of a large object.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use jiff::Timestamp;
use kubewalk::app::state::object_history::{ObjectHistory, Version};
use kubewalk::k8s::names::{Gvr, Namespace};
use kubewalk::k8s::path::ObjectPath;
use kubewalk::k8s::request::Ticket;
use serde_json::{Value, json};

use super::collection::press_until;
use super::headless::{Run, command};
use super::report::{Samples, Target};
use super::server::Server;
use super::{Bench, floor, process};

const BIG: &str = "/api/v1/namespaces/load/configmaps/big";
const CHANGED: &str = "/api/v1/namespaces/load/configmaps/big-changed";
const DOCUMENT: &str = "/openapi/v3/api/v1";

/// How many versions of the large object are noted.
const VERSIONS: usize = 20;

/// Measures `K` with a loaded document, and a line further while the explanation is open.
pub(crate) fn explain(bench: &mut Bench<'_>) {
    let mut terminal = bench.start(&["/api/v1/namespaces/shop/pods/db-0"]);
    terminal.until(|screen| screen.contents().contains("kind: Pod"));
    terminal.rest(Duration::from_millis(500));
    terminal.send("\t");
    terminal.until_selected("kind: Pod");
    terminal.key("K", |screen| screen.contents().contains("· Pod v1"));
    terminal.key("K", |screen| !screen.contents().contains("· Pod v1"));
    let (mut opened, mut moved) = (Vec::new(), Vec::new());
    for _ in 0..bench.plan.keys.min(50) {
        opened.push(terminal.key("K", |screen| screen.contents().contains(".kind · string")));
        moved.push(terminal.key("j", |screen| screen.contents().contains(".apiVersion · string")));
        terminal.key("k", |screen| screen.contents().contains(".kind · string"));
        terminal.key("K", |screen| !screen.contents().contains("· Pod v1"));
    }
    bench.p99(
        "K with a loaded document: key to frame",
        Samples::times(opened),
        Target::AtMost(16.0),
    );
    bench.p99("… the next line while it is open", Samples::times(moved), Target::AtMost(16.0));
}

/// Measures `kubewalk explain` of a field of a pod, beside the bare fetch of the document of `api/v1`.
pub(crate) fn explain_command(bench: &mut Bench<'_>) {
    let run = Run {
        what: "kubewalk explain, a document of 1.5 MiB".to_owned(),
        arguments: &["explain", "/api/v1/pods.spec.nodeName"],
        times: bench.plan.starts,
        lines: 7,
        target: 4.0,
    };
    command(bench, &run, |server| floor::fetch(server.address, DOCUMENT, "application/json"));
}

/// Measures `kubewalk diff` of two objects of 1.5 MiB, beside the bare fetch of both and of the document that
/// describes them.
pub(crate) fn diff(bench: &mut Bench<'_>) {
    let run = Run {
        what: "kubewalk diff, two objects of 1.5 MiB".to_owned(),
        arguments: &["diff", BIG, CHANGED],
        times: bench.plan.starts,
        lines: 4,
        target: 4.0,
    };
    command(bench, &run, |server: &Server| {
        [BIG, CHANGED, DOCUMENT]
            .map(|path| floor::fetch(server.address, path, "application/json"))
            .iter()
            .sum()
    });
}

/// Measures what the event loop does with each version of the open object, and what is done beside it.
pub(crate) fn history(bench: &mut Bench<'_>) {
    let version = |number: usize| {
        let body = String::from_utf8(bench.server.cluster.big.to_vec()).unwrap();
        let body = body.replace(r#""900""#, &format!(r#""{number}""#));
        let body = body.replace("some text of key 64,", &format!("text {number} of key 64,"));
        let Version { document, version, .. } = Version::read(body.into()).unwrap();
        // The value of a ConfigMap is read from the document when it is compared.
        Version::new(document, version, None)
    };
    let path = ObjectPath {
        gvr: Gvr::new("", "v1", "configmaps"),
        namespace: Some(Namespace::new("load")),
        name: "big".into(),
    };
    let now = Timestamp::UNIX_EPOCH;
    let mut history = ObjectHistory::new(path, version(0), now);
    let (mut on_the_loop, mut beside) = (Vec::new(), Vec::new());
    for number in 1..=VERSIONS {
        let version = version(number);
        let started = Instant::now();
        history.see(version, now, None);
        let noting = history.next(Ticket(0)).unwrap();
        let taken = started.elapsed();
        let started = Instant::now();
        let noted = noting.run();
        beside.push(started.elapsed());
        let started = Instant::now();
        history.noted(noted);
        on_the_loop.push(taken + started.elapsed());
    }
    let what = "noting a version of 1.5 MiB in the history";
    bench.p99(what, Samples::times(beside), Target::AtMost(30.0));
    let what = "… of it on the event loop";
    bench.p99(what, Samples::times(on_the_loop), Target::AtMost(8.0));
}

/// Measures keys in a large object: who set its lines, and what its fields mean with a loaded document.
pub(crate) fn large(bench: &mut Bench<'_>) {
    let mut terminal = bench.start(&[BIG]);
    terminal.until(|screen| screen.contents().contains("key-00000: some text"));
    terminal.rest(Duration::from_millis(500));
    terminal.send("\t");
    terminal.until_selected("kind: ConfigMap");
    terminal.key("K", |screen| screen.contents().contains("· ConfigMap v1"));
    terminal.key("K", |screen| !screen.contents().contains("· ConfigMap v1"));
    let (mut managers, mut explained) = (Vec::new(), Vec::new());
    let shows_managers = |screen: &vt100::Screen| screen.contents().contains("writer");
    for _ in 0..bench.plan.keys.min(50) {
        managers.push(terminal.key("b", shows_managers));
        terminal.key("b", |screen| !shows_managers(screen));
        explained.push(terminal.key("K", |screen| screen.contents().contains(".kind · string")));
        terminal.key("K", |screen| !screen.contents().contains("· ConfigMap v1"));
    }
    let what = "b in an object of 1.5 MiB: key to frame";
    bench.p99(what, Samples::times(managers), Target::AtMost(16.0));
    let what = "… K with a loaded document";
    bench.p99(what, Samples::times(explained), Target::AtMost(16.0));
}

/// The pause between two changes of an object that changes 100 times a second.
const PAUSE: Duration = Duration::from_millis(10);
/// An object that changes.
const CHANGING: &str = "/api/v1/namespaces/few/pods/db-000001";

/// Measures keys and memory while the open object changes 100 times a second.
pub(crate) fn changing(bench: &mut Bench<'_>) {
    let mut terminal = bench.start(&[CHANGING]);
    terminal.until(|screen| screen.contents().contains("kind: Pod"));
    terminal.send("\t");
    terminal.until_selected("kind: Pod");
    bench.until_watched(&mut terminal, &[CHANGING]);
    let lines: Vec<Bytes> = (1..=bench.plan.changes).map(|at| change(bench, at)).collect();
    // What is allocated once is no growth.
    bench.server.tell(CHANGING, &change(bench, 0));
    terminal.rest(Duration::from_millis(300));
    let process = terminal.process();
    let before = process::memory(process);
    let started = Instant::now();
    let is_over = AtomicBool::new(false);
    let keys = std::thread::scope(|scope| {
        let (server, over, lines) = (&bench.server, &is_over, &lines);
        scope.spawn(move || {
            for (number, line) in (0..).zip(lines) {
                let due = started + PAUSE * number;
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
                server.tell(CHANGING, line);
            }
            over.store(true, Ordering::SeqCst);
        });
        press_until(&mut terminal, |_| is_over.load(Ordering::SeqCst))
    });
    let last = format!("step-{}-", lines.len());
    terminal.until(|screen| screen.contents().contains(&last));
    let grown = process::memory(process) - before;
    let what = "an object that changes 100 times a second: key to frame";
    bench.p99(what, keys, Target::AtMost(16.0));
    bench.median("… memory grown", Samples::new("MiB", [grown]), None, Target::AtMost(4.0));
}

/// Returns the change of the object to a version by its number.
fn change(bench: &Bench<'_>, number: usize) -> Bytes {
    let mut pod: Value = serde_json::from_slice(&bench.server.cluster.pod("db-000001")).unwrap();
    pod["metadata"]["resourceVersion"] = (2000 + number).to_string().into();
    pod["apiVersion"] = "v1".into();
    pod["metadata"]["annotations"]["a"] = format!("step-{number}-").into();
    format!("{}\n", json!({"type": "MODIFIED", "object": pod})).into()
}
