//! Moving the cursor.

use super::{after, position, reading};
use crate::support::walker::selected;

#[test]
pub(super) fn down_and_up_move_the_cursor_of_the_tree_by_a_row() {
    let mut app = after("");
    app.press("j j down");
    assert_eq!(position(&app), 3);
    app.press("k up");
    assert_eq!(position(&app), 1);
    app.press("k k k k");
    assert_eq!(position(&app), 0);
}

#[test]
pub(super) fn down_and_up_move_the_cursor_of_the_document_by_a_line() {
    let mut app = reading();
    assert_eq!(selected(&app.model), "kind: Pod");
    app.press("j j");
    assert_eq!(selected(&app.model), "metadata:");
    app.press("k");
    assert_eq!(selected(&app.model), "apiVersion: v1");
}

#[test]
pub(super) fn half_pages_move_by_half_the_height() {
    let mut app = after("");
    let height = app.model.tree.height();
    app.press("ctrl-d");
    assert_eq!(position(&app), height / 2);
    app.press("ctrl-u");
    assert_eq!(position(&app), 0);
}

#[test]
pub(super) fn pages_move_the_tree_by_its_height() {
    let mut app = after(":/api/v1 enter g");
    let height = app.model.tree.height();
    app.press("ctrl-f");
    assert_eq!(position(&app), height);
    app.press("pageup");
    assert_eq!(position(&app), 0);
}

#[test]
pub(super) fn pages_move_the_document_and_back() {
    let mut app = reading();
    let before = selected(&app.model);
    app.press("ctrl-f");
    assert_ne!(selected(&app.model), before);
    app.press("ctrl-b");
    assert_eq!(selected(&app.model), before);
}

#[test]
pub(super) fn top_and_bottom_select_the_first_and_the_last_row() {
    let mut app = after("G");
    assert_eq!(position(&app), app.model.tree.len() - 1);
    app.press("g");
    assert_eq!(position(&app), 0);
}

#[test]
pub(super) fn top_and_bottom_select_the_first_and_the_last_line() {
    let mut app = reading();
    app.press("G");
    assert!(app.model.reading.pane.status().starts_with("357/357"));
    app.press("g");
    assert!(app.model.reading.pane.status().starts_with("1/357"));
}
