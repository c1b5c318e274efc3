//! Matching the steps of a path with `fieldsV1`, a trie of the elements `f:NAME`, `k:KEYS`, `v:VALUE` and
//! `i:INDEX` (structured-merge-diff `fieldpath`).

use serde_json::{Map, Value};

use crate::object::path::Step;

/// Where the steps lead in a trie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Nowhere.
    Nothing,
    /// To an element that is set itself.
    Field,
    /// To an element that is not set itself, but has others below it.
    Inside,
    /// Below an element that is set as a whole, at the end of this number of steps.
    Whole(usize),
}

impl Found {
    /// Returns the number of steps to the element that is set as a whole.
    pub(super) fn whole(self) -> Option<usize> {
        if let Self::Whole(depth) = self { Some(depth) } else { None }
    }
}

/// Follows the steps of a path.
pub(super) fn find(fields: &Value, object: &Value, steps: &[Step<'_>]) -> Found {
    let Some(mut at) = fields.as_object() else { return Found::Nothing };
    let mut value = Some(object);
    for (depth, step) in steps.iter().enumerate() {
        if at.is_empty() {
            // The root of an entry without fields owns nothing.
            return if depth == 0 { Found::Nothing } else { Found::Whole(depth) };
        }
        let next = match step {
            Step::Key(key) => {
                value = value.and_then(|value| value.get(&**key));
                at.get(&format!("f:{key}"))
            }
            Step::Index(index) => {
                value = value.and_then(|value| value.get(*index));
                element(at, value.unwrap_or(&Value::Null), *index)
            }
        };
        let Some(next) = next.and_then(Value::as_object) else { return Found::Nothing };
        at = next;
    }
    if at.is_empty() || at.contains_key(".") { Found::Field } else { Found::Inside }
}

/// Returns the element of a list's item.
fn element<'a>(at: &'a Map<String, Value>, item: &Value, index: usize) -> Option<&'a Value> {
    // Most lists have one key, `name`.
    let by_name = item.get("name").filter(|_| item.is_object());
    let by_name = by_name.and_then(|name| at.get(&format!("k:{{\"name\":{name}}}")));
    by_name.or_else(|| {
        let is_it = |element: &str| match element.split_once(':') {
            Some(("k", keys)) => has_keys(item, keys),
            Some(("v", value)) => {
                serde_json::from_str::<Value>(value).is_ok_and(|value| is_equal(&value, item))
            }
            Some(("i", at)) => at.parse() == Ok(index),
            _ => false,
        };
        at.iter().find(|(element, _)| is_it(element)).map(|(_, below)| below)
    })
}

/// True if an item has the values of the keys. A port without a protocol has `TCP`.
fn has_keys(item: &Value, keys: &str) -> bool {
    let Ok(Value::Object(keys)) = serde_json::from_str::<Value>(keys) else { return false };
    item.is_object()
        && keys.iter().all(|(key, value)| match item.get(key) {
            Some(own) => is_equal(own, value),
            None => key == "protocol" && value == "TCP",
        })
}

/// True if two values are equal; numbers by their value.
fn is_equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || one.as_f64() == other.as_f64()
        }
        _ => one == other,
    }
}

/// True if an object has less than half of an entry's fields.
pub(super) fn mismatches(fields: &Value, object: &Value) -> bool {
    let (mut all, mut found) = (0, 0);
    count(fields, Some(object), &mut all, &mut found);
    found * 2 < all
}

/// Counts the fields of an entry, and those that the object has. Items of lists are not looked up.
fn count(fields: &Value, value: Option<&Value>, all: &mut usize, found: &mut usize) {
    let below = fields.as_object().into_iter().flatten();
    let mut below =
        below.filter_map(|(key, child)| Some((key.strip_prefix("f:")?, child))).peekable();
    if below.peek().is_none() {
        *all += 1;
        *found += usize::from(value.is_some());
        return;
    }
    for (key, child) in below {
        count(child, value.and_then(|value| value.get(key)), all, found);
    }
}
