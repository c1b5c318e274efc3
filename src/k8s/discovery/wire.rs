//! The discovery documents as JSON spells them. What Go leaves out or writes as null is optional, and
//! entries of a list that have another form are skipped. The largest document, the aggregated one, is
//! read without that first: to skip entries, a list is scanned once more at each level. Its lists of
//! resources are parsed later.

use std::fmt;
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{
    DiscoveredGroup, DiscoveredVersion, Resource, Resources, Subresource, finish, scope, text,
};
use crate::k8s::json;
use crate::k8s::names::{Group, GroupVersion, Gvr};

/// `APIGroupDiscoveryList`, `APIVersions` or `APIGroupList`, each with one of the lists.
#[derive(Deserialize)]
pub(super) struct GroupsDocument<'a, const SKIPS: bool> {
    pub(super) kind: Option<String>,
    #[serde(default, borrow)]
    pub(super) items: Entries<AggregatedGroup<'a, SKIPS>, SKIPS>,
    #[serde(default, deserialize_with = "readable")]
    pub(super) versions: Vec<String>,
    #[serde(default, deserialize_with = "readable")]
    pub(super) groups: Vec<PlainGroup>,
}

/// `APIGroupDiscovery`; the first version is the preferred one.
#[derive(Deserialize)]
pub(super) struct AggregatedGroup<'a, const SKIPS: bool> {
    metadata: Option<Metadata>,
    #[serde(default, borrow)]
    versions: Entries<AggregatedVersion<'a>, SKIPS>,
}

#[derive(Deserialize)]
struct Metadata {
    name: Option<String>,
}

#[derive(Deserialize)]
struct AggregatedVersion<'a> {
    version: String,
    /// A list of [`AggregatedResource`].
    #[serde(borrow)]
    resources: Option<&'a RawValue>,
    freshness: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AggregatedResource<const SKIPS: bool> {
    resource: Word,
    response_kind: Option<Kind>,
    scope: Option<String>,
    singular_resource: Option<Word>,
    verbs: Option<Verbs>,
    short_names: Option<Vec<Word>>,
    categories: Option<Vec<Word>>,
    #[serde(default)]
    subresources: Entries<AggregatedSubresource, SKIPS>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AggregatedSubresource {
    subresource: Word,
    response_kind: Option<Kind>,
    verbs: Option<Verbs>,
}

#[derive(Deserialize)]
struct Kind {
    kind: Option<Word>,
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
    singular_name: Option<Word>,
    pub(super) namespaced: Option<bool>,
    pub(super) kind: Option<String>,
    pub(super) verbs: Option<Verbs>,
    short_names: Option<Vec<Word>>,
    categories: Option<Vec<Word>>,
}

/// The answer of `GET /`.
#[derive(Deserialize)]
pub(super) struct PathsDocument {
    pub(super) paths: Option<Vec<Value>>,
}

/// The entries of a list that are not null. Those that do not have the form of `T` are skipped, or if not
/// `SKIPS` are an error.
pub(super) struct Entries<T, const SKIPS: bool>(pub(super) Vec<T>);

impl<T, const SKIPS: bool> Default for Entries<T, SKIPS> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>, const SKIPS: bool> Deserialize<'de> for Entries<T, SKIPS> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if SKIPS {
            return readable(deserializer).map(Self);
        }
        let entries = Option::<Vec<Option<T>>>::deserialize(deserializer)?.unwrap_or_default();
        Ok(Self(entries.into_iter().flatten().collect()))
    }
}

/// The entries of a list that have the form of `T`. It is an error if none of several has it.
fn readable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
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

impl<const SKIPS: bool> AggregatedGroup<'_, SKIPS> {
    /// The group; `body` is the document that it is borrowed from.
    pub(super) fn into_group(self, body: &Bytes) -> DiscoveredGroup {
        let name = self.metadata.and_then(|metadata| metadata.name).unwrap_or_default();
        let versions = self.versions.0.into_iter().enumerate();
        let versions = versions
            .map(|(index, version)| version.into_version(&name, index == 0, body))
            .collect();
        DiscoveredGroup { group: Group::new(&name), versions }
    }
}

