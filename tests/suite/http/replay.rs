//! Replay: which recorded answer a request gets.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use kubewalk::api::client::Client;
use kubewalk::api::har::Recording;
use kubewalk::k8s::failure::FailureKind;
use kubewalk::k8s::path::ApiPath;
use kubewalk::k8s::request::{Exchange, Form, Request};
use serde_json::Value;

use crate::support::recordings;

fn cluster() -> Client {
    Client::replay(recordings::cluster())
}

async fn ask(client: &Client, path: &str, form: Form) -> Exchange {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut request = Request::get(ApiPath::parse(path), form);
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        request = request.with(name, value);
    }
    client.send(&request).await.unwrap()
}

fn json(exchange: &Exchange) -> Value {
    serde_json::from_slice(&exchange.body).unwrap()
}

fn count(list: &Value) -> usize {
    list["items"].as_array().or(list["rows"].as_array()).map_or(0, Vec::len)
}

#[tokio::test]
async fn a_recorded_answer_is_returned_unchanged() {
    let pod = ask(&cluster(), "/api/v1/namespaces/shop/pods/db-0", Form::Any).await;
    assert_eq!((pod.status, pod.body.len()), (200, 7402));
    assert_eq!(pod.content_type, "application/json");
    assert!(pod.elapsed > Duration::ZERO, "the recorded time is returned");
    let again = ask(&cluster(), "/api/v1/namespaces/shop/pods/db-0", Form::Json).await;
    assert_eq!((again.body, again.elapsed), (pod.body, pod.elapsed));

    let broken = ask(&cluster(), "/apis/metrics.k8s.io/v1beta1", Form::Json).await;
    assert_eq!(broken.good().unwrap_err().message, "503: service unavailable");
    let nope = ask(&cluster(), "/api/v1/namespaces/default/pods/nope", Form::Json).await;
    assert_eq!(nope.good().unwrap_err().kind, FailureKind::NotFound);
}

#[tokio::test]
async fn the_requested_form_is_returned_or_else_the_plain_one() {
    for (path, form, kind) in [
        ("/apis", Form::Discovery, "APIGroupDiscoveryList"),
        ("/apis", Form::Json, "APIGroupList"),
        ("/api/v1/pods", Form::Table, "Table"),
        ("/api/v1/pods", Form::Metadata, "PartialObjectMetadataList"),
        ("/api/v1/pods", Form::Json, "PodList"),
        ("/apis/batch/v1", Form::Discovery, "APIResourceList"),
        ("/api/v1/namespaces/shop/pods/db-0", Form::Table, "Pod"),
    ] {
        assert_eq!(json(&ask(&cluster(), path, form).await)["kind"], kind, "{path} {form:?}");
    }
}

#[tokio::test]
async fn a_request_without_a_recording_is_a_failure_that_says_so() {
    let answer = ask(&cluster(), "/apis/other/v1/things/x?pretty=1", Form::Json).await;
    assert_eq!(answer.status, 404);
    assert_eq!(json(&answer)["reason"], "NotRecorded");
    let failure = answer.good().unwrap_err();
    assert_eq!(failure.kind, FailureKind::NotRecorded);
    assert_eq!(
        failure.message,
        "404: GET /apis/other/v1/things/x?pretty=1 is not in this recording"
    );
}

#[tokio::test]
async fn a_list_is_cut_into_the_requested_pages() {
    let whole = json(&ask(&cluster(), "/api/v1/pods", Form::Table).await);
    let rows = count(&whole);
    let first = json(&ask(&cluster(), "/api/v1/pods?limit=3", Form::Table).await);
    assert_eq!(count(&first), 3);
    assert_eq!(first["columnDefinitions"], whole["columnDefinitions"]);
    assert_eq!(first["metadata"]["resourceVersion"], whole["metadata"]["resourceVersion"]);
    assert_eq!(first["metadata"]["remainingItemCount"], rows - 3);
    let token = first["metadata"]["continue"].as_str().unwrap();
    let next = format!("/api/v1/pods?limit=500&continue={token}");
    let rest = json(&ask(&cluster(), &next, Form::Table).await);
    assert_eq!(count(&rest), rows - 3);
    assert_eq!(rest["rows"][0], whole["rows"][3]);
    assert!(rest["metadata"].get("continue").is_none());
    assert!(rest["metadata"].get("remainingItemCount").is_none());
}

