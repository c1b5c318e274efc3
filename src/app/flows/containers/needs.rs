//! The sources of the container's view: fetched once, and only when the view is shown.

use crate::app::model::Model;
use crate::app::question::Question;
use crate::downward::sources::{SourceBody, SourceKey};
use crate::downward::{PodObject, needs};
use crate::k8s::failure::Failure;

/// Fetches the sources that the view of an object needs and that were not requested yet.
pub(in crate::app) fn fetch(model: &mut Model, object: &PodObject) {
    model.containers.sources.update(&needs(object).with_node(object));
    send(model);
}

/// Sends the queued requests.
fn send(model: &mut Model) {
    while let Some((key, request)) = model.containers.sources.next_request() {
        model.send(Question::source(key, request));
    }
}

/// Handles the answer for a source.
pub(in crate::app) fn received(
    model: &mut Model,
    key: &SourceKey,
    result: Result<SourceBody, Failure>,
) {
    model.containers.sources.answered(key, result);
    send(model);
    super::compute_again(model);
}

/// Fetches a source again that has changed.
pub(in crate::app) fn changed(model: &mut Model, number: u32) {
    let sources = &mut model.containers.sources;
    let Some(key) = sources.numbered(number).cloned() else { return };
    sources.changed(&key);
    send(model);
}

/// Notes that a source is not followed, so that it may be out of date.
pub(in crate::app) fn not_followed(model: &mut Model, number: u32, reason: &str) {
    model.containers.not_followed.insert(number, reason.to_owned());
}
