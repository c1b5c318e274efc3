//! The health of the shown object: judged with each of its versions, with each answer that explains it,
//! and when a time limit ends. Objects that need attention, and those whose fields never show whether
//! they do, are explained by further requests, once each.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::app::answer::Related;
use crate::app::flows::{allocation, events, jump, owner, rights};
use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::question::Question;
use crate::app::state::health::{Judged, ObjectHealth};
use crate::downward::unresolved::{secret_keys, unresolved};
use crate::k8s::failure::Failure;
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::Request;
use crate::k8s::selector::Selector;
use crate::object::health::{self, Answer};
use crate::object::path::text;

/// The ages in the sentences are not older than this.
const AGES: Duration = Duration::from_mins(1);

/// Follows the document: another object, a new version of the same one, or its deletion.
pub(in crate::app) fn settle(model: &mut Model) {
    let Some((path, object)) = shown(model) else {
        forget(model);
        return;
    };
    let state = Judged {
        revision: model.reading.revision,
        is_gone: model.reading.gone,
        views: model.containers.computed,
    };
    let uid = text(&object, ".metadata.uid");
    let is_same = model.health.path.as_ref() == Some(&path) && model.health.uid == uid;
    if is_same && model.health.state == state {
        return;
    }
    if !is_same {
        let uid = uid.to_owned();
        forget(model);
        let resource = model.discovery.resource(&path.gvr);
        let has_status =
            resource.is_some_and(|of| of.subresources.iter().any(|sub| *sub.name == *"status"));
        model.health = ObjectHealth { path: Some(path), uid, ..ObjectHealth::default() };
        model.health.related.has_status = has_status;
    }
    model.health.state = state;
    allocation::changed(model);
    judge(model, &object);
}

/// Returns the object that the document shows.
fn shown(model: &Model) -> Option<(ObjectPath, Arc<Value>)> {
    model.reading.shown_subject()?;
    let path = model.reading.subject.as_ref()?.object.clone()?;
    Some((path, Arc::clone(model.reading.judged.as_ref()?)))
}

/// Drops what is known of an object, and cancels the requests for it.
fn forget(model: &mut Model) {
    if model.health.path.is_none() {
        return;
    }
    let ObjectHealth { requested, .. } = std::mem::take(&mut model.health);
    for (_, ticket) in requested {
        if model.awaits(ticket) {
            model.cancel(ticket);
        }
    }
}

/// Judges the object, and requests what would explain it.
fn judge(model: &mut Model, object: &Value) {
    let now = model.now;
    from_containers(model);
    let known = &mut model.health;
    known.health = if known.state.is_gone {
        health::judge_gone()
    } else {
        health::judge(object, now, &known.related)
    };
    let last = known.selectable().checked_sub(1);
    known.selected = known.selected.and_then(|at| Some(at.min(last?)));
    let ages = (!known.health.reasons.is_empty()).then(|| now.saturating_add(AGES).ok()).flatten();
    known.due_at = known.health.next.into_iter().chain(ages).min();
    let level = known.health.level;
    let cursor = model.tree.cursor();
    if model.tree.object_at(cursor).as_ref() == known.path.as_ref() {
        model.tree.set_level(cursor, level);
    }
    let needs_attention = level.needs_attention();
    let wants = known.health.wants.iter();
    let wants = wants.filter(|want| needs_attention || want.is_essential);
    let wanted: Vec<Request> = wants.map(|want| want.request.clone()).collect();
    let mut is_refused = false;
    for request in wanted {
        let known = &model.health;
        let is_new = known.related.get(&request).is_none()
            && known.requested.iter().all(|(sent, _)| *sent != request);
        if !is_new {
            continue;
        }
        if rights::reason(model, &request.path).is_some() {
            model.health.related.insert(request, Arc::new(Answer::Withheld));
            is_refused = true;
        } else {
            let ticket = model.send(Question::related(request.clone()));
            model.health.requested.push((request, ticket));
        }
    }
    if is_refused {
        judge(model, object);
    }
}

