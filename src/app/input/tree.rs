//! Keys in the tree.

use crate::app::flows::{arrange, jump, list, log, open, read};
use crate::app::input::prompt;
use crate::app::model::Model;
use crate::k8s::selector::Selector;
use crate::keymap::Action;
use crate::tree::{ROOT, RowRef};

/// Handles a key in the tree.
pub(in crate::app) fn act(model: &mut Model, action: Action) {
    // A manual move cancels a pending jump.
    model.jump = None;
    model.wanted_log = None;
    model.wanted_use = None;
    let page = isize::try_from(model.tree.height()).unwrap_or(isize::MAX);
    let cursor = model.tree.cursor();
    match action {
        Action::Down => model.tree.move_by(1),
        Action::Up => model.tree.move_by(-1),
        Action::HalfDown => model.tree.move_by(page / 2),
        Action::HalfUp => model.tree.move_by(-page / 2),
        Action::PageDown => model.tree.move_by(page),
        Action::PageUp => model.tree.move_by(-page),
        Action::Top => model.tree.select(RowRef::Node(ROOT)),
        Action::Bottom => model.tree.move_by(isize::MAX),
        Action::Open => enter(model, cursor),
        Action::Toggle | Action::Collapse if is_open(model, cursor) => close(model, cursor),
        Action::Expand if is_open(model, cursor) => model.tree.move_by(1),
        Action::Toggle | Action::Expand => unfold(model, cursor),
        Action::Collapse => model.tree.go_up(),
        Action::Filter => prompt::filter(model),
        Action::Sort => prompt::sort(model),
        Action::Reverse => arrange::reverse(model),
        Action::Wide => arrange::toggle_wide(model),
        Action::LoadAll if log::read_more(model) => {}
        Action::LoadAll => list::load_all(model),
        Action::FollowLink => go_to_own_place(model, cursor),
        _ => {}
    }
}

/// Goes from a row of a list of what belongs to an object to where the row is at home.
fn go_to_own_place(model: &mut Model, row: RowRef) {
    if let Some(path) = model.tree.path(row) {
        jump::to(model, path, Selector::default(), false);
    }
}

fn is_open(model: &Model, row: RowRef) -> bool {
    match row {
        RowRef::Node(id) => model.tree.get(id).is_some_and(|node| node.open && node.can_open()),
        _ => false,
    }
}

fn close(model: &mut Model, row: RowRef) {
    if let RowRef::Node(id) = row {
        open::close(model, id);
    }
}

/// Shows what is below a row.
fn unfold(model: &mut Model, row: RowRef) {
    if let RowRef::More(id) = row {
        list::more(model, id);
    } else if let Some(id) = open::node_of(model, row) {
        open::open(model, id);
    }
}

/// ⏎: shows what is below a row, its answer, and for an object its changes. A row that is open and
/// shown already is closed.
fn enter(model: &mut Model, row: RowRef) {
    if let Some(path) = model.tree.path(row) {
        jump::remember(model, &path);
    }
    if is_open(model, row) && !read::awaits_enter(model, row) {
        close(model, row);
        return;
    }
    unfold(model, row);
    read::enter(model, model.tree.cursor());
}
