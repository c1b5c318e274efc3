//! What the pods of an open node request, above its document.

use serde_json::json;

use crate::keys::health::trouble;
use crate::support::app::requests;
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::walker::{Walker, screen};

#[test]
fn an_open_node_shows_requests_limits_and_allocatable_side_by_side() {
    let mut app = trouble(":nodes enter j enter");
    app.press("tab");
    let shown = screen(&app.model);
    assert!(shown.contains("RESOURCE"), "{shown}");
    let cpu =
        shown.lines().find(|line| line.contains("cpu  ")).unwrap_or_else(|| panic!("{shown}"));
    assert!(cpu.contains("%)"), "{cpu}");
    let row = &app.model.allocation.rows[0];
    assert_eq!(row.resource, "cpu");
    assert_ne!(row.requests, "0 (0%)");
}

#[test]
fn the_pods_of_a_node_are_listed_once_and_only_when_it_is_opened() {
    let mut app = trouble(":nodes enter j");
    let is_pods = |request: &String| request.contains("spec.nodeName%3D");
    let rested = requests(&app.take_effects());
    assert!(!rested.iter().any(is_pods), "{rested:?}");
    let opened = requests(&app.press("enter"));
    assert_eq!(opened.iter().filter(|request| is_pods(request)).count(), 1, "{opened:?}");
}

/// A cluster with broken objects that serves metrics.
async fn measured(location: &str) -> Walker {
    let server = Server::over(recordings::named("trouble"));
    let resource = |name: &str, kind: &str, scope: &str| json!({"resource": name, "responseKind": {"kind": kind}, "scope": scope, "verbs": ["get", "list"]});
    let resources =
        [resource("nodes", "NodeMetrics", "Cluster"), resource("pods", "PodMetrics", "Namespaced")];
    let groups = json!({"kind": "APIGroupDiscoveryList", "items": [{
        "metadata": {"name": "metrics.k8s.io"},
        "versions": [{"version": "v1beta1", "resources": resources, "freshness": "Current"}],
    }]});
    server.answer("/apis", 200, &groups.to_string());
    let metrics = "/apis/metrics.k8s.io/v1beta1";
    let node = json!({"kind": "NodeMetrics", "usage": {"cpu": "1234m", "memory": "2Gi"}});
    server.answer(&format!("{metrics}/nodes/node1"), 200, &node.to_string());
    let containers = json!([
        {"name": "audit", "usage": {"cpu": "7m", "memory": "30Mi"}},
        {"name": "helper", "usage": {"cpu": "5m", "memory": "10Mi"}},
    ]);
    let pod = json!({"kind": "PodMetrics", "containers": containers});
    server.answer(&format!("{metrics}/namespaces/payments/pods/audit"), 200, &pod.to_string());
    let mut walker = Walker::server(&server.url(), (120, 40)).await;
    walker.walk(location).await;
    walker
}

#[tokio::test]
async fn usage_stands_beside_the_allocation_of_a_node_where_it_is_measured() {
    let walker = measured(":no/node1 enter").await;
    let cpu = walker.line("cpu  ");
    assert!(cpu.contains("1234m"), "{}", walker.screen());
    assert!(walker.line("memory  ").contains("2Gi"), "{}", walker.screen());
}

#[tokio::test]
async fn an_open_pod_shows_what_its_containers_use_together() {
    let walker = measured(":po/audit space -n space payments enter").await;
    let shown = walker.screen();
    assert!(shown.contains("12m") && shown.contains("40Mi"), "{shown}");
}
