//! A hostile API server: every text it sends contains control characters.

use std::io::Write as _;
use std::net::TcpStream;

use serde_json::json;

use crate::support::raw::{RawServer, answer};

/// Sequences that a terminal executes: reset, clipboard, mouse with a C1 control, a report that is
/// typed back; and characters that reverse or hide text.
const HARM: &str = "\u{1b}c\u{1b}]52;c;eA==\u{7}\u{9b}?1000h\u{1b}[6n\u{202e}\u{200b}";

/// The beginning of [`HARM`] as it is displayed.
const SHOWN: &str = "\\x1bc\\x1b]52;";

/// Returns a word followed by [`HARM`].
pub(super) fn harmful(word: &str) -> String {
    format!("{word}{HARM}")
}

/// Returns how a harmful word is displayed.
pub(super) fn shown(word: &str) -> String {
    format!("{word}{SHOWN}")
}

/// Starts the server. Its objects are in the namespace `shop`.
pub(super) fn start() -> RawServer {
    RawServer::start(serve)
}

fn serve(head: &str, stream: &mut TcpStream) {
    let target = head.split(' ').nth(1).unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let is_table = head.contains("as=Table");
    let body = match path {
        "/" => json!({"paths": ["/livez", format!("/{}", harmful("path"))]}),
        "/version" => json!({"gitVersion": "v1\u{1b}c"}),
        "/api" => discovery("", "v1", &[("pods", true), ("events", true)]),
        "/apis" => discovery(&harmful("group"), &harmful("v1beta1"), &[("things", true)]),
        "/apis/authentication.k8s.io/v1/selfsubjectreviews" => {
            json!({"status": {"userInfo": {"username": harmful("user"), "groups": [harmful("in")]}}})
        }
        "/api/v1/namespaces" => table(&["shop", &harmful("ns")]),
        "/api/v1/namespaces/shop/pods" if query.contains("watch=1") => {
            return refuse(stream, "403 Forbidden");
        }
        "/api/v1/namespaces/shop/pods" if query.contains("fieldSelector=spec.x") => {
            return refuse(stream, "400 Bad Request");
        }
        "/api/v1/namespaces/shop/pods" if is_table => table(&["web", &harmful("pod")]),
        "/api/v1/namespaces/shop/pods" => json!({"kind": "PodList", "items": [pod()]}),
        "/api/v1/namespaces/shop/pods/web" => pod(),
        "/api/v1/namespaces/shop/pods/web/log" => {
            let log = format!("{}\n\u{301}\u{301}\u{301}\u{301}\u{301}\n", harmful("line"));
            let headers = format!("Content-Type: text/plain\r\n{}", warning());
            _ = stream.write_all(&answer("200 OK", &headers, log.as_bytes()));
            return;
        }
        "/livez" => return refuse(stream, "500 \u{9b}?1000h Broken"),
        _ => return refuse(stream, "404 Not Found"),
    };
    let headers = format!("Content-Type: application/json; a=\"\u{9b}\u{202e}\"\r\n{}", warning());
    _ = stream.write_all(&answer("200 OK", &headers, body.to_string().as_bytes()));
}

/// HTTP headers may not contain escape characters, but any bytes above ASCII.
fn warning() -> String {
    "Warning: 299 - \"old\u{9b}?1000h\u{202e}\"\r\n".to_owned()
}

fn refuse(stream: &mut TcpStream, status: &str) {
    let why = json!({"kind": "Status", "message": harmful("refused"), "reason": harmful("no")});
    let headers = "Content-Type: application/json\r\n";
    _ = stream.write_all(&answer(status, headers, why.to_string().as_bytes()));
}

fn discovery(group: &str, version: &str, resources: &[(&str, bool)]) -> serde_json::Value {
    let resource = |(name, namespaced): &(&str, bool)| {
        json!({
            "resource": name, "scope": if *namespaced { "Namespaced" } else { "Cluster" },
            "responseKind": {"kind": harmful("Kind")}, "shortNames": [&name[..2], &harmful("short")],
            "verbs": ["get", "list", "watch", harmful("verb")],
            "subresources": [{"subresource": "log", "verbs": ["get"]}],
        })
    };
    let resources: Vec<_> = resources.iter().map(resource).collect();
    json!({
        "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2",
        "items": [{"metadata": {"name": group},
            "versions": [{"version": version, "resources": resources, "freshness": "Current"}]}],
    })
}

fn table(names: &[&str]) -> serde_json::Value {
    let row = |name: &&str| json!({"cells": [name, harmful("cell"), harmful("age")]});
    json!({
        "kind": "Table", "metadata": {"resourceVersion": "7"},
        "columnDefinitions": [{"name": "Name", "format": "name", "type": "string"},
            {"name": harmful("Head"), "type": "string"}, {"name": "Age", "type": "string"}],
        "rows": names.iter().map(row).collect::<Vec<_>>(),
    })
}

fn pod() -> serde_json::Value {
    json!({
        "kind": "Pod", "apiVersion": "v1",
        "metadata": {"name": "web", "namespace": "shop", "uid": "1",
            "labels": {"flood": format!("e{}", "\u{301}".repeat(50)), "wide": "漢\u{378}\u{fe0f}"},
            "annotations": {harmful("key"): harmful("value"), "lines": harmful("one\ntwo")}},
        "spec": {"enableServiceLinks": true, "nodeName": harmful("node"), "containers": [{"name": "main", "image": "i",
            "env": [{"name": harmful("VARIABLE"), "value": harmful("set")},
                {"name": "NODE", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "spec.nodeName"}}}]}]},
        "status": {"containerStatuses": [{"name": "main",
            "state": {"waiting": {"reason": harmful("reason")}}}]},
    })
}
