//! Keys in a comparison.

use crate::app::flows::compare;
use crate::app::layout::body;
use crate::app::model::Model;
use crate::keymap::Action;

/// Handles a key.
pub(in crate::app) fn act(model: &mut Model, action: Action) {
    let page = isize::try_from(body(model).height / 2).unwrap_or(1);
    let Some(comparison) = &mut model.comparison else { return compare::close(model) };
    match action {
        Action::Down | Action::NextMatch => comparison.move_by(1),
        Action::Up | Action::PreviousMatch => comparison.move_by(-1),
        Action::PageDown => comparison.move_by(page),
        Action::PageUp => comparison.move_by(-page),
        Action::Top => comparison.move_by(isize::MIN),
        Action::Bottom => comparison.move_by(isize::MAX),
        Action::Open => comparison.unfold(None),
        Action::Expand => comparison.unfold(Some(true)),
        Action::Collapse => comparison.unfold(Some(false)),
        Action::LeftOut => comparison.shows_left_out = !comparison.shows_left_out,
        Action::Swap => comparison.swap(),
        Action::Unmask => compare::toggle_secrets(model),
        _ => compare::close(model),
    }
}