/// Takes over what the view of the pod's containers knows, if it was shown: nothing is requested for it.
fn from_containers(model: &mut Model) {
    let view = model.containers.object.as_ref().filter(|object| {
        object.is_pod() && !model.health.uid.is_empty() && object.identity().uid == model.health.uid
    });
    let Some(object) = view else { return };
    let around = model.containers.sources.surroundings();
    let (unresolved, keys) = (unresolved(object.value(), around), secret_keys(around));
    model.health.related.unresolved = unresolved;
    model.health.related.secret_keys = keys;
}

/// Handles what a request found that explains the object.
pub(in crate::app) fn received(
    model: &mut Model,
    request: &Request,
    result: Result<Related, Failure>,
) {
    let withheld = |_| Related { answer: Arc::new(Answer::Withheld), version: String::new() };
    let Related { answer, version } = result.unwrap_or_else(withheld);
    if matches!(&request.path, ApiPath::Collection { gvr, .. } if gvr.is_core("events")) {
        model.health.events_version = version;
    }
    model.health.related.insert(request.clone(), answer);
    events::shared(model, request);
    if let Some((_, object)) = shown(model) {
        judge(model, &object);
    }
}

/// Judges the object and the rows at the cursor again, because time has passed.
pub(in crate::app) fn due(model: &mut Model) {
    let now = model.now;
    if let Some(id) = model.watched {
        model.tree.change(id, |node| {
            node.collection.iter_mut().for_each(|collection| collection.judge_again(now));
        });
    }
    model.health.due_at = None;
    if let Some((_, object)) = shown(model) {
        judge(model, &object);
    }
}

/// Fetches again what explains the object.
pub(in crate::app) fn refresh(model: &mut Model) {
    forget(model);
}

/// True if the strip has the focus.
pub(in crate::app) fn has_focus(model: &Model) -> bool {
    model.focus == Pane::Document && model.health.selected.is_some()
}

/// Moves the focus to the strip, or back.
pub(in crate::app) fn focus(model: &mut Model) {
    if has_focus(model) {
        leave(model);
    } else if model.health.selectable() == 0 {
        model.notify("Nothing to explain: nothing is known to be wrong with this object");
    } else {
        model.health.from_document = model.focus == Pane::Document;
        model.health.selected = Some(0);
        model.focus = Pane::Document;
    }
}

/// Moves the focus from the strip to where it was before.
pub(in crate::app) fn leave(model: &mut Model) {
    model.health.selected = None;
    model.health.followed = None;
    if !model.health.from_document {
        model.focus = Pane::Tree;
    }
}

/// Selects another reason.
pub(in crate::app) fn move_by(model: &mut Model, by: isize) {
    let last = model.health.selectable().saturating_sub(1);
    model.health.followed = None;
    model.health.selected = model.health.selected.map(|at| at.saturating_add_signed(by).min(last));
}

/// Goes to the line of the document that shows the selected reason. From that line, or if there is
/// none, goes to the object that explains it. From the line of the owner, goes to the owner.
pub(in crate::app) fn follow(model: &mut Model) {
    if model.health.selects_owner() {
        owner::go(model);
    }
    let Some(reason) = model.health.selected_reason() else { return };
    let (evidence, related) = (reason.evidence.clone(), reason.related.first().cloned());
    let is_there = model.health.followed == model.health.selected;
    match related {
        Some(object) if is_there || evidence.is_empty() => {
            model.health.selected = None;
            model.focus = Pane::Tree;
            jump::to(model, ApiPath::Object(object), Selector::default(), false);
        }
        _ if evidence.is_empty() => model.notify("No line of the object shows this"),
        _ => {
            _ = model.reading.pane.go_to_path(&evidence);
            model.health.followed = model.health.selected;
            model.health.from_document = true;
        }
    }
}
