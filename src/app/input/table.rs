//! Keys in the table of a collection. Those that arrange its rows mean the same as in the tree, where
//! the cursor is on the collection.

use crate::app::flows::{jump, read};
use crate::app::input::tree;
use crate::app::layout::{Pane, table_rows};
use crate::app::model::Model;
use crate::keymap::Action;
use crate::tree::NodeId;

/// Handles a key.
pub(in crate::app) fn act(model: &mut Model, id: NodeId, action: Action) {
    let page = isize::try_from(table_rows(model)).unwrap_or(isize::MAX);
    match action {
        Action::Down => move_by(model, id, 1),
        Action::Up => move_by(model, id, -1),
        Action::HalfDown => move_by(model, id, page / 2),
        Action::HalfUp => move_by(model, id, -page / 2),
        Action::PageDown => move_by(model, id, page),
        Action::PageUp => move_by(model, id, -page),
        Action::Top => move_by(model, id, isize::MIN),
        Action::Bottom => move_by(model, id, isize::MAX),
        Action::Open | Action::Expand => open(model, id),
        Action::Collapse => model.focus = Pane::Tree,
        Action::Toggle => {}
        action => tree::act(model, action),
    }
}

/// Moves the selection down by a number of rows, or up by a negative number.
pub(in crate::app) fn move_by(model: &mut Model, id: NodeId, rows: isize) {
    let Some(position) = model.table_position(id) else { return };
    model.reading.table.select(&model.tree, id, position.saturating_add_signed(rows));
}

/// Opens the selected row: its object is shown in place of the table, and the tree moves to it.
fn open(model: &mut Model, id: NodeId) {
    let Some(row) = model.table_row(id) else { return };
    if let Some(path) = model.tree.path(row) {
        jump::remember(model, &path);
    }
    for above in model.tree.ancestors(row) {
        model.tree.open(above);
    }
    model.tree.select(row);
    read::enter(model, model.tree.cursor());
}
