//! The health of the rows, judged as each of them arrives.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::k8s::names::Gvr;
use crate::k8s::table::{Column, Row};
use crate::object::health::{Level, RowJudge};

use super::{Collection, RowKey};

/// More rows are judged again only when they are loaded again.
const MAX_JUDGED: usize = 10_000;

/// The levels of the rows of a collection; empty if its cells say nothing about health.
#[derive(Clone, Debug, Default)]
pub(super) struct Levels {
    judge: Option<RowJudge>,
    /// One for each row.
    of: Vec<Level>,
    broken: usize,
    warning: usize,
    /// Levels of objects that were read and are worse than their cells say.
    read: HashMap<RowKey, Level>,
}

impl Levels {
    fn level_of(&self, row: &Row) -> Option<Level> {
        // Ages in cells count from the arrival of the row.
        self.judge.as_ref().map(|judge| judge.judge(row, row.arrived).level)
    }

    fn count(&mut self, level: Level, by: isize) {
        match level {
            Level::Broken => self.broken = self.broken.saturating_add_signed(by),
            Level::Warning => self.warning = self.warning.saturating_add_signed(by),
            _ => {}
        }
    }

    /// Judges a row that is inserted at an index.
    pub(super) fn insert(&mut self, index: usize, row: &Row) {
        if let Some(level) = self.level_of(row) {
            self.of.insert(index, level);
            self.count(level, 1);
        }
    }

    /// Judges the new state of the row at an index.
    pub(super) fn replace(&mut self, index: usize, row: &Row) {
        if !self.read.is_empty() {
            self.read.remove(&RowKey::of(row));
        }
        let level = self.level_of(row);
        if let (Some(level), Some(old)) = (level, self.of.get_mut(index)) {
            let old = std::mem::replace(old, level);
            self.count(old, -1);
            self.count(level, 1);
        }
    }

    /// Drops the row at an index.
    pub(super) fn remove(&mut self, index: usize) {
        if index < self.of.len() {
            let old = self.of.remove(index);
            self.count(old, -1);
        }
    }

    fn judge_all(&mut self, rows: &[Row], at: impl Fn(&Row) -> Timestamp) {
        let Some(judge) = &self.judge else { return };
        self.of = rows.iter().map(|row| judge.judge(row, at(row)).level).collect();
        let number = |wanted| self.of.iter().filter(|level| **level == wanted).count();
        (self.broken, self.warning) = (number(Level::Broken), number(Level::Warning));
    }

    /// Returns the level of the row at an index.
    pub(super) fn get(&self, index: usize, row: &Row) -> Level {
        let of_cells = self.of_cells(index);
        if self.read.is_empty() {
            return of_cells;
        }
        self.read.get(&RowKey::of(row)).copied().unwrap_or_default().max(of_cells)
    }

    fn of_cells(&self, index: usize) -> Level {
        self.of.get(index).copied().unwrap_or_default()
    }
}

impl Collection {
    /// Judges the rows by the rules of their kind, now and as others arrive.
    pub fn judge_as(&mut self, gvr: &Gvr) {
        let columns: &[Column] = &self.columns;
        let judge = Some(RowJudge::new(gvr, columns)).filter(|judge| !judge.is_blind());
        let read = std::mem::take(&mut self.levels.read);
        self.levels = Levels { judge, read, ..Levels::default() };
        self.levels.judge_all(&self.rows, |row| row.arrived);
    }

    /// Judges the rows again as they are at `now`, unless they are too many.
    pub fn judge_again(&mut self, now: Timestamp) {
        if self.rows.len() > MAX_JUDGED {
            return;
        }
        self.levels.judge_all(&self.rows, |_| now);
        if self.only_needing {
            let all = 0..self.rows.len();
            let new: Vec<usize> = all
                .filter(|index| self.level(*index).needs_attention() && !self.passes(*index))
                .collect();
            for index in new {
                self.list(index, false);
            }
        }
    }

    /// Returns the level of the row at an index: of its cells, or the one of its object if that was read
    /// and is worse.
    #[must_use]
    pub fn level(&self, index: usize) -> Level {
        self.rows.get(index).map_or(Level::Ok, |row| self.levels.get(index, row))
    }

    /// Notes the level of the object of a row, until the row changes.
    pub fn set_read(&mut self, key: RowKey, level: Level) {
        self.levels.read.insert(key, level);
    }

    /// Returns the numbers of broken rows and of those with warnings, among the loaded ones.
    #[must_use]
    pub fn needing(&self) -> (usize, usize) {
        let (mut broken, mut warning) = (self.levels.broken, self.levels.warning);
        for index in self.levels.read.keys().filter_map(|key| self.find(key)) {
            let (of_cells, level) = (self.levels.of_cells(index), self.level(index));
            broken += usize::from(level == Level::Broken && of_cells != Level::Broken);
            warning += usize::from(level == Level::Warning && of_cells != Level::Warning);
            warning -= usize::from(level == Level::Broken && of_cells == Level::Warning);
        }
        (broken, warning)
    }

    /// True if only rows that need attention are shown.
    #[must_use]
    pub fn shows_needing(&self) -> bool {
        self.only_needing
    }

    /// True if not all loaded rows are shown.
    #[must_use]
    pub fn is_reduced(&self) -> bool {
        self.only_needing || self.filter().is_some()
    }

    /// Shows only the rows that need attention, or all. A row whose level falls stays until the rows are
    /// listed again, so that nothing moves away from the cursor.
    pub fn show_needing(&mut self, only: bool) {
        self.only_needing = only;
        self.list_again();
    }
}
