//! Watches without a server: their start, events, end and retries.

use std::time::Duration;

use jiff::Timestamp;
use kubewalk::app::answer::Answer;
use kubewalk::app::effect::{Effect, StreamKind};
use kubewalk::app::message::{Message, ObjectChange, Timer};
use kubewalk::app::state::watch::{Live, Target};
use kubewalk::k8s::failure::{Failure, FailureKind};
use kubewalk::k8s::request::Ticket;
use kubewalk::k8s::table::{Delta, Row};

use crate::support::app::{App, reply, requests};
use crate::support::walker::screen;

const PODS: &str = "/api/v1/namespaces/shop/pods";

/// Opens the watched pods of the namespace shop.
fn shop() -> App {
    let mut app = App::demo();
    app.walk(":po space -n space shop enter");
    assert_eq!(app.location(), PODS);
    app
}

/// Returns the ticket and the version of the watch that these effects start.
fn watch(effects: &[Effect]) -> (Ticket, String) {
    let of = |effect: &Effect| match effect {
        Effect::Stream { ticket, source: StreamKind::Rows { request, .. } } => {
            let version = request.query.iter().find(|(name, _)| name == "resourceVersion");
            Some((*ticket, version.unwrap().1.clone()))
        }
        _ => None,
    };
    effects.iter().find_map(of).unwrap_or_else(|| panic!("no watch in {effects:?}"))
}

fn watched(app: &App) -> Ticket {
    match live(app) {
        Live::Watching(ticket) => ticket,
        other => panic!("{other:?}"),
    }
}

fn live(app: &App) -> Live {
    let tree = &app.model.tree;
    let id = tree.collection_at(tree.cursor()).unwrap();
    app.model.live_rows(id).clone()
}

fn applied(name: &str) -> Delta {
    let cells = [name, "0/1", "Pending", "0", "1s"];
    Delta::Applied(Row::new(None, name, cells, Timestamp::UNIX_EPOCH))
}

fn deleted(name: &str) -> Delta {
    Delta::Deleted { namespace: None, name: name.into() }
}

fn deltas(app: &mut App, deltas: Vec<Delta>, version: &str) {
    let ticket = watched(app);
    app.message(Message::Deltas { ticket, deltas, version: version.to_owned() });
}

/// Lets the marks of changed rows expire.
fn expire_marks(app: &mut App) {
    let id = app.model.tree.collection_at(app.model.tree.cursor()).unwrap();
    for _ in 0..2 {
        app.message(Message::Timer(Timer::Marks(id)));
    }
}

/// Ends the watch. Returns the effects.
fn end_watch(app: &mut App, failure: Option<(FailureKind, &str)>) -> Vec<Effect> {
    let ticket = watched(app);
    let failure = failure.map(|(kind, text)| Failure::new(kind, text, ""));
    app.take_effects();
    // The watch was open for a while.
    app.model.now += jiff::SignedDuration::from_secs(2);
    app.message(Message::WatchEnded { ticket, failure });
    app.take_effects()
}

fn pause(effects: &[Effect]) -> Duration {
    let of = |effect: &Effect| match effect {
        Effect::After(Timer::Watch(Target::Rows(..)), pause) => Some(*pause),
        _ => None,
    };
    effects.iter().find_map(of).unwrap_or_else(|| panic!("{effects:?}"))
}

fn retry(app: &mut App) -> (Ticket, String) {
    app.retry_rows();
    watch(&app.take_effects())
}

#[test]
fn a_watch_starts_at_the_version_of_its_list_and_ends_when_the_cursor_leaves() {
    let mut app = App::demo();
    app.press(":po space -n space shop enter");
    app.answer_all();
    let effects = app.take_effects();
    let (ticket, version) = watch(&effects);
    assert_eq!(version, "1084");
    let request = requests(&effects).into_iter().find(|path| path.contains("watch=1")).unwrap();
    assert!(request.starts_with(PODS) && request.contains("allowWatchBookmarks=true"), "{request}");
    assert!(!request.contains("limit="), "a watch has no limit: {request}");
    assert_eq!(app.model.watches(), 1);
    app.press("h h");
    app.rest();
    assert!(app.take_effects().contains(&Effect::Cancel(ticket)));
    assert_eq!(app.model.watches(), 0);
}

