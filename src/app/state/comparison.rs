//! The comparison of two objects: both sides, their differences, and what of them is shown.

pub mod containers;

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use crate::document::write_yaml;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::path::ObjectPath;
use crate::k8s::request::Ticket;
use crate::object::diff::{
    Diff, Difference, LineChange, Op, Options, changed_lines, diff, inline, swapped,
};
use crate::object::mask::Masker;
use crate::object::schema::Schemas;
use crate::text::columns;

/// The columns that both values need beside each other.
const SIDE_BY_SIDE: usize = 100;
/// A container with more columns than this is only described until it is unfolded.
const INLINE: usize = 60;
/// The most lines of one unfolded value.
const MAX_LINES: usize = 1_000;

/// One side: the bytes of an object at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedSide {
    /// The object and its context in words: `deploy/web -n shop`.
    pub name: String,
    /// The object.
    pub path: ObjectPath,
    /// The address of its server.
    pub server: String,
    /// Its `resourceVersion`; empty if it has none.
    pub version: String,
    /// The object as JSON.
    pub body: Bytes,
}

/// Two sides, to be compared off the event loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sides {
    /// The left side.
    pub left: Arc<ComparedSide>,
    /// The right side.
    pub right: Arc<ComparedSide>,
    /// True if values of Secrets are shown.
    pub shows_secrets: bool,
    /// Makes the masks.
    pub masker: Masker,
    /// True if what the containers see is compared, and not the objects.
    pub of_containers: bool,
    /// The schemas that describe the objects, if they are known already.
    pub schemas: Option<Arc<Schemas>>,
}

impl Sides {
    /// Compares the sides.
    ///
    /// # Errors
    ///
    /// A side is not JSON.
    pub fn compare(&self) -> Result<Diff, Failure> {
        let read = |side: &ComparedSide| {
            serde_json::from_slice::<Value>(&side.body).map_err(|error| {
                let message = format!("{} is not JSON: {error}", side.name);
                Failure::new(FailureKind::Malformed, message, "Mark another object")
            })
        };
        let options = Options {
            shows_secrets: self.shows_secrets,
            masker: Some(self.masker.clone()),
            schemas: self.schemas.clone(),
            ..Options::default()
        };
        Ok(diff(&read(&self.left)?, &read(&self.right)?, &options))
    }
}

/// What of the differences has arrived.
#[derive(Clone, Debug)]
pub enum ComparisonState {
    /// They are computed.
    Computing(Ticket),
    /// They are known.
    Ready(Diff),
    /// A side cannot be compared.
    Failed(Failure),
}

/// The comparison that is shown.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Both sides.
    pub sides: Sides,
    /// The differences.
    pub state: ComparisonState,
    /// True if what is left out is shown.
    pub shows_left_out: bool,
    /// The index of the selected difference among all.
    pub(in crate::app) selected: usize,
    /// The indices of the differences whose whole values are shown.
    unfolded: BTreeSet<usize>,
}

/// A line of the comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparisonLine {
    /// The index of the difference; `None` for a heading.
    pub row: Option<usize>,
    /// True if it belongs to what is left out.
    pub is_left_out: bool,
    /// What it shows.
    pub content: LineContent,
}

/// What a line of the comparison shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineContent {
    /// The path of the values below it.
    Heading(String),
    /// A field with both values beside each other.
    Fields {
        /// The last step of the path.
        name: String,
        /// The value of the left side.
        left: String,
        /// The value of the right side.
        right: String,
    },
    /// The last step of a path, and in brackets why it is left out.
    Name(String),
    /// A part of a value, and the sides that have it.
    Part(LineChange, String),
}

impl Comparison {
    pub(in crate::app) fn new(sides: Sides, ticket: Ticket) -> Self {
        Self {
            sides,
            state: ComparisonState::Computing(ticket),
            shows_left_out: false,
            selected: 0,
            unfolded: BTreeSet::new(),
        }
    }

    /// Returns the differences, once they are known.
    #[must_use]
    pub fn found(&self) -> Option<&Diff> {
        if let ComparisonState::Ready(found) = &self.state { Some(found) } else { None }
    }

    fn rows(&self) -> impl Iterator<Item = (usize, &Difference)> {
        let rows = self.found().map(|found| found.rows.as_slice()).unwrap_or_default();
        rows.iter().enumerate().filter(|(_, row)| self.shows_left_out || row.group.is_none())
    }

    /// Returns the index of the selected difference; the first shown one if it is not shown.
    #[must_use]
    pub fn selected(&self) -> Option<usize> {
        let selected = self.rows().find(|(at, _)| *at == self.selected);
        selected.or_else(|| self.rows().next()).map(|(at, _)| at)
    }

