//! Folding and unfolding.

use super::DocumentPane;

impl DocumentPane {
    /// Folds the innermost node that begins on the cursor's line and is not folded. If there is none, folds
    /// the innermost node around it and moves the cursor there.
    pub fn fold(&mut self) {
        let Some(document) = self.document.clone() else { return };
        let format = self.format();
        let here = document.foldable(format, self.cursor);
        let around = document.node_at(format, self.cursor).into_iter();
        let around = around.flat_map(|node| document.ancestors(node));
        let can = |n: &u32| document.can_fold(format, *n) && !self.folds.nodes.contains(n);
        if let Some(node) = here.iter().copied().chain(around).find(can) {
            self.folds.nodes.insert(node);
            self.refold();
        }
    }

    /// Unfolds the outermost folded node on the cursor's line.
    pub fn unfold(&mut self) {
        if let Some(node) = self.folded_on(self.cursor) {
            self.folds.nodes.remove(&node);
            self.refold();
        }
    }

    /// Unfolds the cursor's line, or folds it if nothing is folded on it.
    pub fn toggle_fold(&mut self) {
        if self.folded_on(self.cursor).is_some() { self.unfold() } else { self.fold() }
    }

    /// True if something begins on the cursor's line that can be folded, or is.
    #[must_use]
    pub fn can_fold_line(&self) -> bool {
        let document = self.document.as_deref();
        document.is_some_and(|it| !it.foldable(self.format(), self.cursor).is_empty())
    }

    /// Folds every map and list below the root.
    pub fn fold_all(&mut self) {
        let Some(document) = self.document.clone() else { return };
        self.folds.nodes = document.containers().chain(document.noise()).collect();
        self.refold();
    }

    /// Unfolds everything.
    pub fn unfold_all(&mut self) {
        self.folds.nodes.clear();
        self.refold();
    }

    /// Returns the outermost folded node on a line.
    pub(super) fn folded_on(&self, line: u32) -> Option<u32> {
        if self.folds.nodes.is_empty() {
            return None;
        }
        let document = self.document.as_deref()?;
        let here = document.foldable(self.format(), line);
        here.into_iter().rev().find(|node| self.folds.nodes.contains(node))
    }

    /// Unfolds the nodes around a node, and with `whole` the node itself. Returns true if one was folded.
    pub(super) fn reveal(&mut self, node: u32, whole: bool) -> bool {
        let Some(document) = self.document.clone() else { return false };
        let mut changed = whole && self.folds.nodes.remove(&node);
        for around in document.ancestors(node) {
            changed |= self.folds.nodes.remove(&around);
        }
        if changed {
            self.folds.update(&document, self.format());
        }
        changed
    }

    fn refold(&mut self) {
        let Some(document) = self.document.clone() else { return };
        let line = self.cursor;
        let node = document.node_at(self.format(), line);
        self.folds.update(&document, self.format());
        // From a hidden line of a block or a container, the cursor moves to its first line.
        let hidden = self.folds.line(self.folds.row(line)) != line;
        if let Some(node) = node.filter(|_| hidden) {
            self.cursor = document.line_of(self.format(), node);
        }
        self.clamp();
        self.follow();
        self.search_again();
    }
}
