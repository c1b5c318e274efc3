//! The comparison on the screen.

use kubewalk::app::message::Message;
use kubewalk::app::state::overlay::Overlay;

use crate::support::app::{App, requests};
use crate::support::golden;
use crate::support::walker::screen;

/// The demo with `db-0` of namespace `shop` marked.
fn marked() -> App {
    let mut app = App::demo();
    app.walk(":po/db-0 space -n space shop enter");
    app.press("m");
    app
}

#[test]
pub(crate) fn m_marks_an_object_and_again_removes_the_mark() {
    let mut app = marked();
    assert_eq!(app.model.mark.as_ref().unwrap().name, "po/db-0 -n shop");
    assert!(screen(&app.model).contains("Marked po/db-0 -n shop"), "{}", screen(&app.model));
    app.press("m");
    assert!(app.model.mark.is_none());
}

#[test]
pub(crate) fn a_mark_survives_another_context() {
    let mut app = marked();
    app.connect(Some("team-a"));
    assert_eq!(app.model.mark.as_ref().unwrap().name, "po/db-0 -n shop");
}

#[test]
pub(crate) fn equals_compares_the_selected_object_with_the_marked_one() {
    let mut app = marked();
    app.walk(":po/db-1 space -n space shop enter");
    let sent = app.press("=");
    assert_eq!(requests(&sent), [""; 0], "both are known");
    assert!(matches!(app.model.overlay, Overlay::Comparison));
    assert!(screen(&app.model).contains("The same"), "{}", screen(&app.model));
    app.press("esc");
    assert!(matches!(app.model.overlay, Overlay::None));
}

#[test]
fn an_object_that_is_not_shown_is_fetched_once() {
    let mut app = marked();
    app.walk(":po space -n space shop enter");
    app.model.focus = kubewalk::app::layout::Pane::Tree;
    app.press("/ d b - 1 enter j");
    let sent = requests(&app.press("="));
    assert_eq!(sent, ["/api/v1/namespaces/shop/pods/db-1"]);
    app.answer_all();
    assert!(screen(&app.model).contains("The same"), "{}", screen(&app.model));
}

#[test]
pub(crate) fn without_a_mark_equals_shows_a_notice() {
    let mut app = App::demo();
    app.walk(":po/db-0 space -n space shop enter");
    app.press("=");
    assert!(screen(&app.model).contains("Nothing is marked: press m"), "{}", screen(&app.model));
}

/// The Deployment `gateway` of the broken cluster compared with `ledger`.
fn deployments() -> App {
    let mut app = crate::keys::health::trouble(":deploy/gateway space -n space payments enter");
    app.press("m");
    app.walk(":deploy/ledger space -n space payments enter");
    app.press("=");
    app
}

#[test]
pub(crate) fn i_shows_and_hides_what_is_left_out() {
    let mut app = deployments();
    assert!(!screen(&app.model).contains("resourceVersion"), "{}", screen(&app.model));
    app.press("i");
    let shown = screen(&app.model);
    assert!(shown.contains("resourceVersion (server)"), "{shown}");
    app.press("i");
    assert!(!screen(&app.model).contains("resourceVersion"));
}

#[test]
pub(crate) fn shift_x_swaps_the_sides() {
    let mut app = deployments();
    let title = "deploy/ledger -n payments";
    let left = |app: &App| {
        let shown = screen(&app.model);
        let line = shown.lines().nth(1).unwrap().to_owned();
        line.find(title).unwrap() < line.find("deploy/gateway").unwrap()
    };
    assert!(!left(&app));
    app.press("X");
    assert!(left(&app));
}

#[test]
fn n_selects_the_next_difference_and_enter_shows_all_of_it() {
    let mut app = deployments();
    app.message(Message::Resize { width: 80, height: 24 });
    app.press("n enter");
    let comparison = app.model.comparison.as_ref().unwrap();
    let second = comparison.found().unwrap().differences().nth(1).unwrap();
    let index = comparison.selected().unwrap();
    assert_eq!(&comparison.found().unwrap().rows[index], second);
}

#[test]
fn a_comparison_at_two_sizes() {
    let mut app = deployments();
    for (width, height) in [(80, 24), (120, 40)] {
        app.message(Message::Resize { width, height });
        let file = format!("tests/fixtures/screens/changes/diff-{width}.txt");
        golden::is_current(&file, &screen(&app.model));
    }
}

#[test]
fn values_of_secrets_are_masked_until_x() {
    let mut app = App::demo();
    app.walk(":secrets/db-credentials space -n space shop enter");
    app.press("m");
    app.press("=");
    assert!(screen(&app.model).contains("The same"), "{}", screen(&app.model));
}
