//! Explaining the field of a line, or the kind of a row: the schemas of its version are fetched when they are
//! needed, and only then.

use std::sync::Arc;

use serde_json::Value;

use crate::app::effect::Effect;
use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::question::Purpose;
use crate::app::state::explain::{Explain, ExplainState};
use crate::app::state::overlay::Overlay;
use crate::k8s::failure::Failure;
use crate::k8s::names::{GroupVersion, Gvr};
use crate::object::path::{Step, follow, steps};
use crate::object::schema::{GroupVersionKind, Schemas};
use crate::tree::RowRef;

/// Explains the field of the document's line, or the kind of the selected row.
pub(in crate::app) fn open(model: &mut Model) {
    let in_document = model.focus == Pane::Document && model.table().is_none();
    if !in_document {
        match row(model) {
            Some((kind, version)) => begin(model, kind, version, Vec::new()),
            None => model.notify("No field here: select a resource, an object or a line of one"),
        }
        return;
    }
    let kind = model.reading.managed().and_then(of_object);
    let path = model.reading.pane.line_path();
    let path = path.as_deref().and_then(steps).map(|steps| steps.into_iter().map(owned).collect());
    match (kind, path) {
        (Some((kind, version)), Some(path)) => begin(model, kind, version, path),
        _ => model.notify("No field here: this is no object"),
    }
}

fn owned(step: Step<'_>) -> Step<'static> {
    match step {
        Step::Key(key) => Step::Key(key.into_owned().into()),
        Step::Index(index) => Step::Index(index),
    }
}

/// Returns the kind of an object.
fn of_object(object: &Value) -> Option<(GroupVersionKind, GroupVersion)> {
    let version = GroupVersion::parse(object["apiVersion"].as_str()?);
    Some((kind_of(object["kind"].as_str()?, &version), version))
}

/// Returns the kind of the selected row.
fn row(model: &Model) -> Option<(GroupVersionKind, GroupVersion)> {
    let row = model.table().and_then(|id| model.table_row(id)).unwrap_or(model.tree.cursor());
    let gvr: Gvr = match row {
        RowRef::Node(id) => {
            let node = model.tree.get(id)?;
            let resource = node.kind.resource().map(|resource| resource.gvr.clone());
            resource.or_else(|| model.tree.path(row)?.gvr().cloned())?
        }
        row => model.tree.path(row)?.gvr().cloned()?,
    };
    let kind = model.discovery.resource(&gvr)?.kind.clone();
    let version = gvr.group_version.clone();
    Some((kind_of(&kind, &version), version))
}

fn kind_of(kind: &str, version: &GroupVersion) -> GroupVersionKind {
    GroupVersionKind {
        group: version.group.as_str().to_owned(),
        version: version.version.to_string(),
        kind: kind.to_owned(),
    }
}

fn begin(
    model: &mut Model,
    kind: GroupVersionKind,
    version: GroupVersion,
    path: Vec<Step<'static>>,
) {
    let known = model.schemas.get(&version);
    let state = if let Some(schemas) = known {
        explained(&schemas, &kind, &path)
    } else {
        let ticket = model.expect(Purpose::Schemas(version.clone()));
        model.effects.push(Effect::Explain { ticket, version: version.clone() });
        ExplainState::Loading(ticket)
    };
    let present = present(model, &kind, &path);
    model.explain = Some(Explain { kind, version, path, present, state, line: 0 });
    model.overlay = Overlay::Explain;
}

fn explained(schemas: &Schemas, kind: &GroupVersionKind, path: &[Step<'_>]) -> ExplainState {
    match schemas.explain(kind, path) {
        Ok(found) => ExplainState::Known(Box::new(found)),
        Err(why) => ExplainState::Unexplained(why),
    }
}

/// Returns the keys that the shown object has at a path.
fn present(
    model: &Model,
    kind: &GroupVersionKind,
    path: &[Step<'_>],
) -> std::collections::BTreeSet<String> {
    let object = model.reading.managed().filter(|object| object["kind"] == kind.kind.as_str());
    let value = object.and_then(|object| follow(object, path));
    let keys = |value: &Value| {
        let map = value.as_object().into_iter();
        map.flat_map(serde_json::Map::keys).cloned().collect::<Vec<_>>()
    };
    match value {
        Some(Value::Array(items)) => items.iter().flat_map(keys).collect(),
        Some(value) => keys(value).into_iter().collect(),
        None => std::collections::BTreeSet::new(),
    }
}

/// Handles the schemas of a group and version.
pub(in crate::app) fn received(
    model: &mut Model,
    version: &GroupVersion,
    result: Result<Arc<Schemas>, Failure>,
) {
    if let Ok(schemas) = &result {
        model.schemas.keep(version.clone(), Arc::clone(schemas));
    }
    let Some(explain) = model.explain.as_mut().filter(|explain| explain.version == *version) else {
        return;
    };
    explain.state = match result {
        Ok(schemas) => explained(&schemas, &explain.kind, &explain.path),
        Err(failure) => ExplainState::Failed(failure),
    };
}

/// Explains the field of the selected line.
pub(in crate::app) fn enter(model: &mut Model, width: usize) {
    let Some(explain) = &model.explain else { return };
    let lines = explain.lines(width);
    let field = lines.get(explain.line(width)).and_then(|line| line.field);
    let name = field.and_then(|at| Some(explain.known()?.fields.get(at)?.name.clone()));
    let Some(name) = name else { return };
    let (kind, version, mut path) =
        (explain.kind.clone(), explain.version.clone(), explain.path.clone());
    path.push(Step::Key(name.into()));
    begin(model, kind, version, path);
}

/// Explains what contains the field.
pub(in crate::app) fn leave(model: &mut Model) {
    let Some(explain) = &model.explain else { return };
    let (kind, version, mut path) =
        (explain.kind.clone(), explain.version.clone(), explain.path.clone());
    if path.pop().is_some() {
        begin(model, kind, version, path);
    }
}

/// Moves the cursor by a number of lines.
pub(in crate::app) fn move_by(model: &mut Model, by: isize, width: usize) {
    if let Some(explain) = &mut model.explain {
        let last = explain.lines(width).len().saturating_sub(1);
        explain.line = explain.line.min(last).saturating_add_signed(by).min(last);
    }
}

/// Closes the explanation, and cancels its request.
pub(in crate::app) fn close(model: &mut Model) {
    model.overlay = Overlay::None;
    if let Some(Explain { state: ExplainState::Loading(ticket), .. }) = model.explain.take() {
        model.cancel(ticket);
    }
}
