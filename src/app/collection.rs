//! The rows of one collection: pages as they are loaded, deltas as they arrive, the filter, and the
//! order in which they are shown.

mod filter;
mod sort;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use unicode_width::UnicodeWidthStr;

use crate::k8s::names::Namespace;
use crate::k8s::table::{Column, Delta, Page, Row};
use crate::text::visible_within;

pub use filter::Filter;
pub use sort::Sort;

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

    /// How many rows are shown: those that pass the filter.
    #[must_use]
    pub fn shown(&self) -> usize {
        if self.is_listed() { self.listed.len() } else { self.rows.len() }
    }

    fn is_listed(&self) -> bool {
        self.filter.is_some() || self.sort.is_some()
    }

    /// The place of the row shown at `position`.
    #[must_use]
    pub fn place(&self, position: usize) -> Option<usize> {
        if self.is_listed() {
            self.listed.get(position).copied()
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
        if !self.is_listed() {
            return place;
        }
        self.at(place).unwrap_or_else(|at| at)
    }

    /// The position at which a place is listed, or else would be.
    fn at(&self, place: usize) -> Result<usize, usize> {
        match (&self.sort, self.rows.get(place)) {
            (None, _) => self.listed.binary_search(&place),
            (Some(_), None) => Err(self.listed.len()),
            (Some(sort), Some(row)) => {
                let key = sort.key(row);
                self.listed.binary_search_by(|other| {
                    let order = self.rows.get(*other).map(|row| sort.compare(sort.key(row), key));
                    order.unwrap_or(Ordering::Greater).then(other.cmp(&place))
                })
            }
        }
    }

    /// Whether the row at `place` passes the filter.
    #[must_use]
    pub fn passes(&self, place: usize) -> bool {
        self.filter.is_none() || self.at(place).is_ok()
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
    pub fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref()
    }

    /// Shows only the rows that a filter lets pass.
    pub fn set_filter(&mut self, filter: Option<Filter>) {
        let last = std::mem::replace(&mut self.filter, filter);
        match (&self.filter, last) {
            // As a filter is typed, only those can pass that did so far.
            (Some(next), Some(last)) if next.narrows(&last) => {
                self.listed.retain(|place| next.passes_row(&self.rows[*place]));
            }
            _ => self.list_again(),
        }
    }

    /// The column that the rows are in the order of, if it is not that of their names.
    #[must_use]
    pub fn sort(&self) -> Option<&Sort> {
        self.sort.as_ref()
    }

    /// Shows the rows in the order of a column, or in that of the server.
    pub fn set_sort(&mut self, column: Option<usize>, descending: bool) {
        self.sort = column.and_then(|index| {
            let column = self.columns.get(index)?;
            Some(Sort::by(index, column, descending, &self.rows))
        });
        self.list_again();
    }

    /// Shows its rows as an earlier reading of the same collection did.
    pub fn arrange_as(&mut self, old: &Self) {
        self.wide = old.wide;
        if let Some(sort) = &old.sort {
            let name = old.columns.get(sort.column).map(|column| &column.name);
            let column = self.columns.iter().position(|column| Some(&column.name) == name);
            self.set_sort(column, sort.descending);
        }
    }

    fn list_again(&mut self) {
        self.listed.clear();
        self.list_from(0);
    }

    /// Lists the places from there on that pass the filter.
    fn list_from(&mut self, from: usize) {
        if !self.is_listed() {
            return;
        }
        let passes = |row: &Row| self.filter.as_ref().is_none_or(|filter| filter.passes_row(row));
        let places = from..self.rows.len();
        self.listed.extend(places.filter(|place| passes(&self.rows[*place])));
        if let Some(sort) = &self.sort {
            sort.arrange(&mut self.listed, &self.rows);
        }
    }

    /// Lists a row that is new or was changed, if it passes.
    fn list(&mut self, place: usize) {
        let passes = self.is_listed()
            && self.filter.as_ref().is_none_or(|filter| filter.passes_row(&self.rows[place]));
        if let (true, Err(at)) = (passes, self.at(place)) {
            self.listed.insert(at, place);
        }
    }

    /// Takes a row off the list, as long as it is what it was when it was listed.
    fn unlist(&mut self, place: usize) {
        if let (true, Ok(at)) = (self.is_listed(), self.at(place)) {
            self.listed.remove(at);
        }
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
            self.list_from(before);
        } else {
            self.take_from_beyond();
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

    fn shift_listed(&mut self, place: usize, up: bool) {
        // Without an order the places ascend.
        let from = match self.sort {
            None => self.listed.partition_point(|p| *p < place),
            Some(_) => 0,
        };
        for p in self.listed[from..].iter_mut().filter(|p| **p >= place) {
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

#[cfg(test)]
mod tests;
