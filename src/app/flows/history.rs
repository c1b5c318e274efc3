//! The history of the open object, noted from its answers and its watch.

use std::sync::Arc;

use serde_json::Value;

use crate::app::answer::Reply;
use crate::app::model::Model;
use crate::app::state::object_history::Version;
use crate::app::state::reading::ReadState;
use crate::app::state::watch::Live;
use crate::document::Document;

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
