//! Which requests are sent, and when.

mod ahead;
mod arriving;

use kubewalk::app::effect::Effect;
use kubewalk::app::message::Timer;
use kubewalk::app::state::reading::ReadState;
use kubewalk::app::state::watch::Live;

use crate::support::app::{App, requests};

#[test]
fn discovery_costs_two_requests() {
    let mut app = App::unconnected(&[crate::support::recordings::cluster()]);
    app.connect(None);
    let requested = requests(&app.take_effects());
    let discovery: Vec<_> = requested.iter().filter(|path| path.starts_with("/api")).collect();
    let user = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    let rules = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
    assert_eq!(discovery, ["/api", "/apis", user, rules], "{requested:?}");
}

#[test]
fn passing_a_row_requests_nothing() {
    let mut app = App::demo();
    let effects = app.press("j j j j k");
    assert_eq!(requests(&effects), [""; 0]);
    let rests = |effect: &Effect| {
        matches!(effect, Effect::After(Timer::Rest, pause)
        if pause.as_millis() == 200)
    };
    assert_eq!(effects.iter().filter(|effect| rests(effect)).count(), 5);
}

#[test]
fn a_resting_cursor_requests_its_row_and_leaving_cancels() {
    let mut app = App::demo();
    app.press("j j");
    app.message(kubewalk::app::message::Message::Timer(Timer::Rest));
    assert_eq!(app.pending(), ["/api"]);
    let ticket = app.waiting[0].0;
    let effects = app.press("j");
    assert!(effects.contains(&Effect::Cancel(ticket)), "{effects:?}");
    assert_eq!(app.pending(), [""; 0]);
    app.rest();
    assert_eq!(app.model.reading.shown.as_ref().unwrap().request.path.to_string(), "/api/v1");
}

#[test]
fn answers_to_cancelled_requests_are_dropped() {
    let mut app = App::demo();
    app.press("j");
    app.message(kubewalk::app::message::Message::Timer(Timer::Rest));
    let late = app.waiting.clone();
    app.press("j");
    app.waiting = late;
    app.answer_all();
    assert_eq!(app.model.reading.shown.as_ref().unwrap().request.path.to_string(), "/");
    assert_ne!(app.model.reading.state, ReadState::Ready);
}

#[test]
fn secrets_and_large_answers_are_requested_only_by_enter() {
    for (way, path) in [
        (":secret space -n space shop enter j j", "/api/v1/namespaces/shop/secrets/db-credentials"),
        (":/metrics enter", "/metrics"),
        (":/openapi/v3 enter", "/openapi/v3"),
    ] {
        let mut app = App::demo();
        app.walk(way);
        // The jump to a named Secret has requested it before.
        app.walk("k");
        if app.location() != path.split('?').next().unwrap() {
            app.walk("j");
        }
        assert_eq!(app.model.reading.state, ReadState::ByEnter, "{path}");
        assert_eq!(app.pending(), [""; 0], "{path}");
        let subject = app.model.reading.subject.clone().unwrap();
        assert!(subject.by_enter.is_some(), "the pane shows the reason");
        app.press("enter");
        assert!(app.pending().contains(&path.to_owned()), "{path}: {:?}", app.pending());
    }
}

#[test]
fn enter_on_an_object_requests_and_watches_it() {
    let mut app = App::demo();
    app.walk(":po space -n space default enter");
    app.press("j");
    let effects = app.press("enter");
    let path = "/api/v1/namespaces/default/pods/curl-with-ambassador";
    assert_eq!(requests(&effects), [path]);
    app.take_effects();
    app.answer_all();
    let watched = requests(&app.take_effects());
    let watch = "watch curl-with-ambassador from None shown ";
    assert!(watched.iter().any(|request| request.starts_with(watch)), "{watched:?}");
    assert!(matches!(*app.model.live_document(), Live::Watching(_)));
}

#[test]
fn enter_on_a_loaded_object_does_not_request_it_again() {
    let mut app = App::demo();
    app.walk(":po space -n space default enter");
    app.walk("j");
    let effects = app.press("enter");
    let watched = requests(&effects);
    assert_eq!(watched.len(), 1, "{watched:?}");
    assert!(watched[0].starts_with("watch "), "{watched:?}");
    // On an open node that is shown, enter closes it.
    app.walk("enter");
    assert_eq!(app.children("/api/v1/namespaces/default/pods").len(), 5);
}

#[test]
fn with_a_chosen_namespace_a_resource_opens_its_objects() {
    let mut app = App::unconnected(&[crate::support::recordings::cluster()]);
    app.connect(Some("shop"));
    app.walk(":po enter");
    let path = "/api/v1/namespaces/shop/pods";
    assert_eq!(app.location(), path);
    let below = app.children(path);
    assert_eq!(below.first().map(String::as_str), Some("db-0"));
    assert_eq!(below.last().map(String::as_str), Some("other namespaces"));
    app.walk("G");
    app.walk(":po enter");
    assert_eq!(app.location(), path);
    app.walk(":ns space default enter :po enter");
    assert_eq!(app.location(), "/api/v1/namespaces/default/pods");
    assert_eq!(app.children("/api/v1/namespaces/default/pods").len(), 6);
}

#[test]
fn without_the_right_to_list_namespaces_one_can_be_typed() {
    let mut app = App::over(&[crate::support::recordings::named("restricted-viewer")]);
    app.walk(":po enter");
    // The namespace of the service account is known from the user's name.
    assert_eq!(app.children("/api/v1/pods"), ["all namespaces", "team-a", "another namespace…"]);
    app.walk("j j j enter shop enter");
    assert_eq!(app.location(), "/api/v1/namespaces/shop/pods");
    let all = ["all namespaces", "shop", "team-a", "another namespace…"];
    assert_eq!(app.children("/api/v1/pods"), all);
}

#[test]
fn every_list_has_a_limit() {
    let mut app = App::demo();
    app.press(":po space -n space shop enter");
    let mut requested = Vec::new();
    while !app.waiting.is_empty() {
        requested.extend(app.pending());
        app.answer_first();
    }
    let lists: Vec<_> = requested.iter().filter(|path| path.contains("/shop/pods")).collect();
    assert!(!lists.is_empty());
    for list in lists {
        assert!(list.contains("limit=20") || list.contains("limit=500"), "{list}");
    }
}
