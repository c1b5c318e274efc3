//! Scrolling: the rows in view, and the ancestors that stay pinned at the top.

use super::Tree;
use super::row_ref::{NodeId, RowRef};

impl Tree {
    /// Returns the position of the first row in view. Pinned ancestors cover the first rows of the view.
    #[must_use]
    pub fn first(&self) -> usize {
        self.first
    }

    /// Returns the height of the view in rows.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    /// Returns the rows in view. The first ones are covered if ancestors are pinned.
    pub fn window(&self) -> impl Iterator<Item = RowRef> + '_ {
        (self.first..self.first + self.height).map_while(|position| self.row_at(position))
    }

    /// Returns the ancestors pinned at the top, outermost first: the innermost of those that are
    /// scrolled out of view, on at most a third of the view.
    #[must_use]
    pub fn pinned(&self) -> Vec<NodeId> {
        self.pinned_from(self.first)
    }

    fn pinned_from(&self, first: usize) -> Vec<NodeId> {
        let most = self.height / 3;
        let mut pinned = Vec::new();
        // Each pinned row covers one more row, and the next row may have other ancestors.
        for covered in 0..=most {
            let Some(row) = self.row_at(first + covered) else { break };
            let mut ancestors = self.ancestors(row);
            ancestors.retain(|id| self.position(RowRef::Node(*id)) < first + covered);
            let surplus = ancestors.len().saturating_sub(most);
            ancestors.drain(..surplus);
            pinned = ancestors;
            if pinned.len() <= covered {
                break;
            }
        }
        pinned
    }

    /// Returns the nodes above a row, outermost first, without the root.
    #[must_use]
    pub fn ancestors(&self, row: RowRef) -> Vec<NodeId> {
        let mut ancestors = Vec::new();
        let mut at = self.parent(row);
        while let Some(id) = at {
            at = self.get(id).and_then(|node| node.parent);
            if at.is_some() {
                ancestors.push(id);
            }
        }
        ancestors.reverse();
        ancestors
    }

    /// Scrolls as little as possible to show the cursor below the pinned rows.
    pub(super) fn keep_in_view(&mut self) {
        let at = self.position(self.cursor);
        let last_first = self.len().saturating_sub(self.height);
        let mut first = self.first.min(last_first);
        if at >= first + self.height {
            first = at + 1 - self.height;
        }
        first = first.min(at);
        while first > 0 && at < first + self.pinned_from(first).len() {
            first -= 1;
        }
        self.first = first;
    }

    /// Scrolls so that a number of rows below the cursor are in view too, if there is room.
    pub fn show_below_cursor(&mut self, rows: usize) {
        let at = self.position(self.cursor);
        let last = at.saturating_add(rows).min(self.len() - 1);
        if last >= self.first + self.height {
            self.first = (last + 1 - self.height).min(at);
        }
        self.keep_in_view();
    }

    /// Scrolls to the rows that were loaded below a node, if the cursor is still on the node.
    pub(super) fn reveal(&mut self, id: NodeId) {
        match self.get(id) {
            Some(node) if node.open && self.cursor == RowRef::Node(id) => {
                self.show_below_cursor(node.below);
            }
            _ => self.keep_in_view(),
        }
    }

    /// Returns the row at a 0-based line of the view, which may be a pinned one.
    #[must_use]
    pub fn row_at_line(&self, line: usize) -> Option<RowRef> {
        match self.pinned().get(line) {
            Some(id) => Some(RowRef::Node(*id)),
            None => self.row_at(self.first + line),
        }
    }
}
