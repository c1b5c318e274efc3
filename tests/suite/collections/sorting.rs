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

/// A column by what its name begins with; the same again turns the order round.
pub(crate) fn sort() {
    let mut hand = over("shop");
    let servers = hand.below(PODS);
    hand.press("s");
    let Overlay::Prompt(prompt) = &hand.model.overlay else { panic!() };
    assert_eq!(prompt.candidates, ["name", "ready", "status", "restarts", "age"]);
    hand.press("na enter");
    assert_eq!(hand.below(PODS), servers, "the server sorts by names, too");
    assert!(screen(&hand.model).contains("↑Name"), "{}", screen(&hand.model));
    hand.press("s tab enter");
    let backwards: Vec<String> = servers.iter().rev().cloned().collect();
    assert_eq!(hand.below(PODS), backwards);
    assert!(screen(&hand.model).contains("↓Name"));
    hand.press("S");
    assert_eq!(hand.below(PODS), servers);
    hand.press("S s enter");
    assert_eq!(hand.below(PODS), servers, "no column is the server's order");
    let shown = screen(&hand.model);
    assert!(!shown.contains('↓') && !shown.contains('↑'), "{shown}");
    hand.press("s foo enter");
    assert!(hand.model.notice.as_ref().unwrap().text.contains("no column foo"));
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

/// The columns that the server gives a priority above 0.
pub(crate) fn wide() {
    let mut hand = over("shop");
    hand.message(Message::Resize { width: 200, height: 40 });
    hand.press("w");
    let told = hand.model.notice.clone().unwrap().text;
    assert_eq!(told, "The wide columns are shown; f gives them the whole screen");
    hand.press("w f");
    assert!(!screen(&hand.model).contains("NOMINATED NODE"), "{}", screen(&hand.model));
    hand.press("w");
    assert!(screen(&hand.model).contains("NOMINATED NODE"), "{}", screen(&hand.model));
    hand.press("s ip enter");
    assert!(!hand.below(PODS).is_empty());
    assert!(screen(&hand.model).contains("↑IP"));
    hand.walk("r");
    assert!(screen(&hand.model).contains("NOMINATED NODE"), "it stays");
    hand.press("w");
    assert!(!screen(&hand.model).contains("NOMINATED NODE"));
    let mut hand = Hand::demo();
    hand.walk("w s");
    assert!(hand.model.notice.unwrap().text.contains("open a collection"));
}
