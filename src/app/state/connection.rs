//! The connection to a server, and what the server reported about itself.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::k8s::endpoint::{Attempt, Endpoint, NoEndpoint};
use crate::k8s::failure::Failure;
use crate::k8s::names::Namespace;
use crate::tree::node::Load;

/// The state of the connection.
#[derive(Clone, Debug, Default)]
pub enum Standing {
    /// The search for a server is running.
    #[default]
    Connecting,
    /// A server was found.
    Connected(Box<Connection>),
    /// None was found.
    Nowhere(Box<NoEndpoint>),
}

/// A connection, and what the server reported about itself.
#[derive(Clone, Debug)]
pub struct Connection {
    /// How it is connected, and why that way.
    pub endpoint: Endpoint,
    /// The attempts before it.
    pub tried: Vec<Attempt>,
    /// The server's version.
    pub version: ServerText,
    /// The user that the server authenticated.
    pub user: ServerText,
    /// The chosen namespace.
    pub namespace: Option<Namespace>,
    /// Set while a server that answered before does not answer.
    pub away: Option<Away>,
}

/// A server that stopped answering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Away {
    /// The latest failure.
    pub failure: Failure,
    /// When the first request failed.
    pub since: Timestamp,
}

/// A text that the server reports about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ServerText {
    /// It was requested.
    #[default]
    Loading,
    /// It arrived.
    Known(String),
    /// It could not be fetched.
    Unknown(Failure),
}

/// The namespaces of the cluster.
#[derive(Clone, Debug, Default)]
pub struct Namespaces {
    /// Those known by any means.
    pub names: BTreeSet<Namespace>,
    /// How listing all of them is doing.
    pub load: Load,
    /// How many of them the tree shows below each resource.
    pub(in crate::app) shown: usize,
}
