//! The ages in view go on counting while nothing else happens.

use std::time::Duration;

use crate::app::effect::Effect;
use crate::app::message::Timer;
use crate::app::model::Model;
use crate::k8s::age::parse_duration;
use crate::tree::{NodeId, RowRef};

/// Comes back when the youngest age in view reads otherwise, as often as its text tells: seconds,
/// minutes, hours. The clock of a recording stands still.
pub(super) fn count(model: &mut Model) {
    let stands_still = model.connection().is_none_or(|c| c.endpoint.recorded_at.is_some());
    if model.counts_ages || stands_still {
        return;
    }
    let Some(youngest) = model.tree.window().filter_map(|place| age(model, place)).min() else {
        return;
    };
    // The steps of kubectl's texts: `119s`, `9m59s`, `7h59m`, then hours.
    let pause = match youngest {
        ..600 => 1,
        600..28_800 => 60,
        _ => 3600,
    };
    model.counts_ages = true;
    model.effects.push(Effect::After(Timer::Age, Duration::from_secs(pause)));
}

/// The age that a row shows, in seconds.
fn age(model: &Model, place: RowRef) -> Option<i64> {
    let (id, at) = match place {
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

/// The row that a node was made of.
fn opened_row(model: &Model, node: NodeId) -> Option<(NodeId, usize)> {
    let parent = model.tree.get(node)?.parent?;
    let of = model.tree.get(parent)?;
    of.opened.iter().find(|(_, child)| *child == node).map(|(at, _)| (parent, *at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_stands_still_needs_no_timer() {
        let mut model = Model::new(80, 24);
        count(&mut model);
        assert!(model.effects.is_empty());
        assert!(!model.counts_ages);
    }
}
