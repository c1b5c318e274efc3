//! Slow answers: their display, cancelling them and timeouts.

use std::time::Duration;

use kubewalk::api::endpoint::Options;
use kubewalk::app::effect::Effect;
use kubewalk::app::message::{Message, Timer};
use kubewalk::app::question::Purpose;

use super::statuses::row;
use crate::support::app::App;
use crate::support::fault::{Fault, FaultyProxy};
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::walker::{Walker, screen};

const PODS: &str = "/api/v1/namespaces/shop/pods";

fn counts(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::After(Timer::Second, _)))
}

#[test]
fn a_slow_request_shows_its_duration_and_closing_the_node_cancels_it() {
    let mut app = App::demo();
    app.walk(":po space -n space shop enter");
    app.press("k");
    app.message(Message::Timer(Timer::Second));
    let effects = app.press("enter");
    assert!(counts(&effects), "{effects:?}");
    assert!(row(&app).contains("kube-system …") && !row(&app).contains(" s "), "{}", row(&app));
    app.advance(12);
    assert!(row(&app).contains("kube-system … 12 s"), "{}", row(&app));
    let page = app
        .waiting
        .iter()
        .find(|(_, question)| matches!(question.purpose, Purpose::Page { .. }))
        .unwrap()
        .0;
    let effects = app.press("h");
    assert!(effects.contains(&Effect::Cancel(page)), "{effects:?}");
    assert!(!row(&app).contains('…'), "{}", row(&app));
    // An answer that still arrives is dropped.
    app.answer_all();
    assert!(!row(&app).contains("kube-system 1"), "{}", row(&app));
}

#[test]
fn a_slow_document_shows_its_duration_and_leaving_the_row_cancels_it() {
    let mut app = App::demo();
    app.walk(":po space -n space shop enter");
    app.press("j");
    app.message(Message::Timer(Timer::Rest));
    assert_eq!(app.pending(), [format!("{PODS}/db-0")]);
    app.advance(12);
    let shown = screen(&app.model);
    assert!(shown.contains("Requested 12 s ago, no answer yet"), "{shown}");
    assert!(shown.contains("db-0 … 12 s"), "{shown}");
    app.press("j");
    assert_eq!(app.pending(), [""; 0]);
}

#[test]
fn closing_a_node_cancels_its_list_of_namespaces() {
    let mut app = App::demo();
    app.walk(":cm enter h");
    assert_eq!(app.location(), "/api/v1/configmaps");
    app.press("r enter");
    let requested =
        |app: &App| app.pending().iter().any(|path| path.starts_with("/api/v1/namespaces?"));
    assert!(requested(&app), "{:?}", app.pending());
    app.press("h");
    assert!(!requested(&app), "{:?}", app.pending());
    app.walk("enter");
    assert!(app.children("/api/v1/configmaps").contains(&"shop".to_owned()));
}

#[test]
fn no_timer_runs_while_no_request_waits() {
    let mut app = App::demo();
    app.walk(":po space -n space shop enter");
    app.take_effects();
    app.message(Message::Timer(Timer::Second));
    assert!(!counts(&app.take_effects()), "no timer runs while idle");
    app.press("j");
    assert!(!counts(&app.take_effects()));
}

#[tokio::test]
async fn the_request_timeout_applies_to_requests_but_not_to_watches() {
    let server = Server::over(recordings::cluster());
    let watch = server.watch(PODS);
    let proxy = FaultyProxy::to(&server);
    let limit = Duration::from_millis(400);
    let options =
        Options { server: Some(proxy.url()), request_timeout: Some(limit), ..Options::default() };
    let mut walker = Walker::start(options, (140, 36));
    walker.settle().await;
    walker.walk(":po space -n space shop enter").await;
    walker.meanwhile(watch.until_open(1)).await;
    proxy.inject("/api/v1/namespaces/kube-system/pods", Fault::Silence);
    walker.walk("k enter").await;
    walker.wait_for("kube-system ✗ timed out").await;
    assert!(walker.screen().contains("400 ms"), "{}", walker.screen());
    walker.walk("j").await;
    walker.meanwhile(watch.until_open(1)).await;
    walker.wait_for("shop 6 ◉").await;
    assert!(!walker.screen().contains("retrying"), "the server itself answers");
    // Longer than the request timeout.
    walker.meanwhile(tokio::time::sleep(limit * 2)).await;
    walker.wait_for("shop 6 ◉").await;
}
