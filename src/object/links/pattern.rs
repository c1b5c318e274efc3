//! Patterns of JSON paths such as `spec.containers|initContainers[*].env[*].name`, and what they match.

use serde_json::Value;

use crate::object::path::push_key;

/// A value that a pattern matched.
#[derive(Clone, Debug)]
pub(super) struct Found<'a> {
    /// Its path, as a document writes it.
    pub(super) path: String,
    /// The values from the root to the matched one.
    trail: Vec<&'a Value>,
}

impl<'a> Found<'a> {
    /// The root of an object.
    pub(super) fn root(object: &'a Value) -> Self {
        Self { path: String::new(), trail: vec![object] }
    }

    /// Returns the value.
    pub(super) fn value(&self) -> &'a Value {
        static NULL: Value = Value::Null;
        self.trail.last().copied().unwrap_or(&NULL)
    }

    /// Returns the value if it is a string that is not empty.
    pub(super) fn text(&self) -> Option<&'a str> {
        self.value().as_str().filter(|text| !text.is_empty())
    }

    /// Returns the value at a path relative to the map that holds this one: `name`, or `../../name` with
    /// a `..` for each level above that map.
    pub(super) fn beside(&self, relative: &str) -> Option<&'a Value> {
        let (mut up, mut rest) = (2, relative);
        while let Some(above) = rest.strip_prefix("../") {
            (up, rest) = (up + 1, above);
        }
        let start = self.trail.len().checked_sub(up)?;
        rest.split('.').try_fold(self.trail[start], |value, key| value.get(key))
    }

    /// Returns the string at a path relative to the map that holds this value, if it is not empty.
    pub(super) fn text_beside(&self, relative: &str) -> Option<&'a str> {
        self.beside(relative)?.as_str().filter(|text| !text.is_empty())
    }

    /// Returns the map that holds the value.
    pub(super) fn holder(&self) -> Option<&'a Value> {
        Some(self.trail[self.trail.len().checked_sub(2)?])
    }

    /// Returns the last key of the path; empty for an item of a list.
    pub(super) fn last_key(&self) -> &str {
        let quoted = self.path.strip_suffix("']").and_then(|path| path.rsplit_once("['"));
        let plain = || self.path.rsplit_once('.').filter(|(_, key)| !key.ends_with(']'));
        quoted.or_else(plain).map_or("", |(_, key)| key)
    }

    fn key(&self, key: &str) -> Option<Self> {
        let value = self.value().get(key)?;
        let mut next = self.clone();
        push_key(key, &mut next.path);
        next.trail.push(value);
        Some(next)
    }

    fn each(&self) -> Vec<Self> {
        let child = |step: String, value: &'a Value| {
            let mut next = self.clone();
            next.path.push_str(&step);
            next.trail.push(value);
            next
        };
        match self.value() {
            Value::Array(items) => {
                let items = items.iter().enumerate();
                items.map(|(at, item)| child(format!("[{at}]"), item)).collect()
            }
            Value::Object(fields) => fields
                .iter()
                .map(|(key, value)| {
                    let mut step = String::new();
                    push_key(key, &mut step);
                    child(step, value)
                })
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// A step of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// One of some keys, separated by `|`.
    Keys(&'a str),
    /// Every item of a list, or every value of a map.
    Each,
}

/// Splits a pattern into its steps. A key with dots is written in brackets and quotes: `['a.b/c']`.
pub(super) fn steps(pattern: &str) -> Vec<Step<'_>> {
    let (mut steps, mut rest) = (Vec::new(), pattern);
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("[*]") {
            steps.push(Step::Each);
            rest = after;
        } else if let Some((key, after)) = rest.strip_prefix("['").and_then(|r| r.split_once("']"))
        {
            steps.push(Step::Keys(key));
            rest = after;
        } else {
            let word = rest.strip_prefix('.').unwrap_or(rest);
            let end = word.find(['.', '[']).unwrap_or(word.len());
            // A bracket that opens no step is part of no pattern.
            let end = end.max(usize::from(word.starts_with('[')));
            steps.push(Step::Keys(&word[..end]));
            rest = &word[end..];
        }
    }
    steps
}

/// Returns the values of an object that a pattern matches, in the order of the object.
pub(super) fn matches<'a>(from: Found<'a>, pattern: &str) -> Vec<Found<'a>> {
    let mut found = vec![from];
    for step in steps(pattern) {
        if found.is_empty() {
            break;
        }
        found = match step {
            Step::Each => found.iter().flat_map(Found::each).collect(),
            Step::Keys(keys) => {
                let of = |at: &Found<'a>| keys.split('|').filter_map(|key| at.key(key)).collect();
                found.iter().flat_map(|at| -> Vec<Found<'a>> { of(at) }).collect()
            }
        };
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(object: &Value, pattern: &str) -> Vec<String> {
        matches(Found::root(object), pattern).into_iter().map(|found| found.path).collect()
    }

    #[test]
    fn a_pattern_matches_items_alternatives_and_quoted_keys() {
        let object = json!({
            "spec": {"containers": [{"name": "a"}, {"image": "x"}], "initContainers": [{"name": "b"}]},
            "metadata": {"annotations": {"x.io/y": "z"}},
        });
        assert_eq!(
            paths(&object, "spec.containers|initContainers[*].name"),
            [".spec.containers[0].name", ".spec.initContainers[0].name"]
        );
        assert_eq!(
            paths(&object, "metadata.annotations['x.io/y']"),
            [".metadata.annotations['x.io/y']"]
        );
        assert_eq!(paths(&object, "metadata.annotations[*]"), [".metadata.annotations['x.io/y']"]);
        assert!(paths(&object, "spec.containers.name").is_empty());
    }

    #[test]
    fn values_beside_a_match_are_found_upwards() {
        let object = json!({"configMap": {"name": "c", "items": [{"key": "k"}]}});
        let found = matches(Found::root(&object), "configMap.items[*].key").remove(0);
        assert_eq!(found.text(), Some("k"));
        assert_eq!(found.text_beside("../../name"), Some("c"));
        assert_eq!(found.text_beside("key"), Some("k"));
        assert_eq!(found.text_beside("../../../../../name"), None);
    }
}
