//! JSON paths such as `.status.conditions[2].message` and `.metadata.labels['app']`, followed in a value.

use jiff::Timestamp;
use serde_json::Value;

static NULL: Value = Value::Null;

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
        if let Some(quoted) = rest.strip_prefix("['") {
            let (key, behind) = quoted.split_once("']")?;
            (value, rest) = (value.get(key)?, behind);
        } else if let Some(index) = rest.strip_prefix('[') {
            let (index, behind) = index.split_once(']')?;
            (value, rest) = (value.get(index.parse::<usize>().ok()?)?, behind);
        } else {
            let word = rest.strip_prefix('.')?;
            let (key, behind) = word.split_at(word.find(['.', '[']).unwrap_or(word.len()));
            (value, rest) = (value.get(key)?, behind);
        }
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_path_leads_through_fields_items_and_quoted_keys() {
        let value = json!({"a": [{"b": 1}, {"b": "x"}], "labels": {"app.io/x": "y"}});
        assert_eq!(find(&value, ".a[1].b"), Some(&json!("x")));
        assert_eq!(text(&value, ".labels['app.io/x']"), "y");
        assert_eq!(find(&value, ""), Some(&value));
        for wrong in ["a", ".a[2]", ".a[x]", ".a[1", ".b", ".a.b", ".labels['app", "."] {
            assert_eq!(find(&value, wrong), None, "{wrong}");
        }
    }
}
