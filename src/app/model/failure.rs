//! The failures that are shown for the selected row.

use super::Model;
use crate::app::state::reading::ReadState;
use crate::k8s::failure::Failure;
use crate::tree::Tree;
use crate::tree::node::Load;

impl Model {
    /// Returns why the rows below the selected row could not be loaded.
    #[must_use]
    pub fn failure_of_row(&self) -> Option<&Failure> {
        match &self.tree.get(Tree::node_of(self.tree.cursor()))?.load {
            Load::Failed(failure) => Some(failure),
            _ => None,
        }
    }

    /// Returns the failure that is shown of the selected row: of the rows below it, or of its document.
    #[must_use]
    pub fn shown_failure(&self) -> Option<&Failure> {
        let of_document = match &self.reading.state {
            ReadState::Failed(failure) => Some(failure),
            _ => self.reading.shown_subject().and_then(|shown| shown.failure.as_ref()),
        };
        self.failure_of_row().or(of_document)
    }
}
