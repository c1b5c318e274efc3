//! The tour through the demo: it begins, notices by what is shown that a step was done, and is left.

use crate::app::effect::Choice;
use crate::app::flows::connect;
use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::state::containers::{Item, ViewRow};
use crate::app::state::overlay::Overlay;
use crate::app::state::tour::{Cover, RowKind, Step, Tour};

/// The word that begins it in the prompt for a location.
const WORD: &str = "tour";

/// Begins the tour if a typed line asks for it. Returns false for any other line.
pub(in crate::app) fn typed(model: &mut Model, line: &str) -> bool {
    if line != WORD {
        return false;
    }
    begin(model);
    true
}

/// Begins the tour, in the demo or without a server. It never leaves a server.
pub(in crate::app) fn begin(model: &mut Model) {
    if model.connection().is_some() && model.start_screen().is_none() {
        if !model.is_demo() {
            model.notify("The tour walks the demo: start `kubewalk --tour`");
            return;
        }
    } else {
        connect::connect(model, Choice::Demo);
    }
    model.tour = Some(Tour::default());
}

/// Leaves the tour.
pub(in crate::app) fn leave(model: &mut Model) {
    if model.tour.take().is_some() {
        model.left_tour = true;
    }
}

/// Skips a step, or begins the tour in the demo. After the last step, leaves the tour.
pub(in crate::app) fn next(model: &mut Model) {
    match &mut model.tour {
        Some(tour) if tour.next().is_some() => {
            *tour = Tour { step: tour.step + 1, was_done: false };
        }
        Some(_) => leave(model),
        None => begin(model),
    }
}

/// Goes on to the next step if what is shown is what the present one leads to. Ends outside of the demo.
pub(in crate::app) fn settle(model: &mut Model) {
    let Some(tour) = model.tour else { return };
    if model.connection().is_some() && !model.is_demo() {
        model.tour = None;
        return;
    }
    if tour.next().is_some_and(|step| is_done(model, step)) {
        model.tour = Some(Tour { step: tour.step + 1, was_done: true });
    }
}

fn is_done(model: &Model, step: &Step) -> bool {
    let reading = &model.reading;
    let is_shown = step.path().is_none_or(|path| {
        let shown = reading.shown_subject();
        shown.is_some_and(|shown| shown.request.path == path && shown.failure.is_none())
    });
    let row = selected_row(model);
    let is_at_row = step.row.is_none_or(|kind| match kind {
        RowKind::Environment => matches!(row, Some(ViewRow::Env(..))),
        RowKind::File => matches!(row, Some(ViewRow::File(..))),
    });
    let is_at_file = step.file.as_ref().is_none_or(|wanted| selected_file(model) == Some(wanted));
    let is_at_line = step.line.as_ref().is_none_or(|wanted| {
        let line = (model.focus == Pane::Document).then(|| reading.pane.line_path()).flatten();
        line.is_some_and(|line| line.contains(wanted))
    });
    let is_covered = step.overlay.is_none_or(|cover| match cover {
        Cover::History => matches!(model.overlay, Overlay::History(_)),
        Cover::Copy => matches!(model.overlay, Overlay::Copy),
    });
    let has_reason = !step.reason || model.health.selected.is_some();
    is_shown && is_at_row && is_at_file && is_at_line && is_covered && has_reason
}

/// Returns the selected row of the container's view, while it has the focus.
fn selected_row(model: &Model) -> Option<ViewRow> {
    let has_focus = model.container_view && model.focus == Pane::Container;
    match has_focus.then(|| model.containers.items().get(model.containers.cursor).cloned())?? {
        Item::Row(row) => Some(row),
        _ => None,
    }
}

/// Returns the path in its volume of the selected file of the container's view, while it has the focus.
fn selected_file(model: &Model) -> Option<&String> {
    let ViewRow::File(volume, file) = selected_row(model)? else { return None };
    let view = model.containers.view.as_ref()?.as_ref().ok()?;
    Some(&view.volumes.get(volume)?.files.get(file)?.path)
}
