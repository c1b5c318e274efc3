//! How two objects differ: by key, with list items paired as the API server pairs them, and without what
//! says nothing about the difference, such as a resource version. Pure.

mod align;
mod comparable;
mod found;
mod groups;
mod lcs;
mod mask;
mod path;
mod text;

use std::sync::Arc;

use serde_json::{Map, Value};

pub use align::{Alignment, Pair, align};
pub use comparable::comparable;
pub use found::{Diff, Difference, Op, swapped};
pub use groups::Group;
pub use path::named;
pub use text::{LineChange, TextLine, changed_lines, inline, scalar, unified};

use super::mask::Masker;
use super::schema::{ListType, Schemas};
use groups::Context;
use path::Path;

/// The most differences that are returned. The rest is mentioned in a note.
pub const MAX_DIFFERENCES: usize = 10_000;

/// What to compare and to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// True if nothing is left out.
    pub all: bool,
    /// The groups that are not left out.
    pub kept: Vec<Group>,
    /// Paths that are left out together with what is below them. `[]` stands for any item, `*` for any
    /// text within a step.
    pub ignored: Vec<String>,
    /// True if values of Secrets are shown.
    pub shows_secrets: bool,
    /// Adds a tag to masked values, so that equal ones are recognised.
    pub masker: Option<Masker>,
    /// The schemas after which the items of lists are paired and defaults are known.
    pub schemas: Option<Arc<Schemas>>,
}

/// Compares two objects. Values of Secrets are masked in the result unless they are requested.
#[must_use]
pub fn diff(left: &Value, right: &Value, options: &Options) -> Diff {
    let mut comparison = Comparison::of(left, right, options);
    comparison.compare(left, right);
    if comparison.is_full {
        comparison.found.notes.push("more than 10,000 differences".to_owned());
    }
    comparison.found
}

/// Returns the difference of an object that only one side has.
#[must_use]
pub fn alone(object: &Value, op: Op, options: &Options) -> Difference {
    let context = Context::of(object, object, options);
    let (shown, is_masked) = mask::shown(&context, "", object);
    let (left, right) = sides(op, shown);
    Difference {
        op,
        path: ".".to_owned(),
        place: String::new(),
        step: 0,
        left,
        right,
        is_masked,
        group: None,
    }
}

/// Returns what to know about two objects before they are compared.
fn notes(left: &Value, right: &Value) -> Vec<String> {
    let text = |side: &Value, key: &str| side[key].as_str().unwrap_or_default().to_owned();
    let pair = |key| (text(left, key), text(right, key));
    let mut notes = Vec::new();
    let kinds = pair("kind");
    if kinds.0 != kinds.1 {
        notes.push(format!("different kinds: {}, {}", kinds.0, kinds.1));
    }
    let versions = pair("apiVersion");
    if versions.0 != versions.1 {
        let (left, right) = versions;
        notes.push(format!("different versions: {left}, {right}; a field may have another name"));
    }
    notes
}

/// What of a value is left out.
#[derive(Clone, Copy, Debug)]
struct Survey {
    /// True if a part is, and not because it is a default.
    has_other: bool,
    /// True if every part is.
    is_all: bool,
}

/// Returns a value that one side has as left and right side.
fn sides<T>(op: Op, value: T) -> (Option<T>, Option<T>) {
    if op == Op::Remove { (Some(value), None) } else { (None, Some(value)) }
}

struct Comparison<'a> {
    context: Context<'a>,
    path: Path,
    /// The values on both sides that contain the present one, the innermost last.
    parents: Vec<(&'a Value, &'a Value)>,
    found: Diff,
    is_full: bool,
}

impl<'a> Comparison<'a> {
    fn of(left: &'a Value, right: &'a Value, options: &'a Options) -> Self {
        Self {
            context: Context::of(left, right, options),
            path: Path::default(),
            parents: Vec::new(),
            found: Diff { rows: Vec::new(), notes: notes(left, right) },
            is_full: false,
        }
    }

    fn compare(&mut self, left: &'a Value, right: &'a Value) {
        if left == right || self.is_full {
            return;
        }
        if groups::is_whole(self.path.pattern()) || self.context.ignores(self.path.pattern()) {
            return self.add(Op::Change, Some(left), Some(right));
        }
        self.parents.push((left, right));
        match (left, right) {
            (Value::Object(olds), Value::Object(news)) => self.compare_maps(olds, news),
            (Value::Array(olds), Value::Array(news)) => self.compare_lists(olds, news),
            _ => {
                self.parents.pop();
                return self.add(Op::Change, Some(left), Some(right));
            }
        }
        self.parents.pop();
    }

