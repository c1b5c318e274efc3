//! Paths of values in a document: `.spec.containers[0].image`, or
//! `.metadata.labels['app.kubernetes.io/name']` for keys that are not simple words.

use std::fmt::Write as _;

use super::secret::{children, key};
use super::tree::{Kind, NONE, Node};
use crate::object::path::push_key;

/// Returns the path of a node; `.` for the root.
pub(super) fn of(bytes: &[u8], nodes: &[Node], node: u32) -> String {
    let mut chain = Vec::new();
    let mut at = node;
    while let Some(node) = nodes.get(at as usize).filter(|node| node.parent != NONE) {
        chain.push(at);
        at = node.parent;
    }
    let mut path = String::new();
    for &step in chain.iter().rev() {
        let node = &nodes[step as usize];
        if node.is_item() {
            // Writing to a String cannot fail.
            _ = write!(path, "[{}]", node.index);
        } else {
            push_key(&key(bytes, nodes, step), &mut path);
        }
    }
    if path.is_empty() { ".".to_owned() } else { path }
}

/// Returns the node at a path and true, or the deepest node on the way to it and false.
pub(super) fn find(bytes: &[u8], nodes: &[Node], path: &str) -> Option<(u32, bool)> {
    if nodes.is_empty() {
        return None;
    }
    let mut at = 0;
    for step in steps(path)? {
        let wanted = |n: &u32| match &step {
            Step::Key(name) => nodes[*n as usize].key != NONE && key(bytes, nodes, *n) == *name,
            Step::Index(index) => {
                nodes[*n as usize].index == *index && nodes[at as usize].kind == Kind::List
            }
        };
        let next = children(nodes, at).find(wanted);
        match next {
            Some(next) => at = next,
            None => return Some((at, false)),
        }
    }
    Some((at, true))
}

enum Step {
    Key(String),
    Index(u32),
}

/// Parses a path as [`of`] writes it, or with double quotes. `None` if it is not a path.
fn steps(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = path.trim();
    if rest == "." {
        return Some(steps);
    }
    while !rest.is_empty() {
        if let Some(name) = rest.strip_prefix('.') {
            if name.starts_with('[') {
                rest = name;
                continue;
            }
            let end = name.find(['.', '[']).unwrap_or(name.len());
            steps.push(Step::Key(name[..end].to_owned()));
            rest = &name[end..];
        } else if let Some(quote) = rest.strip_prefix('[')?.chars().next().filter(|c| is_quote(*c))
        {
            let mut name = String::new();
            let mut chars = rest[2..].chars();
            loop {
                match chars.next()? {
                    '\\' => name.push(chars.next()?),
                    c if c == quote => break,
                    c => name.push(c),
                }
            }
            steps.push(Step::Key(name));
            rest = chars.as_str().strip_prefix(']')?;
        } else {
            let (index, after) = rest.strip_prefix('[')?.split_once(']')?;
            steps.push(Step::Index(index.parse().ok()?));
            rest = after;
        }
    }
    Some(steps)
}

fn is_quote(c: char) -> bool {
    matches!(c, '\'' | '"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tree;

    #[test]
    fn every_path_finds_its_node() {
        let json =
            br#"{"spec":{"c":[{"image":"x"},[1,2]]},"l":{"a/b":1,"i't\\":2,"":3,"\u00e4":4}}"#;
        let nodes = tree::read(json).unwrap();
        let paths: Vec<_> =
            (0..nodes.len()).map(|n| of(json, &nodes, u32::try_from(n).unwrap())).collect();
        assert!(paths.contains(&".spec.c[0].image".to_owned()), "{paths:?}");
        assert!(paths.contains(&".spec.c[1][1]".to_owned()));
        assert!(paths.contains(&".l['a/b']".to_owned()));
        for (n, path) in paths.iter().enumerate() {
            assert_eq!(find(json, &nodes, path), Some((u32::try_from(n).unwrap(), true)), "{path}");
        }
    }

    #[test]
    fn an_unknown_path_finds_its_longest_known_beginning() {
        let json = br#"{"a":{"b":1}}"#;
        let nodes = tree::read(json).unwrap();
        assert_eq!(find(json, &nodes, ".a.c[3]"), Some((1, false)));
        for path in ["a", ".a[", ".a['b", ".a[x]", "é", "["] {
            assert!(find(json, &nodes, path).is_none_or(|(_, found)| !found), "{path}");
        }
    }
}
