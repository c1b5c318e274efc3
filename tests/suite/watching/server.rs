//! Watches and slow or failing answers over a real socket.

use std::time::Duration;

use kubewalk::api::endpoint::Options;
use serde_json::{Value, json};

use crate::support::recordings;
use crate::support::server::Server;
use crate::support::walker::Walker;

const PODS: &str = "/api/v1/namespaces/shop/pods";
const SIZE: (u16, u16) = (160, 36);

/// Returns a watch event with a table.
fn delta(kind: &str, name: &str, status: &str, version: &str) -> String {
    let cells = json!([name, "1/1", status, "0", "5s", "10.0.0.9", "node1", "<none>", "<none>"]);
    let table = json!({
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {"resourceVersion": version},
        "rows": [{"cells": cells, "object": null}],
    });
    json!({"type": kind, "object": table}).to_string()
}

/// Returns the recorded pod with another label.
fn pod(label: &str, version: &str) -> Value {
    json!({
        "kind": "Pod",
        "apiVersion": "v1",
        "metadata": {"name": "db-0", "namespace": "shop", "uid": "u", "resourceVersion": version,
            "labels": {"colour": label}},
        "spec": {"containers": [{"name": "postgres", "image": "postgres"}]},
    })
}

async fn shop(server: &Server) -> Walker {
    let mut walker = Walker::server(&server.url(), SIZE).await;
    walker.walk(":po space -n space shop enter").await;
    walker
}

#[tokio::test]
async fn marks_of_rows_disappear_and_deleted_rows_with_them() {
    let server = Server::over(recordings::cluster());
    let watch = server.watch(PODS);
    let mut walker = shop(&server).await;
    walker.meanwhile(watch.until_open(1)).await;
    watch.line(&delta("ADDED", "aaa", "Pending", "2000"));
    watch.line(&delta("MODIFIED", "db-1", "Terminating", "2001"));
    watch.line(&delta("DELETED", "db-0", "Running", "2002"));
    // The longest name is `frontend-78979fc966-fpzhk`.
    let row = |name: &str, level: char, sign: char| format!(" {name:<25}{sign}{level} ");
    walker.wait_for(&row("db-0", '!', '-')).await;
    for marked in [row("aaa", '◌', '+'), row("db-1", '◌', '~')] {
        assert!(walker.screen().contains(&marked), "{}", walker.screen());
    }
    walker.wait_for_no(&row("db-0", '!', '-')).await;
    for unmarked in [row("aaa", '◌', ' '), row("db-1", '◌', ' '), "shop 6".to_owned()] {
        walker.wait_for(&unmarked).await;
    }
}

#[tokio::test]
async fn events_update_rows_and_keep_the_cursor() {
    let server = Server::over(recordings::cluster());
    let watch = server.watch(PODS);
    let mut walker = shop(&server).await;
    walker.meanwhile(watch.until_open(1)).await;
    assert!(watch.queries()[0].contains("resourceVersion=1084"), "{:?}", watch.queries());
    walker.wait_for("1 watch").await;
    walker.walk("j j").await;
    let is_there = |walker: &Walker| walker.selected().starts_with("▸ db-1 ");
    assert!(is_there(&walker), "{}", walker.selected());

    // Lines may arrive in parts, and several at once.
    let line = delta("ADDED", "aaa", "Pending", "2000");
    let (first, rest) = line.split_at(line.len() / 2);
    watch.bytes(first);
    watch.bytes(&format!("{rest}\n{}\n", delta("MODIFIED", "db-0", "Terminating", "2001")));
    walker.wait_for("aaa").await;
    walker.wait_for("Terminat").await;
    assert!(is_there(&walker), "{}", walker.selected());

    watch.line(&delta("DELETED", "db-0", "Terminating", "2002"));
    walker.wait_for_no("db-0").await;
    assert!(is_there(&walker), "{}", walker.selected());
    walker.wait_for("shop 6").await;
}

