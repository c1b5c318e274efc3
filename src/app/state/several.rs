//! Lists that are read together: which were read, and what they have.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::k8s::request::Ticket;
use crate::object::related::{Related, Several, What};

/// The lists of a row.
#[derive(Clone, Debug)]
pub struct SeveralLists {
    /// What they are read for.
    pub of: Arc<Several>,
    /// The lists in their order, with what is known of each.
    pub lists: Vec<(Arc<Related>, Listed)>,
    /// The indices of the lists that are not requested yet.
    pub(in crate::app) waiting: VecDeque<usize>,
    /// The requests without an answer, and the indices of their lists.
    pub(in crate::app) open: Vec<(Ticket, usize)>,
    /// True if the reading was stopped.
    pub is_stopped: bool,
}

/// What is known of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// Some of its pages are read; the number of objects so far.
    Reading(u64),
    /// All of its pages are read; the number of objects.
    Read(u64),
    /// It may not be read.
    Forbidden,
    /// It could not be read.
    Failed,
}

impl SeveralLists {
    /// True if lists are being read.
    #[must_use]
    pub fn is_running(&self) -> bool {
        !self.open.is_empty() || !self.waiting.is_empty()
    }

    /// Returns what is known of a list.
    #[must_use]
    pub fn state(&self, of: &Related) -> Option<Listed> {
        self.lists.iter().find(|(list, _)| **list == *of).map(|(_, listed)| *listed)
    }

    /// Returns the lists that have objects, and how many.
    pub fn found(&self) -> impl Iterator<Item = (&Arc<Related>, u64)> {
        self.lists.iter().filter_map(|(list, listed)| match listed {
            Listed::Read(number @ 1..) | Listed::Reading(number @ 1..) => Some((list, *number)),
            _ => None,
        })
    }

    /// Says how far it is: `12 of 30 lists, 3 owned`, `3 in 30 lists, 2 forbidden`, `3 of 4 found`.
    #[must_use]
    pub fn text(&self) -> String {
        let count = |is_it: fn(&Listed) -> bool| {
            self.lists.iter().filter(|(_, listed)| is_it(listed)).count()
        };
        let all = self.lists.len();
        let read = all - count(|listed| matches!(listed, Listed::Reading(_)));
        let found: u64 = self.found().map(|(_, number)| number).sum();
        let (is_running, is_stopped) = (self.is_running(), self.is_stopped);
        let mut text = match (self.of.what, is_running, is_stopped, found) {
            (What::Targets | What::Consumers, true, ..) => format!("{read} of {all} read"),
            (What::Targets | What::Consumers, ..) => format!("{found} of {all} found"),
            (_, true, ..) => format!("{read} of {all} lists, {found} owned"),
            (_, false, true, _) => format!("stopped at {read} of {all} lists, {found} owned"),
            (_, false, false, 0) => format!("nothing in {all} lists"),
            (_, false, false, _) => format!("{found} in {all} lists"),
        };
        for (number, word) in [
            (count(|listed| *listed == Listed::Forbidden), "forbidden"),
            (count(|listed| *listed == Listed::Failed), "failed"),
        ] {
            if number > 0 {
                text = format!("{text}, {number} {word}");
            }
        }
        text
    }
}
