//! What changes is marked, and what is read can stand still.

use jiff::Timestamp;
use kubewalk::app::effect::Effect;
use kubewalk::app::message::{Message, ObjectChange, Timer};
use kubewalk::app::reading::ReadState;
use kubewalk::k8s::request::Ticket;
use kubewalk::k8s::table::{Delta, Row};
use kubewalk::tree::RowRef;

use crate::support::hand::{Hand, reply, requests};
use crate::support::walker::screen;

/// A pod that was opened, and the ticket of its watch.
fn pod() -> (Hand, Ticket) {
    let mut hand = Hand::demo();
    hand.walk(":po/db-0 space -n space shop enter");
    let ticket = hand.model.reading.live.ticket().unwrap();
    (hand, ticket)
}

fn now(hand: &mut Hand, ticket: Ticket, body: &str) {
    let reply = reply(body, "2000");
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

#[test]
pub(crate) fn a_paused_document_counts_waiting_changes_and_resumes_with_the_last() {
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
}

#[test]
pub(crate) fn a_refresh_replaces_a_paused_document_and_drops_waiting_changes() {
    let (mut hand, ticket) = pod();
    hand.press("P");
    now(&mut hand, ticket, r#"{"phase":"five"}"#);
    hand.walk("r");
    let shown = screen(&hand.model);
    assert!(shown.contains("kind: Pod") && shown.contains("paused "), "{shown}");
}

#[test]
pub(crate) fn moving_the_cursor_ends_a_pause() {
    let (mut hand, _) = pod();
    hand.press("P");
    hand.walk("j");
    assert!(!screen(&hand.model).contains("paused"));
}

#[test]
pub(crate) fn pausing_without_a_document_shows_a_notice() {
    let mut hand = Hand::demo();
    hand.model.reading.state = ReadState::Nothing;
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

#[test]
fn so_does_one_that_only_rests_under_the_cursor() {
    let mut hand = Hand::demo();
    hand.walk(":po space -n space shop enter j");
    let id = hand.model.tree.collection_at(hand.model.tree.cursor()).unwrap();
    let ticket = hand.model.tree.get(id).unwrap().live.ticket().unwrap();
    let deltas = vec![Delta::Deleted { namespace: None, name: "db-0".into() }];
    hand.message(Message::Deltas { ticket, deltas, version: "2000".to_owned() });
    for _ in 0..2 {
        hand.message(Message::Timer(Timer::Marks(id)));
    }
    assert!(hand.at().ends_with("db-1"), "{}", hand.at());
    let shown = screen(&hand.model);
    assert!(shown.contains("pods/db-0 ") && shown.contains(" gone "), "{shown}");
    let rests = |effect: &Effect| matches!(effect, Effect::After(Timer::Rest, _));
    assert!(!hand.taken().iter().any(rests), "nothing leads away from it");
    hand.walk("j k");
    let shown = screen(&hand.model);
    assert!(shown.contains("pods/db-1 ") && !shown.contains(" gone "), "{shown}");
}

#[test]
fn rows_that_appeared_changed_or_went_are_marked_for_a_few_seconds() {
    let mut hand = Hand::demo();
    hand.walk(":po space -n space shop enter");
    let id = hand.model.tree.cursor();
    let RowRef::Node(id) = id else { panic!() };
    let ticket = hand.model.tree.get(id).unwrap().live.ticket().unwrap();
    let row = |name: &str, status: &str, age: &str| {
        let cells = [name, "1/1", status, "0", age];
        Delta::Applied(Row::new(None, name, cells, Timestamp::UNIX_EPOCH))
    };
    let marks = |hand: &Hand| -> Vec<String> {
        let shown = screen(&hand.model);
        let words = shown.lines().map(|line| {
            line.trim_start_matches(['│', ' ', '▸']).split_whitespace().take(2).collect::<Vec<_>>()
        });
        let marked = words.filter(|words| matches!(words[..], [_, "+" | "~" | "-"]));
        marked.map(|words| words.join(" ")).collect()
    };
    let tell = |hand: &mut Hand, deltas: Vec<Delta>| {
        hand.taken();
        hand.message(Message::Deltas { ticket, deltas, version: "2000".to_owned() });
        hand.taken()
    };
    let turn = |hand: &mut Hand| {
        hand.message(Message::Timer(Timer::Marks(id)));
        hand.taken()
    };
    let awaits = |effects: &[Effect]| {
        effects.iter().any(|effect| matches!(effect, Effect::After(Timer::Marks(_), _)))
    };

    // An age alone is no change.
    tell(&mut hand, vec![row("aaa", "Running", "1s")]);
    assert_eq!(marks(&hand), ["aaa +"]);
    turn(&mut hand);
    turn(&mut hand);
    assert_eq!(marks(&hand), [""; 0]);
    let effects = tell(&mut hand, vec![row("aaa", "Running", "9s")]);
    assert_eq!(marks(&hand), [""; 0]);
    assert!(!awaits(&effects));

    let gone = |name: &str| Delta::Deleted { namespace: None, name: name.into() };
    let deltas = vec![row("aaa", "Error", "9s"), gone("db-0"), gone("db-1"), row("new", "-", "0s")];
    let effects = tell(&mut hand, deltas);
    assert!(awaits(&effects), "{effects:?}");
    assert_eq!(marks(&hand), ["aaa ~", "db-0 -", "db-1 -", "new +"]);
    // What comes again before its row went stays.
    let effects = tell(&mut hand, vec![row("db-1", "Pending", "0s")]);
    assert!(!awaits(&effects), "one timer at a time");
    assert!(awaits(&turn(&mut hand)));
    assert_eq!(marks(&hand), ["aaa ~", "db-0 -", "db-1 +", "new +"]);
    assert!(!awaits(&turn(&mut hand)), "nothing wakes it any more");
    assert_eq!(marks(&hand), [""; 0]);
    let rows = hand.below("/api/v1/namespaces/shop/pods");
    assert!(!rows.contains(&"db-0".to_owned()) && rows.contains(&"db-1".to_owned()), "{rows:?}");
}
