//! The list of problems: what a search found so far, and which one is selected.

use crate::k8s::path::ObjectPath;
use crate::k8s::request::Ticket;
use crate::object::health::{Level, Problem, Skipped};
use crate::object::problems::{Outcome, Progress, Scan};
use crate::object::search::SearchScope;

/// The problems of a namespace or of the cluster.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    /// What was searched; `None` before the first search.
    pub scope: Option<SearchScope>,
    /// The ticket of the search while it runs.
    pub running: Option<Ticket>,
    /// What it found so far, or in the end.
    pub found: Findings,
    /// The selected problem; the first one if there is none, or if it is gone.
    pub(in crate::app) selected: Option<ObjectPath>,
    /// The problem whose object was opened; from there, `[` returns to the list.
    pub(in crate::app) opened: Option<ObjectPath>,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// The problems in their order.
    pub problems: Vec<Problem>,
    /// What is being read; empty in the end.
    pub what: String,
    /// How many objects were read, as rows or whole.
    pub read: u64,
    /// What was not looked at.
    pub skipped: Vec<Skipped>,
    /// True if the search was cancelled.
    pub is_stopped: bool,
}

impl Findings {
    /// Returns what a search found so far.
    #[must_use]
    pub fn so_far(scan: &Scan) -> Self {
        let Progress { what, read, .. } = scan.progress();
        Self { problems: scan.problems(), what, read, ..Self::default() }
    }

    /// Returns what a search found in the end.
    #[must_use]
    pub fn of(outcome: Outcome) -> Self {
        let Outcome { problems, read, skipped, .. } = outcome;
        Self { problems, read, skipped, ..Self::default() }
    }
}

impl Problems {
    /// Returns the 0-based index of the selected problem.
    #[must_use]
    pub fn selected(&self) -> usize {
        let selected = self.selected.as_ref();
        let at = self.found.problems.iter().position(|problem| Some(&problem.path) == selected);
        at.unwrap_or(0)
    }

    /// Returns the numbers of broken objects and of those with warnings.
    #[must_use]
    pub fn count(&self) -> (usize, usize) {
        let count = |level| self.found.problems.iter().filter(|it| it.level == level).count();
        (count(Level::Broken), count(Level::Warning))
    }
}
