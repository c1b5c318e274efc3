//! The discovery documents as JSON spells them. What Go leaves out or writes as null is optional.

use std::sync::Arc;

use serde::Deserialize;

use super::{
    DiscoveredGroup, DiscoveredVersion, Resource, Subresource, finish, scope, text, texts,
};
use crate::k8s::names::{Group, GroupVersion};

/// `APIGroupDiscoveryList`, `APIVersions` or `APIGroupList`: only one of the lists is there.
#[derive(Deserialize)]
pub(super) struct Body {
    pub(super) kind: Option<String>,
    pub(super) items: Option<Vec<Aggregated>>,
    pub(super) versions: Option<Vec<String>>,
    pub(super) groups: Option<Vec<Plain>>,
}

/// `APIGroupDiscovery`; the first version is the preferred one.
#[derive(Deserialize)]
pub(super) struct Aggregated {
    metadata: Option<Metadata>,
    versions: Option<Vec<AggregatedVersion>>,
}

#[derive(Deserialize)]
struct Metadata {
    name: Option<String>,
}

#[derive(Deserialize)]
struct AggregatedVersion {
    version: String,
    resources: Option<Vec<AggregatedResource>>,
    freshness: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AggregatedResource {
    resource: Arc<str>,
    response_kind: Option<Kind>,
    scope: Option<String>,
    singular_resource: Option<Arc<str>>,
    verbs: Option<Vec<Arc<str>>>,
    short_names: Option<Vec<Arc<str>>>,
    categories: Option<Vec<Arc<str>>>,
    subresources: Option<Vec<AggregatedSubresource>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AggregatedSubresource {
    subresource: Arc<str>,
    response_kind: Option<Kind>,
    verbs: Option<Vec<Arc<str>>>,
}

#[derive(Deserialize)]
struct Kind {
    kind: Option<Arc<str>>,
}

/// `APIGroup`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Plain {
    name: String,
    versions: Option<Vec<PlainVersion>>,
    preferred_version: Option<PlainVersion>,
}

#[derive(Deserialize)]
struct PlainVersion {
    version: String,
}

/// `APIResourceList`.
#[derive(Deserialize)]
pub(super) struct Resources {
    pub(super) kind: Option<String>,
    pub(super) resources: Option<Vec<Entry>>,
}

/// `APIResource`: a resource, or a subresource as `pods/status`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    pub(super) name: String,
    singular_name: Option<Arc<str>>,
    #[serde(default)]
    pub(super) namespaced: bool,
    pub(super) kind: Option<String>,
    pub(super) verbs: Option<Vec<Arc<str>>>,
    short_names: Option<Vec<Arc<str>>>,
    categories: Option<Vec<Arc<str>>>,
}

/// The answer of `GET /`.
#[derive(Deserialize)]
pub(super) struct Root {
    pub(super) paths: Option<Vec<String>>,
}

impl Aggregated {
    pub(super) fn read(self) -> DiscoveredGroup {
        let name = self.metadata.and_then(|metadata| metadata.name).unwrap_or_default();
        let versions = self.versions.unwrap_or_default().into_iter().enumerate();
        let versions = versions.map(|(index, version)| version.read(&name, index == 0)).collect();
        DiscoveredGroup { group: Group::new(&name), versions }
    }
}

impl AggregatedVersion {
    fn read(self, group: &str, preferred: bool) -> DiscoveredVersion {
        let group_version = GroupVersion::new(group, &self.version);
        let resources = self.resources.unwrap_or_default();
        let resources = resources.into_iter().map(|entry| entry.read(&group_version)).collect();
        DiscoveredVersion {
            group_version,
            preferred,
            stale: self.freshness.as_deref() == Some("Stale"),
            resources: Some(finish(resources)),
        }
    }
}

impl AggregatedResource {
    fn read(self, version: &GroupVersion) -> Resource {
        let subresources = self.subresources.unwrap_or_default();
        Resource {
            gvr: version.resource(&self.resource),
            kind: kind(self.response_kind),
            scope: scope(self.scope.as_deref() == Some("Namespaced")),
            singular: self.singular_resource.unwrap_or_default(),
            short_names: texts(self.short_names),
            categories: texts(self.categories),
            verbs: texts(self.verbs),
            subresources: subresources.into_iter().map(AggregatedSubresource::read).collect(),
        }
    }
}

impl AggregatedSubresource {
    fn read(self) -> Subresource {
        Subresource {
            name: self.subresource,
            kind: kind(self.response_kind),
            verbs: texts(self.verbs),
        }
    }
}

impl Plain {
    /// The preferred version comes first, whatever its place in the list.
    pub(super) fn read(self) -> DiscoveredGroup {
        let preferred = self.preferred_version.map(|preferred| preferred.version);
        let mut versions: Vec<DiscoveredVersion> = (self.versions.unwrap_or_default().iter())
            .enumerate()
            .map(|(index, PlainVersion { version })| DiscoveredVersion {
                group_version: GroupVersion::new(&self.name, version),
                preferred: preferred.as_ref().map_or(index == 0, |preferred| preferred == version),
                stale: false,
                resources: None,
            })
            .collect();
        versions.sort_by_key(|version| !version.preferred);
        DiscoveredGroup { group: Group::new(&self.name), versions }
    }
}

impl Entry {
    pub(super) fn read(self, version: &GroupVersion) -> Resource {
        Resource {
            gvr: version.resource(&self.name),
            kind: text(self.kind.as_deref()),
            scope: scope(self.namespaced),
            singular: self.singular_name.unwrap_or_default(),
            short_names: texts(self.short_names),
            categories: texts(self.categories),
            verbs: texts(self.verbs),
            subresources: Vec::new(),
        }
    }
}

fn kind(kind: Option<Kind>) -> Arc<str> {
    kind.and_then(|kind| kind.kind).unwrap_or_default()
}
