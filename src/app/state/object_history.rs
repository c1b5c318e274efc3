//! What happened to objects since they were opened: an entry for each version, from which all of them can
//! be rebuilt.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::document::{Document, Splices};
use crate::k8s::path::ObjectPath;
use crate::object::diff::{Difference, Group, Op, Options, diff, inline};
use crate::object::managers::changed_by;
use crate::text::fit;

/// The most entries of an object.
const MAX_ENTRIES: usize = 2_000;
/// The most memory for the versions of an object, in bytes.
const MAX_BYTES: usize = 4 << 20;
/// The most memory for the versions of all objects, in bytes.
const MAX_ALL: usize = 6 << 20;
/// The most objects with a history: the open one and the last ones before it.
const MAX_OBJECTS: usize = 4;
/// Larger objects have no history, in bytes.
const MAX_OBJECT: usize = 8 << 20;
/// The most changed fields of an entry that are kept.
const MAX_FIELDS: usize = 50;
/// The widest value that is kept of a changed field, in columns.
const VALUE: usize = 48;
/// More entries within a second than this are merged.
const MAX_A_SECOND: usize = 20;
/// The time of one entry while entries are merged.
const MERGED: SignedDuration = SignedDuration::from_millis(250);

/// The histories: that of the open object first, then those of the objects before it.
#[derive(Clone, Debug, Default)]
pub struct Histories {
    kept: Vec<ObjectHistory>,
    /// The object that was opened last, and the number of that visit.
    begun: Option<(ObjectPath, u32)>,
}

/// What happened to one object.
#[derive(Clone, Debug)]
pub struct ObjectHistory {
    /// The object.
    pub path: ObjectPath,
    /// When it was opened.
    pub since: Timestamp,
    /// What happened, the oldest first.
    pub entries: VecDeque<Entry>,
    /// True if older entries were dropped.
    pub is_cut: bool,
    newest: Version,
    /// How many entries there were.
    numbers: u64,
    /// The memory for the entries, in bytes.
    bytes: usize,
    /// When the object was left, if it is not followed.
    left_at: Option<Timestamp>,
}

/// A version of an object.
#[derive(Clone, Debug)]
pub struct Version {
    /// The object as it was sent.
    pub document: Arc<Document>,
    /// The same as a value.
    pub value: Arc<Value>,
    /// Its `resourceVersion`.
    pub version: String,
}

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
    splices: Splices,
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

impl Histories {
    /// Returns the history of the open object.
    #[must_use]
    pub fn open(&self) -> Option<&ObjectHistory> {
        self.kept.first()
    }

    /// Returns the history of an object, if it is the open one.
    pub(in crate::app) fn of(&mut self, path: &ObjectPath) -> Option<&mut ObjectHistory> {
        self.kept.first_mut().filter(|history| history.path == *path)
    }

    /// Returns true the first time that an object is shown in a visit.
    pub(in crate::app) fn is_new(&mut self, path: &ObjectPath, visit: u32) -> bool {
        let is_new = self.begun.as_ref().is_none_or(|begun| (&begun.0, begun.1) != (path, visit));
        if is_new {
            self.begun = Some((path.clone(), visit));
        }
        is_new
    }

    /// Opens an object. One that was opened before goes on with its history.
    pub(in crate::app) fn begin(&mut self, path: ObjectPath, version: Version, now: Timestamp) {
        if let Some(last) = self.kept.first_mut() {
            last.left_at.get_or_insert(now);
        }
        if version.document.body().len() > MAX_OBJECT || !version.document.is_json() {
            return;
        }
        let known = self.kept.iter().position(|history| history.path == path);
        let history = match known.map(|at| self.kept.remove(at)) {
            Some(mut history) => {
                let from = history.left_at.take();
                history.see(version, now, from);
                history
            }
            None => ObjectHistory::new(path, version, now),
        };
        self.kept.insert(0, history);
        self.kept.truncate(MAX_OBJECTS);
        while self.kept.iter().map(|history| history.bytes).sum::<usize>() > MAX_ALL {
            self.kept.pop();
        }
    }

    /// Drops all.
    pub(in crate::app) fn forget(&mut self) {
        *self = Self::default();
    }
}

impl ObjectHistory {
    /// Begins with a version.
    #[must_use]
    pub fn new(path: ObjectPath, version: Version, now: Timestamp) -> Self {
        Self {
            path,
            since: now,
            entries: VecDeque::new(),
            is_cut: false,
            newest: version,
            numbers: 0,
            bytes: 0,
            left_at: None,
        }
    }

