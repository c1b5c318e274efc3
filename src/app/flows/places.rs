//! The cursors and folds of documents that links led away from, for the way back, and the answers that
//! links fetched before their documents are shown.

use crate::app::answer::Reply;
use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::state::links::{MAX_SAVED, Saved};
use crate::k8s::path::ApiPath;
use crate::k8s::request::Request;

/// Keeps the cursor and the folds of the document for the way back.
pub(in crate::app) fn save(model: &mut Model) {
    let Some(shown) = model.reading.shown_subject() else { return };
    let path = shown.request.path.clone();
    let pane = model.reading.pane.clone();
    let from_containers = model.focus == Pane::Container;
    let saved = &mut model.links.saved;
    saved.retain(|saved| saved.path != path);
    if saved.len() >= MAX_SAVED {
        saved.remove(0);
    }
    saved.push(Saved { path, pane, from_containers });
}

/// The history returns to a path: its document gets its cursor and its folds back.
pub(in crate::app) fn returns_to(model: &mut Model, path: &ApiPath) {
    save(model);
    model.links.returning = Some(path.clone());
}

/// Puts back the cursor and the folds of a document that the history returned to, before it is shown.
pub(in crate::app) fn restore(model: &mut Model, path: &ApiPath) {
    if model.links.returning.as_ref() != Some(path) {
        return;
    }
    model.links.returning = None;
    let at = model.links.saved.iter().position(|saved| saved.path == *path);
    if let Some(Saved { pane, from_containers, .. }) = at.map(|at| model.links.saved.remove(at)) {
        model.reading.pane = pane;
        if from_containers && model.container_view {
            model.focus = Pane::Container;
        }
    }
}

/// Returns the answer of a target that was fetched to see whether it exists.
pub(in crate::app) fn take_reply(model: &mut Model, request: &Request) -> Option<Reply> {
    let arriving = model.links.arriving.as_mut();
    arriving.filter(|arriving| arriving.request == *request)?.reply.take()
}
