//! Which rows of a collection show, and where: those that pass the filter, in the order of a column.

use crate::k8s::table::Row;

use super::{Collection, Filter, Sort};

impl Collection {
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
                self.listed.binary_search_by(|other| sort.order(*other, (key, place), &self.rows))
            }
        }
    }

    /// Whether the row at `place` passes the filter.
    #[must_use]
    pub fn passes(&self, place: usize) -> bool {
        self.filter.is_none() || self.at(place).is_ok()
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

    pub(super) fn list_again(&mut self) {
        self.listed.clear();
        self.list_from(0);
    }

    /// Lists the places from there on that pass the filter.
    pub(super) fn list_from(&mut self, from: usize) {
        if !self.is_listed() {
            return;
        }
        let passes = |row: &Row| self.filter.as_ref().is_none_or(|filter| filter.passes_row(row));
        let places = (from..self.rows.len()).filter(|place| passes(&self.rows[*place]));
        match &self.sort {
            None => self.listed.extend(places),
            Some(sort) => sort.join(&mut self.listed, places.collect(), &self.rows),
        }
    }

    /// Lists a row that is new or was changed, if it passes.
    pub(super) fn list(&mut self, place: usize) {
        let passes = self.is_listed()
            && self.filter.as_ref().is_none_or(|filter| filter.passes_row(&self.rows[place]));
        if let (true, Err(at)) = (passes, self.at(place)) {
            self.listed.insert(at, place);
        }
    }

    /// Takes a row off the list, as long as it is what it was when it was listed.
    pub(super) fn unlist(&mut self, place: usize) {
        if let (true, Ok(at)) = (self.is_listed(), self.at(place)) {
            self.listed.remove(at);
        }
    }

    pub(super) fn shift_listed(&mut self, place: usize, up: bool) {
        // Without an order the places ascend.
        let from = match self.sort {
            None => self.listed.partition_point(|p| *p < place),
            Some(_) => 0,
        };
        for p in self.listed[from..].iter_mut().filter(|p| **p >= place) {
            *p = if up { *p + 1 } else { *p - 1 };
        }
    }
}
