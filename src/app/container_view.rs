//! The container's view beside the document: what it is of, what it needs, and its cursor.

pub(in crate::app) mod alone;
mod exec;
mod inside;
mod items;
mod limits;
mod needs;

use crate::app::effect::Effect;
use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::downward::catalogue::{Exposable, Exposure, catalogue};
use crate::downward::compare::Comparison;
use crate::downward::inside::{Observed, Stranger};
use crate::downward::sources::Sources;
use crate::downward::{Masker, Options, PodObject, View, compute, mark_fresh};
use crate::keymap::Action;

pub use exec::Proposal;
pub(super) use exec::{answered as exec_answered, found as exec_found, propose as propose_exec};
pub(super) use inside::observed;
pub use items::{Item, ViewRow};
pub(super) use needs::answered;

/// The container's view.
#[derive(Clone, Debug)]
pub struct Containers {
    /// The view, or why there is none; nothing while there is no pod.
    pub view: Option<Result<View, String>>,
    /// All that the pod could expose.
    pub catalogue: Vec<Exposable>,
    /// The container that is shown; one more than the last is the catalogue.
    pub tab: usize,
    /// The chosen row among the items.
    pub cursor: usize,
    /// The file that is read, by volume and place, and how far it is scrolled.
    pub file: Option<(usize, usize, usize)>,
    /// Whether what derives from a Secret is shown.
    pub unmasked: bool,
    /// Masks what derives from a Secret.
    pub masker: Masker,
    /// Whether it is of what is here, since no server tells what should be.
    pub is_alone: bool,
    /// What was found in the containers, where they are those of the pod that we run in.
    observed: Vec<Observed>,
    /// The processes of that pod of which the container is not known.
    strangers: Vec<Stranger>,
    /// What was found by an exec in those of any other pod.
    exec: exec::Exec,
    /// How that compares with what they should have.
    comparisons: Vec<Comparison>,
    object: Option<PodObject>,
    /// Why the answer cannot be read as an object.
    unreadable: Option<String>,
    /// The answer that the object is of.
    revision: u64,
    sources: Sources,
}

impl Default for Containers {
    fn default() -> Self {
        Self {
            view: None,
            catalogue: Vec::new(),
            tab: 0,
            cursor: 0,
            file: None,
            unmasked: false,
            masker: Masker::with_salt([0, 0]),
            is_alone: false,
            observed: Vec::new(),
            strangers: Vec::new(),
            exec: exec::Exec::default(),
            comparisons: Vec::new(),
            object: None,
            unreadable: None,
            revision: 0,
            sources: Sources::default(),
        }
    }
}

impl Containers {
    /// The names of the tabs: the containers, and the catalogue.
    #[must_use]
    pub fn tabs(&self) -> Vec<String> {
        let Some(Ok(view)) = &self.view else { return Vec::new() };
        let names = view.containers.iter().map(|container| container.name.clone());
        names.chain((!self.is_alone).then(|| "catalogue".to_owned())).collect()
    }

    /// The name of the container that is shown.
    fn container(&self) -> Option<&str> {
        let view = self.view.as_ref()?.as_ref().ok()?;
        Some(&view.containers.get(self.tab)?.name)
    }

    /// What stands for a value that is not there yet.
    #[must_use]
    pub fn pending(&self) -> &'static str {
        let is_pod = self.object.as_ref().is_some_and(PodObject::is_pod);
        if is_pod { "not yet" } else { "set when scheduled" }
    }

    /// The last line of the file that is read.
    fn last_line(&self) -> usize {
        let file = self.file.and_then(|(volume, at, _)| self.content(ViewRow::File(volume, at)));
        file.map_or(0, |content| content.bytes.split(|byte| *byte == b'\n').count() - 1)
    }

    /// Whether the catalogue is shown.
    #[must_use]
    pub fn is_catalogue(&self) -> bool {
        matches!(&self.view, Some(Ok(view)) if self.tab >= view.containers.len())
    }
}

/// The pane was opened or closed.
pub(super) fn ask(model: &mut Model) {
    if model.container_view {
        model.containers.revision = 0;
        follow(model);
    } else {
        model.reading.pane.highlight_paths(&[]);
    }
}

