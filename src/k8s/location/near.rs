//! Known names that resemble a mistyped word.

use crate::k8s::discovery::Discovery;
use crate::text::distance::distance;

/// Returns up to three known names that resemble the word, the nearest first.
pub(super) fn names(word: &str, discovery: &Discovery) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (_, name) in ranked(word, discovery) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names.truncate(3);
    names
}

/// True if the word is most likely a known name with one typing mistake. That cannot be said of words
/// of up to three letters, nor of words with a group.
pub(super) fn is_typo(word: &str, discovery: &Discovery) -> bool {
    word.len() > 3
        && !word.contains('.')
        && ranked(word, discovery).first().is_some_and(|(distance, _)| *distance <= 1)
}

/// The names that resemble the word, by their distance.
fn ranked<'a>(word: &str, discovery: &'a Discovery) -> Vec<(usize, &'a str)> {
    let wanted = word.to_ascii_lowercase();
    let bare = wanted.split('.').next().unwrap_or_default();
    let mut near: Vec<(usize, &str)> = Vec::new();
    let mut offer = |known: &[&str], shown: &'a str| {
        let distances = known.iter().filter(|name| !name.is_empty()).map(|name| {
            let name = name.to_ascii_lowercase();
            distance(&wanted, &name).min(distance(bare, &name))
        });
        match distances.min() {
            Some(distance) if distance <= wanted.len().div_ceil(3).min(3) => {
                near.push((distance, shown));
            }
            _ => {}
        }
    };
    for group in &discovery.groups {
        for resource in group.versions.iter().flat_map(|v| v.resources.iter().flatten()) {
            let mut known = vec![&*resource.gvr.resource, &*resource.singular, &*resource.kind];
            known.extend(resource.short_names.iter().map(|name| &**name));
            offer(&known, &resource.gvr.resource);
        }
        offer(&[group.group.as_str()], group.group.as_str());
    }
    near.sort_by_key(|(distance, _)| *distance);
    near
}