impl AggregatedVersion<'_> {
    fn into_version(self, group: &str, preferred: bool, body: &Bytes) -> DiscoveredVersion {
        let group_version = GroupVersion::new(group, &self.version);
        let resources = self.resources.map(|list| {
            let list = body.slice_ref(list.get().as_bytes());
            Resources::of_list(group_version.clone(), list)
        });
        DiscoveredVersion {
            group_version,
            preferred,
            stale: self.freshness.as_deref() == Some("Stale"),
            resources: Some(resources.unwrap_or_default()),
        }
    }
}

/// Parses a list of `APIResourceDiscovery`. Anything but a list has no resources.
pub(super) fn resources(version: &GroupVersion, list: &[u8]) -> Vec<Arc<Resource>> {
    fn all<const SKIPS: bool>(
        version: &GroupVersion,
        list: &[u8],
    ) -> serde_json::Result<Vec<Resource>> {
        let list: Entries<AggregatedResource<SKIPS>, SKIPS> = json::read(list)?;
        Ok(list.0.into_iter().map(|entry| entry.into_resource(version)).collect())
    }
    let all = all::<false>(version, list).or_else(|_| all::<true>(version, list));
    finish(all.unwrap_or_default())
}

impl<const SKIPS: bool> AggregatedResource<SKIPS> {
    fn into_resource(self, version: &GroupVersion) -> Resource {
        Resource {
            gvr: Gvr { group_version: version.clone(), resource: self.resource.0 },
            kind: kind(self.response_kind),
            scope: scope(self.scope.as_deref() == Some("Namespaced")),
            singular: word(self.singular_resource),
            short_names: words(self.short_names),
            categories: words(self.categories),
            verbs: verbs(self.verbs),
            subresources: { self.subresources.0 }
                .into_iter()
                .map(AggregatedSubresource::into_subresource)
                .collect(),
        }
    }
}

impl AggregatedSubresource {
    fn into_subresource(self) -> Subresource {
        Subresource {
            name: self.subresource.0,
            kind: kind(self.response_kind),
            verbs: verbs(self.verbs),
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
            singular: word(self.singular_name),
            short_names: words(self.short_names),
            categories: words(self.categories),
            verbs: verbs(self.verbs),
            subresources: Vec::new(),
        }
    }
}

fn kind(kind: Option<Kind>) -> Arc<str> {
    word(kind.and_then(|kind| kind.kind))
}

fn word(word: Option<Word>) -> Arc<str> {
    word.map(|word| word.0).unwrap_or_default()
}

fn words(words: Option<Vec<Word>>) -> Vec<Arc<str>> {
    words.unwrap_or_default().into_iter().map(|word| word.0).collect()
}

pub(super) fn verbs(verbs: Option<Verbs>) -> Arc<[Arc<str>]> {
    verbs.map(|verbs| verbs.0).unwrap_or_default()
}

/// The verbs of a resource. The lists that most resources have are kept once, and not parsed.
#[derive(Clone)]
pub(super) struct Verbs(Arc<[Arc<str>]>);

/// The usual lists and their JSON: of custom resources, of built-in ones, and of `status`.
static USUAL: LazyLock<[(String, Verbs); 3]> = LazyLock::new(|| {
    [
        "delete deletecollection get list patch create update watch",
        "create delete deletecollection get list patch update watch",
        "get patch update",
    ]
    .map(|verbs| {
        let json = format!(r#"["{}"]"#, verbs.replace(' ', r#"",""#));
        (json, Verbs(verbs.split(' ').map(Arc::from).collect()))
    })
});

impl<'de> Deserialize<'de> for Verbs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = <&RawValue>::deserialize(deserializer)?.get();
        if let Some((_, usual)) = USUAL.iter().find(|(usual, _)| usual == json) {
            return Ok(usual.clone());
        }
        let words: Vec<Word> = serde_json::from_str(json).map_err(D::Error::custom)?;
        Ok(Self(words.into_iter().map(|word| word.0).collect()))
    }
}

/// A name.
pub(super) struct Word(Arc<str>);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(WordVisitor)
    }
}

struct WordVisitor;

impl Visitor<'_> for WordVisitor {
    type Value = Word;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Word, E> {
        Ok(Word(text.into()))
    }
}
