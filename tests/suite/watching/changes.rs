//! Marks of changed lines and rows, and paused documents.

use jiff::Timestamp;
use kubewalk::app::effect::Effect;
use kubewalk::app::message::{Message, ObjectChange, Timer};
use kubewalk::app::state::reading::ReadState;
use kubewalk::k8s::request::Ticket;
use kubewalk::k8s::table::{Delta, Row};
use kubewalk::tree::RowRef;

use crate::support::app::{App, reply, requests};
use crate::support::walker::screen;

/// Opens a pod. Returns the ticket of its watch.
fn pod() -> (App, Ticket) {
    let mut app = App::demo();
    app.walk(":po/db-0 space -n space shop enter");
    let ticket = app.model.live_document().ticket().unwrap();
    (app, ticket)
}

fn update_pod(app: &mut App, ticket: Ticket, body: &str) {
    let reply = reply(body, "2000");
    let change = ObjectChange::Now { reply: Box::new(reply), version: "2000".to_owned() };
    app.message(Message::Object { ticket, change });
}

/// Returns the marked lines of the document.
fn marked(app: &App) -> Vec<String> {
    let shown = screen(&app.model);
    let lines = shown.lines().filter_map(|line| line.split_once('▎'));
    lines.map(|(_, text)| text.trim_matches(['│', ' ']).to_owned()).collect()
}

