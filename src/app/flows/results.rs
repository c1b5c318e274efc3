//! Going to what a search found, and back to its list.

use crate::app::flows::jump;
use crate::app::flows::search::ListOf;
use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::state::overlay::Overlay;
use crate::app::state::search::Objects;
use crate::k8s::path::ApiPath;
use crate::k8s::selector::Selector;

/// Goes to the selected object.
pub(in crate::app) fn enter<W, F: Objects>(model: &mut Model, list: ListOf<W, F>) {
    let Some(path) = list(model).selected_path().cloned() else { return };
    let list = list(model);
    (list.selected, list.opened) = (Some(path.clone()), Some(path.clone()));
    model.overlay = Overlay::None;
    model.focus = Pane::Tree;
    jump::to(model, ApiPath::Object(path), Selector::default(), false);
}

/// Returns to the list from an object that was opened from it. Returns false from anywhere else.
pub(in crate::app) fn back<W, F>(model: &mut Model, list: ListOf<W, F>, overlay: Overlay) -> bool {
    let cursor = model.tree.path(model.tree.cursor());
    let opened = list(model).opened.take().map(ApiPath::Object);
    let is_there = opened.is_some() && (cursor == opened || model.jump.is_some());
    if is_there {
        model.jump = None;
        model.overlay = overlay;
    }
    is_there
}
