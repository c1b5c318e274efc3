//! Searching in the pane.

use super::super::Document;
use super::super::search::Query;
use super::{DocumentPane, shown};
use crate::text::columns;

impl DocumentPane {
    /// Searches for a text and goes to the first match from the cursor on, unfolding what hides it. A
    /// text in lower case matches any case. An empty text ends the search. What is folded at first is
    /// skipped until it is unfolded.
    pub fn search(&mut self, words: &str) {
        words.clone_into(&mut self.words);
        self.query = Query::new(words);
        self.search_again();
        if !self.matches.is_empty() {
            let next = self.matches.partition_point(|(line, _)| *line < self.cursor);
            self.go_to_match(next % self.matches.len());
        }
    }

    /// Returns the text of the search; empty if there is none.
    #[must_use]
    pub fn words(&self) -> &str {
        &self.words
    }

    /// Returns the number of matches.
    #[must_use]
    pub fn match_count(&self) -> usize {
        self.matches.len()
    }

    /// Goes to the next match; after the last one, to the first.
    pub fn next_match(&mut self) {
        if self.matches.is_empty() {
            return;
        }
        let next = match self.found.filter(|at| self.matches[*at].0 == self.cursor) {
            Some(at) => at + 1,
            None => self.matches.partition_point(|(line, _)| *line <= self.cursor),
        };
        self.go_to_match(next % self.matches.len());
    }

    /// Goes to the previous match; before the first one, to the last.
    pub fn previous_match(&mut self) {
        if self.matches.is_empty() {
            return;
        }
        let here = match self.found.filter(|at| self.matches[*at].0 == self.cursor) {
            Some(at) => at,
            None => self.matches.partition_point(|(line, _)| *line < self.cursor),
        };
        self.go_to_match(here.checked_sub(1).unwrap_or(self.matches.len() - 1));
    }

    /// Returns the byte ranges of a displayed text that match the search.
    #[must_use]
    pub fn matches_in(&self, text: &str) -> Vec<std::ops::Range<usize>> {
        self.query.find(text, &mut String::new())
    }

    /// Updates the matches after a change of the document or of how it is shown.
    pub(super) fn search_again(&mut self) {
        self.matches.clear();
        self.found = None;
        if let Some(document) = self.document.clone() {
            let skipped = self.skipped(&document);
            let secrets = self.secret_form();
            self.matches = self.query.search(&document, self.format(), secrets, &skipped);
            let here = self.matches.partition_point(|(line, _)| *line < self.cursor);
            self.found = self.matches.get(here).filter(|m| m.0 == self.cursor).map(|_| here);
        }
    }

    /// Returns the nodes that were folded at first and still are, ascending.
    fn skipped(&self, document: &Document) -> Vec<u32> {
        let is_noise = |node: &u32| document.nodes[*node as usize].noise;
        let folded = self.folds.nodes.iter().copied().filter(is_noise);
        folded.filter(|node| document.can_fold(self.format(), *node)).collect()
    }

    fn go_to_match(&mut self, at: usize) {
        let Some(document) = self.document.clone() else { return };
        let Some(&(line, column)) = self.matches.get(at) else { return };
        self.found = Some(at);
        if let Some(node) = document.node_at(self.format(), line) {
            // Of what is folded at first, only the line of its key is searched.
            self.reveal(node, !document.nodes[node as usize].noise);
        }
        self.cursor = line;
        self.clamp();
        self.follow();
        self.show_column(column as usize);
    }

    /// Scrolls to a byte of the displayed text of the cursor's line.
    fn show_column(&mut self, byte: usize) {
        let text = self.text(self.cursor);
        let Some(before) = text.get(..byte) else { return };
        let width = self.width();
        if self.wraps() {
            let part = shown::rows(&text, width).position(|part| byte < part.end).unwrap_or(0);
            let height = usize::from(self.size.1);
            if self.folds.row(self.cursor) == self.top
                && !(self.above..self.above + height).contains(&part)
            {
                self.above = part.saturating_sub(height / 2);
            }
            return;
        }
        let column = columns(before);
        let end = column + columns(&self.words);
        if column < self.left || end > self.left + width {
            self.left = if end <= width { 0 } else { column.saturating_sub(width / 3) };
        }
    }
}
