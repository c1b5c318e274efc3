//! An entry of a history: what changed, when, and by whom.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::Value;

use super::version::Version;
use crate::document::Splices;
use crate::object::diff::{Difference, Group, Op, Options, diff, inline};
use crate::object::managers::changed_by;
use crate::text::fit;

/// The most changed fields of an entry that are kept.
const MAX_FIELDS: usize = 50;
/// The widest value that is kept of a changed field, in columns.
const VALUE: usize = 48;

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its number among all entries of the object.
    pub number: u64,
    /// When it was received.
    pub received: Timestamp,
    /// What happened.
    pub what: What,
    /// The version after it.
    pub version: String,
    /// The managers that wrote it, in words.
    pub managers: String,
    /// The new `metadata.generation`, if it is another one.
    pub generation: Option<i64>,
    /// The first changed fields.
    pub fields: Vec<ChangedField>,
    /// The number of changed fields.
    pub total: usize,
    /// How many changes it stands for.
    pub merged: usize,
    /// What leads from the version after it to the one before.
    pub(super) splices: Splices,
}

/// What an entry stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The object changed.
    Changed,
    /// The object was deleted.
    Deleted,
    /// An object of the same name was created after that.
    CreatedAgain,
    /// What changed since this time, when the object was not followed.
    NotSeen(Timestamp),
}

/// A field that changed. Values of Secrets are masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedField {
    /// Its path, with list items by their keys.
    pub path: String,
    /// What happened to it.
    pub op: Op,
    /// The value before, on one line; `–` for none.
    pub before: String,
    /// The value after, on one line; `–` for none.
    pub after: String,
}

impl Entry {
    /// Compares two versions. The entry has no number yet.
    pub(super) fn between(old: &Version, new: &Version, received: Timestamp, what: What) -> Self {
        let found = diff(old.value(), new.value(), &options());
        let rows: Vec<&Difference> = found.differences().collect();
        let places: Vec<&str> = rows.iter().map(|row| row.place.as_str()).collect();
        let generation = |value: &Value| value["metadata"]["generation"].as_i64();
        Self {
            number: 0,
            received,
            what,
            version: new.version.clone(),
            managers: changed_by(old.value(), new.value(), received, &places),
            generation: generation(new.value()).filter(|it| Some(*it) != generation(old.value())),
            fields: rows.iter().take(MAX_FIELDS).map(|row| ChangedField::of(row)).collect(),
            total: rows.len(),
            merged: 1,
            splices: Splices::between(&old.document, &new.document),
        }
    }

    /// Returns the entry of a deletion, after which the last version stays.
    pub(super) fn deleted(last: &Version, received: Timestamp) -> Self {
        Self {
            number: 0,
            received,
            what: What::Deleted,
            version: last.version.clone(),
            managers: String::new(),
            generation: None,
            fields: Vec::new(),
            total: 0,
            merged: 1,
            splices: Splices::default(),
        }
    }

    /// True if it only changed the status.
    #[must_use]
    pub fn is_of_status(&self) -> bool {
        self.what == What::Changed
            && !self.fields.is_empty()
            && self.fields.iter().all(|field| field.path.starts_with(".status"))
    }

    /// Returns it as text: a line with its time, version and managers, and one for each field that is kept.
    #[must_use]
    pub fn text(&self) -> String {
        let what = match self.what {
            What::Changed => "changed",
            What::Deleted => "deleted",
            What::CreatedAgain => "created again",
            What::NotSeen(_) => "changed while it was not followed",
        };
        let mut text = format!("{}  {what}  v{}", self.received, self.version);
        if !self.managers.is_empty() {
            text.push_str("  ");
            text.push_str(&self.managers);
        }
        text.push('\n');
        for ChangedField { path, before, after, .. } in &self.fields {
            // Writing to a String cannot fail.
            _ = writeln!(text, "  {path}  {before} → {after}");
        }
        let more = self.total - self.fields.len();
        if more > 0 {
            _ = writeln!(text, "  and {more} more");
        }
        text
    }

    /// Returns its memory in bytes.
    pub(super) fn size(&self) -> usize {
        let fields = self.fields.iter();
        let texts = fields.map(|it| it.path.len() + it.before.len() + it.after.len());
        size_of::<Self>() + self.splices.size() + texts.sum::<usize>()
    }
}

impl ChangedField {
    fn of(row: &Difference) -> Self {
        let side = |value: &Option<Value>| {
            value.as_ref().map_or_else(|| "–".to_owned(), |it| fit(&inline(it), VALUE).into_owned())
        };
        Self {
            path: row.path.clone(),
            op: row.op,
            before: side(&row.left),
            after: side(&row.right),
        }
    }
}

/// What the history leaves out: fields that change with every version.
fn options() -> Options {
    let ignored = [".metadata.managedFields", ".metadata.resourceVersion", ".metadata.generation"];
    Options {
        kept: Group::ALL.into_iter().filter(|group| *group != Group::Ignored).collect(),
        ignored: ignored.map(str::to_owned).to_vec(),
        ..Options::default()
    }
}
