//! The list of events: of one object, of a namespace or of the cluster.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use crate::k8s::failure::Failure;
use crate::k8s::path::ObjectPath;
use crate::k8s::request::{Request, Ticket};
use crate::object::events::EventRow;

/// The most events that are kept, the newest.
const MAX_EVENTS: usize = 1_000;

/// The most owned objects whose events are kept.
const MAX_OWNED: usize = 5_000;

/// A list of events.
#[derive(Clone, Debug, Default)]
pub struct Events {
    /// What they are of, for the title.
    pub of: String,
    /// The object, if the events are of one.
    pub(in crate::app) object: Option<ObjectPath>,
    /// What else they are about.
    pub(in crate::app) wider: Option<Wider>,
    /// The request of the list, without paging; `None` if no list was opened.
    pub(in crate::app) request: Option<Request>,
    /// True if warnings come first.
    pub warnings_first: bool,
    /// True if the events are of one object, which needs no column of its own.
    pub is_of_one: bool,
    /// The state of the request.
    pub state: EventsState,
    /// The events in their order.
    pub rows: Vec<EventRow>,
    /// How many there were, kept or not.
    pub total: usize,
    /// How many were read, also about other objects.
    pub(in crate::app) read: usize,
    /// The selected event; the first one if there is none.
    pub(in crate::app) selected: Option<ObjectPath>,
    /// The version from which the watch continues; empty if the list is not complete.
    pub(in crate::app) version: String,
    /// The number of the list, which identifies its watch.
    pub(in crate::app) number: u32,
    /// True if the list is shown: only then it is watched.
    pub(in crate::app) is_open: bool,
}

/// What the events are about, besides an object.
#[derive(Clone, Debug)]
pub(in crate::app) enum Wider {
    /// Earlier objects of its name.
    Name,
    /// What it owns.
    Owned(Owned),
}

/// What an object owns.
#[derive(Clone, Debug, Default)]
pub(in crate::app) struct Owned {
    /// The object.
    pub(in crate::app) object: Arc<Value>,
    /// Its resource and name.
    pub(in crate::app) name: String,
    /// Its uid.
    pub(in crate::app) uid: String,
    /// The uids of what it owns.
    pub(in crate::app) uids: BTreeSet<String>,
    /// The lists that could not be read.
    pub(in crate::app) unread: Vec<String>,
    /// The requests of the lists.
    pub(in crate::app) tickets: Vec<Ticket>,
    /// True once the second level is listed.
    pub(in crate::app) is_second: bool,
}

impl Owned {
    /// True if no more owned objects are read.
    pub(in crate::app) fn is_full(&self) -> bool {
        self.uids.len() >= MAX_OWNED
    }

    /// True if an event is about the object, or about something that it owns.
    fn keeps(&self, row: &EventRow) -> bool {
        row.uid == self.uid || self.uids.contains(&row.uid)
    }

    /// Returns what the events are of: `deployments/web and 2 owned`.
    pub(in crate::app) fn title(&self) -> String {
        let Self { name, uids, unread, .. } = self;
        let count = uids.len();
        let more = if self.is_full() { "+" } else { "" };
        match unread.as_slice() {
            [] => format!("{name} and {count}{more} owned"),
            lists => format!("{name} and {count}{more} owned, without {}", lists.join(", ")),
        }
    }
}

/// A page of owned objects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnedPage {
    /// How many there are.
    pub number: u64,
    /// Their uids.
    pub uids: Vec<String>,
    /// The token of the next page.
    pub continue_token: Option<String>,
}

/// The state of the request for events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum EventsState {
    /// Nothing was requested.
    #[default]
    Nothing,
    /// The same request was sent to explain the object, and is not answered yet.
    Shared,
    /// What the object owns was requested.
    Finding,
    /// A page was requested.
    Loading(Ticket),
    /// All pages arrived.
    Ready,
    /// A page could not be fetched.
    Failed(Failure),
}

/// A page of events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventPage {
    /// The events.
    pub rows: Vec<EventRow>,
    /// The token of the next page.
    pub continue_token: Option<String>,
    /// The version of the list.
    pub version: String,
}

/// A change of the events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventChange {
    /// An event is new, or was seen again.
    Seen(Box<EventRow>),
    /// An event has expired.
    Gone(ObjectPath),
}

impl Events {
    /// Returns the 0-based index of the selected event.
    #[must_use]
    pub fn selected(&self) -> usize {
        let selected = self.selected.as_ref();
        self.rows.iter().position(|row| Some(&row.path) == selected).unwrap_or(0)
    }

    /// Adds events, and keeps the newest.
    pub(in crate::app) fn add(&mut self, mut rows: Vec<EventRow>) {
        self.read += rows.len();
        if let Some(Wider::Owned(owned)) = &self.wider {
            rows.retain(|row| owned.keeps(row));
        }
        self.total += rows.len();
        self.rows.extend(rows);
        let warnings_first = self.warnings_first;
        self.rows.sort_by_key(|row| std::cmp::Reverse(row.last));
        self.rows.truncate(MAX_EVENTS);
        if warnings_first {
            self.rows.sort_by_key(|row| !row.is_warning);
        }
    }

    /// Applies a change.
    pub(in crate::app) fn apply(&mut self, change: EventChange) {
        let path = match &change {
            EventChange::Seen(row) => &row.path,
            EventChange::Gone(path) => path,
        };
        let before = self.rows.len();
        self.rows.retain(|row| row.path != *path);
        self.total -= (before - self.rows.len()).min(self.total);
        if let EventChange::Seen(row) = change {
            self.add(vec![*row]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::k8s::names::Gvr;

    fn row(name: &str, second: i64, is_warning: bool) -> EventRow {
        let gvr = Gvr::new("", "v1", "events");
        EventRow {
            path: ObjectPath { gvr, namespace: None, name: name.into() },
            last: jiff::Timestamp::from_second(second).ok(),
            count: 1,
            is_warning,
            reason: String::new(),
            kind: String::new(),
            name: String::new(),
            uid: String::new(),
            api_version: String::new(),
            namespace: String::new(),
            field_path: String::new(),
            container: None,
            message: String::new(),
        }
    }

    fn names(events: &Events) -> Vec<&str> {
        events.rows.iter().map(|row| &*row.path.name).collect()
    }

    #[test]
    fn the_newest_event_comes_first_and_warnings_before_if_wanted() {
        let mut events = Events::default();
        events.add(vec![row("a", 1, true), row("b", 3, false), row("c", 2, false)]);
        assert_eq!(names(&events), ["b", "c", "a"]);
        let mut events = Events { warnings_first: true, ..Events::default() };
        events.add(vec![row("a", 1, true), row("b", 3, false), row("c", 2, true)]);
        assert_eq!(names(&events), ["c", "a", "b"]);
    }

    #[test]
    fn an_event_that_is_seen_again_moves_to_the_top() {
        let mut events = Events::default();
        events.add(vec![row("a", 1, false), row("b", 2, false)]);
        events.apply(EventChange::Seen(Box::new(row("a", 9, false))));
        assert_eq!((names(&events), events.total), (vec!["a", "b"], 2));
        events.apply(EventChange::Gone(row("b", 2, false).path));
        assert_eq!((names(&events), events.total), (vec!["a"], 1));
    }

    #[test]
    fn the_newest_thousand_are_kept() {
        let mut events = Events::default();
        events.add((0..1_500).map(|at| row(&at.to_string(), at, false)).collect());
        assert_eq!((events.rows.len(), events.total), (1_000, 1_500));
        assert_eq!(&*events.rows[999].path.name, "500");
    }
}
