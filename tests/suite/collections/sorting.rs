//! Sorting the rows of a collection, and its wide columns.

use kubewalk::app::message::Message;
use kubewalk::app::state::overlay::Overlay;

use crate::support::app::App;
use crate::support::walker::{screen, selected};

const PODS: &str = "/api/v1/namespaces/shop/pods";

fn over(namespace: &str) -> App {
    let mut app = App::demo();
    app.walk(&format!(":po space -n space {namespace} enter"));
    app
}

#[test]
pub(crate) fn the_columns_are_offered() {
    let mut app = over("shop");
    app.press("s");
    let Overlay::Prompt(prompt) = &app.model.overlay else { panic!() };
    assert_eq!(prompt.candidates, ["name", "ready", "status", "restarts", "age"]);
}

#[test]
pub(crate) fn sorting_twice_by_a_column_reverses_the_order() {
    let mut app = over("shop");
    let by_name = app.children(PODS);
    app.press("s na enter");
    assert_eq!(app.children(PODS), by_name, "the server also sorts by name");
    assert!(screen(&app.model).contains("↑Name"), "{}", screen(&app.model));
    app.press("s tab enter");
    let backwards: Vec<String> = by_name.iter().rev().cloned().collect();
    assert_eq!(app.children(PODS), backwards);
    assert!(screen(&app.model).contains("↓Name"));
}

#[test]
pub(crate) fn reverse_toggles_the_direction() {
    let mut app = over("shop");
    let by_name = app.children(PODS);
    app.press("s na enter S");
    assert!(screen(&app.model).contains("↓Name"));
    app.press("S");
    assert_eq!(app.children(PODS), by_name);
    assert!(screen(&app.model).contains("↑Name"));
}

#[test]
pub(crate) fn sorting_by_no_column_restores_the_order_of_the_server() {
    let mut app = over("shop");
    let unsorted = app.children(PODS);
    app.press("s na enter S");
    app.press("s enter");
    assert_eq!(app.children(PODS), unsorted);
    let shown = screen(&app.model);
    assert!(!shown.contains('↓') && !shown.contains('↑'), "{shown}");
}

#[test]
pub(crate) fn an_unknown_column_is_reported() {
    let mut app = over("shop");
    app.press("s foo enter");
    assert!(app.model.notice.as_ref().unwrap().text.contains("No column foo"));
}

#[test]
pub(crate) fn sorting_outside_a_collection_shows_a_notice() {
    let mut app = App::demo();
    app.walk("s");
    assert!(app.model.notice.unwrap().text.contains("open a collection"));
}

/// The pods on a wide terminal.
fn wide_terminal() -> App {
    let mut app = over("shop");
    app.message(Message::Resize { width: 200, height: 40 });
    app
}

#[test]
pub(crate) fn wide_columns_in_a_narrow_pane_show_a_hint() {
    let mut app = wide_terminal();
    app.press("w");
    let notice = app.model.notice.clone().unwrap().text;
    assert_eq!(notice, "Wide columns are shown. Press f for full screen");
}

#[test]
pub(crate) fn wide_columns_appear_in_full_screen_and_survive_a_refresh() {
    let mut app = wide_terminal();
    app.press("f");
    assert!(!screen(&app.model).contains("NOMINATED NODE"), "{}", screen(&app.model));
    app.press("w");
    assert!(screen(&app.model).contains("NOMINATED NODE"), "{}", screen(&app.model));
    app.walk("r");
    assert!(screen(&app.model).contains("NOMINATED NODE"), "{}", screen(&app.model));
    app.press("w");
    assert!(!screen(&app.model).contains("NOMINATED NODE"));
}

#[test]
pub(crate) fn rows_are_sorted_by_a_wide_column() {
    let mut app = wide_terminal();
    app.press("f w s ip enter");
    assert!(!app.children(PODS).is_empty());
    assert!(screen(&app.model).contains("↑IP"));
}

#[test]
fn sorting_and_refreshing_keep_the_cursor_row() {
    let mut app = over("shop");
    app.walk("j j");
    let row = selected(&app.model);
    app.press("s na enter S");
    assert_eq!(selected(&app.model), row);
    let rows = app.children(PODS);
    app.walk("r");
    assert_eq!(app.children(PODS), rows);
    assert_eq!(selected(&app.model), row);
}
