//! What the pods of the open node request, beside what the node has.

use std::sync::Arc;

use serde_json::Value;

use crate::k8s::path::ObjectPath;
use crate::k8s::request::Ticket;
use crate::object::allocation::{AllocationRow, PodSums};

/// The allocation of a node, or the usage of a pod.
#[derive(Clone, Debug, Default)]
pub struct Allocation {
    /// The node or the pod; `None` if none is open.
    pub(in crate::app) path: Option<ObjectPath>,
    /// The sums of the pods that were read so far.
    pub(in crate::app) sums: PodSums,
    /// What is awaited.
    pub(in crate::app) tickets: Vec<Ticket>,
    /// True once all pods were read.
    pub(in crate::app) is_read: bool,
    /// Why the pods could not be read.
    pub failure: Option<String>,
    /// What `metrics.k8s.io` says.
    pub(in crate::app) usage: Option<Arc<Value>>,
    /// The lines to show.
    pub rows: Vec<AllocationRow>,
    /// What a pod uses: `cpu 12m · memory 30Mi`.
    pub used: Option<String>,
}

impl Allocation {
    /// Returns the number of lines that it takes, a heading included.
    #[must_use]
    pub fn lines(&self) -> usize {
        match (self.rows.len(), &self.failure, &self.used) {
            (0, None, None) => 0,
            (0, _, _) => 1,
            (rows, ..) => rows + 1,
        }
    }
}
