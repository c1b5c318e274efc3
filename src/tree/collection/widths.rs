//! The widths of a collection's columns: those of the widest text loaded so far.

use crate::k8s::table::Row;
use crate::text::{columns, visible_within};

use super::Collection;
use super::cell::room_to_age;

/// The widest cell, in terminal columns. Wider ones are cut.
pub const WIDEST_CELL: usize = 200;

impl Collection {
    pub(super) fn measure(&mut self, row: &Row) {
        let namespace = row.namespace.as_ref().map_or(0, |namespace| width(namespace.as_str()));
        self.namespace_width = self.namespace_width.max(namespace);
        self.widen(0, width(row.name()));
        for (index, cell) in row.cells().enumerate() {
            let room = self.columns.get(index).map_or(0, |column| room_to_age(column, cell));
            self.widen(index + 1, width(cell) + room);
        }
    }

    fn widen(&mut self, index: usize, width: usize) {
        match self.widths.get_mut(index) {
            Some(widest) => *widest = width.max(*widest),
            None => self.widths.push(width),
        }
    }

    /// Returns the width of the widest name, in terminal columns.
    #[must_use]
    pub fn name_width(&self) -> usize {
        self.widths.first().copied().unwrap_or(0)
    }

    /// Returns the width of the widest namespace, in terminal columns; 0 if the rows have none.
    #[must_use]
    pub fn namespace_width(&self) -> usize {
        self.namespace_width
    }

    /// Returns the width of the widest cell of a column, in terminal columns, with room for its ages to
    /// count on.
    #[must_use]
    pub fn cell_width(&self, column: usize) -> usize {
        self.widths.get(column + 1).copied().unwrap_or(0)
    }
}

/// Returns the width of a text in terminal columns, at most [`WIDEST_CELL`].
fn width(text: &str) -> usize {
    // A shortcut for nearly all of what may be a million cells.
    let is_plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if is_plain { text.len().min(WIDEST_CELL) } else { columns(&visible_within(text, WIDEST_CELL)) }
}
