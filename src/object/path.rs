//! JSON paths such as `.status.conditions[2].message` and `.metadata.labels['app']`, followed in a value.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::Value;

static NULL: Value = Value::Null;

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// To the field with this key.
    Key(Cow<'a, str>),
    /// To the item with this 0-based index.
    Index(usize),
}

/// Parses a path; `None` if it is malformed. `.` and the empty path have no steps.
#[must_use]
pub fn steps(path: &str) -> Option<Vec<Step<'_>>> {
    let mut rest = if path == "." { "" } else { path };
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let (step, behind) = first(rest)?;
        steps.push(step);
        rest = behind;
    }
    Some(steps)
}

/// Parses the first step of a path. Returns it with the rest.
fn first(path: &str) -> Option<(Step<'_>, &str)> {
    if let Some(quoted) = path.strip_prefix("['") {
        let plain = quoted.find(['\'', '\\'])?;
        if let Some(behind) = quoted[plain..].strip_prefix("']") {
            return Some((Step::Key(quoted[..plain].into()), behind));
        }
        let mut key = String::new();
        let mut chars = quoted.chars();
        loop {
            match chars.next()? {
                '\\' => key.push(chars.next()?),
                '\'' => break,
                c => key.push(c),
            }
        }
        return Some((Step::Key(key.into()), chars.as_str().strip_prefix(']')?));
    }
    if let Some(index) = path.strip_prefix('[') {
        let (index, behind) = index.split_once(']')?;
        return Some((Step::Index(index.parse().ok()?), behind));
    }
    let word = path.strip_prefix('.')?;
    let (key, behind) = word.split_at(word.find(['.', '[']).unwrap_or(word.len()));
    Some((Step::Key(key.into()), behind))
}

/// Returns the value after some steps.
#[must_use]
pub fn follow<'a>(value: &'a Value, steps: &[Step<'_>]) -> Option<&'a Value> {
    steps.iter().try_fold(value, |value, step| one(value, step))
}

fn one<'a>(value: &'a Value, step: &Step<'_>) -> Option<&'a Value> {
    match step {
        Step::Key(key) => value.get(&**key),
        Step::Index(index) => value.get(*index),
    }
}

/// Returns the value at a path, or null if the path is not there. The empty path is the value itself.
#[must_use]
pub fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    find(value, path).unwrap_or(&NULL)
}

/// Returns the value at a path, or `None` if the path is malformed or not there.
#[must_use]
pub fn find<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    let (mut value, mut rest) = (value, path);
    while !rest.is_empty() {
        let (step, behind) = first(rest)?;
        (value, rest) = (one(value, &step)?, behind);
    }
    Some(value)
}

/// Returns the string at a path, or `""` if there is none.
#[must_use]
pub fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    at(value, path).as_str().unwrap_or_default()
}

/// Returns the integer at a path.
#[must_use]
pub fn int(value: &Value, path: &str) -> Option<i64> {
    at(value, path).as_i64()
}

/// Returns the items of the list at a path; none if it is no list.
#[must_use]
pub fn list<'a>(value: &'a Value, path: &str) -> &'a [Value] {
    at(value, path).as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Returns the time at a path, in RFC 3339.
#[must_use]
pub fn time(value: &Value, path: &str) -> Option<Timestamp> {
    at(value, path).as_str()?.parse().ok()
}

/// Appends the step to a key: `.image`, or `['app.io/x']` for a key that is no simple word.
pub fn push_key(key: &str, path: &mut String) {
    let simple = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if simple {
        path.push('.');
        path.push_str(key);
        return;
    }
    path.push_str("['");
    for c in key.chars() {
        if matches!(c, '\'' | '\\') {
            path.push('\\');
        }
        path.push(c);
    }
    path.push_str("']");
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_path_leads_through_fields_items_and_quoted_keys() {
        let value = json!({"a": [{"b": 1}, {"b": "x"}], "labels": {"app.io/x": "y", "i't": "z"}});
        assert_eq!(find(&value, ".a[1].b"), Some(&json!("x")));
        assert_eq!(text(&value, ".labels['app.io/x']"), "y");
        assert_eq!(text(&value, r".labels['i\'t']"), "z");
        assert_eq!(find(&value, ""), Some(&value));
        for wrong in ["a", ".a[2]", ".a[x]", ".a[1", ".b", ".a.b", ".labels['app", "."] {
            assert_eq!(find(&value, wrong), None, "{wrong}");
        }
    }
}
