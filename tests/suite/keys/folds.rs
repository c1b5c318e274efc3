//! Opening and closing nodes of the tree and folds of the document.

use super::{after, position, reading};
use crate::support::walker::{screen, selected};

#[test]
pub(super) fn enter_loads_and_opens_a_closed_node() {
    let mut app = after("j j j");
    app.press("enter");
    app.answer_all();
    assert!(app.children("/api/v1").contains(&"pods".to_owned()));
}

#[test]
pub(super) fn enter_closes_the_open_node_that_is_shown() {
    let mut app = after("j j j enter");
    app.press("enter");
    assert_eq!(app.children("/api/v1"), [""; 0]);
}

#[test]
pub(super) fn right_opens_a_node_and_then_enters_it() {
    let mut app = after("j j j");
    app.walk("l");
    assert_eq!((app.location().as_str(), position(&app)), ("/api/v1", 3));
    app.walk("right");
    assert_eq!((app.location().as_str(), position(&app)), ("/api/v1/bindings", 4));
}

#[test]
pub(super) fn left_selects_the_parent_and_closes_an_open_node() {
    let mut app = after("j j j l right");
    app.walk("left");
    assert_eq!(app.location(), "/api/v1");
    app.walk("h");
    assert_eq!(app.children("/api/v1"), [""; 0]);
    app.walk("h");
    assert_eq!(app.location(), "/api");
}

#[test]
pub(super) fn left_folds_and_right_unfolds_a_line() {
    let mut app = reading();
    app.press("j j h");
    assert!(selected(&app.model).contains("metadata: ("), "{}", selected(&app.model));
    app.press("l");
    assert_eq!(selected(&app.model), "metadata:");
}

#[test]
pub(super) fn space_opens_and_closes_a_node() {
    let mut app = after("j j j");
    app.walk("space");
    assert!(!app.children("/api/v1").is_empty());
    app.walk("space");
    assert_eq!(app.children("/api/v1"), [""; 0]);
}

#[test]
pub(super) fn space_folds_a_line() {
    let mut app = reading();
    app.press("j j space");
    assert!(selected(&app.model).contains("metadata: ("));
    app.press("space");
    assert_eq!(selected(&app.model), "metadata:");
}

#[test]
pub(super) fn all_folds_close_and_open_at_once() {
    let mut app = reading();
    assert!(screen(&app.model).contains("managedFields: ("));
    app.press("C");
    assert!(screen(&app.model).contains("metadata: ("), "{}", screen(&app.model));
    app.press("E");
    app.press("/ f:metadata enter");
    assert!(selected(&app.model).contains("f:metadata:"), "{}", selected(&app.model));
}
