//! Who set the lines of a document, on the screen.

use kubewalk::app::layout::Pane;
use kubewalk::app::message::Message;

use crate::keys::health::trouble;
use crate::support::app::App;
use crate::support::golden;
use crate::support::walker::screen;

fn gateway() -> App {
    let mut app = trouble(":deploy/gateway space -n space payments enter");
    app.model.focus = Pane::Document;
    app
}

#[test]
pub(crate) fn b_shows_who_set_each_line_and_hides_it_again() {
    let mut app = gateway();
    app.press("b");
    assert!(screen(&app.model).contains("side-apply"), "{}", screen(&app.model));
    app.press("b");
    assert!(!screen(&app.model).contains("side-apply"), "{}", screen(&app.model));
}

#[test]
fn the_border_names_the_manager_of_the_line_of_the_cursor() {
    let mut app = gateway();
    app.model.reading.pane.go_to_path(".spec.template.spec.containers[0].image");
    app.press("f");
    let shown = screen(&app.model);
    assert!(shown.contains("set by kubectl-patch (Update), "), "{shown}");
    assert!(shown.contains(" ago or before ─"), "{shown}");
}

#[test]
fn without_the_focus_the_border_has_no_manager() {
    let mut app = gateway();
    app.model.focus = Pane::Tree;
    app.press("j k");
    assert!(!screen(&app.model).contains(" ago or before"), "{}", screen(&app.model));
}

#[test]
fn managers_at_two_sizes() {
    let mut app = gateway();
    app.press("b");
    app.model.reading.pane.go_to_path(".spec.replicas");
    for (width, height) in [(80, 24), (120, 40)] {
        app.message(Message::Resize { width, height });
        let file = format!("tests/fixtures/screens/changes/managers-{width}.txt");
        golden::is_current(&file, &screen(&app.model));
    }
}

#[test]
fn a_list_has_no_managers() {
    let mut app = App::demo();
    app.walk(":/livez enter");
    app.model.focus = Pane::Document;
    app.press("b");
    assert!(screen(&app.model).contains("beside the lines of an object"), "{}", screen(&app.model));
}

#[test]
fn a_field_that_changed_while_its_object_was_open_has_the_exact_time() {
    let mut app = super::history_screen::undone();
    app.model.focus = Pane::Document;
    app.press("f");
    app.model.now += jiff::SignedDuration::from_secs(60);
    app.model.reading.pane.go_to_path(".spec.template.spec.containers[0].image");
    let shown = screen(&app.model);
    assert!(shown.contains("set by kubectl (Update), changed 60s ago ─"), "{shown}");
    app.model.reading.pane.go_to_path(".spec.template.spec.containers[0].name");
    assert!(screen(&app.model).contains(" ago or before ─"), "{}", screen(&app.model));
}
