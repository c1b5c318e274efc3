//! The discovery documents as JSON spells them. What Go leaves out or writes as null is optional, and
//! entries of a list that have another form are skipped.

use std::sync::Arc;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{
    DiscoveredGroup, DiscoveredVersion, Resource, Subresource, finish, scope, text, texts,
};
use crate::k8s::names::{Group, GroupVersion};

/// `APIGroupDiscoveryList`, `APIVersions` or `APIGroupList`, each with one of the lists.
#[derive(Deserialize)]
pub(super) struct GroupsDocument {
    pub(super) kind: Option<String>,
    #[serde(default, deserialize_with = "readable")]
    pub(super) items: Vec<AggregatedGroup>,
    #[serde(default, deserialize_with = "readable")]
    pub(super) versions: Vec<String>,
    #[serde(default, deserialize_with = "readable")]
    pub(super) groups: Vec<PlainGroup>,
}

/// `APIGroupDiscovery`; the first version is the preferred one.
#[derive(Deserialize)]
pub(super) struct AggregatedGroup {
    metadata: Option<Metadata>,
    #[serde(default, deserialize_with = "readable")]
    versions: Vec<AggregatedVersion>,
}

#[derive(Deserialize)]
struct Metadata {
    name: Option<String>,
}

#[derive(Deserialize)]
struct AggregatedVersion {
    version: String,
    #[serde(default, deserialize_with = "readable")]
    resources: Vec<AggregatedResource>,
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
    #[serde(default, deserialize_with = "readable")]
    subresources: Vec<AggregatedSubresource>,
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
pub(super) struct PlainGroup {
    name: String,
    #[serde(default, deserialize_with = "readable")]
    versions: Vec<PlainVersion>,
    preferred_version: Option<PlainVersion>,
}

#[derive(Deserialize)]
struct PlainVersion {
    version: String,
}

/// `APIResourceList`.
#[derive(Deserialize)]
pub(super) struct ResourcesDocument {
    pub(super) kind: Option<String>,
    #[serde(default, deserialize_with = "readable")]
    pub(super) resources: Vec<PlainResource>,
}

/// `APIResource`: a resource, or a subresource as `pods/status`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PlainResource {
    pub(super) name: String,
    singular_name: Option<Arc<str>>,
    pub(super) namespaced: Option<bool>,
    pub(super) kind: Option<String>,
    pub(super) verbs: Option<Vec<Arc<str>>>,
    short_names: Option<Vec<Arc<str>>>,
    categories: Option<Vec<Arc<str>>>,
}

/// The answer of `GET /`.
#[derive(Deserialize)]
pub(super) struct PathsDocument {
    pub(super) paths: Option<Vec<Value>>,
}

/// The entries of a list that have the form of `T`. It is an error if none of several has it.
fn readable<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let entries = Option::<Vec<&RawValue>>::deserialize(deserializer)?.unwrap_or_default();
    let (mut readable, mut failure) = (Vec::with_capacity(entries.len()), None);
    for entry in entries.into_iter().filter(|entry| entry.get() != "null") {
        match serde_json::from_str(entry.get()) {
            Ok(entry) => readable.push(entry),
            Err(error) => failure = Some(error),
        }
    }
    match failure {
        Some(error) if readable.is_empty() => Err(D::Error::custom(error)),
        _ => Ok(readable),
    }
}

impl AggregatedGroup {
    pub(super) fn into_group(self) -> DiscoveredGroup {
        let name = self.metadata.and_then(|metadata| metadata.name).unwrap_or_default();
        let versions = self.versions.into_iter().enumerate();
        let versions =
            versions.map(|(index, version)| version.into_version(&name, index == 0)).collect();
        DiscoveredGroup { group: Group::new(&name), versions }
    }
}

impl AggregatedVersion {
    fn into_version(self, group: &str, preferred: bool) -> DiscoveredVersion {
        let group_version = GroupVersion::new(group, &self.version);
        let resources =
            self.resources.into_iter().map(|entry| entry.into_resource(&group_version)).collect();
        DiscoveredVersion {
            group_version,
            preferred,
            stale: self.freshness.as_deref() == Some("Stale"),
            resources: Some(finish(resources)),
        }
    }
}

impl AggregatedResource {
    fn into_resource(self, version: &GroupVersion) -> Resource {
        Resource {
            gvr: version.resource(&self.resource),
            kind: kind(self.response_kind),
            scope: scope(self.scope.as_deref() == Some("Namespaced")),
            singular: self.singular_resource.unwrap_or_default(),
            short_names: texts(self.short_names),
            categories: texts(self.categories),
            verbs: texts(self.verbs),
            subresources: { self.subresources }
                .into_iter()
                .map(AggregatedSubresource::into_subresource)
                .collect(),
        }
    }
}

impl AggregatedSubresource {
    fn into_subresource(self) -> Subresource {
        Subresource {
            name: self.subresource,
            kind: kind(self.response_kind),
            verbs: texts(self.verbs),
        }
    }
}

impl PlainGroup {
    /// The preferred version first, wherever it is in the list.
    pub(super) fn into_group(self) -> DiscoveredGroup {
        let preferred = self.preferred_version.map(|preferred| preferred.version);
        let mut versions: Vec<DiscoveredVersion> = (self.versions.iter())
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

impl PlainResource {
    pub(super) fn into_resource(self, version: &GroupVersion) -> Resource {
        Resource {
            gvr: version.resource(&self.name),
            kind: text(self.kind.as_deref()),
            scope: scope(self.namespaced == Some(true)),
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
