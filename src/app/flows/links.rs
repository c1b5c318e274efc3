//! References: found in the object that is shown, followed by a key, and left again by going back.

use crate::app::answer::Reply;
use crate::app::flows::{check, events, jump, places, related};
use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::question::Question;
use crate::app::state::containers::ViewRow;
use crate::app::state::links::{Arriving, Awaited, Failed, RowSource};
use crate::app::state::overlay::Overlay;
use crate::k8s::discovery::DiscoveredVersion;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};
use crate::k8s::selector::Selector;
use crate::object::links::{Link, Links, Place, Target};
use crate::object::path::text;

/// The most names in a notice.
const NAMED: usize = 8;

/// Follows the document: another object, or a new version of the same one.
pub(in crate::app) fn settle(model: &mut Model) {
    arrived(model);
    let object = model.reading.shown_subject().and_then(|_| {
        let subject = model.reading.subject.as_ref()?;
        Some((subject.object.clone()?, model.reading.judged.clone()?))
    });
    let Some((path, object)) = object else {
        forget(model);
        return;
    };
    let resources = |version: &DiscoveredVersion| version.resources.as_ref().map_or(0, Vec::len);
    let known = model.discovery.versions().map(resources).sum();
    let state = (model.reading.revision, known);
    let is_same = model.links.path.as_ref() == Some(&path);
    let is_opened = model.reading.opened_object() == Some(&path);
    let was_opened = std::mem::replace(&mut model.links.is_opened, is_opened);
    if is_same && model.links.state == state {
        if is_opened && !was_opened {
            // It was only rested on before.
            related::show(model, &object);
        }
        return;
    }
    if !is_same {
        forget(model);
    }
    model.links.path = Some(path);
    model.links.state = state;
    model.links.links = Links::find(&object, &model.discovery);
    related::show(model, &object);
}

/// Drops what is known of the object, and stops waiting for the target of one of its references.
fn forget(model: &mut Model) {
    if model.links.path.take().is_none() {
        return;
    }
    model.links.links = Links::default();
    model.links.failed.clear();
    cancel(model);
}

/// Stops waiting for the target of a reference. Returns true if one was awaited.
pub(in crate::app) fn cancel(model: &mut Model) -> bool {
    if check::cancel(model) {
        return true;
    }
    let Some(Awaited { ticket, .. }) = model.links.awaited.take() else { return false };
    model.cancel(ticket);
    true
}

/// Forgets which references lead to nothing.
pub(in crate::app) fn refresh(model: &mut Model) {
    model.links.failed.clear();
}

/// Returns the path of the cursor's line and its link.
fn at_cursor(model: &Model) -> Option<(String, Link)> {
    model.reading.shown_subject()?;
    let path = model.reading.pane.line_path()?;
    let (at, link) = model.links.links.followed_at(&path)?;
    Some((at.to_owned(), link.clone()))
}

/// True if the line of the cursor refers to something.
#[must_use]
pub(in crate::app) fn offers(model: &Model) -> bool {
    at_cursor(model).is_some_and(|(_, link)| !matches!(link.target, Target::Nowhere(_)))
}

/// Follows the line of the cursor: goes to what it refers to.
pub(in crate::app) fn follow_line(model: &mut Model) {
    match at_cursor(model) {
        Some((at, link)) => follow(model, at, link),
        None => model.notify("This line refers to nothing"),
    }
}

/// Goes to the next line (1) that refers to something else, or to the one before (−1).
pub(in crate::app) fn go_to_next(model: &mut Model, by: i64) {
    let from = at_cursor(model).map(|(at, _)| at);
    let pane = model.reading.pane.clone();
    loop {
        let line = model.reading.pane.line_path();
        model.reading.pane.move_by(by);
        if model.reading.pane.line_path() == line {
            break;
        }
        let is_another = |(at, link): &(String, Link)| {
            Some(at) != from.as_ref() && !matches!(link.target, Target::Nowhere(_))
        };
        let shown = model
            .reading
            .pane
            .line_path()
            .is_some_and(|path| model.links.shown_at(&path).is_some());
        if shown && at_cursor(model).as_ref().is_some_and(is_another) {
            return;
        }
    }
    model.reading.pane = pane;
    let place = if by > 0 { "below" } else { "above" };
    model.notify(format!("No line {place} refers to something"));
}

/// ⏎ on a line: folds or unfolds it if it can be folded, else follows it if it refers to something.
pub(in crate::app) fn open_line(model: &mut Model) {
    match at_cursor(model).filter(|_| !model.reading.pane.can_fold_line()) {
        Some((at, link)) => follow(model, at, link),
        None => model.reading.pane.toggle_fold(),
    }
}

/// Goes to what a field refers to. Of an object, its answer is fetched first: if it does not exist or may
/// not be read, the document stays.
pub(in crate::app) fn follow(model: &mut Model, at: String, link: Link) {
    cancel(model);
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

/// Goes to where a row of the container's view comes from: the object, the key or the field, else the line
/// that declares it; `[` returns.
pub(in crate::app) fn follow_row(model: &mut Model, row: ViewRow) {
    let lines = match RowSource::of(&model.containers, row) {
        Some(RowSource::Object(path, place)) => {
            let target = Target::object(&model.discovery, path, place);
            follow(model, String::new(), Link { target, is_sure: true, is_optional: false });
            return;
        }
        Some(RowSource::Lines(paths)) => paths,
        None => Vec::new(),
    };
    if lines.iter().any(|path| model.reading.pane.go_to_path(path)) {
        model.focus = Pane::Document;
        model.returns_to_containers = true;
    } else {
        model.notify("No line of the object defines this row");
    }
}

/// Leaves the document for a path; `[` returns to the line.
fn go(model: &mut Model, path: ApiPath, selector: Selector, over_all: bool) {
    places::save(model);
    jump::to(model, path, selector, over_all);
}

/// Handles the answer of a target.
pub(in crate::app) fn received(model: &mut Model, result: Result<Reply, Failure>) {
    let Some(Awaited { at, link, .. }) = model.links.awaited.take() else { return };
    let Target::Object { path, kind, place, uid } = link.target else { return };
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
        return;
    }
    let object = reply.as_ref().and_then(|reply| reply.judged.as_deref());
    let actual = object.map(|object| text(object, ".metadata.uid").to_owned());
    let is_other = uid.zip(actual).is_some_and(|(uid, actual)| *uid != *actual);
    let request = Request::get(ApiPath::Object(path.clone()), Form::Json);
    let target = ApiPath::Object(path);
    if matches!(model.overlay, Overlay::Events) {
        events::close(model);
        model.focus = Pane::Tree;
    }
    if model.reading.is_about(&request) {
        // The object refers to itself, or to a part of itself.
        model.links.arriving = Some(Arriving { request, reply: None, place });
        return;
    }
    model.links.arriving = Some(Arriving { request, reply, place });
    go(model, target, Selector::default(), false);
    if is_other {
        model.warn(format!("This is another {kind} of that name: the reference has another uid"));
    }
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
fn arrived(model: &mut Model) {
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

/// Goes back to the line of the same document that was followed. Returns false if there is none.
pub(in crate::app) fn back(model: &mut Model) -> bool {
    let subject = model.reading.subject.as_ref().map(|subject| &subject.request.path);
    let is_here = |(path, _): &(ApiPath, String)| Some(path) == subject;
    if !model.links.lines.iter().all(is_here) {
        model.links.lines.clear();
    }
    let Some((_, line)) = model.links.lines.pop().filter(|_| model.focus == Pane::Document) else {
        return false;
    };
    _ = model.reading.pane.go_to_path(&line);
    true
}
