//! The history of the open object: noted from its watch, shown with its events, and its versions.

use std::sync::Arc;

use serde_json::Value;

use crate::app::answer::Reply;
use crate::app::flows::{compare, events};
use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::state::comparison::ComparedSide;
use crate::app::state::object_history::Version;
use crate::app::state::overlay::Overlay;
use crate::app::state::reading::{Past, ReadState};
use crate::app::state::timeline::{Item, Timeline};
use crate::app::state::watch::Live;
use crate::document::Document;
use crate::k8s::path::ObjectPath;

/// Begins the history of an object that was just opened.
pub(in crate::app) fn settle(model: &mut Model) {
    let reading = &model.reading;
    let Some(path) = reading.opened_object() else { return };
    let is_good = reading.shown_subject().is_some_and(|shown| shown.failure.is_none());
    if reading.state != ReadState::Ready || !is_good || reading.past.is_some() {
        return;
    }
    let (path, visit, now) = (path.clone(), reading.visit, model.now);
    if !model.histories.is_new(&path, visit) {
        return;
    }
    let document = reading.pane.document().cloned();
    let (value, version) = (reading.judged.clone(), reading.version.clone());
    if let Some(version) = document.and_then(|document| self::version(document, value, version)) {
        model.histories.begin(path, version, now);
    }
}

/// Returns a version. What is judged lacks the data of some kinds, which is read here.
fn version(
    document: Arc<Document>,
    judged: Option<Arc<Value>>,
    version: String,
) -> Option<Version> {
    let is_whole = |value: &Arc<Value>| value["kind"] != "Secret" && value["kind"] != "ConfigMap";
    let value = match judged.filter(is_whole) {
        Some(value) => value,
        None => Arc::new(serde_json::from_slice(document.body()).ok()?),
    };
    Some(Version { document, value, version })
}

/// Notes a version that the object's watch delivered.
pub(in crate::app) fn seen(model: &mut Model, reply: &Reply) {
    let now = model.now;
    let Some(path) = model.reading.opened_object().cloned() else { return };
    let Some(history) = model.histories.of(&path) else { return };
    let (document, value) = (Arc::clone(&reply.document), reply.judged.clone());
    let from = history.resumed();
    if let Some(version) = version(document, value, reply.version.clone()) {
        history.see(version, now, from);
    }
}

/// Notes a version that was fetched again, if no watch delivers it.
pub(in crate::app) fn fetched(model: &mut Model, reply: &Reply) {
    let is_watched = !matches!(model.live_document(), Live::NotLive(_));
    if is_watched || reply.failure.is_some() {
        return;
    }
    let now = model.now;
    let Some(path) = model.reading.opened_object().cloned() else { return };
    if let Some(history) = model.histories.of(&path) {
        history.left(now);
        seen(model, reply);
    }
}

/// Notes that the object was deleted.
pub(in crate::app) fn deleted(model: &mut Model) {
    let now = model.now;
    if let Some(history) = open_history(model) {
        history.deleted(now);
    }
}

/// Notes that the object is not followed until it is listed again.
pub(in crate::app) fn cut(model: &mut Model) {
    let now = model.now;
    if let Some(history) = open_history(model) {
        history.left(now);
    }
}

/// Notes that nothing was missed.
pub(in crate::app) fn followed(model: &mut Model) {
    if let Some(history) = open_history(model) {
        history.resumed();
    }
}

fn open_history(
    model: &mut Model,
) -> Option<&mut crate::app::state::object_history::ObjectHistory> {
    let path = model.reading.opened_object().cloned()?;
    model.histories.of(&path)
}

/// Shows what happened to the open object.
pub(in crate::app) fn open(model: &mut Model) {
    let Some(path) = opened(model) else {
        model.notify("Open an object first: its history begins then");
        return;
    };
    events::list_of(model, &path);
    model.overlay = Overlay::History(Timeline::default());
}

/// Returns the open object, if it has a history.
fn opened(model: &Model) -> Option<ObjectPath> {
    let path = model.reading.opened_object()?;
    model
        .histories
        .open()
        .filter(|history| history.path == *path)
        .map(|history| history.path.clone())
}

