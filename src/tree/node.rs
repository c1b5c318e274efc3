//! A node of the tree: its kind, its children or rows, and the state of loading and watching them.

use std::sync::Arc;

use jiff::Timestamp;

use crate::k8s::failure::Failure;
use crate::k8s::log::LogOptions;
use crate::k8s::path::ApiPath;
use crate::k8s::request::Ticket;
use crate::k8s::selector::Selector;
use crate::object::related::Related;

use super::collection::{Collection, Filter};
use super::marks::Marks;
use super::row_ref::NodeId;

mod kind;

pub use kind::NodeKind;

/// The state of loading what is below a node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Load {
    /// Nothing was requested yet.
    #[default]
    NotLoaded,
    /// The request with this ticket is not answered yet. What was loaded before is still shown.
    Loading(Ticket),
    /// Loaded.
    Ready,
    /// The request failed.
    Failed(Failure),
}

/// The number of objects in a collection that was not opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Count {
    /// Not requested yet.
    #[default]
    NotLoaded,
    /// Requested.
    Loading,
    /// The number of objects.
    Known(u64),
    /// The server does not report it.
    Unknown,
}

/// A node of the tree.
#[expect(clippy::struct_excessive_bools, reason = "they are independent facts")]
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// The node above; `None` for the root.
    pub parent: Option<NodeId>,
    /// What the node is.
    pub kind: NodeKind,
    /// True if what is below the node is shown.
    pub open: bool,
    /// The state of loading its children or rows.
    pub load: Load,
    /// The number of objects, if it is a namespace that was not opened.
    pub count: Count,
    /// How many times its collection was listed.
    pub lists: u32,
    /// True if the rows may be out of date, because the server did not answer.
    pub old: bool,
    /// The time of the next automatic retry of a failed request.
    pub retry_at: Option<Timestamp>,
    /// The number of automatic retries in a row.
    pub tries: u32,
    /// True if the pages were listed at different versions.
    pub mixed: bool,
    /// True while all remaining pages are being loaded.
    pub loads_all: bool,
    /// The number of objects after which it stops loading them, if it does that by itself.
    pub stops_at: Option<u64>,
    /// The children, in the order of their rows.
    pub children: Vec<NodeId>,
    /// The list of what belongs to an object, once what it needs to be known was read.
    pub completed: Option<Arc<Related>>,
    /// The rows, if it is a collection.
    pub collection: Option<Collection>,
    /// The opened rows of the collection: their indices, ascending, and their nodes.
    pub opened: Vec<(usize, NodeId)>,
    /// The marks on the rows.
    pub marks: Marks,
    /// The options of its log, if it is a container's log.
    pub log: LogOptions,
    /// The filter of the rows, or of the children if there are no rows.
    pub filter: Option<Filter>,
    /// The selector of the objects that are requested for the collection.
    pub selector: Selector,
    /// True if the rows are still those of an earlier selector.
    pub selects_anew: bool,
    /// The number of rows that are shown below the node's own.
    pub(super) below: usize,
    /// The children that are shown, each with the number of rows up to the last one below it.
    pub(super) shown: Vec<(NodeId, usize)>,
}

impl Node {
    pub(super) fn new(parent: Option<NodeId>, kind: NodeKind) -> Self {
        Self { parent, kind, ..Self::default() }
    }

    /// Returns the list, if it is one of what belongs to an object.
    #[must_use]
    pub fn related(&self) -> Option<&Arc<Related>> {
        self.completed.as_ref().or(self.kind.related())
    }

    /// True if the collection ends with a row that loads the next page.
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.collection.as_ref().is_some_and(|c| c.continue_token.is_some())
    }

    /// Returns the opened rows that are shown: their positions in the collection, ascending, and their
    /// nodes.
    pub(super) fn opened_shown(&self) -> Vec<(usize, NodeId)> {
        let Some(collection) = &self.collection else { return Vec::new() };
        let passing = self.opened.iter().filter(|(index, _)| collection.passes(*index));
        let mut shown: Vec<_> =
            passing.map(|(index, child)| (collection.position(*index), *child)).collect();
        shown.sort_unstable();
        shown
    }

    /// Returns the node of the opened row at an index of the collection.
    #[must_use]
    pub fn opened_at(&self, index: usize) -> Option<NodeId> {
        let at = self.opened.binary_search_by_key(&index, |(index, _)| *index).ok()?;
        Some(self.opened[at].1)
    }

    /// True if the row has an arrow: it can be expanded.
    #[must_use]
    pub fn can_open(&self) -> bool {
        match &self.kind {
            NodeKind::NonResource { .. } => !self.children.is_empty(),
            NodeKind::Resource { resource, .. } => resource.can("list"),
            NodeKind::Object { resource, .. } => {
                !self.children.is_empty() || resource.has_rows_below()
            }
            NodeKind::Subresource { path, is_pod_log } => {
                *is_pod_log && matches!(path, ApiPath::Subresource { .. })
            }
            NodeKind::Root
            | NodeKind::Problems
            | NodeKind::TypeNamespace(_)
            | NodeKind::ThisPod(_)
            | NodeKind::Logs { .. }
            | NodeKind::ContainerLog { .. } => false,
            _ => true,
        }
    }
}
