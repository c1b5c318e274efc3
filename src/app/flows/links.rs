//! The references of the object that is shown: found in it, and followed by keys on its lines.

use crate::app::answer::Reply;
use crate::app::flows::{check, events, follow, related};
use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::state::containers::ViewRow;
use crate::app::state::links::RowSource;
use crate::app::state::overlay::Overlay;
use crate::k8s::discovery::DiscoveredVersion;
use crate::k8s::failure::Failure;
use crate::k8s::path::ApiPath;
use crate::object::links::{Link, Links, Target};

/// Follows the document: another object, or a new version of the same one.
pub(in crate::app) fn settle(model: &mut Model) {
    follow::arrived(model);
    let object = model.reading.shown_subject().and_then(|_| {
        let subject = model.reading.subject.as_ref()?;
        Some((subject.object.clone()?, model.reading.judged.clone()?))
    });
    let Some((path, object)) = object else {
        forget(model);
        return;
    };
    let resources =
        |version: &DiscoveredVersion| version.resources.as_deref().map_or(0, <[_]>::len);
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

/// Stops a check, or waiting for the target of a reference. Returns true if there was one.
pub(in crate::app) fn cancel(model: &mut Model) -> bool {
    check::cancel(model) || follow::cancel(model)
}

/// Handles the answer of a target.
pub(in crate::app) fn received(model: &mut Model, result: Result<Reply, Failure>) {
    let leaves = follow::received(model, result);
    if leaves && matches!(model.overlay, Overlay::Events) {
        events::close(model);
    }
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
        Some((at, link)) => follow::link(model, at, link),
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
        Some((at, link)) => follow::link(model, at, link),
        None => model.reading.pane.toggle_fold(),
    }
}

/// Goes to where a row of the container's view comes from: the object, the key or the field, else the line
/// that declares it; `[` returns.
pub(in crate::app) fn follow_row(model: &mut Model, row: ViewRow) {
    let lines = match RowSource::of(&model.containers, row) {
        Some(RowSource::Object(path, place)) => {
            let target = Target::object(&model.discovery, path, place);
            let link = Link { target, is_sure: true, is_optional: false };
            follow::link(model, String::new(), link);
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
