//! Completion of the words of a location.

use super::unique_word;
use crate::k8s::discovery::Discovery;
use crate::k8s::names::{Namespace, Scope};
use crate::k8s::path::ApiPath;

/// The maximum number of completions.
const MOST: usize = 100;

/// Returns the texts that complete `prefix` by its last word or path segment: resources, short names
/// and groups from discovery, namespaces after `ns` and `-n`, and `names` after a resource. At most 100,
/// in the server's order.
#[must_use]
pub fn complete(
    prefix: &str,
    discovery: &Discovery,
    namespaces: &[Namespace],
    names: &[&str],
) -> Vec<String> {
    let (before, last) = prefix.rfind(' ').map_or(("", prefix), |at| prefix.split_at(at + 1));
    let spaces = || namespaces.iter().map(|namespace| namespace.as_str().to_owned());
    let found: Vec<String> = match before.split_whitespace().collect::<Vec<_>>().as_slice() {
        [] if last.starts_with('/') => fitting(last, paths(last, discovery, namespaces)),
        [] => match last.split_once('/') {
            Some((word, _)) => fitting(last, names.iter().map(|name| format!("{word}/{name}"))),
            None => fitting(last, words(discovery)),
        },
        [.., "-n" | "--namespace"] | ["ns" | "namespace" | "namespaces"] => fitting(last, spaces()),
        [word] if !word.contains('/') => fitting(last, names.iter().map(|&n| n.to_owned())),
        _ => Vec::new(),
    };
    found.into_iter().map(|word| format!("{before}{word}")).collect()
}

fn fitting(prefix: &str, candidates: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let fitting = candidates.into_iter().filter(|candidate| candidate.starts_with(prefix));
    for candidate in fitting {
        if found.len() == MOST {
            break;
        }
        if !found.contains(&candidate) {
            found.push(candidate);
        }
    }
    found
}

fn words(discovery: &Discovery) -> impl Iterator<Item = String> {
    let resources = || discovery.versions().flat_map(|v| v.resources.iter().flatten());
    let plurals = resources().map(|resource| unique_word(&resource.gvr, discovery));
    let short = resources().flat_map(|r| &r.short_names).map(ToString::to_string);
    let groups = discovery.groups.iter().map(|group| group.group.to_string());
    plurals.chain(groups).chain(short)
}

/// The paths that complete the last segment of `prefix`.
fn paths(prefix: &str, discovery: &Discovery, namespaces: &[Namespace]) -> Vec<String> {
    let mut paths = vec![ApiPath::Api, ApiPath::Apis];
    for group in &discovery.groups {
        paths.push(ApiPath::of_group(&group.group));
        for version in &group.versions {
            let below = ApiPath::Version(version.group_version.clone());
            let is_within = prefix.starts_with(&below.to_string());
            paths.push(below);
            if !is_within {
                continue;
            }
            for resource in version.resources.iter().flatten() {
                let all = ApiPath::Collection { gvr: resource.gvr.clone(), namespace: None };
                paths.push(all);
                if resource.scope == Scope::Namespaced {
                    paths.extend(namespaces.iter().map(|namespace| ApiPath::Collection {
                        gvr: resource.gvr.clone(),
                        namespace: Some(namespace.clone()),
                    }));
                }
            }
        }
    }
    let segments = prefix.matches('/').count();
    let cut = |path: &ApiPath| {
        let path = path.to_string();
        path.match_indices('/').nth(segments).map_or(path.clone(), |(at, _)| path[..at].to_owned())
    };
    paths.iter().map(cut).collect()
}
