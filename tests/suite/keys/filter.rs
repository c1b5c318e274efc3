//! The filter of the tree's rows.

use super::{PODS, after};
use crate::support::hand::Hand;
use crate::support::walker::screen;

/// The six pods of the namespace shop.
fn pods() -> Hand {
    after(":po space -n space shop enter")
}

#[test]
pub(super) fn a_filter_matches_names_in_any_case() {
    let mut hand = pods();
    hand.press("/ FRONT");
    assert_eq!(hand.below(PODS).len(), 3);
}

#[test]
pub(super) fn enter_keeps_a_filter_and_escape_clears_it() {
    let mut hand = pods();
    hand.press("/ FRONT enter");
    assert_eq!(hand.below(PODS).len(), 3);
    hand.press("esc");
    assert_eq!(hand.below(PODS).len(), 6);
}

#[test]
pub(super) fn a_filter_matches_any_cell() {
    let mut hand = pods();
    hand.press("/ completed");
    assert_eq!(hand.below(PODS), ["report-29923565-xw6lf"]);
}

#[test]
pub(super) fn a_filter_matches_short_names_of_resources() {
    let mut hand = after(":/api/v1 enter");
    hand.press("/ cm");
    assert_eq!(hand.below("/api/v1"), ["configmaps"]);
}

#[test]
pub(super) fn an_exclamation_mark_inverts_a_filter() {
    let mut hand = pods();
    hand.press("/ !front enter");
    assert_eq!(hand.below(PODS).len(), 3);
    assert!(screen(&hand.model).contains("/!front"));
}

#[test]
pub(super) fn slashes_make_a_filter_a_regular_expression() {
    let mut hand = pods();
    hand.press("/ /^DB-\\d$/ enter");
    assert_eq!(hand.below(PODS), ["db-0", "db-1"]);
}

#[test]
pub(super) fn an_invalid_regular_expression_is_reported_and_matches_as_text() {
    let mut hand = pods();
    hand.press("/ /db(/");
    assert!(hand.model.notice.as_ref().unwrap().text.contains("unclosed group"));
    assert_eq!(hand.below(PODS).len(), 0);
}
