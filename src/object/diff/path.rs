//! The path of the values that are compared, as it is shown and as a pattern.

/// A path that grows and shrinks step by step.
#[derive(Clone, Debug, Default)]
pub(super) struct Path {
    /// With list items by their keys: `.spec.containers[name=web].image`.
    shown: String,
    /// With `[]` for every list item: `.spec.containers[].image`.
    pattern: String,
    /// The keys, and the offsets in `shown` at which the steps begin.
    steps: Vec<(String, usize)>,
}

/// The lengths before a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    shown: usize,
    pattern: usize,
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
        mark
    }

    /// Adds the step to a list item.
    pub(super) fn push_item(&mut self, label: &str) -> Mark {
        let mark = self.mark();
        // An item belongs to its list, and is not shown without its name.
        let (key, at) = self.steps.last().map_or((String::new(), 0), Clone::clone);
        self.steps.push((key, at));
        self.shown.push('[');
        self.shown.push_str(label);
        self.shown.push(']');
        self.pattern.push_str("[]");
        mark
    }

    /// Removes the last step.
    pub(super) fn pop(&mut self, mark: Mark) {
        self.steps.pop();
        self.shown.truncate(mark.shown);
        self.pattern.truncate(mark.pattern);
    }

    fn mark(&self) -> Mark {
        Mark { shown: self.shown.len(), pattern: self.pattern.len() }
    }
}

/// Adds a key to a path: `.name`, or `['app.kubernetes.io/name']` if it is not a simple word.
pub(super) fn push_key(key: &str, path: &mut String) {
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
