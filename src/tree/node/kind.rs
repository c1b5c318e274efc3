//! What a node is, and where it is on the server.

use std::sync::Arc;

use crate::k8s::discovery::Resource;
use crate::k8s::location::namespace_path;
use crate::k8s::names::{Group, GroupVersion, Namespace, Scope};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::object::related::{Related, Several};
use crate::text::visible_within;

/// The longest label, in columns.
const MAX_LABEL: usize = 200;

/// The kind of a node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum NodeKind {
    /// `/`.
    #[default]
    Root,
    /// `/api`.
    Api,
    /// `/apis`.
    Apis,
    /// The list of problems.
    Problems,
    /// What a namespace contains, by kinds.
    Contents(Namespace),
    /// The collection of a resource among the contents of a namespace.
    Content {
        /// The resource.
        resource: Arc<Resource>,
        /// The namespace.
        namespace: Namespace,
    },
    /// The kinds of which a namespace has no objects, or that were not counted.
    EmptyKinds {
        /// The namespace.
        namespace: Namespace,
        /// How many there are, such as `15 empty, 1 forbidden`.
        text: Arc<str>,
    },
    /// An API group.
    Group {
        /// The group.
        group: Group,
        /// True if discovery reports one of its versions as stale.
        stale: bool,
    },
    /// A version of a group.
    Version {
        /// The version.
        version: GroupVersion,
        /// True if the server prefers it.
        preferred: bool,
        /// True if discovery reports it as stale.
        stale: bool,
    },
    /// A resource. It opens into its collection if it is cluster-scoped or has a chosen namespace, else
    /// into namespaces.
    Resource {
        /// The resource.
        resource: Arc<Resource>,
        /// The chosen namespace, if there is one.
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
    /// The other namespaces, if one is chosen.
    OtherNamespaces(Arc<Resource>),
    /// Prompts for the name of a namespace.
    TypeNamespace(Arc<Resource>),
    /// The pod that kubewalk runs in, by its name, if its namespace is unknown: prompts for it.
    ThisPod(Arc<str>),
    /// Lists of what belongs to the object above it that are read together.
    Several(Arc<Several>),
    /// A list of what belongs to the object above it.
    Related(Arc<Related>),
    /// An object.
    Object {
        /// Its resource.
        resource: Arc<Resource>,
        /// Its path.
        path: ObjectPath,
    },
    /// A subresource of an object.
    Subresource {
        /// Its path.
        path: ApiPath,
        /// True if it is the log of a pod, which opens into the pod's containers.
        is_pod_log: bool,
    },
    /// The logs of all containers of a pod, a workload or a Service.
    Logs {
        /// The object.
        of: ObjectPath,
        /// The largest number of containers.
        most: usize,
        /// True if init and ephemeral containers are read too.
        with_init: bool,
    },
    /// The log of one container.
    ContainerLog {
        /// The pod.
        pod: ObjectPath,
        /// The container's name.
        name: Arc<str>,
        /// Its kind and state, such as `running, 2 restarts`.
        state: Arc<str>,
        /// True if the container waits to start and has no log yet.
        waits: bool,
        /// True if it needs attention: it cannot start, or ended with an error.
        fails: bool,
    },
    /// A path that is not a resource, or the common beginning of several such paths.
    NonResource {
        /// The path.
        path: Arc<str>,
        /// True if the server lists the path; false if it only groups the paths below.
        listed: bool,
    },
}

