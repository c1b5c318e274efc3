//! The state of the document pane: the document, its format, the cursor, the folds, the search. The size
//! of the view is part of it, so that moving by pages does not depend on the last frame.

mod copy;
mod find;
mod fold;
mod moves;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::changes::Changed;
use super::folds::Folds;
use super::search::Query;
use super::{Document, Format, LineOptions, SecretForm, changes, path, shown};
use crate::text::sgr::OutputLine;

/// The columns left of the text, for the marks of folds and changes.
pub const GUTTER: u16 = 2;

/// The state of the document pane. Lines are those of the whole document, rows those that folds do not
/// hide, both 0-based. A wrapped row has several parts, each on a line of the screen.
#[derive(Clone, Debug, Default)]
pub struct DocumentPane {
    subject: String,
    document: Option<Arc<Document>>,
    format: Format,
    wrap: Wrap,
    unmasked: bool,
    folds: Folds,
    /// The line of the cursor, which is not hidden.
    cursor: u32,
    /// The first row in view, and the number of its parts above the view.
    top: u32,
    above: usize,
    /// The columns scrolled to the right.
    left: usize,
    size: (u16, u16),
    words: String,
    query: Query,
    matches: Vec<(u32, u32)>,
    /// The index of the current match.
    found: Option<usize>,
    /// What the last update of the document changed.
    changed: Changed,
    /// The paths of the row selected in another pane, and the ranges of their nodes.
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

/// A line of the view: a line of the document, or a part of a wrapped one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewLine {
    /// The line of the document.
    pub line: u32,
    /// The 0-based part of a wrapped line.
    pub part: usize,
    /// The folded node on the line.
    pub folded: Option<u32>,
    /// True if the cursor is on the line.
    pub cursor: bool,
    /// True if it belongs to the row selected in another pane.
    pub linked: bool,
    /// True if the last update of the document changed it, or something folded on it.
    pub changed: bool,
}

