//! How many rows are requested per page: few at first, more while the server is fast.

use std::sync::Arc;

use kubewalk::api::client::Client;
use kubewalk::api::har::Recording;
use kubewalk::app::message::{Message, Timer};
use kubewalk::app::question::Question;
use kubewalk::k8s::failure::{Failure, FailureKind};
use kubewalk::k8s::request::{Form, Request};
use serde_json::{Value, json};

use crate::support::app::App;
use crate::support::recordings;
use crate::support::walker::Walker;

const ITEMS: &str = "/api/v1/namespaces/bulk/configmaps";

/// Returns a recording of a server with 20,000 ConfigMaps, each of whose answers took that long.
fn server(milliseconds: u32) -> Recording {
    let rows: Vec<Value> = (0..20_000)
        .map(|number| json!({"cells": [format!("item-{number:05}")], "object": null}))
        .collect();
    let columns = json!([{"name": "Name", "type": "string", "format": "name", "priority": 0}]);
    let table = json!({"kind": "Table", "metadata": {"resourceVersion": "1"},
        "columnDefinitions": columns, "rows": rows});
    let resource = json!({"name": "configmaps", "singularName": "configmap", "namespaced": true,
        "kind": "ConfigMap", "verbs": ["get", "list"], "shortNames": ["cm"]});
    let entries: Vec<Value> = [
        ("/api", "", json!({"kind": "APIVersions", "versions": ["v1"]})),
        ("/apis", "", json!({"kind": "APIGroupList", "groups": []})),
        (
            "/api/v1",
            "",
            json!({"kind": "APIResourceList", "groupVersion": "v1", "resources": [resource]}),
        ),
        (ITEMS, "application/json;as=Table;v=v1;g=meta.k8s.io", table),
    ]
    .into_iter()
    .map(|(path, accept, body)| {
        json!({
            "time": milliseconds,
            "request": {
                "method": "GET",
                "url": format!("https://h{path}"),
                "headers": [{"name": "Accept", "value": accept}],
            },
            "response": {"status": 200, "content": {"text": body.to_string()}},
        })
    })
    .collect();
    let har = json!({"log": {"entries": entries}});
    Recording::read(har.to_string().as_bytes(), "bulk").unwrap()
}

/// Loads all rows, and returns the limits of the requests for them in their order.
async fn limits(milliseconds: u32) -> Vec<String> {
    let client = Client::replay(Arc::new(server(milliseconds)));
    let mut walker = Walker::client(client, (120, 36)).await;
    walker.walk(":cm space -n space bulk enter").await;
    walker.walk("L").await;
    walker.wait_unwatched("bulk 20,000").await;
    let newest_first = walker.model.trace.rows().into_iter();
    let lists = newest_first.rev().map(|traced| &traced.sent.request).filter(|request| {
        request.path.to_string() == ITEMS && request.form == Form::Table && !request.is_watch()
    });
    lists.filter_map(|list| parameter(list, "limit")).collect()
}

#[tokio::test]
async fn the_pages_of_a_fast_server_grow_and_each_is_requested_once() {
    let limits = limits(20).await;
    assert_eq!(limits[..3], ["500", "1000", "2000"]);
    assert_eq!(limits[3..], ["2000"; 9]);
}

#[tokio::test]
async fn the_pages_of_a_slow_server_stay_small() {
    assert_eq!(limits(300).await, ["500"; 40]);
}

/// The second page of 1202 ConfigMaps is requested.
fn loading() -> App {
    let mut app = App::over(&[recordings::named("paging"), recordings::cluster()]);
    app.walk(":cm space -n space bulk enter");
    app.press("L");
    assert_eq!(limit(&app), "1000");
    app
}

fn parameter(request: &Request, name: &str) -> Option<String> {
    let parameter = request.query.iter().find(|(other, _)| other == name);
    parameter.map(|(_, value)| value.clone())
}

/// Returns the requests for pages that are not answered.
fn pages(app: &App) -> Vec<&Request> {
    let requests = app.waiting.iter().map(|(_, question)| &question.request);
    requests.filter(|request| request.path.to_string() == ITEMS).collect()
}

/// Returns a parameter of the only request for a page.
fn requested(app: &App, name: &str) -> String {
    let [page] = pages(app)[..] else { panic!("{:?}", app.pending()) };
    parameter(page, name).unwrap()
}

/// Fails the request for a page.
fn fail(app: &mut App, failure: Failure) {
    let of_page = |(_, question): &(_, Question)| question.request.path.to_string() == ITEMS;
    let (ticket, _) = app.waiting.remove(app.waiting.iter().position(of_page).unwrap());
    app.message(Message::Answered { ticket, result: Err(failure) });
}

fn limit(app: &App) -> String {
    requested(app, "limit")
}

fn token(app: &App) -> String {
    requested(app, "continue")
}

#[test]
fn a_page_that_takes_too_long_or_is_too_long_is_requested_again_in_half() {
    for kind in [FailureKind::Overdue, FailureKind::TimedOut, FailureKind::TooLong] {
        let mut app = loading();
        let next = token(&app);
        fail(&mut app, Failure::new(kind, "why", ""));
        assert_eq!((limit(&app), token(&app)), ("500".to_owned(), next), "{kind:?}");
        // The smallest page is not requested again.
        fail(&mut app, Failure::new(kind, "why", ""));
        assert!(pages(&app).is_empty(), "{kind:?}: {:?}", app.pending());
    }
}

#[test]
fn a_server_that_is_overloaded_gets_a_smaller_request_after_the_pause() {
    let mut app = loading();
    fail(&mut app, Failure::new(FailureKind::Throttled, "429", ""));
    assert!(app.waiting.is_empty(), "{:?}", app.pending());
    let id = app.model.tree.collection_at(app.model.tree.cursor()).unwrap();
    app.message(Message::Timer(Timer::Node(id)));
    assert_eq!(limit(&app), "500");
    app.answer_all();
    assert_eq!(app.children(ITEMS).len(), 1202);
}

#[test]
fn an_expired_version_keeps_the_size_of_the_page() {
    let mut app = loading();
    let body = br#"{"kind":"Status","metadata":{"continue":"fresh"},"reason":"Expired"}"#;
    fail(&mut app, Failure::from_answer(410, body));
    assert_eq!((limit(&app), token(&app)), ("1000".to_owned(), "fresh".to_owned()));
}

#[test]
fn a_refresh_fetches_the_loaded_rows_in_growing_pages() {
    let mut app = loading();
    app.answer_all();
    app.press("r");
    let list = |app: &App| app.pending().into_iter().find(|path| path.contains("includeObject"));
    assert!(list(&app).unwrap().contains("limit=500"), "{:?}", app.pending());
    while list(&app).is_some_and(|path| !path.contains("continue")) {
        app.answer_first();
    }
    assert!(list(&app).unwrap().contains("limit=1000"), "{:?}", app.pending());
}
