//! The document pane: what is shown of a document, where the cursor is, what is folded. Pure state;
//! the size of the view is part of it, so that moves by pages need no last frame.

mod copy;
mod find;
mod fold;
mod moves;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::folds::Folds;
use super::search::Query;
use super::{Document, Format, LineOptions, changes, path, shown};
use crate::text::sgr::OutputLine;

/// The columns left of the text, where the marks of folds have room.
pub const GUTTER: u16 = 2;

/// The state of the document pane. Lines are numbered as in the whole document, rows without what is
/// folded; wrapped, a row takes several lines of the screen.
#[derive(Clone, Debug, Default)]
pub struct DocumentPane {
    what: String,
    document: Option<Arc<Document>>,
    format: Format,
    wrap: Wrap,
    unmasked: bool,
    folds: Folds,
    /// The line of the cursor; never one that is hidden.
    cursor: u32,
    /// The first row in view, and how many of its wrapped parts are above the view.
    top: u32,
    above: usize,
    /// Columns scrolled to the right.
    left: usize,
    size: (u16, u16),
    words: String,
    query: Query,
    matches: Vec<(u32, u32)>,
    /// The match that the cursor went to last.
    found: Option<usize>,
    /// The nodes that the last change of the document made otherwise, ascending.
    changed: Vec<u32>,
    /// Paths of what is chosen in another pane, and the nodes there are of them.
    linked_paths: Vec<String>,
    linked: Vec<(u32, u32)>,
}

/// True where long lines wrap.
#[derive(Clone, Copy, Debug)]
struct Wrap {
    documents: bool,
    logs: bool,
}

impl Default for Wrap {
    fn default() -> Self {
        Self { documents: false, logs: true }
    }
}

/// A piece of the screen's text: one line, or a part of one that is wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewLine {
    /// The line it shows.
    pub line: u32,
    /// Which of the line's wrapped parts, from 0.
    pub part: usize,
    /// The node folded on it, if one is.
    pub folded: Option<u32>,
    /// Whether the cursor is on the line.
    pub cursor: bool,
    /// Whether it belongs to what is chosen in another pane.
    pub linked: bool,
    /// Whether the last change of the document made it, or what is folded on it, otherwise.
    pub changed: bool,
}

impl DocumentPane {
    /// Shows a document. `what` says what it is of (the API path): when it is what was shown before,
    /// the cursor and the folds stay at their paths and the view where it was, and what is otherwise
    /// than before is marked until the next change.
    pub fn show(&mut self, what: &str, document: &Arc<Document>) {
        let same = self.what == what && self.document.is_some();
        let before = self.document.replace(Arc::clone(document));
        let last = self.format_of(before.as_deref());
        let format = self.format();
        if let (true, Some(before)) = (same, before) {
            if before.body != document.body {
                self.changed = changes::between(&before, document);
            }
            let kept = before.folds_in(&self.folds.nodes, document);
            let offset = self.folds.row(self.cursor).saturating_sub(self.top);
            let at_end = self.folds.row(self.cursor) + 1 == self.folds.rows();
            let cursor = move_line(&before, last, document, format, self.cursor);
            self.folds.nodes = kept;
            self.folds.update(document, format);
            self.cursor = if at_end && !document.is_json() { u32::MAX } else { cursor };
            self.clamp();
            self.top = self.folds.row(self.cursor).saturating_sub(offset);
        } else {
            what.clone_into(&mut self.what);
            self.folds.nodes = document.noise().collect();
            self.folds.update(document, format);
            (self.cursor, self.top, self.above, self.left) = (0, 0, 0, 0);
            self.changed.clear();
            self.unmasked = false;
        }
        self.link();
        self.search_again();
        self.clamp();
        self.follow();
    }

    /// The next document lacks so many lines at the beginning: cursor and view stay with theirs.
    pub fn drop_lines(&mut self, lines: usize) {
        let lines = u32::try_from(lines).unwrap_or(u32::MAX);
        let offset = self.cursor.saturating_sub(self.top);
        let at_end = self.folds.row(self.cursor) + 1 == self.folds.rows();
        if !at_end {
            self.cursor = self.cursor.saturating_sub(lines);
            self.top = self.cursor.saturating_sub(offset);
        }
    }