#[tokio::test]
async fn recorded_pages_are_returned_or_joined() {
    let client = Client::replay(recordings::named("paging"));
    let path = "/api/v1/namespaces/bulk/configmaps";
    let first = json(&ask(&client, &format!("{path}?limit=500"), Form::Table).await);
    assert_eq!((count(&first), &first["metadata"]["remainingItemCount"]), (500, &702.into()));
    let token = first["metadata"]["continue"].as_str().unwrap();
    let second = format!("{path}?limit=500&continue={token}");
    assert_eq!(count(&json(&ask(&client, &second, Form::Table).await)), 500);
    let short = json(&ask(&client, &format!("{path}?limit=20&continue={token}"), Form::Json).await);
    assert_eq!(short["items"][0]["metadata"]["name"], "item-0500");
    assert_eq!(short["metadata"]["remainingItemCount"], 682);
    assert_eq!(count(&json(&ask(&client, path, Form::Metadata).await)), 1202);
    let garbage = ask(&client, &format!("{path}?limit=500&continue=garbage"), Form::Json).await;
    assert_eq!(garbage.status, 400);
    let unknown = ask(&client, &format!("{path}?limit=9&continue=unknown"), Form::Json).await;
    assert_eq!(unknown.good().unwrap_err().kind, FailureKind::NotRecorded);
}

#[tokio::test]
async fn objects_are_selected_by_label_and_by_name() {
    for form in [Form::Json, Form::Table, Form::Metadata] {
        let one = "/api/v1/namespaces/shop/pods?fieldSelector=metadata.name=db-0&limit=500";
        let one = json(&ask(&cluster(), one, form).await);
        assert_eq!(count(&one), 1, "{form:?}");
        assert!(one["metadata"]["resourceVersion"].is_string());
        let labelled = "/api/v1/namespaces/shop/pods?limit=1&labelSelector=app in (db,frontend)";
        let labelled = json(&ask(&cluster(), labelled, form).await);
        assert_eq!(count(&labelled), 1);
        assert!(
            labelled["metadata"].get("remainingItemCount").is_none(),
            "a server omits it as well"
        );
        assert!(labelled["metadata"]["continue"].is_string());
    }
    let node = "/api/v1/pods?fieldSelector=spec.nodeName=node1&limit=1";
    assert_eq!(count(&json(&ask(&cluster(), node, Form::Json).await)), 1);
}

#[tokio::test]
async fn objects_are_selected_by_fields_in_every_form_except_metadata() {
    for form in [Form::Json, Form::Table, Form::Metadata] {
        for (path, expected) in [
            ("/api/v1/pods?fieldSelector=spec.nodeName=node2", 0),
            ("/api/v1/namespaces/shop/pods?fieldSelector=spec.nodeName=node1", 6),
            ("/api/v1/namespaces/shop/pods?fieldSelector=status.phase=Succeeded", 1),
            ("/api/v1/namespaces/shop/pods?fieldSelector=status.phase!=Succeeded", 5),
            ("/api/v1/namespaces/shop/pods?fieldSelector=metadata.name!=db-0", 5),
        ] {
            assert_eq!(
                count(&json(&ask(&cluster(), path, form).await)),
                expected,
                "{path} {form:?}"
            );
        }
    }
}

