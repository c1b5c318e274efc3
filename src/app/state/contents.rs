//! What a namespace contains: how many objects of each kind.

use std::collections::VecDeque;

use jiff::Timestamp;

use crate::k8s::names::{Gvr, Namespace};
use crate::object::contents::{Contained, others};

/// The kinds of a namespace, counted once.
#[derive(Clone, Debug)]
pub struct Contents {
    /// The namespace.
    pub namespace: Namespace,
    /// The kinds in their order, with what is known of each.
    pub kinds: Vec<(Gvr, Contained)>,
    /// The indices of the kinds that are not requested yet.
    pub(in crate::app) waiting: VecDeque<usize>,
    /// When the last count arrived.
    pub at: Option<Timestamp>,
}

impl Contents {
    /// Returns how many kinds are not answered yet.
    #[must_use]
    pub fn unanswered(&self) -> usize {
        self.kinds.iter().filter(|(_, contained)| *contained == Contained::Unanswered).count()
    }

    /// Returns the kinds that have objects, or those that have none or were not counted.
    pub(in crate::app) fn answered(&self, has_objects: bool) -> impl Iterator<Item = &Gvr> {
        let answered = self.kinds.iter().filter(|(_, it)| *it != Contained::Unanswered);
        answered.filter(move |(_, it)| it.has_objects() == has_objects).map(|(gvr, _)| gvr)
    }

    /// Says how many kinds are not among those that have objects: `15 empty, 1 forbidden, 3 not counted`.
    #[must_use]
    pub fn others(&self) -> String {
        others(&self.kinds)
    }
}
