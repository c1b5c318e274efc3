//! The list of what happened to the open object: its versions and its events, the newest first.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::app::state::object_history::{Entry, ObjectHistory, What};
use crate::app::state::words::Words;
use crate::k8s::path::ObjectPath;
use crate::object::events::EventRow;

/// What of the history is shown.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// True if entries that only changed the status are hidden.
    pub hides_status: bool,
    /// Only versions and events that match are shown.
    pub words: Words,
    selected: Option<Key>,
    /// The entries whose fields are all shown.
    unfolded: BTreeSet<u64>,
}

/// An item of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// An entry of the history.
    Entry {
        /// Its number.
        number: u64,
        /// Its 0-based index among the entries, the oldest first.
        at: usize,
    },
    /// An event.
    Event {
        /// Its 0-based index among the events.
        at: usize,
        /// The event.
        path: ObjectPath,
    },
}

/// What identifies an item while others are added.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Key {
    Entry(u64),
    Event(ObjectPath),
}

impl Item {
    fn key(&self) -> Key {
        match self {
            Self::Entry { number, .. } => Key::Entry(*number),
            Self::Event { path, .. } => Key::Event(path.clone()),
        }
    }
}

impl Timeline {
    /// Returns the items, the newest first. Versions without a changed field have none.
    #[must_use]
    pub fn items(&self, history: &ObjectHistory, events: &[EventRow]) -> Vec<Item> {
        let is_shown = |(_, entry): &(usize, &Entry)| {
            (entry.total > 0 || entry.what != What::Changed)
                && !(self.hides_status && entry.is_of_status())
                && self.matches(entry)
        };
        let entries = history
            .entries
            .iter()
            .enumerate()
            .rev()
            .filter(is_shown)
            .map(|(at, entry)| (entry.received, Item::Entry { number: entry.number, at }));
        let is_event_shown = |(_, row): &(usize, &EventRow)| {
            self.words.is_in(&row.reason) || self.words.is_in(&row.message)
        };
        let events = events.iter().enumerate().filter(is_event_shown).map(|(at, row)| {
            let time = row.last.unwrap_or(Timestamp::MIN);
            (time, Item::Event { at, path: row.path.clone() })
        });
        let mut items: Vec<(Timestamp, Item)> = entries.chain(events).collect();
        items.sort_by_key(|(time, _)| std::cmp::Reverse(*time));
        items.into_iter().map(|(_, item)| item).collect()
    }

    /// True if an entry has the words in its version, its managers, or a changed field.
    fn matches(&self, entry: &Entry) -> bool {
        let fields = entry.fields.iter();
        let mut fields = fields.flat_map(|field| [&field.path, &field.before, &field.after]);
        self.words.is_in(&entry.version)
            || self.words.is_in(&entry.managers)
            || fields.any(|text| self.words.is_in(text))
    }

    /// Returns the 0-based index of the selected item.
    #[must_use]
    pub fn selected(&self, items: &[Item]) -> usize {
        let selected = self.selected.as_ref();
        items.iter().position(|item| Some(&item.key()) == selected).unwrap_or(0)
    }

    /// Selects an item.
    pub(in crate::app) fn select(&mut self, item: Option<&Item>) {
        self.selected = item.map(Item::key);
    }

    /// True if all fields of an entry are shown.
    #[must_use]
    pub fn is_unfolded(&self, number: u64) -> bool {
        self.unfolded.contains(&number)
    }

    /// Shows all fields of an entry, or the first ones.
    pub(in crate::app) fn unfold(&mut self, number: u64, unfolds: bool) {
        if unfolds {
            self.unfolded.insert(number);
        } else {
            self.unfolded.remove(&number);
        }
    }
}
