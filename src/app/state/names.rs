//! Names for completion, of collections that are not loaded in the tree.

use std::collections::HashMap;

use crate::k8s::path::ApiPath;

/// The names of one page per collection.
#[derive(Clone, Debug, Default)]
pub(in crate::app) struct Names {
    /// By the collection's path; empty until the page arrives, and if it could not be fetched.
    pub(in crate::app) of: HashMap<ApiPath, Vec<String>>,
    /// True if names or namespaces arrived since the prompt was last completed.
    pub(in crate::app) arrived: bool,
}