/// Forgets all that was of another server.
pub(super) fn forget(model: &mut Model) {
    let masker = model.containers.masker.clone();
    model.containers = Containers { masker, ..Containers::default() };
}

/// What was looked up is looked up again.
pub(super) fn ask_again(model: &mut Model) {
    model.containers.sources.refetch_all();
    if model.container_view {
        compute_again(model);
    }
}

/// Shows or masks what derives from a Secret, as the document does.
pub(super) fn toggle_secrets(model: &mut Model) {
    model.containers.unmasked = model.reading.pane.is_unmasked();
}

/// Follows the document: another object, or the same one changed.
pub(super) fn follow(model: &mut Model) {
    let alone = alone::failure(model);
    let is_known = model.containers.revision == model.reading.revision
        && model.containers.is_alone == alone.is_some();
    if !model.container_view || model.alone || is_known {
        return;
    }
    model.containers.revision = model.reading.revision;
    model.containers.is_alone = alone.is_some();
    let document = model.reading.pane.document().filter(|document| document.is_json());
    let read = document.map(|document| PodObject::from_slice(document.body()));
    let (object, unreadable) = match read.transpose() {
        Ok(object) => (object.flatten(), None),
        Err(error) => (None, Some(error.to_string())),
    };
    let is_same = match (&object, &model.containers.object) {
        (Some(object), Some(other)) => object.is_same_object(other),
        (object, other) => object.is_none() && other.is_none(),
    };
    exec::outdate(model, is_same);
    if !is_same {
        model.containers.tab = 0;
        model.containers.cursor = 0;
        model.containers.file = None;
        model.containers.unmasked = false;
        model.containers.observed.clear();
        model.containers.strangers.clear();
    }
    model.containers.object = object;
    model.containers.unreadable = unreadable;
    if let Some(failure) = alone {
        let why = format!("Only what is here. The pod itself: {}", failure.kind.short());
        alone::show(model, &why);
        return;
    }
    compute_again(model);
}

/// Computes the view of the object from what is known around it, and asks for the rest.
fn compute_again(model: &mut Model) {
    let Some(object) = model.containers.object.clone() else {
        model.containers.view = model.containers.unreadable.clone().map(Err);
        model.containers.catalogue.clear();
        return;
    };
    needs::ask(model, &object);
    let containers = &mut model.containers;
    let around = containers.sources.surroundings();
    let options = Options::default();
    let mut view = compute(&object, around, options);
    mark_fresh(&mut view, &object, &model.now.to_string());
    containers.view = Some(Ok(view));
    containers.catalogue = catalogue(&object, around, options);
    exec::outdate_plan(model);
    inside::look(model);
    move_by(model, 0);
    link(model);
}

/// Highlights the lines in the document that the chosen row comes from, and brings them into view
/// while the rows are walked.
fn link(model: &mut Model) {
    let paths = model.containers.chosen().map(|row| model.containers.paths(row));
    let paths = paths.filter(|_| model.container_view).unwrap_or_default();
    model.reading.pane.highlight_paths(&paths);
    if model.focus == Pane::Container {
        _ = paths.iter().any(|path| model.reading.pane.go_to_path(path));
    }
}

/// A key in the pane.
pub(super) fn act(model: &mut Model, action: Action) {
    if model.containers.file.is_some() {
        in_file(model, action);
        return;
    }
    let page = 10;
    match action {
        Action::Down => move_by(model, 1),
        Action::Up => move_by(model, -1),
        Action::HalfDown => move_by(model, page / 2),
        Action::HalfUp => move_by(model, -page / 2),
        Action::PageDown => move_by(model, page),
        Action::PageUp => move_by(model, -page),
        Action::Top => move_by(model, isize::MIN),
        Action::Bottom => move_by(model, isize::MAX),
        Action::Expand => turn(model, 1),
        Action::Collapse => turn(model, -1),
        Action::Open => open(model),
        Action::CopyItem => {
            copy_exposure(model, "item of a volume", |entry| entry.volume.as_ref());
        }
        _ => {}
    }
}

