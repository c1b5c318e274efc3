//! Init containers among merged logs, and lines that arrive late.

use serde_json::{Value, json};

use super::workload::{PODS, SIZE, followed, pod, server};
use crate::support::server::Server;
use crate::support::walker::Walker;
use crate::support::watch::Script;

const POD: &str = "gateway-775545c9cc-d8hgc";

/// A server on which the Deployment has one pod, with an init container that has ended.
fn with_init() -> (Server, Script) {
    let server = server();
    let running = json!({"running": {}});
    let mut pod: Value = pod(POD, 0, &running);
    pod["spec"]["initContainers"] = json!([{"name": "setup"}]);
    pod["status"]["initContainerStatuses"] = json!([{"name": "setup", "restartCount": 0,
        "containerID": "s", "state": {"terminated": {"exitCode": 0, "reason": "Completed"}}}]);
    let list = json!({"kind": "PodList", "metadata": {"resourceVersion": "5"}, "items": [pod]});
    server.answer(PODS, 200, &list.to_string());
    server.watch(&format!("{PODS}?watch=1"));
    let log = server.watch(&format!("{PODS}/{POD}/log?follow=true"));
    (server, log)
}

/// The containers whose logs were requested since a number of requests.
fn containers(log: &Script, since: usize) -> Vec<String> {
    let queries = log.queries().split_off(since);
    let name = |query: &String| {
        let parameter = query.split('&').find_map(|it| it.strip_prefix("container="));
        parameter.unwrap().to_owned()
    };
    let mut names: Vec<String> = queries.iter().map(name).collect();
    names.sort();
    names
}

#[tokio::test]
async fn i_reads_init_containers_too_and_no_longer() {
    let (server, log) = with_init();
    let mut walker = Walker::server(&server.url(), SIZE).await;
    walker.walk(":deploy/gateway space -n space payments enter").await;
    walker.press("F");
    walker.meanwhile(log.until_open(1)).await;
    assert_eq!(containers(&log, 0), ["gateway"]);
    assert!(walker.screen().contains("of its containers"), "{}", walker.screen());
    walker.press("i");
    walker.meanwhile(log.until_open(2)).await;
    assert_eq!(containers(&log, 1), ["gateway", "setup"]);
    assert!(walker.screen().contains("of all containers"), "{}", walker.screen());
    walker.press("i");
    walker.meanwhile(log.until_open(1)).await;
    assert_eq!(containers(&log, 3), ["gateway"]);
}

#[tokio::test]
async fn a_line_that_arrives_after_later_ones_has_a_mark() {
    let server = server();
    let (mut walker, logs) = followed(&server).await;
    logs[1].line("2026-11-23T06:00:02Z an older line");
    logs[2].line("2026-11-23T06:00:09Z a newer line");
    walker.wait_for("flzgz ⟲ an older line").await;
    walker.wait_for("hwjbh a newer line").await;
}
