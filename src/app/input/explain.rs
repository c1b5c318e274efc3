//! Keys in the explanation of a field.

use crate::app::flows::explain;
use crate::app::layout::explanation;
use crate::app::model::Model;
use crate::keymap::Action;

/// Handles a key.
pub(in crate::app) fn act(model: &mut Model, action: Action) {
    let area = explanation(model).unwrap_or_default();
    let (page, width) = (area.height.saturating_sub(2), usize::from(area.width.saturating_sub(2)));
    let page = isize::try_from(page).unwrap_or(1);
    match action {
        Action::Down => explain::move_by(model, 1, width),
        Action::Up => explain::move_by(model, -1, width),
        Action::PageDown => explain::move_by(model, page, width),
        Action::PageUp => explain::move_by(model, -page, width),
        Action::Top => explain::move_by(model, isize::MIN, width),
        Action::Bottom => explain::move_by(model, isize::MAX, width),
        Action::Open | Action::Expand => explain::enter(model, width),
        Action::Collapse => explain::leave(model),
        Action::Search => explain::search(model),
        Action::CopyLinePath => explain::copy_path(model),
        Action::Escape => explain::unfocus(model),
        _ => {
            explain::close(model);
        }
    }
}
