//! Watches that the server ends with a failure.

use std::time::Duration;

use kubewalk::app::effect::Effect;
use kubewalk::app::message::{Message, Timer, WatchOf};
use kubewalk::k8s::failure::Failure;
use kubewalk::tree::node::Live;

use crate::support::hand::{Hand, requests};
use crate::support::walker::screen;

const NOT_YET: &[u8] = br#"{"kind":"Status","message":"Too large resource version: 1084, current: 900","reason":"Timeout","details":{"causes":[{"reason":"ResourceVersionTooLarge"}],"retryAfterSeconds":3},"code":504}"#;

fn shop() -> Hand {
    let mut hand = Hand::demo();
    hand.walk(":po space -n space shop enter");
    hand.taken();
    hand
}

fn live(hand: &Hand) -> Live {
    let tree = &hand.model.tree;
    let id = tree.collection_at(tree.cursor()).unwrap();
    tree.get(id).unwrap().live.clone()
}

/// The watch ends with that failure. Returns the pause before what follows.
fn ends(hand: &mut Hand, failure: Failure) -> Duration {
    let ticket = live(hand).ticket().unwrap();
    hand.message(Message::WatchEnded { ticket, failure: Some(failure) });
    let effects = hand.taken();
    let pause = |effect: &Effect| match effect {
        Effect::After(Timer::Watch(WatchOf::Collection), pause) => Some(*pause),
        _ => None,
    };
    effects.iter().find_map(pause).unwrap_or_else(|| panic!("{effects:?}"))
}

/// The pause is over. Returns what is asked then.
fn goes_on(hand: &mut Hand) -> Vec<String> {
    hand.waiting.clear();
    hand.message(Message::Timer(Timer::Watch(WatchOf::Collection)));
    requests(&hand.taken())
}

#[test]
fn a_server_that_has_not_seen_the_version_is_waited_for_and_listed_after_the_third_time() {
    let mut hand = shop();
    for _ in 0..2 {
        assert_eq!(ends(&mut hand, Failure::from_answer(504, NOT_YET)), Duration::from_secs(3));
        let asked = goes_on(&mut hand);
        assert!(
            asked[0].contains("watch=1") && asked[0].contains("resourceVersion=1084"),
            "{asked:?}"
        );
    }
    ends(&mut hand, Failure::from_answer(504, NOT_YET));
    let asked = goes_on(&mut hand);
    assert!(asked[0].ends_with("limit=500"), "{asked:?}");
    hand.answer();
    assert!(matches!(live(&hand), Live::Watching(_)));
}

#[test]
fn a_watch_waits_as_long_as_the_server_asks() {
    for code in [429, 503] {
        let mut hand = shop();
        let body = br#"{"kind":"Status","message":"busy","details":{"retryAfterSeconds":40}}"#;
        assert_eq!(ends(&mut hand, Failure::from_answer(code, body)), Duration::from_secs(40));
        assert!(
            screen(&hand.model).contains("shop 6 reconnecting in 40 s"),
            "{}",
            screen(&hand.model)
        );
        hand.later(10);
        assert!(screen(&hand.model).contains("shop 6 reconnecting in 30 s"));
    }
}

#[test]
fn a_watch_that_is_not_allowed_says_so_once() {
    for code in [403, 405, 406] {
        let mut hand = shop();
        let ticket = live(&hand).ticket().unwrap();
        let failure = Failure::from_answer(code, b"not that");
        hand.message(Message::WatchEnded { ticket, failure: Some(failure) });
        let again = |effect: &Effect| matches!(effect, Effect::After(Timer::Watch(_), _));
        assert!(!hand.taken().iter().any(again), "{code}");
        assert!(screen(&hand.model).contains("shop 6 not live"), "{}", screen(&hand.model));
    }
}

#[test]
fn a_watch_is_live_when_it_is_open_and_not_when_it_is_asked_for() {
    let mut hand = shop();
    let failure = Failure::from_answer(500, b"");
    ends(&mut hand, failure);
    hand.opens_watches = false;
    goes_on(&mut hand);
    assert!(screen(&hand.model).contains("shop 6 reconnecting"), "{}", screen(&hand.model));
    assert_eq!(hand.model.watches(), 0);
    let ticket = live(&hand).ticket().unwrap();
    hand.message(Message::WatchOpened { ticket });
    assert!(screen(&hand.model).contains("shop 6 ◉"), "{}", screen(&hand.model));
    assert_eq!(hand.model.watches(), 1);
}
