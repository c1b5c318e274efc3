//! Names that a mistyped word may have meant.

use crate::k8s::discovery::Discovery;
use crate::text::distance::distance;

/// Up to three names that discovery knows, the nearest first.
pub(super) fn names(word: &str, discovery: &Discovery) -> Vec<String> {
    let wanted = word.to_ascii_lowercase();
    let bare = wanted.split('.').next().unwrap_or_default();
    let mut near: Vec<(usize, &str)> = Vec::new();
    let mut offer = |known: &[&str], shown| {
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
    let mut names: Vec<String> = Vec::new();
    for (_, name) in near {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names.truncate(3);
    names
}
