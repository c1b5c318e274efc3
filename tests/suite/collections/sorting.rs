//! The order and the columns of a collection's rows.

use kubewalk::app::message::Message;
use kubewalk::app::model::Overlay;

use crate::support::hand::Hand;
use crate::support::walker::{screen, selected};

const PODS: &str = "/api/v1/namespaces/shop/pods";

fn over(namespace: &str) -> Hand {
    let mut hand = Hand::demo();
    hand.walk(&format!(":po space -n space {namespace} enter"));
    hand
}

#[test]
pub(crate) fn the_columns_are_offered() {
    let mut hand = over("shop");
    hand.press("s");
    let Overlay::Prompt(prompt) = &hand.model.overlay else { panic!() };
    assert_eq!(prompt.candidates, ["name", "ready", "status", "restarts", "age"]);
}

#[test]
pub(crate) fn sorting_twice_by_a_column_reverses_the_order() {
    let mut hand = over("shop");
    let by_name = hand.below(PODS);
    hand.press("s na enter");
    assert_eq!(hand.below(PODS), by_name, "the server also sorts by name");
    assert!(screen(&hand.model).contains("↑Name"), "{}", screen(&hand.model));
    hand.press("s tab enter");
    let backwards: Vec<String> = by_name.iter().rev().cloned().collect();
    assert_eq!(hand.below(PODS), backwards);
    assert!(screen(&hand.model).contains("↓Name"));
}

#[test]
pub(crate) fn reverse_toggles_the_direction() {
    let mut hand = over("shop");
    let by_name = hand.below(PODS);
    hand.press("s na enter S");
    assert!(screen(&hand.model).contains("↓Name"));
    hand.press("S");
    assert_eq!(hand.below(PODS), by_name);
    assert!(screen(&hand.model).contains("↑Name"));
}

#[test]
pub(crate) fn sorting_by_no_column_restores_the_order_of_the_server() {
    let mut hand = over("shop");
    let unsorted = hand.below(PODS);
    hand.press("s na enter S");
    hand.press("s enter");
    assert_eq!(hand.below(PODS), unsorted);
    let shown = screen(&hand.model);
    assert!(!shown.contains('↓') && !shown.contains('↑'), "{shown}");
}

#[test]
pub(crate) fn an_unknown_column_is_reported() {
    let mut hand = over("shop");
    hand.press("s foo enter");
    assert!(hand.model.notice.as_ref().unwrap().text.contains("no column foo"));
}

#[test]
pub(crate) fn sorting_outside_a_collection_shows_a_notice() {
    let mut hand = Hand::demo();
    hand.walk("s");
    assert!(hand.model.notice.unwrap().text.contains("open a collection"));
}

/// The pods on a wide terminal.
fn wide_terminal() -> Hand {
    let mut hand = over("shop");
    hand.message(Message::Resize { width: 200, height: 40 });
    hand
}

#[test]
pub(crate) fn wide_columns_in_a_narrow_pane_show_a_hint() {
    let mut hand = wide_terminal();
    hand.press("w");
    let notice = hand.model.notice.clone().unwrap().text;
    assert_eq!(notice, "The wide columns are shown; f gives them the whole screen");
}

#[test]
pub(crate) fn wide_columns_appear_in_full_screen_and_survive_a_refresh() {
    let mut hand = wide_terminal();
    hand.press("f");
    assert!(!screen(&hand.model).contains("NOMINATED NODE"), "{}", screen(&hand.model));
    hand.press("w");
    assert!(screen(&hand.model).contains("NOMINATED NODE"), "{}", screen(&hand.model));
    hand.walk("r");
    assert!(screen(&hand.model).contains("NOMINATED NODE"), "{}", screen(&hand.model));
    hand.press("w");
    assert!(!screen(&hand.model).contains("NOMINATED NODE"));
}

#[test]
pub(crate) fn rows_are_sorted_by_a_wide_column() {
    let mut hand = wide_terminal();
    hand.press("f w s ip enter");
    assert!(!hand.below(PODS).is_empty());
    assert!(screen(&hand.model).contains("↑IP"));
}

#[test]
fn the_cursor_stays_on_its_row_and_the_order_through_a_refresh() {
    let mut hand = over("shop");
    hand.walk("j j");
    let row = selected(&hand.model);
    hand.press("s na enter S");
    assert_eq!(selected(&hand.model), row);
    let rows = hand.below(PODS);
    hand.walk("r");
    assert_eq!(hand.below(PODS), rows);
    assert_eq!(selected(&hand.model), row);
}