#[test]
fn events_update_rows_and_keep_the_cursor_and_open_nodes() {
    let mut app = shop();
    app.walk("j j enter j");
    let at = app.location();
    assert!(at.starts_with(&format!("{PODS}/db-1/")), "{at}");
    deltas(&mut app, vec![applied("aaa"), applied("db-00"), applied("zzz")], "2000");
    assert_eq!(app.location(), at);
    assert_eq!(app.children(&format!("{PODS}/db-1"))[0], "log");
    deltas(&mut app, vec![deleted("db-0"), deleted("aaa")], "2001");
    expire_marks(&mut app);
    assert_eq!(app.location(), at);
    let names = app.children(PODS);
    assert_eq!(names[..2], ["db-00", "db-1"]);
    assert_eq!(names.last().unwrap(), "zzz");
}

#[test]
fn deleting_the_cursor_row_keeps_the_position_of_the_cursor() {
    let mut app = shop();
    app.walk("j");
    deltas(&mut app, vec![deleted("db-0")], "2000");
    expire_marks(&mut app);
    assert_eq!(app.location(), format!("{PODS}/db-1"));
    let all = app.children(PODS).into_iter().map(|name| deleted(&name)).collect();
    deltas(&mut app, all, "2001");
    expire_marks(&mut app);
    assert_eq!(app.location(), PODS);
    assert!(screen(&app.model).contains("shop 0"), "{}", screen(&app.model));
}

#[test]
fn a_visible_row_is_removed_even_if_more_rows_change_than_are_marked() {
    let mut app = shop();
    let before = app.children(PODS).len();
    let many = (0..20_000).map(|number| applied(&format!("new-{number}"))).collect();
    deltas(&mut app, many, "2000");
    deltas(&mut app, vec![deleted("db-0")], "2001");
    expire_marks(&mut app);
    assert!(!app.children(PODS).contains(&"db-0".to_owned()));
    assert_eq!(app.children(PODS).len(), before - 1 + 20_000);
}

#[test]
fn a_watch_that_ends_continues_from_the_last_version() {
    let mut app = shop();
    deltas(&mut app, vec![applied("new")], "2000");
    deltas(&mut app, vec![Delta::Bookmark], "2100");
    let rows = app.children(PODS);
    assert_eq!(pause(&end_watch(&mut app, None)), Duration::from_millis(200));
    assert_eq!(retry(&mut app).1, "2100");
    assert_eq!(app.children(PODS), rows, "the collection is not listed again");
}

#[test]
fn the_pause_before_a_retry_grows_and_is_reset() {
    let mut app = shop();
    let cut = Some((FailureKind::Cut, "the connection ended"));
    let mut pauses = Vec::new();
    for _ in 0..8 {
        pauses.push(pause(&end_watch(&mut app, cut)).as_secs());
        assert!(matches!(live(&app), Live::Paused(_)));
        retry(&mut app);
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 16, 16, 16]);
    deltas(&mut app, vec![Delta::Bookmark], "2000");
    assert_eq!(pause(&end_watch(&mut app, cut)).as_secs(), 1);
}

#[test]
fn an_expired_version_lists_again_and_keeps_the_cursor_and_open_nodes() {
    let mut app = shop();
    app.walk("j j enter");
    let at = app.location();
    let first = app.model.tree.first();
    let effects = end_watch(&mut app, Some((FailureKind::Gone, "410: too old resource version")));
    assert_eq!(requests(&effects), [format!("{PODS}?includeObject=None&limit=500")]);
    assert_eq!(app.children(PODS).len(), 6, "the old rows stay until the new ones arrive");
    app.answer_all();
    assert_eq!(watch(&app.take_effects()).1, "1084");
    assert_eq!((app.location(), app.model.tree.first()), (at.clone(), first));
    assert!(!app.children(&at).is_empty(), "the open node stays open");
}

#[test]
fn a_forbidden_or_unsupported_watch_is_shown_as_not_live() {
    let mut app = shop();
    let forbidden = Some((FailureKind::Forbidden, "403: may not watch"));
    let effects = end_watch(&mut app, forbidden);
    let again = |effect: &Effect| matches!(effect, Effect::After(Timer::Watch(_), _));
    assert!(!effects.iter().any(again), "{effects:?}");
    assert_eq!(live(&app), Live::NotLive("403: may not watch".to_owned()));
    assert!(screen(&app.model).contains("shop 6 not live"));
    assert_eq!(app.model.watches(), 0);

    // Componentstatuses do not support watches, so none is requested.
    let mut app = App::demo();
    app.press(":componentstatuses enter");
    app.answer_all();
    assert!(
        app.take_effects().iter().all(|effect| !matches!(
            effect,
            Effect::Stream { source: StreamKind::Rows { .. }, .. }
        ))
    );
    assert!(matches!(live(&app), Live::NotLive(_)));
}

