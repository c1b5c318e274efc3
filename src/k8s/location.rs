//! Locations: the words that name a path, the same on the command line and in the prompt.
//!
//! [`parse`] reads the words without any knowledge of the server; [`Locator`] looks them up.

mod complete;
mod locator;
mod near;

use std::sync::Arc;

pub use self::complete::complete;
pub use self::locator::{Locator, NamespaceDefaults, Resolution, namespace_path};
use super::discovery::{DiscoveredVersion, Discovery, Resource};
use super::failure::{Failure, FailureKind};
use super::names::{Group, GroupVersion, Gvr, Namespace, Scope};
use super::path::{ApiPath, ObjectPath, decode_query};
use super::selector::Selector;

/// A parsed location that is not looked up yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// An API path with its query.
    Path {
        /// The path.
        path: ApiPath,
        /// The query's parameters, decoded.
        query: Vec<(String, String)>,
    },
    /// `ns shop`: the namespace to work in.
    Namespace(Namespace),
    /// A resource, kind, short name or group, and a part of it: `po`, `po/db-0 -n shop`.
    Named(Named),
}

/// A name that is looked up in discovery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// `po`, `Pod`, `deploy.apps`, `deployments.v1.apps`, `batch`, `batch/v1`.
    pub word: String,
    /// The name of an object.
    pub name: Option<String>,
    /// The subresource of the object, such as `status`.
    pub subresource: Option<String>,
    /// The namespaces.
    pub namespaces: NamespaceScope,
}

impl Location {
    /// True if it is of all namespaces, whichever is chosen.
    #[must_use]
    pub fn is_of_all(&self) -> bool {
        matches!(self, Self::Named(Named { namespaces: NamespaceScope::All, .. }))
    }
}

/// The namespaces that a location names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamespaceScope {
    /// No namespace is named: the default applies.
    Chosen,
    /// `-n NAMESPACE`.
    Namespace(Namespace),
    /// `-A`.
    All,
}

/// The path that a location names, with its query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// The path.
    pub path: ApiPath,
    /// The query's parameters, decoded: those of the given path or URL, then the given selectors.
    pub query: Vec<(String, String)>,
    /// True if it is of all namespaces, whichever is chosen.
    pub is_of_all: bool,
}

impl Located {
    /// A path without a query.
    #[must_use]
    pub fn at(path: ApiPath) -> Self {
        Self { path, query: Vec::new(), is_of_all: false }
    }

    /// The selectors of the query.
    #[must_use]
    pub fn selector(&self) -> Selector {
        Selector::of_query(self.query.clone())
    }
}

/// Parses the words of a location: an API path (`/apis/batch/v1/jobs`), `po`, `pods db-0`,
/// `po/db-0 -n shop`, `po -A`, `deploy.apps`, `deployments.v1.apps`, `batch`, `ns shop`.
///
/// # Errors
///
/// Too many words, too few, or an unknown flag.
pub fn parse(words: &str) -> Result<Location, Failure> {
    let (words, namespaces) = take_namespaces(words)?;
    match words.as_slice() {
        [] => Err(input("no location is given", "Give an API path or a resource, such as po")),
        [path] if path.starts_with('/') || path.contains("://") => Ok(parse_path(path)),
        [path] if matches!(path.split('/').next(), Some("api" | "apis")) => Ok(parse_path(path)),
        ["ns" | "namespace" | "namespaces", name] => Ok(Location::Namespace(Namespace::new(name))),
        [word] => Ok(Location::Named(parse_slashes(word, namespaces))),
        [word, name] if !word.contains('/') => {
            let named = parse_slashes(&format!("{word}/{name}"), namespaces);
            Ok(Location::Named(named))
        }
        [.., last] => Err(input(
            format!("`{last}` is one word too many"),
            "A location is a path, or a resource and a name: po/db-0 -n shop",
        )),
    }
}

/// Splits the words into those of the name, and the namespaces of `-n NAMESPACE` and `-A`.
fn take_namespaces(text: &str) -> Result<(Vec<&str>, NamespaceScope), Failure> {
    let mut namespaces = NamespaceScope::Chosen;
    let mut rest = Vec::new();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        let name = match word {
            "-A" | "--all-namespaces" => {
                namespaces = NamespaceScope::All;
                continue;
            }
            "-n" | "--namespace" => words.next(),
            _ => match word.strip_prefix("--namespace=").or_else(|| word.strip_prefix("-n")) {
                None if word.starts_with('-') => {
                    return Err(input(
                        format!("`{word}` is not a flag of a location"),
                        "A location takes -n NAMESPACE, -A, -l SELECTOR and -f SELECTOR",
                    ));
                }
                None => {
                    rest.push(word);
                    continue;
                }
                given => given,
            },
        };
        let name = name.filter(|name| !name.is_empty()).ok_or_else(|| {
            input("a namespace is missing after -n", "Write it as in po/db-0 -n shop")
        })?;
        namespaces = NamespaceScope::Namespace(Namespace::new(name));
    }
    Ok((rest, namespaces))
}

/// Parses a path, or the path and query of a URL.
fn parse_path(text: &str) -> Location {
    let text = match text.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |slash| &rest[slash..]),
        None => text,
    };
    let text = text.split('#').next().unwrap_or_default();
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    Location::Path { path: ApiPath::parse(path), query: decode_query(query) }
}

