//! Searching a document for a text, without regard to case unless the text has an upper-case letter.

use std::ops::Range;

use super::scalar::is_printable;
use super::{Document, Format, LineOptions, SecretForm};

/// The most matches that are searched for.
pub(super) const MAX_MATCHES: usize = 100_000;

/// The text that is searched at once, in bytes.
const CHUNK: usize = 64 << 10;

/// A text to search for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    words: String,
    exact: bool,
}

impl Query {
    pub(super) fn new(words: &str) -> Self {
        let exact = words.chars().any(char::is_uppercase);
        let mut words = words.to_owned();
        if !exact {
            fold_case(&mut words);
        }
        Self { words, exact }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Returns the byte ranges of a displayed text that match. Matches do not overlap. `spare` is a
    /// buffer.
    pub(super) fn find(&self, text: &str, spare: &mut String) -> Vec<Range<usize>> {
        if self.words.is_empty() {
            return Vec::new();
        }
        let mut text = text;
        if !self.exact {
            spare.clear();
            spare.push_str(text);
            fold_case(spare);
            text = spare;
        }
        let found = memchr::memmem::find_iter(text.as_bytes(), &self.words);
        found.take(MAX_MATCHES).map(|at| at..at + self.words.len()).collect()
    }

    /// Returns all matches in a document, at most [`MAX_MATCHES`]: the line and the byte in its displayed
    /// text. Of the `skipped` nodes, ascending, only the line that shows them folded is searched.
    pub(super) fn search(
        &self,
        document: &Document,
        format: Format,
        secrets: SecretForm,
        skipped: &[u32],
    ) -> Vec<(u32, u32)> {
        let mut matches = Vec::new();
        let (mut text, mut starts, mut spare) = (String::new(), Vec::new(), String::new());
        let count = document.line_count(format);
        let fold = |&node: &u32| (document.line_of(format, node), node);
        let mut folds = skipped.iter().map(fold).peekable();
        let mut line = 0;
        while line < count && !self.is_empty() && matches.len() < MAX_MATCHES {
            // Many lines are searched at once, since a match never spans lines.
            text.clear();
            starts.clear();
            while line < count && text.len() < CHUNK {
                let start = text.len();
                starts.push((start, line));
                while folds.next_if(|(at, _)| *at < line).is_some() {}
                let fold = folds.next_if(|(at, _)| *at == line).map(|(_, node)| node);
                let options = LineOptions { secrets, folded: fold };
                document.write_line(format, line, options, &mut text);
                if !is_printable(&text[start..]) {
                    let shown = document.shown(text.split_off(start));
                    text.push_str(&shown.text);
                }
                text.push('\n');
                line = fold.map_or(line + 1, |node| document.inside(format, node).1.max(line + 1));
            }
            for found in self.find(&text, &mut spare) {
                let at = starts.partition_point(|(start, _)| *start <= found.start) - 1;
                let (start, line) = starts[at];
                matches.push((line, u32::try_from(found.start - start).unwrap_or(u32::MAX)));
            }
        }
        matches.truncate(MAX_MATCHES);
        matches
    }
}

/// Converts to lower case where that keeps the number of bytes, so that ranges stay valid.
fn fold_case(text: &mut String) {
    if text.is_ascii() {
        text.make_ascii_lowercase();
        return;
    }
    let lower = |c: char| {
        let mut lower = c.to_lowercase();
        match (lower.next(), lower.next()) {
            (Some(l), None) if l.len_utf8() == c.len_utf8() => l,
            _ => c,
        }
    };
    *text = text.chars().map(lower).collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(words: &str, text: &str) -> Vec<Range<usize>> {
        Query::new(words).find(text, &mut String::new())
    }

    #[test]
    fn case_matters_only_if_the_words_have_upper_case() {
        assert_eq!(found("pod", "Pod pod"), [0..3, 4..7]);
        assert_eq!(found("POD", "Pod POD"), vec![4..7; 1]);
        assert_eq!(found("ä", "Ä İ ä"), [0..2, 6..8]);
        assert!(found("", "a").is_empty());
    }
}
