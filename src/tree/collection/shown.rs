//! Which rows of a collection are shown, and in which order.
//!
//! An index counts all loaded rows, a position only the rows that are shown.

use super::{Collection, Filter, Sort};

impl Collection {
    /// Returns the number of rows that are shown: those that pass the filters.
    #[must_use]
    pub fn shown(&self) -> usize {
        if self.is_listed() { self.listed.len() } else { self.rows.len() }
    }

    fn is_listed(&self) -> bool {
        self.is_reduced() || self.sort.is_some()
    }

    /// Returns the index of the row that is shown at a position.
    #[must_use]
    pub fn index_at(&self, position: usize) -> Option<usize> {
        if self.is_listed() {
            self.listed.get(position).copied()
        } else {
            (position < self.rows.len()).then_some(position)
        }
    }

    /// Returns the position of the row at an index. For a row that the filter hides, it is the position
    /// that the row would have.
    #[must_use]
    pub fn position(&self, index: usize) -> usize {
        if !self.is_listed() {
            return index;
        }
        self.at(index).unwrap_or_else(|at| at)
    }

    /// Returns the position of an index in the list: `Err` is where it would be.
    fn at(&self, index: usize) -> Result<usize, usize> {
        match (&self.sort, self.rows.get(index)) {
            (None, _) => self.listed.binary_search(&index),
            (Some(_), None) => Err(self.listed.len()),
            (Some(sort), Some(row)) => {
                let key = sort.key(row);
                self.listed.binary_search_by(|other| sort.order(*other, key, index, &self.rows))
            }
        }
    }

    /// True if the row at an index passes the filter.
    #[must_use]
    pub fn passes(&self, index: usize) -> bool {
        !self.is_reduced() || self.at(index).is_ok()
    }

    /// Returns the filter, if there is one.
    #[must_use]
    pub fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref()
    }

    /// Shows only the rows that pass a filter; `None` shows all.
    pub fn set_filter(&mut self, filter: Option<Filter>) {
        let last = std::mem::replace(&mut self.filter, filter);
        match (&self.filter, last) {
            // While a filter is typed, only rows that passed so far can pass.
            (Some(next), Some(last)) if next.narrows(&last) => {
                self.listed.retain(|index| next.passes_row(&self.rows[*index]));
            }
            _ => self.list_again(),
        }
    }

    /// Returns the order of the rows; `None` if it is the server's order.
    #[must_use]
    pub fn sort(&self) -> Option<&Sort> {
        self.sort.as_ref()
    }

    /// Sorts the rows by a column, or shows them in the server's order.
    pub fn set_sort(&mut self, column: Option<usize>, descending: bool) {
        self.sort = column.and_then(|index| {
            let column = self.columns.get(index)?;
            Some(Sort::by(index, column, descending, &self.rows))
        });
        self.list_again();
    }

    /// Takes over the order and the columns of an earlier load of the same collection.
    pub fn arrange_as(&mut self, old: &Self) {
        self.wide = old.wide;
        self.only_needing = old.only_needing;
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

    /// Adds the rows from an index on that pass the filter to the list.
    pub(super) fn list_from(&mut self, from: usize) {
        if !self.is_listed() {
            return;
        }
        let indices = (from..self.rows.len()).filter(|index| {
            let needs =
                !self.only_needing || self.levels.get(*index, &self.rows[*index]).needs_attention();
            let row = &self.rows[*index];
            needs && self.filter.as_ref().is_none_or(|filter| filter.passes_row(row))
        });
        match &self.sort {
            None => self.listed.extend(indices),
            Some(sort) => sort.join(&mut self.listed, indices.collect(), &self.rows),
        }
    }

    /// Adds a new or changed row to the list, if it passes the filters. A row that was listed stays,
    /// whatever its level is now.
    pub(super) fn list(&mut self, index: usize, was_listed: bool) {
        let needs = was_listed || !self.only_needing || self.level(index).needs_attention();
        let row = &self.rows[index];
        let matches = self.filter.as_ref().is_none_or(|filter| filter.passes_row(row));
        let passes = self.is_listed() && needs && matches;
        if let (true, Err(at)) = (passes, self.at(index)) {
            self.listed.insert(at, index);
        }
    }

    /// Removes a row from the list. Call it before the row changes, since the list is searched by its
    /// cells. Returns true if it was listed.
    pub(super) fn unlist(&mut self, index: usize) -> bool {
        let listed = self.at(index).ok().filter(|_| self.is_listed());
        if let Some(at) = listed {
            self.listed.remove(at);
        }
        listed.is_some()
    }

    /// Adjusts the list to a row that was inserted (`up`) or removed at an index.
    pub(super) fn shift_listed(&mut self, index: usize, up: bool) {
        // Without an order the indices ascend.
        let from = match self.sort {
            None => self.listed.partition_point(|p| *p < index),
            Some(_) => 0,
        };
        for p in self.listed[from..].iter_mut().filter(|p| **p >= index) {
            *p = if up { *p + 1 } else { *p - 1 };
        }
    }
}
