//! Counting rows, finding them by position, and moving among them.

use super::node::{Node, NodeKind};
use super::{NodeId, ROOT, RowRef, Tree};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::text::visible_within;

/// Labels are no wider than this.
const WIDEST: usize = 200;

impl Tree {
    /// How many rows the tree shows.
    #[must_use]
    pub fn len(&self) -> usize {
        1 + self.below(ROOT)
    }

    /// A tree always shows its root.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        false
    }

    fn below(&self, id: NodeId) -> usize {
        self.get(id).map_or(0, |node| if node.open { node.below } else { 0 })
    }

    /// Counts a node's rows again and carries the difference up to the root.
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
                let opened = node.opened.iter().filter(|(place, _)| collection.passes(*place));
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

    /// Whether a child passes its parent's filter.
    pub(super) fn shows_child(&self, parent: &Node, child: NodeId) -> bool {
        match (&parent.filter, self.get(child)) {
            (Some(filter), Some(child)) if parent.collection.is_none() => {
                let label = child.kind.label();
                filter.passes_any(std::iter::once(&*label).chain(child.kind.aliases()))
            }
            (_, child) => child.is_some(),
        }
    }

    /// The row at a position, counted from the root's row.
    #[must_use]
    pub fn place_at(&self, position: usize) -> Option<RowRef> {
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
                place => return Some(place),
            }
        }
    }

    /// The row at `left` below a node's own, or the child that holds it, `left` then counting from
    /// the child's own row.
    fn below_at(&self, id: NodeId, node: &Node, left: &mut usize) -> Option<RowRef> {
        if let Some(collection) = &node.collection {
            let mut passed = 0;
            for (position, child) in node.opened_shown() {
                let before = position - passed;
                if *left < before {
                    return Some(RowRef::Row(id, collection.place(passed + *left)?));
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
                return Some(RowRef::Row(id, collection.place(passed + *left)?));
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

    /// The position of a row that shows.
    #[must_use]
    pub fn position(&self, place: RowRef) -> usize {
        let (mut id, mut position) = match place {
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
                // One that is hidden stands behind all that show.
                let at = parent.shown.iter().position(|(child, _)| *child == id);
                self.rows_before(parent_id, usize::MAX)
                    + usize::from(parent.has_more())
                    + before(parent, at.unwrap_or(parent.shown.len()))
            };
            id = parent_id;
        }
        position
    }

    /// How many rows of a collection show before the place `at`, opened ones with all below them.
    fn rows_before(&self, id: NodeId, at: usize) -> usize {
        let Some(node) = self.get(id) else { return 0 };
        let Some(collection) = &node.collection else { return 0 };
        let rows = if at == usize::MAX { collection.shown() } else { collection.position(at) };
        let before = node.opened_shown().into_iter().take_while(|(position, _)| *position < rows);
        let below: usize = before.map(|(_, child)| self.below(child)).sum();
        rows + below
    }

    /// How deep a row is indented.
    #[must_use]
    pub fn depth(&self, place: RowRef) -> usize {
        let mut depth = usize::from(!matches!(place, RowRef::Node(_)));
        let mut id = Self::node_of(place);
        while let Some(parent) = self.get(id).and_then(|node| node.parent) {
            depth += usize::from(parent != ROOT);
            id = parent;
        }
        depth
    }

    /// The node above a row.
    #[must_use]
    pub fn parent(&self, place: RowRef) -> Option<NodeId> {
        match place {
            RowRef::Node(id) => self.get(id)?.parent,
            RowRef::Row(id, _) | RowRef::More(id) => Some(id),
        }
    }

    /// Puts the cursor on a row, which must show.
    pub fn select(&mut self, place: RowRef) {
        self.cursor = match place {
            RowRef::Row(id, at) => {
                self.get(id).and_then(|node| node.opened_at(at)).map_or(place, RowRef::Node)
            }
            place => place,
        };
        self.keep_in_view();
    }

    /// Moves the cursor by some rows, up to the first or the last.
    pub fn move_by(&mut self, rows: isize) {
        let last = self.len() - 1;
        let to = self.position(self.cursor).saturating_add_signed(rows).min(last);
        if let Some(place) = self.place_at(to) {
            self.cursor = place;
        }
        self.keep_in_view();
    }

    /// Goes from a row to the one above it in the hierarchy.
    pub fn go_up(&mut self) {
        if let Some(parent) = self.parent(self.cursor) {
            self.cursor = RowRef::Node(parent);
            self.keep_in_view();
        }
    }

    /// The path of a row's answer.
    #[must_use]
    pub fn path(&self, place: RowRef) -> Option<ApiPath> {
        match place {
            RowRef::Node(id) => self.get(id)?.kind.path(),
            RowRef::Row(..) => self.object_path(place).map(ApiPath::Object),
            RowRef::More(_) => None,
        }
    }

    /// Where the object of a collection's row is.
    #[must_use]
    pub fn object_path(&self, place: RowRef) -> Option<ObjectPath> {
        let RowRef::Row(id, at) = place else { return None };
        let node = self.get(id)?;
        let row = node.collection.as_ref()?.rows().get(at)?;
        let ApiPath::Collection { gvr, namespace } = node.kind.path()? else { return None };
        let namespace = namespace.or_else(|| row.namespace.clone());
        Some(ObjectPath { gvr, namespace, name: row.name().into() })
    }

    /// The object that a row is of, whether it was opened or not.
    #[must_use]
    pub fn object_at(&self, place: RowRef) -> Option<ObjectPath> {
        match place {
            RowRef::Node(id) => match &self.get(id)?.kind {
                NodeKind::Object { path, .. } => Some(path.clone()),
                _ => None,
            },
            _ => self.object_path(place),
        }
    }

    /// How many rows are in view; the window moves so that the cursor is among them.
    pub fn set_height(&mut self, height: usize) {
        self.height = height.max(1);
        self.keep_in_view();
    }
}

/// How many rows there are of the children before the one at that place among those that show.
fn before(node: &Node, at: usize) -> usize {
    at.checked_sub(1).and_then(|at| node.shown.get(at)).map_or(0, |(_, rows)| *rows)
}

impl NodeKind {
    /// What the node's row is called, safe to show.
    #[must_use]
    pub fn label(&self) -> String {
        let text = match self {
            Self::AllNamespaces(_) => "all namespaces".to_owned(),
            Self::OtherNamespaces(_) => "other namespaces".to_owned(),
            Self::TypeNamespace(_) => "another namespace…".to_owned(),
            Self::Resource { resource, .. } => resource.gvr.resource.to_string(),
            Self::ThisPod(name) | Self::ContainerLog { name, .. } => name.to_string(),
            Self::NonResource { path, .. } => path.rsplit('/').next().unwrap_or("").to_owned(),
            kind => kind.path().map(|path| path.last_segment()).unwrap_or_default(),
        };
        visible_within(&text, WIDEST).into_owned()
    }

    /// Other words that find it in a filter.
    pub fn aliases(&self) -> impl Iterator<Item = &str> {
        let resource = match self {
            Self::Resource { resource, .. } => Some(resource),
            _ => None,
        };
        resource.into_iter().flat_map(|resource| {
            std::iter::once(&*resource.kind).chain(resource.short_names.iter().map(|name| &**name))
        })
    }
}
