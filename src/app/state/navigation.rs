//! The pending jump, and the history of locations.

use std::collections::HashMap;

use crate::k8s::endpoint::EndpointKind;
use crate::k8s::names::Namespace;
use crate::k8s::path::ApiPath;
use crate::k8s::request::Ticket;
use crate::k8s::selector::Selector;
use crate::tree::NodeId;

/// A jump to a path whose rows are not all loaded yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::app) struct Jump {
    /// The destination.
    pub(in crate::app) path: ApiPath,
    /// The ticket of the request for the object's row by name.
    pub(in crate::app) requested: Option<Ticket>,
    /// The node on the way that failed and was retried.
    pub(in crate::app) retried: Option<NodeId>,
    /// The selector of the collection at the destination; empty keeps the present one.
    pub(in crate::app) selector: Selector,
    /// True if the collection at the destination is that of all namespaces.
    pub(in crate::app) all_namespaces: bool,
}

impl Jump {
    pub(in crate::app) fn to(path: ApiPath, selector: Selector) -> Self {
        Self { path, requested: None, retried: None, selector, all_namespaces: false }
    }
}

/// The visited locations.
#[derive(Clone, Debug, Default)]
pub(in crate::app) struct History {
    /// In the order of visiting.
    pub(in crate::app) paths: Vec<ApiPath>,
    /// The 0-based index of the present one.
    pub(in crate::app) at: usize,
}

/// The last location at each endpoint that was left during this run.
#[derive(Clone, Debug, Default)]
pub(in crate::app) struct Visits(pub(in crate::app) HashMap<EndpointKind, Visit>);

/// A location in a context.
#[derive(Clone, Debug)]
pub(in crate::app) struct Visit {
    pub(in crate::app) path: Option<ApiPath>,
    pub(in crate::app) namespace: Option<Namespace>,
}
