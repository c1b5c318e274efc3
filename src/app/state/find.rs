//! The list of objects that were found by name.

use super::search::{Objects, SearchList};
use crate::k8s::path::ObjectPath;
use crate::object::find::{Found, Wanted};

/// The objects that were found by name.
pub type FoundObjects = SearchList<Wanted, Found>;

impl Objects for Found {
    fn objects(&self) -> impl Iterator<Item = &ObjectPath> {
        self.hits.iter().map(|hit| &hit.path)
    }
}
