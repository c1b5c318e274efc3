//! What changes is marked, and what is read can stand still.

use std::sync::Arc;
use std::time::Duration;

use kubewalk::app::document::Document;
use kubewalk::app::message::{Message, ObjectChange, Reply, Ticket};

use crate::support::hand::{Hand, requests};
use crate::support::walker::screen;

/// A pod that was opened, and the ticket of its watch.
fn pod() -> (Hand, Ticket) {
    let mut hand = Hand::demo();
    hand.walk(":po/db-0 space -n space shop enter");
    let ticket = hand.model.reading.live.ticket().unwrap();
    (hand, ticket)
}

fn now(hand: &mut Hand, ticket: Ticket, body: &str) {
    let document = Document::read(body.to_owned().into(), true, false);
    let reply = Reply {
        document: Arc::new(document),
        status: 200,
        bytes: body.len(),
        elapsed: Duration::ZERO,
        failure: None,
        warnings: Vec::new(),
        version: "2000".to_owned(),
    };
    let change = ObjectChange::Now { reply, version: "2000".to_owned() };
    hand.message(Message::Object { ticket, change });
}

/// The lines of the document that are marked.
fn marked(hand: &Hand) -> Vec<String> {
    let shown = screen(&hand.model);
    let lines = shown.lines().filter_map(|line| line.split_once('▎'));
    lines.map(|(_, text)| text.trim_matches(['│', ' ']).to_owned()).collect()
}

#[test]
fn lines_that_the_last_change_made_otherwise_are_marked_until_the_next() {
    let (mut hand, ticket) = pod();
    now(&mut hand, ticket, r#"{"kind":"Pod","status":{"phase":"Pending","ip":"a"}}"#);
    now(&mut hand, ticket, r#"{"kind":"Pod","status":{"phase":"Running","ip":"a"}}"#);
    assert_eq!(marked(&hand), ["phase: Running"]);
    // Nothing new leaves the marks, in any format and under folds.
    now(&mut hand, ticket, r#"{"kind":"Pod","status":{"phase":"Running","ip":"a"}}"#);
    hand.press("y");
    assert_eq!(marked(&hand), [r#""phase": "Running","#]);
    hand.press("tab y y C");
    assert_eq!(marked(&hand).len(), 1, "{}", screen(&hand.model));
    assert!(marked(&hand)[0].starts_with("status: ("), "{:?}", marked(&hand));
    hand.press("E");
    now(&mut hand, ticket, r#"{"kind":"Pod","status":{"phase":"Running","ip":"b"}}"#);
    assert_eq!(marked(&hand), ["ip: b"]);
    hand.walk("tab j");
    assert_eq!(marked(&hand), [""; 0]);
}

/// `P` holds back what comes; the same again shows the last of it.
pub(super) fn pause() {
    let (mut hand, ticket) = pod();
    now(&mut hand, ticket, r#"{"phase":"one"}"#);
    hand.press("P");
    assert!(screen(&hand.model).contains("paused "), "{}", screen(&hand.model));
    for phase in ["two", "three", "four"] {
        now(&mut hand, ticket, &format!(r#"{{"phase":"{phase}"}}"#));
    }
    let shown = screen(&hand.model);
    assert!(shown.contains("phase: one") && shown.contains("paused, 3 wait"), "{shown}");
    hand.press("P");
    let shown = screen(&hand.model);
    assert!(shown.contains("phase: four") && !shown.contains("paused"), "{shown}");
    assert_eq!(marked(&hand), ["phase: four"]);
    // What is asked for anew is newer than what waits, and another row is not paused.
    hand.press("P");
    now(&mut hand, ticket, r#"{"phase":"five"}"#);
    hand.walk("r");
    let shown = screen(&hand.model);
    assert!(shown.contains("kind: Pod") && shown.contains("paused "), "{shown}");
    hand.walk("j");
    assert!(!screen(&hand.model).contains("paused"));
    hand.walk("g");
    let mut hand = Hand::demo();
    hand.model.reading.state = kubewalk::app::reading::ReadState::Nothing;
    assert!(requests(&hand.press("P")).is_empty());
    assert!(hand.model.notice.unwrap().text.contains("nothing to pause"));
}

#[test]
fn a_document_that_is_gone_stays_and_says_so() {
    let (mut hand, ticket) = pod();
    hand.message(Message::Object { ticket, change: ObjectChange::Gone });
    let shown = screen(&hand.model);
    assert!(shown.contains(" gone ") && shown.contains("kind: Pod"), "{shown}");
}
