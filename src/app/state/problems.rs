//! The list of problems.

use super::search::{Objects, SearchList};
use crate::k8s::path::ObjectPath;
use crate::object::health::{Level, Problem, Skipped};
use crate::object::problems::{Outcome, Progress, Scan};
use crate::object::search::SearchScope;

/// The problems of a namespace or of the cluster.
pub type Problems = SearchList<SearchScope, Findings>;

/// What a search for problems found.
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

    /// Returns the numbers of broken objects and of those with warnings.
    #[must_use]
    pub fn count(&self) -> (usize, usize) {
        let count = |level| self.problems.iter().filter(|it| it.level == level).count();
        (count(Level::Broken), count(Level::Warning))
    }
}

impl Objects for Findings {
    fn objects(&self) -> impl Iterator<Item = &ObjectPath> {
        self.problems.iter().map(|problem| &problem.path)
    }
}
