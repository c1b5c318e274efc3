//! The path of the values that are compared, as it is shown and as a pattern.

use std::fmt::Write as _;

use serde_json::Value;

use super::align::labels;
use crate::object::path::{Step, push_key};

/// A path that grows and shrinks step by step.
#[derive(Clone, Debug, Default)]
pub(super) struct Path {
    /// With list items by their keys: `.spec.containers[name=web].image`.
    shown: String,
    /// With `[]` for every list item: `.spec.containers[].image`.
    pattern: String,
    /// With list items by their indices: `.spec.containers[0].image`.
    place: String,
    /// The keys, and the offsets in `shown` at which the steps begin.
    steps: Vec<(String, usize)>,
}

/// The lengths before a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    shown: usize,
    pattern: usize,
    place: usize,
}

impl Path {
    /// Returns the path as it is shown; `.` for the root.
    pub(super) fn shown(&self) -> &str {
        if self.shown.is_empty() { "." } else { &self.shown }
    }

    /// Returns the path with `[]` for every list item; empty for the root.
    pub(super) fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Returns the path with list items by their indices; empty for the root.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// Returns the offset in [`Path::shown`] of the last step.
    pub(super) fn step(&self) -> usize {
        self.steps.last().map_or(0, |(_, at)| *at)
    }

    /// Returns the last key: that of the list if the path ends with an item.
    pub(super) fn last_key(&self) -> &str {
        self.steps.last().map_or("", |(key, _)| key)
    }

    /// Adds the step to a field.
    pub(super) fn push_key(&mut self, key: &str) -> Mark {
        let mark = self.mark();
        self.steps.push((key.to_owned(), self.shown.len()));
        push_key(key, &mut self.shown);
        push_key(key, &mut self.pattern);
        push_key(key, &mut self.place);
        mark
    }

    /// Adds the step to a list item, by its name and its 0-based index.
    pub(super) fn push_item(&mut self, label: &str, index: usize) -> Mark {
        let mark = self.mark();
        // An item belongs to its list, and is not shown without its name.
        let (key, at) = self.steps.last().map_or((String::new(), 0), Clone::clone);
        self.steps.push((key, at));
        self.shown.push('[');
        self.shown.push_str(label);
        self.shown.push(']');
        self.pattern.push_str("[]");
        // Writing to a String cannot fail.
        _ = write!(self.place, "[{index}]");
        mark
    }

    /// Removes the last step.
    pub(super) fn pop(&mut self, mark: Mark) {
        self.steps.pop();
        self.shown.truncate(mark.shown);
        self.pattern.truncate(mark.pattern);
        self.place.truncate(mark.place);
    }

    fn mark(&self) -> Mark {
        let (shown, pattern, place) = (self.shown.len(), self.pattern.len(), self.place.len());
        Mark { shown, pattern, place }
    }
}

/// Returns the path of a value with list items by their keys, as differences name them:
/// `.spec.containers[name=web].image`.
#[must_use]
pub fn named(object: &Value, steps: &[Step<'_>]) -> String {
    let (mut value, mut key, mut path) = (Some(object), "", String::new());
    for step in steps {
        match step {
            Step::Key(name) => {
                push_key(name, &mut path);
                (value, key) = (value.and_then(|value| value.get(&**name)), name);
            }
            Step::Index(at) => {
                let items = value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
                let label = labels(key, None, items).into_iter().nth(*at);
                path.push('[');
                path.push_str(&label.unwrap_or_else(|| at.to_string()));
                path.push(']');
                value = items.get(*at);
            }
        }
    }
    path
}
