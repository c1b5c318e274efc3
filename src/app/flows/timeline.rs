//! The list of what happened to the open object: its versions and its events.

use std::sync::Arc;

use bytes::Bytes;

use crate::app::effect::Effect;
use crate::app::flows::{compare, events};
use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::state::comparison::ComparedSide;
use crate::app::state::overlay::Overlay;
use crate::app::state::reading::Past;
use crate::app::state::timeline::{Item, Timeline};
use crate::document::Document;
use crate::k8s::path::ObjectPath;

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
    let one = side(model, &path, version, after.into());
    if marks {
        model.notify(format!("Marked version {} of {}", one.version, one.name));
        model.mark = Some(one);
        return;
    }
    let other = side(model, &path, newest.version.clone(), newest.document.body().clone());
    close(model);
    compare::open(model, model.mark.clone().filter(|mark| mark.path == path).unwrap_or(one), other);
}

/// Compares the open object, if it is selected, with its version before the last change. Returns false if it
/// has none.
pub(in crate::app) fn compare_with_previous(model: &mut Model) -> bool {
    let path = compare::selected(model);
    let history = model.histories.open().filter(|it| Some(&it.path) == path.as_ref());
    let (Some(path), Some(history)) = (path, history) else { return false };
    let Some((version, before)) = history.previous() else { return false };
    let newest = history.newest().clone();
    let left = side(model, &path, version, before.into());
    let right = side(model, &path, newest.version, newest.document.body().clone());
    compare::open(model, left, right);
    true
}

fn side(model: &Model, path: &ObjectPath, version: String, body: Bytes) -> Arc<ComparedSide> {
    let (name, server) = (compare::name(model, path), compare::server(model));
    Arc::new(ComparedSide { name, path: path.clone(), server, version, body })
}

/// Copies the selected entry or event as text, with all of its fields that are kept.
pub(in crate::app) fn copy(model: &mut Model) {
    let text = match selected(model) {
        Some(Item::Entry { at, .. }) => {
            model.histories.open().and_then(|history| Some(history.entries.get(at)?.text()))
        }
        Some(Item::Event { at, .. }) => model.events.rows.get(at).map(|row| {
            let time = row.last.map(|time| time.to_string()).unwrap_or_default();
            format!("{time}  {}: {}\n", row.reason, row.message)
        }),
        None => None,
    };
    let Some(text) = text else { return };
    model.notify(format!("The entry was sent to the terminal's clipboard ({} bytes)", text.len()));
    model.effects.push(Effect::Copy(text.into_bytes()));
}

/// Returns the time of day, in UTC.
#[must_use]
pub fn clock(time: jiff::Timestamp) -> String {
    time.to_string().get(11..19).unwrap_or_default().to_owned()
}
