//! Keys in the container's view.

use crate::app::effect::Effect;
use crate::app::flows::containers::{compute_again, forget, move_by};
use crate::app::flows::links;
use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::state::containers::{Item, OpenFile, ViewRow};
use crate::app::state::overlay::{Help, Overlay};
use crate::downward::catalogue::{Exposable, Exposure};
use crate::keymap::{Action, Mode};

/// Handles a key in the pane.
pub(in crate::app) fn act(model: &mut Model, action: Action) {
    if model.containers.file.is_some() {
        in_file(model, action);
        return;
    }
    let page = 10;
    match action {
        Action::Down => move_by(model, 1),
        Action::Up => move_by(model, -1),
        Action::HalfDown => move_by(model, page / 2),
        Action::HalfUp => move_by(model, -page / 2),
        Action::PageDown => move_by(model, page),
        Action::PageUp => move_by(model, -page),
        Action::Top => move_by(model, isize::MIN),
        Action::Bottom => move_by(model, isize::MAX),
        Action::NextSection => to_section(model, true),
        Action::PreviousSection => to_section(model, false),
        Action::Expand => switch_tab(model, 1),
        Action::Collapse => switch_tab(model, -1),
        Action::Open => open(model),
        Action::FollowLink => go_to_source(model),
        Action::CopyItem => {
            copy_exposure(model, "item of a volume", |entry| entry.volume.as_ref());
        }
        _ => {}
    }
}

/// Handles a key while a file is open.
fn in_file(model: &mut Model, action: Action) {
    let last = model.containers.last_line();
    let Some(OpenFile { line, .. }) = &mut model.containers.file else { return };
    match action {
        Action::Down => *line = line.saturating_add(1),
        Action::Up => *line = line.saturating_sub(1),
        Action::HalfDown | Action::PageDown => *line = line.saturating_add(10),
        Action::HalfUp | Action::PageUp => *line = line.saturating_sub(10),
        Action::Top => *line = 0,
        Action::Bottom => *line = last,
        Action::Collapse => model.containers.file = None,
        Action::Open | Action::FollowLink => {
            model.containers.file = None;
            go_to_source(model);
        }
        _ => {}
    }
    if let Some(OpenFile { line, .. }) = &mut model.containers.file {
        *line = (*line).min(last);
    }
}

/// Closes the open file. Returns true if there was one.
pub(in crate::app) fn close_file(model: &mut Model) -> bool {
    model.containers.file.take().is_some()
}

/// Shows the next (1) or previous (−1) tab.
fn switch_tab(model: &mut Model, by: isize) {
    let count = model.containers.tabs().len();
    if count > 0 {
        let tab = model.containers.tab + count;
        model.containers.tab = tab.saturating_add_signed(by) % count;
        model.containers.cursor = 0;
        if model.containers.lacks_process() {
            compute_again(model);
        }
        move_by(model, 0);
    }
}

/// Selects the first row of the next section, such as the files of a volume, or of the one before.
fn to_section(model: &mut Model, forward: bool) {
    let items = model.containers.items();
    let is_row = |at: usize| matches!(items.get(at), Some(Item::Row(_)));
    let mut sections =
        (0..items.len()).filter(|at| is_row(*at) && !at.checked_sub(1).is_some_and(is_row));
    let cursor = model.containers.cursor;
    let found = if forward {
        sections.find(|at| *at > cursor)
    } else {
        sections.take_while(|at| *at < cursor).last()
    };
    if let Some(at) = found {
        model.containers.cursor = at;
        move_by(model, 0);
    }
}

/// Opens the selected file; for any other row, moves to the line that defines it.
fn open(model: &mut Model) {
    match model.containers.selected() {
        Some(ViewRow::Services) => {
            model.containers.shows_services = !model.containers.shows_services;
        }
        Some(row) if model.containers.is_file(row) => {
            model.containers.file = Some(OpenFile { row, line: 0 });
        }
        Some(_) => go_to_source(model),
        None => {}
    }
}

/// Goes to where the selected row comes from.
fn go_to_source(model: &mut Model) {
    if let Some(row) = model.containers.selected() {
        links::follow_row(model, row);
    }
}

/// Copies the selected entry of the catalogue for `env`. Returns true if the catalogue has the focus and
/// an entry is selected.
pub(in crate::app) fn copy_entry(model: &mut Model) -> bool {
    let has_focus = model.focus == Pane::Container && model.containers.is_catalogue();
    has_focus && copy_exposure(model, "env entry", |entry| entry.env.as_ref())
}

/// Copies the snippet of one way to expose the selected entry of the catalogue. Returns true if an entry
/// is selected.
fn copy_exposure(
    model: &mut Model,
    what: &str,
    way: impl Fn(&Exposable) -> Option<&Exposure>,
) -> bool {
    let Some(ViewRow::Entry(at)) = model.containers.selected() else { return false };
    let snippet = model.containers.catalogue.get(at).and_then(way).map(|way| way.snippet.clone());
    match snippet {
        Some(snippet) => {
            model.effects.push(Effect::Copy(snippet.into_bytes()));
            model.notify(format!("The {what} was sent to the terminal's clipboard"));
        }
        None => model.notify(format!("This cannot be an {what}")),
    }
    true
}

/// Handles a key while the view fills the screen because there is no server.
pub(in crate::app) fn act_alone(model: &mut Model, action: Action) {
    match action {
        Action::Quit => model.effects.push(Effect::Quit),
        Action::Help => model.overlay = Overlay::Help(Help::of(Mode::Container)),
        Action::Unmask => model.containers.unmasked = !model.containers.unmasked,
        Action::Escape | Action::Back | Action::ThisPod | Action::ContainerView => {
            if !close_file(model) {
                model.alone = false;
                model.focus = Pane::Tree;
                forget(model);
            }
        }
        action => act(model, action),
    }
}
