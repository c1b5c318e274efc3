//! The differences between two versions of a document. Values are compared by their keys, items as a
//! comparison of objects pairs them.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::secret::{self, children, key};
use super::tree::Kind;
use super::{Document, token};
use crate::object::diff::{Alignment, Pair, align};
use crate::text::{fit, visible};

/// Lists of more bytes than this are paired by their order.
const MAX_ALIGNED: usize = 256 << 10;

/// The widest value that is kept of an older version, in columns.
const WIDEST: usize = 24;

/// What differs between two versions.
#[derive(Clone, Debug, Default)]
pub(super) struct Changed {
    /// The nodes of the newer version that are new or changed, ascending. For a removed value, it is the
    /// container that had it.
    pub(super) nodes: Vec<u32>,
    /// What some of them were, in a few words: `was 3`, `new`, `lost a, b`. Masked values stay masked.
    pub(super) was: BTreeMap<u32, String>,
}

/// Returns what differs between two versions.
pub(super) fn between(old: &Document, new: &Document) -> Changed {
    let mut changes = Changes { old, new, found: Changed::default() };
    if !old.nodes.is_empty() && !new.nodes.is_empty() {
        changes.compare(0, 0);
    }
    changes.found.nodes.sort_unstable();
    changes.found
}

struct Changes<'a> {
    old: &'a Document,
    new: &'a Document,
    found: Changed,
}

impl Changes<'_> {
    fn compare(&mut self, before: u32, now: u32) {
        if self.is_same(before, now) {
            return;
        }
        match (self.old.nodes[before as usize].kind, self.new.nodes[now as usize].kind) {
            (Kind::Map, Kind::Map) => self.compare_maps(before, now),
            (Kind::List, Kind::List) => self.compare_lists(before, now),
            _ => {
                self.found.nodes.extend(now..self.new.nodes[now as usize].after);
                self.found.was.insert(now, format!("was {}", self.before(before, now)));
            }
        }
    }

    /// Notes a value that the older version does not have.
    fn add(&mut self, node: u32) {
        self.found.nodes.extend(node..self.new.nodes[node as usize].after);
        self.found.was.insert(node, "new".to_owned());
    }

    /// Notes that a container lost values.
    fn lose(&mut self, container: u32, lost: &str) {
        self.found.nodes.push(container);
        self.found.was.insert(container, format!("lost {}", fit(lost, WIDEST)));
    }

    /// Returns an older value in a few words.
    fn before(&self, before: u32, now: u32) -> String {
        let node = &self.old.nodes[before as usize];
        let raw = text(self.old, before);
        let is_text = matches!(node.kind, Kind::Text | Kind::Block);
        let inner = if is_text { &raw[1..raw.len() - 1] } else { raw };
        let is_masked = self.old.masked.binary_search(&before).is_ok()
            || self.new.masked.binary_search(&now).is_ok();
        if is_masked {
            return format!("‹{} bytes›", secret::size(&token::unescape(inner)));
        }
        if node.is_container() {
            return format!(
                "{} {}",
                node.children,
                if node.kind == Kind::Map { "fields" } else { "items" }
            );
        }
        let text = token::text_of(inner);
        match text.lines().count() {
            0 | 1 => fit(&visible(&text), WIDEST).into_owned(),
            lines => format!("{lines} lines"),
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
                None => self.add(node),
            }
        }
        if !olds.is_empty() {
            let mut lost: Vec<String> = olds.into_keys().collect();
            lost.sort_unstable();
            self.lose(now, &visible(&lost.join(", ")));
        }
    }

    fn compare_lists(&mut self, before: u32, now: u32) {
        let olds: Vec<u32> = children(&self.old.nodes, before).collect();
        let news: Vec<u32> = children(&self.new.nodes, now).collect();
        let Alignment { pairs, is_reordered } =
            self.alignment(before, now).unwrap_or_else(|| by_place(olds.len(), news.len()));
        let mut lost = 0;
        for Pair { left, right, .. } in pairs {
            let old = left.and_then(|at| olds.get(at)).copied();
            match (old, right.and_then(|at| news.get(at)).copied()) {
                (Some(old), Some(new)) => self.compare(old, new),
                (None, Some(new)) => self.add(new),
                (Some(_), None) => lost += 1,
                (None, None) => {}
            }
        }
        if lost > 0 {
            let items = if lost == 1 { "item" } else { "items" };
            self.lose(now, &format!("{lost} {items}"));
        } else if is_reordered {
            self.found.nodes.push(now);
            self.found.was.insert(now, "other order".to_owned());
        }
    }

    /// Pairs the items of two lists; `None` if they are too long.
    fn alignment(&self, before: u32, now: u32) -> Option<Alignment> {
        let (before, list) = (text(self.old, before), text(self.new, now));
        if before.len() + list.len() > MAX_ALIGNED {
            return None;
        }
        let values = |json| serde_json::from_slice::<Vec<Value>>(json).ok();
        let name = key(&self.new.body, &self.new.nodes, now);
        Some(align(&name, None, &values(before)?, &values(list)?))
    }
}

