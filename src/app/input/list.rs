//! Keys in a list that covers the panes: the problems, the events, or what was found.

use crate::app::flows::{events, find, problems, results, search};
use crate::app::layout::body;
use crate::app::model::Model;
use crate::app::state::overlay::Overlay;
use crate::keymap::Action;

/// Handles a key in a list.
pub(in crate::app) fn act(model: &mut Model, action: Action) {
    let page = isize::try_from(body(model).height / 2).unwrap_or(1);
    let is_of_events = matches!(model.overlay, Overlay::Events);
    let is_of_hits = matches!(model.overlay, Overlay::Find);
    match action {
        Action::Down => move_by(model, 1),
        Action::Up => move_by(model, -1),
        Action::PageDown => move_by(model, page),
        Action::PageUp => move_by(model, -page),
        Action::Top => move_by(model, isize::MIN),
        Action::Bottom => move_by(model, isize::MAX),
        Action::Events if is_of_events => events::owned::toggle(model),
        Action::Events => {}
        Action::FollowLink if is_of_events => events::follow(model),
        Action::Open | Action::FollowLink => match model.overlay {
            Overlay::Events => events::enter(model),
            Overlay::Find => results::enter(model, find::list),
            _ => results::enter(model, problems::list),
        },
        Action::Refresh => match model.overlay {
            Overlay::Events => events::refresh(model),
            Overlay::Find => find::refresh(model),
            _ => problems::refresh(model),
        },
        _ if is_of_events => events::close(model),
        Action::Escape if is_of_hits => search::escape(model, find::list),
        Action::Escape => search::escape(model, problems::list),
        _ => model.overlay = Overlay::None,
    }
}

fn move_by(model: &mut Model, by: isize) {
    match model.overlay {
        Overlay::Events => events::move_by(model, by),
        Overlay::Find => model.find.move_by(by),
        _ => model.problems.move_by(by),
    }
}
