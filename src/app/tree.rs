//! The tree of the API: an arena of nodes that counts its own rows, and a cursor among them.
//!
//! Rows of a collection are not nodes. Each node knows how many rows it shows below itself, so a
//! page or a delta costs the way up to the root and not the tree.

pub mod node;
mod rows;
mod window;

use std::sync::Arc;

use crate::app::collection::{Change, Collection, RowKey};
use crate::k8s::names::Namespace;
use crate::k8s::table::{Delta, Page, Row};
use node::{Load, Node, NodeKind};

/// A node's place in the arena. Never used again for another node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(super) u32);

/// One row of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
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
    cursor: Place,
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
        Self { nodes: vec![Some(root)], cursor: Place::Node(ROOT), first: 0, height: 20 }
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
    pub fn cursor(&self) -> Place {
        self.cursor
    }

    /// The node of a place: its own, or that of the collection.
    #[must_use]
    pub fn node_of(place: Place) -> NodeId {
        match place {
            Place::Node(id) | Place::Row(id, _) | Place::More(id) => id,
        }
    }

    /// The collection that a place is in: of a row, a node below an opened row, or the node itself.
    #[must_use]
    pub fn collection_at(&self, place: Place) -> Option<NodeId> {
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
        self.keep_in_view();
    }

    /// Takes a node and all below it away; a cursor in there goes to `shelter`.
    fn remove_below(&mut self, id: NodeId, shelter: NodeId) {
        if self.is_within(self.cursor, id) {
            self.cursor = Place::Node(shelter);
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
    pub fn is_within(&self, place: Place, id: NodeId) -> bool {
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
    }

    /// Closes a node; a cursor below it moves to it.
    pub fn close(&mut self, id: NodeId) {
        if id != ROOT {
            if self.is_within(self.cursor, id) {
                self.cursor = Place::Node(id);
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

    /// Gives a node the first page of its collection. A collection that it had is replaced; the
    /// cursor and opened rows stay with their names.
    pub fn set_collection(&mut self, id: NodeId, collection: Collection) {
        let key = match self.cursor {
            Place::Row(at, _) if at == id => self.row_key(self.cursor),
            _ => None,
        };
        let Some(node) = self.get_mut(id) else { return };
        node.load = Load::Ready;
        let filter = node.collection.as_ref().and_then(|old| old.filter().map(str::to_owned));
        let old = node.collection.replace(collection);
        let opened = std::mem::take(&mut node.opened);
        if let Some(new) = &mut node.collection {
            new.set_filter(filter);
        }
        for (place, child) in opened {
            let key = old.as_ref().and_then(|old| old.rows().get(place)).map(RowKey::of);
            let place = key.and_then(|key| self.get(id)?.collection.as_ref()?.find(&key));
            match (place, self.get_mut(id)) {
                (Some(place), Some(node)) => node.opened.push((place, child)),
                _ => self.remove_below(child, id),
            }
        }
        if let Some(node) = self.get_mut(id) {
            node.opened.sort_unstable();
        }
        self.follow(id, key);
        self.recount(id);
        self.keep_in_view();
    }

    /// Puts the cursor back on the row of that key, or on the one that took its place.
    fn follow(&mut self, id: NodeId, key: Option<RowKey>) {
        let Place::Row(at, place) = self.cursor else { return };
        if at != id {
            return;
        }
        let Some(collection) = self.get(id).and_then(|node| node.collection.as_ref()) else {
            return;
        };
        let found = key.and_then(|key| collection.find(&key));
        let last = collection.rows().len().checked_sub(1);
        self.cursor = match found.or(last.map(|last| place.min(last))) {
            Some(place) => Place::Row(id, place),
            None => Place::Node(id),
        };
    }

    /// Adds the next page to a node's collection.
    pub fn add_page(&mut self, id: NodeId, page: Page) {
        let places = self.places_in(id);
        let Some(mut collection) = self.get_mut(id).and_then(|node| node.collection.take()) else {
            return;
        };
        let old = collection.keys_at(&places);
        let was_more = self.cursor == Place::More(id);
        let end = collection.shown();
        collection.add_page(page);
        let moved = |place: usize| {
            old.iter().find(|(at, _)| *at == place).and_then(|(_, key)| collection.find(key))
        };
        let cursor = match self.cursor {
            Place::Row(at, place) if at == id => moved(place).map(|place| Place::Row(id, place)),
            Place::More(_) if was_more => collection.place(end).map(|place| Place::Row(id, place)),
            _ => None,
        };
        if let Some(node) = self.get_mut(id) {
            for (place, _) in &mut node.opened {
                *place = moved(*place).unwrap_or(*place);
            }
            node.load = Load::Ready;
            node.collection = Some(collection);
        }
        self.cursor = cursor.unwrap_or(self.cursor);
        self.recount(id);
        self.settle(id);
        self.keep_in_view();
    }

    /// The places in a collection that something holds on to: the cursor and the opened rows.
    fn places_in(&self, id: NodeId) -> Vec<usize> {
        let cursor = match self.cursor {
            Place::Row(at, place) if at == id => Some(place),
            _ => None,
        };
        let opened = self.get(id).map(|node| node.opened.as_slice()).unwrap_or_default();
        cursor.into_iter().chain(opened.iter().map(|(place, _)| *place)).collect()
    }

    /// Applies the deltas of a watch, all at once.
    pub fn apply(&mut self, id: NodeId, deltas: impl IntoIterator<Item = Delta>) {
        for delta in deltas {
            let Some(collection) = self.get_mut(id).and_then(|node| node.collection.as_mut())
            else {
                return;
            };
            let change = collection.apply(delta);
            self.shift(id, change);
        }
        self.recount(id);
        self.settle(id);
        self.keep_in_view();
    }

    /// Puts rows that were asked for by name among those of the loaded pages.
    pub fn insert_rows(&mut self, id: NodeId, rows: Vec<Row>) {
        for row in rows {
            let Some(collection) = self.get_mut(id).and_then(|node| node.collection.as_mut())
            else {
                return;
            };
            let change = collection.insert(row);
            self.shift(id, change);
        }
        self.recount(id);
        self.keep_in_view();
    }

    /// Moves what holds on to rows behind an insertion or a removal.
    fn shift(&mut self, id: NodeId, change: Change) {
        let shifted = |place: usize| match change {
            Change::Inserted(at) if place >= at => place + 1,
            Change::Removed(at) if place > at => place - 1,
            _ => place,
        };
        if let Place::Row(at, place) = self.cursor
            && at == id
        {
            self.cursor = Place::Row(id, shifted(place));
        }
        let mut gone = None;
        if let Some(node) = self.get_mut(id) {
            if let Change::Removed(at) = change {
                gone = node.opened.iter().position(|(place, _)| *place == at);
            }
            let gone_child = gone.map(|at| node.opened.remove(at).1);
            for (place, _) in &mut node.opened {
                *place = shifted(*place);
            }
            if let Some(child) = gone_child {
                self.shelter_row(id, child, change);
            }
        }
    }

    /// The object of an opened row is gone: the cursor in it stays at the row's place.
    fn shelter_row(&mut self, id: NodeId, child: NodeId, change: Change) {
        let was_within = self.is_within(self.cursor, child);
        self.remove_below(child, id);
        if let (true, Change::Removed(at)) = (was_within, change) {
            self.cursor = Place::Row(id, at);
        }
    }

    /// A cursor on a row that is no more, or is hidden, goes to the nearest row that shows.
    fn settle(&mut self, id: NodeId) {
        let Some(node) = self.get(id) else { return };
        let Some(collection) = &node.collection else { return };
        match self.cursor {
            Place::Row(at, place) if at == id => {
                if place >= collection.rows().len() || !collection.passes(place) {
                    let position = collection.position(place);
                    let near = position.min(collection.shown().saturating_sub(1));
                    self.cursor =
                        collection.place(near).map_or(Place::Node(id), |p| Place::Row(id, p));
                }
                if let Place::Row(_, place) = self.cursor
                    && let Some(child) = self.get(id).and_then(|node| node.opened_at(place))
                {
                    self.cursor = Place::Node(child);
                }
            }
            Place::More(at) if at == id && !node.has_more() => {
                let last = collection.shown().checked_sub(1).and_then(|p| collection.place(p));
                self.cursor = last.map_or(Place::Node(id), |p| Place::Row(id, p));
            }
            _ => {}
        }
    }

    /// Makes a node of a row, so that it can be opened. A row that is one already keeps it.
    pub fn node_of_row(&mut self, id: NodeId, place: usize) -> Option<NodeId> {
        let node = self.get(id)?;
        if let Some(child) = node.opened_at(place) {
            return Some(child);
        }
        let path = self.object_path(Place::Row(id, place))?;
        let resource = Arc::clone(node.kind.resource()?);
        let child = self.allocate(id, NodeKind::Object { resource, path });
        let node = self.get_mut(id)?;
        let at = node.opened.partition_point(|(other, _)| *other < place);
        node.opened.insert(at, (place, child));
        if self.cursor == Place::Row(id, place) {
            self.cursor = Place::Node(child);
        }
        self.recount(id);
        Some(child)
    }

    /// Filters what a node shows: the rows of its collection, or else its children.
    pub fn set_filter(&mut self, id: NodeId, text: Option<&str>) {
        let Some(node) = self.get_mut(id) else { return };
        let text = text.filter(|text| !text.is_empty());
        if let Some(collection) = &mut node.collection {
            collection.set_filter(text.map(str::to_owned));
        }
        node.filter = text.map(str::to_lowercase);
        self.recount(id);
        self.settle(id);
        self.leave_hidden(id);
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
            self.cursor = Place::Node(id);
        }
    }

    /// The key of a collection's row.
    #[must_use]
    pub fn row_key(&self, place: Place) -> Option<RowKey> {
        let Place::Row(id, at) = place else { return None };
        self.get(id)?.collection.as_ref()?.rows().get(at).map(RowKey::of)
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
