//! What a search for objects finds.

use crate::k8s::path::ObjectPath;
use crate::object::health::Skipped;

/// An object that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The object.
    pub path: ObjectPath,
    /// The cells of its row, separated by two blanks, without the name; empty for a hit by a label.
    pub row: String,
    /// The label or annotation that matches, as `key=value`, if the name does not.
    pub label: Option<String>,
    /// The place of its kind in the order of kinds.
    pub(super) kind: usize,
}

/// What was found so far, or in the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The hits by kind, namespace and name.
    pub hits: Vec<Hit>,
    /// How many more there are, which are not kept.
    pub more: u64,
    /// How many kinds were read to the end.
    pub done: usize,
    /// How many kinds there are to read.
    pub kinds: usize,
    /// How many objects were read.
    pub read: u64,
    /// What was not read.
    pub skipped: Vec<Skipped>,
    /// True if something was not read for another reason than missing rights.
    pub is_incomplete: bool,
}
