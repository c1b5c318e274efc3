//! Marks on rows that appeared, changed or were deleted, for a few seconds.

use std::time::Duration;

use crate::app::model::Model;
use crate::k8s::table::Delta;
use crate::tree::NodeId;

/// A mark is shown for longer than one of these and at most for two.
const TURN: Duration = Duration::from_millis(1500);

/// Marks the rows that changes concern. Returns the changes to apply now.
pub(in crate::app) fn mark(model: &mut Model, id: NodeId, deltas: Vec<Delta>) -> Vec<Delta> {
    let deltas = model.tree.mark(id, deltas);
    if has_marks(model, id) && !model.marked.contains_key(&id) {
        model.marked.insert(id, model.after(TURN));
    }
    deltas
}

/// Removes the marks that have been shown long enough.
pub(in crate::app) fn turn(model: &mut Model, id: NodeId) {
    model.marked.remove(&id);
    model.tree.turn_marks(id);
    if has_marks(model, id) {
        model.marked.insert(id, model.after(TURN));
    }
}

fn has_marks(model: &Model, id: NodeId) -> bool {
    model.tree.get(id).is_some_and(|node| !node.marks.is_empty())
}
