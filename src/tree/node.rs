//! One node of the tree: what it is, where it is on the server, and how it stands.

use std::sync::Arc;

use jiff::Timestamp;

use crate::k8s::discovery::Resource;
use crate::k8s::failure::Failure;
use crate::k8s::log::LogOptions;
use crate::k8s::names::{Group, GroupVersion, Namespace, Scope};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::Ticket;
use crate::k8s::selector::Selector;
use crate::tree::collection::{Collection, Filter};

use super::NodeId;
use super::marks::Marks;

/// How loading the children of a node stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Load {
    /// Nothing was asked yet.
    #[default]
    NotLoaded,
    /// The answer to this ticket is awaited; what was there before still shows.
    Loading(Ticket),
    /// Loaded.
    Ready,
    /// The server did not give it.
    Failed(Failure),
}

/// How many objects a collection has that was not opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Count {
    /// Nobody asked.
    #[default]
    NotLoaded,
    /// It was asked for.
    Loading,
    /// So many.
    Known(u64),
    /// The server does not tell.
    Unknown,
}

/// A node of the tree.
#[expect(clippy::struct_excessive_bools, reason = "they are facts apart from each other")]
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// The node above; none for the root.
    pub parent: Option<NodeId>,
    /// What it is.
    pub kind: NodeKind,
    /// Whether what is below it shows.
    pub open: bool,
    /// How loading its children stands.
    pub load: Load,
    /// How many objects there are of it, where it is a namespace that was not opened.
    pub count: Count,
    /// The number of lists that its collection was replaced by, so far.
    pub lists: u32,
    /// Whether its rows may have changed since, because the server could not be heard.
    pub old: bool,
    /// When a failed request is retried.
    pub retry_at: Option<Timestamp>,
    /// The number of retries in a row.
    pub tries: u32,
    /// Whether its pages are of different versions.
    pub mixed: bool,
    /// Whether pages are loaded until there are no more.
    pub loads_all: bool,
    /// Its children in order.
    pub children: Vec<NodeId>,
    /// Its rows, where it is a collection.
    pub collection: Option<Collection>,
    /// The rows of the collection that were opened, by their place, in order.
    pub opened: Vec<(usize, NodeId)>,
    /// What happened to the rows a moment ago.
    pub marks: Marks,
    /// How its log is looked at, where it is a container.
    pub log: LogOptions,
    /// Hides rows, or else children.
    pub filter: Option<Filter>,
    /// Which of its collection's objects the server is asked for.
    pub selector: Selector,
    /// Whether the rows are still those of an earlier selection.
    pub selects_anew: bool,
    /// How many rows show below its own.
    pub(super) below: usize,
    /// The children that show, each with how many rows there are of them up to its last one.
    pub(super) shown: Vec<(NodeId, usize)>,
}

impl Node {
    pub(super) fn new(parent: Option<NodeId>, kind: NodeKind) -> Self {
        Self { parent, kind, ..Self::default() }
    }

    /// Whether the last row of its collection loads more.
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.collection.as_ref().is_some_and(|c| c.continue_token.is_some())
    }

    /// The opened rows that show, in the order in which they do: at which position of the
    /// collection, and their nodes.
    pub(super) fn opened_shown(&self) -> Vec<(usize, NodeId)> {
        let Some(collection) = &self.collection else { return Vec::new() };
        let passing = self.opened.iter().filter(|(place, _)| collection.passes(*place));
        let mut shown: Vec<_> =
            passing.map(|(place, child)| (collection.position(*place), *child)).collect();
        shown.sort_unstable();
        shown
    }

    /// The node of an opened row.
    #[must_use]
    pub fn opened_at(&self, place: usize) -> Option<NodeId> {
        let at = self.opened.binary_search_by_key(&place, |(place, _)| *place).ok()?;
        Some(self.opened[at].1)
    }

    /// Whether its row carries an arrow.
    #[must_use]
    pub fn can_open(&self) -> bool {
        match &self.kind {
            NodeKind::NonResource { .. } => !self.children.is_empty(),
            NodeKind::Resource { resource, .. } => resource.can("list"),
            NodeKind::Object { resource, .. } => resource.readable().next().is_some(),
            NodeKind::Subresource { path, is_pod_log } => {
                *is_pod_log && matches!(path, ApiPath::Subresource { .. })
            }
            NodeKind::Root
            | NodeKind::TypeNamespace(_)
            | NodeKind::ThisPod(_)
            | NodeKind::ContainerLog { .. } => false,
            _ => true,
        }
    }
}

