//! TOML as people write it: every complaint at once, each with its line.

use std::fmt;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Something in a file that cannot be taken as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, a sentence without a full stop, and what to write instead.
    pub what: String,
}

/// Shown as `line 3: …`.
impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

/// One setting: `[keys.tree]` and below it `open = ["enter", "o"]`, or `theme = "light"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The names of the tables around it and its own.
    pub path: Vec<String>,
    /// The line, from 1.
    pub line: usize,
    /// Its text or texts; `None` for anything else.
    pub texts: Option<Vec<String>>,
}

impl Setting {
    /// A complaint about this line.
    #[must_use]
    pub fn complain(&self, what: impl Into<String>) -> Complaint {
        Complaint { line: self.line, what: what.into() }
    }

    /// The one text that it is set to.
    ///
    /// # Errors
    ///
    /// It is set to something else.
    pub fn text(&self) -> Result<&str, Complaint> {
        match self.texts.as_deref() {
            Some([text]) => Ok(text),
            _ => Err(self.complain(format!("{} is a text in quotes", self.path.join(".")))),
        }
    }
}

/// Reads the settings of a file in the order of its lines, and what is no TOML.
#[must_use]
pub fn read(text: &str) -> (Vec<Setting>, Vec<Complaint>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let complaints = errors.iter().map(|error| Complaint {
        line: line_at(text, error.span().map_or(0, |span| span.start)),
        what: error.message().lines().next().unwrap_or("this is no TOML").to_owned(),
    });
    let mut complaints: Vec<_> = complaints.collect();
    complaints.sort_by_key(|complaint| complaint.line);
    let mut settings = Vec::new();
    collect(text, table.get_ref(), &mut Vec::new(), &mut settings);
    settings.sort_by_key(|setting| setting.line);
    (settings, complaints)
}

/// `MapKey` as it is written in a file: `map-key`.
#[must_use]
pub fn kebab(camel: &str) -> String {
    let mut name = String::new();
    for c in camel.chars() {
        if c.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}

fn collect(text: &str, table: &DeTable<'_>, path: &mut Vec<String>, found: &mut Vec<Setting>) {
    for (key, value) in table {
        path.push(key.get_ref().to_string());
        match value.get_ref() {
            DeValue::Table(below) => collect(text, below, path, found),
            value => found.push(Setting {
                path: path.clone(),
                line: line_at(text, key.span().start),
                texts: texts(value),
            }),
        }
        path.pop();
    }
}

fn texts(value: &DeValue<'_>) -> Option<Vec<String>> {
    match value {
        DeValue::String(text) => Some(vec![text.to_string()]),
        DeValue::Array(list) => list
            .iter()
            .map(|item: &Spanned<DeValue<'_>>| item.get_ref().as_str().map(str::to_owned))
            .collect(),
        _ => None,
    }
}

fn line_at(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or(text);
    before.bytes().filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_know_their_lines() {
        let (settings, complaints) = read("a = \"x\"\n\n[keys.tree]\nopen = [\"enter\", \"o\"]\n");
        assert_eq!(complaints, []);
        let known: Vec<_> = settings.iter().map(|s| (s.path.join("."), s.line)).collect();
        assert_eq!(known, [("a".to_owned(), 1), ("keys.tree.open".to_owned(), 4)]);
        assert_eq!(settings[1].texts.as_deref(), Some(&["enter".to_owned(), "o".to_owned()][..]));
        assert!(settings[1].text().is_err());
    }

    #[test]
    fn all_that_is_no_toml_is_told_with_its_line() {
        let (settings, complaints) = read("a = \nb = \"kept\"\nc = [1\n");
        assert!(complaints.len() >= 2, "{complaints:?}");
        assert_eq!(complaints[0].line, 1);
        assert!(settings.iter().any(|setting| setting.path == ["b"]));
    }
}
