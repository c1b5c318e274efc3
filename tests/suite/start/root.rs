//! The answer of `/`, which the tree and the document need: it is fetched once for both.

use kubewalk::app::message::{Message, Timer};
use kubewalk::app::state::reading::ReadState;
use kubewalk::k8s::failure::{Failure, FailureKind};

use crate::support::app::{App, requests};
use crate::support::recordings;

fn connecting() -> App {
    let mut app = App::unconnected(&[recordings::cluster()]);
    app.connect_unanswered(None);
    app
}

/// The number of requests of `/` since this was last called.
fn requested(app: &mut App) -> usize {
    requests(&app.take_effects()).iter().filter(|path| *path == "/").count()
}

/// The path and status of the document.
fn shown(app: &App) -> Option<(String, u16)> {
    let shown = app.model.reading.shown.as_ref()?;
    Some((shown.request.path.to_string(), shown.status))
}

#[test]
fn an_answer_that_arrives_before_the_cursor_rests_is_the_document() {
    let mut app = connecting();
    app.answer_all();
    assert_eq!(shown(&app), None);
    app.rest();
    assert_eq!(requested(&mut app), 1);
    assert_eq!(shown(&app), Some(("/".to_owned(), 200)));
}

#[test]
fn a_document_waits_for_the_answer_of_the_tree() {
    let mut app = connecting();
    app.message(Message::Timer(Timer::Rest));
    assert_eq!(app.model.reading.state, ReadState::Opening);
    app.answer_all();
    assert_eq!(requested(&mut app), 1);
    assert_eq!(shown(&app), Some(("/".to_owned(), 200)));
}

#[test]
fn a_request_that_fails_fails_in_the_tree_and_in_the_document() {
    let mut app = connecting();
    app.message(Message::Timer(Timer::Rest));
    let failure = Failure::new(FailureKind::Cut, "the connection was cut", "Press r");
    while app.pending().iter().any(|path| path == "/") {
        app.fail_first(failure.clone());
    }
    assert_eq!(app.model.reading.state, ReadState::Failed(failure));
    app.answer_all();
    assert!(app.children("/").contains(&"version".to_owned()), "{:?}", app.children("/"));
}

#[test]
fn the_root_is_fetched_again_after_the_cursor_was_elsewhere() {
    let mut app = connecting();
    app.answer_all();
    assert_eq!(requested(&mut app), 1);
    app.press("j");
    app.rest();
    assert_eq!(requested(&mut app), 0);
    app.press("k");
    app.rest();
    assert_eq!(requested(&mut app), 1);
    assert_eq!(shown(&app), Some(("/".to_owned(), 200)));
}
