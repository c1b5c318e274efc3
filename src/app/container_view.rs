//! The container's view.
use crate::app::model::Model;
use crate::keymap::Action;
pub(super) fn act(_model: &mut Model, _action: Action) {}
pub(super) fn ask(_model: &mut Model) {}
pub(super) fn ask_again(_model: &mut Model) {}
pub(super) fn toggle_secrets(_model: &mut Model) {}
