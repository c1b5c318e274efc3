//! The container's view without a server: what this process can read of its own pod.

use super::{forget, move_by};
use crate::app::flows::this_pod_row;
use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::state::reading::ReadState;
use crate::downward::alone::view;
use crate::k8s::failure::Failure;
use crate::k8s::path::ApiPath;

/// Shows the view on the whole screen.
pub(in crate::app) fn enter(model: &mut Model) {
    if model.here.is_none() {
        model.notify("Not running in a pod");
        return;
    }
    model.alone = true;
    model.focus = Pane::Container;
    forget(model);
    show(model, "What this process can read, without a server:");
}

/// Returns why the server does not return this pod, while its row is selected.
pub(in crate::app) fn failure(model: &Model) -> Option<Failure> {
    let reading = &model.reading;
    let path = &reading.subject.as_ref()?.request.path;
    if this_pod_row::kind(model)?.path().as_ref() != Some(path) {
        return None;
    }
    match &reading.state {
        ReadState::Failed(failure) => Some(failure.clone()),
        ReadState::Ready => {
            let shown = reading.shown.as_ref()?;
            let is_object = matches!(&shown.request.path, ApiPath::Object(_));
            shown.failure.clone().filter(|_| is_object)
        }
        _ => None,
    }
}

/// Shows the view in the pane; `why` is the sentence above it.
pub(in crate::app) fn show(model: &mut Model, why: &str) {
    let Some(here) = &model.here else { return };
    model.containers.view = Some(Ok(view(here, why)));
    model.containers.catalogue.clear();
    model.containers.is_alone = true;
    move_by(model, 0);
}
