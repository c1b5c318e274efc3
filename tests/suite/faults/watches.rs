//! Watches that end with a failure.

use std::time::Duration;

use kubewalk::app::effect::Effect;
use kubewalk::app::message::{Message, Timer};
use kubewalk::app::state::watch::{Live, Target};
use kubewalk::k8s::failure::Failure;

use crate::support::app::{App, requests};
use crate::support::walker::screen;

const NOT_YET: &[u8] = br#"{"kind":"Status","message":"Too large resource version: 1084, current: 900","reason":"Timeout","details":{"causes":[{"reason":"ResourceVersionTooLarge"}],"retryAfterSeconds":3},"code":504}"#;

fn shop() -> App {
    let mut app = App::demo();
    app.walk(":po space -n space shop enter");
    app.take_effects();
    app
}

fn live(app: &App) -> Live {
    let tree = &app.model.tree;
    let id = tree.collection_at(tree.cursor()).unwrap();
    app.model.live_rows(id).clone()
}

/// Ends the watch with a failure. Returns the pause before the retry.
fn end_watch(app: &mut App, failure: Failure) -> Duration {
    let ticket = live(app).ticket().unwrap();
    // The watch was open for a while.
    app.model.now += jiff::SignedDuration::from_secs(2);
    app.message(Message::WatchEnded { ticket, failure: Some(failure) });
    let effects = app.take_effects();
    let pause = |effect: &Effect| match effect {
        Effect::After(Timer::Watch(Target::Rows(..)), pause) => Some(*pause),
        _ => None,
    };
    effects.iter().find_map(pause).unwrap_or_else(|| panic!("{effects:?}"))
}

/// Ends the pause. Returns the requests that follow.
fn retry(app: &mut App) -> Vec<String> {
    app.waiting.clear();
    app.retry_rows();
    requests(&app.take_effects())
}

#[test]
fn a_watch_from_a_future_version_retries_and_lists_again_after_the_third_time() {
    let mut app = shop();
    for _ in 0..2 {
        assert_eq!(end_watch(&mut app, Failure::from_answer(504, NOT_YET)), Duration::from_secs(3));
        let requested = retry(&mut app);
        assert!(
            requested[0].contains("watch=1") && requested[0].contains("resourceVersion=1084"),
            "{requested:?}"
        );
    }
    end_watch(&mut app, Failure::from_answer(504, NOT_YET));
    let requested = retry(&mut app);
    assert!(requested[0].ends_with("limit=500"), "{requested:?}");
    app.answer_all();
    assert!(matches!(live(&app), Live::Watching(_)));
}

#[test]
fn a_throttled_watch_waits_for_the_requested_time() {
    for code in [429, 503] {
        let mut app = shop();
        let body = br#"{"kind":"Status","message":"busy","details":{"retryAfterSeconds":40}}"#;
        assert_eq!(end_watch(&mut app, Failure::from_answer(code, body)), Duration::from_secs(40));
        assert!(
            screen(&app.model).contains("shop 6 reconnecting in 40 s"),
            "{}",
            screen(&app.model)
        );
        app.advance(10);
        assert!(screen(&app.model).contains("shop 6 reconnecting in 30 s"));
    }
}

#[test]
fn a_forbidden_watch_is_reported_once() {
    for code in [403, 405, 406] {
        let mut app = shop();
        let ticket = live(&app).ticket().unwrap();
        let failure = Failure::from_answer(code, b"not that");
        app.message(Message::WatchEnded { ticket, failure: Some(failure) });
        let again = |effect: &Effect| matches!(effect, Effect::After(Timer::Watch(_), _));
        assert!(!app.take_effects().iter().any(again), "{code}");
        assert!(screen(&app.model).contains("shop 6 not live"), "{}", screen(&app.model));
    }
}

#[test]
fn a_watch_is_live_once_it_is_open() {
    let mut app = shop();
    let failure = Failure::from_answer(500, b"");
    end_watch(&mut app, failure);
    app.opens_watches = false;
    retry(&mut app);
    assert!(screen(&app.model).contains("shop 6 reconnecting"), "{}", screen(&app.model));
    assert_eq!(app.model.watches(), 0);
    let ticket = live(&app).ticket().unwrap();
    app.message(Message::WatchOpened { ticket });
    assert!(screen(&app.model).contains("shop 6 ◉"), "{}", screen(&app.model));
    assert_eq!(app.model.watches(), 1);
}
