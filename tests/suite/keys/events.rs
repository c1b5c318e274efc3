//! The list of events.

use kubewalk::app::effect::{Effect, StreamKind};
use kubewalk::app::message::Message;
use kubewalk::app::state::events::EventChange;

use super::health::trouble;
use crate::support::app::{App, requests};
use crate::support::walker::screen;

const AUDIT: &str = ":po/audit space -n space payments enter";

/// The reasons in the order of the list.
fn reasons(app: &App) -> Vec<&str> {
    app.model.events.rows.iter().map(|row| row.reason.as_str()).collect()
}

#[test]
pub(super) fn e_lists_the_events_of_the_object_newest_first() {
    let mut app = trouble(AUDIT);
    app.walk("e");
    let shown = screen(&app.model);
    assert!(shown.contains("Events of pods/audit"), "{shown}");
    assert!(shown.contains("couldn't find key regoin"), "{shown}");
    let rows = &app.model.events.rows;
    assert!(rows.len() > 1 && rows.is_sorted_by_key(|row| std::cmp::Reverse(row.last)), "{rows:?}");
    assert!(rows.iter().all(|row| row.name == "audit"), "{rows:?}");
    app.press("esc");
    assert!(!screen(&app.model).contains("Events of"));
}

#[test]
pub(super) fn on_a_collection_e_lists_its_namespace_warnings_first() {
    let mut app = trouble(":po space -n space payments enter");
    app.walk("e");
    app.answer_all();
    let shown = screen(&app.model);
    assert!(shown.contains("Events of namespace payments"), "{shown}");
    let rows = &app.model.events.rows;
    assert!(rows[0].is_warning && !rows.last().unwrap().is_warning, "{:?}", reasons(&app));
    assert!(rows.is_sorted_by_key(|row| !row.is_warning));
    assert!(shown.contains("po/"), "{shown}");
}

#[test]
pub(super) fn the_events_that_explain_an_object_are_fetched_once() {
    let mut app = trouble(AUDIT);
    let asked = requests(&app.press("e"));
    assert!(
        !asked.iter().any(|it| it.contains("/events?") && !it.contains("watch=1")),
        "{asked:?}"
    );
    assert!(!app.model.events.rows.is_empty());
}

#[test]
fn a_new_event_appears_at_the_top_while_the_list_is_shown() {
    let mut app = trouble(AUDIT);
    let effects = app.press("e");
    let ticket = effects.iter().find_map(|effect| match effect {
        Effect::Stream { ticket, source: StreamKind::Events(request) } => {
            assert!(request.is_watch(), "{request:?}");
            Some(*ticket)
        }
        _ => None,
    });
    let ticket = ticket.unwrap_or_else(|| panic!("no watch: {effects:?}"));
    let mut row = app.model.events.rows.last().unwrap().clone();
    row.last = Some(app.model.now);
    row.reason = "Again".to_owned();
    let count = app.model.events.rows.len();
    let changes = vec![EventChange::Seen(Box::new(row))];
    app.message(Message::Events { ticket, changes, version: "9".to_owned() });
    assert_eq!((reasons(&app)[0], app.model.events.rows.len()), ("Again", count));
    let effects = app.press("esc");
    assert!(effects.contains(&Effect::Cancel(ticket)), "{effects:?}");
}

#[test]
fn an_event_opens_as_a_document() {
    let mut app = trouble(AUDIT);
    app.walk("e enter");
    assert!(
        app.location().starts_with("/api/v1/namespaces/payments/events/audit."),
        "{}",
        app.location()
    );
}
