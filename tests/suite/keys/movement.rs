//! Moving the cursor.

use super::{after, position, reading};
use crate::support::walker::selected;

#[test]
pub(super) fn down_and_up_move_the_cursor_of_the_tree_by_a_row() {
    let mut hand = after("");
    hand.press("j j down");
    assert_eq!(position(&hand), 3);
    hand.press("k up");
    assert_eq!(position(&hand), 1);
    hand.press("k k k k");
    assert_eq!(position(&hand), 0);
}

#[test]
pub(super) fn down_and_up_move_the_cursor_of_the_document_by_a_line() {
    let mut hand = reading();
    assert_eq!(selected(&hand.model), "kind: Pod");
    hand.press("j j");
    assert_eq!(selected(&hand.model), "metadata:");
    hand.press("k");
    assert_eq!(selected(&hand.model), "apiVersion: v1");
}

#[test]
pub(super) fn half_pages_move_by_half_the_height() {
    let mut hand = after("");
    let height = hand.model.tree.height();
    hand.press("ctrl-d");
    assert_eq!(position(&hand), height / 2);
    hand.press("ctrl-u");
    assert_eq!(position(&hand), 0);
}

#[test]
pub(super) fn pages_move_the_tree_by_its_height() {
    let mut hand = after(":/api/v1 enter g");
    let height = hand.model.tree.height();
    hand.press("ctrl-f");
    assert_eq!(position(&hand), height);
    hand.press("pageup");
    assert_eq!(position(&hand), 0);
}

#[test]
pub(super) fn pages_move_the_document_and_back() {
    let mut hand = reading();
    let before = selected(&hand.model);
    hand.press("ctrl-f");
    assert_ne!(selected(&hand.model), before);
    hand.press("ctrl-b");
    assert_eq!(selected(&hand.model), before);
}

#[test]
pub(super) fn top_and_bottom_select_the_first_and_the_last_row() {
    let mut hand = after("G");
    assert_eq!(position(&hand), hand.model.tree.len() - 1);
    hand.press("g");
    assert_eq!(position(&hand), 0);
}

#[test]
pub(super) fn top_and_bottom_select_the_first_and_the_last_line() {
    let mut hand = reading();
    hand.press("G");
    assert!(hand.model.reading.pane.status().starts_with("357/357"));
    hand.press("g");
    assert!(hand.model.reading.pane.status().starts_with("1/357"));
}
