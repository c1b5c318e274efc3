//! A recording at a time of its clock.

use jiff::Timestamp;

use super::changes::Changes;
use super::request::AnswerForm;
use crate::api::har::Recording;
use crate::k8s::path::ApiPath;

/// A recording, and the time until which its changes have happened.
#[derive(Clone, Copy)]
pub(super) struct Moment<'a> {
    pub(super) recording: &'a Recording,
    pub(super) now: Timestamp,
}

impl Moment<'_> {
    /// Returns the recorded changes of a collection in a form, also those that have not happened yet.
    pub(super) fn changes(self, path: &ApiPath, form: AnswerForm) -> Changes {
        Changes::of(self.recording, path, form)
    }

    /// Returns those that have happened.
    pub(super) fn past(self, path: &ApiPath, form: AnswerForm) -> Changes {
        self.changes(path, form).until(self.now)
    }
}
