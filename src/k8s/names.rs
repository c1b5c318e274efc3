//! The names of groups, versions, resources and namespaces, and the scope of a resource.

use std::fmt;
use std::sync::Arc;

/// An API group. The core group is the empty string and is displayed as `core`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Group(Arc<str>);

impl Group {
    /// The group of that name; `""` is the core group.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The core group, served below `/api`.
    #[must_use]
    pub fn core() -> Self {
        Self::default()
    }

    /// True if this is the core group.
    #[must_use]
    pub fn is_core(&self) -> bool {
        self.0.is_empty()
    }

    /// The name as the API spells it: empty for the core group.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_core() { "core" } else { &self.0 })
    }
}

/// A group and one of its versions, as in `apiVersion`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupVersion {
    /// The group; empty for core.
    pub group: Group,
    /// The version, such as `v1` or `v2beta1`.
    pub version: Arc<str>,
}

impl GroupVersion {
    /// A version of a group.
    #[must_use]
    pub fn new(group: &str, version: &str) -> Self {
        Self { group: Group::new(group), version: version.into() }
    }

    /// Parses an `apiVersion`: `v1` or `apps/v1`.
    #[must_use]
    pub fn parse(api_version: &str) -> Self {
        let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
        Self::new(group, version)
    }

    /// The resource of that plural name in this version.
    #[must_use]
    pub fn resource(&self, resource: &str) -> Gvr {
        Gvr { group_version: self.clone(), resource: resource.into() }
    }
}

/// Formats it as in `apiVersion`.
impl fmt::Display for GroupVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.group.is_core() {
            f.write_str(&self.version)
        } else {
            write!(f, "{}/{}", self.group.as_str(), self.version)
        }
    }
}

/// Group, version and resource: what a collection is of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Gvr {
    /// The group and version.
    pub group_version: GroupVersion,
    /// The plural name in URLs, such as `pods`.
    pub resource: Arc<str>,
}

impl Gvr {
    /// A resource by its three names.
    #[must_use]
    pub fn new(group: &str, version: &str, resource: &str) -> Self {
        GroupVersion::new(group, version).resource(resource)
    }

    /// Its name without the version: `pods`, `jobs.batch`.
    #[must_use]
    pub fn title(&self) -> String {
        match self.group_version.group.as_str() {
            "" => self.resource.to_string(),
            group => format!("{}.{group}", self.resource),
        }
    }

    /// True if this is `resource` of the core group, in any version.
    #[must_use]
    pub fn is_core(&self, resource: &str) -> bool {
        self.group_version.group.is_core() && *self.resource == *resource
    }
}

impl fmt::Display for Gvr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.group_version, self.resource)
    }
}

/// The name of a namespace.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Namespace(Arc<str>);

impl Namespace {
    /// The namespace of that name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Lets sets of namespaces be searched by name: both hash and compare alike.
impl std::borrow::Borrow<str> for Namespace {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The scope of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// One collection for the whole cluster.
    Cluster,
    /// One collection in each namespace, and one over all of them.
    Namespaced,
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cluster => "cluster",
            Self::Namespaced => "namespaced",
        })
    }
}
