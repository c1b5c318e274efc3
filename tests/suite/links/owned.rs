//! Whatever an object owns, and what uses it.

use kubewalk::app::message::Message;
use serde_json::json;

use crate::support::app::{App, requests};
use crate::support::walker::{Walker, screen, selected};
use crate::support::{golden, recordings};

/// An app in which an object of the broken cluster is open.
fn app(location: &str) -> App {
    let mut app = App::over(&[recordings::named("trouble")]);
    app.walk(&format!(":{location} enter"));
    app
}

/// Moves the cursor to a row by its beginning.
fn go_down_to(app: &mut App, begin: &str) {
    for _ in 0..60 {
        app.press("j");
        if selected(&app.model).trim_start_matches(['▸', '▾', ' ']).starts_with(begin) {
            return;
        }
    }
    panic!("no {begin}: {}", screen(&app.model));
}

const SET: &str = "sts/db space -n space shop";

#[test]
fn the_row_of_owned_objects_is_the_last_one_and_says_its_price() {
    let mut app = app(SET);
    app.press("l");
    let children = app.children("/apis/apps/v1/namespaces/shop/statefulsets/db");
    assert_eq!(children.last().map(String::as_str), Some("other owned"));
    app.take_effects();
    go_down_to(&mut app, "other owned");
    app.rest();
    let price = selected(&app.model);
    assert!(price.contains("⏎ reads 28 lists"), "{price}");
    assert!(
        screen(&app.model).contains("Press ⏎ to read 28 lists of shop"),
        "{}",
        screen(&app.model)
    );
    let sent = requests(&app.take_effects());
    assert!(sent.iter().all(|sent| !sent.contains("includeObject=Metadata")), "{sent:?}");
}

#[test]
fn owned_objects_are_read_eight_lists_at_a_time_and_grouped_by_their_lists() {
    let mut app = app(SET);
    app.press("l");
    go_down_to(&mut app, "other owned");
    app.press("enter");
    assert_eq!(app.pending().len(), 8);
    assert!(app.pending()[0].starts_with("/apis/apps/v1/namespaces/shop/"), "its own group first");
    app.answer_all();
    let shown = selected(&app.model);
    assert!(shown.contains("3 in 28 lists"), "{shown}");
    app.press("j");
    assert!(selected(&app.model).contains("controllerrevisions.apps 1"), "{}", screen(&app.model));
    app.press("j");
    assert!(selected(&app.model).contains("pods 2"), "{}", screen(&app.model));
    app.press("l");
    app.answer_all();
    let shown = screen(&app.model);
    assert!(shown.contains("db-0") && shown.contains("db-1"), "{shown}");
}

#[test]
fn kinds_of_which_such_an_object_owned_some_before_are_read_first() {
    let mut app = App::over(&[recordings::named("trouble")]);
    let mut first_of = |name: &str| {
        app.walk(&format!(":deploy/{name} space -n space payments enter"));
        app.press("l");
        go_down_to(&mut app, "other owned");
        app.press("enter");
        let first = app.pending()[0].split_once('?').unwrap().0.to_owned();
        app.answer_all();
        first
    };
    assert_eq!(first_of("gateway"), "/apis/apps/v1/namespaces/payments/deployments");
    assert_eq!(first_of("ledger"), "/apis/apps/v1/namespaces/payments/replicasets");
}

#[test]
fn escape_stops_reading_and_keeps_what_was_found() {
    let mut app = app(SET);
    app.press("l");
    go_down_to(&mut app, "other owned");
    app.press("enter");
    for _ in 0..4 {
        app.answer_first();
    }
    let running = selected(&app.model);
    assert!(
        running.contains("4 of 28 lists, 0 owned") || running.contains("4 of 28 lists, 1 owned"),
        "{running}"
    );
    app.press("esc");
    assert!(app.waiting.is_empty(), "{:?}", app.pending());
    assert!(selected(&app.model).contains("stopped at 4 of "), "{}", selected(&app.model));
}

#[test]
fn what_the_rules_forbid_is_counted_and_not_requested() {
    let mut app = App::over(&[recordings::named("restricted-viewer")]);
    app.walk(":po space -n space team-a enter j enter");
    let pod = app.location();
    assert!(pod.contains("/namespaces/team-a/pods/"), "{pod}");
    app.press("l");
    go_down_to(&mut app, "owned");
    app.press("enter");
    assert!(app.pending().iter().all(|sent| !sent.contains("/secrets")), "{:?}", app.pending());
    app.answer_all();
    let shown = selected(&app.model);
    assert!(
        shown.contains("nothing in 28 lists") && screen(&app.model).contains("forbidden"),
        "{shown}"
    );
}

