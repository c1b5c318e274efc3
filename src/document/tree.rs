//! The values of a document as a flat list of nodes, in the order sent. Lines, paths and folds are
//! computed from it.

use super::scalar;
use super::token::{self, Broken, Token, Tokens, What};

/// The value of a field that has no node or no key.
pub(super) const NONE: u32 = u32::MAX;
/// The deepest containers with nodes of their own. A deeper one is one line, so that paths and
/// indentation stay short.
pub(super) const MAX_DEPTH: u8 = 100;
/// The most values of a document. One with more is shown raw.
pub(super) const MAX_NODES: usize = 1 << 20;

/// The kind of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A map that is not empty.
    Map,
    /// A list that is not empty.
    List,
    /// An empty map or list.
    Empty,
    /// A container deeper than [`MAX_DEPTH`], with its bytes as sent.
    Flow,
    /// A string on one line.
    Text,
    /// A string that YAML shows as a literal block.
    Block,
    Number,
    Literal,
}

/// A value with its key. Offsets count the document's bytes; nodes are indices into the list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    /// The offset of the key's opening quote; [`NONE`] for an item and for the root.
    pub(super) key: u32,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) parent: u32,
    /// The next node that is not inside this one.
    pub(super) after: u32,
    /// The 0-based index among the parent's children.
    pub(super) index: u32,
    /// The number of children.
    pub(super) children: u32,
    pub(super) kind: Kind,
    pub(super) depth: u8,
    /// The 0-based column at which the entry begins in YAML.
    pub(super) indent: u8,
    /// True if it is folded at first.
    pub(super) noise: bool,
}

impl Node {
    pub(super) fn is_container(&self) -> bool {
        matches!(self.kind, Kind::Map | Kind::List)
    }

    /// True if it is an item of a list.
    pub(super) fn is_item(&self) -> bool {
        self.key == NONE && self.parent != NONE
    }

    /// Returns the column at which the children begin in YAML. The items of a list begin at the column
    /// of its key.
    pub(super) fn child_indent(&self) -> u8 {
        let own = u8::from(self.parent != NONE) * 2;
        if self.kind == Kind::List && self.key != NONE { self.indent } else { self.indent + own }
    }
}

/// Why a document has no nodes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Refused {
    Broken(Broken),
    TooMany,
}

impl From<Broken> for Refused {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

struct Builder<'a> {
    bytes: &'a [u8],
    nodes: Vec<Node>,
    open: Vec<u32>,
    key: u32,
    /// The offset at which the last value or bracket ends.
    end: usize,
}

/// Parses a JSON document.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Node>, Refused> {
    let mut builder = Builder::new(bytes);
    builder.read()?;
    Ok(builder.nodes)
}

/// Parses the beginning of a JSON document. Returns the complete values and the offset at which the last
/// one ends.
pub(super) fn read_beginning(bytes: &[u8]) -> Result<(Vec<Node>, usize), Refused> {
    // A number at the end may be incomplete.
    let is_digit = |b: &u8| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
    let digits = bytes.iter().rev().take_while(|b| is_digit(b)).count();
    let bytes = &bytes[..bytes.len() - digits];
    let mut builder = Builder::new(bytes);
    match builder.read() {
        Err(Refused::Broken(broken)) if broken.is_cut(bytes) => {}
        other => other?,
    }
    let end = builder.end;
    while !builder.open.is_empty() {
        builder.close(end);
    }
    // Of the outermost bracket alone there is nothing to see.
    builder.nodes.truncate(if builder.nodes.len() == 1 { 0 } else { usize::MAX });
    Ok((builder.nodes, end))
}

