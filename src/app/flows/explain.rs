//! Explaining the field of a line, or the kind of a row. The explanation follows the cursor while it is open.
//! The schemas of a version are fetched when they are needed, and only then.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use crate::app::effect::Effect;
use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::question::Purpose;
use crate::app::state::explain::{Explain, ExplainState, ExplainSubject};
use crate::app::state::overlay::Overlay;
use crate::app::state::words::Words;
use crate::k8s::failure::Failure;
use crate::k8s::names::{GroupVersion, Gvr};
use crate::object::path::{Step, follow, steps};
use crate::object::schema::{GroupVersionKind, Schemas};
use crate::tree::RowRef;

/// When the schemas of a version are fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fetch {
    /// In any case.
    Again,
    /// Unless that failed before.
    Once,
    /// Not now.
    Never,
}

/// Explains what the cursor is at, or closes the explanation.
pub(in crate::app) fn toggle(model: &mut Model) {
    let is_open = model.explain.as_ref();
    if is_open.is_some_and(|explain| !matches!(explain.state, ExplainState::Unloaded)) {
        close(model);
        return;
    }
    match subject(model) {
        Some(subject) => begin(model, subject, Fetch::Again),
        None => model.notify("No field here: select a resource, an object or a line of one"),
    }
}

/// Explains what the cursor is at now, while the explanation is open.
pub(in crate::app) fn settle(model: &mut Model) {
    let Some(explain) = &model.explain else { return };
    if matches!(model.overlay, Overlay::Explain) || model.focus == Pane::Container {
        return;
    }
    let is_shown = !matches!(explain.state, ExplainState::NoField);
    match subject(model) {
        Some(subject) if is_shown && subject == explain.subject => {}
        // Nothing is fetched for a row that is passed.
        Some(subject) if in_document(model) => begin(model, subject, Fetch::Once),
        Some(subject) => begin(model, subject, Fetch::Never),
        None => {
            let Some(explain) = &mut model.explain else { return };
            let before = std::mem::replace(&mut explain.state, ExplainState::NoField);
            cancel(model, &before);
        }
    }
}

fn in_document(model: &Model) -> bool {
    model.focus == Pane::Document && model.table().is_none()
}

/// Returns the field of the document's line, or the kind of the selected row.
fn subject(model: &Model) -> Option<ExplainSubject> {
    if !in_document(model) {
        return row(model);
    }
    let (kind, version) = model.reading.managed().and_then(of_object)?;
    let path = model.reading.pane.line_path()?;
    let path = steps(&path)?.into_iter().map(owned).collect();
    let shown = model.reading.shown_subject()?.request.path.gvr().cloned();
    let plural = shown.filter(|gvr| gvr.group_version == version).map(|gvr| gvr.resource);
    Some(ExplainSubject { kind, version, plural, path })
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
    Some((GroupVersionKind::of(object)?, version))
}

/// Returns the kind of the selected row.
fn row(model: &Model) -> Option<ExplainSubject> {
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
    let (version, plural) = (gvr.group_version, Some(gvr.resource));
    Some(ExplainSubject {
        kind: GroupVersionKind::new(&version, &kind),
        version,
        plural,
        path: Vec::new(),
    })
}

fn begin(model: &mut Model, subject: ExplainSubject, fetch: Fetch) {
    let before = model.explain.take();
    let is_same = |it: &Explain| {
        (&it.subject.version, &it.subject.plural) == (&subject.version, &subject.plural)
    };
    let earlier = before.as_ref().filter(|before| is_same(before)).map(|it| it.state.clone());
    let state = match (model.schemas.get(&subject.version, &subject.kind), earlier) {
        (Some(schemas), _) => explained(&schemas, &subject),
        (None, Some(state @ ExplainState::Loading(_))) => state,
        (None, Some(state @ ExplainState::Failed(_))) if fetch != Fetch::Again => state,
        (None, _) if fetch == Fetch::Never => ExplainState::Unloaded,
        (None, _) => {
            let (version, plural) = (subject.version.clone(), subject.plural.clone());
            let ticket = model.expect(Purpose::Schemas(version.clone()));
            model.effects.push(Effect::Explain { ticket, version, plural });
            ExplainState::Loading(ticket)
        }
    };
    if let Some(before) = before.filter(|before| !is_same(before)) {
        cancel(model, &before.state);
    }
    let present = present(model, &subject);
    model.explain = Some(Explain { subject, present, state, words: Words::default(), line: 0 });
}

