//! The logs of all containers of an object on the screen, merged.

use kubewalk::theme::Role;
use serde_json::{Value, json};

use crate::support::server::Server;
use crate::support::walker::Walker;
use crate::support::watch::Script;
use crate::support::{golden, recordings};

pub(super) const PODS: &str = "/api/v1/namespaces/payments/pods";
pub(super) const SIZE: (u16, u16) = (150, 30);
const RUNNING: [&str; 3] =
    ["gateway-775545c9cc-d8hgc", "gateway-775545c9cc-flzgz", "gateway-775545c9cc-hwjbh"];

pub(super) fn server() -> Server {
    Server::over(recordings::named("trouble"))
}

/// Lets a test write the followed logs of the Deployment's pods.
fn scripts(server: &Server) -> [Script; 3] {
    RUNNING.map(|pod| server.watch(&format!("{PODS}/{pod}/log?follow=true")))
}

/// Follows the logs of the Deployment, each of which has a line.
pub(super) async fn followed(server: &Server) -> (Walker, [Script; 3]) {
    let logs = scripts(server);
    let mut walker = Walker::server(&server.url(), SIZE).await;
    walker.walk(":deploy/gateway space -n space payments enter").await;
    walker.press("F");
    for (log, at) in logs.iter().zip([3, 1, 2]) {
        walker.meanwhile(log.until_open(1)).await;
        log.line(&format!("2026-11-23T06:00:0{at}Z line {at}"));
    }
    walker.wait_for("line 3").await;
    (walker, logs)
}

/// Returns a pod of the Deployment in a state.
pub(super) fn pod(name: &str, restarts: u32, state: &Value) -> Value {
    json!({"metadata": {"name": name, "namespace": "payments", "uid": name, "resourceVersion": "9",
            "labels": {"app": "gateway", "pod-template-hash": "775545c9cc"},
            "creationTimestamp": "2026-11-23T06:00:00Z", "ownerReferences": [{
                "kind": "ReplicaSet", "name": "gateway-775545c9cc", "controller": true}]},
        "spec": {"containers": [{"name": "gateway"}]},
        "status": {"phase": "Running", "containerStatuses": [{"name": "gateway",
            "restartCount": restarts, "containerID": format!("c{restarts}"), "state": state}]}})
}

fn change(script: &Script, kind: &str, pod: &Value) {
    script.line(&json!({"type": kind, "object": pod}).to_string());
}

/// Returns the lines of the log on the screen.
fn lines(walker: &Walker) -> Vec<String> {
    let shown = walker.screen();
    let texts = shown.lines().filter_map(|line| line.split('│').rfind(|part| !part.is_empty()));
    texts.map(|text| text.trim().to_owned()).filter(|text| text.contains("line ")).collect()
}

#[tokio::test]
async fn the_logs_of_a_deployment_are_merged_behind_the_names_of_its_pods() {
    let server = server();
    let (walker, logs) = followed(&server).await;
    assert_eq!(lines(&walker), ["flzgz line 1", "hwjbh line 2", "d8hgc line 3"]);
    assert!(walker.screen().contains("Logs deployments/gateway"), "{}", walker.screen());
    let query = logs[0].queries()[0].clone();
    assert!(query.contains("tailLines=125") && query.contains("timestamps=true"), "{query}");
}

#[tokio::test]
async fn a_container_that_cannot_start_is_a_line_of_its_own() {
    let server = server();
    let (mut walker, _logs) = followed(&server).await;
    walker.wait_for("pdvs4 = gateway: waiting: ").await;
}

#[tokio::test]
async fn a_new_pod_and_a_restart_join_and_a_deleted_pod_is_said() {
    let server = server();
    let watch = server.watch(&format!("{PODS}?watch=1"));
    let new = server.watch(&format!("{PODS}/gateway-775545c9cc-bbbbb/log?follow=true"));
    let (mut walker, _logs) = followed(&server).await;
    walker.meanwhile(watch.until_open(1)).await;
    let running = json!({"running": {}});
    change(&watch, "ADDED", &pod("gateway-775545c9cc-bbbbb", 0, &running));
    walker.meanwhile(new.until_open(1)).await;
    new.line("2026-11-23T06:00:04Z line 4");
    walker.wait_for("bbbbb line 4").await;
    assert!(walker.screen().contains("bbbbb + gateway"), "{}", walker.screen());

    let ended = json!({"terminated": {"exitCode": 137, "reason": "OOMKilled"}});
    change(&watch, "MODIFIED", &pod("gateway-775545c9cc-bbbbb", 0, &ended));
    new.end();
    walker.meanwhile(new.until_open(0)).await;
    walker.wait_for("bbbbb = gateway: terminated: OOMKilled").await;
    change(&watch, "MODIFIED", &pod("gateway-775545c9cc-bbbbb", 1, &running));
    walker.meanwhile(new.until_open(1)).await;
    new.line("2026-11-23T06:00:05Z line 5");
    walker.wait_for("bbbbb line 5").await;

    // The stream may end before the deletion is known.
    new.refuse(404, &json!({"kind": "Status", "code": 404, "message": "gone"}).to_string());
    change(&watch, "DELETED", &pod("gateway-775545c9cc-bbbbb", 1, &running));
    new.end();
    walker.wait_for("bbbbb - gateway: deleted").await;
}

