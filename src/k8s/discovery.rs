//! Discovery: the groups, versions and resources of a server, from its aggregated or plain documents.
//!
//! [`Discovery`] holds what is known, and has the steps to load it. This file parses the documents.

mod known;
mod wire;

use std::sync::Arc;

use serde::Deserialize;

pub use self::known::{Discovery, DiscoveryContent, DiscoveryPart};
use super::failure::{Failure, FailureKind, advice};
use super::names::{Group, GroupVersion, Gvr, Scope};
use super::path::ApiPath;

/// What servers have besides the API, to go by where the list of `GET /` is forbidden: the role
/// `system:public-info-viewer` and its like let most users read these.
pub const WELL_KNOWN_PATHS: [&str; 8] = [
    "/.well-known/openid-configuration",
    "/healthz",
    "/livez",
    "/metrics",
    "/openapi/v2",
    "/openapi/v3",
    "/readyz",
    "/version",
];

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

    /// The subresources that say more about an object and can be read: `status`, `scale`, `log`.
    /// The others repeat the object, or open a connection into it.
    pub fn readable(&self) -> impl Iterator<Item = &Subresource> {
        let worth = |name: &str| matches!(name, "status" | "scale" | "log");
        self.subresources.iter().filter(move |below| worth(&below.name) && below.can("get"))
    }
}

impl Subresource {
    /// Whether the server offers that verb for this subresource.
    #[must_use]
    pub fn can(&self, verb: &str) -> bool {
        self.verbs.iter().any(|v| **v == *verb)
    }
}

impl DiscoveredVersion {
    /// The resource of that plural name, where it is known.
    #[must_use]
    pub fn resource(&self, plural: &str) -> Option<&Arc<Resource>> {
        self.resources.iter().flatten().find(|resource| *resource.gvr.resource == *plural)
    }
}

/// Reads the answer of `/api` or `/apis` in either form: an `APIGroupDiscoveryList` (`v2` and
/// `v2beta1` are alike), or the plain `APIVersions` or `APIGroupList`.
///
/// # Errors
///
/// A body that is none of these.
pub fn read_groups(body: &[u8]) -> Result<Vec<DiscoveredGroup>, Failure> {
    let list: wire::GroupsDocument = parse(body)?;
    match list.kind.as_deref().unwrap_or_default() {
        "APIGroupDiscoveryList" => {
            Ok(list.items.into_iter().map(wire::AggregatedGroup::read).collect())
        }
        "APIVersions" => Ok(vec![read_core(list.versions)]),
        "APIGroupList" => Ok(list.groups.into_iter().map(wire::PlainGroup::read).collect()),
        other => Err(unexpected(other, "a list of API groups")),
    }
}

/// Reads an `APIResourceList`, the plain document of one version.
///
/// Entries such as `pods/status` become subresources. One whose resource is not in the list gets a
/// resource without a kind and without verbs, as the aggregated document has it.
///
/// # Errors
///
/// A body that is not one.
pub fn read_resources(version: &GroupVersion, body: &[u8]) -> Result<Vec<Arc<Resource>>, Failure> {
    let list: wire::ResourcesDocument = parse(body)?;
    let kind = list.kind.as_deref().unwrap_or_default();
    if kind != "APIResourceList" {
        return Err(unexpected(kind, "a list of API resources"));
    }
    let (below, own): (Vec<_>, Vec<_>) =
        list.resources.into_iter().partition(|entry| entry.name.contains('/'));
    let mut resources: Vec<Resource> = own.into_iter().map(|entry| entry.read(version)).collect();
    for entry in below {
        let (name, subresource) = entry.name.split_once('/').unwrap_or((&entry.name, ""));
        let at = resources.iter().position(|r| *r.gvr.resource == *name).unwrap_or_else(|| {
            resources.push(orphan(version, name, entry.namespaced == Some(true)));
            resources.len() - 1
        });
        resources[at].subresources.push(Subresource {
            name: subresource.into(),
            kind: text(entry.kind.as_deref()),
            verbs: texts(entry.verbs),
        });
    }
    Ok(finish(resources))
}

/// Reads the paths that `GET /` lists, without those of `/api` and `/apis` and below, sorted.
///
/// # Errors
///
/// A body that is not such a list.
pub fn read_non_resource_paths(body: &[u8]) -> Result<Vec<String>, Failure> {
    let wire::PathsDocument { paths } = parse(body)?;
    let mut paths: Vec<String> = paths
        .ok_or_else(|| unexpected("", "a list of paths"))?
        .iter()
        .filter_map(|path| Some(path.as_str()?.to_owned()))
        .filter(|path| matches!(ApiPath::parse(path), ApiPath::NonResource(_)))
        .collect();
    paths.sort();
    paths.dedup();
    Ok(paths)
}

fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Failure> {
    let unreadable = |error| Failure::unreadable("the discovery document", &error);
    serde_json::from_slice(body).map_err(unreadable)
}

fn unexpected(kind: &str, wanted: &str) -> Failure {
    let found = if kind.is_empty() { "something without a kind" } else { kind };
    let message = format!("the answer is {found}, not {wanted}");
    Failure::new(FailureKind::Malformed, message, advice(FailureKind::Malformed))
}

fn read_core(versions: Vec<String>) -> DiscoveredGroup {
    let versions = versions.iter().enumerate().map(|(index, version)| DiscoveredVersion {
        group_version: GroupVersion::new("", version),
        preferred: index == 0,
        stale: false,
        resources: None,
    });
    DiscoveredGroup { group: Group::core(), versions: versions.collect() }
}

fn orphan(version: &GroupVersion, name: &str, namespaced: bool) -> Resource {
    Resource {
        gvr: version.resource(name),
        kind: text(None),
        scope: scope(namespaced),
        singular: text(None),
        short_names: Vec::new(),
        categories: Vec::new(),
        verbs: Vec::new(),
        subresources: Vec::new(),
    }
}

/// Both forms give subresources in the order of their names.
fn finish(resources: Vec<Resource>) -> Vec<Arc<Resource>> {
    let sorted = resources.into_iter().map(|mut resource| {
        resource.subresources.sort_by(|a, b| a.name.cmp(&b.name));
        Arc::new(resource)
    });
    sorted.collect()
}

fn scope(namespaced: bool) -> Scope {
    if namespaced { Scope::Namespaced } else { Scope::Cluster }
}

fn text(text: Option<&str>) -> Arc<str> {
    text.unwrap_or_default().into()
}

fn texts(texts: Option<Vec<Arc<str>>>) -> Vec<Arc<str>> {
    texts.unwrap_or_default()
}

#[cfg(test)]
mod tests;
