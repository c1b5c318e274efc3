//! The ages in view, which change while nothing else happens.

use jiff::Timestamp;

use crate::app::model::Model;
use crate::k8s::age::parse_duration;
use crate::tree::{NodeId, RowRef};

use super::next_multiple;

/// Returns when the youngest age in view has another text: its seconds, minutes or hours change.
pub(super) fn next_change(model: &Model) -> Option<Timestamp> {
    let youngest = model.tree.window().filter_map(|row| age(model, row)).min()?;
    // The steps of kubectl's texts: `119s`, `9m59s`, `7h59m`, then hours.
    let step = match youngest {
        ..600 => 1,
        600..28_800 => 60,
        _ => 3600,
    };
    Some(next_multiple(model.now, step))
}

/// Returns the age that a row shows, in seconds.
fn age(model: &Model, row: RowRef) -> Option<i64> {
    let (id, at) = match row {
        RowRef::Row(id, at) => (id, at),
        RowRef::Node(node) => opened_row(model, node)?,
        RowRef::More(_) => return None,
    };
    let collection = model.tree.get(id)?.collection.as_ref()?;
    let column = collection.columns.iter().position(|column| column.is_age)?;
    let row = collection.rows().get(at)?;
    let seconds = parse_duration(row.cells().nth(column)?)?;
    Some(seconds + model.now.as_second() - row.arrived.as_second())
}

/// Returns the row that a node was made of.
fn opened_row(model: &Model, node: NodeId) -> Option<(NodeId, usize)> {
    let parent = model.tree.get(node)?.parent?;
    let of = model.tree.get(parent)?;
    of.opened.iter().find(|(_, child)| *child == node).map(|(at, _)| (parent, *at))
}
