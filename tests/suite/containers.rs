//! The container view on the screen: rows, their sources, and links to the object.

use kubewalk::app::layout::Pane;
use serde_json::{Value, json};

use crate::support::golden;
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::walker::Walker;

mod following;
pub(crate) mod layout;
mod missing;
mod process;

const WIDE: (u16, u16) = (130, 44);
const PODS: &str = "/api/v1/namespaces/shop/pods";

/// Opens an object of the demo and focuses its container view.
async fn open(location: &str, size: (u16, u16)) -> Walker {
    let mut walker = Walker::demo(size).await;
    walker.walk(&format!(": {location} enter")).await;
    walker.walk("d shift-tab").await;
    walker
}

#[tokio::test]
async fn a_pod_shows_what_its_containers_see() {
    let mut walker = open("po/downward-env space -n space default", WIDE).await;
    walker.wait_unwatched("POD_NAME").await;
    let screen = walker.screen();
    for text in ["‹main›", "POD_NAME", "downward-env", "requests.cpu", "NODE_NAME", "0644"] {
        assert!(screen.contains(text), "{text}\n{screen}");
    }
    golden::is_current("tests/fixtures/screens/containers-130.txt", &format!("{screen}\n"));
}

#[tokio::test]
async fn the_process_of_a_container_is_drawn_on_screens_of_every_size() {
    for (size, name) in [((80, 24), 80), ((120, 40), 120), ((200, 50), 200)] {
        let mut walker = open("po/downward-env space -n space default", size).await;
        walker.wait_unwatched("POD_NAME").await;
        select(&mut walker, "host name").await;
        let path = format!("tests/fixtures/screens/process-{name}.txt");
        golden::is_current(&path, &format!("{}\n", walker.screen()));
    }
}

#[tokio::test]
async fn a_selected_row_shows_its_source_and_opens_the_line_it_comes_from() {
    let mut walker = open("po/db-0 space -n space shop", WIDE).await;
    walker.walk("j").await;
    let screen = walker.screen();
    assert!(screen.contains("no limit on `postgres`"), "{screen}");
    assert!(screen.contains("⏎ .spec.containers[0].env[1]"), "{screen}");
    walker.walk("enter").await;
    assert_eq!(walker.model.focus, Pane::Document);
    let at = walker.model.reading.pane.line_path().unwrap();
    assert!(at.starts_with(".spec.containers[0].env[1]"), "{at}");
    walker.walk("[").await;
    assert_eq!(walker.model.focus, Pane::Container);
}

#[tokio::test]
async fn a_file_is_shown_as_cat_prints_it() {
    let mut walker = open("po/downward space -n space default", WIDE).await;
    walker.walk("n enter").await;
    let screen = walker.screen();
    assert!(screen.contains("key2=\"multi\\nline\\nvalue\\n\""), "{screen}");
    assert!(screen.contains("kubernetes.io/config.source=\"api\""), "{screen}");
    walker.walk("esc").await;
    assert!(walker.screen().contains("/etc/downward"), "{}", walker.screen());
}

#[tokio::test]
async fn values_derived_from_secrets_are_masked_until_x() {
    let mut walker = open("po/frontend-78979fc966-fpzhk space -n space shop", WIDE).await;
    walker.walk("l l").await;
    assert!(walker.screen().contains("‹4 bytes #"), "{}", walker.screen());
    walker.walk("x").await;
    assert!(!walker.screen().contains("‹4 bytes #"), "{}", walker.screen());
}

#[tokio::test]
async fn a_workload_marks_values_that_are_set_when_scheduled() {
    let mut walker = open("deploy/frontend space -n space shop", WIDE).await;
    walker.walk("l l").await;
    let screen = walker.screen();
    assert!(screen.contains("the template of a Deployment"), "{screen}");
    assert!(screen.contains("set when"), "{screen}");
    assert!(!screen.contains("not yet"), "{screen}");
}

#[tokio::test]
async fn the_catalogue_copies_an_entry_for_a_variable_and_for_a_volume() {
    let mut walker = open("po/db-0 space -n space shop", WIDE).await;
    walker.walk("h").await;
    assert!(walker.screen().contains("‹catalogue›"), "{}", walker.screen());
    walker.walk("c").await;
    let copied = walker.copied.clone().unwrap();
    assert!(copied.starts_with("- name: "), "{copied}");
    assert!(copied.contains("fieldPath: metadata.name"), "{copied}");
    walker.walk("C").await;
    assert!(walker.copied.as_deref().unwrap().starts_with("- path: "), "{:?}", walker.copied);
}

