//! The rows of the collection at the cursor, as a table in the document's pane.

use kubewalk::app::effect::Effect;
use kubewalk::app::layout::Pane;
use kubewalk::app::message::{Message, Timer};
use kubewalk::app::state::reading::ReadState;
use kubewalk::k8s::table::Delta;

use crate::support::app::{App, requests};
use crate::support::walker::screen;

const PODS: &str = "/api/v1/namespaces/shop/pods";

/// The cursor is on the pods of the namespace shop, with the focus on their table.
fn table() -> App {
    let mut app = App::demo();
    app.walk(":po space -n space shop enter");
    app.press("tab");
    app
}

/// Returns the lines of the pane at the right.
fn pane(app: &App) -> Vec<String> {
    let shown = screen(&app.model);
    let right = shown.lines().filter_map(|line| line.split("││").nth(1));
    right.map(|line| line.trim_end_matches('│').trim_end().to_owned()).collect()
}

#[test]
fn a_collection_at_the_cursor_is_shown_as_a_table_without_another_request() {
    let mut app = App::demo();
    app.walk(":po space -n space shop enter");
    let requested = requests(&app.take_effects());
    let lists = requested.iter().filter(|path| path.starts_with(PODS) && !path.contains("watch="));
    assert_eq!(lists.collect::<Vec<_>>(), [&format!("{PODS}?includeObject=None&limit=500")]);
    assert_eq!(pane(&app)[0], " NAME                        READY  STATUS     RESTARTS     AGE");
    let first = pane(&app)[1].clone();
    assert!(
        first.starts_with(" db-0 ") && first.contains(" 1/1    Running    1 (75s ago)"),
        "{first}"
    );
    assert_eq!(pane(&app).last().unwrap(), " 6 rows · ! 1");
}

#[test]
fn a_collection_is_loaded_when_the_cursor_rests_and_not_when_it_passes() {
    let mut app = App::demo();
    app.walk(":po space -n space shop enter");
    app.press("k k");
    assert_eq!(app.pending(), [""; 0]);
    app.rest();
    assert_eq!(app.location(), "/api/v1/namespaces/kube-public/pods");
    assert!(pane(&app).contains(&"No pods".to_owned()), "{:?}", pane(&app));
}

#[test]
fn leaving_a_collection_before_its_rows_arrive_cancels_the_request() {
    let mut app = App::demo();
    app.walk(":po space -n space shop enter");
    app.press("k");
    app.message(Message::Timer(Timer::Rest));
    assert_eq!(app.pending().len(), 1);
    app.press("k");
    assert_eq!(app.pending(), [""; 0]);
    app.walk("j enter");
    assert!(pane(&app).contains(&"No pods".to_owned()), "it is requested again");
}

#[test]
fn enter_on_a_row_of_the_table_opens_its_object_and_back_returns_to_the_table() {
    let mut app = table();
    app.walk("j enter");
    assert_eq!(app.location(), format!("{PODS}/db-1"));
    assert_eq!((app.model.focus, &app.model.reading.state), (Pane::Document, &ReadState::Ready));
    app.walk("[");
    assert_eq!(app.location(), PODS);
    assert!(pane(&app)[0].starts_with(" NAME"), "{}", screen(&app.model));
}

#[test]
fn the_selected_row_stays_selected_when_rows_before_it_are_deleted() {
    let mut app = table();
    app.press("j");
    let id = app.model.reading.rows().unwrap();
    assert_eq!(app.model.table_position(id), Some(1));
    let ticket = app.model.live_rows(id).ticket().unwrap();
    let deleted = Delta::Deleted { namespace: None, name: "db-0".into() };
    app.message(Message::Deltas { ticket, deltas: vec![deleted], version: "2000".to_owned() });
    for _ in 0..2 {
        app.message(Message::Timer(Timer::Marks(id)));
    }
    assert_eq!(app.model.table_position(id), Some(0), "db-1");
}

#[test]
fn the_table_is_filtered_and_sorted_like_the_tree() {
    let mut app = table();
    app.press("/ db enter");
    assert_eq!(pane(&app).iter().filter(|line| line.starts_with(" db-")).count(), 2);
    assert_eq!(pane(&app).last().unwrap(), " 2 shown, 6 rows · /db · ! 1");
    app.press("s name enter s name enter");
    let rows = pane(&app);
    assert!(rows[1].starts_with(" db-1") && rows[2].starts_with(" db-0"), "{rows:?}");
}