#[test]
fn events_of_a_cancelled_watch_are_dropped() {
    let mut app = shop();
    let old = watched(&app);
    app.walk("k");
    let message =
        Message::Deltas { ticket: old, deltas: vec![applied("ghost")], version: "9".to_owned() };
    app.message(message);
    app.message(Message::WatchEnded { ticket: old, failure: None });
    assert!(!app.children(PODS).contains(&"ghost".to_owned()));
}

#[test]
fn the_open_object_is_updated_until_it_is_deleted() {
    let mut app = shop();
    app.walk("j enter");
    let Live::Watching(ticket) = *app.model.live_document() else { panic!() };
    let shown = |body: &'static str| {
        let reply = reply(body, "2000");
        ObjectChange::Now { reply: Box::new(reply), version: "2000".to_owned() }
    };
    app.message(Message::Object { ticket, change: ObjectChange::Following("1084".to_owned()) });
    app.message(Message::Object { ticket, change: shown(r#"{"changed": "indeed"}"#) });
    assert!(screen(&app.model).contains("changed: indeed"), "{}", screen(&app.model));
    assert!(screen(&app.model).contains("◉ live"));

    // The watch ends: it continues from the last version.
    app.message(Message::WatchEnded { ticket, failure: None });
    app.take_effects();
    app.retry_object();
    assert_eq!(requests(&app.take_effects()), ["watch db-0 from Some(\"2000\") shown 2000"]);

    // The version has expired: the runtime lists the object again.
    let Live::Watching(ticket) = *app.model.live_document() else { panic!() };
    let gone = Failure::new(FailureKind::Gone, "410: too old", "");
    app.message(Message::WatchEnded { ticket, failure: Some(gone) });
    app.take_effects();
    app.retry_object();
    assert_eq!(requests(&app.take_effects()), ["watch db-0 from None shown 2000"]);

    let Live::Watching(ticket) = *app.model.live_document() else { panic!() };
    app.message(Message::Object { ticket, change: ObjectChange::Gone });
    let screen = screen(&app.model);
    assert!(screen.contains("gone") && screen.contains("changed: indeed"), "{screen}");
}

#[test]
fn a_previewed_object_is_refreshed_when_its_row_changes() {
    let mut app = shop();
    app.walk("j");
    app.take_effects();
    deltas(&mut app, vec![applied("db-0")], "2000");
    assert!(
        app.take_effects().iter().any(|effect| matches!(effect, Effect::After(Timer::Rest, _)))
    );
    app.message(Message::Timer(Timer::Rest));
    assert_eq!(app.pending(), [format!("{PODS}/db-0")]);
    app.answer_all();
    // A change of another row requests nothing.
    deltas(&mut app, vec![applied("db-1")], "2001");
    app.message(Message::Timer(Timer::Rest));
    assert_eq!(app.pending(), [""; 0]);
}

#[test]
fn a_reopened_collection_is_watched_again() {
    let mut app = shop();
    app.walk("h h");
    assert_eq!(app.model.watches(), 0);
    app.walk(":po space -n space shop enter");
    assert_eq!(app.model.watches(), 1, "{:?}", live(&app));
}

#[test]
fn a_refresh_lists_as_many_rows_as_before() {
    let mut app = shop();
    app.walk("j j");
    let at = app.location();
    let ticket = watched(&app);
    let effects = app.press("r");
    assert!(requests(&effects).contains(&format!("{PODS}?includeObject=None&limit=500")));
    let page = app
        .waiting
        .iter()
        .position(|(_, question)| question.request.path_and_query().contains("limit=500"));
    // The new list lacks a row: the others stay, and so does the cursor.
    let (waiting, _) = app.waiting.remove(page.unwrap());
    let tree = &app.model.tree;
    let id = tree.collection_at(tree.cursor()).unwrap();
    let collection = tree.get(id).unwrap().collection.clone().unwrap();
    let page = kubewalk::k8s::table::Page {
        columns: collection.columns.clone(),
        rows: collection.rows()[1..].to_vec(),
        continue_token: None,
        next_size: kubewalk::k8s::paging::PageSize::FIRST,
        remaining: None,
        read: None,
        resource_version: "3000".to_owned(),
    };
    app.take_effects();
    app.message(Message::Answered { ticket: waiting, result: Ok(Answer::Page(page)) });
    assert_eq!(app.location(), at);
    assert_eq!(app.children(PODS).len(), 5);
    let effects = app.take_effects();
    assert_eq!(watch(&effects).1, "3000");
    assert!(effects.contains(&Effect::Cancel(ticket)), "only one watch is open: {effects:?}");
}