/// Closes the history.
pub(in crate::app) fn close(model: &mut Model) {
    model.overlay = Overlay::None;
    model.events.is_open = false;
}

/// Returns the items of the history, the newest first.
#[must_use]
pub fn items(model: &Model, timeline: &Timeline) -> Vec<Item> {
    match model.histories.open() {
        Some(history) => timeline.items(history, &model.events.rows),
        None => Vec::new(),
    }
}

/// Selects another item.
pub(in crate::app) fn move_by(model: &mut Model, by: isize) {
    let Overlay::History(mut timeline) = std::mem::take(&mut model.overlay) else { return };
    let items = items(model, &timeline);
    let at = timeline.selected(&items).saturating_add_signed(by).min(items.len().saturating_sub(1));
    timeline.select(items.get(at));
    model.overlay = Overlay::History(timeline);
}

/// Returns the selected item.
fn selected(model: &Model) -> Option<Item> {
    let Overlay::History(timeline) = &model.overlay else { return None };
    let items = items(model, timeline);
    items.get(timeline.selected(&items)).cloned()
}

/// Shows the version of the selected entry and what it changed, or the selected event.
pub(in crate::app) fn enter(model: &mut Model) {
    match selected(model) {
        Some(Item::Entry { at, .. }) => show_version(model, at),
        Some(Item::Event { path, .. }) => {
            close(model);
            events::go_to(model, path);
        }
        None => {}
    }
}

fn show_version(model: &mut Model, at: usize) {
    let Some(history) = model.histories.open() else { return };
    let versions = history.versions(at);
    let (Some(entry), Some([before, after])) = (history.entries.get(at), versions) else {
        model.notify("This version is not kept any more");
        return;
    };
    let label = format!("version {}, {} · not now", entry.version, clock(entry.received));
    let is_secret = history.path.gvr.is_core("secrets");
    let read = |body: Vec<u8>| Arc::new(Document::read(body.into(), true, is_secret));
    let (before, after) = (read(before), read(after));
    let newest = Arc::clone(&history.newest().document);
    let Some(subject) = model.reading.shown_subject().map(|it| it.request.path_and_query()) else {
        return;
    };
    // Shown one after the other, the pane marks the difference.
    model.reading.pane.show(&subject, &before);
    model.reading.pane.show(&subject, &after);
    model.reading.past = Some(Past { label, newest });
    close(model);
    model.focus = Pane::Document;
}

/// Shows the newest version again. Returns false if it is shown.
pub(in crate::app) fn return_to_now(model: &mut Model) -> bool {
    let Some(past) = model.reading.past.take() else { return false };
    if let Some(subject) = model.reading.shown_subject().map(|it| it.request.path_and_query()) {
        model.reading.pane.show(&subject, &past.newest);
    }
    true
}

/// Compares the version of the selected entry with the newest one, or marks it.
pub(in crate::app) fn compare_version(model: &mut Model, marks: bool) {
    let Some(Item::Entry { at, .. }) = selected(model) else {
        model.notify("Select a version: an event has none");
        return;
    };
    let Some(history) = model.histories.open() else { return };
    let (path, newest) = (history.path.clone(), history.newest().clone());
    let version = history.entries.get(at).map(|entry| entry.version.clone()).unwrap_or_default();
    let Some([_, after]) = history.versions(at) else { return };
    let name = compare::name(model, &path);
    let server = compare::server(model);
    let side = |version, body| {
        Arc::new(ComparedSide {
            name: name.clone(),
            path: path.clone(),
            server: server.clone(),
            version,
            body,
        })
    };
    let one = side(version, after.into());
    if marks {
        model.notify(format!("Marked version {} of {}", one.version, one.name));
        model.mark = Some(one);
        return;
    }
    let other = side(newest.version.clone(), newest.document.body().clone());
    close(model);
    compare::open(model, model.mark.clone().filter(|mark| mark.path == path).unwrap_or(one), other);
}

/// Returns the time of day, in UTC.
#[must_use]
pub fn clock(time: jiff::Timestamp) -> String {
    time.to_string().get(11..19).unwrap_or_default().to_owned()
}