#[tokio::test]
async fn events_are_selected_by_their_object() {
    let events = "/api/v1/namespaces/shop/events?fieldSelector=involvedObject.name=db-0";
    for selector in ["", ",type=Normal", ",involvedObject.kind=Pod"] {
        let path = format!("{events}{selector}");
        let (plain, table) = (Form::Json, Form::Table);
        let plain = json(&ask(&cluster(), &path, plain).await);
        let table = json(&ask(&cluster(), &path, table).await);
        assert!(count(&plain) > 0, "{path}");
        assert_eq!(count(&plain), count(&table), "{path}");
        assert_eq!(table["kind"], "Table");
        let about = &plain["items"][0]["involvedObject"]["name"];
        assert_eq!(about, "db-0");
    }
    let warnings = json(&ask(&cluster(), &format!("{events},type=Warning"), Form::Json).await);
    assert_eq!(count(&warnings), 2);
}

#[tokio::test]
async fn an_unsupported_field_selector_counts_as_not_recorded() {
    let path = "/api/v1/namespaces/shop/pods?fieldSelector=spec.containers=x";
    let failure = ask(&cluster(), path, Form::Json).await.good().unwrap_err().kind;
    assert_eq!(failure, FailureKind::NotRecorded);
}

#[tokio::test]
async fn an_object_missing_from_a_whole_list_is_not_found() {
    for (path, message) in [
        ("/api/v1/namespaces/default/pods/other", r#"404: pods "other" not found"#),
        ("/api/v1/namespaces/default/pods/other/log", r#"404: pods "other" not found"#),
        ("/api/v1/nodes/other", r#"404: nodes "other" not found"#),
        ("/apis/apps/v1/namespaces/a/deployments/b", r#"404: deployments.apps "b" not found"#),
    ] {
        let failure = ask(&cluster(), path, Form::Json).await.good().unwrap_err();
        assert_eq!((failure.kind, &*failure.message), (FailureKind::NotFound, message));
    }
}

/// Returns a recording of answers, given by path and body.
fn recording(answers: &[(&str, &str)]) -> Client {
    let entries: Vec<Value> = { answers }
        .iter()
        .map(|(path, body)| {
            serde_json::json!({
                "request": {"method": "GET", "url": format!("https://h{path}")},
                "response": {"status": 200, "content": {"text": body}},
            })
        })
        .collect();
    let har = serde_json::json!({"log": {"entries": entries}});
    Client::replay(Arc::new(Recording::read(har.to_string().as_bytes(), "small").unwrap()))
}

async fn failure_of(client: &Client, path: &str) -> FailureKind {
    ask(client, path, Form::Json).await.good().unwrap_err().kind
}

const LIST: &str = r#"{"items":[{"metadata":{"name":"a","namespace":"shop"}}]}"#;
const PART: &str = r#"{"metadata":{"continue":"more"},"items":[{"metadata":{"name":"a"}}]}"#;

#[tokio::test]
async fn a_page_after_the_last_recorded_one_counts_as_not_recorded() {
    let pods = "/api/v1/namespaces/shop/pods";
    let client = recording(&[(&format!("{pods}?limit=1"), PART)]);
    assert_eq!(count(&json(&ask(&client, &format!("{pods}?limit=500"), Form::Json).await)), 1);
    let next = format!("{pods}?limit=500&continue=more");
    assert_eq!(failure_of(&client, &next).await, FailureKind::NotRecorded);
}

#[tokio::test]
async fn an_object_of_a_list_without_its_own_recording_counts_as_not_recorded() {
    let client = recording(&[("/api/v1/namespaces/shop/pods", LIST)]);
    let pods = "/api/v1/namespaces/shop/pods";
    assert_eq!(failure_of(&client, &format!("{pods}/a")).await, FailureKind::NotRecorded);
    assert_eq!(failure_of(&client, &format!("{pods}/b")).await, FailureKind::NotFound);
    let elsewhere = "/api/v1/namespaces/other/pods/b";
    assert_eq!(failure_of(&client, elsewhere).await, FailureKind::NotRecorded);
}

#[tokio::test]
async fn an_object_missing_from_the_list_of_all_namespaces_is_not_found() {
    let client = recording(&[("/api/v1/pods", LIST)]);
    for (path, expected) in [
        ("/api/v1/namespaces/other/pods/a", FailureKind::NotFound),
        ("/api/v1/namespaces/shop/pods/a", FailureKind::NotRecorded),
    ] {
        assert_eq!(failure_of(&client, path).await, expected, "{path}");
    }
}

#[tokio::test]
async fn a_partial_list_does_not_prove_that_an_object_is_missing() {
    let pods = "/api/v1/namespaces/shop/pods";
    for list in [(format!("{pods}?limit=1"), PART), (format!("{pods}?labelSelector=a"), LIST)] {
        let client = recording(&[(&list.0, list.1)]);
        let other = format!("{pods}/other");
        assert_eq!(failure_of(&client, &other).await, FailureKind::NotRecorded, "{}", list.0);
    }
}

#[tokio::test]
async fn an_object_added_by_a_watch_is_answered() {
    let pods = "/api/v1/namespaces/shop/pods";
    let event =
        r#"{"type":"ADDED","object":{"kind":"Pod","metadata":{"name":"late","namespace":"shop"}}}"#;
    let watch = format!("{pods}?watch=1");
    let client = recording(&[(pods, LIST), (&watch, &format!("{event}\n"))]);
    let late = json(&ask(&client, &format!("{pods}/late"), Form::Json).await);
    assert_eq!(late["metadata"]["name"], "late");
    assert_eq!(failure_of(&client, &format!("{pods}/a")).await, FailureKind::NotRecorded);
    assert_eq!(failure_of(&client, &format!("{pods}/other")).await, FailureKind::NotFound);
}

#[tokio::test]
async fn rows_are_returned_with_or_without_their_objects() {
    let path = "/api/v1/namespaces/shop/pods?limit=500&includeObject";
    let with = json(&ask(&cluster(), &format!("{path}=Metadata"), Form::Table).await);
    assert_eq!(with["rows"][0]["object"]["kind"], "PartialObjectMetadata");
    let without = json(&ask(&cluster(), &format!("{path}=None"), Form::Table).await);
    assert!(without["rows"][0]["object"].is_null());
    assert_eq!(without["rows"][0]["cells"], with["rows"][0]["cells"]);
}

#[tokio::test]
async fn a_log_is_found_by_its_container() {
    let path = "/api/v1/namespaces/default/pods/debug/log?tailLines=500&container";
    let log = ask(&cluster(), &format!("{path}=ambassador"), Form::Any).await;
    assert_eq!(log.body, "Starting to serve on 127.0.0.1:8001\n");
    assert!(!log.is_json());
    assert_eq!(ask(&cluster(), &format!("{path}=main"), Form::Any).await.body, "");
    assert_eq!(ask(&cluster(), &format!("{path}=other"), Form::Any).await.status, 404);
    let only = "/api/v1/namespaces/default/pods/my-job-dbqbz/log";
    assert_eq!(ask(&cluster(), only, Form::Any).await.body, "done\n");
    assert_eq!(ask(&cluster(), &format!("{only}?previous=true"), Form::Any).await.status, 404);
}

#[tokio::test]
async fn a_review_is_found_by_its_attributes() {
    let path = || ApiPath::parse("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews");
    let review = |attributes: &str| {
        let body = format!(
            r#"{{"kind":"SelfSubjectAccessReview","spec":{{"resourceAttributes":{attributes}}},"apiVersion":"authorization.k8s.io/v1"}}"#
        );
        Request::review(path(), body)
    };
    let requested = review(r#"{ "resource": "secrets", "verb": "list" }"#);
    let answer = cluster().send(&requested).await.unwrap();
    assert_eq!(answer.status, 201, "the order of keys and blanks do not matter");
    assert_eq!(json(&answer)["spec"]["resourceAttributes"]["resource"], "secrets");
    let other = cluster().send(&review(r#"{"verb":"list","resource":"unheard"}"#)).await.unwrap();
    assert_eq!(other.good().unwrap_err().kind, FailureKind::NotRecorded);
}

#[tokio::test]
async fn a_schema_is_found_without_its_hash() {
    assert_eq!(ask(&cluster(), "/openapi/v3/apis/batch", Form::Json).await.status, 200);
    assert_eq!(ask(&cluster(), "/openapi/v3/apis/batch?hash=0", Form::Json).await.status, 200);
}

#[tokio::test]
async fn a_refused_watch_is_found_by_its_exact_query() {
    let client = Client::replay(recordings::named("watch"));
    let request = Request::get(ApiPath::parse("/api/v1/namespaces/default/pods"), Form::Json)
        .with("timeoutSeconds", "3")
        .with("resourceVersion", "1");
    let mut lines = client.watch(&request).await.unwrap();
    let line: Value = serde_json::from_slice(&lines.next().await.unwrap().unwrap()).unwrap();
    assert_eq!((&line["type"], &line["object"]["code"]), (&"ERROR".into(), &410.into()));
}

#[tokio::test]
async fn the_time_of_a_recording_is_when_its_objects_were_read() {
    let read = recordings::cluster().recorded_at().unwrap();
    assert_eq!(read.to_string(), "2026-11-23T06:08:13.262612Z");
}

#[tokio::test]
async fn a_refused_list_is_refused_for_every_page() {
    let client = Client::replay(recordings::named("restricted-viewer"));
    assert_eq!(ask(&client, "/", Form::Any).await.status, 403);
    for path in ["/api/v1/namespaces?limit=20", "/api/v1/namespaces/shop/pods?limit=7&continue=x"] {
        let refused = ask(&client, path, Form::Table).await;
        assert_eq!(refused.good().unwrap_err().kind, FailureKind::Forbidden, "{path}");
    }
    let allowed = ask(&client, "/api/v1/namespaces/team-a/pods?limit=1", Form::Table).await;
    assert_eq!(count(&json(&allowed)), 1);
    let who = r#"{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}"#;
    let path = ApiPath::parse("/apis/authentication.k8s.io/v1/selfsubjectreviews");
    let who = client.send(&Request::review(path, who.to_owned())).await.unwrap();
    let name = &json(&who)["status"]["userInfo"]["username"];
    assert_eq!(name, "system:serviceaccount:team-a:viewer");
}

#[tokio::test]
async fn a_namespace_is_answered_from_the_list_of_all_namespaces() {
    let leases = "/api/v1/namespaces/kube-node-lease/pods";
    let none = json(&ask(&cluster(), &format!("{leases}?labelSelector=app=db"), Form::Table).await);
    assert_eq!(count(&none), 0);
    let har = r#"{"log":{"entries":[{"request":{"method":"GET","url":"http://h/api/v1/pods"},
        "response":{"status":200,"content":{"text":"{\"items\":[{\"metadata\":{\"name\":\"a\",\"namespace\":\"x\"}},{\"n\":1.0,\"metadata\":{\"name\":\"b\",\"namespace\":\"y\"}}]}"}}}]}}"#;
    let recording = Recording::read(har.as_bytes(), "small").unwrap();
    let client = Client::replay(Arc::new(recording));
    let list = ask(&client, "/api/v1/namespaces/y/pods", Form::Json).await;
    let expected = "{\"items\":[{\"n\":1.0,\"metadata\":{\"name\":\"b\",\"namespace\":\"y\"}}]}\n";
    assert_eq!(list.body, expected, "the tokens are unchanged");
}

#[tokio::test]
async fn an_expired_page_offers_a_new_token() {
    let client = Client::replay(recordings::named("expired-continue"));
    let token = "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MjMxNiwic3RhcnQiOiJpdGVtLTA0OTlcdTAwMDAifQ";
    let path = format!("/api/v1/namespaces/bulk/configmaps?limit=500&continue={token}");
    let expired = ask(&client, &path, Form::Table).await;
    assert_eq!(expired.good().unwrap_err().kind, FailureKind::Gone);
    assert!(json(&expired)["metadata"]["continue"].is_string());
}

#[tokio::test]
async fn a_bad_token_is_unauthorized() {
    let client = Client::replay(recordings::named("unauthorized"));
    let answer = ask(&client, "/api/v1/pods?limit=20", Form::Table).await;
    assert_eq!(answer.good().unwrap_err().kind, FailureKind::Unauthorized);
}
