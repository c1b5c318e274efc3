//! The tree of the API: nodes in an arena, the rows that they show, and a cursor on one of them.
//!
//! The rows of a collection are not nodes. Each node counts the rows below itself, so a page or a delta
//! updates only the nodes up to the root.

pub mod collection;
mod collections;
mod marking;
pub mod marks;
pub mod node;
mod row_ref;
mod rows;
#[cfg(test)]
mod tests;
mod window;

use crate::k8s::names::Namespace;
use crate::object::health::Level;
use collection::{Collection, Filter, RowKey};
use node::{Load, Node, NodeKind};
pub use row_ref::{NodeId, ROOT, RowRef};

/// The tree, its cursor and the rows in view. The first row is the root's; its children are not
/// indented.
///
/// A position is the 0-based index of a row among all rows that the tree shows.
#[derive(Clone, Debug)]
pub struct Tree {
    nodes: Vec<Option<Node>>,
    cursor: RowRef,
    /// The position of the first row in view.
    first: usize,
    /// The height of the view in rows, at least 1.
    height: usize,
}

impl Default for Tree {
    fn default() -> Self {
        let root = Node { open: true, ..Node::new(None, NodeKind::Root) };
        Self { nodes: vec![Some(root)], cursor: RowRef::Node(ROOT), first: 0, height: 20 }
    }
}

