//! What distinguishes two lists of what belongs to an object.

use serde_json::json;

use crate::support::recordings;
use crate::support::server::Server;
use crate::support::walker::Walker;

const PATH: &str = "/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/db-from-frontend";

/// Opens a `NetworkPolicy` that two kinds of pods may pass, and returns the server with it.
async fn peers(size: (u16, u16)) -> (Server, Walker) {
    let server = Server::over(recordings::named("trouble"));
    let peer = |name: &str| json!({"podSelector": {"matchLabels": {"app.example.com/name": name}}});
    let policy = json!({"kind": "NetworkPolicy", "apiVersion": "networking.k8s.io/v1",
        "metadata": {"name": "db-from-frontend", "namespace": "shop", "uid": "u"},
        "spec": {"podSelector": {}, "ingress": [{"from": [peer("frontend"), peer("report")]}]}});
    server.answer(PATH, 200, &policy.to_string());
    let mut walker = Walker::server(&server.url(), size).await;
    walker.walk(&format!(":{PATH} enter")).await;
    walker.wait_unwatched("ingress").await;
    walker.walk("l").await;
    (server, walker)
}

#[tokio::test]
async fn selectors_with_the_same_beginning_show_their_ends() {
    let (_server, walker) = peers((80, 24)).await;
    let lines = walker.screen();
    let peers: Vec<&str> = lines.lines().filter(|line| line.contains("from pods")).collect();
    assert_eq!(peers.len(), 2, "{lines}");
    let row = |line: &str| line.split("││").next().unwrap().trim_end().to_owned();
    let (first, second) = (row(peers[0]), row(peers[1]));
    assert!(first.contains("from pods -l ") && first.ends_with("…end"), "{first}");
    assert!(second.contains("from pods -l ") && second.ends_with("…ort"), "{second}");
}

#[tokio::test]
async fn a_list_keeps_its_selector_when_it_is_read_if_another_has_its_label() {
    let (server, mut walker) = peers((120, 40)).await;
    let table = json!({"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": {},
        "columnDefinitions": [{"name": "Name", "type": "string", "format": "name"}], "rows": []});
    server.answer("/api/v1/namespaces/shop/pods", 200, &table.to_string());
    for label in ["pods", "from pods"] {
        walker.walk("j enter").await;
        assert!(walker.selected().contains(&format!("{label} ")), "{}", walker.selected());
    }
    let row = walker.selected();
    assert!(row.contains("from pods -l ") && row.contains("end 0"), "{row}");
}

#[tokio::test]
async fn an_owner_is_shown_by_its_name() {
    let mut walker = Walker::recording("trouble", (80, 24)).await;
    walker.walk(":po/db-0 space -n space shop enter").await;
    walker.wait_unwatched("kind: Pod").await;
    walker.walk("l").await;
    assert!(walker.screen().contains("▸ owner db "), "{}", walker.screen());
    assert!(walker.screen().contains("▸ events about it "), "{}", walker.screen());
}
