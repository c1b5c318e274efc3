//! When a watch that ended is retried, and when its collection is listed first.

use jiff::SignedDuration;
use kubewalk::app::effect::Effect;
use kubewalk::app::message::{Message, Timer};
use kubewalk::app::state::watch::{Live, Target};
use kubewalk::k8s::failure::{Failure, FailureKind};
use kubewalk::k8s::request::Ticket;
use kubewalk::k8s::table::Delta;

use crate::support::app::{App, requests};

/// The cursor is on the pods of the shop, which are watched.
fn shop() -> App {
    let mut app = App::demo();
    app.walk(":po space -n space shop enter");
    app.take_effects();
    app
}

fn live(app: &App) -> Live {
    let tree = &app.model.tree;
    app.model.live_rows(tree.collection_at(tree.cursor()).unwrap()).clone()
}

fn ticket(app: &App) -> Ticket {
    live(app).ticket().unwrap_or_else(|| panic!("{:?}", live(app)))
}

/// The watch ends after it was open for some seconds.
fn end(app: &mut App, seconds: i64, failure: Option<Failure>) {
    app.model.now += SignedDuration::from_secs(seconds);
    let ticket = ticket(app);
    app.take_effects();
    app.message(Message::WatchEnded { ticket, failure });
}

fn status(code: u16) -> Failure {
    Failure::from_answer(code, b"")
}

/// What is requested once the pause is over.
fn requested_after_the_pause(app: &mut App) -> String {
    app.waiting.clear();
    app.take_effects();
    app.retry_rows();
    let requests = requests(&app.take_effects());
    requests.first().unwrap_or_else(|| panic!("{requests:?}")).clone()
}

fn is_list(request: &str) -> bool {
    request.ends_with("limit=500")
}

#[test]
fn a_watch_that_ends_within_a_second_without_an_event_is_listed_again() {
    for failure in [None, Some(status(500))] {
        let mut app = shop();
        end(&mut app, 0, failure.clone());
        let request = requested_after_the_pause(&mut app);
        assert!(is_list(&request), "{failure:?}: {request}");
    }
}

#[test]
fn a_watch_that_delivered_an_event_continues_from_its_version() {
    let mut app = shop();
    let (ticket, deltas) = (ticket(&app), vec![Delta::Bookmark]);
    app.message(Message::Deltas { ticket, deltas, version: "2000".to_owned() });
    end(&mut app, 0, None);
    let request = requested_after_the_pause(&mut app);
    assert!(request.contains("resourceVersion=2000"), "{request}");
}

#[test]
fn a_watch_that_was_open_for_long_continues_from_its_version() {
    let mut app = shop();
    end(&mut app, 290, None);
    let request = requested_after_the_pause(&mut app);
    assert!(request.contains("watch=1") && request.contains("resourceVersion=1084"), "{request}");
}

#[test]
fn a_version_at_which_the_server_fails_three_times_is_listed_again() {
    let mut app = shop();
    let lists: Vec<bool> = (0..3)
        .map(|_| {
            end(&mut app, 60, Some(status(500)));
            is_list(&requested_after_the_pause(&mut app))
        })
        .collect();
    assert_eq!(lists, [false, false, true]);
}

#[test]
fn a_collection_that_is_listed_again_in_vain_is_retried_ever_less_often() {
    let mut app = shop();
    let pauses: Vec<u64> = (0..4)
        .map(|_| {
            end(&mut app, 0, Some(Failure::new(FailureKind::Gone, "410: too old", "")));
            let effects = app.take_effects();
            let pause = effects.iter().find_map(|effect| match effect {
                Effect::After(Timer::Watch(Target::Rows(..)), pause) => Some(pause.as_secs()),
                _ => None,
            });
            if pause.is_some() {
                app.retry_rows();
            }
            app.answer_all();
            pause.unwrap_or(0)
        })
        .collect();
    assert_eq!(pauses, [0, 1, 2, 4]);
}

#[test]
fn an_answer_of_the_server_retries_a_waiting_watch_at_once() {
    let mut app = shop();
    end(&mut app, 60, Some(Failure::new(FailureKind::Cut, "the connection ended", "")));
    assert!(matches!(live(&app), Live::Paused(_)));
    assert_eq!(app.pending(), ["/version"]);
    app.answer_all();
    assert!(matches!(live(&app), Live::Watching(_)), "{:?}", live(&app));
}

#[test]
fn a_watch_that_was_hurried_in_vain_waits_out_its_next_pause() {
    let mut app = shop();
    let cut = || Some(Failure::new(FailureKind::Cut, "the connection ended", ""));
    end(&mut app, 60, cut());
    app.answer_all();
    end(&mut app, 60, cut());
    app.answer_all();
    assert!(matches!(live(&app), Live::Paused(_)), "{:?}", live(&app));
}

#[test]
fn a_pause_requested_by_the_server_does_not_end_early() {
    let mut app = shop();
    let body = br#"{"kind":"Status","message":"busy","details":{"retryAfterSeconds":40}}"#;
    end(&mut app, 60, Some(Failure::from_answer(429, body)));
    app.press("r");
    app.waiting.retain(|(_, question)| !question.request.path.to_string().ends_with("/pods"));
    app.answer_all();
    assert!(matches!(live(&app), Live::Paused(_)), "{:?}", live(&app));
}
