//! The tree of the API: an arena of nodes that counts its own rows, and a cursor among them.
//!
//! Rows of a collection are not nodes. Each node knows how many rows it shows below itself, so a
//! page or a delta costs the way up to the root and not the tree.

pub mod collection;
mod collections;
pub mod marks;
pub mod node;
mod rows;
#[cfg(test)]
mod tests;
mod window;

use crate::k8s::names::Namespace;
use collection::{Collection, Filter, RowKey};
use node::{Load, Node, NodeKind};

/// A node's place in the arena. Never used again for another node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(super) u32);

/// One row of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowRef {
    /// A node's own row.
    Node(NodeId),
    /// A row of a collection that was not opened, by its place among all loaded rows.
    Row(NodeId, usize),
    /// The last row of a collection: it loads the next page.
    More(NodeId),
}

/// The tree and its cursor. The root's row is the first, and its children are not indented below it.
#[derive(Clone, Debug)]
pub struct Tree {
    nodes: Vec<Option<Node>>,
    cursor: RowRef,
    /// The position of the first row in view.
    first: usize,
    /// How many rows are in view.
    height: usize,
}

/// The root's id.
pub const ROOT: NodeId = NodeId(0);

impl Default for Tree {
    fn default() -> Self {
        let root = Node { open: true, ..Node::new(None, NodeKind::Root) };
        Self { nodes: vec![Some(root)], cursor: RowRef::Node(ROOT), first: 0, height: 20 }
    }
}

