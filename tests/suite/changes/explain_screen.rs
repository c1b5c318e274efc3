//! The explanation of a field on the screen.

use kubewalk::app::layout::Pane;
use kubewalk::app::message::Message;
use kubewalk::app::state::overlay::Overlay;
use kubewalk::k8s::failure::{Failure, FailureKind};

use crate::keys::health::trouble;
use crate::support::app::App;
use crate::support::golden;
use crate::support::walker::screen;

/// The pod `audit` with the line of a path selected.
fn at(path: &str) -> App {
    let mut app = trouble(":po/audit space -n space payments enter");
    app.model.focus = Pane::Document;
    assert!(app.model.reading.pane.go_to_path(path), "{path}");
    app
}

#[test]
pub(crate) fn shift_k_explains_the_field_of_the_line() {
    let mut app = at(".spec.containers[0].imagePullPolicy");
    app.press("K");
    let shown = screen(&app.model);
    assert!(shown.contains(".spec.containers[].imagePullPolicy · string · Pod v1"), "{shown}");
    assert!(shown.contains("one of"), "{shown}");
    app.press("esc");
    assert!(matches!(app.model.overlay, Overlay::None));
}

#[test]
pub(crate) fn on_a_row_shift_k_explains_the_kind() {
    let mut app = trouble(":deploy/gateway space -n space payments enter");
    app.model.focus = Pane::Tree;
    app.press("K");
    let shown = screen(&app.model);
    assert!(shown.contains("Deployment · Deployment apps/v1 · 5 fields"), "{shown}");
    let mut app = App::demo();
    app.press("K");
    assert!(screen(&app.model).contains("No field here"), "{}", screen(&app.model));
}

#[test]
fn a_document_is_fetched_once() {
    let mut app = at(".spec.nodeName");
    app.press("K");
    assert_eq!(app.explained, 1);
    app.press("esc");
    app.press("K l h");
    assert_eq!(app.explained, 1);
}

#[test]
fn enter_explains_a_field_below_and_h_what_contains_it() {
    let mut app = at(".spec.containers[0].env");
    app.press("K");
    // Behind what holds for the list and its description are its fields.
    app.press("G enter");
    let shown = screen(&app.model);
    assert!(shown.contains(".spec.containers[].env[].valueFrom · EnvVarSource"), "{shown}");
    app.press("h");
    assert!(
        screen(&app.model).contains(".spec.containers[].env · []EnvVar"),
        "{}",
        screen(&app.model)
    );
}

#[test]
fn a_document_that_cannot_be_fetched_shows_why() {
    let mut app = at(".spec.nodeName");
    app.fails_to_explain =
        Some(Failure::new(FailureKind::Forbidden, "OpenAPI is forbidden", "Ask"));
    app.press("K");
    assert!(screen(&app.model).contains("OpenAPI is forbidden"), "{}", screen(&app.model));
}

#[test]
fn explanations_at_two_sizes() {
    let mut app = at(".spec.containers[0].env[0].valueFrom");
    app.press("K");
    for (width, height) in [(80, 24), (120, 40)] {
        app.message(Message::Resize { width, height });
        let file = format!("tests/fixtures/screens/changes/explain-{width}.txt");
        golden::is_current(&file, &screen(&app.model));
    }
}
