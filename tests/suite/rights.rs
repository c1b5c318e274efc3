//! Users with few rights: forbidden resources are marked, and allowed ones are easy to reach.

mod journeys;

use kubewalk::theme::Role;
use serde_json::json;

use crate::support::app::App;
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::walker::{Walker, screen};

const RULES: &str = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
const SIZE: (u16, u16) = (120, 36);

/// Starts as a user who may only view the namespace `team-a`.
async fn viewer() -> Walker {
    Walker::recording("restricted-viewer", SIZE).await
}

/// Starts a server with these rules in every namespace.
fn server_with_rules(rules: &serde_json::Value) -> Server {
    let server = Server::over(recordings::named("restricted-viewer"));
    server.answer(RULES, 201, &json!({ "status": rules }).to_string());
    server
}

/// Returns the line of the tree that begins with a label.
fn row(walker: &Walker, label: &str) -> String {
    let screen = walker.screen();
    let mut rows = screen.lines().map(|line| line.split("││").next().unwrap());
    let row = rows.find(|row| row.contains(&format!(" {label} ")));
    row.unwrap_or_else(|| panic!("no {label} on\n{screen}")).trim_matches(['│', ' ']).to_owned()
}

#[tokio::test]
async fn forbidden_resources_are_marked_before_they_are_opened() {
    let mut walker = viewer().await;
    walker.walk(":v1 enter").await;
    for (label, mark) in [
        ("nodes", "▸ nodes forbidden"),
        ("secrets", "▸ secrets forbidden"),
        ("componentstatuses", "▸ componentstatuses forbidden"),
        ("pods", "▸ pods only in team-a"),
        ("configmaps", "▸ configmaps only in team-a"),
        ("namespaces", "▸ namespaces only team-a"),
        // Nobody may list bindings.
        ("bindings", "bindings"),
    ] {
        assert!(row(&walker, label).starts_with(mark), "{}", row(&walker, label));
    }
    assert!(walker.is_styled("nodes forbidden", Role::Dim));
    assert!(walker.is_styled("pods only", Role::Text));
    walker.walk("G").await;
    assert!(row(&walker, "metrics").ends_with("forbidden"), "{}", walker.screen());
    assert!(!row(&walker, "livez").contains("forbidden"));
}

#[tokio::test]
async fn the_rules_of_the_chosen_namespace_apply() {
    let mut walker = viewer().await;
    walker.walk(":ns space team-a enter :v1 enter").await;
    assert!(!row(&walker, "pods").contains("only in"), "{}", walker.screen());
    assert!(row(&walker, "secrets").starts_with("▸ secrets forbidden"));
    walker.walk(":ns space default enter :v1 enter").await;
    assert!(row(&walker, "pods").starts_with("▸ pods forbidden"), "{}", walker.screen());
}

#[tokio::test]
async fn allowed_objects_are_two_keys_away() {
    let mut walker = viewer().await;
    walker.walk(":po enter").await;
    assert!(walker.screen().contains("You may list it in team-a"), "{}", walker.screen());
    assert!(row(&walker, "all namespaces").ends_with("✗ 403"), "{}", walker.screen());
    walker.walk("j j enter").await;
    assert!(walker.screen().contains("nolimits"), "{}", walker.screen());
    // Namespaces cannot be listed; the readable one is shown.
    walker.walk(":namespaces enter").await;
    assert!(walker.screen().contains("Ask for the right to list this, or open team-a"));
    walker.walk("j enter").await;
    assert!(walker.line("GET ").contains("/api/v1/namespaces/team-a  200"), "{}", walker.screen());
}

#[tokio::test]
async fn a_marked_row_can_be_opened_and_the_server_decides() {
    let server = Server::over(recordings::named("restricted-viewer"));
    let mut walker = Walker::server(&server.url(), SIZE).await;
    walker.walk(":v1 enter / nodes enter j").await;
    assert!(walker.selected().contains("nodes forbidden"), "{}", walker.selected());
    // It is not requested automatically; the pane shows the reason.
    assert_eq!(server.count("/api/v1/nodes"), 0);
    assert!(walker.screen().contains("the rules do not let you read"), "{}", walker.screen());
    walker.walk("enter").await;
    assert!(walker.selected().contains("nodes ✗ 403"), "{}", walker.selected());
    let nodes = json!({"kind": "NodeList", "apiVersion": "v1", "metadata": {},
        "items": [{"metadata": {"name": "node1", "uid": "u"}}]});
    server.answer("/api/v1/nodes", 200, &nodes.to_string());
    walker.walk("r").await;
    walker.wait_for("node1").await;
    assert!(!walker.selected().contains("forbidden"), "{}", walker.selected());
}