impl<'a> Builder<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let nodes = Vec::with_capacity((bytes.len() / 24).min(MAX_NODES));
        Self { bytes, nodes, open: Vec::new(), key: NONE, end: 0 }
    }

    fn read(&mut self) -> Result<(), Refused> {
        let mut tokens = Tokens::new(self.bytes);
        while let Some(token) = tokens.next()? {
            match token.what {
                What::Key => {
                    self.key = offset(token.start);
                    continue;
                }
                What::OpenMap | What::OpenList => self.open(token, &mut tokens)?,
                What::Close => self.close(token.end),
                What::Text { breaks } => self.text(token, breaks)?,
                What::Number => self.add(token, Kind::Number)?,
                What::Literal => self.add(token, Kind::Literal)?,
            }
            self.end = self.end.max(token.end);
        }
        self.nodes.shrink_to_fit();
        Ok(())
    }

    fn add(&mut self, token: Token, kind: Kind) -> Result<(), Refused> {
        if self.nodes.len() >= MAX_NODES {
            return Err(Refused::TooMany);
        }
        let parent = self.open.last().copied().unwrap_or(NONE);
        let (mut index, mut depth, mut indent) = (0, 0, 0);
        if let Some(parent) = self.nodes.get_mut(parent as usize) {
            index = parent.children;
            parent.children += 1;
            depth = parent.depth + 1;
            indent = parent.child_indent();
        }
        let (start, end) = (offset(token.start), offset(token.end));
        self.end = self.end.max(token.end);
        let after = offset(self.nodes.len() + 1);
        let key = std::mem::replace(&mut self.key, NONE);
        let noise = key != NONE && is_noise(&self.bytes[key as usize..]);
        self.nodes.push(Node {
            key,
            start,
            end,
            parent,
            after,
            index,
            children: 0,
            kind,
            depth,
            indent,
            noise,
        });
        Ok(())
    }

    fn text(&mut self, token: Token, breaks: bool) -> Result<(), Refused> {
        let inner = &self.bytes[token.start + 1..token.end - 1];
        let block =
            breaks && !self.open.is_empty() && scalar::block_head(&token::text_of(inner)).is_some();
        self.add(token, if block { Kind::Block } else { Kind::Text })
    }

    fn open(&mut self, token: Token, tokens: &mut Tokens<'_>) -> Result<(), Refused> {
        let kind = if token.what == What::OpenMap { Kind::Map } else { Kind::List };
        let node = offset(self.nodes.len());
        if tokens.closes() {
            self.add(token, Kind::Empty)?;
            self.open.push(node);
        } else if self.open.len() >= usize::from(MAX_DEPTH) {
            self.add(token, Kind::Flow)?;
            let mut depth = 1_usize;
            while depth > 0 {
                let Some(inner) = tokens.next()? else { break };
                match inner.what {
                    What::OpenMap | What::OpenList => depth += 1,
                    What::Close => depth -= 1,
                    _ => {}
                }
                self.nodes[node as usize].end = offset(inner.end);
                self.end = inner.end;
            }
        } else {
            self.add(token, kind)?;
            self.open.push(node);
        }
        Ok(())
    }

    fn close(&mut self, end: usize) {
        let after = offset(self.nodes.len());
        if let Some(node) = self.open.pop().and_then(|n| self.nodes.get_mut(n as usize)) {
            node.end = offset(end);
            node.after = after;
        }
    }
}

/// True for fields that are long and seldom read.
fn is_noise(key: &[u8]) -> bool {
    key.starts_with(b"\"managedFields\"") || key.starts_with(LAST_APPLIED.as_bytes())
}

/// The quoted key of the annotation with a copy of the whole object.
pub(super) const LAST_APPLIED: &str = "\"kubectl.kubernetes.io/last-applied-configuration\"";

/// Converts an offset or a number of nodes. Documents are far smaller than 4 GiB.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_have_depths_indentation_and_ends() {
        let nodes = read(br#"{"a":[1,{"b":"x\ny"},[]],"c":{}}"#).unwrap();
        let kinds: Vec<_> = nodes.iter().map(|n| (n.kind, n.depth, n.indent, n.after)).collect();
        assert_eq!(
            kinds,
            [
                (Kind::Map, 0, 0, 7),
                (Kind::List, 1, 0, 6),
                (Kind::Number, 2, 0, 3),
                (Kind::Map, 2, 0, 5),
                (Kind::Block, 3, 2, 5),
                (Kind::Empty, 2, 0, 6),
                (Kind::Empty, 1, 0, 7),
            ]
        );
        assert_eq!(nodes[1].children, 3);
        assert_eq!(nodes[5].index, 2);
    }

    #[test]
    fn no_value_of_a_beginning_ends_after_the_beginning() {
        let deep = format!("{}1{}", "[".repeat(102), "]".repeat(102));
        for cut in 0..deep.len() {
            let (nodes, end) = read_beginning(&deep.as_bytes()[..cut]).unwrap();
            assert!(nodes.iter().all(|node| node.end as usize <= end), "{cut}");
        }
    }

    #[test]
    fn a_container_that_is_too_deep_is_one_node() {
        let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
        let nodes = read(deep.as_bytes()).unwrap();
        assert_eq!(nodes.len(), usize::from(MAX_DEPTH) + 1);
        assert_eq!(nodes[100].kind, Kind::Flow);
        assert_eq!((nodes[100].start, nodes[100].end), (100, 19_901));
    }

    #[test]
    fn a_beginning_has_only_complete_values() {
        let json = r#"{"a":[12,{"b":"x\u0041"},[]],"c":{"d":true}}"#;
        for cut in 0..=json.len() {
            let (nodes, end) = read_beginning(&json.as_bytes()[..cut]).unwrap();
            assert!(end <= cut);
            let spans = nodes.iter().all(|node| node.start < node.end && node.end as usize <= end);
            assert!(spans, "{}", &json[..cut]);
        }
        let whole = |cut: usize| read_beginning(&json.as_bytes()[..cut]).unwrap();
        assert_eq!(whole(json.len()).0.len(), read(json.as_bytes()).unwrap().len());
        let (nodes, end) = whole(json.find("2,").unwrap() + 1);
        assert_eq!((nodes.len(), end), (2, 6), "half a number is dropped");
        let (nodes, end) = whole(json.find("\"c").unwrap() + 6);
        assert_eq!(
            (nodes.len(), &json[end - 1..end]),
            (7, "{"),
            "a key without a value is dropped"
        );
        assert!(read_beginning(b"{\"a\" 1, \"b\": 2, \"c\": 3").is_err());
    }

    #[test]
    fn too_many_values_are_refused() {
        let many = format!("[{}1]", "1,".repeat(MAX_NODES));
        assert!(matches!(read(many.as_bytes()), Err(Refused::TooMany)));
    }
}
