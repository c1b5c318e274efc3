//! Keys in a list that covers the panes: the problems, or the events.

use crate::app::flows::{events, problems};
use crate::app::layout::body;
use crate::app::model::Model;
use crate::app::state::overlay::Overlay;
use crate::keymap::Action;

/// Handles a key in a list.
pub(in crate::app) fn act(model: &mut Model, action: Action) {
    let page = isize::try_from(body(model).height / 2).unwrap_or(1);
    let is_of_events = matches!(model.overlay, Overlay::Events);
    match action {
        Action::Down => move_by(model, 1),
        Action::Up => move_by(model, -1),
        Action::PageDown => move_by(model, page),
        Action::PageUp => move_by(model, -page),
        Action::Top => move_by(model, isize::MIN),
        Action::Bottom => move_by(model, isize::MAX),
        Action::Open if is_of_events => events::enter(model),
        Action::Open => problems::enter(model),
        Action::Refresh if is_of_events => events::refresh(model),
        Action::Refresh => problems::refresh(model),
        _ if is_of_events => events::close(model),
        Action::Escape => problems::escape(model),
        _ => model.overlay = Overlay::None,
    }
}

fn move_by(model: &mut Model, by: isize) {
    match model.overlay {
        Overlay::Events => events::move_by(model, by),
        _ => problems::move_by(model, by),
    }
}
