//! The index of a document's lines in a format: the node of each line, without text.

use super::Format;
use super::token;
use super::tree::{Kind, NONE, Node};

/// The lines of one format. Lines and nodes are 0-based; offsets count the document's bytes.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// The node of each line; in raw text, the offset at which the line begins.
    pub(super) at: Vec<u32>,
    /// The part of the node on each line: 0 for its first line, the offset at which a line of a block
    /// begins, or [`CLOSE`]. Empty for raw text.
    pub(super) part: Vec<u32>,
    /// The first line of each node. Empty for raw text.
    pub(super) first: Vec<u32>,
}

/// The part of a line that closes a container.
pub(super) const CLOSE: u32 = u32::MAX;

impl Lines {
    /// Indexes the lines of a document in a format.
    pub(super) fn index(format: Format, bytes: &[u8], nodes: &[Node]) -> Self {
        match format {
            Format::Yaml => Self::yaml(bytes, nodes),
            Format::Json => Self::json(nodes),
            Format::Raw => Self::raw(bytes),
        }
    }

    pub(super) fn len(&self) -> u32 {
        number(self.at.len())
    }

    fn yaml(bytes: &[u8], nodes: &[Node]) -> Self {
        let mut lines = Self::default();
        for (n, node) in nodes.iter().enumerate() {
            lines.first.push(lines.len());
            if node.is_container() && node.key == NONE {
                continue;
            }
            lines.push(n, 0);
            if node.kind == Kind::Block {
                let inner = &bytes[node.start as usize + 1..node.end as usize - 1];
                for start in token::line_starts(inner).filter(|&start| start < inner.len()) {
                    lines.push(n, node.start + 1 + number(start));
                }
            }
        }
        lines
    }

    fn json(nodes: &[Node]) -> Self {
        let mut lines = Self::default();
        let mut open: Vec<usize> = Vec::new();
        for (n, node) in nodes.iter().enumerate() {
            while let Some(closed) = open.pop_if(|o| nodes[*o].after as usize <= n) {
                lines.push(closed, CLOSE);
            }
            lines.first.push(lines.len());
            lines.push(n, 0);
            if node.is_container() {
                open.push(n);
            }
        }
        while let Some(closed) = open.pop() {
            lines.push(closed, CLOSE);
        }
        lines
    }

    fn raw(bytes: &[u8]) -> Self {
        let mut at = Vec::new();
        let mut start = 0;
        while start < bytes.len() {
            at.push(number(start));
            let length = bytes[start..].iter().position(|&b| b == b'\n');
            start = length.map_or(bytes.len(), |length| start + length + 1);
        }
        Self { at, ..Self::default() }
    }

    fn push(&mut self, node: usize, part: u32) {
        self.at.push(number(node));
        self.part.push(part);
    }

    /// Returns the line of raw text that contains an offset.
    pub(super) fn holding(&self, offset: u32) -> u32 {
        number(self.at.partition_point(|&start| start <= offset)).saturating_sub(1)
    }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
