//! What the view of a pod's containers adds to the reasons of the pod.

use serde_json::{Value, json};

use crate::support::recordings;
use crate::support::server::Server;
use crate::support::walker::Walker;

const SIZE: (u16, u16) = (150, 30);
const POD: &str = "/api/v1/namespaces/payments/pods/audit";

/// A server with a pod `audit` whose container has this variable and this state.
fn server(reference: &str, name: &str, key: &str, state: &Value) -> Server {
    let server = Server::over(recordings::named("trouble"));
    let is_running = state.get("running").is_some();
    let from = json!({reference: {"name": name, "key": key}});
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "audit",
            "namespace": "payments", "uid": "u1", "resourceVersion": "9",
            "creationTimestamp": "2026-11-26T10:00:00Z"},
        "spec": {"nodeName": "node1", "enableServiceLinks": false, "containers": [{"name": "main", "image": "busybox",
            "env": [{"name": "X", "valueFrom": from}]}]},
        "status": {"phase": if is_running { "Running" } else { "Pending" },
            "startTime": "2026-11-26T10:00:01Z",
            "conditions": [{"type": "PodScheduled", "status": "True"},
                {"type": "Ready", "status": if is_running { "True" } else { "False" }}],
            "containerStatuses": [{"name": "main", "ready": is_running, "started": is_running,
                "restartCount": 0, "state": state}]}});
    server.answer(POD, 200, &pod.to_string());
    server
}

fn answer(server: &Server, plural: &str, kind: &str, name: &str, data: &Value) {
    let body = json!({"apiVersion": "v1", "kind": kind, "data": data,
        "metadata": {"name": name, "namespace": "payments", "resourceVersion": "3"}});
    let path = format!("/api/v1/namespaces/payments/{plural}/{name}");
    server.answer(&path, 200, &body.to_string());
}

#[tokio::test]
async fn a_running_container_whose_key_is_gone_would_not_start_again() {
    let running = json!({"running": {"startedAt": "2026-11-26T10:00:02Z"}});
    let server = server("configMapKeyRef", "settings", "regoin", &running);
    answer(&server, "configmaps", "ConfigMap", "settings", &json!({"region": "eu"}));
    let mut walker = Walker::server(&server.url(), SIZE).await;
    walker.walk(":po/audit space -n space payments enter").await;
    let before = walker.screen();
    assert!(!before.contains("would not start"), "nothing is requested for it: {before}");
    walker.press("d");
    walker.wait_for("Runs, but would not start again: ConfigMap settings").await;
    walker.wait_for("no key regoin; it has region").await;
    walker.press("d esc");
    walker.wait_for("would not start again").await;
}

#[tokio::test]
async fn a_near_name_of_a_secrets_key_is_named_once_the_containers_were_shown() {
    let waiting = json!({"waiting": {"reason": "CreateContainerConfigError",
        "message": "couldn't find key passwrd in Secret payments/db"}});
    let server = server("secretKeyRef", "db", "passwrd", &waiting);
    answer(&server, "secrets", "Secret", "db", &json!({"password": "aHVudGVyMg=="}));
    let mut walker = Walker::server(&server.url(), SIZE).await;
    walker.walk(":po/audit space -n space payments enter").await;
    walker.wait_for("Secret db has no key passwrd").await;
    assert!(!walker.screen().contains("did you mean"), "{}", walker.screen());
    let requested = |path: &str| server.seen().iter().any(|seen| seen.path == path);
    let secret = "/api/v1/namespaces/payments/secrets/db";
    assert!(!requested(secret), "no value of a Secret is requested for the strip");
    walker.press("d");
    walker.wait_for("passwrd, did you mean password?").await;
    assert!(requested(secret));
    assert!(!walker.screen().contains("hunter2"), "{}", walker.screen());
}
