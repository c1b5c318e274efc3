//! An older version of a document as its difference to the newer one, byte for byte.

use super::Document;
use super::secret::{children, key};
use super::tree::Kind;

/// What replaces parts of a newer version to get the older one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Splices(Vec<Splice>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Splice {
    /// The offsets in the newer version.
    start: u32,
    end: u32,
    older: Box<[u8]>,
}

impl Splices {
    /// Compares two versions: values are paired by their keys, items by their positions at both ends of a
    /// list.
    #[must_use]
    pub fn between(older: &Document, newer: &Document) -> Self {
        let mut found = Finder { older, newer, splices: Vec::new(), old: 0, new: 0 };
        if !older.nodes.is_empty() && !newer.nodes.is_empty() {
            found.value(0, 0);
        }
        found.up_to(older.body.len(), newer.body.len());
        Self(found.splices)
    }

    /// Returns the older version; `None` if the newer one is not the one that was compared.
    #[must_use]
    pub fn apply(&self, newer: &[u8]) -> Option<Vec<u8>> {
        let mut older = Vec::with_capacity(newer.len());
        let mut at = 0;
        for splice in &self.0 {
            older.extend_from_slice(newer.get(at..splice.start as usize)?);
            older.extend_from_slice(&splice.older);
            at = splice.end as usize;
        }
        older.extend_from_slice(newer.get(at..)?);
        Some(older)
    }

    /// Returns the memory that they take, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        let splices = self.0.iter().map(|splice| splice.older.len() + size_of::<Splice>());
        splices.sum()
    }
}

struct Finder<'a> {
    older: &'a Document,
    newer: &'a Document,
    splices: Vec<Splice>,
    /// The offsets up to which both versions were compared.
    old: usize,
    new: usize,
}

impl Finder<'_> {
    /// Compares two values that begin where the comparison is, or after bytes that belong to them.
    fn value(&mut self, old: u32, new: u32) {
        let (before, now) = (&self.older.nodes[old as usize], &self.newer.nodes[new as usize]);
        self.up_to(before.start as usize, now.start as usize);
        let (old_end, new_end) = (before.end as usize, now.end as usize);
        let is_same = self.older.body[self.old..old_end] == self.newer.body[self.new..new_end];
        let is_container = before.kind == now.kind && matches!(now.kind, Kind::Map | Kind::List);
        if !is_same && is_container {
            for (old, new) in self.pairs(old, new) {
                self.value(old, new);
            }
        }
        self.up_to(old_end, new_end);
    }

    /// Returns the children at both ends that belong together.
    fn pairs(&self, old: u32, new: u32) -> Vec<(u32, u32)> {
        let olds: Vec<u32> = children(&self.older.nodes, old).collect();
        let news: Vec<u32> = children(&self.newer.nodes, new).collect();
        let is_map = self.newer.nodes[new as usize].kind == Kind::Map;
        let is_as_long = olds.len() == news.len();
        let belongs = |(old, new): &(&u32, &u32)| {
            if is_map {
                let of = |document: &Document, node| key(&document.body, &document.nodes, node);
                of(self.older, **old) == of(self.newer, **new)
            } else {
                is_as_long || text(self.older, **old) == text(self.newer, **new)
            }
        };
        let first = olds.iter().zip(&news).take_while(belongs).count();
        let (old_rest, new_rest) = (&olds[first..], &news[first..]);
        let last = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(belongs).count();
        let ends = olds[olds.len() - last..].iter().zip(&news[news.len() - last..]);
        olds[..first]
            .iter()
            .zip(&news[..first])
            .chain(ends)
            .map(|(old, new)| (*old, *new))
            .collect()
    }

    /// Compares the bytes up to two offsets.
    fn up_to(&mut self, old: usize, new: usize) {
        let (older, newer) = (&self.older.body[self.old..old], &self.newer.body[self.new..new]);
        if older != newer {
            let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            let (start, end) = (offset(self.new), offset(new));
            self.splices.push(Splice { start, end, older: older.into() });
        }
        (self.old, self.new) = (old, new);
    }
}

fn text(document: &Document, node: u32) -> &[u8] {
    let node = &document.nodes[node as usize];
    &document.body[node.start as usize..node.end as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Document {
        Document::read(text.to_owned().into(), true, false)
    }

    #[test]
    fn the_older_version_is_rebuilt_byte_for_byte() {
        let versions = [
            "",
            "{}",
            r#"{"a":1,"b":{"c":2}}"#,
            r#"{"a":1, "b" : {"c":2}}"#,
            r#"{"a":10,"b":{"c":"x"},"d":[1,2]}"#,
            r#"{"a":10,"b":{"c":"x"},"d":[0,1,2]}"#,
            r#"{"b":{"c":"x"},"a":10,"d":[{"n":1},{"n":2}]}"#,
            r#"{"b":{"c":"x"},"a":10,"d":[{"n":1},{"n":3}]}"#,
            r#"{"a":1,"a":2}"#,
            "[1,",
        ];
        for older in versions {
            for newer in versions {
                let splices = Splices::between(&read(older), &read(newer));
                let rebuilt = splices.apply(newer.as_bytes()).unwrap();
                assert_eq!(String::from_utf8_lossy(&rebuilt), older, "from {newer}");
            }
        }
    }

    #[test]
    fn a_changed_value_takes_its_own_bytes_only() {
        let (older, newer) = (read(r#"{"a":{"b":"old","c":1}}"#), read(r#"{"a":{"b":"n","c":1}}"#));
        let splices = Splices::between(&older, &newer);
        assert_eq!(splices.0.len(), 1);
        assert_eq!(&*splices.0[0].older, b"\"old\"");
    }
}
