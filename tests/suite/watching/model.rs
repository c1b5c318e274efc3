//! What is on screen stays live: watches that start, tell, end, and are taken up again.

use std::time::Duration;

use jiff::Timestamp;
use kubewalk::app::effect::Effect;
use kubewalk::app::message::{Answer, Message, ObjectChange, Timer, WatchOf};
use kubewalk::k8s::failure::{Failure, FailureKind};
use kubewalk::k8s::request::Ticket;
use kubewalk::k8s::table::{Delta, Row};
use kubewalk::tree::node::Live;

use crate::support::hand::{Hand, reply, requests};
use crate::support::walker::screen;

const PODS: &str = "/api/v1/namespaces/shop/pods";

/// The cursor on the pods of the shop, watched.
fn shop() -> Hand {
    let mut hand = Hand::demo();
    hand.walk(":po space -n space shop enter");
    assert_eq!(hand.at(), PODS);
    hand
}

/// The ticket and the version of the watch that these effects start.
fn watch(effects: &[Effect]) -> (Ticket, String) {
    let of = |effect: &Effect| match effect {
        Effect::WatchCollection { ticket, request, .. } => {
            let version = request.query.iter().find(|(name, _)| name == "resourceVersion");
            Some((*ticket, version.unwrap().1.clone()))
        }
        _ => None,
    };
    effects.iter().find_map(of).unwrap_or_else(|| panic!("no watch in {effects:?}"))
}

fn watched(hand: &Hand) -> Ticket {
    match live(hand) {
        Live::Watching(ticket) => ticket,
        other => panic!("{other:?}"),
    }
}

fn live(hand: &Hand) -> Live {
    let tree = &hand.model.tree;
    let id = tree.collection_at(tree.cursor()).unwrap();
    tree.get(id).unwrap().live.clone()
}

fn applied(name: &str) -> Delta {
    let cells = [name, "0/1", "Pending", "0", "1s"];
    Delta::Applied(Row::new(None, name, cells, Timestamp::UNIX_EPOCH))
}

fn deleted(name: &str) -> Delta {
    Delta::Deleted { namespace: None, name: name.into() }
}

fn deltas(hand: &mut Hand, deltas: Vec<Delta>, version: &str) {
    let ticket = watched(hand);
    hand.message(Message::Deltas { ticket, deltas, version: version.to_owned() });
}

/// The marks of rows that changed are over.
fn later(hand: &mut Hand) {
    let id = hand.model.tree.collection_at(hand.model.tree.cursor()).unwrap();
    for _ in 0..2 {
        hand.message(Message::Timer(Timer::Marks(id)));
    }
}

/// The watch ends. Returns what follows.
fn ends(hand: &mut Hand, failure: Option<(FailureKind, &str)>) -> Vec<Effect> {
    let ticket = watched(hand);
    let failure = failure.map(|(kind, text)| Failure::new(kind, text, ""));
    hand.taken();
    hand.message(Message::WatchEnded { ticket, failure });
    hand.taken()
}

fn pause(effects: &[Effect]) -> Duration {
    let of = |effect: &Effect| match effect {
        Effect::After(Timer::Watch(WatchOf::Collection), pause) => Some(*pause),
        _ => None,
    };
    effects.iter().find_map(of).unwrap_or_else(|| panic!("{effects:?}"))
}

fn again(hand: &mut Hand) -> (Ticket, String) {
    hand.message(Message::Timer(Timer::Watch(WatchOf::Collection)));
    watch(&hand.taken())
}

#[test]
fn a_watch_starts_from_the_version_of_its_list_and_leaves_with_the_cursor() {
    let mut hand = Hand::demo();
    hand.press(":po space -n space shop enter");
    hand.answer();
    let effects = hand.taken();
    let (ticket, version) = watch(&effects);
    assert_eq!(version, "1084");
    let request = requests(&effects).into_iter().find(|path| path.contains("watch=1")).unwrap();
    assert!(request.starts_with(PODS) && request.contains("allowWatchBookmarks=true"), "{request}");
    assert!(!request.contains("limit="), "a watch has no pages: {request}");
    assert_eq!(hand.model.watches(), 1);
    hand.press("k");
    hand.rest();
    assert!(hand.taken().contains(&Effect::Cancel(ticket)));
    assert_eq!(hand.model.watches(), 0);
}

