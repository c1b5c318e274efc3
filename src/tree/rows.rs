//! Counting rows, finding them by position, and moving the cursor.

use super::Tree;
use super::node::{Node, NodeKind};
use super::row_ref::{NodeId, ROOT, RowRef};
use crate::k8s::path::{ApiPath, ObjectPath};

impl Tree {
    /// Returns the number of rows that the tree shows.
    #[must_use]
    pub fn len(&self) -> usize {
        1 + self.below(ROOT)
    }

    /// Returns false: a tree always shows its root.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        false
    }

    fn below(&self, id: NodeId) -> usize {
        self.get(id).map_or(0, |node| if node.open { node.below } else { 0 })
    }

    /// Counts the rows of a node again, and those of all nodes above it.
    pub(super) fn recount(&mut self, id: NodeId) {
        let mut at = Some(id);
        while let Some(id) = at {
            let Some(node) = self.get(id) else { return };
            let mut children = 0;
            let shown = node.children.iter().filter(|child| self.shows_child(node, **child));
            let shown: Vec<(NodeId, usize)> = shown
                .map(|child| {
                    children += 1 + self.below(*child);
                    (*child, children)
                })
                .collect();
            let rows = node.collection.as_ref().map_or(0, |collection| {
                let opened = node.opened.iter().filter(|(index, _)| collection.passes(*index));
                collection.shown() + opened.map(|(_, child)| self.below(*child)).sum::<usize>()
            });
            let below = children + rows + usize::from(node.has_more());
            at = node.parent;
            if let Some(node) = self.get_mut(id) {
                node.below = below;
                node.shown = shown;
            }
        }
    }

    /// True if a child passes its parent's filter.
    pub(super) fn shows_child(&self, parent: &Node, child: NodeId) -> bool {
        match (&parent.filter, self.get(child)) {
            (Some(filter), Some(child)) if parent.collection.is_none() => {
                let label = child.kind.label();
                filter.passes_any(std::iter::once(&*label).chain(child.kind.aliases()))
            }
            (_, child) => child.is_some(),
        }
    }

    /// Returns the row at a position; the root's row is at 0.
    #[must_use]
    pub fn row_at(&self, position: usize) -> Option<RowRef> {
        let mut id = ROOT;
        let mut left = position;
        loop {
            if left == 0 {
                return Some(RowRef::Node(id));
            }
            left -= 1;
            let node = self.get(id).filter(|node| node.open)?;
            match self.below_at(id, node, &mut left)? {
                RowRef::Node(child) => id = child,
                row => return Some(row),
            }
        }
    }

    /// Returns the row that is `left` rows after the first row below a node. If it is below a child,
    /// returns the child and reduces `left` to the rows from the child's own row.
    fn below_at(&self, id: NodeId, node: &Node, left: &mut usize) -> Option<RowRef> {
        if let Some(collection) = &node.collection {
            let mut passed = 0;
            for (position, child) in node.opened_shown() {
                let before = position - passed;
                if *left < before {
                    return Some(RowRef::Row(id, collection.index_at(passed + *left)?));
                }
                *left -= before;
                passed += before + 1;
                let rows = 1 + self.below(child);
                if *left < rows {
                    return Some(RowRef::Node(child));
                }
                *left -= rows;
            }
            let rest = collection.shown() - passed;
            if *left < rest {
                return Some(RowRef::Row(id, collection.index_at(passed + *left)?));
            }
            *left -= rest;
            if node.has_more() {
                if *left == 0 {
                    return Some(RowRef::More(id));
                }
                *left -= 1;
            }
        }
        let at = node.shown.partition_point(|(_, rows)| *rows <= *left);
        let (child, _) = node.shown.get(at)?;
        *left -= before(node, at);
        Some(RowRef::Node(*child))
    }

    /// Returns the position of a row that is shown.
    #[must_use]
    pub fn position(&self, row: RowRef) -> usize {
        let (mut id, mut position) = match row {
            RowRef::Node(id) => (id, 0),
            RowRef::Row(id, at) => (id, 1 + self.rows_before(id, at)),
            RowRef::More(id) => (id, 1 + self.rows_before(id, usize::MAX)),
        };
        while let Some(node) = self.get(id) {
            let Some(parent_id) = node.parent else { break };
            let Some(parent) = self.get(parent_id) else { break };
            let opened = parent.opened.iter().find(|(_, child)| *child == id);
            position += 1 + if let Some((at, _)) = opened {
                self.rows_before(parent_id, *at)
            } else {
                // A hidden child is placed after all that are shown.
                let at = parent.shown.iter().position(|(child, _)| *child == id);
                self.rows_before(parent_id, usize::MAX)
                    + usize::from(parent.has_more())
                    + before(parent, at.unwrap_or(parent.shown.len()))
            };
            id = parent_id;
        }
        position
    }

    /// Returns the number of rows that a collection shows before the row at an index, including the
    /// rows below opened ones.
    fn rows_before(&self, id: NodeId, at: usize) -> usize {
        let Some(node) = self.get(id) else { return 0 };
        let Some(collection) = &node.collection else { return 0 };
        let rows = if at == usize::MAX { collection.shown() } else { collection.position(at) };
        let before = node.opened_shown().into_iter().take_while(|(position, _)| *position < rows);
        let below: usize = before.map(|(_, child)| self.below(child)).sum();
        rows + below
    }

    /// Returns the indentation of a row, in levels.
    #[must_use]
    pub fn depth(&self, row: RowRef) -> usize {
        let mut depth = usize::from(!matches!(row, RowRef::Node(_)));
        let mut id = Self::node_of(row);
        while let Some(parent) = self.get(id).and_then(|node| node.parent) {
            depth += usize::from(parent != ROOT);
            id = parent;
        }
        depth
    }

    /// Returns the node above a row; `None` for the root.
    #[must_use]
    pub fn parent(&self, row: RowRef) -> Option<NodeId> {
        match row {
            RowRef::Node(id) => self.get(id)?.parent,
            RowRef::Row(id, _) | RowRef::More(id) => Some(id),
        }
    }

    /// Moves the cursor to a row, which must be shown.
    pub fn select(&mut self, row: RowRef) {
        self.cursor = match row {
            RowRef::Row(id, at) => {
                self.get(id).and_then(|node| node.opened_at(at)).map_or(row, RowRef::Node)
            }
            row => row,
        };
        self.keep_in_view();
    }

    /// Moves the cursor down by a number of rows, or up by a negative number, at most to the last or
    /// the first row.
    pub fn move_by(&mut self, rows: isize) {
        let last = self.len() - 1;
        let to = self.position(self.cursor).saturating_add_signed(rows).min(last);
        if let Some(row) = self.row_at(to) {
            self.cursor = row;
        }
        self.keep_in_view();
    }

    /// Moves the cursor to the node above its row.
    pub fn go_up(&mut self) {
        if let Some(parent) = self.parent(self.cursor) {
            self.cursor = RowRef::Node(parent);
            self.keep_in_view();
        }
    }

    /// Returns the API path of a row.
    #[must_use]
    pub fn path(&self, row: RowRef) -> Option<ApiPath> {
        match row {
            RowRef::Node(id) => self.get(id)?.kind.path(),
            RowRef::Row(..) => self.object_path(row).map(ApiPath::Object),
            RowRef::More(_) => None,
        }
    }

    /// Returns the path of the object of a collection's row.
    #[must_use]
    pub fn object_path(&self, row: RowRef) -> Option<ObjectPath> {
        let RowRef::Row(id, index) = row else { return None };
        let node = self.get(id)?;
        let row = node.collection.as_ref()?.rows().get(index)?;
        let ApiPath::Collection { gvr, namespace } = node.kind.path()? else { return None };
        let namespace = namespace.or_else(|| row.namespace.clone());
        Some(ObjectPath { gvr, namespace, name: row.name().into() })
    }

    /// Returns the path of a row's object, whether the row was opened or not.
    #[must_use]
    pub fn object_at(&self, row: RowRef) -> Option<ObjectPath> {
        match row {
            RowRef::Node(id) => match &self.get(id)?.kind {
                NodeKind::Object { path, .. } => Some(path.clone()),
                _ => None,
            },
            _ => self.object_path(row),
        }
    }

    /// Sets the height of the view in rows and scrolls to the cursor.
    pub fn set_height(&mut self, height: usize) {
        self.height = height.max(1);
        self.keep_in_view();
    }
}

/// Returns the number of rows of the children before the one at an index among those that are shown.
fn before(node: &Node, at: usize) -> usize {
    at.checked_sub(1).and_then(|at| node.shown.get(at)).map_or(0, |(_, rows)| *rows)
}