#[test]
fn lines_changed_by_the_last_update_are_marked_until_the_next() {
    let (mut app, ticket) = pod();
    update_pod(&mut app, ticket, r#"{"kind":"Pod","status":{"phase":"Pending","ip":"a"}}"#);
    update_pod(&mut app, ticket, r#"{"kind":"Pod","status":{"phase":"Running","ip":"a"}}"#);
    assert_eq!(marked(&app), ["phase: Running   was Pending"]);
    // An unchanged version keeps the marks, in any format and on folds.
    update_pod(&mut app, ticket, r#"{"kind":"Pod","status":{"phase":"Running","ip":"a"}}"#);
    app.press("y");
    assert_eq!(marked(&app), [r#""phase": "Running",   was Pending"#]);
    app.press("tab y y C");
    assert_eq!(marked(&app).len(), 1, "{}", screen(&app.model));
    assert!(marked(&app)[0].starts_with("status: ("), "{:?}", marked(&app));
    app.press("E");
    update_pod(&mut app, ticket, r#"{"kind":"Pod","status":{"phase":"Running","ip":"b"}}"#);
    assert_eq!(marked(&app), ["ip: b   was a"]);
    app.walk("tab j");
    assert_eq!(marked(&app), [""; 0]);
}

#[test]
pub(crate) fn a_paused_document_counts_waiting_changes_and_resumes_with_the_last() {
    let (mut app, ticket) = pod();
    update_pod(&mut app, ticket, r#"{"phase":"one"}"#);
    app.press("P");
    assert!(screen(&app.model).contains("paused "), "{}", screen(&app.model));
    for phase in ["two", "three", "four"] {
        update_pod(&mut app, ticket, &format!(r#"{{"phase":"{phase}"}}"#));
    }
    let shown = screen(&app.model);
    assert!(shown.contains("phase: one") && shown.contains("paused, 3 changes"), "{shown}");
    app.press("P");
    let shown = screen(&app.model);
    assert!(shown.contains("phase: four") && !shown.contains("paused"), "{shown}");
    assert_eq!(marked(&app), ["phase: four   was one"]);
}

#[test]
pub(crate) fn a_refresh_replaces_a_paused_document_and_drops_waiting_changes() {
    let (mut app, ticket) = pod();
    app.press("P");
    update_pod(&mut app, ticket, r#"{"phase":"five"}"#);
    app.walk("r");
    let shown = screen(&app.model);
    assert!(shown.contains("kind: Pod") && shown.contains("paused "), "{shown}");
}

#[test]
pub(crate) fn moving_the_cursor_ends_a_pause() {
    let (mut app, _) = pod();
    app.press("P");
    app.walk("j");
    assert!(!screen(&app.model).contains("paused"));
}

#[test]
pub(crate) fn pausing_without_a_document_shows_a_notice() {
    let mut app = App::demo();
    app.model.reading.state = ReadState::Nothing;
    assert!(requests(&app.press("P")).is_empty());
    assert!(app.model.notice.unwrap().text.contains("Nothing to pause"));
}

#[test]
fn a_deleted_object_keeps_its_document_and_is_marked() {
    let (mut app, ticket) = pod();
    app.message(Message::Object { ticket, change: ObjectChange::Gone });
    let shown = screen(&app.model);
    assert!(shown.contains(" gone ") && shown.contains("kind: Pod"), "{shown}");
}

#[test]
fn a_deleted_object_stays_visible_even_if_it_was_never_opened() {
    let mut app = App::demo();
    app.walk(":po space -n space shop enter j");
    let id = app.model.tree.collection_at(app.model.tree.cursor()).unwrap();
    let ticket = app.model.live_rows(id).ticket().unwrap();
    let deltas = vec![Delta::Deleted { namespace: None, name: "db-0".into() }];
    app.message(Message::Deltas { ticket, deltas, version: "2000".to_owned() });
    for _ in 0..2 {
        app.message(Message::Timer(Timer::Marks(id)));
    }
    assert!(app.location().ends_with("db-1"), "{}", app.location());
    let shown = screen(&app.model);
    assert!(shown.contains("pods/db-0 ") && shown.contains(" gone "), "{shown}");
    let rests = |effect: &Effect| matches!(effect, Effect::After(Timer::Rest, _));
    assert!(!app.take_effects().iter().any(rests), "no timer selects another row");
    app.walk("j k");
    let shown = screen(&app.model);
    assert!(shown.contains("pods/db-1 ") && !shown.contains(" gone "), "{shown}");
}

#[test]
fn added_changed_and_deleted_rows_are_marked_for_a_few_seconds() {
    let mut app = App::demo();
    app.walk(":po space -n space shop enter");
    let id = app.model.tree.cursor();
    let RowRef::Node(id) = id else { panic!() };
    let ticket = app.model.live_rows(id).ticket().unwrap();
    let row = |name: &str, status: &str, age: &str| {
        let cells = [name, "1/1", status, "0", age];
        Delta::Applied(Row::new(None, name, cells, Timestamp::UNIX_EPOCH))
    };
    let marks = |app: &App| -> Vec<String> {
        let shown = screen(&app.model);
        let words = shown.lines().map(|line| {
            let words = line.trim_start_matches(['│', ' ', '▸']).split_whitespace().take(2);
            // Without the marks of levels.
            words.map(|word| word.trim_end_matches(['✗', '!', '◌'])).collect::<Vec<_>>()
        });
        let marked = words.filter(|words| matches!(words[..], [_, "+" | "~" | "-"]));
        marked.map(|words| words.join(" ")).collect()
    };
    let send = |app: &mut App, deltas: Vec<Delta>| {
        app.take_effects();
        app.message(Message::Deltas { ticket, deltas, version: "2000".to_owned() });
        app.take_effects()
    };
    let turn = |app: &mut App| {
        app.message(Message::Timer(Timer::Marks(id)));
        app.take_effects()
    };
    let awaits = |effects: &[Effect]| {
        effects.iter().any(|effect| matches!(effect, Effect::After(Timer::Marks(_), _)))
    };

    // A different age does not count as a change.
    send(&mut app, vec![row("aaa", "Running", "1s")]);
    assert_eq!(marks(&app), ["aaa +"]);
    turn(&mut app);
    turn(&mut app);
    assert_eq!(marks(&app), [""; 0]);
    let effects = send(&mut app, vec![row("aaa", "Running", "9s")]);
    assert_eq!(marks(&app), [""; 0]);
    assert!(!awaits(&effects));

    let gone = |name: &str| Delta::Deleted { namespace: None, name: name.into() };
    let deltas = vec![row("aaa", "Error", "9s"), gone("db-0"), gone("db-1"), row("new", "-", "0s")];
    let effects = send(&mut app, deltas);
    assert!(awaits(&effects), "{effects:?}");
    assert_eq!(marks(&app), ["aaa ~", "db-0 -", "db-1 -", "new +"]);
    // A row that is added again before it is removed stays.
    let effects = send(&mut app, vec![row("db-1", "Pending", "0s")]);
    assert!(!awaits(&effects), "only one timer runs");
    assert!(awaits(&turn(&mut app)));
    assert_eq!(marks(&app), ["aaa ~", "db-0 -", "db-1 +", "new +"]);
    assert!(!awaits(&turn(&mut app)), "no timer runs any more");
    assert_eq!(marks(&app), [""; 0]);
    let rows = app.children("/api/v1/namespaces/shop/pods");
    assert!(!rows.contains(&"db-0".to_owned()) && rows.contains(&"db-1".to_owned()), "{rows:?}");
}
