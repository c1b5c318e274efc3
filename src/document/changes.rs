//! The differences between two versions of a document. Values are compared by their keys, items by their
//! indices between the equal items at both ends of a list.

use std::collections::HashMap;

use super::Document;
use super::secret::{children, key};
use super::tree::Kind;

/// Returns the nodes of the newer version that are new or changed, ascending. For a removed value, it is
/// the container that had it.
pub(super) fn between(old: &Document, new: &Document) -> Vec<u32> {
    let mut changes = Changes { old, new, found: Vec::new() };
    if !old.nodes.is_empty() && !new.nodes.is_empty() {
        changes.compare(0, 0);
    }
    changes.found.sort_unstable();
    changes.found
}

struct Changes<'a> {
    old: &'a Document,
    new: &'a Document,
    found: Vec<u32>,
}

impl Changes<'_> {
    fn compare(&mut self, before: u32, now: u32) {
        if self.is_same(before, now) {
            return;
        }
        match (self.old.nodes[before as usize].kind, self.new.nodes[now as usize].kind) {
            (Kind::Map, Kind::Map) => self.compare_maps(before, now),
            (Kind::List, Kind::List) => self.compare_lists(before, now),
            _ => self.found.extend(now..self.new.nodes[now as usize].after),
        }
    }

    fn is_same(&self, before: u32, now: u32) -> bool {
        text(self.old, before) == text(self.new, now)
    }

    fn compare_maps(&mut self, before: u32, now: u32) {
        let of = |document: &Document, node: u32| key(&document.body, &document.nodes, node);
        let olds = children(&self.old.nodes, before).map(|node| (of(self.old, node), node));
        let mut olds: HashMap<String, u32> = olds.collect();
        let news: Vec<u32> = children(&self.new.nodes, now).collect();
        for node in news {
            match olds.remove(&of(self.new, node)) {
                Some(old) => self.compare(old, node),
                None => self.found.extend(node..self.new.nodes[node as usize].after),
            }
        }
        if !olds.is_empty() {
            self.found.push(now);
        }
    }

    fn compare_lists(&mut self, before: u32, now: u32) {
        let olds: Vec<u32> = children(&self.old.nodes, before).collect();
        let news: Vec<u32> = children(&self.new.nodes, now).collect();
        let same = |(old, new): &(&u32, &u32)| self.is_same(**old, **new);
        let first = olds.iter().zip(&news).take_while(same).count();
        let (olds, news) = (&olds[first..], &news[first..]);
        let last = olds.iter().rev().zip(news.iter().rev()).take_while(same).count();
        let (olds, news) = (&olds[..olds.len() - last], &news[..news.len() - last]);
        for (place, node) in news.iter().enumerate() {
            match olds.get(place) {
                Some(old) => self.compare(*old, *node),
                None => self.found.extend(*node..self.new.nodes[*node as usize].after),
            }
        }
        if olds.len() > news.len() {
            self.found.push(now);
        }
    }
}

fn text(document: &Document, node: u32) -> &[u8] {
    let node = &document.nodes[node as usize];
    &document.body[node.start as usize..node.end as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::path;

    fn changed(old: &'static str, new: &'static str) -> Vec<String> {
        let read = |text: &'static str| Document::read(text.as_bytes().into(), true, false);
        let (old, new) = (read(old), read(new));
        let nodes = between(&old, &new);
        nodes.into_iter().map(|node| path::of(&new.body, &new.nodes, node)).collect()
    }

    #[test]
    fn only_differences_are_found() {
        let cases: [(&str, &str, &[&str]); 8] = [
            (r#"{"a":1,"b":{"c":2}}"#, r#"{"b":{"c":2},"a":1}"#, &[]),
            (r#"{"a":1,"b":{"c":2}}"#, r#"{"a":1,"b":{"c":3}}"#, &[".b.c"]),
            (r#"{"a":1}"#, r#"{"a":1,"b":{"c":[1]}}"#, &[".b", ".b.c", ".b.c[0]"]),
            (r#"{"a":{"b":1,"c":2}}"#, r#"{"a":{"b":1}}"#, &[".a"]),
            (r#"{"a":[1,2,3]}"#, r#"{"a":[0,1,2,3]}"#, &[".a[0]"]),
            (r#"{"a":[1,2,3]}"#, r#"{"a":[1,3]}"#, &[".a"]),
            (r#"{"a":[{"n":1,"v":1},2]}"#, r#"{"a":[{"n":1,"v":2},2]}"#, &[".a[0].v"]),
            (r#"{"a":1}"#, r#"{"a":"1"}"#, &[".a"]),
        ];
        for (old, new, paths) in cases {
            assert_eq!(changed(old, new), paths, "{old} {new}");
        }
        assert_eq!(changed("[1,1]", "[1,1,1]"), ["[2]"]);
        assert_eq!(changed("", "{}"), [""; 0]);
    }
}
