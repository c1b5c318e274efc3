//! What a field means, how objects differ, and the history of a large object.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use kubewalk::app::state::object_history::{ObjectHistory, Version};
use kubewalk::k8s::names::{Gvr, Namespace};
use kubewalk::k8s::path::ObjectPath;

use super::headless::{Run, command};
use super::report::{Samples, Target};
use super::server::Server;
use super::{Bench, floor};

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
        lines: 7,
        target: 4.0,
    };
    command(bench, &run, |server| floor::fetch(server.address, DOCUMENT, "application/json"));
}

/// Measures `kubewalk diff` of two objects of 1.5 MiB, beside the bare fetch of both.
pub(crate) fn diff(bench: &mut Bench<'_>) {
    let run = Run {
        what: "kubewalk diff, two objects of 1.5 MiB".to_owned(),
        arguments: &["diff", BIG, CHANGED],
        lines: 4,
        target: 4.0,
    };
    command(bench, &run, |server: &Server| {
        [BIG, CHANGED]
            .map(|path| floor::fetch(server.address, path, "application/json"))
            .iter()
            .sum()
    });
}

/// Measures what the event loop does with each version of the open object.
pub(crate) fn history(bench: &mut Bench<'_>) {
    let version = |number: usize| {
        let body = String::from_utf8(bench.server.cluster.big.to_vec()).unwrap();
        let body = body.replace(r#""900""#, &format!(r#""{number}""#));
        let body = body.replace("some text of key 64,", &format!("text {number} of key 64,"));
        Version::read(body.into()).unwrap()
    };
    let path = ObjectPath {
        gvr: Gvr::new("", "v1", "configmaps"),
        namespace: Some(Namespace::new("load")),
        name: "big".into(),
    };
    let now = Timestamp::UNIX_EPOCH;
    let mut history = ObjectHistory::new(path, version(0), now);
    let times = (1..=VERSIONS).map(|number| {
        let Version { document, version, .. } = version(number);
        let started = Instant::now();
        // The value of a ConfigMap is read from the document.
        let value = Arc::new(serde_json::from_slice(document.body()).unwrap());
        history.see(Version { document, value, version }, now, None);
        started.elapsed()
    });
    let times = Samples::times(times.collect::<Vec<_>>());
    bench.p99("noting a version of 1.5 MiB in the history", times, Target::AtMost(8.0));
}
