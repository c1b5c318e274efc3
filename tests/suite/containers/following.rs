//! The container view follows the objects that it depends on while it is open.

use super::*;
use crate::support::watch::Script;

const MAPS: &str = "/api/v1/namespaces/shop/configmaps";

/// A pod whose container has a key of a `ConfigMap`.
fn spec() -> Value {
    json!({"containers": [{"name": "main", "env": [{"name": "LEVEL", "valueFrom":
        {"configMapKeyRef": {"name": "settings", "key": "level"}}}]}]})
}

/// Sets what the server has in the `ConfigMap` from now on.
fn set(server: &Server, version: &str, level: &str) {
    let map = json!({"kind": "ConfigMap", "metadata": {"name": "settings", "namespace": "shop",
        "resourceVersion": version}, "data": {"level": level}});
    server.answer(&format!("{MAPS}/settings"), 200, &map.to_string());
}

fn list(version: &str) -> String {
    json!({"kind": "ConfigMapList", "metadata": {"resourceVersion": "100"},
        "items": [{"metadata": {"name": "settings", "resourceVersion": version}}]})
    .to_string()
}

/// A server with that pod, and the watch of its `ConfigMap`.
fn server() -> (Server, Script) {
    let server = Server::over(recordings::cluster());
    add_pod(&server, &spec());
    set(&server, "10", "info");
    server.answer(MAPS, 200, &list("10"));
    let watch = server.watch(&format!("{MAPS}?fieldSelector=metadata.name=settings"));
    (server, watch)
}

fn change(kind: &str, version: &str) -> String {
    let metadata = json!({"name": "settings", "namespace": "shop", "resourceVersion": version});
    json!({"type": kind, "object": {"kind": "PartialObjectMetadata", "metadata": metadata}})
        .to_string()
}

#[tokio::test]
async fn a_changed_config_map_changes_the_view() {
    let (server, watch) = server();
    let mut walker = open_pod(&server).await;
    walker.wait_for("info").await;
    walker.meanwhile(watch.until_open(1)).await;
    set(&server, "101", "trace");
    watch.line(&change("MODIFIED", "101"));
    walker.wait_for("trace").await;
}

#[tokio::test]
async fn a_deleted_config_map_is_missing_in_the_view() {
    let (server, watch) = server();
    let mut walker = open_pod(&server).await;
    walker.meanwhile(watch.until_open(1)).await;
    let status = json!({"kind": "Status", "reason": "NotFound", "code": 404}).to_string();
    server.answer(&format!("{MAPS}/settings"), 404, &status);
    watch.line(&change("DELETED", "101"));
    walker.wait_for("\"settings\" not found").await;
}

#[tokio::test]
async fn a_config_map_that_changed_before_its_watch_opened_is_loaded_again() {
    let (server, _watch) = server();
    let gate = server.hold(MAPS);
    let mut walker = open_pod(&server).await;
    walker.wait_for("info").await;
    set(&server, "11", "trace");
    server.answer(MAPS, 200, &list("11"));
    gate.open();
    walker.wait_for("trace").await;
}

#[tokio::test]
async fn only_the_metadata_of_a_source_is_watched() {
    let (server, watch) = server();
    let mut walker = open_pod(&server).await;
    walker.meanwhile(watch.until_open(1)).await;
    let seen = server.seen();
    let watches: Vec<_> = seen.iter().filter(|it| it.path == MAPS).collect();
    assert!(watches.len() == 2, "{watches:?}");
    for seen in watches {
        assert!(seen.accept.contains("PartialObjectMetadata"), "{seen:?}");
        assert!(seen.query.contains("metadata.name%3Dsettings"), "{seen:?}");
    }
}

#[tokio::test]
async fn a_source_that_cannot_be_watched_may_be_out_of_date() {
    let (server, _watch) = server();
    let status = json!({"kind": "Status", "message": "configmaps is forbidden",
        "reason": "Forbidden", "code": 403});
    server.answer(MAPS, 403, &status.to_string());
    let mut walker = open_pod(&server).await;
    walker.wait_for("configmaps settings may be out of date").await;
    assert!(walker.screen().contains("info"), "{}", walker.screen());
}

#[tokio::test]
async fn a_running_container_keeps_the_value_that_its_source_no_longer_has() {
    let (server, watch) = server();
    let mut started = spec();
    started["status"] = json!({"containerStatuses": [{"name": "main",
        "state": {"running": {"startedAt": "2026-11-23T06:00:00Z"}}}]});
    add_pod(&server, &started);
    let mut walker = open_pod(&server).await;
    walker.wait_for("info").await;
    walker.meanwhile(watch.until_open(1)).await;
    set(&server, "101", "trace");
    watch.line(&change("MODIFIED", "101"));
    walker.wait_for("source changed").await;
    select(&mut walker, "LEVEL").await;
    let screen = walker.screen();
    assert!(walker.line("LEVEL").contains("info"), "{screen}");
    assert!(screen.contains("\"trace\""), "{screen}");
}

#[tokio::test]
async fn one_label_is_frozen_in_the_environment_and_follows_the_pod_in_a_file() {
    let server = Server::over(recordings::cluster());
    let label = json!({"fieldPath": "metadata.labels['tier']", "apiVersion": "v1"});
    let spec = json!({"labels": {"tier": "old"}, "containers": [{"name": "main",
        "env": [{"name": "TIER", "valueFrom": {"fieldRef": label}}],
        "volumeMounts": [{"name": "info", "mountPath": "/info"}]}],
        "volumes": [{"name": "info", "downwardAPI": {"defaultMode": 420,
            "items": [{"path": "tier", "fieldRef": label}]}}],
        "status": {"containerStatuses": [{"name": "main",
            "state": {"running": {"startedAt": "2026-11-23T06:00:00Z"}}}]}});
    let mut pod = add_pod(&server, &spec);
    let watch = server.watch(&format!("{PODS}?fieldSelector=metadata.name=odd"));
    let mut walker = open_pod(&server).await;
    walker.meanwhile(watch.until_open(1)).await;
    pod["metadata"]["labels"]["tier"] = json!("new");
    pod["metadata"]["resourceVersion"] = json!("80");
    pod["metadata"]["managedFields"] = json!([{"manager": "kubectl-label", "operation": "Update",
        "apiVersion": "v1", "time": "2026-11-23T07:00:00Z", "fieldsType": "FieldsV1",
        "fieldsV1": {"f:metadata": {"f:labels": {"f:tier": {}}}}}]);
    watch.line(&json!({"type": "MODIFIED", "object": pod}).to_string());
    walker.wait_for("source changed").await;
    assert!(walker.line("TIER ").contains("old"), "{}", walker.screen());
    assert!(walker.line(" tier ").contains("new"), "{}", walker.screen());
    assert!(walker.line("environment ").contains("frozen since 2026-11-23T06:00:00Z"));
    assert!(walker.line("/info ").contains("follows changes"), "{}", walker.screen());
    select(&mut walker, "TIER").await;
    let screen = walker.screen();
    assert!(screen.contains("\"new\""), "{screen}");
    assert!(screen.contains("2026-11-23T07:00:00Z"), "{screen}");
    select(&mut walker, "tier").await;
    assert!(walker.screen().contains("kubectl-label"), "{}", walker.screen());
}
