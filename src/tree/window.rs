//! The rows in view: which is the first, and which ancestors stay pinned above it.

use super::{NodeId, RowRef, Tree};

impl Tree {
    /// The position of the first row in view; the pinned ancestors cover the first rows from there.
    #[must_use]
    pub fn first(&self) -> usize {
        self.first
    }

    /// How many rows are in view.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    /// The rows in view, the first ones hidden where ancestors are pinned.
    pub fn window(&self) -> impl Iterator<Item = RowRef> + '_ {
        (self.first..self.first + self.height).map_while(|position| self.place_at(position))
    }

    /// The ancestors pinned at the top, outermost first: at most a third of the view, the innermost
    /// of those that scrolled away.
    #[must_use]
    pub fn pinned(&self) -> Vec<NodeId> {
        self.pinned_from(self.first)
    }

    fn pinned_from(&self, first: usize) -> Vec<NodeId> {
        let most = self.height / 3;
        let mut pinned = Vec::new();
        // Each pinned row hides one more, whose ancestors may be others.
        for covered in 0..=most {
            let Some(place) = self.place_at(first + covered) else { break };
            let mut ancestors = self.ancestors(place);
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

    /// The nodes above a row, outermost first, without the root, whose row indents nothing.
    #[must_use]
    pub fn ancestors(&self, place: RowRef) -> Vec<NodeId> {
        let mut ancestors = Vec::new();
        let mut at = self.parent(place);
        while let Some(id) = at {
            at = self.get(id).and_then(|node| node.parent);
            if at.is_some() {
                ancestors.push(id);
            }
        }
        ancestors.reverse();
        ancestors
    }

    /// Moves the window as little as it takes to show the cursor, below what is pinned.
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

    /// Moves the window so that this many rows below the cursor are in view too, as far as there is
    /// room for them.
    pub fn show_below_cursor(&mut self, rows: usize) {
        let at = self.position(self.cursor);
        let last = at.saturating_add(rows).min(self.len() - 1);
        if last >= self.first + self.height {
            self.first = (last + 1 - self.height).min(at);
        }
        self.keep_in_view();
    }

    /// What came below a node shows, if the cursor is on it: that is what was waited for.
    pub(super) fn reveal(&mut self, id: NodeId) {
        match self.get(id) {
            Some(node) if node.open && self.cursor == RowRef::Node(id) => {
                self.show_below_cursor(node.below);
            }
            _ => self.keep_in_view(),
        }
    }

    /// The row at a line of the view, pinned ones included.
    #[must_use]
    pub fn place_at_line(&self, line: usize) -> Option<RowRef> {
        match self.pinned().get(line) {
            Some(id) => Some(RowRef::Node(*id)),
            None => self.place_at(self.first + line),
        }
    }
}
