//! Init containers among merged logs, and lines that arrive late.

use serde_json::{Value, json};

use super::workload::{PODS, SIZE, followed, pod, server};
use crate::support::server::Server;
use crate::support::walker::Walker;

const POD: &str = "gateway-775545c9cc-d8hgc";

/// A server on which the Deployment has one pod, with an init container that has ended.
fn with_init() -> Server {
    let server = server();
    let running = json!({"running": {}});
    let mut pod: Value = pod(POD, 0, &running);
    pod["spec"]["initContainers"] = json!([{"name": "setup"}]);
    pod["status"]["initContainerStatuses"] = json!([{"name": "setup", "restartCount": 0,
        "containerID": "s", "state": {"terminated": {"exitCode": 0, "reason": "Completed"}}}]);
    let list = json!({"kind": "PodList", "metadata": {"resourceVersion": "5"}, "items": [pod]});
    server.answer(PODS, 200, &list.to_string());
    server.watch(&format!("{PODS}?watch=1"));
    server.watch(&format!("{PODS}/{POD}/log?follow=true"));
    server
}

/// Waits for a number of requests for logs after earlier ones, and returns their containers.
async fn containers(
    walker: &mut Walker,
    server: &Server,
    before: usize,
    count: usize,
) -> Vec<String> {
    let path = format!("{PODS}/{POD}/log");
    walker.meanwhile(server.until(before + count, |seen| seen.path == path)).await;
    let seen = server.seen();
    let queries = seen.iter().filter(|seen| seen.path == path).map(|seen| &seen.query);
    let name = |query: &String| {
        let parameter = query.split('&').find_map(|it| it.strip_prefix("container="));
        parameter.unwrap().to_owned()
    };
    let mut names: Vec<String> = queries.skip(before).map(name).collect();
    names.sort();
    names
}

#[tokio::test]
async fn i_reads_init_containers_too_and_no_longer() {
    let server = with_init();
    let mut walker = Walker::server(&server.url(), SIZE).await;
    walker.walk(":deploy/gateway space -n space payments enter").await;
    walker.press("F");
    assert_eq!(containers(&mut walker, &server, 0, 1).await, ["gateway"]);
    assert!(walker.screen().contains("following its containers"), "{}", walker.screen());
    walker.press("i");
    assert_eq!(containers(&mut walker, &server, 1, 2).await, ["gateway", "setup"]);
    assert!(walker.screen().contains("following all containers"), "{}", walker.screen());
    walker.press("i");
    assert_eq!(containers(&mut walker, &server, 3, 1).await, ["gateway"]);
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