fn in_file(model: &mut Model, action: Action) {
    let last = model.containers.last_line();
    let Some((_, _, line)) = &mut model.containers.file else { return };
    match action {
        Action::Down => *line = line.saturating_add(1),
        Action::Up => *line = line.saturating_sub(1),
        Action::HalfDown | Action::PageDown => *line = line.saturating_add(10),
        Action::HalfUp | Action::PageUp => *line = line.saturating_sub(10),
        Action::Top => *line = 0,
        Action::Bottom => *line = last,
        Action::Collapse => model.containers.file = None,
        Action::Open => {
            model.containers.file = None;
            go_to_source(model);
        }
        _ => {}
    }
    if let Some((_, _, line)) = &mut model.containers.file {
        *line = (*line).min(last);
    }
}

/// Leaves the file that is read. Whether there was one.
pub(super) fn close_file(model: &mut Model) -> bool {
    model.containers.file.take().is_some()
}

fn turn(model: &mut Model, by: isize) {
    let count = model.containers.tabs().len();
    if count > 0 {
        let tab = model.containers.tab + count;
        model.containers.tab = tab.saturating_add_signed(by) % count;
        model.containers.cursor = 0;
        move_by(model, 0);
    }
}

/// Moves to another row; headings are passed over.
fn move_by(model: &mut Model, by: isize) {
    let containers = &mut model.containers;
    let items = containers.items();
    let is_row = |(at, item): (usize, &Item)| matches!(item, Item::Row(_)).then_some(at);
    let rows: Vec<usize> = items.iter().enumerate().filter_map(is_row).collect();
    let Some(last) = rows.len().checked_sub(1) else { return };
    let at = rows.partition_point(|row| *row < containers.cursor).min(last);
    containers.cursor = rows[at.saturating_add_signed(by).min(last)];
    link(model);
}

/// Changes how an exec stands; the chosen row stays chosen where lines come or go above it.
fn set_exec(model: &mut Model, exec: exec::Exec) {
    let chosen = model.containers.chosen();
    model.containers.exec = exec;
    inside::compare_again(&mut model.containers);
    let is_chosen = |item: &Item| matches!((item, chosen), (Item::Row(a), Some(b)) if *a == b);
    if let Some(at) = model.containers.items().iter().position(is_chosen) {
        model.containers.cursor = at;
    }
    move_by(model, 0);
}

/// ⏎: a file is read as `cat` shows it; anything else leads to where it comes from.
fn open(model: &mut Model) {
    match model.containers.chosen() {
        Some(ViewRow::File(volume, file)) => model.containers.file = Some((volume, file, 0)),
        Some(_) => go_to_source(model),
        None => {}
    }
}

/// Shows the chosen row's place in the document; `[` leads back.
fn go_to_source(model: &mut Model) {
    let Some(row) = model.containers.chosen() else { return };
    let paths = model.containers.paths(row);
    let found = paths.iter().any(|path| model.reading.pane.go_to_path(path));
    if found {
        model.focus = Pane::Document;
        model.returns_to_containers = true;
    } else {
        model.notify("No line of the object makes this row");
    }
}

/// Copies the catalogue's line as an `env` entry, where the catalogue is shown. Whether it did.
pub(super) fn copy_entry(model: &mut Model) -> bool {
    let is_there = model.focus == Pane::Container && model.containers.is_catalogue();
    is_there && copy_exposure(model, "env entry", |entry| entry.env.as_ref())
}

/// Copies the snippet of one way to expose the catalogue's line.
fn copy_exposure(
    model: &mut Model,
    what: &str,
    way: impl Fn(&Exposable) -> Option<&Exposure>,
) -> bool {
    let Some(ViewRow::Entry(at)) = model.containers.chosen() else { return false };
    let snippet = model.containers.catalogue.get(at).and_then(way).map(|way| way.snippet.clone());
    match snippet {
        Some(snippet) => {
            model.effects.push(Effect::Copy(snippet.into_bytes()));
            model.notify(format!("The {what} was sent to the terminal's clipboard"));
        }
        None => model.notify(format!("This cannot be an {what}")),
    }
    true
}