#[tokio::test]
async fn owned_objects_are_drawn() {
    for (size, name) in [((80, 24), "owned-80"), ((120, 40), "owned-120")] {
        let mut walker = Walker::recording("trouble", size).await;
        walker.walk(&format!(":{SET} enter")).await;
        walker.wait_unwatched("kind: StatefulSet").await;
        walker.walk("l").await;
        for _ in 0..30 {
            walker.press("j");
            if walker.selected().contains("other owned") {
                break;
            }
        }
        walker.walk("enter").await;
        walker.wait_for("3 in 28 lists").await;
        let file = format!("tests/fixtures/screens/links/{name}.txt");
        golden::is_current(&file, &format!("{}\n", walker.screen()));
    }
}

#[test]
pub(crate) fn u_opens_the_first_list_of_what_uses_the_object() {
    let mut app = App::over(&[recordings::named("trouble")]);
    app.walk(":cm space -n space payments enter");
    while !selected(&app.model).contains("ledger-config") {
        app.press("j");
    }
    // It is opened first, because nothing is known of it yet.
    app.press("u");
    app.answer_all();
    assert!(selected(&app.model).contains("pods 3 of 14 read"), "{}", screen(&app.model));
    app.press("k k u");
    app.answer_all();
}

#[test]
fn u_on_an_object_that_nothing_is_known_to_use_says_so() {
    let mut app = app("deploy/ledger space -n space payments");
    app.press("u");
    app.answer_all();
    let notice = app.model.notice.as_ref().map(|notice| notice.text.clone()).unwrap_or_default();
    assert!(notice.contains("No list is known"), "{notice}");
}

/// Answers the request for a page of pods: the first names the ConfigMap.
fn answer_page(app: &mut App) -> String {
    let at = app.waiting.iter().position(|(_, it)| it.request.path.to_string().ends_with("/pods"));
    let (ticket, question) = app.waiting.remove(at.unwrap());
    let limit = question.request.query.iter().find(|(name, _)| name == "limit");
    let limit: usize = limit.unwrap().1.parse().unwrap();
    let token = question.request.query.iter().find(|(name, _)| name == "continue");
    let page: usize = token.map_or(0, |(_, token)| token.parse().unwrap());
    let rows = (0..limit).map(|at| {
        let name = format!("pod-{:06}", page + at);
        let from = json!([{"configMapRef": {"name": if at == 0 { "ledger-config" } else { "x" }}}]);
        json!({"cells": [name], "object": {"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "namespace": "payments"},
            "spec": {"containers": [{"name": "main", "envFrom": from}]}}})
    });
    let table = json!({"kind": "Table", "apiVersion": "meta.k8s.io/v1",
        "metadata": {"resourceVersion": "5", "continue": (page + limit).to_string(),
            "remainingItemCount": 90_000},
        "columnDefinitions": [{"name": "Name", "type": "string", "format": "name"}],
        "rows": rows.collect::<Vec<_>>()});
    let mut exchange = app.exchange(&question.request);
    exchange.status = 200;
    exchange.body = table.to_string().into();
    let result = question.decode(exchange, app.model.now);
    app.message(Message::Answered { ticket, result });
    question.request.path_and_query()
}

fn is_reading(app: &App) -> bool {
    app.pending().iter().any(|sent| sent.starts_with("/api/v1/namespaces/payments/pods?"))
}

#[test]
fn what_names_an_object_is_looked_for_in_5000_pods_and_a_key_reads_on() {
    let mut app = app("cm/ledger-config space -n space payments");
    app.press("u");
    let mut pages = 0;
    while is_reading(&app) {
        answer_page(&mut app);
        pages += 1;
        assert!(pages < 30, "{:?}", app.pending());
    }
    let shown = screen(&app.model);
    assert!(
        shown.contains("of 5,500 read · L reads on") || shown.contains("4 of 5,500 read"),
        "{shown}"
    );
    app.press("L");
    assert!(is_reading(&app));
    answer_page(&mut app);
    assert!(is_reading(&app), "it reads to the end");
    assert!(screen(&app.model).contains("esc stops"), "{}", screen(&app.model));
    app.press("esc");
    assert!(!is_reading(&app));
}
