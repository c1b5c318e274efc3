//! Values as text: scalars as YAML would write them, texts line by line, and unified differences.

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

/// What happened to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineChange {
    /// It is on both sides.
    Same,
    /// Only the left side has it.
    Removed,
    /// Only the right side has it.
    Added,
}

/// A line of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextLine {
    /// What happened to it.
    pub change: LineChange,
    /// The line without its line break.
    pub text: String,
}

/// The lines of context around a change.
const CONTEXT: usize = 3;

/// Returns a value on one line: a scalar as in YAML, with quotes only where it needs them, or compact JSON.
#[must_use]
pub fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        other => other.to_string(),
    }
}

/// Returns a string without quotes if it can be taken for nothing else.
#[must_use]
pub fn scalar(text: &str) -> String {
    let looks_plain = text.chars().all(|c| !c.is_whitespace() && !c.is_control())
        && !text.starts_with(['"', '\'', '{', '[', '#', '&', '*', '!', '|', '>', '%', '@', '`']);
    let is_masked = text.starts_with('‹') && text.ends_with('›');
    let is_other = serde_json::from_str::<Value>(text).is_ok();
    if is_masked || (looks_plain && !text.is_empty() && !is_other) {
        text.to_owned()
    } else {
        Value::String(text.to_owned()).to_string()
    }
}

/// Returns the changed lines of two texts of several lines, with the lines around them; `None` if a side
/// has one line only.
#[must_use]
pub fn changed_lines(left: &Value, right: &Value) -> Option<Vec<TextLine>> {
    let (left, right) = (left.as_str()?, right.as_str()?);
    if !left.trim_end_matches('\n').contains('\n') && !right.trim_end_matches('\n').contains('\n') {
        return None;
    }
    let found = TextDiff::from_lines(left, right);
    let mut lines = Vec::new();
    for (at, group) in found.grouped_ops(1).iter().enumerate() {
        if at > 0 {
            lines.push(TextLine { change: LineChange::Same, text: "…".to_owned() });
        }
        for change in group.iter().flat_map(|op| found.iter_changes(op)) {
            lines.push(TextLine {
                change: match change.tag() {
                    ChangeTag::Equal => LineChange::Same,
                    ChangeTag::Delete => LineChange::Removed,
                    ChangeTag::Insert => LineChange::Added,
                },
                text: change.value().trim_end_matches('\n').to_owned(),
            });
        }
    }
    Some(lines)
}

/// Returns the unified difference of two texts, without a heading; empty if they are equal.
#[must_use]
pub fn unified(left: &str, right: &str) -> String {
    TextDiff::from_lines(left, right).unified_diff().context_radius(CONTEXT).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_scalar_has_quotes_where_it_could_be_something_else() {
        for (text, shown) in [
            ("registry.example.com/web:1.8", "registry.example.com/web:1.8"),
            ("gateway 1.8", r#""gateway 1.8""#),
            ("3", r#""3""#),
            ("true", r#""true""#),
            ("", r#""""#),
            ("a\u{1b}b", r#""a\u001bb""#),
            ("‹12 bytes›", "‹12 bytes›"),
        ] {
            assert_eq!(scalar(text), shown);
        }
        assert_eq!(inline(&json!({"a": 1})), r#"{"a":1}"#);
    }

    #[test]
    fn texts_are_compared_line_by_line() {
        let lines = changed_lines(&json!("a\nb\nc\nd\n"), &json!("a\nb\nx\nd\n")).unwrap();
        let shown: Vec<_> = lines.iter().map(|line| (line.change, line.text.as_str())).collect();
        let expected = [
            (LineChange::Same, "b"),
            (LineChange::Removed, "c"),
            (LineChange::Added, "x"),
            (LineChange::Same, "d"),
        ];
        assert_eq!(shown, expected);
        assert_eq!(changed_lines(&json!("a"), &json!("b\n")), None);
    }
}
