//! A cache of the lines in view and their colours.
//!
//! Drawing never runs a grammar: a line is drawn plain until its colours have been computed elsewhere.
//! Colours depend only on the text, so they stay valid when the document changes.

mod grammars;

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use crate::document::{Document, DocumentPane, Format, LineKind, MASK, ViewLine, shown};
use crate::text::sgr::{Graphics, OutputLine};
use crate::theme::Role;
pub use grammars::{Coloured, Plain};
use grammars::{Text, beginning};

/// The most lines in the cache, and the most texts with colours. A screen has fewer.
const MAX_LINES: usize = 1024;

/// A line to draw.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) text: String,
    /// The roles of parts of the text: byte ranges, ascending and disjoint.
    pub(super) spans: Vec<Span>,
    /// The graphics that a log selects: byte ranges, ascending and disjoint.
    pub(super) graphics: Vec<(Range<usize>, Graphics)>,
    /// The matches of the search, as byte ranges.
    pub(super) matches: Vec<Range<usize>>,
    /// True if its colours have not been computed yet.
    is_plain: bool,
    /// The rows of the wrapped line, at the width for which they were last needed.
    rows: OnceCell<(usize, Vec<Range<usize>>)>,
}

impl Line {
    /// Returns the byte range of a row of the line when it is wrapped at `width` columns.
    pub(super) fn row(&self, part: usize, width: usize) -> Range<usize> {
        let rows = || shown::rows(&self.text, width);
        let (known_width, known) = self.rows.get_or_init(|| (width, rows().collect()));
        let row = if *known_width == width { known.get(part).cloned() } else { rows().nth(part) };
        row.unwrap_or(0..0)
    }
}

/// A byte range of a text and its role.
pub(super) type Span = (Range<usize>, Role);

/// The lines drawn last, and the colours of their texts.
#[derive(Debug, Default)]
pub struct HighlightCache {
    document: Option<Arc<Document>>,
    format: Format,
    unmasked: bool,
    words: String,
    lines: HashMap<(u32, Option<u32>), Rc<Line>>,
    colours: HashMap<Text, Vec<Span>>,
    /// The texts that the last frame drew without colours and that were not returned yet.
    plain: Vec<Text>,
}

impl HighlightCache {
    /// Returns the texts that the last frame drew without colours. Each is returned once.
    #[must_use]
    pub fn plain(&mut self) -> Option<Plain> {
        (!self.plain.is_empty()).then(|| Plain(std::mem::take(&mut self.plain)))
    }

    /// Adds colours for the next frame.
    pub fn take(&mut self, coloured: Coloured) {
        if self.colours.len() + coloured.0.len() > MAX_LINES {
            self.colours.clear();
        }
        self.colours.extend(coloured.0);
        self.lines.retain(|_, line| !line.is_plain);
    }

    /// Returns the line of a row.
    pub(super) fn line(&mut self, pane: &DocumentPane, row: ViewLine) -> Rc<Line> {
        let key = (row.line, row.folded);
        if let Some(line) = self.lines.get(&key) {
            return line.clone();
        }
        if self.lines.len() >= MAX_LINES {
            self.lines.clear();
        }
        let line = Rc::new(self.make(pane, row));
        self.lines.insert(key, line.clone());
        line
    }

