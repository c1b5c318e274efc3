//! Discovery documents, aggregated and plain, read into groups, versions and resources.

use std::sync::Arc;

use super::failure::Failure;
use super::names::{Group, GroupVersion, Gvr, Scope};

/// All that discovery told: the core group first, then the others in the server's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovery {
    /// The groups.
    pub groups: Vec<DiscoveredGroup>,
}

/// One group with its versions, the preferred one first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscoveredGroup {
    /// The group.
    pub group: Group,
    /// Its versions in the server's order of preference.
    pub versions: Vec<DiscoveredVersion>,
}

/// One version of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscoveredVersion {
    /// The version.
    pub group_version: GroupVersion,
    /// Whether the server prefers this version of the group.
    pub preferred: bool,
    /// Whether discovery called this version stale: what serves it did not answer lately.
    pub stale: bool,
    /// Its resources; `None` where only the plain documents were read and this one not yet.
    pub resources: Option<Vec<Arc<Resource>>>,
}

/// One resource of a version, with its subresources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Group, version and plural name.
    pub gvr: Gvr,
    /// The kind of its objects, such as `Pod`.
    pub kind: Arc<str>,
    /// Whether it lives in namespaces.
    pub scope: Scope,
    /// The singular name, such as `pod`; empty where the server gives none.
    pub singular: Arc<str>,
    /// Short names, such as `po`.
    pub short_names: Vec<Arc<str>>,
    /// Categories, such as `all`.
    pub categories: Vec<Arc<str>>,
    /// What may be done with it, as the API spells the verbs.
    pub verbs: Vec<Arc<str>>,
    /// What lies below its objects.
    pub subresources: Vec<Subresource>,
}

/// One subresource of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subresource {
    /// Its name, such as `status`.
    pub name: Arc<str>,
    /// The kind it answers with; empty where the server gives none.
    pub kind: Arc<str>,
    /// What may be done with it.
    pub verbs: Vec<Arc<str>>,
}

impl Resource {
    /// Whether the server offers that verb for this resource.
    #[must_use]
    pub fn can(&self, verb: &str) -> bool {
        self.verbs.iter().any(|v| **v == *verb)
    }
}

impl Subresource {
    /// Whether the server offers that verb for this subresource.
    #[must_use]
    pub fn can(&self, verb: &str) -> bool {
        self.verbs.iter().any(|v| **v == *verb)
    }
}

/// Reads the answer of `/api` or `/apis` in either form: an `APIGroupDiscoveryList`, or the plain
/// `APIVersions` or `APIGroupList`.
///
/// # Errors
///
/// A body that is none of these.
pub fn read_groups(_body: &[u8]) -> Result<Vec<DiscoveredGroup>, Failure> {
    Ok(Vec::new())
}

/// Reads an `APIResourceList`, the plain document of one version.
///
/// # Errors
///
/// A body that is not one.
pub fn read_resources(
    _version: &GroupVersion,
    _body: &[u8],
) -> Result<Vec<Arc<Resource>>, Failure> {
    Ok(Vec::new())
}

/// Reads the paths that `GET /` lists, without those below `/api` and `/apis`, sorted.
///
/// # Errors
///
/// A body that is not such a list.
pub fn read_non_resource_paths(_body: &[u8]) -> Result<Vec<String>, Failure> {
    Ok(Vec::new())
}
