//! Keys in the document.

use crate::app::flows::{links, log};
use crate::app::input::prompt;
use crate::app::model::Model;
use crate::keymap::Action;

/// Handles a key in the document.
pub(in crate::app) fn act(model: &mut Model, action: Action) {
    if action == Action::Managers {
        model.shows_managers = !model.shows_managers;
        if model.reading.managed().is_none() {
            model.notify("Managers are shown beside the lines of an object");
        }
        return;
    }
    if action == Action::LoadAll {
        if !log::read_more(model) {
            model.notify("This key is for the logs of more containers than are read");
        }
        return;
    }
    let pane = &mut model.reading.pane;
    match action {
        Action::Down => pane.move_by(1),
        Action::Up => pane.move_by(-1),
        Action::HalfDown => pane.move_half_pages(1),
        Action::HalfUp => pane.move_half_pages(-1),
        Action::PageDown => pane.move_pages(1),
        Action::PageUp => pane.move_pages(-1),
        Action::Top => pane.move_to_top(),
        Action::Bottom => pane.move_to_bottom(),
        Action::Open => links::open_line(model),
        Action::FollowLink => links::follow_line(model),
        Action::NextLink => links::go_to_next(model, 1),
        Action::PreviousLink => links::go_to_next(model, -1),
        Action::Toggle => pane.toggle_fold(),
        Action::Expand => pane.unfold(),
        Action::Collapse => pane.fold(),
        Action::ExpandAll => pane.unfold_all(),
        Action::CollapseAll => pane.fold_all(),
        Action::Wrap => pane.toggle_wrap(),
        Action::ScrollLeft => pane.scroll_columns(-8),
        Action::ScrollRight => pane.scroll_columns(8),
        Action::NextMatch => pane.next_match(),
        Action::PreviousMatch => pane.previous_match(),
        Action::Search => prompt::search(model),
        _ => {}
    }
}
