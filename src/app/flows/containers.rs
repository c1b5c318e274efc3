//! The container's view: computing it from the open object and its sources, and moving its cursor.

pub(in crate::app) mod alone;
pub(in crate::app) mod exec;
pub(in crate::app) mod inside;
pub(in crate::app) mod needs;

use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::state::containers::{Containers, Exec, Item};
use crate::downward::catalogue::catalogue;
use crate::downward::{Options, compute_with, keep_frozen, mark_fresh};

/// Updates the view after the pane was shown or hidden.
pub(in crate::app) fn toggled(model: &mut Model) {
    if model.container_view {
        model.containers.revision = 0;
        settle(model);
    } else {
        model.reading.pane.highlight_paths(&[]);
    }
}

/// Drops everything that was read from another server, but keeps the masker.
pub(in crate::app) fn forget(model: &mut Model) {
    let masker = model.containers.masker.clone();
    model.containers = Containers { masker, ..Containers::default() };
}

/// Fetches the sources of the view again.
pub(in crate::app) fn refresh(model: &mut Model) {
    model.containers.sources.refetch_all();
    if model.container_view {
        compute_again(model);
    }
}

/// Shows or masks values of Secrets, as the document does.
pub(in crate::app) fn toggle_secrets(model: &mut Model) {
    model.containers.unmasked = model.reading.pane.is_unmasked();
}

/// Follows the document: another object, or a new version of the same one.
pub(in crate::app) fn settle(model: &mut Model) {
    let alone = alone::failure(model);
    let is_known = model.containers.revision == model.reading.revision
        && model.containers.is_alone == alone.is_some();
    if !model.container_view || model.alone || is_known {
        return;
    }
    model.containers.revision = model.reading.revision;
    model.containers.is_alone = alone.is_some();
    let (object, unreadable) = match model.reading.object.clone() {
        Some(Ok(object)) => (Some(object), None),
        Some(Err(error)) => (None, Some(error.to_string())),
        None => (None, None),
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
        let why =
            format!("Only what this process can read. The pod itself: {}", failure.kind.short());
        alone::show(model, &why);
        return;
    }
    compute_again(model);
}

/// Computes the view of the object from the sources known so far, and fetches the others.
pub(in crate::app) fn compute_again(model: &mut Model) {
    let Some(object) = model.containers.object.clone() else {
        model.containers.view = model.containers.unreadable.clone().map(Err);
        model.containers.catalogue.clear();
        return;
    };
    needs::fetch(model, &object);
    let containers = &mut model.containers;
    containers.computed += 1;
    let around = containers.sources.surroundings();
    let options = Options::default();
    let here = model.here.as_ref().filter(|here| object.is_pod() && here.pod.is(object.value()));
    let own = here.and_then(|here| here.pod.own_container(object.value()));
    let mut names = object.container_names();
    if let Some(at) = own.and_then(|own| names.iter().position(|name| *name == own)) {
        // Our own container is the first tab.
        names[..=at].rotate_right(1);
    }
    // The process is computed of the shown container alone.
    let shown = names.get(containers.tab);
    let mut view =
        compute_with(&object, around, options, |name| shown.is_some_and(|it| *it == name));
    view.containers.sort_by_key(|it| names.iter().position(|name| *name == it.name));
    if let Some(Ok(before)) = &containers.view {
        keep_frozen(&mut view, before);
    }
    mark_fresh(&mut view, &object, &model.now.to_string());
    containers.view = Some(Ok(view));
    containers.catalogue = catalogue(&object, around, options);
    exec::outdate_plan(model);
    inside::observe(model);
    move_by(model, 0);
    link(model);
}

/// Highlights the lines in the document that define the selected row, and scrolls to them while the pane
/// has the focus.
fn link(model: &mut Model) {
    let paths = model.containers.selected().map(|row| model.containers.paths(row));
    let paths = paths.filter(|_| model.container_view).unwrap_or_default();
    model.reading.pane.highlight_paths(&paths);
    if model.focus == Pane::Container {
        _ = paths.iter().any(|path| model.reading.pane.go_to_path(path));
    }
}

/// Moves the cursor by a number of rows; headings are skipped.
pub(in crate::app) fn move_by(model: &mut Model, by: isize) {
    let containers = &mut model.containers;
    let items = containers.items();
    let is_row = |(at, item): (usize, &Item)| matches!(item, Item::Row(_)).then_some(at);
    let rows: Vec<usize> = items.iter().enumerate().filter_map(is_row).collect();
    let Some(last) = rows.len().checked_sub(1) else { return };
    let at = rows.partition_point(|row| *row < containers.cursor).min(last);
    containers.cursor = rows[at.saturating_add_signed(by).min(last)];
    link(model);
}

/// Changes the state of the exec. The selected row stays selected when lines are added or removed above
/// it.
pub(in crate::app) fn set_exec(model: &mut Model, exec: Exec) {
    let selected = model.containers.selected();
    model.containers.exec = exec;
    model.containers.update_comparisons();
    let is_selected = |item: &Item| matches!((item, selected), (Item::Row(a), Some(b)) if *a == b);
    if let Some(at) = model.containers.items().iter().position(is_selected) {
        model.containers.cursor = at;
    }
    move_by(model, 0);
}
