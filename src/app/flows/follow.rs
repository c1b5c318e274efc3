//! A reference is followed: its target is fetched, and the document is left for it if it exists.

use crate::app::answer::Reply;
use crate::app::flows::{jump, places};
use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::question::Question;
use crate::app::state::links::{Arriving, Awaited, Failed};
use crate::app::state::overlay::Overlay;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};
use crate::k8s::selector::Selector;
use crate::object::links::{Link, Place, Target};
use crate::object::path::text;

/// The most names in a notice.
const NAMED: usize = 8;

/// Goes to what a field refers to. Of an object, its answer is fetched first: if it does not exist or may
/// not be read, the document stays.
pub(in crate::app) fn link(model: &mut Model, at: String, link: Link) {
    _ = cancel(model);
    match &link.target {
        Target::Object { path, .. } => {
            let request = Request::get(ApiPath::Object(path.clone()), Form::Json);
            let ticket = model.send(Question::link(request));
            model.links.awaited = Some(Awaited { ticket, at, link });
        }
        Target::List { path, selector } => {
            let over_all = matches!(path, ApiPath::Collection { namespace: None, .. });
            go(model, path.clone(), selector.clone(), over_all);
        }
        Target::Path(path) => go(model, path.clone(), Selector::default(), false),
        Target::Line(path) => {
            let subject = model.reading.subject.as_ref().map(|s| s.request.path.clone());
            let from = model.reading.pane.line_path();
            model.links.lines.extend(subject.zip(from));
            if model.reading.pane.go_to_path(path) {
                model.focus = Pane::Document;
            } else {
                model.warn(format!("The object has no {path}"));
            }
        }
        Target::Choice(paths) => {
            let locations = paths.iter().take(NAMED).map(|path| {
                format!("{}.{}", path.gvr.resource, path.gvr.group_version.group.as_str())
            });
            let locations: Vec<String> = locations.collect();
            model.warn(format!(
                "Several resources have this kind: {}. Type one with `:RESOURCE/NAME`",
                locations.join(", ")
            ));
        }
        Target::Nowhere(reason) => model.warn(reason.clone()),
    }
}

/// Stops waiting for the target of a reference. Returns true if one was awaited.
pub(in crate::app) fn cancel(model: &mut Model) -> bool {
    let Some(Awaited { ticket, .. }) = model.links.awaited.take() else { return false };
    model.cancel(ticket);
    true
}

/// Leaves the document for a path; `[` returns to the line.
fn go(model: &mut Model, path: ApiPath, selector: Selector, over_all: bool) {
    places::save(model);
    jump::to(model, path, selector, over_all);
}

/// Handles the answer of a target. Returns true if it was found, and the document is left for it.
pub(in crate::app) fn received(model: &mut Model, result: Result<Reply, Failure>) -> bool {
    let Some(Awaited { at, link, .. }) = model.links.awaited.take() else { return false };
    let Target::Object { path, kind, place, uid } = link.target else { return false };
    let (reply, failure) = match result {
        Ok(Reply { failure: Some(failure), .. }) | Err(failure) => (None, Some(failure)),
        Ok(reply) => (Some(reply), None),
    };
    if let Some(failure) = failure {
        let text = nowhere(model, &path, &kind, &failure);
        let hint = match failure.kind {
            FailureKind::NotFound if link.is_optional => ". The reference is optional".to_owned(),
            FailureKind::NotFound => String::new(),
            _ if failure.hint.is_empty() => String::new(),
            _ => format!(". {}", failure.hint),
        };
        model.warn(format!("{text}{hint}"));
        if !at.is_empty() {
            model.links.failed.insert(at, Failed { text, is_optional: link.is_optional });
        }
        return false;
    }
    let object = reply.as_ref().and_then(|reply| reply.judged.as_deref());
    let actual = object.map(|object| text(object, ".metadata.uid").to_owned());
    let is_other = uid.zip(actual).is_some_and(|(uid, actual)| *uid != *actual);
    let request = Request::get(ApiPath::Object(path.clone()), Form::Json);
    let target = ApiPath::Object(path);
    if matches!(model.overlay, Overlay::Events) {
        model.focus = Pane::Tree;
    }
    if model.reading.is_about(&request) {
        // The object refers to itself, or to a part of itself.
        model.links.arriving = Some(Arriving { request, reply: None, place });
        return true;
    }
    model.links.arriving = Some(Arriving { request, reply, place });
    go(model, target, Selector::default(), false);
    if is_other {
        model.warn(format!("This is another {kind} of that name: the reference has another uid"));
    }
    true
}

/// Returns why a reference leads to nothing: `ConfigMap ledger-confg does not exist in payments`.
pub(in crate::app) fn nowhere(
    model: &Model,
    path: &ObjectPath,
    kind: &str,
    failure: &Failure,
) -> String {
    let name = &path.name;
    let within = path.namespace.as_ref().map(|ns| format!(" in {ns}")).unwrap_or_default();
    match failure.kind {
        FailureKind::NotFound => format!("{kind} {name} does not exist{within}"),
        FailureKind::NotRecorded if model.is_replay() => {
            format!("{kind} {name}{within} is not in this recording")
        }
        FailureKind::Forbidden => format!("You may not read {kind} {name}{within}"),
        _ => format!("{kind} {name}{within} could not be read: {}", failure.message),
    }
}

/// Selects the part of the target that is meant, once it is shown.
pub(in crate::app) fn arrived(model: &mut Model) {
    if model.jump.is_some() || model.links.arriving.is_none() {
        return;
    }
    let wanted = model.links.arriving.as_ref().map(|arriving| &arriving.request);
    let is_coming = wanted.is_some_and(|wanted| model.reading.is_about(wanted));
    if is_coming && model.reading.shown_subject().is_none() {
        return;
    }
    let Some(Arriving { request, place: Some(place), .. }) = model.links.arriving.take() else {
        return;
    };
    if !is_coming {
        return;
    }
    let pane = &mut model.reading.pane;
    let found = place.paths().iter().any(|path| pane.has_path(path) && pane.go_to_path(path));
    let object = model.reading.judged.as_deref();
    let item = || object.and_then(|object| place.find_in(object));
    let is_found = found
        || place.paths().is_empty()
            && item().is_some_and(|path| model.reading.pane.go_to_path(&path));
    if is_found {
        return;
    }
    let name = request.path.last_segment();
    let pane = &model.reading.pane;
    let keys = [".data", ".binaryData"].into_iter().flat_map(|field| pane.keys_of(field));
    let keys: Vec<String> = keys.collect();
    let has = match keys.len() {
        0 => "It has no data".to_owned(),
        count if count > NAMED => format!("It has {count} others"),
        _ => format!("It has {}", keys.join(", ")),
    };
    match &place {
        Place::Key(key) => model.warn(format!("{name} has no key {key}. {has}")),
        place @ Place::Item { .. } => model.warn(format!("{name} has no {place}")),
    }
}
