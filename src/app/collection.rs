//! The rows of one collection: pages as they are loaded, deltas as they arrive, and the filter.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use unicode_width::UnicodeWidthStr;

use crate::k8s::names::Namespace;
use crate::k8s::table::{Column, Delta, Page, Row};
use crate::text::visible_within;

/// Cells are cut to this many columns.
pub const WIDEST_CELL: usize = 200;

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
    Removed(usize),
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
    filter: Option<String>,
    /// The places of the rows that pass the filter.
    passing: Vec<usize>,
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

    /// How many rows are shown: those that pass the filter.
    #[must_use]
    pub fn shown(&self) -> usize {
        if self.filter.is_some() { self.passing.len() } else { self.rows.len() }
    }

    /// The place of the row shown at `position`.
    #[must_use]
    pub fn place(&self, position: usize) -> Option<usize> {
        if self.filter.is_some() {
            self.passing.get(position).copied()
        } else {
            (position < self.rows.len()).then_some(position)
        }
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

    /// Where the row at `place` is shown; for one that the filter hides, where it would be.
    #[must_use]
    pub fn position(&self, place: usize) -> usize {
        if self.filter.is_some() { self.passing.partition_point(|p| *p < place) } else { place }
    }

    /// Whether the row at `place` passes the filter.
    #[must_use]
    pub fn passes(&self, place: usize) -> bool {
        self.filter.is_none() || self.passing.binary_search(&place).is_ok()
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

    /// The filter that hides rows, if there is one.
    #[must_use]
    pub fn filter(&self) -> Option<&str> {
        self.filter.as_deref()
    }

    /// Shows only the rows with `text` in their name, namespace or any cell, whatever its case.
    pub fn set_filter(&mut self, text: Option<String>) {
        let next = text.filter(|t| !t.is_empty()).map(|t| t.to_lowercase());
        let last = std::mem::replace(&mut self.filter, next);
        match (&self.filter, last) {
            // As a filter is typed, only those can pass that did so far.
            (Some(next), Some(last)) if next.contains(&last) => {
                self.passing.retain(|place| matches(&self.rows[*place], next));
            }
            _ => self.pass_again(),
        }
    }

    fn pass_again(&mut self) {
        self.passing.clear();
        self.pass_from(0);
    }

    /// Adds the places from there on that pass the filter.
    fn pass_from(&mut self, from: usize) {
        let Some(filter) = &self.filter else { return };
        let places = from..self.rows.len();
        self.passing.extend(places.filter(|place| matches(&self.rows[*place], filter)));
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
        if sorted && is_alone {
            self.pass_from(before);
        } else {
            self.take_from_beyond();
            self.pass_again();
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
                self.rows.remove(place);
                if let Ok(at) = self.passing.binary_search(&place) {
                    self.passing.remove(at);
                }
                self.shift_passing(place, false);
                Change::Removed(place)
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
        let passes = self.filter.as_deref().is_some_and(|filter| matches(&row, filter));
        match self.search(row_parts(&row)) {
            Ok(place) => {
                self.rows[place] = row;
                match (self.passing.binary_search(&place), passes) {
                    (Err(at), true) => self.passing.insert(at, place),
                    (Ok(at), false) => _ = self.passing.remove(at),
                    _ => {}
                }
                Change::Replaced(place)
            }
            Err(place) => {
                self.rows.insert(place, row);
                self.shift_passing(place, true);
                if passes {
                    let at = self.passing.partition_point(|p| *p < place);
                    self.passing.insert(at, place);
                }
                Change::Inserted(place)
            }
        }
    }

    fn shift_passing(&mut self, place: usize, up: bool) {
        let from = self.passing.partition_point(|p| *p < place);
        for p in &mut self.passing[from..] {
            *p = if up { *p + 1 } else { *p - 1 };
        }
    }

    fn measure(&mut self, row: &Row) {
        let namespace = row.namespace.as_ref().map_or(0, |namespace| width(namespace.as_str()));
        self.namespace_width = self.namespace_width.max(namespace);
        let texts = std::iter::once(row.name()).chain(row.cells());
        for (index, text) in texts.enumerate() {
            let width = width(text);
            match self.widths.get_mut(index) {
                Some(widest) => *widest = width.max(*widest),
                None => self.widths.push(width),
            }
        }
    }

    /// The widest name so far, in columns of the terminal.
    #[must_use]
    pub fn name_width(&self) -> usize {
        self.widths.first().copied().unwrap_or(0)
    }

    /// The widest namespace so far; 0 where the rows do not tell theirs.
    #[must_use]
    pub fn namespace_width(&self) -> usize {
        self.namespace_width
    }

    /// The widest cell of that column so far.
    #[must_use]
    pub fn cell_width(&self, column: usize) -> usize {
        self.widths.get(column + 1).copied().unwrap_or(0)
    }
}

fn owned((namespace, name): (&str, &str)) -> (String, String) {
    (namespace.to_owned(), name.to_owned())
}

/// The columns that a text takes on the screen.
fn width(text: &str) -> usize {
    // Nearly all are of this kind, and there may be a million.
    let is_plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if is_plain { text.len().min(WIDEST_CELL) } else { visible_within(text, WIDEST_CELL).width() }
}

/// `filter` is in lower case.
fn matches(row: &Row, filter: &str) -> bool {
    let has = |text: &str| {
        contains_ignoring_case(text.as_bytes(), filter.as_bytes())
            || !text.is_ascii() && text.to_lowercase().contains(filter)
    };
    has(row.text()) || row.namespace.as_ref().is_some_and(|namespace| has(namespace.as_str()))
}

/// `wanted` is in lower case.
fn contains_ignoring_case(text: &[u8], wanted: &[u8]) -> bool {
    let Some((first, rest)) = wanted.split_first() else { return true };
    memchr::memchr2_iter(*first, first.to_ascii_uppercase(), text).any(|at| {
        text.get(at + 1..at + wanted.len()).is_some_and(|next| next.eq_ignore_ascii_case(rest))
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn row(name: &str, cell: &str) -> Row {
        Row::new(None, name, [name, cell], Timestamp::UNIX_EPOCH)
    }

    fn page(names: &[&str], next: Option<&str>) -> Page {
        Page {
            columns: Arc::from([]),
            rows: names.iter().map(|name| row(name, "old")).collect(),
            continue_token: next.map(str::to_owned),
            remaining: None,
            resource_version: "7".to_owned(),
        }
    }

    fn names(collection: &Collection) -> Vec<&str> {
        collection.rows().iter().map(Row::name).collect()
    }

    #[test]
    fn a_delta_finds_its_place_among_the_rows() {
        let mut collection = Collection::new(page(&["a", "c"], None));
        assert_eq!(collection.apply(Delta::Applied(row("b", "x"))), Change::Inserted(1));
        assert_eq!(collection.apply(Delta::Applied(row("c", "y"))), Change::Replaced(2));
        let gone = Delta::Deleted { namespace: None, name: "a".into() };
        assert_eq!(collection.apply(gone), Change::Removed(0));
        assert_eq!(names(&collection), ["b", "c"]);
        assert_eq!(collection.rows()[1].cells().last(), Some("y"));
    }

    #[test]
    fn a_delta_of_a_page_to_come_wins_over_that_older_page() {
        let mut collection = Collection::new(page(&["a", "b"], Some("next")));
        assert_eq!(collection.apply(Delta::Applied(row("d", "new"))), Change::None);
        let gone = Delta::Deleted { namespace: None, name: "c".into() };
        assert_eq!(collection.apply(gone), Change::None);
        assert_eq!(collection.apply(Delta::Applied(row("z", "added"))), Change::None);
        collection.add_page(page(&["c", "d", "e"], None));
        assert_eq!(names(&collection), ["a", "b", "d", "e", "z"]);
        assert_eq!(collection.rows()[2].cells().last(), Some("new"));
    }

    #[test]
    fn a_filter_looks_into_every_cell_and_follows_the_deltas() {
        let mut collection = Collection::new(page(&["api", "db", "web"], None));
        collection.set_filter(Some("OLD".to_owned()));
        assert_eq!(collection.shown(), 3);
        collection.apply(Delta::Applied(row("db", "new")));
        assert_eq!(collection.shown(), 2);
        assert_eq!(collection.place(1), Some(2));
        collection.apply(Delta::Applied(row("aaa", "older")));
        assert_eq!(collection.place(2), Some(3));
        collection.apply(Delta::Deleted { namespace: None, name: "aaa".into() });
        assert_eq!((collection.place(0), collection.place(1)), (Some(0), Some(2)));
    }

    #[test]
    fn rows_are_kept_in_the_order_of_the_storage() {
        let key = |ns: &str, name: &str| (ns.to_owned(), name.to_owned());
        let (a, b) = (key("a-b", "x"), key("a", "y"));
        assert!(order((&a.0, &a.1), (&b.0, &b.1)).is_lt());
    }
}
