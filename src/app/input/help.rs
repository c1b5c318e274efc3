//! Keys in the help.

use crossterm::event::KeyEvent;

use crate::app::help;
use crate::app::model::Model;
use crate::app::state::overlay::{Help, Overlay};
use crate::keymap::Action;

/// Handles an action.
pub(in crate::app) fn act(model: &mut Model, action: Action) {
    let Overlay::Help(mut help) = std::mem::take(&mut model.overlay) else { return };
    let page = isize::try_from(page(model)).unwrap_or(isize::MAX);
    let by = match action {
        Action::Down => 1,
        Action::Up => -1,
        Action::PageDown => page,
        Action::PageUp => -page,
        Action::Search => {
            help.words.is_typing = true;
            0
        }
        // The first esc shows all keys again.
        Action::Escape if help.words.clear() => 0,
        _ => return,
    };
    show(model, help, by);
}

/// Handles a key of the text that is searched for.
pub(in crate::app) fn typed(model: &mut Model, key: KeyEvent) {
    let Overlay::Help(mut help) = std::mem::take(&mut model.overlay) else { return };
    help.words.typed(key);
    help.line = 0;
    show(model, help, 0);
}

/// Shows the help, scrolled by a number of lines.
fn show(model: &mut Model, mut help: Help, by: isize) {
    let width = usize::from(model.size.0.saturating_sub(2));
    let last = help::lines(model, &help, width).len().saturating_sub(page(model));
    help.line = help.line.saturating_add_signed(by).min(last);
    model.overlay = Overlay::Help(help);
}

/// Returns the number of lines that are visible at a time.
fn page(model: &Model) -> usize {
    usize::from(model.size.1.saturating_sub(2))
}