    fn compare_maps(&mut self, olds: &'a Map<String, Value>, news: &'a Map<String, Value>) {
        for (key, old) in olds {
            let mark = self.path.push_key(key);
            match news.get(key) {
                Some(new) => self.compare(old, new),
                None => self.one_sided(Op::Remove, old),
            }
            self.path.pop(mark);
        }
        for (key, new) in news.iter().filter(|(key, _)| !olds.contains_key(*key)) {
            let mark = self.path.push_key(key);
            self.one_sided(Op::Add, new);
            self.path.pop(mark);
        }
    }

    fn compare_lists(&mut self, olds: &'a [Value], news: &'a [Value]) {
        let merged = self.list_type();
        let alignment = align(self.path.last_key(), merged.as_ref(), olds, news);
        if alignment.is_reordered {
            let (left, right) = self.parents.last().copied().unzip();
            self.add(Op::Order, left, right);
        }
        for Pair { left, right, label } in alignment.pairs {
            let mark = self.path.push_item(&label, right.or(left).unwrap_or(0));
            let old = left.and_then(|at| olds.get(at));
            let new = right.and_then(|at| news.get(at));
            match (old, new) {
                (Some(old), Some(new)) => self.compare(old, new),
                (Some(old), None) => self.one_sided(Op::Remove, old),
                (None, Some(new)) => self.one_sided(Op::Add, new),
                (None, None) => {}
            }
            self.path.pop(mark);
        }
    }

    /// Adds a value that one side has. If a part of it is left out for another reason than being a default,
    /// or all of it is, its parts are added one by one.
    fn one_sided(&mut self, op: Op, value: &'a Value) {
        let survey = self.survey(op, value);
        let descends = survey.has_other || survey.is_all;
        if self.context.is_all() || !descends || self.group_of(op, value).is_some() {
            let (left, right) = sides(op, value);
            return self.add(op, left, right);
        }
        self.parents.push((value, value));
        match value {
            Value::Object(map) => {
                for (key, child) in map {
                    let mark = self.path.push_key(key);
                    self.one_sided(op, child);
                    self.path.pop(mark);
                }
            }
            Value::Array(items) => {
                let merged = self.list_type();
                let labels = align::labels(self.path.last_key(), merged.as_ref(), items);
                for (at, (item, label)) in items.iter().zip(labels).enumerate() {
                    let mark = self.path.push_item(&label, at);
                    self.one_sided(op, item);
                    self.path.pop(mark);
                }
            }
            _ => {}
        }
        self.parents.pop();
    }

    /// Returns what of a value that one side has is left out.
    fn survey(&mut self, op: Op, value: &'a Value) -> Survey {
        if let Some(group) = self.group_of(op, value) {
            return Survey { has_other: group != Group::Defaults, is_all: true };
        }
        let mut parts = Vec::new();
        self.parents.push((value, value));
        match value {
            Value::Object(map) => {
                for (key, child) in map {
                    let mark = self.path.push_key(key);
                    parts.push(self.survey(op, child));
                    self.path.pop(mark);
                }
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    let mark = self.path.push_item("", at);
                    parts.push(self.survey(op, item));
                    self.path.pop(mark);
                }
            }
            _ => {}
        }
        self.parents.pop();
        Survey {
            has_other: parts.iter().any(|part| part.has_other),
            is_all: !parts.is_empty() && parts.iter().all(|part| part.is_all),
        }
    }

    /// Returns how the API server merges the present list, if the schema says so.
    fn list_type(&self) -> Option<ListType> {
        self.context.schema()?.list_type(self.path.pattern())
    }

    fn group_of(&self, op: Op, value: &Value) -> Option<Group> {
        let (left, right) = sides(op, value);
        self.context.group(self.path.pattern(), left, right, self.parents.last().copied())
    }

    fn add(&mut self, op: Op, left: Option<&Value>, right: Option<&Value>) {
        if self.found.rows.len() >= MAX_DIFFERENCES {
            self.is_full = true;
            return;
        }
        let pattern = self.path.pattern();
        let group = self.context.group(pattern, left, right, self.parents.last().copied());
        let shown = |value: Option<&Value>| value.map(|it| mask::shown(&self.context, pattern, it));
        let (left, right) = (shown(left), shown(right));
        let is_masked = [&left, &right].into_iter().flatten().any(|(_, is_masked)| *is_masked);
        self.found.rows.push(Difference {
            op,
            path: self.path.shown().to_owned(),
            place: self.path.place().to_owned(),
            step: self.path.step(),
            left: left.map(|(value, _)| value),
            right: right.map(|(value, _)| value),
            is_masked,
            group,
        });
    }
}
