//! The rows of one collection: its loaded pages, the deltas of its watch, its filter and its order.

mod cell;
mod levels;
mod shown;
mod sort;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::k8s::names::Namespace;
use crate::k8s::paging::PageSize;
use crate::k8s::table::{Column, Delta, Page, Row};

pub use crate::k8s::filter::Filter;
use levels::Levels;
pub use sort::Sort;

/// Identifies a row within its collection.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RowKey {
    /// The namespace, if the collection lists several.
    pub namespace: Option<Namespace>,
    /// The name.
    pub name: Arc<str>,
}

impl RowKey {
    /// Returns the key of a row.
    #[must_use]
    pub fn of(row: &Row) -> Self {
        Self { namespace: row.namespace.clone(), name: row.name().into() }
    }

    fn parts(&self) -> (&str, &str) {
        (self.namespace.as_ref().map_or("", Namespace::as_str), &self.name)
    }
}

/// Compares two pairs of namespace and name in the order of the server's storage: by the bytes of
/// `namespace/name`.
fn order(a: (&str, &str), b: (&str, &str)) -> Ordering {
    let key = |(namespace, name): (&str, &str)| -> Vec<u8> {
        [namespace.as_bytes(), b"/", name.as_bytes()].concat()
    };
    if a.0 == b.0 { a.1.cmp(b.1) } else { key(a).cmp(&key(b)) }
}

fn row_parts(row: &Row) -> (&str, &str) {
    (row.namespace.as_ref().map_or("", Namespace::as_str), row.name())
}

/// What a delta changed. Indices are those before a removal and after an insertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A row was inserted at this index.
    Inserted(usize),
    /// The row at this index was replaced.
    Replaced(usize),
    /// A row was removed.
    Removed {
        /// The index of the removed row.
        index: usize,
        /// The index, after the removal, of the row that is shown in its index.
        next: usize,
    },
    /// No loaded row changed.
    None,
}

/// The loaded rows of a collection, sorted by their keys.
#[derive(Clone, Debug, Default)]
pub struct Collection {
    /// The columns of the first page.
    pub columns: Arc<[Column]>,
    rows: Vec<Row>,
    /// The token of the next page; `None` if all pages are loaded.
    pub continue_token: Option<String>,
    /// The size of the next page.
    pub next_size: PageSize,
    /// The number of objects after the loaded pages, if the server reports it.
    pub remaining: Option<u64>,
    /// How many objects were read, if only some of them are rows.
    pub read: Option<u64>,
    /// The version from which a watch continues: that of the list, then of the last delta.
    pub resource_version: String,
    /// The last key of the loaded pages; `None` if all pages are loaded.
    loaded_until: Option<RowKey>,
    /// The newest deltas for rows of pages that are not loaded yet, by namespace and name: a row, or
    /// `None` if it was deleted. They win over those pages.
    beyond: BTreeMap<(String, String), Option<Row>>,
    filter: Option<Filter>,
    sort: Option<Sort>,
    levels: Levels,
    /// True if only rows that need attention are shown.
    only_needing: bool,
    /// True if the wide columns are shown.
    pub wide: bool,
    /// True if the first page is still arriving: there is no more than its beginning.
    pub is_arriving: bool,
    /// The indices of the rows that pass the filter, in the order in which they are shown; empty if
    /// all are shown in the server's order.
    listed: Vec<usize>,
}

impl Collection {
    /// Creates a collection from its first page.
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

    /// Creates a collection from what has arrived of its first page.
    #[must_use]
    pub fn arriving(beginning: Page) -> Self {
        Self { is_arriving: true, ..Self::new(beginning) }
    }

    /// Returns all loaded rows.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Returns the number of objects on all pages, loaded or not; `None` if the server does not report
    /// it. Rows that were fetched by name belong to pages that are not loaded yet.
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

    /// Returns the index of the row with a key.
    #[must_use]
    pub fn find(&self, key: &RowKey) -> Option<usize> {
        self.search(key.parts()).ok()
    }

    fn search(&self, parts: (&str, &str)) -> Result<usize, usize> {
        self.rows.binary_search_by(|row| order(row_parts(row), parts))
    }

    /// Returns the keys of the rows at some indices.
    #[must_use]
    pub fn keys_at(&self, indices: &[usize]) -> Vec<(usize, RowKey)> {
        let key = |index: &usize| Some((*index, RowKey::of(self.rows.get(*index)?)));
        indices.iter().filter_map(key).collect()
    }

    /// Adds the next page. Deltas that arrived before it win over its older rows.
    pub fn add_page(&mut self, page: Page) {
        self.continue_token = page.continue_token;
        self.next_size = page.next_size;
        self.remaining = page.remaining;
        self.read = page.read.map(|read| read + self.read.unwrap_or_default());
        let last = page.rows.last().map(RowKey::of);
        let sorted = self.rows.last().is_none_or(|row| {
            page.rows.first().is_none_or(|first| order(row_parts(row), row_parts(first)).is_lt())
        }) && page.rows.is_sorted_by(|a, b| order(row_parts(a), row_parts(b)).is_lt());
        let (before, has_no_deltas) = (self.rows.len(), self.beyond.is_empty());
        for row in page.rows {
            let newer =
                if has_no_deltas { None } else { self.beyond.remove(&owned(row_parts(&row))) };
            match newer {
                Some(None) => {}
                Some(Some(newer)) => self.put(newer),
                None if sorted => {
                    self.levels.insert(self.rows.len(), &row);
                    self.rows.push(row);
                }
                None => self.put(row),
            }
        }
        self.loaded_until = if self.continue_token.is_some() { last } else { None };
        self.take_from_beyond();
        if sorted {
            // All new rows are after the old ones.
            self.list_from(before);
        } else {
            self.list_again();
        }
    }

    /// Moves objects that were added in the range of the loaded pages to the rows.
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
        match self.search(row_parts(&row)) {
            Ok(index) => {
                self.levels.replace(index, &row);
                self.rows[index] = row;
            }
            Err(index) => {
                self.levels.insert(index, &row);
                self.rows.insert(index, row);
            }
        }
    }

    /// Inserts a row that was fetched by name, even if its page is not loaded.
    pub fn insert(&mut self, row: Row) -> Change {
        self.apply_row(row)
    }

    /// Applies a delta of the watch.
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
                let Some(index) = self.find(&key) else { return Change::None };
                let position = self.position(index);
                _ = self.unlist(index);
                self.rows.remove(index);
                self.levels.remove(index);
                self.shift_listed(index, false);
                let next = self.index_at(position.min(self.shown().saturating_sub(1)));
                Change::Removed { index, next: next.unwrap_or(index) }
            }
            Delta::Bookmark | Delta::Failed(_) => Change::None,
        }
    }

    fn is_beyond(&self, parts: (&str, &str)) -> bool {
        self.loaded_until.as_ref().is_some_and(|until| order(parts, until.parts()).is_gt())
            && self.search(parts).is_err()
    }

    fn apply_row(&mut self, row: Row) -> Change {
        match self.search(row_parts(&row)) {
            Ok(index) => {
                let was_listed = self.unlist(index);
                self.levels.replace(index, &row);
                self.rows[index] = row;
                self.list(index, was_listed);
                Change::Replaced(index)
            }
            Err(index) => {
                self.levels.insert(index, &row);
                self.rows.insert(index, row);
                self.shift_listed(index, true);
                self.list(index, false);
                Change::Inserted(index)
            }
        }
    }
}

fn owned((namespace, name): (&str, &str)) -> (String, String) {
    (namespace.to_owned(), name.to_owned())
}

#[cfg(test)]
mod tests;
