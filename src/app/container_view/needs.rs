//! What a pod's view needs besides the pod: asked for once, and only when the view is wanted.

use std::sync::Arc;

use serde_json::Value;

use crate::app::message::{Question, Want};
use crate::app::model::{Model, Purpose};
use crate::downward::sources::{SourceBody, SourceKey};
use crate::downward::{PodObject, needs};
use crate::k8s::failure::Failure;

/// Asks for what the view of an object needs and nobody asked for yet.
pub(super) fn ask(model: &mut Model, object: &PodObject) {
    model.containers.sources.update(&needs(object).with_catalogue(object));
    while let Some((key, request)) = model.containers.sources.next_request() {
        let question = Question { request, want: Want::Value };
        model.ask(Purpose::Surrounding(key), question);
    }
}

/// Something around the pod came, or did not.
pub(in crate::app) fn answered(
    model: &mut Model,
    key: &SourceKey,
    result: Result<Arc<Value>, Failure>,
) {
    let answer = result.and_then(|value| SourceBody::from_value(key, &value));
    model.containers.sources.answered(key, answer);
    super::compute_again(model);
}