    /// Begins a frame: drops the lines if another document is shown, or the same in another way.
    pub(super) fn begin_frame(&mut self, pane: &DocumentPane) {
        self.plain.clear();
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

    fn make(&mut self, pane: &DocumentPane, row: ViewLine) -> Line {
        let OutputLine { text, graphics } = pane.line(row.line);
        let matches = pane.matches_in(&text);
        let Some(document) = pane.document() else { return Line { text, ..Line::default() } };
        let spans = match document.line_kind(pane.format(), row.line) {
            LineKind::Data => self.colours(pane.format(), &text),
            LineKind::Block => Some(vec![(0..text.len(), Role::String)]),
            LineKind::Plain => Some(Vec::new()),
        };
        let is_plain = spans.is_none();
        let mut spans = spans.unwrap_or_default();
        if row.folded.is_some()
            && let Some(start) = text.rfind('(')
        {
            cover(&mut spans, start..text.len(), Role::Dim);
        }
        if document.has_secrets() && !pane.is_unmasked() {
            for mask in masks(&text) {
                cover(&mut spans, mask, Role::Masked);
            }
        }
        Line { text, spans, graphics, matches, is_plain, ..Line::default() }
    }

    /// Returns the colours of a text, if they are known.
    fn colours(&mut self, format: Format, text: &str) -> Option<Vec<Span>> {
        let key = (format, beginning(text).to_owned());
        let Some(mut spans) = self.colours.get(&key).cloned() else {
            self.plain.push(key);
            return None;
        };
        // The rest of a long text has the colour at the end of its beginning.
        if let Some(last) = spans.last_mut().filter(|(last, _)| last.end == key.1.len()) {
            last.0.end = text.len();
        }
        Some(spans)
    }
}

/// Gives a part of a text a role in place of those that it had.
fn cover(spans: &mut Vec<Span>, range: Range<usize>, role: Role) {
    let mut kept = Vec::with_capacity(spans.len() + 2);
    for (span, role) in spans.drain(..) {
        for part in [span.start..span.end.min(range.start), span.start.max(range.end)..span.end] {
            if !part.is_empty() {
                kept.push((part, role));
            }
        }
    }
    kept.push((range, role));
    kept.sort_unstable_by_key(|(span, _)| span.start);
    *spans = kept;
}

/// Returns the ranges of masked values in a text, each with the size that follows it.
fn masks(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    text.match_indices(MASK).map(|(start, mask)| {
        let behind = start + mask.len();
        let size = text[behind..].find(['"', ',']).unwrap_or(text.len() - behind);
        start..behind + size
    })
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn pane(json: &str) -> DocumentPane {
        let mut pane = DocumentPane::default();
        pane.set_size(60, 10);
        let document = Document::read(Bytes::copy_from_slice(json.as_bytes()), true, false);
        pane.show("/x", &Arc::new(document));
        pane
    }

    /// Draws a frame and returns the roles of its lines.
    fn frame(cache: &mut HighlightCache, pane: &DocumentPane) -> Vec<Vec<Role>> {
        cache.begin_frame(pane);
        let roles = |row: ViewLine| cache.line(pane, row).spans.iter().map(|span| span.1).collect();
        pane.rows().into_iter().map(roles).collect()
    }

    fn colour(cache: &mut HighlightCache) {
        let plain = cache.plain().unwrap();
        cache.take(plain.colour());
    }

    #[test]
    fn lines_that_appear_while_others_are_coloured_are_coloured_next() {
        let mut pane = pane(r#"{"a":1,"b":{"c":2}}"#);
        let mut cache = HighlightCache::default();
        pane.fold_all();
        frame(&mut cache, &pane);
        let first = cache.plain().unwrap();
        pane.unfold_all();
        frame(&mut cache, &pane);
        frame(&mut cache, &pane);
        cache.take(first.colour());
        frame(&mut cache, &pane);
        colour(&mut cache);
        assert!(frame(&mut cache, &pane).iter().all(|roles| !roles.is_empty()));
    }

    #[test]
    fn only_lines_in_view_are_coloured_and_each_once() {
        let many: Vec<_> = (0..1000).map(|n| format!("\"k{n}\":{n}")).collect();
        let mut pane = pane(&format!("{{{}}}", many.join(",")));
        let mut cache = HighlightCache::default();
        assert!(frame(&mut cache, &pane).iter().all(Vec::is_empty));
        let plain = cache.plain().unwrap();
        assert_eq!(plain.0.len(), 10);
        assert!(frame(&mut cache, &pane).iter().all(Vec::is_empty));
        assert!(cache.plain().is_none(), "they are being coloured already");
        cache.take(plain.colour());
        let coloured = vec![Role::MapKey, Role::Dim, Role::Number];
        assert!(frame(&mut cache, &pane).iter().all(|roles| *roles == coloured));
        assert!(cache.plain().is_none());
        pane.move_by(10);
        frame(&mut cache, &pane);
        assert_eq!(cache.plain().unwrap().0, [(Format::Yaml, "k10: 10".to_owned())]);
    }

    #[test]
    fn colours_that_arrive_late_are_never_those_of_another_text() {
        let mut cache = HighlightCache::default();
        frame(&mut cache, &pane(r#"{"a":1,"b":true}"#));
        let late = cache.plain().unwrap().colour();
        let changed = pane(r#"{"a":1,"b":"no"}"#);
        frame(&mut cache, &changed);
        cache.take(late);
        let roles = frame(&mut cache, &changed);
        assert_eq!(roles, [vec![Role::MapKey, Role::Dim, Role::Number], vec![]]);
        assert_eq!(cache.plain().unwrap().0, [(Format::Yaml, "b: \"no\"".to_owned())]);
    }

    #[test]
    fn a_search_keeps_the_colours() {
        let mut pane = pane(r#"{"a":1}"#);
        let mut cache = HighlightCache::default();
        frame(&mut cache, &pane);
        colour(&mut cache);
        pane.search("a");
        assert_eq!(frame(&mut cache, &pane), [vec![Role::MapKey, Role::Dim, Role::Number]]);
    }

    #[test]
    fn the_cache_has_a_limit() {
        let mut cache = HighlightCache::default();
        for number in 0..2 * MAX_LINES {
            frame(&mut cache, &pane(&format!(r#"{{"k{number}":1}}"#)));
            colour(&mut cache);
            assert!(cache.colours.len() <= MAX_LINES && cache.lines.len() <= MAX_LINES);
        }
    }

    #[test]
    fn a_long_string_keeps_its_colour_to_its_end() {
        let text = format!("a: \"{}\"", "x".repeat(1 << 20));
        let mut cache = HighlightCache::default();
        assert_eq!(cache.colours(Format::Yaml, &text), None);
        let plain = cache.plain().unwrap();
        assert!(plain.0[0].1.len() < 5000, "only its beginning is coloured");
        cache.take(plain.colour());
        let spans = cache.colours(Format::Yaml, &text).unwrap();
        assert_eq!(spans.last(), Some(&(3..text.len(), Role::String)));
    }

    #[test]
    fn a_covered_part_has_one_role() {
        let mut spans = vec![(0..4, Role::String), (6..8, Role::Number)];
        cover(&mut spans, 2..7, Role::Masked);
        assert_eq!(spans, [(0..2, Role::String), (2..7, Role::Masked), (7..8, Role::Number)]);
    }
}
