//! What is typed to filter rows: a text, `!text` for the rows without it, `/regex/`, `!/regex/`.

use regex::{Regex, RegexBuilder};

use crate::k8s::names::Namespace;
use crate::k8s::table::Row;

/// Larger patterns than this many bytes, compiled, are refused.
const LARGEST_REGEX: usize = 1 << 20;

/// Lets some rows pass. All filters ignore case.
#[derive(Clone, Debug)]
pub struct Filter {
    text: String,
    negated: bool,
    how: How,
}

#[derive(Clone, Debug)]
enum How {
    /// In lower case.
    Contains(String),
    Regex(Regex),
}

impl Filter {
    /// Reads what was typed; `None` where it filters nothing (yet).
    ///
    /// # Errors
    ///
    /// A sentence about a regular expression that is none.
    pub fn parse(text: &str) -> Result<Option<Self>, String> {
        let (negated, wanted) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let regex = wanted.strip_prefix('/').filter(|_| wanted.len() > 2);
        let how = match regex.and_then(|regex| regex.strip_suffix('/')) {
            _ if wanted.is_empty() => return Ok(None),
            Some(regex) => How::Regex(compile(regex)?),
            None => How::Contains(wanted.to_lowercase()),
        };
        Ok(Some(Self { text: text.to_owned(), negated, how }))
    }

    /// As it was typed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a row passes, by its name, its namespace or any cell.
    #[must_use]
    pub fn passes_row(&self, row: &Row) -> bool {
        let namespace = row.namespace.as_ref().map(Namespace::as_str);
        let found = match &self.how {
            How::Contains(_) => {
                self.finds(row.text()) || namespace.is_some_and(|ns| self.finds(ns))
            }
            // Its anchors are those of a cell.
            How::Regex(_) => row.text().split('\u{1f}').chain(namespace).any(|t| self.finds(t)),
        };
        found != self.negated
    }

    /// Whether something that has several names passes by one of them.
    pub fn passes_any<'a>(&self, mut names: impl Iterator<Item = &'a str>) -> bool {
        names.any(|name| self.finds(name)) != self.negated
    }

    /// Whether all that passes this one passes that other one.
    #[must_use]
    pub fn narrows(&self, other: &Self) -> bool {
        match (&self.how, &other.how) {
            (How::Contains(text), How::Contains(shorter)) => {
                !self.negated && !other.negated && text.contains(shorter)
            }
            _ => false,
        }
    }

    fn finds(&self, text: &str) -> bool {
        match &self.how {
            How::Contains(wanted) => {
                contains_ignoring_case(text.as_bytes(), wanted.as_bytes())
                    || !text.is_ascii() && text.to_lowercase().contains(wanted)
            }
            How::Regex(regex) => regex.is_match(text),
        }
    }
}

fn compile(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(pattern)
        .case_insensitive(true)
        .size_limit(LARGEST_REGEX)
        .build()
        .map_err(|error| format!("/{pattern}/ is no regular expression: {}", reason(&error)))
}

/// The last line of what the regex crate says, which tells why without a drawing of the pattern.
fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    let line = text.lines().last().unwrap_or_default();
    line.trim_start_matches("error: ").to_owned()
}

/// `wanted` is in lower case.
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
    fn rows_pass_with_a_text_without_it_and_by_a_regex_of_a_cell() {
        assert_eq!(passing("DB"), ["db-0", "web-db"]);
        assert_eq!(passing("!db"), ["web-1"]);
        assert_eq!(passing("/^db/"), ["db-0"]);
        assert_eq!(passing("/^run.*g$/"), ["db-0", "web-1"]);
        assert_eq!(passing("!/^web-\\d$/"), ["db-0", "web-db"]);
    }

    #[test]
    fn what_is_not_typed_to_its_end_filters_nothing_or_is_a_text() {
        assert!(Filter::parse("").unwrap().is_none());
        assert!(Filter::parse("!").unwrap().is_none());
        assert!(matches!(Filter::parse("/1").unwrap().unwrap().how, How::Contains(_)));
    }

    #[test]
    fn a_bad_regex_is_told_in_one_line() {
        let told = Filter::parse("/a(b/").unwrap_err();
        assert_eq!(told, "/a(b/ is no regular expression: unclosed group");
        let told = Filter::parse("/(x{1000}){1000}/").unwrap_err();
        assert!(told.contains("size"), "{told}");
        assert!(!told.contains('\n'));
    }
}