    /// Shows nothing.
    pub fn clear(&mut self) {
        let kept = (self.format, self.wrap, self.size);
        *self = Self::default();
        (self.format, self.wrap, self.size) = kept;
    }

    /// The document shown.
    #[must_use]
    pub fn document(&self) -> Option<&Arc<Document>> {
        self.document.as_ref()
    }

    /// The format shown: raw where a document has no other.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format_of(self.document.as_deref())
    }

    /// Whether long lines are wrapped.
    #[must_use]
    pub fn wraps(&self) -> bool {
        if self.shows_log() { self.wrap.logs } else { self.wrap.documents }
    }

    /// Whether a secret's values are shown.
    #[must_use]
    pub fn is_unmasked(&self) -> bool {
        self.unmasked
    }

    /// The columns scrolled to the right; 0 when wrapped.
    #[must_use]
    pub fn left(&self) -> usize {
        if self.wraps() { 0 } else { self.left }
    }

    /// Tells the size of the view, gutter included.
    pub fn set_size(&mut self, width: u16, height: u16) {
        if self.size != (width, height) {
            self.size = (width, height);
            self.above = 0;
            self.follow();
        }
    }

    /// The next of YAML, JSON, raw; the cursor stays on its path.
    pub fn next_format(&mut self) {
        self.set_format(match self.format {
            Format::Yaml => Format::Json,
            Format::Json => Format::Raw,
            Format::Raw => Format::Yaml,
        });
    }

    /// Shows a format; the cursor stays on its path.
    pub fn set_format(&mut self, format: Format) {
        let last = self.format();
        self.format = format;
        if let Some(document) = self.document.clone() {
            let offset = self.folds.row(self.cursor).saturating_sub(self.top);
            let cursor = move_line(&document, last, &document, self.format(), self.cursor);
            self.folds.update(&document, self.format());
            self.cursor = cursor;
            self.clamp();
            self.top = self.folds.row(self.cursor).saturating_sub(offset);
            self.search_again();
            self.follow();
        }
    }

    /// Wraps long lines, or no longer.
    pub fn toggle_wrap(&mut self) {
        let wraps = if self.shows_log() { &mut self.wrap.logs } else { &mut self.wrap.documents };
        *wraps = !*wraps;
        (self.above, self.left) = (0, 0);
        self.follow();
    }

    /// Shows what is masked, or masks it again.
    pub fn toggle_mask(&mut self) {
        self.unmasked = !self.unmasked;
        self.search_again();
        self.follow();
    }

    /// Marks the lines that belong to these paths, until told others.
    pub fn highlight_paths(&mut self, paths: &[String]) {
        self.linked_paths = paths.to_vec();
        self.link();
    }

    /// The rows in view, from the top.
    #[must_use]
    pub fn rows(&self) -> Vec<ViewLine> {
        let Some(document) = self.document.as_deref() else { return Vec::new() };
        let height = usize::from(self.size.1);
        let mut rows = Vec::with_capacity(height);
        let mut above = self.above;
        for row in self.top..self.folds.rows() {
            if rows.len() >= height {
                break;
            }
            let line = self.folds.line(row);
            let folded = self.folded_on(line);
            let node = document.node_at(self.format(), line);
            let linked =
                node.is_some_and(|n| self.linked.iter().any(|(a, z)| (*a..*z).contains(&n)));
            let parts = self.height(line);
            let parts = (above..parts).take(height - rows.len());
            let cursor = line == self.cursor;
            let changed = node.is_some_and(|node| self.has_changed(node, folded));
            rows.extend(parts.map(|part| ViewLine { line, part, folded, cursor, linked, changed }));
            above = 0;
        }
        rows
    }

    /// Whether a node is otherwise than before, or something of what is folded there.
    fn has_changed(&self, node: u32, folded: Option<u32>) -> bool {
        let end =
            folded.and_then(|folded| Some(self.document.as_ref()?.nodes[folded as usize].after));
        let at = self.changed.partition_point(|changed| *changed < node);
        self.changed.get(at).is_some_and(|next| *next < end.unwrap_or(node + 1))
    }

    /// Returns a line as it is shown on the screen, with folds and masks applied, and not cut. Only the
    /// lines of a log have graphics.
    #[must_use]
    pub fn line(&self, line: u32) -> OutputLine {
        let Some(document) = self.document.as_deref() else { return OutputLine::default() };
        let options = LineOptions { unmasked: self.unmasked, folded: self.folded_on(line) };
        let mut text = String::new();
        document.write_line(self.format(), line, options, &mut text);
        document.shown(text)
    }

    /// Returns the text of [`line`](Self::line).
    #[must_use]
    pub fn text(&self, line: u32) -> String {
        self.line(line).text
    }

    /// Where the view is, in a few words: `12/340 · yaml · 3 of 7 "foo"`.
    #[must_use]
    pub fn status(&self) -> String {
        let Some(document) = self.document.as_deref() else { return String::new() };
        let count = document.line_count(self.format());
        let form = if document.is_json() { self.format().name() } else { "text" };
        let mut parts = vec![format!("{}/{count}", count.min(self.cursor + 1)), form.to_owned()];
        if !self.query.is_empty() {
            let words = crate::text::visible(&self.words);
            let all = self.matches.len();
            let more = if all == super::search::MAX_MATCHES { "+" } else { "" };
            parts.push(match (all, self.found) {
                (0, _) => format!("nothing like \"{words}\""),
                (_, Some(at)) => format!("{} of {all}{more} \"{words}\"", at + 1),
                (_, None) => format!("{all}{more} of \"{words}\""),
            });
        }
        if document.has_secrets() {
            parts.push(if self.unmasked { "unmasked" } else { "masked" }.to_owned());
        }
        parts.extend(document.note().map(str::to_owned));
        parts.join(" · ")
    }

    fn shows_log(&self) -> bool {
        self.document.as_ref().is_some_and(|document| document.is_log())
    }

    fn format_of(&self, document: Option<&Document>) -> Format {
        if document.is_some_and(Document::is_json) { self.format } else { Format::Raw }
    }

    /// The columns that text has.
    fn width(&self) -> usize {
        self.size.0.saturating_sub(GUTTER).into()
    }

    /// How many lines of the screen a line takes.
    fn height(&self, line: u32) -> usize {
        if self.wraps() { shown::row_count(&self.text(line), self.width()) } else { 1 }
    }

    fn link(&mut self) {
        self.linked.clear();
        let Some(document) = self.document.as_deref() else { return };
        for path in &self.linked_paths {
            if let Some((node, true)) = path::find(&document.body, &document.nodes, path) {
                self.linked.push((node, document.nodes[node as usize].after));
            }
        }
    }
}

/// The line of `next` that shows what a line of `document` does, or what is left around it.
fn move_line(from: &Document, format: Format, to: &Document, next: Format, line: u32) -> u32 {
    let same = std::ptr::eq(from, to);
    let node = from.node_at(format, line);
    let found = node.and_then(|node| {
        if same {
            return Some((node, true));
        }
        path::find(&to.body, &to.nodes, &path::of(&from.body, &from.nodes, node))
    });
    match (node, found) {
        (Some(node), Some((there, true))) => {
            // Inside a block the distance stays, and the line that closes a container is kept.
            let (first, last) = (to.line_of(next, there), to.last_line(next, there));
            let closes = from.nodes[node as usize].is_container();
            match line.saturating_sub(from.line_of(format, node)) {
                0 => first,
                _ if format != next => first,
                _ if closes => last,
                within => first.saturating_add(within).min(last),
            }
        }
        (Some(_), Some((there, false))) if format == next => {
            line.clamp(to.line_of(next, there), to.last_line(next, there))
        }
        (_, Some((there, _))) => to.line_of(next, there),
        (_, None) => line,
    }
}