#[tokio::test]
async fn a_watch_that_ends_or_breaks_continues_from_its_last_version() {
    let server = Server::over(recordings::cluster());
    let watch = server.watch(PODS);
    let mut walker = shop(&server).await;
    walker.meanwhile(watch.until_open(1)).await;
    watch.line(&delta("ADDED", "aaa", "Pending", "2000"));
    walker.wait_for("aaa").await;
    watch.end();
    walker.wait_for_no("1 watch").await;
    walker.wait_for("1 watch").await;
    walker.meanwhile(watch.until_open(1)).await;
    assert!(watch.queries()[1].contains("resourceVersion=2000"), "{:?}", watch.queries());
    watch.line(&delta("ADDED", "aab", "Pending", "2001"));
    walker.wait_for("aab").await;
    watch.cut();
    walker.wait_for("reconnecting").await;
    walker.wait_for("1 watch").await;
    walker.meanwhile(watch.until_open(1)).await;
    watch.line(&delta("ADDED", "aac", "Pending", "2002"));
    walker.wait_for("aac").await;
    assert_eq!(server.count(PODS) - watch.queries().len(), 1, "only the first list");
}

#[tokio::test]
async fn an_expired_version_lists_again() {
    let server = Server::over(recordings::cluster());
    let watch = server.watch(PODS);
    let _object = server.watch(&format!("{PODS}?fieldSelector=metadata.name=db-1"));
    let mut walker = shop(&server).await;
    walker.walk("j j enter").await;
    assert!(walker.selected().contains("db-1"), "{}", walker.selected());
    walker.meanwhile(watch.until_open(1)).await;
    watch.line(&delta("ADDED", "aaa", "Pending", "2000"));
    walker.wait_for("aaa").await;
    let gone = json!({"kind": "Status", "status": "Failure", "message": "too old resource version",
        "reason": "Expired", "code": 410});
    watch.line(&json!({"type": "ERROR", "object": gone}).to_string());
    // The new list does not have the pod.
    walker.wait_for_no("aaa").await;
    assert!(walker.selected().contains("db-1"), "{}", walker.selected());
    assert!(walker.screen().contains("▸ log"), "what was open is open");
    walker.meanwhile(watch.until_open(1)).await;
    assert!(watch.queries().last().unwrap().contains("resourceVersion=1084"));
}

#[tokio::test]
async fn a_forbidden_watch_is_shown_at_its_row_and_not_retried() {
    let server = Server::over(recordings::cluster());
    let watch = server.watch(PODS);
    let forbidden = json!({"kind": "Status", "status": "Failure", "message": "pods is forbidden",
        "reason": "Forbidden", "code": 403});
    watch.refuse(403, &forbidden.to_string());
    let mut walker = shop(&server).await;
    walker.wait_for("shop 6 not live").await;
    assert_eq!(watch.queries().len(), 1);
}

#[tokio::test]
async fn the_open_object_is_updated() {
    let server = Server::over(recordings::cluster());
    let _collection = server.watch(PODS);
    let watch = server.watch(&format!("{PODS}?fieldSelector=metadata.name=db-0"));
    let mut walker = shop(&server).await;
    walker.walk("j enter tab").await;
    walker.meanwhile(watch.until_open(1)).await;
    let query = watch.queries()[0].clone();
    // Not from the object's own version, which is 983.
    assert!(query.contains("resourceVersion=1084"), "{query}");
    walker.wait_for("◉ live").await;
    walker.press("j j j");
    let line = walker.selected();
    assert_eq!(line, "name: db-0");
    watch.line(&json!({"type": "MODIFIED", "object": pod("red", "3000")}).to_string());
    walker.wait_for("colour: red").await;
    assert_eq!(walker.selected(), line, "the cursor stays on its line");
    let bookmark =
        json!({"kind": "Pod", "apiVersion": "v1", "metadata": {"resourceVersion": "3500"}});
    watch.line(&json!({"type": "BOOKMARK", "object": bookmark}).to_string());
    watch.end();
    walker.wait_for("◉ live").await;
    walker.wait_for_no("2 watches").await;
    walker.wait_for("2 watches").await;
    walker.meanwhile(watch.until_open(1)).await;
    assert!(watch.queries()[1].contains("resourceVersion=3500"), "{:?}", watch.queries());
    watch.line(&json!({"type": "DELETED", "object": pod("red", "3600")}).to_string());
    walker.wait_for(" gone ").await;
    assert!(walker.screen().contains("colour: red"), "the last version stays");
}

#[tokio::test]
async fn leaving_closes_both_watches_at_the_server() {
    let server = Server::over(recordings::cluster());
    let collection = server.watch(PODS);
    let object = server.watch(&format!("{PODS}?fieldSelector=metadata.name=db-0"));
    let mut walker = shop(&server).await;
    walker.walk("j enter").await;
    walker.meanwhile(collection.until_open(1)).await;
    walker.meanwhile(object.until_open(1)).await;
    walker.walk(":/version enter").await;
    walker.meanwhile(object.until_open(0)).await;
    walker.meanwhile(collection.until_open(0)).await;
    walker.wait_for("no watches").await;
}

