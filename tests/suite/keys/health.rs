//! The keys of the reasons above a document, and of the rows that need attention.

use kubewalk::app::layout::Pane;
use kubewalk::k8s::names::Namespace;
use kubewalk::object::health::Level;

use crate::support::app::{App, requests};
use crate::support::recordings;
use crate::support::walker::screen;

/// The cluster with broken objects, at the time of its recording, after some keys.
pub(crate) fn trouble(keys: &str) -> App {
    let recording = recordings::named("trouble");
    let mut app = App::unconnected(std::slice::from_ref(&recording));
    app.model.now = recording.recorded_at().unwrap();
    app.connect(None);
    app.rest();
    app.walk(keys);
    app
}

const AUDIT: &str = ":po/audit space -n space payments enter";

#[test]
pub(super) fn i_selects_the_first_reason_and_escape_returns() {
    let mut app = trouble(AUDIT);
    app.press("i");
    assert_eq!(app.model.health.selected, Some(0));
    assert_eq!(app.model.focus, Pane::Document);
    app.press("esc");
    assert_eq!(app.model.health.selected, None);
    assert_eq!(app.model.focus, Pane::Tree);
}

#[test]
pub(super) fn without_a_reason_i_shows_a_notice() {
    let mut app = trouble(":ns/payments enter");
    app.press("i");
    assert!(screen(&app.model).contains("Nothing to explain"), "{}", screen(&app.model));
}

#[test]
pub(super) fn enter_on_a_reason_selects_the_line_that_shows_it_and_then_what_explains_it() {
    let mut app = trouble(AUDIT);
    app.press("i enter");
    let line = app.model.reading.pane.line_path();
    assert_eq!(line.as_deref(), Some(".status.containerStatuses[0].state.waiting.message"));
    app.walk("enter");
    assert_eq!(app.location(), "/api/v1/namespaces/payments/configmaps/ledger-config");
}

#[test]
pub(super) fn j_and_k_choose_a_reason() {
    let mut app = trouble(":po/archiver space -n space payments enter");
    app.press("i j");
    assert_eq!(app.model.health.selected, Some(1));
    app.press("j k k");
    assert_eq!(app.model.health.selected, Some(0));
}

#[test]
pub(super) fn an_exclamation_mark_leaves_the_rows_that_need_attention() {
    let mut app = trouble(":po space -n space payments enter");
    let rows = |app: &App| app.children("/api/v1/namespaces/payments/pods");
    assert_eq!(rows(&app).len(), 14);
    app.press("!");
    let needing = rows(&app);
    assert_eq!(needing.len(), 11, "{needing:?}");
    assert!(!needing.contains(&"gateway-775545c9cc-d8hgc".to_owned()));
    app.press("!");
    assert_eq!(rows(&app).len(), 14);
}

#[test]
pub(super) fn a_filter_applies_to_the_rows_that_need_attention() {
    let mut app = trouble(":po space -n space payments enter");
    app.press("! / g a t e enter");
    let rows = app.children("/api/v1/namespaces/payments/pods");
    assert_eq!(rows, ["gateway-5f7cd98cbf-pdvs4"]);
}

#[test]
pub(super) fn escape_shows_all_rows_again() {
    let mut app = trouble(":po space -n space payments enter");
    app.press("! esc");
    assert_eq!(app.children("/api/v1/namespaces/payments/pods").len(), 14);
}

#[test]
fn related_requests_are_sent_once_and_for_what_needs_attention() {
    let mut app = trouble(":po space -n space payments enter");
    assert_eq!(app.model.namespace(), None::<&Namespace>);
    app.press(":po/giant space -n space payments enter");
    let mut sent = Vec::new();
    while !app.waiting.is_empty() {
        app.answer_first();
        sent.extend(requests(&app.take_effects()));
    }
    let events = sent.iter().filter(|request| request.contains("/events?")).count();
    assert_eq!(events, 1, "{sent:?}");
    // Another version of the same object asks nothing again.
    app.walk("r");
    let healthy = ":po/gateway-775545c9cc-d8hgc space -n space payments enter";
    app.take_effects();
    app.walk(healthy);
    let sent = requests(&app.take_effects());
    assert!(!sent.iter().any(|request| request.contains("/events?")), "{sent:?}");
}

#[test]
fn a_row_has_the_level_of_its_object_once_that_was_read_and_is_worse() {
    let mut app = trouble(":svc space -n space payments enter");
    let counts = |app: &App| {
        let id = app.model.tree.collection_at(app.model.tree.cursor()).unwrap();
        app.model.tree.get(id).unwrap().collection.as_ref().unwrap().needing()
    };
    assert_eq!(counts(&app), (0, 0), "the cells of a Service say nothing");
    app.walk(":svc/ledger space -n space payments enter");
    assert_eq!(app.model.health.health.level, Level::Broken);
    assert_eq!(counts(&app), (1, 0));
    let shown = screen(&app.model);
    let row =
        shown.lines().find(|line| line.contains("ledger  ") && line.contains("ClusterIP")).unwrap();
    assert!(row.contains("✗ ClusterIP"), "{shown}");
}
