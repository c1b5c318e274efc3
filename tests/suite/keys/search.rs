//! The search in a document.

use super::reading;
use crate::support::walker::selected;

#[test]
pub(super) fn a_search_counts_its_matches_and_enter_selects_the_first() {
    let mut app = reading();
    app.press("/ nodeName");
    assert_eq!(app.model.reading.pane.match_count(), 1);
    app.press("enter");
    assert_eq!(selected(&app.model), "nodeName: node1");
}

#[test]
pub(super) fn n_and_shift_n_select_other_matches() {
    let mut app = reading();
    app.press("/ db-0 enter");
    let first = app.model.reading.pane.status();
    app.press("n");
    let second = app.model.reading.pane.status();
    assert_ne!(first, second);
    app.press("N");
    assert_eq!(app.model.reading.pane.status(), first);
}

#[test]
pub(super) fn the_status_has_the_number_of_matches() {
    let mut app = reading();
    app.press("/ nodeName enter");
    let status = app.model.reading.pane.status();
    assert!(status.ends_with("1 match for \"nodeName\""), "{status}");
    app.press("/ db-0 enter");
    let status = app.model.reading.pane.status();
    assert!(status.ends_with(" of 3 matches for \"db-0\""), "{status}");
    app.press("k");
    let status = app.model.reading.pane.status();
    assert!(!status.contains(" of ") && status.ends_with(" matches for \"db-0\""), "{status}");
}

#[test]
pub(super) fn managed_fields_are_searched_once_they_are_unfolded() {
    let mut app = reading();
    app.press("/ fieldsV1 enter");
    assert_eq!(app.model.reading.pane.match_count(), 0);
    app.press("E");
    assert!(app.model.reading.pane.match_count() > 0);
}

#[test]
pub(super) fn the_search_ends_with_its_document() {
    let mut app = reading();
    app.press("/ nodeName enter r");
    assert_eq!(app.model.reading.pane.words(), "nodeName", "the same object is refreshed");
    app.walk(":po/downward-env space -n space default enter");
    assert_eq!(app.model.reading.pane.words(), "");
}

#[test]
pub(super) fn enter_searches_the_document_that_arrived_while_the_text_was_typed() {
    let mut app = reading();
    app.press("shift-tab j tab / kind");
    app.rest();
    assert_eq!(app.model.reading.pane.words(), "");
    app.press("enter");
    assert_eq!(app.model.reading.pane.words(), "kind");
}
