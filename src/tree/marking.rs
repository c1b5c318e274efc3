//! Marking the rows that a watch adds, changes and deletes.

use crate::k8s::table::Delta;

use super::Tree;
use super::collection::RowKey;
use super::marks::RowMark;
use super::row_ref::{NodeId, RowRef};

impl Tree {
    /// Marks the rows that deltas change. Returns the deltas to apply now: the row of a deleted object
    /// that is in view stays until its mark is over.
    pub fn mark(&mut self, id: NodeId, mut deltas: Vec<Delta>) -> Vec<Delta> {
        let in_view: Vec<RowKey> = if deltas.iter().any(|d| matches!(d, Delta::Deleted { .. })) {
            self.window().filter_map(|row| self.key_in(id, row)).collect()
        } else {
            Vec::new()
        };
        let Some(node) = self.get_mut(id) else { return deltas };
        let Some(collection) = &node.collection else { return deltas };
        deltas.retain(|delta| match delta {
            Delta::Applied(row) => {
                let key = RowKey::of(row);
                let before = collection.find(&key).and_then(|index| collection.rows().get(index));
                match before {
                    Some(before) if node.marks.get(&key) != Some(RowMark::Gone) => {
                        if collection.differs(before, row) {
                            node.marks.set(key, RowMark::Changed);
                        }
                    }
                    _ => _ = node.marks.set(key, RowMark::New),
                }
                true
            }
            Delta::Deleted { namespace, name } => {
                let key = RowKey { namespace: namespace.clone(), name: name.clone() };
                // A row without a mark would not be removed later.
                let stays = in_view.contains(&key) && node.marks.set(key.clone(), RowMark::Gone);
                if !stays {
                    node.marks.remove(&key);
                }
                !stays
            }
            _ => true,
        });
        deltas
    }

    /// Ends a turn of the marks: those that lasted for a whole turn are removed, and with them the rows
    /// of deleted objects.
    pub fn turn_marks(&mut self, id: NodeId) {
        let Some(node) = self.get_mut(id) else { return };
        let deleted = node.marks.turn().into_iter();
        let deleted = deleted.map(|RowKey { namespace, name }| Delta::Deleted { namespace, name });
        self.apply(id, deleted);
    }

    /// Returns the key of a row of the collection, opened or not.
    fn key_in(&self, id: NodeId, row: RowRef) -> Option<RowKey> {
        match row {
            RowRef::Row(of, _) if of == id => self.row_key(row),
            RowRef::Node(child) => {
                let node = self.get(id).filter(|_| self.parent(row) == Some(id))?;
                let (index, _) = node.opened.iter().find(|(_, opened)| *opened == child)?;
                self.row_key(RowRef::Row(id, *index))
            }
            _ => None,
        }
    }
}
