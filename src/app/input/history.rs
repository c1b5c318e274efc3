//! Keys in the history of an object.

use crate::app::flows::timeline;
use crate::app::layout::body;
use crate::app::model::Model;
use crate::app::state::overlay::Overlay;
use crate::app::state::timeline::Item;
use crate::keymap::Action;

/// Handles a key.
pub(in crate::app) fn act(model: &mut Model, action: Action) {
    let page = isize::try_from(body(model).height / 2).unwrap_or(1);
    match action {
        Action::Down => timeline::move_by(model, 1),
        Action::Up => timeline::move_by(model, -1),
        Action::PageDown => timeline::move_by(model, page),
        Action::PageUp => timeline::move_by(model, -page),
        Action::Top => timeline::move_by(model, isize::MIN),
        Action::Bottom => timeline::move_by(model, isize::MAX),
        Action::Open => timeline::enter(model),
        Action::Expand => unfold(model, true),
        Action::Collapse => unfold(model, false),
        Action::Diff => timeline::compare_version(model, false),
        Action::Mark => timeline::compare_version(model, true),
        Action::LeftOut => {
            if let Overlay::History(timeline) = &mut model.overlay {
                timeline.hides_status = !timeline.hides_status;
            }
        }
        Action::Search => search(model),
        Action::Copy => timeline::copy(model),
        Action::Escape if clears(model) => {}
        _ => timeline::close(model),
    }
}

fn search(model: &mut Model) {
    if let Overlay::History(timeline) = &mut model.overlay {
        timeline.words.is_typing = true;
    }
}

/// Shows all entries again. Returns false if all are shown.
fn clears(model: &mut Model) -> bool {
    match &mut model.overlay {
        Overlay::History(timeline) => timeline.words.clear(),
        _ => false,
    }
}

fn unfold(model: &mut Model, unfolds: bool) {
    let Overlay::History(mut shown) = std::mem::take(&mut model.overlay) else { return };
    let items = timeline::items(model, &shown);
    if let Some(Item::Entry { number, .. }) = items.get(shown.selected(&items)) {
        shown.unfold(*number, unfolds);
    }
    model.overlay = Overlay::History(shown);
}
