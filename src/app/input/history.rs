//! Keys in the history of an object.

use crate::app::flows::history;
use crate::app::layout::body;
use crate::app::model::Model;
use crate::app::state::overlay::Overlay;
use crate::app::state::timeline::Item;
use crate::keymap::Action;

/// Handles a key.
pub(in crate::app) fn act(model: &mut Model, action: Action) {
    let page = isize::try_from(body(model).height / 2).unwrap_or(1);
    match action {
        Action::Down => history::move_by(model, 1),
        Action::Up => history::move_by(model, -1),
        Action::PageDown => history::move_by(model, page),
        Action::PageUp => history::move_by(model, -page),
        Action::Top => history::move_by(model, isize::MIN),
        Action::Bottom => history::move_by(model, isize::MAX),
        Action::Open => history::enter(model),
        Action::Expand => unfold(model, true),
        Action::Collapse => unfold(model, false),
        Action::Diff => history::compare_version(model, false),
        Action::Mark => history::compare_version(model, true),
        Action::LeftOut => {
            if let Overlay::History(timeline) = &mut model.overlay {
                timeline.hides_status = !timeline.hides_status;
            }
        }
        _ => history::close(model),
    }
}

fn unfold(model: &mut Model, unfolds: bool) {
    let Overlay::History(mut timeline) = std::mem::take(&mut model.overlay) else { return };
    let items = history::items(model, &timeline);
    if let Some(Item::Entry { number, .. }) = items.get(timeline.selected(&items)) {
        timeline.unfold(*number, unfolds);
    }
    model.overlay = Overlay::History(timeline);
}