#[tokio::test]
async fn subresources_and_objects_are_marked() {
    let server = server_with_rules(&json!({"resourceRules": [
        {"verbs": ["list"], "apiGroups": [""], "resources": ["pods"]},
        {"verbs": ["get"], "apiGroups": [""], "resources": ["pods"], "resourceNames": ["crashy"]},
        {"verbs": ["get"], "apiGroups": [""], "resources": ["pods/status"]}]}));
    let mut walker = Walker::server(&server.url(), SIZE).await;
    walker.walk(":po space -n space team-a enter f").await;
    assert!(row(&walker, "nolimits").ends_with("forbidden"), "{}", walker.screen());
    assert!(!row(&walker, "crashy").contains("forbidden"), "{}", walker.screen());
    walker.walk("j j l").await;
    assert!(row(&walker, "log").contains("log forbidden"), "{}", walker.screen());
    walker.walk(":po/crashy/status space -n space team-a enter").await;
    assert!(row(&walker, "status").ends_with("status"), "{}", walker.screen());
}

#[tokio::test]
async fn objects_named_by_a_rule_are_shown_although_the_list_is_refused() {
    let server = server_with_rules(&json!({"resourceRules": [
        {"verbs": ["get"], "apiGroups": [""], "resources": ["pods"],
         "resourceNames": ["crashy", "nolimits"]}]}));
    let refusal = r#"{"kind":"Status","message":"pods is forbidden","reason":"Forbidden"}"#;
    server.answer("/api/v1/namespaces/team-a/pods", 403, refusal);
    let mut walker = Walker::server(&server.url(), SIZE).await;
    walker.walk(":ns space team-a enter :v1 enter").await;
    assert!(row(&walker, "pods").starts_with("▸ pods only crashy and nolimits"));
    walker.walk(":po enter").await;
    assert!(walker.screen().contains("▸ crashy"), "{}", walker.screen());
    walker.walk("j j enter").await;
    assert!(walker.line("GET ").contains("pods/nolimits  200"), "{}", walker.screen());
}

#[tokio::test]
async fn incomplete_rules_mark_nothing_as_forbidden() {
    for doubt in [json!({"incomplete": true}), json!({"evaluationError": "no rules of a webhook"})]
    {
        let server = server_with_rules(&doubt);
        let mut walker = Walker::server(&server.url(), SIZE).await;
        walker.walk(":v1 enter").await;
        assert_eq!(row(&walker, "nodes"), "▸ nodes");
        assert!(!walker.screen().contains("forbidden"), "{}", walker.screen());
    }
    // The same if the server has no reviews.
    let server = Server::over(recordings::named("restricted-viewer"));
    server.answer(RULES, 404, "{}");
    let mut walker = Walker::server(&server.url(), SIZE).await;
    walker.walk(":v1 enter").await;
    assert!(!walker.screen().contains("forbidden"), "{}", walker.screen());
}

#[test]
fn the_rules_of_a_namespace_are_requested_once() {
    let mut app = App::over(&[recordings::named("restricted-viewer")]);
    let keys = [
        ":po space -n space team-a enter",
        ":cm space -n space team-a enter",
        ":po/nolimits space -n space team-a enter",
        ":ns space team-a enter",
        ":po space -n space shop enter",
        ":cm space -n space shop enter",
    ];
    let mut requested = Vec::new();
    for keys in keys {
        for part in keys.split_inclusive("enter") {
            app.press(part);
            while !app.waiting.is_empty() {
                requested.extend(app.waiting[0].1.request.review.clone());
                app.answer_first();
            }
        }
    }
    assert_eq!(requested.len(), 1, "the other rules were loaded at the start: {requested:?}");
    assert!(requested[0].contains(r#""namespace":"shop""#), "{requested:?}");
    assert!(screen(&app.model).contains("403"), "{}", screen(&app.model));
}

#[test]
fn an_administrator_sees_no_mark() {
    let mut app = App::demo();
    app.walk(":v1 enter :/metrics enter");
    assert!(!screen(&app.model).contains("forbidden"), "{}", screen(&app.model));
}
