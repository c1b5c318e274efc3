//! What an answer is for.

use std::sync::Arc;

use crate::downward::sources::SourceKey;
use crate::k8s::discovery::DiscoveryPart;
use crate::k8s::names::{GroupVersion, Gvr, Namespace};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::Request;
use crate::k8s::reviews::Impersonated;
use crate::object::related::Related;
use crate::tree::NodeId;

/// What an answer is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A part of discovery: the groups, or the resources of a version that is looked up or opened.
    Discovery(DiscoveryPart),
    /// The non-resource paths listed at `/`.
    Paths,
    /// The server's version.
    Version,
    /// The user that the server authenticated.
    User,
    /// A page of the cluster's namespaces.
    Namespaces,
    /// A page of a collection whose names complete a typed location.
    Names(ApiPath),
    /// A page of a node's collection, appended to the pages before it.
    Page {
        /// The collection's node.
        node: NodeId,
        /// True if all further pages are wanted too: the next one is then fetched while this one is
        /// decoded.
        all: bool,
    },
    /// A page of a node's collection that is listed again.
    Reload(NodeId),
    /// One object of a namespace's collection, to count them all.
    Count(NodeId),
    /// One object of a kind, to count them all among the contents of a namespace.
    Contents {
        /// The node that shows the contents.
        node: NodeId,
        /// The kind.
        gvr: Gvr,
    },
    /// The row of one object that is navigated to.
    Row(NodeId),
    /// A page of the pods of the namespace that this process runs in.
    ThisPod(Namespace),
    /// The pod whose containers have logs, shown below its log node.
    LogContainers(NodeId),
    /// The document.
    Document,
    /// What a reference leads to.
    Link,
    /// The `APIService` of a version that is unavailable.
    ApiService(ObjectPath),
    /// The user's rules in a namespace.
    Rules(Namespace),
    /// Whether somebody may be impersonated.
    Impersonate(Impersonated),
    /// A source of the container's view.
    Source(SourceKey),
    /// What would make the judgement of the shown object more exact. An answer to it is also that
    /// there is none.
    Related(Box<Request>),
    /// A page of the events that are listed.
    Events,
    /// A page of objects that the object of the listed events owns.
    Owned(Arc<Related>),
    /// A page of one of the lists that are read together for a node.
    Several(NodeId),
    /// What a node's list of what belongs to an object needs to be known.
    Completion(NodeId),
    /// Whether the target of a reference exists.
    Check,
    /// The metadata of what owns the open object.
    Owner,
    /// A page of the pods of the open node.
    NodePods,
    /// What the open node or pod uses.
    Usage,
    /// An object that is compared with another one.
    Side {
        /// The object.
        path: ObjectPath,
        /// True if it is marked, false if it is compared with what is marked.
        marks: bool,
    },
    /// The schemas of a group and version. No request of its own: see
    /// [`crate::app::effect::Effect::Explain`].
    Schemas(GroupVersion),
    /// The differences between two objects. No request of its own: see
    /// [`crate::app::effect::Effect::Compare`].
    Compare,
    /// What an exec found in a pod's containers. No request of its own: see
    /// [`crate::app::effect::Effect::Exec`].
    Exec,
}

impl Purpose {
    /// True for what is shown beside the groups at a start, and is less urgent than they are.
    #[must_use]
    pub fn may_follow_groups(&self) -> bool {
        matches!(self, Self::Paths | Self::Version | Self::User)
    }
}
