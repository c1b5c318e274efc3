//! What a recording has answers for, by the rules by which it answers.

use super::list::Pages;
use super::request::{AnswerForm, ReplayRequest};
use super::{exact, is_true, objects};
use crate::api::har::Recording;
use crate::k8s::coverage::Coverage;
use crate::k8s::path::ApiPath;

/// Returns the paths whose list, object or document a recording answers, with a failure if one was
/// recorded. No body is read: a list is taken to be one.
pub(super) fn of(recording: &Recording) -> Coverage {
    let mut coverage = Coverage::default();
    for path in recording.paths() {
        match path {
            ApiPath::Collection { gvr, namespace } => {
                let lists = || AnswerForm::Table.forms().iter();
                let statuses = lists().filter_map(|form| {
                    Some(Pages::of(recording, path, *form, (None, None))?.status())
                });
                if objects::are_followed(recording, path) {
                    coverage.add_objects(gvr.clone(), namespace.clone());
                }
                // A refusal for all namespaces says nothing about one.
                if namespace.is_none() && statuses.clone().any(|status| status == 200) {
                    coverage.add_list_over_all(gvr.clone());
                }
                if statuses.count() > 0 {
                    coverage.add(path.clone());
                }
            }
            ApiPath::Subresource { object, .. } if path.is_log() => {
                for (_, entry) in recording.at(path) {
                    let is_present = !is_true(entry.parameter("previous"));
                    if let Some(container) = entry.parameter("container").filter(|_| is_present) {
                        coverage.add_log(object.clone(), container);
                    }
                }
            }
            _ => {
                if exact(recording, &ReplayRequest::get(path.clone()), AnswerForm::Plain).is_some()
                {
                    coverage.add(path.clone());
                }
            }
        }
    }
    coverage
}