impl NodeKind {
    /// True if both are the same resource, object or path, even if their descriptions differ.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Group { group: a, .. }, Self::Group { group: b, .. }) => a == b,
            (Self::Version { version: a, .. }, Self::Version { version: b, .. }) => a == b,
            (Self::Resource { resource: a, .. }, Self::Resource { resource: b, .. })
            | (Self::AllNamespaces(a), Self::AllNamespaces(b))
            | (Self::OtherNamespaces(a), Self::OtherNamespaces(b))
            | (Self::TypeNamespace(a), Self::TypeNamespace(b)) => a.gvr == b.gvr,
            (Self::EmptyKinds { namespace: a, .. }, Self::EmptyKinds { namespace: b, .. }) => {
                a == b
            }
            (
                Self::Namespace { resource: a, namespace: x },
                Self::Namespace { resource: b, namespace: y },
            )
            | (
                Self::Content { resource: a, namespace: x },
                Self::Content { resource: b, namespace: y },
            ) => a.gvr == b.gvr && x == y,
            (Self::Object { path: a, .. }, Self::Object { path: b, .. })
            | (Self::Logs { of: a, .. }, Self::Logs { of: b, .. }) => a == b,
            (Self::Subresource { path: a, .. }, Self::Subresource { path: b, .. }) => a == b,
            (
                Self::ContainerLog { pod: a, name: x, .. },
                Self::ContainerLog { pod: b, name: y, .. },
            ) => a == b && x == y,
            (Self::NonResource { path: a, .. }, Self::NonResource { path: b, .. }) => a == b,
            (a, b) => a == b,
        }
    }

    /// Returns the resource that it is, or the resource of its objects.
    #[must_use]
    pub fn resource(&self) -> Option<&Arc<Resource>> {
        match self {
            Self::Resource { resource, .. }
            | Self::Namespace { resource, .. }
            | Self::Content { resource, .. }
            | Self::AllNamespaces(resource)
            | Self::OtherNamespaces(resource)
            | Self::TypeNamespace(resource)
            | Self::Object { resource, .. } => Some(resource),
            Self::Related(related) => Some(&related.resource),
            _ => None,
        }
    }

    /// Returns the API path of its document.
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
            Self::Namespace { resource, namespace } | Self::Content { resource, namespace } => {
                collection(resource, Some(namespace))
            }
            Self::Contents(namespace) => namespace_path(namespace),
            Self::AllNamespaces(resource) => collection(resource, None),
            Self::Related(related) => related.path(),
            Self::Problems
            | Self::Several(_)
            | Self::EmptyKinds { .. }
            | Self::OtherNamespaces(_)
            | Self::TypeNamespace(_)
            | Self::ThisPod(_) => return None,
            Self::Object { path, .. } => ApiPath::Object(path.clone()),
            Self::Subresource { path, .. } => path.clone(),
            Self::ContainerLog { pod, .. } | Self::Logs { of: pod, .. } => pod.subresource("log"),
            Self::NonResource { path, listed } => {
                return listed.then(|| ApiPath::NonResource(Arc::clone(path)));
            }
        })
    }

    /// Returns the path of the collection that it opens into; `None` if it opens into something else.
    #[must_use]
    pub fn opens_collection(&self) -> Option<ApiPath> {
        match self {
            Self::Resource { resource, chosen: None } if resource.scope == Scope::Cluster => {
                self.path()
            }
            Self::Resource { chosen: Some(_), .. }
            | Self::Namespace { .. }
            | Self::Content { .. }
            | Self::AllNamespaces(_)
            | Self::Related(_) => self.path(),
            _ => None,
        }
    }

    /// Returns the list, if it is one of what belongs to an object.
    #[must_use]
    pub fn related(&self) -> Option<&Arc<Related>> {
        if let Self::Related(related) = self { Some(related) } else { None }
    }

    /// Returns the label of the row, made visible and cut to 200 columns.
    #[must_use]
    pub fn label(&self) -> String {
        let text = match self {
            Self::Problems => "problems".to_owned(),
            Self::Logs { .. } => "logs".to_owned(),
            Self::EmptyKinds { text, .. } => text.to_string(),
            Self::Several(several) => several.what.label().to_owned(),
            Self::Related(related) => related.label.clone(),
            Self::AllNamespaces(_) => "all namespaces".to_owned(),
            Self::OtherNamespaces(_) => "other namespaces".to_owned(),
            Self::TypeNamespace(_) => "another namespace…".to_owned(),
            Self::Resource { resource, .. } | Self::Content { resource, .. } => {
                resource.gvr.resource.to_string()
            }
            Self::ThisPod(name) | Self::ContainerLog { name, .. } => name.to_string(),
            Self::NonResource { path, .. } => path.rsplit('/').next().unwrap_or("").to_owned(),
            kind => kind.path().map(|path| path.last_segment()).unwrap_or_default(),
        };
        visible_within(&text, MAX_LABEL).into_owned()
    }

    /// Returns other names by which a filter finds it.
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