impl Tree {
    /// Returns a node; `None` if it was removed.
    #[must_use]
    pub fn get(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0 as usize)?.as_ref()
    }

    fn get_mut(&mut self, id: NodeId) -> Option<&mut Node> {
        self.nodes.get_mut(id.0 as usize)?.as_mut()
    }

    /// Returns the ids of all nodes.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + '_ {
        (0u32..).zip(&self.nodes).filter(|(_, node)| node.is_some()).map(|(id, _)| NodeId(id))
    }

    /// Returns the row of the cursor.
    #[must_use]
    pub fn cursor(&self) -> RowRef {
        self.cursor
    }

    /// Returns the node of a row, or the node of its collection.
    #[must_use]
    pub fn node_of(row: RowRef) -> NodeId {
        row.node()
    }

    /// Returns the nearest node, from a row upwards, that has a collection.
    #[must_use]
    pub fn collection_at(&self, row: RowRef) -> Option<NodeId> {
        let mut id = Some(Self::node_of(row));
        while let Some(at) = id {
            let node = self.get(at)?;
            if node.collection.is_some() {
                return Some(at);
            }
            id = node.parent;
        }
        None
    }

    /// Appends a node to a parent's children.
    pub fn add(&mut self, parent: NodeId, kind: NodeKind) -> NodeId {
        let id = self.allocate(parent, kind);
        if let Some(parent) = self.get_mut(parent) {
            parent.children.push(id);
        }
        self.recount(parent);
        id
    }

    /// Appends a node to a parent's children, unless the parent has it already.
    pub fn add_once(&mut self, parent: NodeId, kind: NodeKind) {
        let children = self.get(parent).map(|node| node.children.as_slice()).unwrap_or_default();
        let is_same = |id: &NodeId| self.get(*id).is_some_and(|node| node.kind.is_same(&kind));
        if !children.iter().any(is_same) {
            self.add(parent, kind);
        }
    }

    fn allocate(&mut self, parent: NodeId, kind: NodeKind) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(Some(Node::new(Some(parent), kind)));
        id
    }

    /// Replaces the children of a node. Children that it has already keep their state and take the new
    /// description.
    pub fn set_children(&mut self, parent: NodeId, kinds: Vec<NodeKind>) {
        let Some(node) = self.get_mut(parent) else { return };
        node.load = Load::Ready;
        let mut old = std::mem::take(&mut node.children);
        let mut children = Vec::with_capacity(kinds.len());
        for kind in kinds {
            let known = old
                .iter()
                .position(|id| self.get(*id).is_some_and(|node| node.kind.is_same(&kind)));
            if let Some(at) = known {
                let id = old.remove(at);
                if let Some(node) = self.get_mut(id) {
                    node.kind = kind;
                }
                children.push(id);
            } else {
                children.push(self.allocate(parent, kind));
            }
        }
        if let Some(node) = self.get_mut(parent) {
            node.children = children;
        }
        for id in old {
            self.remove_below(id, parent);
        }
        self.recount(parent);
        self.reveal(parent);
    }

    /// Removes a node and everything below it. A cursor inside moves to `shelter`.
    fn remove_below(&mut self, id: NodeId, shelter: NodeId) {
        if self.is_within(self.cursor, id) {
            self.cursor = RowRef::Node(shelter);
        }
        let mut removed = vec![id];
        while let Some(id) = removed.pop() {
            if let Some(node) = self.nodes.get_mut(id.0 as usize).and_then(Option::take) {
                removed.extend(node.children);
                removed.extend(node.opened.into_iter().map(|(_, child)| child));
            }
        }
    }

    /// True if a row is the node's row or anywhere below it.
    #[must_use]
    pub fn is_within(&self, row: RowRef, id: NodeId) -> bool {
        let mut at = Some(Self::node_of(row));
        while let Some(node) = at {
            if node == id {
                return true;
            }
            at = self.get(node).and_then(|node| node.parent);
        }
        false
    }

    /// Turns a node into another kind: closed, not loaded, and with nothing below it.
    pub fn start_again(&mut self, id: NodeId, kind: NodeKind) {
        self.close(id);
        self.set_children(id, Vec::new());
        let parent = self.get(id).and_then(|node| node.parent);
        let opened = self.get_mut(id).map(|node| std::mem::take(&mut node.opened));
        for (_, child) in opened.into_iter().flatten() {
            self.remove_below(child, id);
        }
        if let Some(node) = self.get_mut(id) {
            *node = Node::new(parent, kind);
        }
        self.recount(id);
        self.keep_in_view();
    }

    /// Removes everything below the root.
    pub fn clear(&mut self) {
        *self = Self { height: self.height, ..Self::default() };
    }

    /// Opens a node: the rows below it are shown.
    pub fn open(&mut self, id: NodeId) {
        if let Some(node) = self.get_mut(id) {
            node.open = true;
        }
        self.recount(id);
        self.reveal(id);
    }

    /// Closes a node. A cursor below it moves to it. The root stays open.
    pub fn close(&mut self, id: NodeId) {
        if id != ROOT {
            if self.is_within(self.cursor, id) {
                self.cursor = RowRef::Node(id);
            }
            if let Some(node) = self.get_mut(id) {
                node.open = false;
            }
            self.recount(id);
        }
        self.keep_in_view();
    }

    /// Sets the load state of a node.
    pub fn set_load(&mut self, id: NodeId, load: Load) {
        if let Some(node) = self.get_mut(id) {
            node.load = load;
        }
    }

    /// Changes a node and counts its rows again.
    pub fn change(&mut self, id: NodeId, change: impl FnOnce(&mut Node)) {
        if let Some(node) = self.get_mut(id) {
            change(node);
        }
        self.recount(id);
    }

    /// Filters the rows of a node's collection, or its children if it has no collection.
    pub fn set_filter(&mut self, id: NodeId, filter: Option<Filter>) {
        let Some(node) = self.get_mut(id) else { return };
        if let Some(collection) = &mut node.collection {
            collection.set_filter(filter.clone());
        }
        node.filter = filter;
        self.recount(id);
        self.settle(id);
        self.leave_hidden(id);
        self.keep_in_view();
    }

    /// Shows only the rows of a collection that need attention, or all.
    pub fn show_needing(&mut self, id: NodeId, only: bool) {
        let Some(node) = self.get_mut(id) else { return };
        if let Some(collection) = &mut node.collection {
            collection.show_needing(only);
        }
        self.recount(id);
        self.settle(id);
        self.leave_hidden(id);
        self.keep_in_view();
    }

    /// Changes the order or the columns of a collection. The cursor stays on its row.
    pub fn rearrange(&mut self, id: NodeId, change: impl FnOnce(&mut Collection)) {
        if let Some(collection) = self.get_mut(id).and_then(|node| node.collection.as_mut()) {
            change(collection);
        }
        self.keep_in_view();
    }

    /// Moves a cursor below a child that the filter hides to the filtered node.
    fn leave_hidden(&mut self, id: NodeId) {
        let hidden = self.get(id).is_some_and(|node| {
            node.children
                .iter()
                .any(|child| !self.shows_child(node, *child) && self.is_within(self.cursor, *child))
                || node.opened.iter().any(|(index, child)| {
                    node.collection.as_ref().is_some_and(|c| !c.passes(*index))
                        && self.is_within(self.cursor, *child)
                })
        });
        if hidden {
            self.cursor = RowRef::Node(id);
        }
    }

    /// Removes the filters of all nodes around the cursor if they hide its row.
    pub fn unhide_cursor(&mut self) {
        if self.row_at(self.position(self.cursor)) == Some(self.cursor) {
            return;
        }
        let mut at = Some(Self::node_of(self.cursor));
        while let Some(id) = at {
            let is_reduced = |node: &Node| {
                let rows = node.collection.as_ref();
                node.filter.is_some() || rows.is_some_and(Collection::is_reduced)
            };
            if self.get(id).is_some_and(is_reduced) {
                let cursor = self.cursor;
                self.show_needing(id, false);
                self.set_filter(id, None);
                self.cursor = cursor;
            }
            at = self.get(id).and_then(|node| node.parent);
        }
        self.keep_in_view();
    }

    /// Returns the key of a collection's row.
    #[must_use]
    pub fn row_key(&self, row: RowRef) -> Option<RowKey> {
        let RowRef::Row(id, at) = row else { return None };
        self.get(id)?.collection.as_ref()?.rows().get(at).map(RowKey::of)
    }

    /// Returns the node of a collection and the index of one of its rows, opened or not.
    #[must_use]
    pub fn in_collection(&self, row: RowRef) -> Option<(NodeId, usize)> {
        match row {
            RowRef::Row(id, at) => Some((id, at)),
            RowRef::Node(child) => {
                let parent = self.get(child)?.parent?;
                let opened = &self.get(parent)?.opened;
                Some((parent, opened.iter().find(|(_, node)| *node == child)?.0))
            }
            RowRef::More(_) => None,
        }
    }

    /// Notes the level of the object at a row in its collection.
    pub fn set_level(&mut self, row: RowRef, level: Level) {
        let Some((id, at)) = self.in_collection(row) else { return };
        self.change(id, |node| {
            let Some(collection) = &mut node.collection else { return };
            if let Some(key) = collection.rows().get(at).map(RowKey::of) {
                collection.set_read(key, level);
            }
        });
    }

    /// Returns the child of the root that is of this kind.
    #[must_use]
    pub fn top(&self, kind: &NodeKind) -> Option<NodeId> {
        let root = self.get(ROOT)?;
        root.children
            .iter()
            .copied()
            .find(|id| self.get(*id).is_some_and(|node| node.kind == *kind))
    }

    /// Marks the rows of all collections as possibly out of date.
    pub fn mark_old(&mut self) {
        for node in self.nodes.iter_mut().flatten().filter(|node| node.collection.is_some()) {
            node.old = true;
        }
    }

    /// Returns the child of a node that is the collection of a namespace.
    #[must_use]
    pub fn namespace_child(&self, id: NodeId, namespace: &Namespace) -> Option<NodeId> {
        self.get(id)?.children.iter().copied().find(|child| {
            matches!(self.get(*child).map(|node| &node.kind),
                Some(NodeKind::Namespace { namespace: other, .. }) if other == namespace)
        })
    }
}
