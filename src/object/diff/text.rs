//! Values as text: scalars as YAML would write them, texts line by line, and unified differences.

use std::fmt::Write as _;
use std::ops::Range;

use serde_json::Value;

use super::lcs::edits;

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
    let mut lines = Vec::new();
    for (at, hunk) in hunks(left, right, 1).into_iter().enumerate() {
        if at > 0 {
            lines.push(TextLine { change: LineChange::Same, text: "…".to_owned() });
        }
        lines.extend(hunk.lines);
    }
    Some(lines)
}

/// Returns the unified difference of two texts, without a heading; empty if they are equal.
#[must_use]
pub fn unified(left: &str, right: &str) -> String {
    let mut text = String::new();
    for hunk in hunks(left, right, CONTEXT) {
        let count = |other: LineChange| hunk.lines.iter().filter(|it| it.change != other).count();
        let range = |start: usize, count: usize| match count {
            // An empty range is named by the line before it.
            0 => format!("{start},0"),
            1 => format!("{}", start + 1),
            count => format!("{},{count}", start + 1),
        };
        let (old, new) = (count(LineChange::Added), count(LineChange::Removed));
        let ranges = (range(hunk.old, old), range(hunk.new, new));
        // Writing to a String cannot fail.
        _ = writeln!(text, "@@ -{} +{} @@", ranges.0, ranges.1);
        for line in hunk.lines {
            let sign = match line.change {
                LineChange::Same => ' ',
                LineChange::Removed => '-',
                LineChange::Added => '+',
            };
            _ = writeln!(text, "{sign}{}", line.text);
        }
    }
    text
}

/// Changed lines with the lines around them.
struct Hunk {
    /// The 0-based index of its first line on the left side.
    old: usize,
    /// The same on the right side.
    new: usize,
    lines: Vec<TextLine>,
}

/// Returns the changed lines of two texts, each with its neighbouring lines.
fn hunks(left: &str, right: &str, context: usize) -> Vec<Hunk> {
    let (olds, news): (Vec<&str>, Vec<&str>) = (left.lines().collect(), right.lines().collect());
    let line = |change, text: &&str| TextLine { change, text: (*text).to_owned() };
    let mut hunks: Vec<Hunk> = Vec::new();
    let all = edits(&olds, &news);
    for (at, edit) in all.iter().enumerate() {
        let (old, new) = (edit.old.clone(), edit.new.clone());
        if !edit.is_equal {
            if hunks.is_empty() {
                hunks.push(Hunk { old: old.start, new: new.start, lines: Vec::new() });
            }
            let Some(hunk) = hunks.last_mut() else { continue };
            hunk.lines.extend(olds[old].iter().map(|text| line(LineChange::Removed, text)));
            hunk.lines.extend(news[new].iter().map(|text| line(LineChange::Added, text)));
            continue;
        }
        let same = |range: Range<usize>| -> Vec<TextLine> {
            olds[range].iter().map(|text| line(LineChange::Same, text)).collect()
        };
        let is_last = at + 1 == all.len();
        let after = if at == 0 { 0 } else { context.min(old.len()) };
        let before = if is_last { 0 } else { context.min(old.len()) };
        let joins = at > 0 && !is_last && old.len() <= 2 * context;
        if let Some(hunk) = hunks.last_mut() {
            let end = if joins { old.end } else { old.start + after };
            hunk.lines.extend(same(old.start..end));
        }
        if !joins && !is_last {
            let lines = same(old.end - before..old.end);
            hunks.push(Hunk { old: old.end - before, new: new.end - before, lines });
        }
    }
    hunks
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

    #[test]
    fn a_unified_difference_has_three_lines_around_each_change() {
        let mut left = (1..=20).map(|at| at.to_string()).collect::<Vec<_>>().join("\n");
        left.push('\n');
        let right = left.replace("\n5\n", "\nfive\n").replace("\n16\n", "\n16\nnew\n");
        let expected = "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n\
                        @@ -14,6 +14,7 @@\n 14\n 15\n 16\n+new\n 17\n 18\n 19\n";
        assert_eq!(unified(&left, &right), expected);
        assert_eq!(unified("a\n", "a\n"), "");
        assert_eq!(unified("", "a\n"), "@@ -0,0 +1 @@\n+a\n");
        let near = left.replace("\n5\n", "\nfive\n").replace("\n10\n", "\nten\n");
        assert_eq!(unified(&left, &near).matches("@@ -").count(), 1, "close changes are one hunk");
    }
}