/// Pairs items by their indices.
fn by_place(olds: usize, news: usize) -> Alignment {
    let within = |at: usize, count: usize| (at < count).then_some(at);
    let pair = |at| Pair { left: within(at, olds), right: within(at, news), label: String::new() };
    Alignment { pairs: (0..olds.max(news)).map(pair).collect(), is_reordered: false }
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
        between(&old, &new)
            .nodes
            .into_iter()
            .map(|node| path::of(&new.body, &new.nodes, node))
            .collect()
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

    #[test]
    fn items_are_paired_by_what_identifies_them() {
        let old = r#"{"env":[{"name":"A","value":"1"},{"name":"B","value":"2"}]}"#;
        let new = r#"{"env":[{"name":"C","value":"3"},{"name":"A","value":"1"},{"name":"B","value":"9"}]}"#;
        let expected = [".env[0]", ".env[0].name", ".env[0].value", ".env[2].value"];
        assert_eq!(changed(old, new), expected);
        let new = r#"{"env":[{"name":"B","value":"2"},{"name":"A","value":"1"}]}"#;
        assert_eq!(changed(old, new), [".env"]);
        let new = r#"{"env":[{"name":"B","value":"2"}]}"#;
        assert_eq!(changed(old, new), [".env"]);
    }

    #[test]
    fn the_items_of_a_long_list_are_paired_by_their_order() {
        let list = |items: &[usize]| {
            let items: Vec<String> = items
                .iter()
                .map(|it| format!(r#"{{"name":"{it}","text":"{}"}}"#, "x".repeat(MAX_ALIGNED / 4)))
                .collect();
            Document::read(format!("[{}]", items.join(",")).into(), true, false)
        };
        let found = between(&list(&[1, 2]), &list(&[2, 1]));
        assert_eq!(found.was.into_values().collect::<Vec<_>>(), ["was 1", "was 2"]);
    }

    #[test]
    fn what_a_value_was_is_kept_in_a_few_words() {
        let was = |old: &str, new: &str| -> Vec<String> {
            let read = |text: &str| Document::read(text.to_owned().into(), true, false);
            between(&read(old), &read(new)).was.into_values().collect()
        };
        assert_eq!(was(r#"{"a":"debug"}"#, r#"{"a":"trace"}"#), ["was debug"]);
        assert_eq!(was(r#"{"a":"x\ny\n"}"#, r#"{"a":1}"#), ["was 2 lines"]);
        assert_eq!(was(r#"{"a":1}"#, r#"{"a":1,"b":{"c":1}}"#), ["new"]);
        assert_eq!(was(r#"{"a":{"b":1,"c":2,"d":3}}"#, r#"{"a":{"d":3}}"#), ["lost b, c"]);
        assert_eq!(was("[1,2,3]", "[1]"), ["lost 2 items"]);
        let secret = |value: &str| format!(r#"{{"kind":"Secret","data":{{"a":"{value}"}}}}"#);
        assert_eq!(was(&secret("aGVsbG8="), &secret("aGk=")), ["was ‹5 bytes›"]);
    }
}