/// What a node is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum NodeKind {
    /// `/`.
    #[default]
    Root,
    /// `/api`.
    Api,
    /// `/apis`.
    Apis,
    /// A group, with a version that discovery calls stale or not.
    Group {
        /// The group.
        group: Group,
        /// Whether discovery calls one of its versions stale.
        stale: bool,
    },
    /// A version of a group.
    Version {
        /// The version.
        version: GroupVersion,
        /// Whether the server prefers it.
        preferred: bool,
        /// Whether discovery calls it stale.
        stale: bool,
    },
    /// A resource: a collection of the cluster, or the namespaces that have one each.
    Resource {
        /// The resource.
        resource: Arc<Resource>,
        /// The chosen namespace, whose objects it opens into.
        chosen: Option<Namespace>,
    },
    /// The collection of a resource in one namespace.
    Namespace {
        /// The resource.
        resource: Arc<Resource>,
        /// The namespace.
        namespace: Namespace,
    },
    /// The collection of a resource over all namespaces.
    AllNamespaces(Arc<Resource>),
    /// The other namespaces, where one was chosen.
    OtherNamespaces(Arc<Resource>),
    /// Asks for the name of a namespace.
    TypeNamespace(Arc<Resource>),
    /// The pod that we run in by its name, whose namespace is not known: asks for that.
    ThisPod(Arc<str>),
    /// An object.
    Object {
        /// Its resource.
        resource: Arc<Resource>,
        /// Where it is.
        path: ObjectPath,
    },
    /// A subresource of an object.
    Subresource {
        /// Where it is.
        path: ApiPath,
        /// Whether it is the log of a pod, which opens into its containers.
        is_pod_log: bool,
    },
    /// The log of one container.
    ContainerLog {
        /// The pod.
        pod: ObjectPath,
        /// The container's name.
        name: Arc<str>,
        /// Its kind and state, as in `running, 2 restarts`.
        state: Arc<str>,
        /// True if it waits to start, so that it has no log yet.
        waits: bool,
    },
    /// A path that is no resource, or the part that several have in common.
    NonResource {
        /// The path.
        path: Arc<str>,
        /// Whether the server listed it; else it only groups what is below.
        listed: bool,
    },
}

impl NodeKind {
    /// Whether two nodes are the same thing, however it is described.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Group { group: a, .. }, Self::Group { group: b, .. }) => a == b,
            (Self::Version { version: a, .. }, Self::Version { version: b, .. }) => a == b,
            (Self::Resource { resource: a, .. }, Self::Resource { resource: b, .. })
            | (Self::AllNamespaces(a), Self::AllNamespaces(b))
            | (Self::OtherNamespaces(a), Self::OtherNamespaces(b))
            | (Self::TypeNamespace(a), Self::TypeNamespace(b)) => a.gvr == b.gvr,
            (
                Self::Namespace { resource: a, namespace: x },
                Self::Namespace { resource: b, namespace: y },
            ) => a.gvr == b.gvr && x == y,
            (Self::Object { path: a, .. }, Self::Object { path: b, .. }) => a == b,
            (Self::Subresource { path: a, .. }, Self::Subresource { path: b, .. }) => a == b,
            (
                Self::ContainerLog { pod: a, name: x, .. },
                Self::ContainerLog { pod: b, name: y, .. },
            ) => a == b && x == y,
            (Self::NonResource { path: a, .. }, Self::NonResource { path: b, .. }) => a == b,
            (a, b) => a == b,
        }
    }

    /// The resource that it is, or is of.
    #[must_use]
    pub fn resource(&self) -> Option<&Arc<Resource>> {
        match self {
            Self::Resource { resource, .. }
            | Self::Namespace { resource, .. }
            | Self::AllNamespaces(resource)
            | Self::OtherNamespaces(resource)
            | Self::TypeNamespace(resource)
            | Self::Object { resource, .. } => Some(resource),
            _ => None,
        }
    }

    /// The path of its answer.
    #[must_use]
    pub fn path(&self) -> Option<ApiPath> {
        let collection = |resource: &Resource, namespace: Option<&Namespace>| ApiPath::Collection {
            gvr: resource.gvr.clone(),
            namespace: namespace.cloned(),
        };
        Some(match self {
            Self::Root => ApiPath::Root,
            Self::Api => ApiPath::Api,
            Self::Apis => ApiPath::Apis,
            Self::Group { group, .. } => ApiPath::Group(group.clone()),
            Self::Version { version, .. } => ApiPath::Version(version.clone()),
            Self::Resource { resource, chosen } => collection(resource, chosen.as_ref()),
            Self::Namespace { resource, namespace } => collection(resource, Some(namespace)),
            Self::AllNamespaces(resource) => collection(resource, None),
            Self::OtherNamespaces(_) | Self::TypeNamespace(_) | Self::ThisPod(_) => return None,
            Self::Object { path, .. } => ApiPath::Object(path.clone()),
            Self::Subresource { path, .. } => path.clone(),
            Self::ContainerLog { pod, .. } => pod.subresource("log"),
            Self::NonResource { path, listed } => {
                return listed.then(|| ApiPath::NonResource(Arc::clone(path)));
            }
        })
    }

    /// The path of the collection that it opens into, where it opens into one.
    #[must_use]
    pub fn opens_collection(&self) -> Option<ApiPath> {
        match self {
            Self::Resource { resource, chosen: None } if resource.scope == Scope::Cluster => {
                self.path()
            }
            Self::Resource { chosen: Some(_), .. }
            | Self::Namespace { .. }
            | Self::AllNamespaces(_) => self.path(),
            _ => None,
        }
    }
}
