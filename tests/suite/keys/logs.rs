//! The options of a container's log.

use super::after;
use crate::support::hand::{Hand, requests};

/// The path of the log, and the options that every request has.
const LOG: &str = "/api/v1/namespaces/team-a/pods/crashy/log?tailLines=500&container=main";

/// The cursor on the row of a container.
fn container() -> Hand {
    after(":/api/v1/namespaces/team-a/pods/crashy/log enter j")
}

/// Presses keys that request the log once. Returns the options after the usual ones.
fn options(hand: &mut Hand, keys: &str) -> String {
    let requested = requests(&hand.press(keys));
    assert_eq!(requested.len(), 1, "{requested:?}");
    requested[0].strip_prefix(LOG).unwrap_or_else(|| panic!("{requested:?}")).to_owned()
}

#[test]
pub(super) fn p_requests_the_log_of_the_previous_instance() {
    let mut hand = container();
    assert_eq!(options(&mut hand, "enter"), "");
    assert_eq!(options(&mut hand, "p"), "&previous=true");
}

#[test]
pub(super) fn t_requests_timestamps_and_removes_them_again() {
    let mut hand = container();
    assert_eq!(options(&mut hand, "t"), "&timestamps=true");
    assert_eq!(options(&mut hand, "t"), "");
}

#[test]
pub(super) fn shift_f_follows_the_log_and_stops() {
    let mut hand = container();
    assert_eq!(options(&mut hand, "F"), "&timestamps=true&follow=true");
    assert_eq!(options(&mut hand, "F"), "");
}

#[test]
pub(super) fn following_a_previous_log_follows_the_current_one() {
    let mut hand = container();
    hand.press("p");
    assert_eq!(options(&mut hand, "F"), "&timestamps=true&follow=true");
}

#[test]
pub(super) fn options_are_combined() {
    let mut hand = container();
    hand.press("p");
    assert_eq!(options(&mut hand, "t"), "&previous=true&timestamps=true");
    hand.press("F");
    assert_eq!(options(&mut hand, "F"), "&timestamps=true");
}

#[test]
pub(super) fn follow_without_a_log_shows_a_notice() {
    let mut hand = after("");
    hand.press("F");
    assert!(hand.model.notice.take().unwrap().text.contains("open log below a pod"));
}