#[tokio::test]
async fn a_missing_config_map_shows_the_refusal_of_the_kubelet() {
    let walker = open("po/broken-config space -n space team-a", WIDE).await;
    let screen = walker.screen();
    assert!(screen.contains('✗'), "{screen}");
    assert!(screen.contains("not found"), "{screen}");
}

#[tokio::test]
async fn rows_that_need_forbidden_objects_are_unknown_with_the_reason() {
    let mut walker = Walker::recording("restricted-viewer", WIDE).await;
    walker.walk(": po/nolimits space -n space team-a enter").await;
    walker.walk("d shift-tab").await;
    let screen = walker.screen();
    assert!(screen.contains("unknown"), "{screen}");
    assert!(screen.contains("nodes is forbidden"), "{screen}");
}

#[tokio::test]
async fn on_a_narrow_screen_the_view_replaces_the_document() {
    let walker = open("po/db-0 space -n space shop", (80, 24)).await;
    let screen = walker.screen();
    assert!(screen.contains("What the containers see"), "{screen}");
    assert!(!screen.contains("GET "), "{screen}");
}

#[tokio::test]
async fn a_changed_label_changes_the_file_but_not_the_environment() {
    let server = Server::over(recordings::cluster());
    let watch = server.watch(&format!("{PODS}?fieldSelector=metadata.name=db-0"));
    let mut walker = Walker::server(&server.url(), WIDE).await;
    walker.walk(": po/db-0 space -n space shop enter").await;
    walker.walk("d shift-tab").await;
    walker.wait_for("label app").await;
    walker.meanwhile(watch.until_open(1)).await;

    let body = walker.model.reading.pane.document().unwrap().body().clone();
    let mut pod: Value = serde_json::from_slice(&body).unwrap();
    pod["metadata"]["resourceVersion"] = json!("999999");
    pod["metadata"]["labels"]["apps.kubernetes.io/pod-index"] = json!("7");
    pod["metadata"]["labels"]["tier"] = json!("changed");
    let writes = pod["metadata"]["managedFields"].as_array_mut().unwrap();
    writes.push(json!({
        "manager": "kubectl-label", "operation": "Update", "apiVersion": "v1",
        "time": "2026-11-23T07:00:00Z", "fieldsType": "FieldsV1",
        "fieldsV1": {"f:metadata": {"f:labels": {
            "f:tier": {}, "f:apps.kubernetes.io/pod-index": {}}}},
    }));
    watch.line(&json!({"type": "MODIFIED", "object": pod}).to_string());

    walker.wait_for("source changed").await;
    let screen = walker.screen();
    assert!(screen.contains("ORDINAL"), "{screen}");
    // The file changes later.
    walker.walk("n enter").await;
    assert!(walker.screen().contains("tier=\"changed\""), "{}", walker.screen());
}

/// Adds a pod with these fields in its `spec` to a server; `status` and `labels` go where they belong.
/// Returns the pod.
fn add_pod(server: &Server, spec: &Value) -> Value {
    let mut pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "odd",
        "namespace": "shop", "uid": "u-1", "resourceVersion": "70"}, "spec": {"nodeName": "n",
        "enableServiceLinks": false, "containers": [{"name": "main"}]}, "status": {}});
    for (field, value) in spec.as_object().unwrap() {
        match field.as_str() {
            "status" => pod["status"] = value.clone(),
            "labels" => pod["metadata"]["labels"] = value.clone(),
            field => pod["spec"][field] = value.clone(),
        }
    }
    pod["status"]["podIPs"] = json!([{"ip": "10.0.0.9"}]);
    server.answer(&format!("{PODS}/odd"), 200, &pod.to_string());
    let list = json!({"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": [pod]});
    server.answer(PODS, 200, &list.to_string());
    pod
}

/// Moves the cursor to the row of that name.
async fn select(walker: &mut Walker, name: &str) {
    walker.walk("g").await;
    for _ in 0..60 {
        let containers = &walker.model.containers;
        if containers.selected().is_some_and(|row| containers.name(row) == name) {
            return;
        }
        walker.walk("j").await;
    }
    panic!("there is no row {name}");
}

/// Opens the container view of that pod.
async fn open_pod(server: &Server) -> Walker {
    let mut walker = Walker::server(&server.url(), (140, 60)).await;
    walker.walk(": po/odd space -n space shop enter").await;
    walker.walk("d shift-tab").await;
    walker.wait_for("process  command line").await;
    walker
}

/// Opens the container view of a pod with these fields in its `spec`.
async fn with_spec(spec: &Value) -> (Server, Walker) {
    let server = Server::over(recordings::cluster());
    add_pod(&server, spec);
    let walker = open_pod(&server).await;
    (server, walker)
}
