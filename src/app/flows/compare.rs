//! Comparing two objects: one is marked, the other is selected. Objects that are not shown are fetched.

use std::sync::Arc;

use bytes::Bytes;

use crate::app::answer::Reply;
use crate::app::effect::Effect;
use crate::app::flows::timeline;
use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::question::{Purpose, Question};
use crate::app::state::comparison::containers;
use crate::app::state::comparison::{ComparedSide, Comparison, ComparisonState, Sides};
use crate::app::state::overlay::Overlay;
use crate::k8s::endpoint::EndpointKind;
use crate::k8s::failure::Failure;
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::keymap::{Action, Mode};
use crate::object::diff::Diff;
use crate::text::format_bytes;

/// The largest object that is compared, in bytes.
const MAX_BYTES: usize = 8 << 20;

/// Marks the selected object for a comparison, or removes its mark.
pub(in crate::app) fn mark(model: &mut Model) {
    begin(model, true);
}

/// Compares the selected object with the marked one, or without a mark with its version before the last change.
pub(in crate::app) fn compare(model: &mut Model) {
    if model.mark.is_none() && timeline::compare_with_previous(model) {
        return;
    }
    if model.mark.is_none() {
        let key = model.keymap.key(Mode::Anywhere, Action::Mark);
        model.notify(format!("Nothing is marked: press {key} on an object first"));
        return;
    }
    if model.focus == Pane::Container {
        compare_containers(model);
    } else {
        begin(model, false);
    }
}

/// Compares what the containers of the open object see with what those of the marked one do.
fn compare_containers(model: &mut Model) {
    let Some(mark) = model.mark.clone() else { return };
    let path = model.reading.subject.as_ref().and_then(|subject| subject.object.clone());
    let document = model.reading.pane.document().filter(|document| document.is_json());
    let (Some(path), Some(document)) = (path, document) else {
        model.notify("Open a pod or a workload to compare");
        return;
    };
    let (body, version) = (document.body().clone(), model.reading.version.clone());
    let (name, server) = (name(model, &path), server(model));
    if mark.server != server {
        model.warn(format!("{} is of another server, where nothing is requested now", mark.name));
        return;
    }
    let sides = [&*mark, &ComparedSide { name, path, server, version, body }].map(Clone::clone);
    if let Some(failure) = sides.iter().find_map(|side| containers::object(side).err()) {
        model.report(&failure);
        return;
    }
    let [left, right] = sides.map(Arc::new);
    begin_comparison(model, left, right, true);
}

fn begin(model: &mut Model, marks: bool) {
    let Some(path) = selected(model) else {
        model.notify("Select an object to compare");
        return;
    };
    let shown = model.reading.shown_subject().filter(|shown| shown.status < 300);
    let is_shown = shown.is_some_and(|it| it.request.path == ApiPath::Object(path.clone()));
    let document = model.reading.pane.document().filter(|document| is_shown && document.is_json());
    if let Some(document) = document {
        let (body, version) = (document.body().clone(), model.reading.version.clone());
        side_known(model, path, version, body, marks);
    } else {
        model.send(Question::side(path, marks));
    }
}

/// Returns the selected object: that of the focused document, or of the selected row.
pub(in crate::app) fn selected(model: &Model) -> Option<ObjectPath> {
    if model.focus == Pane::Document && model.table().is_none() {
        return model.reading.subject.as_ref()?.object.clone();
    }
    let row = model.table().and_then(|id| model.table_row(id)).unwrap_or(model.tree.cursor());
    match model.tree.path(row)? {
        ApiPath::Object(object) => Some(object),
        _ => None,
    }
}

/// Handles the object that was fetched to be marked or compared.
pub(in crate::app) fn received(
    model: &mut Model,
    path: ObjectPath,
    marks: bool,
    result: Result<Reply, Failure>,
) {
    let result = result.and_then(|reply| match reply.failure {
        Some(failure) => Err(failure),
        None => Ok((reply.document.body().clone(), reply.version)),
    });
    match result {
        Ok((body, version)) => side_known(model, path, version, body, marks),
        Err(failure) => {
            let name = name(model, &path);
            model.warn(format!("{name} cannot be compared: {failure}"));
        }
    }
}

