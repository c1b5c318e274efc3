//! Collections with many pages: loading them, and filtering the loaded rows.

use kubewalk::tree::{RowRef, Tree};

use crate::support::app::App;
use crate::support::recordings;
use crate::support::walker::screen;

const ITEMS: &str = "/api/v1/namespaces/bulk/configmaps";

/// The cursor is on a collection of 1202 ConfigMaps, of which 500 are loaded.
fn bulk() -> App {
    let mut app = App::over(&[recordings::named("paging"), recordings::cluster()]);
    app.walk(":cm space -n space bulk enter");
    assert_eq!(app.location(), ITEMS);
    app
}

fn loaded(app: &App) -> usize {
    let tree = &app.model.tree;
    let id = tree.collection_at(tree.cursor()).unwrap();
    tree.get(id).unwrap().collection.as_ref().unwrap().rows().len()
}

/// Returns the 0-based index of the row that loads more.
fn more(app: &App) -> Option<usize> {
    let tree = &app.model.tree;
    (0..tree.len()).find(|at| matches!(tree.row_at(*at), Some(RowRef::More(_))))
}

#[test]
fn a_collection_loads_one_page_at_a_time() {
    let mut app = bulk();
    assert_eq!(loaded(&app), 500);
    let last = more(&app).unwrap();
    let tree = &mut app.model.tree;
    let place = tree.row_at(last).unwrap();
    tree.select(place);
    app.walk("enter");
    // The second page may have a thousand rows.
    assert_eq!((loaded(&app), more(&app)), (1202, None));
    // The cursor keeps its position, which is now the first row of the new page.
    assert_eq!(app.label(app.model.tree.cursor()), "item-0500");
}

#[test]
pub(crate) fn load_all_loads_every_page() {
    let mut app = bulk();
    app.walk("L");
    assert_eq!((loaded(&app), more(&app)), (1202, None));
    assert_eq!(app.location(), ITEMS, "the cursor stays");
}

#[test]
fn escape_stops_loading_pages_and_keeps_the_loaded_rows() {
    let mut app = bulk();
    let last = more(&app).unwrap();
    let place = app.model.tree.row_at(last).unwrap();
    app.model.tree.select(place);
    app.press("L");
    assert!(screen(&app.model).contains("… 500 so far · esc stops"));
    app.press("esc");
    assert!(app.waiting.is_empty(), "the request in flight is cancelled");
    app.rest();
    assert_eq!(loaded(&app), 500);
    assert!(screen(&app.model).contains("… 702 more · ⏎ loads"));
    app.walk("L");
    assert_eq!((loaded(&app), more(&app)), (1202, None));
}

#[test]
fn a_filter_counts_unloaded_objects_and_enter_loads_them() {
    let mut app = bulk();
    app.press("/ 0 0 0");
    let screen = crate::support::walker::screen(&app.model);
    assert!(screen.contains("10 shown, 500 of 1,202"), "{screen}");
    assert!(screen.contains("… 702 more · ⏎ searches"), "{screen}");
    app.press("esc / item-11");
    let screen = crate::support::walker::screen(&app.model);
    assert!(screen.contains("0 shown, 500 of 1,202"), "{screen}");
    app.walk("enter");
    assert_eq!((loaded(&app), more(&app)), (1202, None));
    assert_eq!(app.children(ITEMS).len(), 100);
    assert_eq!(app.children(ITEMS)[0], "item-1100");
    app.walk("esc");
    assert_eq!(app.children(ITEMS).len(), 1202);
}

#[test]
fn enter_after_the_matches_of_a_filter_loads_the_rest() {
    let mut app = bulk();
    app.walk("/ item-04 enter");
    assert_eq!(loaded(&app), 1202);
    assert_eq!(app.children(ITEMS).len(), 100);
}

#[test]
fn an_object_beyond_the_first_page_is_reached_by_name() {
    let mut app = bulk();
    app.walk("g");
    app.walk(&format!(":{ITEMS}/item-1100 enter"));
    assert_eq!(app.location(), format!("{ITEMS}/item-1100"));
    assert_eq!(loaded(&app), 501);
    // Loading the pages in between keeps the row and sorts it in.
    app.walk("L");
    assert_eq!(loaded(&app), 1202);
    assert_eq!(app.location(), format!("{ITEMS}/item-1100"));
    let place = app.model.tree.cursor();
    let position = app.model.tree.position(place);
    let above = app.model.tree.parent(place).unwrap();
    assert_eq!(position, app.model.tree.position(RowRef::Node(above)) + 1101);
}

#[test]
fn a_missing_object_is_reported_and_its_collection_is_selected() {
    let mut app = bulk();
    app.walk(&format!(":{ITEMS}/item-9999 enter"));
    assert_eq!(app.location(), ITEMS);
    let notice = app.model.notice.clone().unwrap();
    assert!(notice.is_failure && notice.text.contains("item-9999"), "{}", notice.text);
}

#[test]
fn a_failed_page_keeps_the_loaded_rows() {
    use kubewalk::k8s::failure::{Failure, FailureKind};
    let mut app = bulk();
    let at = more(&app).unwrap();
    let place = app.model.tree.row_at(at).unwrap();
    app.model.tree.select(place);
    app.press("enter");
    app.answer_with(Err(Failure::new(FailureKind::Unavailable, "503: down", "Try again")));
    assert_eq!(loaded(&app), 500);
    assert!(app.model.notice.as_ref().unwrap().text.contains("503: down"));
    // The row that loads more stays and retries.
    assert_eq!(more(&app), Some(at));
    app.walk("enter");
    assert_eq!(loaded(&app), 1000);
    assert_eq!(Tree::node_of(place), Tree::node_of(app.model.tree.cursor()));
}
