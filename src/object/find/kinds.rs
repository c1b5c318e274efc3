//! Which kinds are read, and in which order.

use std::collections::HashSet;
use std::sync::Arc;

use super::Wanted;
use crate::k8s::discovery::{DiscoveredVersion, Discovery, DiscoveryPart, Resource};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::{Gvr, Scope};
use crate::object::health::Skipped;
use crate::object::search::SearchScope;
use crate::object::search::page::{Kind, is_built_in};

/// What most searches are for comes first; the other kinds follow, built-in groups before others.
const FIRST: [(&str, &str); 13] = [
    ("", "pods"),
    ("apps", "deployments"),
    ("apps", "statefulsets"),
    ("apps", "daemonsets"),
    ("apps", "replicasets"),
    ("batch", "jobs"),
    ("batch", "cronjobs"),
    ("", "services"),
    ("networking.k8s.io", "ingresses"),
    ("", "configmaps"),
    ("", "secrets"),
    ("", "persistentvolumeclaims"),
    ("", "serviceaccounts"),
];

/// Kinds that are left out unless requested: many short-lived objects, or copies of others.
const LEFT_OUT: [(&str, &str); 5] = [
    ("", "events"),
    ("events.k8s.io", "events"),
    ("coordination.k8s.io", "leases"),
    ("", "endpoints"),
    ("", "componentstatuses"),
];

/// A group of figures, whose objects have the names of pods and nodes.
const METRICS: &str = "metrics.k8s.io";

/// Why the kinds of an aggregated API are not read.
const SILENT: &str = "the API does not answer";

/// What is read.
#[derive(Default)]
pub(super) struct Plan {
    /// The kinds in their order.
    pub(super) kinds: Vec<Arc<Kind>>,
    /// The kinds that are left out unless requested.
    pub(super) left_out: Vec<Gvr>,
    /// The versions among these that do not answer.
    pub(super) silent: Vec<String>,
    /// What cannot be read.
    pub(super) skipped: Vec<Skipped>,
}

/// Returns what a search reads: every resource that can be listed, in the version that the server prefers.
///
/// # Errors
///
/// A requested kind that the server does not have, or no kind is known.
pub(super) fn plan(wanted: &Wanted, discovery: &Discovery) -> Result<Plan, Failure> {
    if discovery.groups.is_empty() {
        let failure = DiscoveryPart::GROUPS.iter().find_map(|part| discovery.failure(part));
        return Err(failure.cloned().unwrap_or_else(|| {
            let message = "which kinds the server has is not known yet";
            Failure::new(FailureKind::TimedOut, message, "Try again when they are loaded")
        }));
    }
    let mut plan = Plan::default();
    let is_over_all = matches!(wanted.scope, SearchScope::All { .. });
    let mut known: HashSet<&str> = HashSet::new();
    for version in discovery.versions().filter(|version| is_silent(version)) {
        let version = &version.group_version;
        if version.group.as_str() == METRICS && !wanted.is_of_all_kinds {
            plan.silent.push(version.to_string());
        } else {
            plan.skipped.push(Skipped { what: version.to_string(), why: SILENT.to_owned() });
        }
    }
    for resource in preferred(discovery) {
        let word = wanted.kinds.iter().find(|word| is_named(resource, word));
        known.extend(word.map(String::as_str));
        let is_left_out = !wanted.is_of_all_kinds && is_left_out(resource);
        match (wanted.kinds.is_empty(), word) {
            (true, _) if is_left_out => plan.left_out.push(resource.gvr.clone()),
            (false, None) => {}
            _ if is_over_all || resource.scope == Scope::Namespaced => {
                plan.kinds.push(Arc::new(Kind::of(resource, false)));
            }
            _ => {}
        }
    }
    for part in &DiscoveryPart::GROUPS {
        if let Some(failure) = discovery.failure(part) {
            let what = format!("what {} lists", part.path());
            plan.skipped.push(Skipped { what, why: failure.message.clone() });
        }
    }
    if let Some(word) = wanted.kinds.iter().find(|word| !known.contains(word.as_str())) {
        let hint =
            "Use a plural, singular or short name, such as pods, deploy or widgets.example.com";
        let message = format!("the server has no kind {word} that can be listed");
        return Err(Failure::new(FailureKind::Input, message, hint));
    }
    if !wanted.kinds.is_empty() {
        // All that was requested is there.
        plan.skipped.clear();
        plan.left_out.clear();
        plan.silent.clear();
    }
    plan.kinds.sort_by_key(|kind| place(&kind.gvr));
    Ok(plan)
}

/// The kinds of which a namespace may have objects.
#[derive(Debug, Default)]
pub struct NamespacedKinds {
    /// Those worth counting, in their order.
    pub kinds: Vec<Gvr>,
    /// Those with many short-lived objects or copies of others.
    pub left_out: Vec<Gvr>,
}

/// Returns the kinds of which a namespace may have objects, in the order of a search.
#[must_use]
pub fn in_namespaces(discovery: &Discovery) -> NamespacedKinds {
    let mut all = NamespacedKinds::default();
    for resource in preferred(discovery).filter(|it| it.scope == Scope::Namespaced) {
        let list = if is_left_out(resource) { &mut all.left_out } else { &mut all.kinds };
        list.push(resource.gvr.clone());
    }
    all.kinds.sort_by_key(place);
    all
}

/// Returns the kinds that a cluster may have objects of, without those with many short-lived objects, in the
/// order of a search.
#[must_use]
pub fn in_cluster(discovery: &Discovery) -> Vec<Gvr> {
    let kinds = preferred(discovery).filter(|resource| !is_left_out(resource));
    let mut kinds: Vec<Gvr> = kinds.map(|resource| resource.gvr.clone()).collect();
    kinds.sort_by_key(place);
    kinds
}

/// The resources that can be listed, each in the version that the server prefers of those that answer.
fn preferred(discovery: &Discovery) -> impl Iterator<Item = &Resource> {
    discovery.groups.iter().flat_map(|group| {
        let mut seen = HashSet::new();
        let versions = group.versions.iter().filter(|version| !is_silent(version));
        let resources = versions.flat_map(|version| version.resources.iter().flatten());
        let first = resources.filter(move |resource| seen.insert(&resource.gvr.resource));
        first.filter(|resource| resource.can("list")).map(|resource| &**resource)
    })
}

fn is_silent(version: &DiscoveredVersion) -> bool {
    version.stale || version.resources.is_none()
}

/// The place of a kind in the order; kinds of the same place keep the order of discovery.
fn place(gvr: &Gvr) -> usize {
    let group = gvr.group_version.group.as_str();
    let first = FIRST.iter().position(|first| *first == (group, &*gvr.resource));
    first.unwrap_or(match group {
        "" => FIRST.len(),
        group if is_built_in(group) => FIRST.len() + 1,
        _ => FIRST.len() + 2,
    })
}

fn is_left_out(resource: &Resource) -> bool {
    let group = resource.gvr.group_version.group.as_str();
    group == METRICS || LEFT_OUT.contains(&(group, &*resource.gvr.resource))
}

/// True if a word names a resource: `pods`, `pod`, `po`, `Pod`, `widgets.example.com`.
fn is_named(resource: &Resource, word: &str) -> bool {
    let (name, group) =
        word.split_once('.').map_or((word, None), |(name, group)| (name, Some(group)));
    let names = [&resource.gvr.resource, &resource.singular, &resource.kind];
    let mut names = names.into_iter().chain(&resource.short_names);
    names.any(|known| known.eq_ignore_ascii_case(name))
        && group.is_none_or(|group| resource.gvr.group_version.group.as_str() == group)
}
