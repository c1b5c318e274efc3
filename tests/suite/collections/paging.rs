//! Collections of many pages, and the filter over what is loaded of them.

use kubewalk::tree::{RowRef, Tree};

use crate::support::hand::Hand;
use crate::support::recordings;
use crate::support::walker::screen;

const ITEMS: &str = "/api/v1/namespaces/bulk/configmaps";

/// The cursor on the collection of 1,202 config maps, of which 500 are loaded.
fn bulk() -> Hand {
    let mut hand = Hand::over(&[recordings::named("paging"), recordings::cluster()]);
    hand.walk(":cm space -n space bulk enter");
    assert_eq!(hand.at(), ITEMS);
    hand
}

fn loaded(hand: &Hand) -> usize {
    let tree = &hand.model.tree;
    let id = tree.collection_at(tree.cursor()).unwrap();
    tree.get(id).unwrap().collection.as_ref().unwrap().rows().len()
}

/// The row of the tree that loads more, and its position.
fn more(hand: &Hand) -> Option<usize> {
    let tree = &hand.model.tree;
    (0..tree.len()).find(|at| matches!(tree.place_at(*at), Some(RowRef::More(_))))
}

#[test]
fn a_collection_loads_a_page_at_a_time() {
    let mut hand = bulk();
    assert_eq!(loaded(&hand), 500);
    let last = more(&hand).unwrap();
    let tree = &mut hand.model.tree;
    let place = tree.place_at(last).unwrap();
    tree.select(place);
    hand.walk("enter");
    assert_eq!(loaded(&hand), 1000);
    // The cursor stays where it was: on the first row of the new page.
    assert_eq!(hand.label(hand.model.tree.cursor()), "item-0500");
    let tree = &mut hand.model.tree;
    let place = tree.place_at(last + 500).unwrap();
    assert!(matches!(place, RowRef::More(_)));
    tree.select(place);
    hand.walk("enter");
    assert_eq!((loaded(&hand), more(&hand)), (1202, None));
}

#[test]
pub(crate) fn load_all_loads_every_page() {
    let mut hand = bulk();
    hand.walk("L");
    assert_eq!((loaded(&hand), more(&hand)), (1202, None));
    assert_eq!(hand.at(), ITEMS, "the cursor stays");
}

#[test]
fn esc_stops_loading_all_pages_and_keeps_what_came() {
    let mut hand = bulk();
    let last = more(&hand).unwrap();
    let place = hand.model.tree.place_at(last).unwrap();
    hand.model.tree.select(place);
    hand.press("L");
    assert!(screen(&hand.model).contains("… 500 so far · esc stops"));
    hand.press("esc");
    assert!(hand.waiting.is_empty(), "the page on the way is dropped");
    hand.rest();
    assert_eq!(loaded(&hand), 500);
    assert!(screen(&hand.model).contains("… 702 more · ⏎ loads"));
    hand.walk("L");
    assert_eq!((loaded(&hand), more(&hand)), (1202, None));
}

#[test]
fn a_filter_says_what_it_did_not_search_and_enter_searches_it() {
    let mut hand = bulk();
    hand.press("/ 0 0 0");
    let screen = crate::support::walker::screen(&hand.model);
    assert!(screen.contains("10 of 500 loaded, 702 not searched"), "{screen}");
    hand.press("esc / item-11");
    let screen = crate::support::walker::screen(&hand.model);
    assert!(screen.contains("0 of 500 loaded, 702 not searched"), "{screen}");
    hand.walk("enter");
    assert_eq!((loaded(&hand), more(&hand)), (1202, None));
    assert_eq!(hand.below(ITEMS).len(), 100);
    assert_eq!(hand.below(ITEMS)[0], "item-1100");
    hand.walk("esc");
    assert_eq!(hand.below(ITEMS).len(), 1202);
}

#[test]
fn enter_at_the_end_of_a_filter_searches_the_rest_though_something_matches() {
    let mut hand = bulk();
    hand.walk("/ item-04 enter");
    assert_eq!(loaded(&hand), 1202);
    assert_eq!(hand.below(ITEMS).len(), 100);
}

#[test]
fn an_object_beyond_the_first_page_is_found_by_its_name() {
    let mut hand = bulk();
    hand.walk("g");
    hand.walk(&format!(":{ITEMS}/item-1100 enter"));
    assert_eq!(hand.at(), format!("{ITEMS}/item-1100"));
    assert_eq!(loaded(&hand), 501);
    // The pages between it and the others fill up around it.
    hand.walk("L");
    assert_eq!(loaded(&hand), 1202);
    assert_eq!(hand.at(), format!("{ITEMS}/item-1100"));
    let place = hand.model.tree.cursor();
    let position = hand.model.tree.position(place);
    let above = hand.model.tree.parent(place).unwrap();
    assert_eq!(position, hand.model.tree.position(RowRef::Node(above)) + 1101);
}

#[test]
fn an_object_that_is_not_there_is_told_and_the_cursor_stays_at_its_collection() {
    let mut hand = bulk();
    hand.walk(&format!(":{ITEMS}/item-9999 enter"));
    assert_eq!(hand.at(), ITEMS);
    let notice = hand.model.notice.clone().unwrap();
    assert!(notice.is_trouble && notice.text.contains("item-9999"), "{}", notice.text);
}

#[test]
fn a_page_that_fails_leaves_what_was_loaded() {
    use kubewalk::k8s::failure::{Failure, FailureKind};
    let mut hand = bulk();
    let at = more(&hand).unwrap();
    let place = hand.model.tree.place_at(at).unwrap();
    hand.model.tree.select(place);
    hand.press("enter");
    hand.give(Err(Failure::new(FailureKind::Unavailable, "503: down", "Try again")));
    assert_eq!(loaded(&hand), 500);
    assert!(hand.model.notice.as_ref().unwrap().text.contains("503: down"));
    // The row is still there, and asks again.
    assert_eq!(more(&hand), Some(at));
    hand.walk("enter");
    assert_eq!(loaded(&hand), 1000);
    assert_eq!(Tree::node_of(place), Tree::node_of(hand.model.tree.cursor()));
}