impl Tree {
    /// A node, unless it is gone.
    #[must_use]
    pub fn get(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0 as usize)?.as_ref()
    }

    fn get_mut(&mut self, id: NodeId) -> Option<&mut Node> {
        self.nodes.get_mut(id.0 as usize)?.as_mut()
    }

    /// All nodes that there are.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + '_ {
        (0u32..).zip(&self.nodes).filter(|(_, node)| node.is_some()).map(|(id, _)| NodeId(id))
    }

    /// The row that the cursor is on.
    #[must_use]
    pub fn cursor(&self) -> RowRef {
        self.cursor
    }

    /// The node of a place: its own, or that of the collection.
    #[must_use]
    pub fn node_of(place: RowRef) -> NodeId {
        match place {
            RowRef::Node(id) | RowRef::Row(id, _) | RowRef::More(id) => id,
        }
    }

    /// The collection that a place is in: of a row, a node below an opened row, or the node itself.
    #[must_use]
    pub fn collection_at(&self, place: RowRef) -> Option<NodeId> {
        let mut id = Some(Self::node_of(place));
        while let Some(at) = id {
            let node = self.get(at)?;
            if node.collection.is_some() {
                return Some(at);
            }
            id = node.parent;
        }
        None
    }

    /// Adds a node at the end of a parent's children.
    pub fn add(&mut self, parent: NodeId, kind: NodeKind) -> NodeId {
        let id = self.allocate(parent, kind);
        if let Some(parent) = self.get_mut(parent) {
            parent.children.push(id);
        }
        self.recount(parent);
        id
    }

    /// Adds a node, unless the parent has it.
    pub fn add_once(&mut self, parent: NodeId, kind: NodeKind) {
        let children = self.get(parent).map(|node| node.children.as_slice()).unwrap_or_default();
        let is_it = |id: &NodeId| self.get(*id).is_some_and(|node| node.kind.is_same(&kind));
        if !children.iter().any(is_it) {
            self.add(parent, kind);
        }
    }

    fn allocate(&mut self, parent: NodeId, kind: NodeKind) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(Some(Node::new(Some(parent), kind)));
        id
    }

    /// Gives a parent exactly these children: those that it has already keep their own state and
    /// get the new description, new ones come in, the others go.
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

    /// Takes a node and all below it away; a cursor in there goes to `shelter`.
    fn remove_below(&mut self, id: NodeId, shelter: NodeId) {
        if self.is_within(self.cursor, id) {
            self.cursor = RowRef::Node(shelter);
        }
        let mut gone = vec![id];
        while let Some(id) = gone.pop() {
            if let Some(node) = self.nodes.get_mut(id.0 as usize).and_then(Option::take) {
                gone.extend(node.children);
                gone.extend(node.opened.into_iter().map(|(_, child)| child));
            }
        }
    }

    /// Whether a place is the node's row or anywhere below it.
    #[must_use]
    pub fn is_within(&self, place: RowRef, id: NodeId) -> bool {
        let mut at = Some(Self::node_of(place));
        while let Some(node) = at {
            if node == id {
                return true;
            }
            at = self.get(node).and_then(|node| node.parent);
        }
        false
    }

    /// Makes a node something else, closed and not asked yet.
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

    /// Forgets everything below the root.
    pub fn clear(&mut self) {
        *self = Self { height: self.height, ..Self::default() };
    }

    /// Opens a node; what it has shows.
    pub fn open(&mut self, id: NodeId) {
        if let Some(node) = self.get_mut(id) {
            node.open = true;
        }
        self.recount(id);
        self.reveal(id);
    }

    /// Closes a node; a cursor below it moves to it.
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

    /// Notes how loading a node's children stands.
    pub fn set_load(&mut self, id: NodeId, load: Load) {
        if let Some(node) = self.get_mut(id) {
            node.load = load;
        }
    }

    /// Changes what is told of a node without touching its rows.
    pub fn change(&mut self, id: NodeId, change: impl FnOnce(&mut Node)) {
        if let Some(node) = self.get_mut(id) {
            change(node);
        }
        self.recount(id);
    }

    /// Filters what a node shows: the rows of its collection, or else its children.
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

    /// Shows a collection otherwise: in another order, with other columns. The cursor keeps its row.
    pub fn rearrange(&mut self, id: NodeId, change: impl FnOnce(&mut Collection)) {
        if let Some(collection) = self.get_mut(id).and_then(|node| node.collection.as_mut()) {
            change(collection);
        }
        self.keep_in_view();
    }

    /// A cursor below a child that the filter hides goes up to the filtered node.
    fn leave_hidden(&mut self, id: NodeId) {
        let hidden = self.get(id).is_some_and(|node| {
            node.children
                .iter()
                .any(|child| !self.shows_child(node, *child) && self.is_within(self.cursor, *child))
                || node.opened.iter().any(|(place, child)| {
                    node.collection.as_ref().is_some_and(|c| !c.passes(*place))
                        && self.is_within(self.cursor, *child)
                })
        });
        if hidden {
            self.cursor = RowRef::Node(id);
        }
    }

    /// Takes away the filters around the cursor where one of them hides its row.
    pub fn unhide_cursor(&mut self) {
        if self.place_at(self.position(self.cursor)) == Some(self.cursor) {
            return;
        }
        let mut at = Some(Self::node_of(self.cursor));
        while let Some(id) = at {
            if self.get(id).is_some_and(|node| node.filter.is_some()) {
                let cursor = self.cursor;
                self.set_filter(id, None);
                self.cursor = cursor;
            }
            at = self.get(id).and_then(|node| node.parent);
        }
        self.keep_in_view();
    }

    /// The key of a collection's row.
    #[must_use]
    pub fn row_key(&self, place: RowRef) -> Option<RowKey> {
        let RowRef::Row(id, at) = place else { return None };
        self.get(id)?.collection.as_ref()?.rows().get(at).map(RowKey::of)
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

    /// Notes that the rows of all collections may be out of date.
    pub fn mark_old(&mut self) {
        for node in self.nodes.iter_mut().flatten().filter(|node| node.collection.is_some()) {
            node.old = true;
        }
    }

    /// The namespaces among a node's children.
    #[must_use]
    pub fn namespace_child(&self, id: NodeId, namespace: &Namespace) -> Option<NodeId> {
        self.get(id)?.children.iter().copied().find(|child| {
            matches!(self.get(*child).map(|node| &node.kind),
                Some(NodeKind::Namespace { namespace: other, .. }) if other == namespace)
        })
    }
}
