//! The table of a collection's rows in the document's pane.

use crate::tree::collection::{Collection, RowKey};
use crate::tree::{NodeId, Tree};

/// The table of the rows of one collection at a time.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// True if the server's list is shown as text instead.
    pub(in crate::app) as_text: bool,
    selected: Option<Selected>,
}

/// The selected row.
#[derive(Clone, Debug)]
struct Selected {
    node: NodeId,
    key: RowKey,
    /// Where it was last, for the time after it was deleted.
    position: usize,
}

impl Table {
    /// Returns the position of the selected row among the rows that a node's collection shows; 0 if it
    /// shows none.
    #[must_use]
    pub fn position(&self, id: NodeId, collection: &Collection) -> usize {
        let Some(selected) = self.selected.as_ref().filter(|selected| selected.node == id) else {
            return 0;
        };
        let found = collection.find(&selected.key).filter(|index| collection.passes(*index));
        let position = found.map_or(selected.position, |index| collection.position(index));
        position.min(collection.shown().saturating_sub(1))
    }

    /// Selects the row at a position, or the last one if there are fewer rows.
    pub(in crate::app) fn select(&mut self, tree: &Tree, id: NodeId, position: usize) {
        let Some(collection) = tree.get(id).and_then(|node| node.collection.as_ref()) else {
            return;
        };
        let position = position.min(collection.shown().saturating_sub(1));
        let row = collection.index_at(position).and_then(|index| collection.rows().get(index));
        self.selected = row.map(|row| Selected { node: id, key: RowKey::of(row), position });
    }
}