#[test]
fn deltas_move_rows_and_neither_cursor_nor_folds_nor_what_is_open() {
    let mut hand = shop();
    hand.walk("j j enter j");
    let at = hand.at();
    assert!(at.starts_with(&format!("{PODS}/db-1/")), "{at}");
    deltas(&mut hand, vec![applied("aaa"), applied("db-00"), applied("zzz")], "2000");
    assert_eq!(hand.at(), at);
    assert_eq!(hand.below(&format!("{PODS}/db-1"))[0], "log");
    deltas(&mut hand, vec![deleted("db-0"), deleted("aaa")], "2001");
    later(&mut hand);
    assert_eq!(hand.at(), at);
    let names = hand.below(PODS);
    assert_eq!(names[..2], ["db-00", "db-1"]);
    assert_eq!(names.last().unwrap(), "zzz");
}

#[test]
fn a_cursor_on_a_row_that_goes_stays_at_its_place() {
    let mut hand = shop();
    hand.walk("j");
    deltas(&mut hand, vec![deleted("db-0")], "2000");
    later(&mut hand);
    assert_eq!(hand.at(), format!("{PODS}/db-1"));
    let all = hand.below(PODS).into_iter().map(|name| deleted(&name)).collect();
    deltas(&mut hand, all, "2001");
    later(&mut hand);
    assert_eq!(hand.at(), PODS);
    assert!(screen(&hand.model).contains("shop 0"), "{}", screen(&hand.model));
}

#[test]
fn a_row_in_view_goes_though_more_rows_changed_than_are_marked() {
    let mut hand = shop();
    let before = hand.below(PODS).len();
    let many = (0..20_000).map(|number| applied(&format!("new-{number}"))).collect();
    deltas(&mut hand, many, "2000");
    deltas(&mut hand, vec![deleted("db-0")], "2001");
    later(&mut hand);
    assert!(!hand.below(PODS).contains(&"db-0".to_owned()));
    assert_eq!(hand.below(PODS).len(), before - 1 + 20_000);
}

#[test]
fn a_watch_that_is_over_goes_on_from_the_last_version() {
    let mut hand = shop();
    deltas(&mut hand, vec![applied("new")], "2000");
    deltas(&mut hand, vec![Delta::Bookmark], "2100");
    let rows = hand.below(PODS);
    assert_eq!(pause(&ends(&mut hand, None)), Duration::from_millis(200));
    assert_eq!(again(&mut hand).1, "2100");
    assert_eq!(hand.below(PODS), rows, "nothing was listed again");
}

#[test]
fn the_pause_before_a_watch_is_taken_up_grows_and_is_forgotten() {
    let mut hand = shop();
    let cut = Some((FailureKind::Cut, "the connection ended"));
    let mut pauses = Vec::new();
    for _ in 0..8 {
        pauses.push(pause(&ends(&mut hand, cut)).as_secs());
        assert_eq!(live(&hand), Live::Pausing);
        again(&mut hand);
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 16, 16, 16]);
    deltas(&mut hand, vec![Delta::Bookmark], "2000");
    assert_eq!(pause(&ends(&mut hand, cut)).as_secs(), 1);
}

#[test]
fn a_version_that_is_too_old_lists_again_and_keeps_cursor_and_folds() {
    let mut hand = shop();
    hand.walk("j j enter");
    let at = hand.at();
    let first = hand.model.tree.first();
    let effects = ends(&mut hand, Some((FailureKind::Gone, "410: too old resource version")));
    assert_eq!(requests(&effects), [format!("{PODS}?includeObject=None&limit=500")]);
    assert_eq!(hand.below(PODS).len(), 6, "the old rows show until the new ones are there");
    hand.answer();
    assert_eq!(watch(&hand.taken()).1, "1084");
    assert_eq!((hand.at(), hand.model.tree.first()), (at.clone(), first));
    assert!(!hand.below(&at).is_empty(), "what was open is open");
}

#[test]
fn where_watching_is_forbidden_or_not_offered_the_row_says_not_live() {
    let mut hand = shop();
    let forbidden = Some((FailureKind::Forbidden, "403: may not watch"));
    let effects = ends(&mut hand, forbidden);
    let again = |effect: &Effect| matches!(effect, Effect::After(Timer::Watch(_), _));
    assert!(!effects.iter().any(again), "{effects:?}");
    assert_eq!(live(&hand), Live::NotLive("403: may not watch".to_owned()));
    assert!(screen(&hand.model).contains("shop 6 not live"));
    assert_eq!(hand.model.watches(), 0);

    // Componentstatuses offer no watch, so none is tried.
    let mut hand = Hand::demo();
    hand.press(":componentstatuses enter");
    hand.answer();
    assert!(hand.taken().iter().all(|effect| !matches!(effect, Effect::WatchCollection { .. })));
    assert!(matches!(live(&hand), Live::NotLive(_)));
}