impl DocumentPane {
    /// Shows a document. If `subject`, its API path, is the one shown before, the cursor and the folds stay
    /// at their paths, the view keeps its position, the search goes on, and changes are marked until the
    /// next update.
    pub fn show(&mut self, subject: &str, document: &Arc<Document>) {
        let same = self.subject == subject && self.document.is_some();
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
            subject.clone_into(&mut self.subject);
            self.folds.nodes = document.noise().collect();
            self.folds.update(document, format);
            (self.cursor, self.top, self.above, self.left) = (0, 0, 0, 0);
            self.changed = Changed::default();
            self.unmasked = false;
            self.words.clear();
            self.query = Query::default();
        }
        self.link();
        self.search_again();
        self.clamp();
        self.follow();
    }

    /// Prepares for a document that lacks lines at the beginning: the cursor and the view stay with
    /// their lines.
    pub fn drop_lines(&mut self, lines: usize) {
        let lines = u32::try_from(lines).unwrap_or(u32::MAX);
        let offset = self.cursor.saturating_sub(self.top);
        let at_end = self.folds.row(self.cursor) + 1 == self.folds.rows();
        if !at_end {
            self.cursor = self.cursor.saturating_sub(lines);
            self.top = self.cursor.saturating_sub(offset);
        }
    }

    /// Removes the document. The format, the wrapping and the size are kept.
    pub fn clear(&mut self) {
        let kept = (self.format, self.wrap, self.size);
        *self = Self::default();
        (self.format, self.wrap, self.size) = kept;
    }

    /// Returns the document shown.
    #[must_use]
    pub fn document(&self) -> Option<&Arc<Document>> {
        self.document.as_ref()
    }

    /// Returns the format shown: raw if the document has no other.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format_of(self.document.as_deref())
    }

    /// True if long lines are wrapped. Logs are wrapped at first, other documents are not.
    #[must_use]
    pub fn wraps(&self) -> bool {
        if self.shows_log() { self.wrap.logs } else { self.wrap.documents }
    }

    /// True if the values of Secrets are shown.
    #[must_use]
    pub fn is_unmasked(&self) -> bool {
        self.unmasked
    }

    /// Returns the columns scrolled to the right; 0 if lines are wrapped.
    #[must_use]
    pub fn left(&self) -> usize {
        if self.wraps() { 0 } else { self.left }
    }

    /// Sets the size of the view in columns and rows, gutter included.
    pub fn set_size(&mut self, width: u16, height: u16) {
        if self.size != (width, height) {
            self.size = (width, height);
            self.above = 0;
            self.follow();
        }
    }

    /// Switches to the next of YAML, JSON and raw. The cursor stays on its path.
    pub fn next_format(&mut self) {
        self.set_format(match self.format {
            Format::Yaml => Format::Json,
            Format::Json => Format::Raw,
            Format::Raw => Format::Yaml,
        });
    }

    /// Switches to a format. The cursor stays on its path.
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

    /// Wraps or cuts long lines, of logs or of other documents.
    pub fn toggle_wrap(&mut self) {
        let wraps = if self.shows_log() { &mut self.wrap.logs } else { &mut self.wrap.documents };
        *wraps = !*wraps;
        (self.above, self.left) = (0, 0);
        self.follow();
    }

    /// Shows the values of Secrets, decoded except in raw text, or masks them.
    pub fn toggle_mask(&mut self) {
        self.unmasked = !self.unmasked;
        self.search_again();
        self.follow();
    }

    /// Marks the lines that belong to some paths, instead of those marked before.
    pub fn highlight_paths(&mut self, paths: &[String]) {
        self.linked_paths = paths.to_vec();
        self.link();
    }

    /// Returns the lines of the view, from the top.
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

    /// Returns what the value of a line was before the last update, in a few words.
    #[must_use]
    pub fn was(&self, line: u32) -> Option<&str> {
        let node = self.document.as_ref()?.node_at(self.format(), line)?;
        self.changed.was.get(&node).map(String::as_str)
    }

    /// True if the last update changed a node, or something inside a folded one.
    fn has_changed(&self, node: u32, folded: Option<u32>) -> bool {
        let end =
            folded.and_then(|folded| Some(self.document.as_ref()?.nodes[folded as usize].after));
        let nodes = &self.changed.nodes;
        let at = nodes.partition_point(|changed| *changed < node);
        nodes.get(at).is_some_and(|next| *next < end.unwrap_or(node + 1))
    }

    /// Returns a line as it is shown on screen, with folds and masks applied, and not cut. Only lines of a
    /// log have graphics.
    #[must_use]
    pub fn line(&self, line: u32) -> OutputLine {
        let Some(document) = self.document.as_deref() else { return OutputLine::default() };
        let options = LineOptions { secrets: self.secret_form(), folded: self.folded_on(line) };
        let mut text = String::new();
        document.write_line(self.format(), line, options, &mut text);
        document.shown(text)
    }

    /// Returns the text of [`line`](Self::line).
    #[must_use]
    pub fn text(&self, line: u32) -> String {
        self.line(line).text
    }

    /// Returns the status of the view: `12/340 · yaml · 3 of 7 matches for "foo"`.
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
            let selected = self.found.filter(|at| self.matches[*at].0 == self.cursor);
            let count = match (all, selected) {
                (0, _) => "no match".to_owned(),
                (1, _) => "1 match".to_owned(),
                (_, Some(at)) => format!("{} of {all}{more} matches", at + 1),
                (_, None) => format!("{all}{more} matches"),
            };
            parts.push(format!("{count} for \"{words}\""));
        }
        if document.has_secrets() {
            let is_decoded = document.has_encoded() && self.format() != Format::Raw;
            parts.push(match self.secret_form() {
                SecretForm::Masked => "masked".to_owned(),
                SecretForm::Decoded if is_decoded => "decoded".to_owned(),
                _ => "unmasked".to_owned(),
            });
        }
        parts.extend(document.note().map(str::to_owned));
        parts.join(" · ")
    }

    /// Returns how the values of Secrets are shown.
    fn secret_form(&self) -> SecretForm {
        if self.unmasked { SecretForm::Decoded } else { SecretForm::Masked }
    }

    fn shows_log(&self) -> bool {
        self.document.as_ref().is_some_and(|document| document.is_log())
    }

    fn format_of(&self, document: Option<&Document>) -> Format {
        if document.is_some_and(Document::is_json) { self.format } else { Format::Raw }
    }

    /// Returns the columns for text.
    fn width(&self) -> usize {
        self.size.0.saturating_sub(GUTTER).into()
    }

    /// Returns the number of parts of a line: 1 unless it is wrapped.
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

/// Returns the line of document `to`, in format `next`, with the value that is on a line of `from`, or
/// with what still exists around it.
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
            // The cursor keeps its line inside a block, and stays at the end of a container.
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