#[tokio::test]
async fn keys_work_while_an_answer_is_slow() {
    let server = Server::over(recordings::cluster());
    let gate = server.hold(PODS);
    let mut walker = Walker::server(&server.url(), SIZE).await;
    walker.press(":po space -n space shop enter");
    walker.meanwhile(server.until_requested(PODS)).await;
    walker.press("j j");
    let while_waiting = walker.selected();
    assert!(while_waiting.starts_with("▸ podtemplates"), "{while_waiting}");
    walker.press("?");
    assert!(walker.screen().contains("Keys"));
    walker.press("esc");
    gate.open();
    walker.wait_for("db-0").await;
}

#[tokio::test]
async fn a_silent_server_is_reported_and_r_retries() {
    let server = Server::over(recordings::cluster());
    let gate = server.hold("/apis");
    let options = Options {
        server: Some(server.url()),
        request_timeout: Some(Duration::from_millis(300)),
        ..Options::default()
    };
    let mut walker = Walker::start(options, SIZE);
    walker.wait_for("apis ✗ timed out").await;
    // The other nodes are shown regardless.
    walker.wait_for("▾ api").await;
    walker.walk(":/api/v1 enter").await;
    walker.wait_for("configmaps").await;
    gate.open();
    walker.walk("g r").await;
    walker.wait_for("▸ batch").await;
    walker.wait_for("configmaps").await;
}

#[tokio::test]
async fn a_cut_answer_is_a_failure() {
    let server = Server::over(recordings::cluster());
    server.cut(PODS, "{\"kind\":\"Table\",\"rows\":[");
    let mut walker = Walker::server(&server.url(), SIZE).await;
    walker.walk(":po space -n space shop enter").await;
    walker.wait_for("shop ✗ cut off").await;
}

#[tokio::test]
async fn control_characters_of_the_server_are_not_sent_to_the_terminal() {
    let server = Server::over(recordings::cluster());
    let watch = server.watch(PODS);
    let mut walker = shop(&server).await;
    walker.meanwhile(watch.until_open(1)).await;
    watch.line(&delta("ADDED", "a\u{1b}[31m\u{202e}b", "Pen\u{7}ding", "2000"));
    walker.wait_for("shop 7").await;
    walker.walk("j").await;
    let screen = walker.screen();
    let bad = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
    assert!(!screen.contains(bad), "{screen:?}");
    assert!(screen.contains("[31m"), "{screen}");
}

#[tokio::test]
async fn refused_credentials_are_shown_in_the_header_and_at_the_node() {
    let server = Server::over(recordings::cluster());
    let refusal = json!({"kind": "Status", "status": "Failure", "message": "Unauthorized",
        "reason": "Unauthorized", "code": 401});
    for path in
        ["/", "/api", "/apis", "/version", "/apis/authentication.k8s.io/v1/selfsubjectreviews"]
    {
        server.answer(path, 401, &refusal.to_string());
    }
    let mut walker = Walker::server(&server.url(), SIZE).await;
    walker.wait_for("apis ✗ 401").await;
    assert!(walker.line(" kubewalk ").contains("as unknown"), "{}", walker.screen());
}

#[tokio::test]
async fn a_deleted_object_stays_open_until_the_cursor_moves() {
    let server = Server::over(recordings::cluster());
    let rows = server.watch(PODS);
    let object = server.watch(&format!("{PODS}?fieldSelector=metadata.name=db-0"));
    let mut walker = shop(&server).await;
    walker.walk(":po/db-0 space -n space shop enter").await;
    walker.meanwhile(rows.until_open(1)).await;
    walker.meanwhile(object.until_open(1)).await;

    object.line(&json!({"type": "DELETED", "object": pod("red", "3000")}).to_string());
    walker.wait_for("gone").await;
    rows.line(&delta("DELETED", "db-0", "Terminating", "3000"));
    walker.wait_for("shop 5").await;
    walker.settle().await;
    let title = walker.line("GET ");
    assert!(title.contains("db-0") && title.contains("gone"), "{title}");

    // A new object of the same name is watched.
    object.line(&json!({"type": "ADDED", "object": pod("blue", "3001")}).to_string());
    walker.wait_for("colour: blue").await;
    assert!(!walker.line("GET ").contains("gone"), "{}", walker.screen());
}
