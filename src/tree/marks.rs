//! Rows of a collection that appeared, changed or went, for as long as they are marked.

use std::collections::HashMap;

use crate::k8s::table::{Delta, Row};
use crate::tree::collection::{Collection, RowKey};

use super::{NodeId, RowRef, Tree};

/// So many rows are marked at the most: nobody sees more.
const MOST: usize = 10_000;

/// What happened to a row a moment ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowMark {
    /// It appeared.
    New,
    /// Its cells are otherwise, and not only its age.
    Changed,
    /// Its object is gone; it shows for a moment more.
    Gone,
}

/// The marks of one collection's rows.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    /// With how many turns they have lasted already.
    of: HashMap<RowKey, (RowMark, u8)>,
}

impl Marks {
    /// The mark of a row.
    #[must_use]
    pub fn of(&self, row: &Row) -> Option<RowMark> {
        if self.of.is_empty() {
            return None;
        }
        self.of.get(&RowKey::of(row)).map(|(mark, _)| *mark)
    }

    /// Whether nothing is marked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// Marks a row, unless too many are. Whether it is marked.
    fn set(&mut self, key: RowKey, mark: RowMark) -> bool {
        let has_room = self.of.len() < MOST || self.of.contains_key(&key);
        if has_room {
            self.of.insert(key, (mark, 0));
        }
        has_room
    }
}

impl Tree {
    /// Marks the rows of a collection that deltas concern. Gives those that are to be applied now: a
    /// row in view stays until its mark is over.
    pub fn mark(&mut self, id: NodeId, mut deltas: Vec<Delta>) -> Vec<Delta> {
        let in_view: Vec<RowKey> = if deltas.iter().any(|d| matches!(d, Delta::Deleted { .. })) {
            self.window().filter_map(|place| self.key_in(id, place)).collect()
        } else {
            Vec::new()
        };
        let Some(node) = self.get_mut(id) else { return deltas };
        let Some(collection) = &node.collection else { return deltas };
        deltas.retain(|delta| match delta {
            Delta::Applied(row) => {
                let key = RowKey::of(row);
                let before = collection.find(&key).and_then(|place| collection.rows().get(place));
                let was_gone = matches!(node.marks.of.get(&key), Some((RowMark::Gone, _)));
                match before {
                    Some(before) if !was_gone => {
                        if reads_otherwise(collection, before, row) {
                            _ = node.marks.set(key, RowMark::Changed);
                        }
                    }
                    _ => _ = node.marks.set(key, RowMark::New),
                }
                true
            }
            Delta::Deleted { namespace, name } => {
                let key = RowKey { namespace: namespace.clone(), name: name.clone() };
                // Without its mark nothing would take it away later.
                let stays = in_view.contains(&key) && node.marks.set(key.clone(), RowMark::Gone);
                if !stays {
                    node.marks.of.remove(&key);
                }
                !stays
            }
            _ => true,
        });
        deltas
    }

    /// A turn is over: marks that lasted for a whole one go, and with them the rows that are gone.
    pub fn turn_marks(&mut self, id: NodeId) {
        let Some(node) = self.get_mut(id) else { return };
        let mut gone = Vec::new();
        node.marks.of.retain(|key, (mark, turns)| {
            *turns += 1;
            if *turns > 1 && *mark == RowMark::Gone {
                let RowKey { namespace, name } = key.clone();
                gone.push(Delta::Deleted { namespace, name });
            }
            *turns <= 1
        });
        self.apply(id, gone);
    }

    /// The key of a collection's row that shows at a place, opened or not.
    fn key_in(&self, id: NodeId, place: RowRef) -> Option<RowKey> {
        match place {
            RowRef::Row(of, _) if of == id => self.row_key(place),
            RowRef::Node(child) => {
                let node = self.get(id).filter(|_| self.parent(place) == Some(id))?;
                let (at, _) = node.opened.iter().find(|(_, opened)| *opened == child)?;
                self.row_key(RowRef::Row(id, *at))
            }
            _ => None,
        }
    }
}

/// Whether two states of a row differ in more than their ages.
fn reads_otherwise(collection: &Collection, before: &Row, now: &Row) -> bool {
    let cells = before.cells().zip(now.cells()).enumerate();
    let is_age = |index: usize| collection.columns.get(index).is_some_and(|column| column.is_age);
    cells.into_iter().any(|(index, (before, now))| before != now && !is_age(index))
}