    /// Selects another difference.
    pub(in crate::app) fn move_by(&mut self, by: isize) {
        let rows: Vec<usize> = self.rows().map(|(at, _)| at).collect();
        let at = rows.iter().position(|at| Some(*at) == self.selected()).unwrap_or(0);
        let at = at.saturating_add_signed(by).min(rows.len().saturating_sub(1));
        self.selected = rows.get(at).copied().unwrap_or(0);
    }

    /// Shows the whole values of the selected difference, or one line of it.
    pub(in crate::app) fn unfold(&mut self, unfolds: Option<bool>) {
        let Some(at) = self.selected() else { return };
        let unfolds = unfolds.unwrap_or(!self.unfolded.contains(&at));
        if unfolds {
            self.unfolded.insert(at);
        } else {
            self.unfolded.remove(&at);
        }
    }

    /// Exchanges the sides.
    pub(in crate::app) fn swap(&mut self) {
        std::mem::swap(&mut self.sides.left, &mut self.sides.right);
        if let ComparisonState::Ready(found) = &self.state {
            self.state = ComparisonState::Ready(swapped(found));
        }
    }

    /// Returns the lines of the pane, wrapped to its width in columns.
    #[must_use]
    pub fn lines(&self, width: usize) -> Vec<ComparisonLine> {
        let mut lines = Vec::new();
        let mut heading = None;
        for (at, row) in self.rows() {
            let (parent, step) = row.split();
            let is_left_out = row.group.is_some();
            let mut push = |row: Option<usize>, content| {
                lines.push(ComparisonLine {
                    row,
                    is_left_out: is_left_out && row.is_some(),
                    content,
                });
            };
            if heading != Some(parent) {
                heading = Some(parent);
                let parent = if parent.is_empty() { "." } else { parent };
                push(None, LineContent::Heading(parent.to_owned()));
            }
            let group = row.group.map(|group| format!(" ({})", group.name())).unwrap_or_default();
            let name = format!("{}{group}", bare(step));
            let is_unfolded = self.unfolded.contains(&at);
            let is_wide = width >= SIDE_BY_SIDE && !is_unfolded;
            if is_wide || row.op == Op::Order {
                let [left, right] = [&row.left, &row.right].map(|side| short(row, side.as_ref()));
                push(Some(at), LineContent::Fields { name, left, right });
                continue;
            }
            push(Some(at), LineContent::Name(name));
            if is_unfolded {
                for (change, text) in parts(row) {
                    push(Some(at), LineContent::Part(change, text));
                }
                continue;
            }
            let sides = [(LineChange::Removed, &row.left), (LineChange::Added, &row.right)];
            for (change, side) in sides {
                if side.is_some() {
                    push(Some(at), LineContent::Part(change, short(row, side.as_ref())));
                }
            }
        }
        lines
    }
}

/// Returns the last step of a path without its punctuation.
fn bare(step: &str) -> &str {
    let quoted = step.strip_prefix("['").and_then(|step| step.strip_suffix("']"));
    quoted.unwrap_or(step.trim_start_matches('.'))
}

/// Returns a value on one line. Texts of several lines and containers are only described.
fn short(row: &Difference, side: Option<&Value>) -> String {
    match side {
        _ if row.op == Op::Order => "another order".to_owned(),
        None => "–".to_owned(),
        Some(Value::Object(map)) if is_long(side) => {
            format!("{{{}}}", counted(map.len(), "field"))
        }
        Some(Value::Array(items)) if is_long(side) => {
            format!("[{}]", counted(items.len(), "item"))
        }
        Some(Value::String(text)) if text.trim_end().contains('\n') => {
            counted(text.lines().count(), "line")
        }
        Some(value) => inline(value),
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn is_long(side: Option<&Value>) -> bool {
    side.is_some_and(|value| columns(&inline(value)) > INLINE)
}

/// Returns the whole values of a difference, line by line.
fn parts(row: &Difference) -> Vec<(LineChange, String)> {
    let both = row.left.as_ref().zip(row.right.as_ref());
    if let Some(lines) = both.and_then(|(left, right)| changed_lines(left, right)) {
        return lines.into_iter().take(MAX_LINES).map(|it| (it.change, it.text)).collect();
    }
    let sides = [(LineChange::Removed, &row.left), (LineChange::Added, &row.right)];
    let mut parts = Vec::new();
    for (change, side) in sides {
        let Some(value) = side else { continue };
        let lines = yaml(value);
        parts.extend(lines.lines().take(MAX_LINES).map(|line| (change, line.to_owned())));
    }
    parts
}

fn yaml(value: &Value) -> String {
    let mut text = Vec::new();
    // Writing to a Vec cannot fail.
    _ = write_yaml(value.to_string().as_bytes(), false, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}
