//! How wide the columns of a collection are: as the widest of what was loaded so far.

use crate::k8s::table::Row;
use crate::text::{columns, visible_within};

use super::Collection;

/// Cells are cut to this many columns.
pub const WIDEST_CELL: usize = 200;

impl Collection {
    pub(super) fn measure(&mut self, row: &Row) {
        let namespace = row.namespace.as_ref().map_or(0, |namespace| width(namespace.as_str()));
        self.namespace_width = self.namespace_width.max(namespace);
        let texts = std::iter::once(row.name()).chain(row.cells());
        for (index, text) in texts.enumerate() {
            let width = width(text);
            match self.widths.get_mut(index) {
                Some(widest) => *widest = width.max(*widest),
                None => self.widths.push(width),
            }
        }
    }

    /// The widest name so far, in columns of the terminal.
    #[must_use]
    pub fn name_width(&self) -> usize {
        self.widths.first().copied().unwrap_or(0)
    }

    /// The widest namespace so far; 0 where the rows do not tell theirs.
    #[must_use]
    pub fn namespace_width(&self) -> usize {
        self.namespace_width
    }

    /// The widest cell of that column so far.
    #[must_use]
    pub fn cell_width(&self, column: usize) -> usize {
        self.widths.get(column + 1).copied().unwrap_or(0)
    }
}

/// The columns that a text takes on the screen.
fn width(text: &str) -> usize {
    // Nearly all are of this kind, and there may be a million.
    let is_plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if is_plain { text.len().min(WIDEST_CELL) } else { columns(&visible_within(text, WIDEST_CELL)) }
}
