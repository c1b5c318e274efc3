//! Focus, full screen, and how a document is displayed.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use kubewalk::app::layout::{Pane, panes};
use kubewalk::app::message::Message;

use super::{after, reading};
use crate::support::app::App;
use crate::support::walker::screen;

#[test]
pub(super) fn tab_cycles_through_the_visible_panes() {
    let mut app = after("");
    assert_eq!(app.model.focus, Pane::Tree);
    app.press("tab");
    assert_eq!(app.model.focus, Pane::Document);
    app.press("tab");
    assert_eq!(app.model.focus, Pane::Tree);
}

#[test]
pub(super) fn shift_tab_cycles_backwards() {
    let mut app = after("d");
    app.press("shift-tab");
    assert_eq!(app.model.focus, Pane::Container);
    app.press("shift-tab shift-tab");
    assert_eq!(app.model.focus, Pane::Tree);
}

#[test]
pub(super) fn full_screen_shows_the_focused_pane_alone() {
    let mut app = after("f");
    let all = panes(&app.model);
    assert_eq!((all.tree.unwrap().width, all.document), (120, None));
    app.press("tab");
    let all = panes(&app.model);
    assert_eq!((all.tree, all.document.unwrap().width), (None, 120));
    app.press("f");
    assert!(panes(&app.model).tree.is_some());
}

#[test]
pub(super) fn the_format_cycles_through_yaml_json_and_raw() {
    let mut app = reading();
    app.press("y");
    assert!(screen(&app.model).contains("\"kind\": \"Pod\","));
    app.press("y");
    assert!(screen(&app.model).contains("{\"kind\":\"Pod\",\"apiVersion\":\"v1\""));
    app.press("y");
    assert!(screen(&app.model).contains("apiVersion: v1"));
}

#[test]
pub(super) fn wrapping_shows_the_end_of_a_long_line() {
    let mut app = reading();
    app.press("y y");
    let text = r#""namespace":"shop""#;
    assert!(!screen(&app.model).contains(text));
    app.press("w");
    assert!(app.model.reading.pane.wraps());
    assert!(screen(&app.model).contains(text), "{}", screen(&app.model));
}

#[test]
pub(super) fn scrolling_moves_by_eight_columns() {
    let mut app = reading();
    app.press("y y > >");
    assert_eq!(app.model.reading.pane.left(), 16);
    app.press("<");
    assert_eq!(app.model.reading.pane.left(), 8);
}

#[test]
fn every_pane_and_overlay_is_drawn_at_any_terminal_size() {
    let mut app = after(":po/db-0 space -n space shop enter");
    for keys in ["", "tab", "f", "d", "tab", "?", "esc", "c", "esc", ": p", "esc", "/ x"] {
        app.press(keys);
        for (width, height) in [(1, 1), (2, 3), (10, 2), (5, 40), (30, 5), (59, 9), (300, 4)] {
            app.message(Message::Resize { width, height });
            screen(&app.model);
        }
    }
}

fn tree_width(app: &App) -> u16 {
    panes(&app.model).tree.unwrap().width
}

#[test]
pub(super) fn keys_widen_and_narrow_the_tree_for_the_rest_of_the_run() {
    let mut app = App::demo();
    let before = tree_width(&app);
    app.press("+");
    let wider = tree_width(&app);
    assert!(wider > before, "{before} {wider}");
    app.press("- -");
    let narrower = tree_width(&app);
    assert!(narrower < before, "{before} {narrower}");
    app.press("tab");
    assert_eq!(tree_width(&app), narrower, "the focus does not change a chosen width");
}

#[test]
pub(super) fn the_tree_keeps_room_for_itself_and_the_document() {
    let mut app = App::demo();
    app.press(&"+ ".repeat(40));
    assert_eq!(tree_width(&app), 108);
    app.press(&"- ".repeat(40));
    assert_eq!(tree_width(&app), 12);
}

#[test]
fn a_chosen_width_of_the_tree_is_used() {
    let mut app = App::demo();
    app.model.tree_width = Some(25);
    assert_eq!(tree_width(&app), 30);
}

fn mouse(app: &mut App, kind: MouseEventKind, column: u16) {
    let event = MouseEvent { kind, column, row: 5, modifiers: KeyModifiers::NONE };
    app.message(Message::Mouse(event));
}

#[test]
fn the_border_of_the_tree_is_dragged() {
    let mut app = App::demo();
    app.model.mouse = true;
    let border = tree_width(&app) - 1;
    mouse(&mut app, MouseEventKind::Down(MouseButton::Left), border);
    mouse(&mut app, MouseEventKind::Drag(MouseButton::Left), 29);
    mouse(&mut app, MouseEventKind::Up(MouseButton::Left), 29);
    assert_eq!(tree_width(&app), 30);
    mouse(&mut app, MouseEventKind::Drag(MouseButton::Left), 60);
    assert_eq!(tree_width(&app), 30, "the button is up");
}
