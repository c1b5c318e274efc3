//! References to nodes and rows of the tree.

/// The index of a node in the arena. Never reused for another node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(super) u32);

/// The root's id.
pub const ROOT: NodeId = NodeId(0);

/// A row of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowRef {
    /// The row of a node.
    Node(NodeId),
    /// A row of a node's collection that was not opened: its 0-based index among all loaded rows.
    Row(NodeId, usize),
    /// The last row of a node's collection, which loads the next page.
    More(NodeId),
}

impl RowRef {
    /// Returns the node of the row, or the node of its collection.
    #[must_use]
    pub fn node(self) -> NodeId {
        match self {
            Self::Node(id) | Self::Row(id, _) | Self::More(id) => id,
        }
    }
}
