//! The number of objects in each namespace, counted without loading the server.

use std::time::Duration;

use kubewalk::app::message::{Message, Timer};
use kubewalk::k8s::failure::{Failure, FailureKind};

use crate::support::app::App;
use crate::support::walker::screen;

/// The namespaces of the pods are visible, and the cursor has rested on them.
fn at_the_namespaces_of_pods() -> App {
    let mut app = App::demo();
    app.press(":/api/v1/pods enter");
    app.answer_all();
    app.press("l");
    app.answer_all();
    app.message(Message::Timer(Timer::Rest));
    app
}

fn counts(app: &App) -> Vec<String> {
    let requested = app.pending().into_iter();
    requested.filter(|requested| requested.ends_with("/pods?includeObject=None&limit=1")).collect()
}

fn row(app: &App, namespace: &str) -> String {
    let screen = screen(&app.model);
    let is_it = |line: &&str| line.contains(&format!("▸ {namespace} "));
    screen.lines().find(is_it).unwrap_or_else(|| panic!("{screen}")).to_owned()
}

#[test]
fn visible_namespaces_are_counted_four_at_a_time() {
    let mut app = at_the_namespaces_of_pods();
    assert_eq!(counts(&app).len(), 4, "{:?}", app.pending());
    assert!(counts(&app)[0].starts_with("/api/v1/namespaces/"));
    app.answer_first();
    assert!(counts(&app).len() <= 4);
    app.answer_all();
    let pods = app.exchange(&pods_of_shop());
    let list: serde_json::Value = serde_json::from_slice(&pods.body).unwrap();
    let count = list["items"].as_array().unwrap().len();
    assert!(count > 1);
    assert!(row(&app, "shop").contains(&format!("shop {count} ")), "{}", row(&app, "shop"));
    app.message(Message::Timer(Timer::Rest));
    assert_eq!(counts(&app), [""; 0], "once");
}

fn pods_of_shop() -> kubewalk::k8s::request::Request {
    use kubewalk::k8s::path::ApiPath;
    use kubewalk::k8s::request::{Form, Request};
    Request::get(ApiPath::parse("/api/v1/namespaces/shop/pods"), Form::Json).with("limit", "500")
}

#[test]
fn counting_stops_when_the_server_is_slow() {
    let mut app = at_the_namespaces_of_pods();
    app.model.now += Duration::from_millis(600);
    app.answer_all();
    app.message(Message::Timer(Timer::Rest));
    assert_eq!(counts(&app), [""; 0]);
    let shown = screen(&app.model);
    let namespaces = shown.lines().filter(|line| !line.contains("all namespaces"));
    let counted = namespaces.filter(|line| line.contains("▸ ") && is_counted(line)).count();
    assert_eq!(counted, 4, "only the requests in flight are answered\n{shown}");
}

fn is_counted(line: &str) -> bool {
    let row = line.split('│').nth(1).unwrap_or_default();
    row.trim_end().rsplit(' ').next().is_some_and(|last| last.parse::<u64>().is_ok())
}

#[test]
fn a_forbidden_count_is_skipped_and_a_failed_one_stops_counting() {
    let mut app = at_the_namespaces_of_pods();
    let before = counts(&app);
    app.fail_first(Failure::new(FailureKind::Forbidden, "403: no", ""));
    assert_eq!(counts(&app).len(), 4, "the next namespace is counted instead");
    assert!(!counts(&app).contains(&before[0]));
    app.fail_first(Failure::new(FailureKind::Status(500), "500: no", ""));
    assert_eq!(counts(&app).len(), 3, "no further namespace is counted");
    assert!(app.model.notice.is_none());
}
