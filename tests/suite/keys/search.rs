//! The search in a document.

use super::reading;
use crate::support::walker::selected;

#[test]
pub(super) fn a_search_counts_its_matches_and_enter_selects_the_first() {
    let mut hand = reading();
    hand.press("/ nodeName");
    assert_eq!(hand.model.reading.pane.match_count(), 1);
    hand.press("enter");
    assert_eq!(selected(&hand.model), "nodeName: node1");
}

#[test]
pub(super) fn n_and_shift_n_select_other_matches() {
    let mut hand = reading();
    hand.press("/ db-0 enter");
    let first = hand.model.reading.pane.status();
    hand.press("n");
    let second = hand.model.reading.pane.status();
    assert_ne!(first, second);
    hand.press("N");
    assert_eq!(hand.model.reading.pane.status(), first);
}
