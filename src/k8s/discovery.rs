//! Discovery: the groups, versions and resources of a server, from its aggregated or plain documents.
//!
//! [`Discovery`] holds what is known, and has the steps to load it. This file parses the documents.

mod known;
mod resources;
mod wire;

use std::sync::Arc;

use bytes::Bytes;
use serde::Deserialize;

pub use self::known::{Discovery, DiscoveryContent, DiscoveryPart};
pub use self::resources::Resources;
use super::failure::{Failure, FailureKind, advice};
use super::json;
use super::names::{Group, GroupVersion, Gvr, Scope};
use super::path::ApiPath;

/// The paths outside the API that most servers have, for users who may not list `GET /`. Most users
/// may read these, by roles such as `system:public-info-viewer`.
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

/// A group with its versions, the preferred one first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscoveredGroup {
    /// The group.
    pub group: Group,
    /// Its versions in the server's order of preference.
    pub versions: Vec<DiscoveredVersion>,
}

/// A version of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscoveredVersion {
    /// The version.
    pub group_version: GroupVersion,
    /// True if the server prefers this version of the group.
    pub preferred: bool,
    /// True if the aggregated discovery marks this version as stale: its server did not answer lately.
    pub stale: bool,
    /// Its resources; `None` until its plain document is loaded, if discovery is not aggregated.
    pub resources: Option<Resources>,
}

/// A resource of a version, with its subresources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Group, version and plural name.
    pub gvr: Gvr,
    /// The kind of its objects, such as `Pod`.
    pub kind: Arc<str>,
    /// Cluster-wide or namespaced.
    pub scope: Scope,
    /// The singular name, such as `pod`; empty if the server gives none.
    pub singular: Arc<str>,
    /// Short names, such as `po`.
    pub short_names: Vec<Arc<str>>,
    /// Categories, such as `all`.
    pub categories: Vec<Arc<str>>,
    /// The verbs that the server supports for it, as the API spells them.
    pub verbs: Arc<[Arc<str>]>,
    /// The subresources of its objects.
    pub subresources: Vec<Subresource>,
}

/// A subresource of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subresource {
    /// Its name, such as `status`.
    pub name: Arc<str>,
    /// The kind of its answers; empty if the server gives none.
    pub kind: Arc<str>,
    /// The verbs that the server supports for it.
    pub verbs: Arc<[Arc<str>]>,
}

impl Resource {
    /// True if the server supports that verb for this resource.
    #[must_use]
    pub fn can(&self, verb: &str) -> bool {
        self.verbs.iter().any(|v| **v == *verb)
    }

    /// The readable subresources that add to an object: `status`, `scale`, `log`. The others repeat the
    /// object, or open a connection to it.
    pub fn readable(&self) -> impl Iterator<Item = &Subresource> {
        let worth = |name: &str| matches!(name, "status" | "scale" | "log");
        self.subresources.iter().filter(move |below| worth(&below.name) && below.can("get"))
    }

    /// True if its objects have rows below them: subresources, or what a namespace contains.
    #[must_use]
    pub fn has_rows_below(&self) -> bool {
        self.gvr.is_core("namespaces") || self.below_objects().next().is_some()
    }

    /// The readable subresources that have a row below each object. `status` repeats the object, so it has
    /// one only where it is requested.
    pub fn below_objects(&self) -> impl Iterator<Item = &Subresource> {
        self.readable().filter(|below| *below.name != *"status")
    }
}

impl Subresource {
    /// True if the server supports that verb for this subresource.
    #[must_use]
    pub fn can(&self, verb: &str) -> bool {
        self.verbs.iter().any(|v| **v == *verb)
    }
}

impl DiscoveredVersion {
    /// The resource of that plural name, if it is known.
    #[must_use]
    pub fn resource(&self, plural: &str) -> Option<&Arc<Resource>> {
        self.resources.iter().flatten().find(|resource| *resource.gvr.resource == *plural)
    }
}

/// Parses the answer of `/api` or `/apis`: the aggregated `APIGroupDiscoveryList` (`v2` or `v2beta1`), or
/// the plain `APIVersions` or `APIGroupList`.
///
/// # Errors
///
/// A body that is none of these.
pub fn parse_groups(body: &Bytes) -> Result<Vec<DiscoveredGroup>, Failure> {
    match parse::<wire::GroupsDocument<false>>(body) {
        Ok(list) => groups(list, body),
        Err(_) => groups(parse::<wire::GroupsDocument<true>>(body)?, body),
    }
}

fn groups<const SKIPS: bool>(
    list: wire::GroupsDocument<SKIPS>,
    body: &Bytes,
) -> Result<Vec<DiscoveredGroup>, Failure> {
    match list.kind.as_deref().unwrap_or_default() {
        "APIGroupDiscoveryList" => {
            Ok(list.items.0.into_iter().map(|group| group.into_group(body)).collect())
        }
        "APIVersions" => Ok(vec![core_group(&list.versions)]),
        "APIGroupList" => Ok(list.groups.into_iter().map(wire::PlainGroup::into_group).collect()),
        other => Err(unexpected(other, "a list of API groups")),
    }
}

/// Parses an `APIResourceList`, the plain document of one version.
///
/// Entries such as `pods/status` become subresources. If the resource of one is not in the list, it
/// gets a resource without a kind and without verbs, as in the aggregated document.
///
/// # Errors
///
/// A body that is not an `APIResourceList`.
pub fn parse_resources(version: &GroupVersion, body: &[u8]) -> Result<Vec<Arc<Resource>>, Failure> {
    let list: wire::ResourcesDocument = parse(body)?;
    let kind = list.kind.as_deref().unwrap_or_default();
    if kind != "APIResourceList" {
        return Err(unexpected(kind, "a list of API resources"));
    }
    let (below, own): (Vec<_>, Vec<_>) =
        list.resources.into_iter().partition(|entry| entry.name.contains('/'));
    let mut resources: Vec<Resource> =
        own.into_iter().map(|entry| entry.into_resource(version)).collect();
    for entry in below {
        let (name, subresource) = entry.name.split_once('/').unwrap_or((&entry.name, ""));
        let at = resources.iter().position(|r| *r.gvr.resource == *name).unwrap_or_else(|| {
            resources.push(orphan(version, name, entry.namespaced == Some(true)));
            resources.len() - 1
        });
        resources[at].subresources.push(Subresource {
            name: subresource.into(),
            kind: text(entry.kind.as_deref()),
            verbs: wire::verbs(entry.verbs),
        });
    }
    Ok(finish(resources))
}

/// Parses the answer of `GET /`: the paths outside `/api` and `/apis`, sorted.
///
/// # Errors
///
/// A body that is not a list of paths.
pub fn parse_non_resource_paths(body: &[u8]) -> Result<Vec<String>, Failure> {
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
    json::read(body).map_err(unreadable)
}

fn unexpected(kind: &str, wanted: &str) -> Failure {
    let found = if kind.is_empty() { "an object without a kind" } else { kind };
    let message = format!("the answer is {found}, not {wanted}");
    Failure::new(FailureKind::Malformed, message, advice(FailureKind::Malformed))
}

fn core_group(versions: &[String]) -> DiscoveredGroup {
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
        verbs: Arc::default(),
        subresources: Vec::new(),
    }
}

/// Sorts subresources by name, which makes both forms equal.
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

#[cfg(test)]
mod tests;