#[test]
fn a_filter_that_no_row_passes_is_named() {
    let mut app = table();
    app.press("/ nothing enter");
    let shown = pane(&app);
    assert!(shown.contains(&"No row passes the filter /nothing. esc removes it".to_owned()));
}

#[test]
fn y_shows_the_list_as_yaml_json_and_raw_and_the_table_again() {
    let mut app = table();
    app.press("y");
    assert_eq!(app.pending(), [format!("{PODS}?limit=20")]);
    app.answer_all();
    assert_eq!(pane(&app)[0], "  kind: PodList");
    app.press("y");
    assert!(screen(&app.model).contains("\"kind\": \"PodList\""), "{}", screen(&app.model));
    app.press("y");
    assert!(pane(&app)[0].starts_with("  {\"kind\":\"PodList\""), "{:?}", pane(&app)[0]);
    app.press("y");
    assert!(pane(&app)[0].starts_with(" NAME"), "{:?}", pane(&app)[0]);
}

#[test]
fn a_collection_that_is_shown_as_text_makes_the_next_one_text_too() {
    let mut app = table();
    app.press("y");
    app.answer_all();
    app.walk(":svc space -n space shop enter");
    assert_eq!(pane(&app)[0], "  kind: ServiceList");
}

#[test]
fn columns_that_do_not_fit_are_left_out_and_names_are_cut_in_the_middle() {
    let mut app = table();
    app.model.size = (80, 24);
    app.press("k");
    let shown = pane(&app);
    assert_eq!(shown[0], " NAME                     READY  STATUS     AGE");
    assert_eq!(shown[3], " frontend-78979…6-fpzhk   2/2    Running    3m");
    app.model.size = (60, 20);
    app.press("k");
    let narrow = pane(&app)[3].clone();
    assert!(narrow.contains("…fpzhk") && narrow.ends_with("  2/2    Running"), "{narrow}");
}

#[test]
fn copying_in_the_table_copies_the_selected_row() {
    let mut app = table();
    app.press("j c p");
    let copied = app.press("c v");
    assert!(copied.contains(&Effect::Copy(b"db-1".to_vec())), "{copied:?}");
    let copied = app.press("c a");
    assert!(copied.contains(&Effect::Copy(format!("{PODS}/db-1").into_bytes())), "{copied:?}");
}

#[test]
fn enter_on_a_namespaced_resource_shows_the_rows_of_all_namespaces() {
    let mut app = App::demo();
    app.walk(":po enter");
    assert_eq!(app.location(), "/api/v1/pods");
    assert!(pane(&app)[0].starts_with(" NS       NAME"), "{}", screen(&app.model));
    assert!(app.children("/api/v1/pods").len() > 2, "the namespaces are below it");
    app.press("tab / db- enter");
    assert_eq!(pane(&app).last().unwrap().split(" ·").next(), Some(" 2 shown, 15 rows"));
    app.walk("enter");
    assert_eq!(app.location(), "/api/v1/namespaces/shop/pods/db-0");
}

#[test]
fn the_rows_of_all_namespaces_are_requested_only_by_enter() {
    let mut app = App::demo();
    app.walk(":/api/v1 enter");
    while app.location() != "/api/v1/pods" {
        app.press("j");
    }
    app.rest();
    assert_eq!(app.model.reading.state, ReadState::ByEnter);
    app.press("enter");
    let list = "/api/v1/pods?includeObject=Metadata&limit=500".to_owned();
    assert!(app.pending().contains(&list), "{:?}", app.pending());
    assert!(!app.pending().iter().any(|path| path.contains("limit=20")), "{:?}", app.pending());
}

#[test]
fn escape_in_the_table_stops_loading_and_removes_the_filter() {
    let mut app = table();
    app.press("/ db enter");
    assert_eq!(app.model.table_position(app.model.reading.rows().unwrap()), Some(0));
    app.press("esc");
    assert_eq!(pane(&app).last().unwrap(), " 6 rows · ! 1");
}
