//! The differences that were found between two objects.

use std::cmp::Reverse;

use serde_json::Value;

use super::Group;

/// What happened to a value between the left side and the right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// It changed.
    Change,
    /// Only the right side has it.
    Add,
    /// Only the left side has it.
    Remove,
    /// The items of a list have another order.
    Order,
}

impl Op {
    /// Returns the name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Order => "order",
        }
    }

    fn swapped(self) -> Self {
        match self {
            Self::Add => Self::Remove,
            Self::Remove => Self::Add,
            other => other,
        }
    }
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What happened.
    pub op: Op,
    /// The path, with list items by their keys: `.spec.containers[name=web].image`.
    pub path: String,
    /// The path with list items by their indices on the right side, or on the left one if only that has it.
    pub place: String,
    /// The offset in `path` of its last step.
    pub step: usize,
    /// The value of the left side, masked if it is of a Secret.
    pub left: Option<Value>,
    /// The value of the right side, masked if it is of a Secret.
    pub right: Option<Value>,
    /// True if the values are masked.
    pub is_masked: bool,
    /// Why it is left out; `None` if it counts.
    pub group: Option<Group>,
}

impl Difference {
    /// Returns the path of the value that contains it, and its own step.
    #[must_use]
    pub fn split(&self) -> (&str, &str) {
        self.path.split_at_checked(self.step).unwrap_or((&self.path, ""))
    }
}

/// The differences between two objects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// All differences in the order of the left side, with those that are left out.
    pub rows: Vec<Difference>,
    /// What to know about the comparison, such as different versions of the kinds.
    pub notes: Vec<String>,
}

impl Diff {
    /// Returns the differences that count.
    pub fn differences(&self) -> impl Iterator<Item = &Difference> {
        self.rows.iter().filter(|row| row.group.is_none())
    }

    /// Returns the differences that are left out.
    pub fn left_out(&self) -> impl Iterator<Item = &Difference> {
        self.rows.iter().filter(|row| row.group.is_some())
    }

    /// True if no difference counts.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.differences().next().is_none()
    }

    /// Returns the groups of what is left out with their counts, the largest first.
    #[must_use]
    pub fn counts(&self) -> Vec<(Group, usize)> {
        let mut counts: Vec<(Group, usize)> = Vec::new();
        for group in self.rows.iter().filter_map(|row| row.group) {
            match counts.iter_mut().find(|(known, _)| *known == group) {
                Some((_, count)) => *count += 1,
                None => counts.push((group, 1)),
            }
        }
        counts.sort_by_key(|(group, count)| (Reverse(*count), *group));
        counts
    }

    /// Returns what is left out in words, such as `21 (status 13, server 5)`; `None` if nothing is.
    #[must_use]
    pub fn left_out_text(&self) -> Option<String> {
        let counts = self.counts();
        let total: usize = counts.iter().map(|(_, count)| count).sum();
        let parts: Vec<String> =
            counts.iter().map(|(group, count)| format!("{} {count}", group.name())).collect();
        (total > 0).then(|| format!("{total} ({})", parts.join(", ")))
    }
}

/// Returns the same differences with the sides swapped.
#[must_use]
pub fn swapped(found: &Diff) -> Diff {
    let swap = |row: &Difference| Difference {
        op: row.op.swapped(),
        left: row.right.clone(),
        right: row.left.clone(),
        ..row.clone()
    };
    Diff { rows: found.rows.iter().map(swap).collect(), notes: found.notes.clone() }
}
