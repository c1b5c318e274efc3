//! Servers without aggregated discovery and tables, as old and small ones are.

use crate::support::recordings;
use crate::support::server::Server;
use crate::support::walker::Walker;

async fn plain(server: &Server) -> Walker {
    Walker::server(&server.url(), (160, 36)).await
}

fn server() -> Server {
    Server::setup(recordings::cluster()).plain_only().start()
}

#[tokio::test]
async fn plain_discovery_gives_the_same_tree() {
    let server = server();
    let mut walker = plain(&server).await;
    let groups = walker.screen();
    for group in ["apps", "batch", "metrics.k8s.io", "factory.example.com"] {
        assert!(groups.contains(&format!("▸ {group}")), "{group} on\n{groups}");
    }
    // The resources of a version are requested when it is opened.
    assert_eq!(server.count("/apis/batch/v1"), 0);
    walker.walk(":/apis/batch/v1 enter").await;
    walker.wait_for("cronjobs").await;
    assert!(server.count("/apis/batch/v1") > 0);
    walker.walk(":/apis/metrics.k8s.io/v1beta1 enter").await;
    walker.wait_for("metrics.k8s.io ✗ 503").await;
}

#[tokio::test]
async fn a_location_in_words_loads_the_versions_it_needs() {
    let server = server();
    let mut walker = plain(&server).await;
    walker.walk(":cj space -n space shop enter").await;
    walker.wait_for("GET /apis/batch/v1/namespaces/shop/cronjobs").await;
    walker.walk(":po/db-0 space -n space shop enter").await;
    walker.wait_for("kind: Pod").await;
    assert!(walker.selected().starts_with("▾ db-0") || walker.selected().starts_with("▸ db-0"));
}

#[tokio::test]
async fn a_collection_without_a_table_shows_names_and_ages() {
    let server = server();
    let mut walker = plain(&server).await;
    walker.walk(":po space -n space shop enter").await;
    walker.wait_for("frontend-78979fc966-fpzhk").await;
    let heading = walker.line("shop 6");
    assert!(heading.contains("AGE"), "{heading}");
    let row = walker.line("▸ db-0");
    assert!(!row.contains("shop"), "the namespace is shown once: {row}");
    walker.walk(":/api/v1/pods enter j enter").await;
    walker.wait_for("team-a   nolimits").await;
}

#[tokio::test]
async fn watch_events_with_plain_objects_update_the_rows() {
    let server = server();
    let watch = server.watch("/api/v1/namespaces/shop/pods");
    let mut walker = plain(&server).await;
    walker.walk(":po space -n space shop enter").await;
    walker.meanwhile(watch.until_open(1)).await;
    let pod = r#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"aaa","namespace":"shop",
        "resourceVersion":"2000","creationTimestamp":"2026-11-23T06:02:39Z"}}"#;
    watch.line(&format!(r#"{{"type":"ADDED","object":{}}}"#, pod.replace('\n', "")));
    walker.wait_for("aaa").await;
    walker.wait_for("shop 7").await;
    watch.line(&format!(r#"{{"type":"DELETED","object":{}}}"#, pod.replace('\n', "")));
    walker.wait_for("shop 6").await;
}
