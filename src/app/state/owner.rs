//! The owners of the object that is shown: its own is known from the object, further ones once they were
//! read.

use std::sync::Arc;

use crate::k8s::path::ObjectPath;
use crate::k8s::request::Ticket;
use crate::object::links::{Link, Target};

/// The most objects whose owners are remembered.
const MAX_KNOWN: usize = 256;
/// The most owners in a line.
const MAX_SHOWN: usize = 4;

/// The owners of the object that is shown.
#[derive(Clone, Debug, Default)]
pub struct Owners {
    /// The object, its answer, and what discovery knew then; `None` if none is shown.
    pub(in crate::app) of: Option<(ObjectPath, (u64, usize))>,
    /// Its owner.
    pub(in crate::app) owner: Option<Owner>,
    /// The request for the owner of the owner.
    pub(in crate::app) awaited: Option<Ticket>,
    /// The owners of objects that were read, by the uids of these objects: the latest last.
    known: Vec<(Arc<str>, Option<Owner>)>,
}

/// An owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The path of the field that names it.
    pub(in crate::app) at: String,
    /// The reference.
    pub(in crate::app) link: Link,
    /// The owner as a location is typed: `rs/ledger-6b69b76f87`.
    pub(in crate::app) text: String,
}

impl Owner {
    /// Returns its uid, if the reference has one.
    pub(in crate::app) fn uid(&self) -> Option<&Arc<str>> {
        match &self.link.target {
            Target::Object { uid, .. } => uid.as_ref(),
            _ => None,
        }
    }
}

impl Owners {
    /// Remembers the owner of an object; `None` if it has none, or if it could not be read.
    pub(in crate::app) fn remember(&mut self, uid: &str, owner: Option<Owner>) {
        self.known.retain(|(known, _)| **known != *uid);
        if self.known.len() >= MAX_KNOWN {
            self.known.remove(0);
        }
        self.known.push((uid.into(), owner));
    }

    /// Forgets what was read.
    pub(in crate::app) fn forget(&mut self) {
        self.known.clear();
        self.of = None;
    }

    /// True if the owner of an object was read, or could not be read.
    pub(in crate::app) fn knows(&self, uid: &str) -> bool {
        self.known.iter().any(|(known, _)| **known == *uid)
    }

    /// Returns the owner of an object that was read.
    fn owner_of(&self, uid: &str) -> Option<&Owner> {
        self.known.iter().find(|(known, _)| **known == *uid)?.1.as_ref()
    }

    /// Returns the owners in a line, `owner rs/ledger-6b69b76f87 → deploy/ledger`.
    pub(in crate::app) fn line(&self) -> Option<String> {
        let mut owner = self.owner.as_ref()?;
        let mut line = format!("owner {}", owner.text);
        for _ in 1..MAX_SHOWN {
            let next = owner.uid().and_then(|uid| self.owner_of(uid));
            let Some(next) = next else { break };
            line.push_str(" → ");
            line.push_str(&next.text);
            owner = next;
        }
        Some(line)
    }
}
