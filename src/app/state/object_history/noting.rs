//! Noting a version: comparing it with the one before it, off the event loop.

use jiff::Timestamp;

use super::entry::{Entry, What};
use super::version::Version;
use crate::document::Splices;

/// A version that is to be noted.
#[derive(Clone, Debug)]
pub struct Noting {
    /// The version that was noted last.
    pub(super) newest: Version,
    pub(super) seen: Seen,
    /// The last entry, if the version is to be merged with it.
    pub(super) last: Option<Last>,
}

/// A version that arrived.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) version: Version,
    pub(super) received: Timestamp,
    /// When the object was last followed, if it was not followed since.
    pub(super) from: Option<Timestamp>,
    /// True if the object was deleted before.
    pub(super) is_again: bool,
    /// How many versions it stands for.
    pub(super) count: usize,
}

/// What of the last entry is needed to merge a version with it.
#[derive(Clone, Debug)]
pub(super) struct Last {
    pub(super) splices: Splices,
    pub(super) what: What,
    pub(super) merged: usize,
}

/// A version with its entry.
#[derive(Clone, Debug)]
pub struct Noted {
    pub(super) entry: Entry,
    pub(super) newest: Version,
    /// True if the entry takes the place of the last one.
    pub(super) replaces_last: bool,
}

/// They are equal if they note the same version at the same time.
impl PartialEq for Noting {
    fn eq(&self, other: &Self) -> bool {
        let key = |it: &Self| (it.seen.version.version.clone(), it.seen.received, it.seen.count);
        key(self) == key(other)
    }
}

impl Noting {
    /// Compares the versions.
    #[must_use]
    pub fn run(self) -> Noted {
        let Self { newest, seen, last } = self;
        let Seen { version, received, from, is_again, count } = seen;
        let merged = last.and_then(|last| {
            let base = Version::read(last.splices.apply(newest.document.body())?)?;
            Some((base, last))
        });
        let replaces_last = merged.is_some();
        let mut entry = if let Some((base, last)) = merged {
            let entry = Entry::between(&base, &version, received, last.what);
            Entry { merged: last.merged, ..entry }
        } else {
            let what = match from {
                _ if is_again || newest.uid() != version.uid() => What::CreatedAgain,
                Some(from) => What::NotSeen(from),
                None => What::Changed,
            };
            Entry { merged: 0, ..Entry::between(&newest, &version, received, what) }
        };
        entry.merged += count;
        Noted { entry, newest: version, replaces_last }
    }
}
