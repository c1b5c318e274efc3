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
