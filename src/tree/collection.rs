//! The rows of one collection: pages as they are loaded, deltas as they arrive, the filter, and the
//! order in which they are shown.

mod filter;
mod shown;
mod sort;
mod widths;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::k8s::names::Namespace;
use crate::k8s::table::{Column, Delta, Page, Row};

pub use filter::Filter;
pub use sort::Sort;
pub use widths::WIDEST_CELL;

/// What tells the rows of one collection apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RowKey {
    /// The namespace, where rows of several are listed.
    pub namespace: Option<Namespace>,
    /// The name.
    pub name: Arc<str>,
}

impl RowKey {
    /// The key of a row.
    #[must_use]
    pub fn of(row: &Row) -> Self {
        Self { namespace: row.namespace.clone(), name: row.name().into() }
    }

    fn parts(&self) -> (&str, &str) {
        (self.namespace.as_ref().map_or("", Namespace::as_str), &self.name)
    }
}

/// The order of the server's storage: by the bytes of `namespace/name`.
fn order(a: (&str, &str), b: (&str, &str)) -> Ordering {
    let key = |(namespace, name): (&str, &str)| -> Vec<u8> {
        [namespace.as_bytes(), b"/", name.as_bytes()].concat()
    };
    if a.0 == b.0 { a.1.cmp(b.1) } else { key(a).cmp(&key(b)) }
}

fn row_parts(row: &Row) -> (&str, &str) {
    (row.namespace.as_ref().map_or("", Namespace::as_str), row.name())
}

/// What a delta did to the rows: positions are of the row before a removal, after an insertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A row came in at that place.
    Inserted(usize),
    /// The row at that place has other cells.
    Replaced(usize),
    /// The row that was at that place is gone.
    Removed {
        /// Where it was.
        place: usize,
        /// The place now of the row that is shown where it was.
        next: usize,
    },
    /// No row that is loaded is concerned.
    None,
}

/// The loaded rows of a collection, always in the order of their keys.
#[derive(Clone, Debug, Default)]
pub struct Collection {
    /// The columns of the first page.
    pub columns: Arc<[Column]>,
    rows: Vec<Row>,
    /// The token of the next page; `None` when all is loaded.
    pub continue_token: Option<String>,
    /// How many objects come after the loaded pages, where the server says so.
    pub remaining: Option<u64>,
    /// Where a watch goes on: of the list, then of its deltas.
    pub resource_version: String,
    /// The last key of the pages loaded so far, while more are to come.
    loaded_until: Option<RowKey>,
    /// Deltas of rows on pages that are not loaded: they are newer than their page will be.
    beyond: BTreeMap<(String, String), Option<Row>>,
    filter: Option<Filter>,
    sort: Option<Sort>,
    /// Whether the columns show that are hidden at first.
    pub wide: bool,
    /// The places of the rows that pass the filter, in the order in which they are shown; empty
    /// where neither a filter nor an order was set.
    listed: Vec<usize>,
    /// The widest text of the name and of each cell so far.
    widths: Vec<usize>,
    namespace_width: usize,
}

impl Collection {
    /// A collection of its first page.
    #[must_use]
    pub fn new(page: Page) -> Self {
        let mut collection = Self {
            columns: Arc::clone(&page.columns),
            resource_version: page.resource_version.clone(),
            ..Self::default()
        };
        collection.add_page(page);
        collection
    }

