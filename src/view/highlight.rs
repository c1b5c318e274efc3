//! The colours of documents: only of the lines that are seen, and remembered while they are.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use crate::app::document::{Document, DocumentPane, Format, MASK, Row};
use crate::theme::Role;

/// Lines remembered at most; a screen has fewer.
const MOST: usize = 512;

/// A line as it is drawn.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) text: String,
    /// Roles of parts of the text, in bytes, ascending and disjoint.
    pub(super) spans: Vec<(Range<usize>, Role)>,
    /// What is searched for, in bytes.
    pub(super) matches: Vec<Range<usize>>,
}

/// The lines seen last, with their colours.
#[derive(Debug, Default)]
pub struct HighlightCache {
    document: Option<Arc<Document>>,
    format: Format,
    unmasked: bool,
    words: String,
    lines: HashMap<(u32, Option<u32>), Rc<Line>>,
}

impl HighlightCache {
    /// The line of a row, made if it was not seen before.
    pub(super) fn line(&mut self, pane: &DocumentPane, row: Row) -> Rc<Line> {
        let key = (row.line, row.folded);
        if let Some(line) = self.lines.get(&key) {
            return line.clone();
        }
        if self.lines.len() >= MOST {
            self.lines.clear();
        }
        let line = Rc::new(make(pane, row));
        self.lines.insert(key, line.clone());
        line
    }

    /// Forgets what is of another document or was shown otherwise.
    pub(super) fn look_at(&mut self, pane: &DocumentPane) {
        let same = match (&self.document, pane.document()) {
            (Some(ours), Some(theirs)) => Arc::ptr_eq(ours, theirs),
            (ours, theirs) => ours.is_none() && theirs.is_none(),
        };
        if same
            && self.format == pane.format()
            && self.unmasked == pane.is_unmasked()
            && self.words == pane.words()
        {
            return;
        }
        self.document = pane.document().cloned();
        self.format = pane.format();
        self.unmasked = pane.is_unmasked();
        pane.words().clone_into(&mut self.words);
        self.lines.clear();
    }
}

fn make(pane: &DocumentPane, row: Row) -> Line {
    let text = pane.text(row.line);
    let matches = pane.matches_in(&text);
    let mut spans = Vec::new();
    if let Some(document) = pane.document()
        && document.has_secrets()
        && !pane.is_unmasked()
    {
        spans.extend(masks(&text).map(|range| (range, Role::Masked)));
    }
    Line { text, spans, matches }
}

/// Where a text says that something is masked, its size included.
fn masks(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    text.match_indices(MASK).map(|(start, mask)| {
        let behind = start + mask.len();
        let size = text[behind..].find(['"', ',']).unwrap_or(text.len() - behind);
        start..behind + size
    })
}
