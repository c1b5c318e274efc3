//! The history of the open object on the screen.

use kubewalk::app::effect::Effect;
use kubewalk::app::layout::Pane;
use kubewalk::app::message::Message;
use kubewalk::app::state::overlay::Overlay;

use super::diff::gateway;
use super::history::arrive;
use crate::keys::health::trouble;
use crate::support::app::{App, requests};
use crate::support::golden;
use crate::support::walker::screen;

/// The Deployment `gateway`, open while it is scaled and its rollout is undone.
pub(super) fn undone() -> App {
    let mut app = trouble(":deploy/gateway space -n space payments enter");
    // The recording of the whole cluster is later; a version of the rollout is shown first.
    for version in ["22361", "22378", "22385", "22387"] {
        app.model.now = crate::health::rollout::written(&gateway(version));
        arrive(&mut app, &gateway(version).to_string());
    }
    app
}

#[test]
pub(crate) fn shift_h_lists_changes_and_events_newest_first() {
    let mut app = undone();
    app.press("H");
    app.answer_all();
    let shown = screen(&app.model);
    let at = |text: &str| shown.find(text).unwrap_or_else(|| panic!("{text}\n{shown}"));
    assert!(at("v22387") < at("v22385") && at("v22385") < at("v22378"), "{shown}");
    assert!(shown.contains("→ busybox:1.35"), "{shown}");
    app.press("esc");
    assert!(matches!(app.model.overlay, Overlay::None));
}

#[test]
fn the_events_of_an_object_are_not_fetched_twice() {
    let mut app = undone();
    app.walk("e");
    app.press("esc");
    let sent = requests(&app.press("H"));
    assert!(
        sent.iter().all(|request| request.starts_with("watch") || request.contains("watch")),
        "{sent:?}"
    );
}

#[test]
pub(crate) fn without_an_open_object_shift_h_shows_a_notice() {
    let mut app = App::demo();
    app.press("H");
    assert!(screen(&app.model).contains("Open an object first"), "{}", screen(&app.model));
}

#[test]
fn enter_shows_a_version_and_escape_returns_to_the_newest() {
    let mut app = undone();
    app.press("H j");
    let mut app = select(app, "22385");
    app.press("enter");
    let shown = screen(&app.model);
    assert!(shown.contains("version 22385, 10:49:03 · not now"), "{shown}");
    assert_eq!(app.model.focus, Pane::Document);
    app.press("esc");
    assert!(!screen(&app.model).contains("not now"), "{}", screen(&app.model));
}

/// Moves to the entry of a version.
fn select(mut app: App, version: &str) -> App {
    app.press("g");
    for _ in 0..20 {
        if crate::support::walker::selected(&app.model).contains(version) {
            return app;
        }
        app.press("j");
    }
    panic!("no entry of {version}\n{}", screen(&app.model));
}

#[test]
fn equals_compares_a_version_with_the_newest() {
    let mut app = undone();
    app.press("H");
    app.answer_all();
    let mut app = select(app, "22378");
    app.press("=");
    let shown = screen(&app.model);
    assert!(
        shown.contains("deploy/gateway -n payments v22378  ⇄  deploy/gateway -n payments v22387"),
        "{shown}"
    );
    assert!(shown.contains("busybox:1.35"), "{shown}");
}

#[test]
fn changes_while_a_version_is_shown_do_not_replace_it() {
    let mut app = undone();
    app.press("H");
    let mut app = select(app, "22378");
    app.press("enter");
    arrive(&mut app, &gateway("22453").to_string());
    assert!(screen(&app.model).contains("version 22378"), "{}", screen(&app.model));
    app.press("esc");
    assert!(!screen(&app.model).contains("version 22378"));
    let body = app.model.reading.pane.document().unwrap().body().clone();
    assert_eq!(body, gateway("22453").to_string().as_bytes());
}

#[test]
fn i_hides_what_only_changed_the_status() {
    let mut app = undone();
    app.press("H");
    assert!(screen(&app.model).contains("v22387"), "{}", screen(&app.model));
    app.press("i");
    assert!(!screen(&app.model).contains("v22378"), "{}", screen(&app.model));
    assert!(screen(&app.model).contains("v22385"), "{}", screen(&app.model));
}

#[test]
fn a_history_at_two_sizes() {
    let mut app = undone();
    app.press("H");
    app.answer_all();
    for (width, height) in [(80, 24), (120, 40)] {
        app.message(Message::Resize { width, height });
        let file = format!("tests/fixtures/screens/changes/history-{width}.txt");
        golden::is_current(&file, &screen(&app.model));
    }
}

#[test]
fn slash_shows_only_the_changes_and_events_that_match() {
    let mut app = undone();
    app.press("H");
    app.answer_all();
    app.press("/ b u s y b o x");
    let shown = screen(&app.model);
    assert!(shown.contains("/busybox▏"), "{shown}");
    assert!(shown.contains("v22385") && !shown.contains("v22378"), "{shown}");
    app.press("enter /");
    app.press("ctrl-u n o n e");
    assert!(screen(&app.model).contains("No change or event matches"), "{}", screen(&app.model));
    app.press("enter esc");
    assert!(screen(&app.model).contains("v22378"), "{}", screen(&app.model));
    app.press("esc");
    assert!(matches!(app.model.overlay, Overlay::None));
}

#[test]
fn c_copies_a_change_as_text() {
    let mut app = undone();
    app.press("H");
    let mut app = select(app, "22385");
    let effects = app.press("c");
    let copied = effects.iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(String::from_utf8(text.clone()).unwrap()),
        _ => None,
    });
    let copied = copied.unwrap();
    assert!(copied.starts_with("2026-11-26T10:49:03Z  changed  v22385  kubectl\n  "), "{copied}");
    let image = ".spec.template.spec.containers[name=gateway].image  registry.example.com/gateway:1.8 → busybox:1.35\n";
    assert!(copied.contains(image), "{copied}");
}

#[test]
fn without_a_mark_equals_compares_the_open_object_with_its_version_before_the_last_change() {
    let mut app = undone();
    app.model.focus = Pane::Document;
    app.press("=");
    let shown = screen(&app.model);
    assert!(
        shown.contains("deploy/gateway -n payments v22385  ⇄  deploy/gateway -n payments v22387"),
        "{shown}"
    );
}
