//! Filtering rows by a text, by `!text` for the rows without it, by `/regex/`, or by `!/regex/`.

use regex::{Regex, RegexBuilder};

use super::names::Namespace;
use super::table::Row;

/// The largest compiled pattern, in bytes. Larger ones are refused.
const LARGEST_REGEX: usize = 1 << 20;

/// A filter of rows. All filters ignore case.
#[derive(Clone, Debug)]
pub struct Filter {
    text: String,
    negated: bool,
    matcher: Matcher,
}

#[derive(Clone, Debug)]
enum Matcher {
    /// In lower case.
    Contains(String),
    Regex(Regex),
}

/// Filters with the same text are the same.
impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Filter {
    /// Parses a filter; `None` if the text filters nothing, such as an unfinished `!`.
    ///
    /// # Errors
    ///
    /// The regular expression is invalid: one sentence that says why.
    pub fn parse(text: &str) -> Result<Option<Self>, String> {
        let (negated, wanted) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let regex = wanted.strip_prefix('/').filter(|_| wanted.len() > 2);
        let matcher = match regex.and_then(|regex| regex.strip_suffix('/')) {
            _ if wanted.is_empty() => return Ok(None),
            Some(regex) => Matcher::Regex(compile(regex)?),
            None => Matcher::Contains(wanted.to_lowercase()),
        };
        Ok(Some(Self { text: text.to_owned(), negated, matcher }))
    }

    /// Returns the text of the filter, as typed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// True if a row passes: its name, its namespace or any cell matches.
    #[must_use]
    pub fn passes_row(&self, row: &Row) -> bool {
        let namespace = row.namespace.as_ref().map(Namespace::as_str);
        let found = match &self.matcher {
            Matcher::Contains(_) => {
                self.finds(row.text()) || namespace.is_some_and(|ns| self.finds(ns))
            }
            // Anchors match the ends of a cell.
            Matcher::Regex(_) => row.text().split('\u{1f}').chain(namespace).any(|t| self.finds(t)),
        };
        found != self.negated
    }

    /// True if something with several names passes: any of them matches.
    pub fn passes_any<'a>(&self, mut names: impl Iterator<Item = &'a str>) -> bool {
        names.any(|name| self.finds(name)) != self.negated
    }

    /// True if everything that passes this filter passes the other one too.
    #[must_use]
    pub fn narrows(&self, other: &Self) -> bool {
        match (&self.matcher, &other.matcher) {
            (Matcher::Contains(text), Matcher::Contains(shorter)) => {
                !self.negated && !other.negated && text.contains(shorter)
            }
            _ => false,
        }
    }

    fn finds(&self, text: &str) -> bool {
        match &self.matcher {
            Matcher::Contains(wanted) => {
                contains_ignoring_case(text.as_bytes(), wanted.as_bytes())
                    || !text.is_ascii() && text.to_lowercase().contains(wanted)
            }
            Matcher::Regex(regex) => regex.is_match(text),
        }
    }
}

fn compile(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(pattern)
        .case_insensitive(true)
        .size_limit(LARGEST_REGEX)
        .build()
        .map_err(|error| format!("/{pattern}/ is not a regular expression: {}", reason(&error)))
}

/// Returns the last line of the regex crate's message: the reason, without a drawing of the pattern.
fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    let line = text.lines().last().unwrap_or_default();
    line.trim_start_matches("error: ").to_owned()
}

/// True if the text contains `wanted`, which is in lower case.
fn contains_ignoring_case(text: &[u8], wanted: &[u8]) -> bool {
    let Some((first, rest)) = wanted.split_first() else { return true };
    memchr::memchr2_iter(*first, first.to_ascii_uppercase(), text).any(|at| {
        text.get(at + 1..at + wanted.len()).is_some_and(|next| next.eq_ignore_ascii_case(rest))
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn passing(filter: &str) -> Vec<&'static str> {
        let filter = Filter::parse(filter).unwrap().unwrap();
        let row = |name: &'static str, cell: &str| {
            let row = Row::new(None, name, [name, cell], Timestamp::UNIX_EPOCH);
            filter.passes_row(&row).then_some(name)
        };
        let rows = [row("db-0", "Running"), row("web-db", "Pending"), row("web-1", "Running")];
        rows.into_iter().flatten().collect()
    }

    #[test]
    fn rows_pass_with_a_text_without_a_text_or_by_a_regex_for_a_cell() {
        assert_eq!(passing("DB"), ["db-0", "web-db"]);
        assert_eq!(passing("!db"), ["web-1"]);
        assert_eq!(passing("/^db/"), ["db-0"]);
        assert_eq!(passing("/^run.*g$/"), ["db-0", "web-1"]);
        assert_eq!(passing("!/^web-\\d$/"), ["db-0", "web-db"]);
    }

    #[test]
    fn an_unfinished_filter_filters_nothing_or_is_a_text() {
        assert!(Filter::parse("").unwrap().is_none());
        assert!(Filter::parse("!").unwrap().is_none());
        assert!(matches!(Filter::parse("/1").unwrap().unwrap().matcher, Matcher::Contains(_)));
    }

    #[test]
    fn an_invalid_regex_is_reported_in_one_line() {
        let error = Filter::parse("/a(b/").unwrap_err();
        assert_eq!(error, "/a(b/ is not a regular expression: unclosed group");
        let error = Filter::parse("/(x{1000}){1000}/").unwrap_err();
        assert!(error.contains("size"), "{error}");
        assert!(!error.contains('\n'));
    }
}
