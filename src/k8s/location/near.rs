//! Names that a mistyped word may have meant.

use crate::k8s::discovery::Discovery;

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

/// How many letters must be put in, taken out, replaced or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    // A word of any length is typed here, and only near ones matter.
    if a.len().abs_diff(b.len()) > 3 {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let replaced = above[j] + usize::from(a[i] != b[j]);
            let mut least = replaced.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_is_one_change() {
        assert_eq!(distance("pdos", "pods"), 1);
        assert_eq!(distance("pod", "pods"), 1);
        assert_eq!(distance("jobs", "jobs"), 0);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("a", "abcdefgh"), usize::MAX);
    }
}
