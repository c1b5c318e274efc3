//! A TOML file of settings: every setting and every error, each with its line.

use std::fmt;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// An error in a settings file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingError {
    /// The 1-based line.
    pub line: usize,
    /// What is wrong and what to write instead: a sentence without a full stop.
    pub message: String,
}

/// Writes `line 3: …`.
impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

/// One setting, such as `theme = "light"`, or `open = ["enter", "Z"]` below `[keys.tree]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The names of the enclosing tables, outermost first, then the setting's own name.
    pub path: Vec<String>,
    /// The 1-based line.
    pub line: usize,
    /// The values; `None` if the value is neither a string nor a list of strings.
    pub texts: Option<Vec<String>>,
    /// The number, if the value is one.
    pub number: Option<i64>,
}

impl Setting {
    /// Returns an error at the line of this setting.
    #[must_use]
    pub fn error(&self, message: impl Into<String>) -> SettingError {
        SettingError { line: self.line, message: message.into() }
    }

    /// Returns the value of a setting that takes one string.
    ///
    /// # Errors
    ///
    /// The value is not exactly one string.
    pub fn text(&self) -> Result<&str, SettingError> {
        match self.texts.as_deref() {
            Some([text]) => Ok(text),
            _ => Err(self.error(format!("{} must be a string in quotes", self.path.join(".")))),
        }
    }
}

/// Parses a file. Returns the settings and the syntax errors, each in the order of their lines.
#[must_use]
pub fn parse(text: &str) -> (Vec<Setting>, Vec<SettingError>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let errors = errors.iter().map(|error| SettingError {
        line: line_at(text, error.span().map_or(0, |span| span.start)),
        message: error.message().lines().next().unwrap_or("invalid TOML").to_owned(),
    });
    let mut errors: Vec<_> = errors.collect();
    errors.sort_by_key(|error| error.line);
    let mut settings = Vec::new();
    collect(text, table.get_ref(), &mut Vec::new(), &mut settings);
    settings.sort_by_key(|setting| setting.line);
    (settings, errors)
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
                number: number(value),
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

fn number(value: &DeValue<'_>) -> Option<i64> {
    let number = value.as_integer()?;
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}

fn line_at(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or(text);
    before.bytes().filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_have_their_lines() {
        let (settings, errors) = parse("a = \"x\"\n\n[keys.tree]\nopen = [\"enter\", \"o\"]\n");
        assert_eq!(errors, []);
        let known: Vec<_> = settings.iter().map(|s| (s.path.join("."), s.line)).collect();
        assert_eq!(known, [("a".to_owned(), 1), ("keys.tree.open".to_owned(), 4)]);
        assert_eq!(settings[1].texts.as_deref(), Some(&["enter".to_owned(), "o".to_owned()][..]));
        assert!(settings[1].text().is_err());
    }

    #[test]
    fn every_syntax_error_is_reported_with_its_line() {
        let (settings, errors) = parse("a = \nb = \"kept\"\nc = [1\n");
        assert!(errors.len() >= 2, "{errors:?}");
        assert_eq!(errors[0].line, 1);
        assert!(settings.iter().any(|setting| setting.path == ["b"]));
    }
}
