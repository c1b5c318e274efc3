//! The filter of the tree's rows.

use super::{PODS, after};
use crate::support::app::App;
use crate::support::walker::screen;

/// The six pods of the namespace shop.
fn pods() -> App {
    after(":po space -n space shop enter")
}

#[test]
pub(super) fn a_filter_matches_names_in_any_case() {
    let mut app = pods();
    app.press("/ FRONT");
    assert_eq!(app.children(PODS).len(), 3);
}

#[test]
pub(super) fn enter_keeps_a_filter_and_escape_clears_it() {
    let mut app = pods();
    app.press("/ FRONT enter");
    assert_eq!(app.children(PODS).len(), 3);
    app.press("esc");
    assert_eq!(app.children(PODS).len(), 6);
}

#[test]
pub(super) fn a_filter_matches_any_cell() {
    let mut app = pods();
    app.press("/ completed");
    assert_eq!(app.children(PODS), ["report-29923565-xw6lf"]);
}

#[test]
pub(super) fn a_filter_matches_short_names_of_resources() {
    let mut app = after(":/api/v1 enter");
    app.press("/ cm");
    assert_eq!(app.children("/api/v1"), ["configmaps"]);
}

#[test]
pub(super) fn an_exclamation_mark_inverts_a_filter() {
    let mut app = pods();
    app.press("/ !front enter");
    assert_eq!(app.children(PODS).len(), 3);
    assert!(screen(&app.model).contains("/!front"));
}

#[test]
pub(super) fn slashes_make_a_filter_a_regular_expression() {
    let mut app = pods();
    app.press("/ /^DB-\\d$/ enter");
    assert_eq!(app.children(PODS), ["db-0", "db-1"]);
}

#[test]
pub(super) fn an_invalid_regular_expression_is_reported_and_matches_as_text() {
    let mut app = pods();
    app.press("/ /db(/");
    assert!(app.model.notice.as_ref().unwrap().text.contains("unclosed group"));
    assert_eq!(app.children(PODS).len(), 0);
}
