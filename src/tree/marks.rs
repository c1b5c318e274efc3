//! Marks on rows that were added, changed or deleted a moment ago.

use std::collections::HashMap;

use crate::k8s::table::Row;

use super::collection::RowKey;

/// The most rows of a collection that are marked at once.
const MAX_MARKS: usize = 10_000;

/// What happened to a row a moment ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowMark {
    /// The row was added.
    New,
    /// A cell changed, not only an age.
    Changed,
    /// The object was deleted. The row is shown for a moment more.
    Gone,
}

/// The marks on the rows of one collection.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    /// The marks, each with the turns that it has lasted.
    marks: HashMap<RowKey, (RowMark, u8)>,
}

impl Marks {
    /// Returns the mark of a row.
    #[must_use]
    pub fn of(&self, row: &Row) -> Option<RowMark> {
        if self.is_empty() {
            return None;
        }
        self.get(&RowKey::of(row))
    }

    /// True if no row is marked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    pub(super) fn get(&self, key: &RowKey) -> Option<RowMark> {
        self.marks.get(key).map(|(mark, _)| *mark)
    }

    /// Marks a row, unless too many rows are marked. Returns true if it is marked.
    pub(super) fn set(&mut self, key: RowKey, mark: RowMark) -> bool {
        let has_room = self.marks.len() < MAX_MARKS || self.marks.contains_key(&key);
        if has_room {
            self.marks.insert(key, (mark, 0));
        }
        has_room
    }

    pub(super) fn remove(&mut self, key: &RowKey) {
        self.marks.remove(key);
    }

    /// Removes the marks that have lasted a whole turn. Returns the rows of deleted objects among them.
    pub(super) fn turn(&mut self) -> Vec<RowKey> {
        let mut deleted = Vec::new();
        self.marks.retain(|key, (mark, turns)| {
            *turns += 1;
            let stays = *turns <= 1;
            if !stays && *mark == RowMark::Gone {
                deleted.push(key.clone());
            }
            stays
        });
        deleted
    }
}