    /// All loaded rows.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// How many objects there are on the pages that are loaded and on those that are not, as far as
    /// the server tells. Rows that were asked for by name are on a page to come.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        let loaded = match &self.loaded_until {
            None => self.rows.len(),
            Some(until) => {
                self.rows.partition_point(|row| order(row_parts(row), until.parts()).is_le())
            }
        };
        match (&self.continue_token, self.remaining) {
            (None, _) => Some(self.rows.len() as u64),
            (Some(_), Some(remaining)) => Some(loaded as u64 + remaining),
            (Some(_), None) => None,
        }
    }

    /// The place of the row with that key.
    #[must_use]
    pub fn find(&self, key: &RowKey) -> Option<usize> {
        self.search(key.parts()).ok()
    }

    fn search(&self, parts: (&str, &str)) -> Result<usize, usize> {
        self.rows.binary_search_by(|row| order(row_parts(row), parts))
    }

    /// The keys of the rows at these places.
    #[must_use]
    pub fn keys_at(&self, places: &[usize]) -> Vec<(usize, RowKey)> {
        let key = |place: &usize| Some((*place, RowKey::of(self.rows.get(*place)?)));
        places.iter().filter_map(key).collect()
    }

    /// Adds the next page. Deltas that came before it win over its older rows.
    pub fn add_page(&mut self, page: Page) {
        self.continue_token = page.continue_token;
        self.remaining = page.remaining;
        let last = page.rows.last().map(RowKey::of);
        let sorted = self.rows.last().is_none_or(|row| {
            page.rows.first().is_none_or(|first| order(row_parts(row), row_parts(first)).is_lt())
        }) && page.rows.is_sorted_by(|a, b| order(row_parts(a), row_parts(b)).is_lt());
        let (before, is_alone) = (self.rows.len(), self.beyond.is_empty());
        for row in page.rows {
            let newer = if is_alone { None } else { self.beyond.remove(&owned(row_parts(&row))) };
            match newer {
                Some(None) => {}
                Some(Some(newer)) => self.put(newer),
                None if sorted => {
                    self.measure(&row);
                    self.rows.push(row);
                }
                None => self.put(row),
            }
        }
        self.loaded_until = if self.continue_token.is_some() { last } else { None };
        self.take_from_beyond();
        if sorted {
            // All that came stands behind what was there.
            self.list_from(before);
        } else {
            self.list_again();
        }
    }

    /// Objects that were added in a range that is loaded by now belong to the rows.
    fn take_from_beyond(&mut self) {
        let until = self.loaded_until.clone();
        let within = |key: &(String, String)| {
            until.as_ref().is_none_or(|until| order((&key.0, &key.1), until.parts()).is_le())
        };
        let keys: Vec<_> = self.beyond.keys().filter(|key| within(key)).cloned().collect();
        for key in keys {
            if let Some(Some(row)) = self.beyond.remove(&key) {
                self.put(row);
            }
        }
    }

    fn put(&mut self, row: Row) {
        self.measure(&row);
        match self.search(row_parts(&row)) {
            Ok(place) => self.rows[place] = row,
            Err(place) => self.rows.insert(place, row),
        }
    }

    /// Inserts a row that was asked for by name, wherever the loaded pages end.
    pub fn insert(&mut self, row: Row) -> Change {
        self.apply_row(row)
    }

    /// Applies one delta of the watch.
    pub fn apply(&mut self, delta: Delta) -> Change {
        match delta {
            Delta::Applied(row) => {
                if self.is_beyond(row_parts(&row)) {
                    self.beyond.insert(owned(row_parts(&row)), Some(row));
                    return Change::None;
                }
                self.apply_row(row)
            }
            Delta::Deleted { namespace, name } => {
                let key = RowKey { namespace, name };
                if self.is_beyond(key.parts()) {
                    self.beyond.insert(owned(key.parts()), None);
                    return Change::None;
                }
                let Some(place) = self.find(&key) else { return Change::None };
                let position = self.position(place);
                self.unlist(place);
                self.rows.remove(place);
                self.shift_listed(place, false);
                let next = self.place(position.min(self.shown().saturating_sub(1)));
                Change::Removed { place, next: next.unwrap_or(place) }
            }
            Delta::Bookmark | Delta::Failed(_) => Change::None,
        }
    }

    fn is_beyond(&self, parts: (&str, &str)) -> bool {
        self.loaded_until.as_ref().is_some_and(|until| order(parts, until.parts()).is_gt())
            && self.search(parts).is_err()
    }

    fn apply_row(&mut self, row: Row) -> Change {
        self.measure(&row);
        match self.search(row_parts(&row)) {
            Ok(place) => {
                self.unlist(place);
                self.rows[place] = row;
                self.list(place);
                Change::Replaced(place)
            }
            Err(place) => {
                self.rows.insert(place, row);
                self.shift_listed(place, true);
                self.list(place);
                Change::Inserted(place)
            }
        }
    }
}

fn owned((namespace, name): (&str, &str)) -> (String, String) {
    (namespace.to_owned(), name.to_owned())
}

#[cfg(test)]
mod tests;
