//! The history of the open object, noted from its answers and its watch.

use std::sync::Arc;

use serde_json::Value;

use crate::app::answer::Reply;
use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::state::object_history::{Noted, ObjectHistory, Version};
use crate::app::state::reading::ReadState;
use crate::app::state::watch::Live;
use crate::document::Document;
use crate::k8s::request::Ticket;

/// Begins the history of an object that was just opened, and notes what arrived.
pub(in crate::app) fn settle(model: &mut Model) {
    begin(model);
    let ticket = model.ticket();
    if let Some(noting) = model.histories.next(ticket) {
        model.effects.push(Effect::Note { ticket, noting: Box::new(noting) });
    }
}

/// Handles a version that was noted.
pub(in crate::app) fn noted(model: &mut Model, ticket: Ticket, noted: Noted) {
    model.histories.noted(ticket, noted);
}

fn begin(model: &mut Model) {
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
    let Some(document) = reading.pane.document().cloned() else { return };
    let (value, version) = (reading.judged.clone(), reading.version.clone());
    model.histories.begin(path, self::version(document, value, version), now);
}

/// Returns a version. What is judged lacks the data of some kinds, which is not its value.
fn version(document: Arc<Document>, judged: Option<Arc<Value>>, version: String) -> Version {
    let is_whole = |value: &Arc<Value>| value["kind"] != "Secret" && value["kind"] != "ConfigMap";
    Version::new(document, version, judged.filter(is_whole))
}

/// Notes a version that the object's watch delivered.
pub(in crate::app) fn seen(model: &mut Model, reply: &Reply) {
    let now = model.now;
    let Some(path) = model.reading.opened_object().cloned() else { return };
    let Some(history) = model.histories.of(&path) else { return };
    let (document, value) = (Arc::clone(&reply.document), reply.judged.clone());
    let from = history.resumed();
    history.see(version(document, value, reply.version.clone()), now, from);
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

fn open_history(model: &mut Model) -> Option<&mut ObjectHistory> {
    let path = model.reading.opened_object().cloned()?;
    model.histories.of(&path)
}
