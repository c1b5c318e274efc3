//! Folds: which nodes are folded, and which lines are still shown.

use std::collections::{BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::tree::{Kind, NONE, Node};
use super::{Document, Format, LONG};

/// The folded nodes, and the lines that they hide. A row is a line that is shown, numbered from 0.
#[derive(Clone, Debug, Default)]
pub(super) struct Folds {
    pub(super) nodes: BTreeSet<u32>,
    /// Ranges of hidden lines, disjoint and ascending, each with the number of hidden lines before it.
    hidden: Vec<(u32, u32, u32)>,
    lines: u32,
}

impl Folds {
    /// Updates the hidden lines after a change of the folds, the format or the document.
    pub(super) fn update(&mut self, document: &Document, format: Format) {
        self.hidden.clear();
        self.lines = document.line_count(format);
        let (mut before, mut end) = (0, 0);
        for &node in &self.nodes {
            let (from, to) = document.inside(format, node);
            if from >= to || from < end {
                continue;
            }
            self.hidden.push((from, to, before));
            before += to - from;
            end = to;
        }
    }

    /// Returns the number of rows.
    pub(super) fn rows(&self) -> u32 {
        self.lines - self.hidden.last().map_or(0, |(from, to, before)| before + to - from)
    }

    /// Returns the line of a row.
    pub(super) fn line(&self, row: u32) -> u32 {
        let passed = self.hidden.partition_point(|(from, _, before)| from - before <= row);
        row + passed.checked_sub(1).map_or(0, |n| {
            let (from, to, before) = self.hidden[n];
            before + to - from
        })
    }

    /// Returns the row of a line; for a hidden line, the row of the fold.
    pub(super) fn row(&self, line: u32) -> u32 {
        let passed = self.hidden.partition_point(|(from, ..)| *from <= line);
        match passed.checked_sub(1).map(|n| self.hidden[n]) {
            Some((from, to, before)) if line < to => (from - before).saturating_sub(1),
            Some((from, to, before)) => line - (before + to - from),
            None => line,
        }
    }
}

impl Document {
    /// Returns the range of lines that folding a node hides: all but its first.
    pub(super) fn inside(&self, format: Format, node: u32) -> (u32, u32) {
        let lines = self.lines(format);
        let Some(first) = lines.first.get(node as usize) else { return (0, 0) };
        let after = self.nodes[node as usize].after;
        let mut end = lines.first.get(after as usize).copied().unwrap_or_else(|| lines.len());
        if format == Format::Json {
            // Lines that close the containers around the node come before the next node.
            let closing =
                self.ancestors(node).take_while(|n| self.nodes[*n as usize].after == after);
            end -= u32::try_from(closing.count()).unwrap_or(0);
        }
        (first + 1, end)
    }

    /// Returns the last line of a node.
    pub(super) fn last_line(&self, format: Format, node: u32) -> u32 {
        let first = self.line_of(format, node);
        if format == Format::Raw {
            first
        } else {
            self.inside(format, node).1.saturating_sub(1).max(first)
        }
    }

    /// Returns the nodes around a node, the innermost first.
    pub(super) fn ancestors(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        let parent = |n: &u32| self.nodes.get(*n as usize).map(|n| n.parent).filter(|n| *n != NONE);
        std::iter::successors(parent(&node), parent)
    }

    /// True if a node can be folded: it has several lines, or a long one.
    pub(super) fn can_fold(&self, format: Format, node: u32) -> bool {
        let Some(node) = self.nodes.get(node as usize) else { return false };
        match (format, node.kind) {
            (Format::Raw, _) => false,
            // The root has no line of its own in YAML.
            (_, Kind::Map | Kind::List) => node.parent != NONE || format == Format::Json,
            (Format::Yaml, Kind::Block) => true,
            _ => node.end - node.start > LONG,
        }
    }

    /// Returns the nodes that begin on a line and can be folded, the innermost first.
    pub(super) fn foldable(&self, format: Format, line: u32) -> Vec<u32> {
        let Some(leaf) = self.node_at(format, line) else { return Vec::new() };
        let top = match format {
            Format::Yaml => self.line_top(leaf).0,
            _ => leaf,
        };
        let chain = std::iter::once(leaf).chain(self.ancestors(leaf));
        chain.take_while(|n| *n >= top).filter(|n| self.can_fold(format, *n)).collect()
    }

    /// Returns the nodes that are folded when a document is first shown.
    pub(super) fn noise(&self) -> impl Iterator<Item = u32> + '_ {
        (0_u32..).zip(&self.nodes).filter(|(_, node)| node.noise).map(|(n, _)| n)
    }

    /// Returns every map and list but the root.
    pub(super) fn containers(&self) -> impl Iterator<Item = u32> + '_ {
        let inner = |node: &Node| node.is_container() && node.parent != NONE;
        (0_u32..).zip(&self.nodes).filter(move |(_, node)| inner(node)).map(|(n, _)| n)
    }

    /// Returns the folds for a new version of the document: folds stay with their paths, and new nodes
    /// that are folded at first are folded.
    pub(super) fn folds_in(&self, folded: &BTreeSet<u32>, next: &Document) -> BTreeSet<u32> {
        if folded.is_empty() && next.noise().next().is_none() {
            return BTreeSet::new();
        }
        let hashes = self.path_hashes();
        let known: HashSet<u64> = self.noise().map(|n| hashes[n as usize]).collect();
        let folded: HashSet<u64> = folded.iter().map(|n| hashes[*n as usize]).collect();
        let stays = |(n, hash): &(u32, u64)| {
            folded.contains(hash) || next.nodes[*n as usize].noise && !known.contains(hash)
        };
        (0_u32..).zip(next.path_hashes()).filter(stays).map(|(n, _)| n).collect()
    }

    /// Returns a hash of each node's path; 0 for nodes that cannot be folded.
    fn path_hashes(&self) -> Vec<u64> {
        let mut hashes: Vec<u64> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let long = node.kind == Kind::Block || node.end - node.start > LONG;
            if !node.is_container() && !long && !node.noise {
                hashes.push(0);
                continue;
            }
            let mut state = DefaultHasher::new();
            hashes.get(node.parent as usize).hash(&mut state);
            if node.key == NONE {
                node.index.hash(&mut state);
            } else {
                self.key_inner(node).hash(&mut state);
            }
            hashes.push(state.finish());
        }
        hashes
    }
}