#[tokio::test]
async fn times_search_and_pause_work_as_for_one_container() {
    let server = server();
    let (mut walker, logs) = followed(&server).await;
    walker.press("t");
    walker.wait_for("2026-11-23T06:00:03Z d8hgc line 3").await;
    walker.press("t tab / line space 2 enter");
    walker.wait_for("1 match for \"line 2\"").await;
    assert!(walker.is_styled("line 2", Role::Match), "{}", walker.screen());
    walker.press("P");
    logs[0].line("2026-11-23T06:00:06Z line 6");
    walker.wait_for("paused, 1 change").await;
    assert!(!walker.screen().contains("line 6"), "{}", walker.screen());
    walker.press("P");
    walker.wait_for("d8hgc line 6").await;
    assert_eq!(logs[0].queries().len(), 1, "nothing is requested again");
}

#[tokio::test]
async fn leaving_the_row_closes_all_streams() {
    let server = server();
    let (mut walker, logs) = followed(&server).await;
    walker.press("k");
    for log in &logs {
        walker.meanwhile(log.until_open(0)).await;
    }
}

#[tokio::test]
async fn of_more_than_32_containers_the_others_are_read_by_a_key() {
    let server = server();
    let names: Vec<String> = (10..50).map(|n| format!("gateway-775545c9cc-{n}")).collect();
    let pods: Vec<Value> = names.iter().map(|name| pod(name, 0, &json!({"running": {}}))).collect();
    let list = json!({"kind": "PodList", "metadata": {"resourceVersion": "5"}, "items": pods});
    server.answer(PODS, 200, &list.to_string());
    let logs: Vec<Script> =
        names.iter().map(|name| server.watch(&format!("{PODS}/{name}/log?follow=true"))).collect();
    let mut walker = Walker::server(&server.url(), SIZE).await;
    walker.walk(":deploy/gateway space -n space payments enter").await;
    walker.press("F");
    walker.wait_for("◉").await;
    walker.meanwhile(logs[0].until_open(1)).await;
    logs[0].line("2026-11-23T06:00:01Z line 1");
    for log in &logs[..32] {
        walker.meanwhile(log.until_open(1)).await;
    }
    walker.wait_for("32 of 40 containers, L for more").await;
    assert!(logs[32..].iter().all(|log| log.queries().is_empty()));
    walker.press("L");
    walker.meanwhile(logs[39].until_open(1)).await;
    walker.wait_for(" 40 containers").await;
}

#[tokio::test]
async fn the_keys_on_a_pod_with_several_containers_read_all_of_them() {
    let mut walker = Walker::recording("trouble", SIZE).await;
    walker.walk(":po/frontend-78979fc966-2btxp space -n space shop enter F").await;
    walker.wait_for("Logs pods/frontend-78979fc966-2btxp").await;
    walker.wait_for("2 containers").await;
    walker.press("i");
    walker.wait_for("3 containers").await;
    walker.wait_for("migrate ").await;
}

#[tokio::test]
async fn the_previous_instances_of_a_workload_are_read_together() {
    let mut walker = Walker::recording("trouble", SIZE).await;
    walker.walk(":deploy/ledger space -n space payments enter p").await;
    walker.wait_for("logs of its previous containers").await;
    walker.wait_for("Logs deployments/ledger").await;
}

#[tokio::test]
async fn a_recorded_log_is_read_to_its_end() {
    for (width, height) in [(80, 24), (120, 40)] {
        let mut walker = Walker::recording("trouble", (width, height)).await;
        walker.walk(":deploy/gateway space -n space payments enter F").await;
        walker.wait_unwatched("served").await;
        let text = format!("{}\n", walker.screen());
        golden::is_current(&format!("tests/fixtures/screens/logs/gateway-{width}.txt"), &text);
    }
}

#[tokio::test]
async fn a_service_whose_selector_matches_nothing_says_so() {
    let mut walker = Walker::recording("trouble", SIZE).await;
    walker.walk(":svc/ledger space -n space payments enter F").await;
    walker.wait_for("no pod has the labels app=ledgr").await;
}

#[tokio::test]
async fn the_command_for_the_same_logs_can_be_copied() {
    let mut walker = Walker::recording("trouble", SIZE).await;
    walker.walk(":deploy/gateway space -n space payments enter F").await;
    walker.wait_for("ended").await;
    walker.press("c k");
    let command = "kubectl logs deployments.apps/gateway -n payments --all-pods --all-containers \
                   --prefix --follow";
    assert_eq!(walker.copied.as_deref(), Some(command));
}
