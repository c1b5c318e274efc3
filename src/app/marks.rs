//! Rows that appeared, changed or went are marked for a few seconds.

use std::time::Duration;

use crate::app::effect::Effect;
use crate::app::message::Timer;
use crate::app::model::Model;
use crate::k8s::table::Delta;
use crate::tree::NodeId;

/// A mark lasts for more than one of these and at most for two.
const TURN: Duration = Duration::from_millis(1500);

/// Marks what deltas concern. Gives those that are to be applied now.
pub(super) fn mark(model: &mut Model, id: NodeId, deltas: Vec<Delta>) -> Vec<Delta> {
    let deltas = model.tree.mark(id, deltas);
    await_turn(model, id);
    deltas
}

/// A turn is over.
pub(super) fn turn(model: &mut Model, id: NodeId) {
    model.tree.turn_marks(id);
    await_turn(model, id);
}

/// Comes back as long as there are marks.
fn await_turn(model: &mut Model, id: NodeId) {
    let marks = model.tree.get(id).map(|node| &node.marks);
    if marks.is_some_and(|marks| !marks.is_empty() && !marks.awaited) {
        model.tree.change(id, |node| node.marks.awaited = true);
        model.effects.push(Effect::After(Timer::Marks(id), TURN));
    }
}