/// Cancels the request of a state.
fn cancel(model: &mut Model, state: &ExplainState) {
    if let ExplainState::Loading(ticket) = state {
        model.cancel(*ticket);
    }
}

fn explained(schemas: &Schemas, subject: &ExplainSubject) -> ExplainState {
    match schemas.explain(&subject.kind, &subject.path) {
        Ok(found) => ExplainState::Known(Box::new(found)),
        Err(why) => ExplainState::Unexplained(why),
    }
}

/// Returns the keys that the shown object has at a path.
fn present(model: &Model, subject: &ExplainSubject) -> BTreeSet<String> {
    let is_it = |object: &&Value| object["kind"] == subject.kind.kind.as_str();
    let object = model.reading.managed().filter(is_it);
    let value = object.and_then(|object| follow(object, &subject.path));
    let keys = |value: &Value| {
        let map = value.as_object().into_iter();
        map.flat_map(serde_json::Map::keys).cloned().collect::<Vec<_>>()
    };
    match value {
        Some(Value::Array(items)) => items.iter().flat_map(keys).collect(),
        Some(value) => keys(value).into_iter().collect(),
        None => BTreeSet::new(),
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
    let Some(explain) = &mut model.explain else { return };
    if explain.subject.version != *version || !matches!(explain.state, ExplainState::Loading(_)) {
        return;
    }
    explain.state = match result {
        Ok(schemas) => explained(&schemas, &explain.subject),
        Err(failure) => ExplainState::Failed(failure),
    };
}

/// Gives the explanation the focus. Returns false if it is not open.
pub(in crate::app) fn focus(model: &mut Model) -> bool {
    if model.explain.is_some() {
        model.overlay = Overlay::Explain;
    }
    model.explain.is_some()
}

/// Shows all fields again, or else gives the focus back: the explanation follows the cursor again.
pub(in crate::app) fn unfocus(model: &mut Model) {
    let clears = model.explain.as_mut().is_some_and(|explain| explain.words.clear());
    if !clears {
        model.overlay = Overlay::None;
    }
}

/// Begins to type the text that fields are to match.
pub(in crate::app) fn search(model: &mut Model) {
    if let Some(explain) = &mut model.explain {
        explain.words.is_typing = true;
        explain.line = 0;
    }
}

/// Copies the path of the explained field.
pub(in crate::app) fn copy_path(model: &mut Model) {
    let path = model.explain.as_ref().and_then(Explain::known).map(|known| known.path.clone());
    let Some(path) = path.filter(|path| !path.is_empty()) else {
        model.notify("The kind itself has no path");
        return;
    };
    let size = path.len();
    model.effects.push(Effect::Copy(path.into_bytes()));
    model.notify(format!("The path was sent to the terminal's clipboard ({size} bytes)"));
}

/// Explains the field of the selected line.
pub(in crate::app) fn enter(model: &mut Model, width: usize) {
    let Some(explain) = &model.explain else { return };
    let lines = explain.lines(width);
    let field = lines.get(explain.line(&lines)).and_then(|line| line.field);
    let name = field.and_then(|at| Some(explain.known()?.fields.get(at)?.name.clone()));
    let Some(name) = name else { return };
    let mut subject = explain.subject.clone();
    subject.path.push(Step::Key(name.into()));
    begin(model, subject, Fetch::Once);
}

/// Explains what contains the field.
pub(in crate::app) fn leave(model: &mut Model) {
    let Some(explain) = &model.explain else { return };
    let mut subject = explain.subject.clone();
    if subject.path.pop().is_some() {
        begin(model, subject, Fetch::Once);
    }
}

/// Moves the cursor by a number of lines.
pub(in crate::app) fn move_by(model: &mut Model, by: isize, width: usize) {
    if let Some(explain) = &mut model.explain {
        let last = explain.lines(width).len().saturating_sub(1);
        explain.line = explain.line.min(last).saturating_add_signed(by).min(last);
    }
}

/// Closes the explanation, and cancels its request. Returns false if it is not open.
pub(in crate::app) fn close(model: &mut Model) -> bool {
    if matches!(model.overlay, Overlay::Explain) {
        model.overlay = Overlay::None;
    }
    let Some(explain) = model.explain.take() else { return false };
    cancel(model, &explain.state);
    true
}