fn side_known(model: &mut Model, path: ObjectPath, version: String, body: Bytes, marks: bool) {
    if body.len() > MAX_BYTES {
        let (size, most) = (format_bytes(body.len()), format_bytes(MAX_BYTES));
        model.notify(format!("Objects of up to {most} can be compared, this one has {size}"));
        return;
    }
    let (name, server) = (name(model, &path), server(model));
    let side = Arc::new(ComparedSide { name, path, server, version, body });
    if !marks {
        if let Some(left) = model.mark.clone() {
            open(model, left, side);
        }
        return;
    }
    if model.mark.take_if(|mark| **mark == *side).is_some() {
        model.notify(format!("{} is not marked any more", side.name));
        return;
    }
    let key = model.keymap.key(Mode::Anywhere, Action::Diff);
    model.notify(format!("Marked {}: {key} compares another object with it", side.name));
    model.mark = Some(side);
}

/// Opens the comparison of two sides.
pub(in crate::app) fn open(model: &mut Model, left: Arc<ComparedSide>, right: Arc<ComparedSide>) {
    begin_comparison(model, left, right, false);
}

fn begin_comparison(
    model: &mut Model,
    left: Arc<ComparedSide>,
    right: Arc<ComparedSide>,
    of_containers: bool,
) {
    let is_one_kind = left.path.gvr == right.path.gvr;
    let version = &right.path.gvr.group_version;
    let schemas = model.schemas.known(version).filter(|_| is_one_kind && !of_containers);
    let masker = model.containers.masker.clone();
    let sides = Sides { left, right, shows_secrets: false, masker, of_containers, schemas };
    let ticket = model.expect(Purpose::Compare);
    model.effects.push(Effect::Compare { ticket, sides: sides.clone() });
    model.comparison = Some(Comparison::new(sides, ticket));
    model.overlay = Overlay::Comparison;
}

/// Handles the differences.
pub(in crate::app) fn computed(model: &mut Model, result: Result<Diff, Failure>) {
    let Some(comparison) = &mut model.comparison else { return };
    comparison.state = match result {
        Ok(found) => ComparisonState::Ready(found),
        Err(failure) => ComparisonState::Failed(failure),
    };
}

/// Shows the values of Secrets, or masks them.
pub(in crate::app) fn toggle_secrets(model: &mut Model) {
    let Some(mut comparison) = model.comparison.take() else { return };
    comparison.sides.shows_secrets = !comparison.sides.shows_secrets;
    let ticket = model.expect(Purpose::Compare);
    model.effects.push(Effect::Compare { ticket, sides: comparison.sides.clone() });
    model.comparison = Some(comparison);
}

/// Closes the comparison.
pub(in crate::app) fn close(model: &mut Model) {
    model.overlay = Overlay::None;
    if let Some(Comparison { state: ComparisonState::Computing(ticket), .. }) =
        model.comparison.take()
    {
        model.cancel(ticket);
    }
}

/// Returns the address of the server; empty without one.
pub(in crate::app) fn server(model: &Model) -> String {
    model.connection().map(|it| it.endpoint.address.clone()).unwrap_or_default()
}

/// Returns an object in words, as in `deploy/web -n shop` or `po/db-0 -n shop @staging`.
pub(in crate::app) fn name(model: &Model, path: &ObjectPath) -> String {
    let resource = model.discovery.resource(&path.gvr);
    let kind = match resource {
        Some(resource) => model.discovery.short_kind(&resource.kind),
        None => path.gvr.resource.to_string(),
    };
    let namespace = path.namespace.as_ref().map(|it| format!(" -n {it}")).unwrap_or_default();
    let context = match model.connection().map(|connection| &connection.endpoint.kind) {
        Some(EndpointKind::Context { name }) => format!(" @{name}"),
        _ => String::new(),
    };
    format!("{kind}/{}{namespace}{context}", path.name)
}
