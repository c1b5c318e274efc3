//! What a namespace contains: how many objects of each kind.

use std::collections::VecDeque;

use jiff::Timestamp;

use crate::k8s::names::{Gvr, Namespace};

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

/// How many objects of a kind there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contained {
    /// Not answered yet.
    Unanswered,
    /// This number, or at least this number.
    Number {
        /// The number.
        number: u64,
        /// True if the server does not say how many more there are.
        is_least: bool,
    },
    /// The kind may not be listed.
    Forbidden,
    /// The list failed.
    Failed,
    /// Not requested: the kind has many short-lived objects, or copies of others.
    LeftOut,
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
        let number = |is_it: &dyn Fn(Contained) -> bool| {
            self.kinds.iter().filter(|(_, contained)| is_it(*contained)).count()
        };
        let empty = number(&|it| matches!(it, Contained::Number { .. }) && !it.has_objects());
        let parts = [
            (empty, "empty"),
            (number(&|it| it == Contained::Forbidden), "forbidden"),
            (number(&|it| it == Contained::Failed), "failed"),
            (number(&|it| it == Contained::LeftOut), "not counted"),
        ];
        let parts = parts.into_iter().filter(|(number, _)| *number > 0);
        parts.map(|(number, what)| format!("{number} {what}")).collect::<Vec<_>>().join(", ")
    }
}

impl Contained {
    fn has_objects(self) -> bool {
        matches!(self, Self::Number { number: 1.., .. })
    }
}
