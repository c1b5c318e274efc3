//! What a recording is said to have answers for is what it answers.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::sync::Arc;

use flate2::read::GzDecoder;
use kubewalk::api::client::Client;
use kubewalk::api::har::Recording;
use kubewalk::api::replay::Replay;
use kubewalk::k8s::coverage::Coverage;
use kubewalk::k8s::failure::FailureKind;
use kubewalk::k8s::names::Namespace;
use kubewalk::k8s::path::{ApiPath, ObjectPath};
use kubewalk::k8s::request::{Form, Request};
use serde_json::{Value, json};

/// The GETs of a recording: their paths, and the plain lists among their answers.
fn gets(har: &Value) -> BTreeMap<ApiPath, Value> {
    let entries = har["log"]["entries"].as_array().unwrap().iter();
    let gets = entries.filter(|entry| entry["request"]["method"] == "GET").map(|entry| {
        let url = entry["request"]["url"].as_str().unwrap();
        let path = url.split_once("://").map_or(url, |(_, rest)| &rest[rest.find('/').unwrap()..]);
        let path = ApiPath::parse(path.split('?').next().unwrap());
        let body = entry["response"]["content"]["text"].as_str().unwrap_or_default();
        (path, serde_json::from_str(body).unwrap_or_default())
    });
    gets.collect()
}

/// Returns the requested paths of a recording, the objects of its lists, and the collections of
/// namespaces with and without objects.
fn paths(har: &Value) -> BTreeSet<ApiPath> {
    let mut paths = BTreeSet::new();
    for (path, answer) in gets(har) {
        if let ApiPath::Collection { gvr, namespace } = &path {
            for object in answer["items"].as_array().into_iter().flatten() {
                let text = |field: &str| object["metadata"][field].as_str();
                let Some(name) = text("name") else { continue };
                let namespace = namespace.clone().or(text("namespace").map(Namespace::new));
                let object = ObjectPath { gvr: gvr.clone(), namespace, name: name.into() };
                paths.extend([object.collection(), ApiPath::Object(object)]);
            }
            let namespace = Some(Namespace::new("nowhere"));
            paths.insert(ApiPath::Collection { gvr: gvr.clone(), namespace });
            paths.insert(ApiPath::Collection { gvr: gvr.clone(), namespace: None });
        }
        paths.insert(path);
    }
    paths
}

/// Asserts that the coverage agrees with the answer to each of these paths. Returns how many are
/// answered, and how many are not.
async fn assert_agrees(recording: Recording, paths: BTreeSet<ApiPath>) -> (usize, usize) {
    let coverage = Replay::coverage(&recording);
    let client = Client::replay(Arc::new(recording));
    let mut counts = (0, 0);
    for path in paths.into_iter().filter(|path| !path.is_log()) {
        let request = match &path {
            ApiPath::Collection { .. } => Request::get(path.clone(), Form::Table)
                .with("includeObject", "None")
                .with("limit", "500"),
            _ => Request::get(path.clone(), Form::Json),
        };
        let failure = client.send(&request).await.unwrap().good().err();
        let is_answered = failure.is_none_or(|it| it.kind != FailureKind::NotRecorded);
        assert_eq!(coverage.answers(&path), is_answered, "{path}");
        if is_answered {
            counts.0 += 1;
        } else {
            counts.1 += 1;
        }
    }
    counts
}

async fn assert_recording_agrees(file: &str) -> (usize, usize) {
    let packed = std::fs::read(file).unwrap();
    let mut text = String::new();
    GzDecoder::new(&packed[..]).read_to_string(&mut text).unwrap();
    let recording = Recording::read(text.as_bytes(), file).unwrap();
    assert_agrees(recording, paths(&serde_json::from_str(&text).unwrap())).await
}

#[tokio::test]
async fn the_demo_answers_what_it_covers_and_nothing_else() {
    let (answered, _) = assert_recording_agrees("assets/demo.har.gz").await;
    assert!(answered > 100, "{answered}");
}

#[tokio::test]
async fn recordings_answer_what_they_cover_and_nothing_else() {
    for name in ["cluster", "paging", "restricted-ledger", "restricted-viewer", "rollout", "watch"]
    {
        let file = format!("tests/fixtures/recordings/{name}.har.gz");
        let (answered, _) = assert_recording_agrees(&file).await;
        assert!(answered > 0, "{name}");
    }
}

/// Returns a recording of GETs, given by URL, Accept header, status and body.
fn recording(answers: &[(&str, &str, u16, Value)]) -> (Value, Recording) {
    let entries: Vec<Value> = { answers }
        .iter()
        .map(|(url, accept, status, body)| {
            json!({
                "request": {
                    "method": "GET",
                    "url": format!("https://h{url}"),
                    "headers": [{"name": "Accept", "value": accept}],
                },
                "response": {"status": status, "content": {"text": body.to_string()}},
            })
        })
        .collect();
    let har = json!({"log": {"entries": entries}});
    let recording = Recording::read(har.to_string().as_bytes(), "small").unwrap();
    (har, recording)
}

const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io";
const PLAIN: &str = "application/json";

fn covered(answers: &[(&str, &str, u16, Value)]) -> Coverage {
    Replay::coverage(&recording(answers).1)
}

#[tokio::test]
async fn selected_watched_and_refused_lists_are_told_apart() {
    let list =
        json!({"kind": "PodList", "items": [{"metadata": {"name": "a", "namespace": "shop"}}]});
    let table = json!({"kind": "Table", "columnDefinitions": [], "rows": []});
    let refusal = json!({"kind": "Status", "code": 403, "reason": "Forbidden"});
    let (har, recording) = recording(&[
        ("/api/v1/pods?limit=500", PLAIN, 200, list.clone()),
        ("/api/v1/services?labelSelector=a", PLAIN, 200, list.clone()),
        ("/api/v1/secrets?limit=500", TABLE, 403, refusal),
        ("/api/v1/namespaces/shop/events?watch=1", TABLE, 200, table.clone()),
        ("/api/v1/namespaces/shop/configmaps?limit=1", TABLE, 200, table),
        ("/api/v1/endpoints", "application/vnd.kubernetes.protobuf", 200, list),
    ]);
    let counts = assert_agrees(recording, paths(&har)).await;
    // Pods everywhere, here and nowhere; the refusal; the ConfigMaps of the shop.
    assert_eq!(counts.0, 5, "{counts:?}");
}

#[test]
fn a_path_above_a_recorded_one_leads_to_it() {
    let covered = covered(&[("/apis/apps/v1/namespaces/shop/deployments", PLAIN, 200, json!({}))]);
    for path in ["/", "/apis", "/apis/apps", "/apis/apps/v1", "/apis/apps/v1/deployments"] {
        let path = ApiPath::parse(path);
        assert!(covered.answers_below(&path) && !covered.answers(&path), "{path}");
    }
    for path in ["/api", "/apis/batch", "/apis/apps/v1/daemonsets"] {
        assert!(!covered.answers_below(&ApiPath::parse(path)), "{path}");
    }
}

#[test]
fn a_log_is_covered_by_its_container() {
    let log = "/api/v1/namespaces/shop/pods/a/log";
    let covered = covered(&[
        (&format!("{log}?container=main&tailLines=500"), "*/*", 200, json!("")),
        (&format!("{log}?container=old&previous=true"), "*/*", 200, json!("")),
    ]);
    let ApiPath::Object(pod) = ApiPath::parse("/api/v1/namespaces/shop/pods/a") else { panic!() };
    assert!(covered.answers_log(&pod, "main"));
    assert!(!covered.answers_log(&pod, "old") && !covered.answers_log(&pod, "other"));
}
