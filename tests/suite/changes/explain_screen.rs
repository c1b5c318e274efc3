//! The explanation of a field on the screen.

use kubewalk::app::effect::Effect;
use kubewalk::app::layout::Pane;
use kubewalk::app::message::Message;
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
fn the_explanation_follows_the_cursor_without_another_fetch() {
    let mut app = at(".spec.containers[0].image");
    app.press("K");
    let shows = |app: &App, text: &str| {
        let shown = screen(&app.model);
        assert!(shown.contains(text), "{shown}");
    };
    shows(&app, ".spec.containers[].image · string · Pod v1");
    app.press("j");
    shows(&app, ".spec.containers[].command · []string · Pod v1");
    app.press("k");
    shows(&app, ".spec.containers[].image · string · Pod v1");
    assert_eq!(app.explained, 1);
}

#[test]
fn the_line_of_the_cursor_stays_above_the_explanation() {
    let mut app = at(".spec.nodeName");
    app.press("K");
    let shown = screen(&app.model);
    assert!(shown.contains("nodeName: "), "{shown}");
    for key in ["G", "g"] {
        app.press(key);
        let pane = kubewalk::app::layout::panes(&app.model).document.unwrap();
        let below = kubewalk::app::layout::explanation(&app.model).unwrap();
        assert_eq!(pane.bottom(), below.y, "{key}");
    }
    let shown = screen(&app.model);
    assert!(shown.contains("kind: Pod") && shown.contains(".kind · string"), "{shown}");
}

#[test]
fn shift_k_or_esc_closes_the_explanation() {
    for key in ["K", "esc"] {
        let mut app = at(".spec.nodeName");
        app.press("K");
        app.press(key);
        assert!(app.model.explain.is_none(), "{key}");
        assert_eq!(app.model.focus, Pane::Document, "{key}");
    }
}

#[test]
fn after_the_explanation_was_entered_and_left_it_is_that_of_the_cursor() {
    let mut app = at(".spec.containers[0].env");
    app.press("K");
    app.press("tab h h");
    let shown = screen(&app.model);
    assert!(shown.contains(" .spec.containers · []Container"), "{shown}");
    app.press("esc");
    let shown = screen(&app.model);
    assert!(shown.contains(".spec.containers[].env · []EnvVar"), "{shown}");
    app.press("tab K");
    assert!(app.model.explain.is_none());
}

#[test]
fn a_row_of_another_version_is_not_fetched_until_shift_k() {
    let mut app = at(".spec.nodeName");
    app.press("K");
    app.model.focus = Pane::Tree;
    app.press(":deploy/gateway space -n space payments enter");
    app.answer_all();
    app.model.focus = Pane::Tree;
    app.press("j k");
    let shown = screen(&app.model);
    assert!(shown.contains("K loads the documentation of apps/v1"), "{shown}");
    assert_eq!(app.explained, 1);
    app.press("K");
    assert_eq!(app.explained, 2);
    assert!(screen(&app.model).contains("Deployment · Deployment apps/v1"));
}

#[test]
fn a_document_is_fetched_once() {
    let mut app = at(".spec.nodeName");
    app.press("K");
    assert_eq!(app.explained, 1);
    app.press("esc");
    app.press("K tab l h");
    assert_eq!(app.explained, 1);
}

#[test]
fn enter_explains_a_field_below_and_h_what_contains_it() {
    let mut app = at(".spec.containers[0].env");
    app.press("K");
    // Behind what holds for the list and its description are its fields.
    app.press("tab G enter");
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

#[test]
fn slash_shows_only_the_fields_that_match_and_c_copies_the_path() {
    let mut app = at(".spec");
    app.press("K tab / c o n t a i n e r s");
    let shown = screen(&app.model);
    assert!(shown.contains("/containers▏") && shown.contains("initContainers"), "{shown}");
    assert!(!shown.contains("nodeName  "), "{shown}");
    app.press("enter g enter");
    assert!(
        screen(&app.model).contains(".spec.containers · []Container"),
        "{}",
        screen(&app.model)
    );
    let effects = app.press("c");
    let copied = effects.iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.as_slice()),
        _ => None,
    });
    assert_eq!(copied, Some(&b".spec.containers"[..]));
}