#[test]
fn what_a_watch_tells_after_it_was_left_is_dropped() {
    let mut hand = shop();
    let old = watched(&hand);
    hand.walk("k");
    let message =
        Message::Deltas { ticket: old, deltas: vec![applied("ghost")], version: "9".to_owned() };
    hand.message(message);
    hand.message(Message::WatchEnded { ticket: old, failure: None });
    assert!(!hand.below(PODS).contains(&"ghost".to_owned()));
}

#[test]
fn the_opened_object_follows_its_changes_and_its_end() {
    let mut hand = shop();
    hand.walk("j enter");
    let Live::Watching(ticket) = hand.model.reading.live else { panic!() };
    let shown = |body: &'static str| {
        let reply = reply(body, "2000");
        ObjectChange::Now { reply, version: "2000".to_owned() }
    };
    hand.message(Message::Object { ticket, change: ObjectChange::Following("1084".to_owned()) });
    hand.message(Message::Object { ticket, change: shown(r#"{"changed": "indeed"}"#) });
    assert!(screen(&hand.model).contains("changed: indeed"), "{}", screen(&hand.model));
    assert!(screen(&hand.model).contains("◉ live"));

    // It is over: taken up from the last version.
    hand.message(Message::WatchEnded { ticket, failure: None });
    hand.taken();
    hand.message(Message::Timer(Timer::Watch(WatchOf::Object)));
    assert_eq!(requests(&hand.taken()), ["watch db-0 from Some(\"2000\") shown 2000"]);

    // Too old: from a list of the object, which the runtime asks for.
    let Live::Watching(ticket) = hand.model.reading.live else { panic!() };
    let gone = Failure::new(FailureKind::Gone, "410: too old", "");
    hand.message(Message::WatchEnded { ticket, failure: Some(gone) });
    hand.taken();
    hand.message(Message::Timer(Timer::Watch(WatchOf::Object)));
    assert_eq!(requests(&hand.taken()), ["watch db-0 from None shown 2000"]);

    let Live::Watching(ticket) = hand.model.reading.live else { panic!() };
    hand.message(Message::Object { ticket, change: ObjectChange::Gone });
    let screen = screen(&hand.model);
    assert!(screen.contains("gone") && screen.contains("changed: indeed"), "{screen}");
}

#[test]
fn an_object_that_only_rests_under_the_cursor_is_asked_for_again_when_its_row_changes() {
    let mut hand = shop();
    hand.walk("j");
    hand.taken();
    deltas(&mut hand, vec![applied("db-0")], "2000");
    assert!(hand.taken().iter().any(|effect| matches!(effect, Effect::After(Timer::Rest, _))));
    hand.message(Message::Timer(Timer::Rest));
    assert_eq!(hand.asked(), [format!("{PODS}/db-0")]);
    hand.answer();
    // Another object's row is no reason to ask.
    deltas(&mut hand, vec![applied("db-1")], "2001");
    hand.message(Message::Timer(Timer::Rest));
    assert_eq!(hand.asked(), [""; 0]);
}

#[test]
fn closing_and_opening_a_collection_watches_it_again() {
    let mut hand = shop();
    hand.walk("h k");
    assert_eq!(hand.model.watches(), 0);
    hand.walk("j enter");
    assert_eq!(hand.model.watches(), 1, "{:?}", live(&hand));
}

#[test]
fn a_refresh_lists_again_with_as_many_rows_as_there_were() {
    let mut hand = shop();
    hand.walk("j j");
    let at = hand.at();
    let ticket = watched(&hand);
    let effects = hand.press("r");
    assert!(requests(&effects).contains(&format!("{PODS}?includeObject=None&limit=500")));
    let page = hand
        .waiting
        .iter()
        .position(|(_, question)| question.request.path_and_query().contains("limit=500"));
    // The list comes back without a row: the others stay, and the cursor with its own.
    let (waiting, _) = hand.waiting.remove(page.unwrap());
    let tree = &hand.model.tree;
    let id = tree.collection_at(tree.cursor()).unwrap();
    let collection = tree.get(id).unwrap().collection.clone().unwrap();
    let page = kubewalk::k8s::table::Page {
        columns: collection.columns.clone(),
        rows: collection.rows()[1..].to_vec(),
        continue_token: None,
        remaining: None,
        resource_version: "3000".to_owned(),
    };
    hand.taken();
    hand.message(Message::Answered { ticket: waiting, result: Ok(Answer::Page(page)) });
    assert_eq!(hand.at(), at);
    assert_eq!(hand.below(PODS).len(), 5);
    let effects = hand.taken();
    assert_eq!(watch(&effects).1, "3000");
    assert!(effects.contains(&Effect::Cancel(ticket)), "one watch, not two: {effects:?}");
}