    /// Notes a version. `from` is when the object was last followed, if it was not followed since.
    pub fn see(&mut self, new: Version, now: Timestamp, from: Option<Timestamp>) {
        if new.version == self.newest.version
            && self.entries.back().is_none_or(|it| it.what != What::Deleted)
        {
            return;
        }
        if let Some(merged) = self.merged(now, from) {
            self.push(&merged.base, &new, now, merged.what, merged.count + 1);
        } else {
            let uid = |value: &Value| value["metadata"]["uid"].as_str().map(str::to_owned);
            let is_again = uid(&self.newest.value) != uid(&new.value)
                || self.entries.back().is_some_and(|last| last.what == What::Deleted);
            let what = match from {
                _ if is_again => What::CreatedAgain,
                Some(from) => What::NotSeen(from),
                None => What::Changed,
            };
            self.push(&self.newest.clone(), &new, now, what, 1);
        }
        self.newest = new;
    }

    /// Notes that the object is not followed from now on.
    pub(in crate::app) fn left(&mut self, now: Timestamp) {
        self.left_at.get_or_insert(now);
    }

    /// Notes that the object is followed again. Returns since when it was not.
    pub(in crate::app) fn resumed(&mut self) -> Option<Timestamp> {
        self.left_at.take()
    }

    /// Notes that the object was deleted.
    pub fn deleted(&mut self, now: Timestamp) {
        if self.entries.back().is_some_and(|last| last.what == What::Deleted) {
            return;
        }
        let newest = self.newest.clone();
        self.push(&newest, &newest, now, What::Deleted, 1);
    }

    /// Takes the last entry if this change is to be merged with it.
    fn merged(&mut self, now: Timestamp, from: Option<Timestamp>) -> Option<Merged> {
        let since = |entry: &Entry| now.duration_since(entry.received);
        let recent =
            self.entries.iter().rev().take_while(|it| since(it) < SignedDuration::from_secs(1));
        let count: usize = recent.map(|entry| entry.merged).sum();
        let last =
            self.entries.back().filter(|last| from.is_none() && last.what == What::Changed)?;
        if count <= MAX_A_SECOND || since(last) >= MERGED {
            return None;
        }
        let body = last.splices.apply(self.newest.document.body())?;
        let base = Version::read(body)?;
        let last = self.entries.pop_back()?;
        self.bytes = self.bytes.saturating_sub(last.size());
        Some(Merged { base, what: last.what, count: last.merged })
    }

    fn push(&mut self, old: &Version, new: &Version, now: Timestamp, what: What, merged: usize) {
        let found = diff(&old.value, &new.value, &options());
        let rows: Vec<&Difference> = found.differences().collect();
        let places: Vec<&str> = rows.iter().map(|row| row.place.as_str()).collect();
        let splices = Splices::between(&old.document, &new.document);
        let generation = |value: &Value| value["metadata"]["generation"].as_i64();
        self.numbers += 1;
        let entry = Entry {
            number: self.numbers,
            received: now,
            what,
            version: new.version.clone(),
            managers: changed_by(&old.value, &new.value, now, &places),
            generation: generation(&new.value).filter(|it| Some(*it) != generation(&old.value)),
            fields: rows.iter().take(MAX_FIELDS).map(|row| ChangedField::of(row)).collect(),
            total: rows.len(),
            merged,
            splices,
        };
        self.bytes += entry.size();
        self.entries.push_back(entry);
        while self.entries.len() > MAX_ENTRIES || self.bytes > MAX_BYTES {
            let Some(dropped) = self.entries.pop_front() else { break };
            self.bytes = self.bytes.saturating_sub(dropped.size());
            self.is_cut = true;
        }
    }

    /// Rebuilds the versions before and after an entry.
    #[must_use]
    pub fn versions(&self, at: usize) -> Option<[Vec<u8>; 2]> {
        let mut after = self.newest.document.body().to_vec();
        for entry in self.entries.iter().skip(at + 1).rev() {
            after = entry.splices.apply(&after)?;
        }
        let before = self.entries.get(at)?.splices.apply(&after)?;
        Some([before, after])
    }

    /// Returns the newest version.
    #[must_use]
    pub fn newest(&self) -> &Version {
        &self.newest
    }

    /// Returns the memory that the entries take, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes
    }
}

/// A change that is merged with the ones before it.
struct Merged {
    /// The version before the first of them.
    base: Version,
    what: What,
    count: usize,
}

impl Version {
    /// Reads a version; `None` if it is not JSON.
    #[must_use]
    pub fn read(body: Vec<u8>) -> Option<Self> {
        let value = Arc::new(serde_json::from_slice::<Value>(&body).ok()?);
        let version = value["metadata"]["resourceVersion"].as_str().unwrap_or_default().to_owned();
        let is_secret = value["kind"] == "Secret";
        let document = Arc::new(Document::read(body.into(), true, is_secret));
        Some(Self { document, value, version })
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

impl Entry {
    /// True if it only changed the status.
    #[must_use]
    pub fn is_of_status(&self) -> bool {
        self.what == What::Changed
            && !self.fields.is_empty()
            && self.fields.iter().all(|field| field.path.starts_with(".status"))
    }

    fn size(&self) -> usize {
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
