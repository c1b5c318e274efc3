//! Opening and closing nodes of the tree and folds of the document.

use super::{after, position, reading};
use crate::support::walker::{screen, selected};

#[test]
pub(super) fn enter_loads_and_opens_a_closed_node() {
    let mut hand = after("j j");
    hand.press("enter");
    hand.answer();
    assert!(hand.below("/api/v1").contains(&"pods".to_owned()));
}

#[test]
pub(super) fn enter_closes_the_open_node_that_is_shown() {
    let mut hand = after("j j enter");
    hand.press("enter");
    assert_eq!(hand.below("/api/v1"), [""; 0]);
}

#[test]
pub(super) fn right_opens_a_node_and_then_enters_it() {
    let mut hand = after("j j");
    hand.walk("l");
    assert_eq!((hand.at().as_str(), position(&hand)), ("/api/v1", 2));
    hand.walk("right");
    assert_eq!((hand.at().as_str(), position(&hand)), ("/api/v1/bindings", 3));
}

#[test]
pub(super) fn left_selects_the_parent_and_closes_an_open_node() {
    let mut hand = after("j j l right");
    hand.walk("left");
    assert_eq!(hand.at(), "/api/v1");
    hand.walk("h");
    assert_eq!(hand.below("/api/v1"), [""; 0]);
    hand.walk("h");
    assert_eq!(hand.at(), "/api");
}

#[test]
pub(super) fn left_folds_and_right_unfolds_a_line() {
    let mut hand = reading();
    hand.press("j j h");
    assert!(selected(&hand.model).contains("metadata: ("), "{}", selected(&hand.model));
    hand.press("l");
    assert_eq!(selected(&hand.model), "metadata:");
}

#[test]
pub(super) fn space_opens_and_closes_a_node() {
    let mut hand = after("j j");
    hand.walk("space");
    assert!(!hand.below("/api/v1").is_empty());
    hand.walk("space");
    assert_eq!(hand.below("/api/v1"), [""; 0]);
}

#[test]
pub(super) fn space_folds_a_line() {
    let mut hand = reading();
    hand.press("j j space");
    assert!(selected(&hand.model).contains("metadata: ("));
    hand.press("space");
    assert_eq!(selected(&hand.model), "metadata:");
}

#[test]
pub(super) fn all_folds_close_and_open_at_once() {
    let mut hand = reading();
    assert!(screen(&hand.model).contains("managedFields: ("));
    hand.press("C");
    assert!(screen(&hand.model).contains("metadata: ("), "{}", screen(&hand.model));
    hand.press("E");
    hand.press("/ f:metadata enter");
    assert!(selected(&hand.model).contains("f:metadata:"), "{}", selected(&hand.model));
}
