//! What happened to objects since they were opened: an entry for each version, from which all of them can
//! be rebuilt.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use crate::k8s::path::ObjectPath;
use crate::k8s::request::Ticket;
use crate::object::diff::{Op, named};
use crate::object::path::steps;

mod entry;
mod noting;
mod version;

pub use entry::{ChangedField, Entry, What};
pub use noting::{Noted, Noting};
pub use version::Version;

use noting::{Last, Seen};

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
/// The most versions that wait to be noted.
const MAX_WAITING: usize = 20;
/// Of larger objects one version waits, in bytes.
const LARGE: usize = 256 << 10;
/// More entries within a second than this are merged.
const MAX_A_SECOND: usize = 20;
/// The time of one entry while entries are merged.
const MERGED: SignedDuration = SignedDuration::from_millis(250);
/// The same for large objects.
const MERGED_LARGE: SignedDuration = SignedDuration::from_secs(2);

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
    /// The `resourceVersion` before the oldest entry.
    first: String,
    /// The version that was noted last.
    newest: Version,
    /// The `resourceVersion` that arrived last.
    latest: String,
    /// True if the object was deleted after that.
    is_deleted: bool,
    /// What arrived and is not noted yet, the oldest first.
    waiting: VecDeque<Waiting>,
    /// The ticket of what is being noted.
    noting: Option<Ticket>,
    /// How many entries there were.
    numbers: u64,
    /// The memory for the entries, in bytes.
    bytes: usize,
    /// When the object was left, if it is not followed.
    left_at: Option<Timestamp>,
}

/// Something that is to be noted.
#[derive(Clone, Debug)]
enum Waiting {
    Version(Seen),
    Deletion(Timestamp),
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

    /// Returns what the history of the open object is to note next.
    pub(in crate::app) fn next(&mut self, ticket: Ticket) -> Option<Noting> {
        self.kept.first_mut()?.next(ticket)
    }

    /// Adds what was noted to the history that it is of.
    pub(in crate::app) fn noted(&mut self, ticket: Ticket, noted: Noted) {
        let mut kept = self.kept.iter_mut();
        if let Some(history) = kept.find(|history| history.noting == Some(ticket)) {
            history.noted(noted);
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
            first: version.version.clone(),
            latest: version.version.clone(),
            newest: version,
            is_deleted: false,
            waiting: VecDeque::new(),
            noting: None,
            numbers: 0,
            bytes: 0,
            left_at: None,
        }
    }

    /// Takes a version that is to be noted. `from` is when the object was last followed, if it was not
    /// followed since. Of versions that arrive faster than they are noted, the last stands for the others.
    pub fn see(&mut self, version: Version, now: Timestamp, from: Option<Timestamp>) {
        if version.version == self.latest && !self.is_deleted {
            return;
        }
        self.latest.clone_from(&version.version);
        let is_again = std::mem::take(&mut self.is_deleted);
        let most = if version.len() > LARGE { 1 } else { MAX_WAITING };
        let is_full = self.waiting.len() >= most && from.is_none() && !is_again;
        match self.waiting.back_mut() {
            Some(Waiting::Version(last)) if is_full => {
                (last.version, last.received) = (version, now);
                last.count += 1;
            }
            _ => self.waiting.push_back(Waiting::Version(Seen {
                version,
                received: now,
                from,
                is_again,
                count: 1,
            })),
        }
    }

    /// Returns what is to be noted next, unless something is being noted. Its outcome is to be given to
    /// [`ObjectHistory::noted`] with the ticket.
    pub fn next(&mut self, ticket: Ticket) -> Option<Noting> {
        if self.noting.is_some() {
            return None;
        }
        loop {
            match self.waiting.pop_front()? {
                Waiting::Deletion(now) => self.push(Entry::deleted(&self.newest, now)),
                Waiting::Version(seen) => {
                    self.noting = Some(ticket);
                    let last = self.merged_with(&seen);
                    return Some(Noting { newest: self.newest.clone(), seen, last });
                }
            }
        }
    }

    /// Adds the entry of a version that was noted.
    pub fn noted(&mut self, noted: Noted) {
        self.noting = None;
        let Noted { entry, newest, replaces_last } = noted;
        if replaces_last && let Some(last) = self.entries.pop_back() {
            self.bytes = self.bytes.saturating_sub(last.size());
        }
        self.newest = newest;
        self.push(entry);
    }

    /// Notes that the object is not followed from now on.
    pub(in crate::app) fn left(&mut self, now: Timestamp) {
        self.left_at.get_or_insert(now);
    }

    /// Notes that the object is followed again. Returns since when it was not.
    pub(in crate::app) fn resumed(&mut self) -> Option<Timestamp> {
        self.left_at.take()
    }

    /// Takes that the object was deleted.
    pub fn deleted(&mut self, now: Timestamp) {
        if !std::mem::replace(&mut self.is_deleted, true) {
            self.waiting.push_back(Waiting::Deletion(now));
        }
    }

    /// Returns the last entry if a version is to be merged with it.
    fn merged_with(&self, seen: &Seen) -> Option<Last> {
        let since = |entry: &Entry| seen.received.duration_since(entry.received);
        let recent =
            self.entries.iter().rev().take_while(|it| since(it) < SignedDuration::from_secs(1));
        let count: usize = recent.map(|entry| entry.merged).sum();
        let last = self.entries.back().filter(|last| last.what == What::Changed)?;
        let time = if seen.version.len() > LARGE { MERGED_LARGE } else { MERGED };
        let is_merged =
            seen.from.is_none() && !seen.is_again && count > MAX_A_SECOND && since(last) < time;
        let Entry { splices, what, merged, .. } = last;
        is_merged.then(|| Last { splices: splices.clone(), what: *what, merged: *merged })
    }

    fn push(&mut self, entry: Entry) {
        self.numbers += 1;
        let entry = Entry { number: self.numbers, ..entry };
        self.bytes += entry.size();
        self.entries.push_back(entry);
        while self.entries.len() > MAX_ENTRIES || self.bytes > MAX_BYTES {
            let Some(dropped) = self.entries.pop_front() else { break };
            self.bytes = self.bytes.saturating_sub(dropped.size());
            self.is_cut = true;
            self.first.clone_from(&dropped.version);
        }
    }

    /// Returns when the field at a path of the newest version changed last, if an entry shows it: the path, or
    /// one that contains it. List items are indices in the path.
    #[must_use]
    pub fn changed_at(&self, path: &str) -> Option<Timestamp> {
        let path = named(self.newest.value(), &steps(path)?);
        let has_it = |field: &ChangedField| {
            let rest = path.strip_prefix(field.path.as_str());
            field.op != Op::Order
                && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        for entry in self.entries.iter().rev() {
            if entry.fields.iter().any(has_it) {
                let is_exact = matches!(entry.what, What::Changed | What::CreatedAgain);
                return is_exact.then_some(entry.received);
            }
            if entry.total > entry.fields.len() {
                return None;
            }
        }
        None
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

    /// Returns the version before the last entry that changed something, and its `resourceVersion`.
    #[must_use]
    pub fn previous(&self) -> Option<(String, Vec<u8>)> {
        let at = self.entries.iter().rposition(|entry| entry.total > 0)?;
        let version = match at.checked_sub(1).and_then(|before| self.entries.get(before)) {
            Some(before) => before.version.clone(),
            None => self.first.clone(),
        };
        let [before, _] = self.versions(at)?;
        Some((version, before))
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
