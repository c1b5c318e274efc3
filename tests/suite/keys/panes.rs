//! Focus, full screen, and how a document is displayed.

use kubewalk::app::layout::{Pane, panes};
use kubewalk::app::message::Message;

use super::{after, reading};
use crate::support::walker::screen;

#[test]
pub(super) fn tab_cycles_through_the_visible_panes() {
    let mut hand = after("");
    assert_eq!(hand.model.focus, Pane::Tree);
    hand.press("tab");
    assert_eq!(hand.model.focus, Pane::Document);
    hand.press("tab");
    assert_eq!(hand.model.focus, Pane::Tree);
}

#[test]
pub(super) fn shift_tab_cycles_backwards() {
    let mut hand = after("d");
    hand.press("shift-tab");
    assert_eq!(hand.model.focus, Pane::Container);
    hand.press("shift-tab shift-tab");
    assert_eq!(hand.model.focus, Pane::Tree);
}

#[test]
pub(super) fn full_screen_shows_the_focused_pane_alone() {
    let mut hand = after("f");
    let all = panes(&hand.model);
    assert_eq!((all.tree.unwrap().width, all.document), (120, None));
    hand.press("tab");
    let all = panes(&hand.model);
    assert_eq!((all.tree, all.document.unwrap().width), (None, 120));
    hand.press("f");
    assert!(panes(&hand.model).tree.is_some());
}

#[test]
pub(super) fn the_format_cycles_through_yaml_json_and_raw() {
    let mut hand = reading();
    hand.press("y");
    assert!(screen(&hand.model).contains("\"kind\": \"Pod\","));
    hand.press("y");
    assert!(screen(&hand.model).contains("{\"kind\":\"Pod\",\"apiVersion\":\"v1\""));
    hand.press("y");
    assert!(screen(&hand.model).contains("apiVersion: v1"));
}

#[test]
pub(super) fn wrapping_shows_the_end_of_a_long_line() {
    let mut hand = reading();
    hand.press("y y");
    let text = r#""namespace":"shop""#;
    assert!(!screen(&hand.model).contains(text));
    hand.press("w");
    assert!(hand.model.reading.pane.wraps());
    assert!(screen(&hand.model).contains(text), "{}", screen(&hand.model));
}

#[test]
pub(super) fn scrolling_moves_by_eight_columns() {
    let mut hand = reading();
    hand.press("y y > >");
    assert_eq!(hand.model.reading.pane.left(), 16);
    hand.press("<");
    assert_eq!(hand.model.reading.pane.left(), 8);
}

#[test]
fn every_pane_and_overlay_is_drawn_at_any_terminal_size() {
    let mut hand = after(":po/db-0 space -n space shop enter");
    for keys in ["", "tab", "f", "d", "tab", "?", "esc", "c", "esc", ": p", "esc", "/ x"] {
        hand.press(keys);
        for (width, height) in [(1, 1), (2, 3), (10, 2), (5, 40), (30, 5), (59, 9), (300, 4)] {
            hand.message(Message::Resize { width, height });
            screen(&hand.model);
        }
    }
}