fn parse_slashes(text: &str, namespaces: NamespaceScope) -> Named {
    let mut parts = text.splitn(3, '/').filter(|part| !part.is_empty()).map(str::to_owned);
    Named {
        word: parts.next().unwrap_or_default(),
        name: parts.next(),
        subresource: parts.next(),
        namespaces,
    }
}

fn path_of(named: &Named, resource: &Resource, chosen: Option<&Namespace>) -> ApiPath {
    let named_or_chosen = match &named.namespaces {
        _ if resource.scope == Scope::Cluster => None,
        NamespaceScope::Namespace(namespace) => Some(namespace.clone()),
        NamespaceScope::All => None,
        NamespaceScope::Chosen => chosen.cloned(),
    };
    let gvr = resource.gvr.clone();
    let Some(name) = &named.name else {
        return ApiPath::Collection { gvr, namespace: named_or_chosen };
    };
    let namespace = match resource.scope {
        Scope::Cluster => None,
        Scope::Namespaced => Some(named_or_chosen.unwrap_or_else(|| Namespace::new("default"))),
    };
    let object = ObjectPath { gvr, namespace, name: name.as_str().into() };
    match &named.subresource {
        Some(subresource) => object.subresource(subresource),
        None => ApiPath::Object(object),
    }
}

/// The path of a group or version: `batch`, `core`, `batch/v1`, and `v1` of the core group.
fn group_or_version(named: &Named, discovery: &Discovery) -> Option<ApiPath> {
    if named.subresource.is_some() {
        return None;
    }
    let word = named.word.as_str();
    let group = if word == "core" { Group::core() } else { Group::new(word) };
    match &named.name {
        Some(version) => {
            let version = GroupVersion::new(group.as_str(), version);
            discovery.version(&version).map(|known| ApiPath::Version(known.group_version.clone()))
        }
        None => {
            discovery.group(&group).map(|known| ApiPath::of_group(&known.group)).or_else(|| {
                let version = GroupVersion::new("", word);
                discovery
                    .version(&version)
                    .map(|known| ApiPath::Version(known.group_version.clone()))
            })
        }
    }
}

/// The resource that a word such as `po`, `deploy.apps` or `deployments.v1.apps` names.
fn find<'a>(word: &str, discovery: &'a Discovery) -> Option<&'a Arc<Resource>> {
    let (name, place) = word.split_once('.').map_or((word, None), |(n, place)| (n, Some(place)));
    let exact = |version: &DiscoveredVersion| match place {
        None => true,
        Some(place) => is_at(&version.group_version, place),
    };
    // Like kubectl: if no group has the whole name, the beginning of a group's name is enough.
    let begins = |version: &DiscoveredVersion| {
        place.is_some_and(|place| begins_group(&version.group_version, place))
    };
    best(name, discovery, &exact).or_else(|| best(name, discovery, &begins))
}

fn begins_group(version: &GroupVersion, place: &str) -> bool {
    !place.is_empty() && version.group.as_str().starts_with(place)
}

/// True if `place` (`apps`, `v1.apps`, `v1`, `v1.`) names that version or its group.
fn is_at(version: &GroupVersion, place: &str) -> bool {
    let group = version.group.as_str();
    if place == group && !group.is_empty() {
        return true;
    }
    let (version_word, group_word) = place.split_once('.').unwrap_or((place, ""));
    version_word == &*version.version && group_word == group
}

fn best<'a>(
    name: &str,
    discovery: &'a Discovery,
    within: &dyn Fn(&DiscoveredVersion) -> bool,
) -> Option<&'a Arc<Resource>> {
    let resources = discovery.versions().filter(|version| within(version)).flat_map(|version| {
        version.resources.iter().flatten().map(move |resource| (!version.preferred, resource))
    });
    let ranked = resources.filter_map(|(not_preferred, resource)| {
        let is_full = has_name(resource, name);
        let is_known = is_full || has_short_name(resource, name);
        is_known.then_some(((!is_full, not_preferred), resource))
    });
    ranked.min_by_key(|(rank, _)| *rank).map(|(_, resource)| resource)
}

fn has_name(resource: &Resource, name: &str) -> bool {
    [&*resource.gvr.resource, &*resource.singular, &*resource.kind]
        .iter()
        .any(|known| !known.is_empty() && known.eq_ignore_ascii_case(name))
}

fn has_short_name(resource: &Resource, name: &str) -> bool {
    resource.short_names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn input(message: impl Into<String>, hint: impl Into<String>) -> Failure {
    Failure::new(FailureKind::Input, message, hint)
}

/// The shortest word that names this resource and no other: `pods`, or `events.events.k8s.io`.
fn unique_word(gvr: &Gvr, discovery: &Discovery) -> String {
    let plural = &gvr.resource;
    match find(plural, discovery) {
        Some(found) if found.gvr == *gvr => plural.to_string(),
        _ => {
            let group = gvr.group_version.group.as_str();
            let by_group = format!("{plural}.{group}");
            match find(&by_group, discovery) {
                Some(found) if found.gvr == *gvr => by_group,
                _ => format!("{plural}.{}.{group}", gvr.group_version.version),
            }
        }
    }
}

#[cfg(test)]
mod tests;
