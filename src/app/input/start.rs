//! Keys on the start screen.

use crate::app::effect::{Choice, Effect};
use crate::app::flows::connect;
use crate::app::flows::containers::alone;
use crate::app::flows::{report, tour};
use crate::app::input::prompt;
use crate::app::layout::body;
use crate::app::model::Model;
use crate::app::start_screen::{lines, offers};
use crate::app::state::overlay::{Help, Overlay};
use crate::k8s::endpoint::NoEndpoint;
use crate::keymap::{Action, Mode};

/// Handles a key.
pub(in crate::app) fn act(model: &mut Model, action: Action) {
    match action {
        Action::Quit => model.effects.push(Effect::Quit),
        Action::Help => model.overlay = Overlay::Help(Help::of(Mode::Start)),
        Action::Demo => connect::connect(model, Choice::Demo),
        Action::Tour => tour::begin(model),
        Action::BorrowToken if offers(model, action) => {
            connect::connect(model, Choice::BorrowedToken);
        }
        Action::BorrowToken => {
            model.notify("No token of another container can be read");
        }
        Action::ThisPod => alone::enter(model),
        Action::Back => connect::connect(model, Choice::AsStarted),
        Action::Reconnect => {
            // The token of another container may be readable by now.
            model.effects.push(Effect::LookAround);
            connect::connect(model, model.choice.clone());
        }
        Action::Report => report::prepare(model),
        Action::TypeUrl => prompt::url(model),
        Action::GoTo => prompt::go_to(model),
        Action::PageDown => scroll(model, isize::from(body(model).height.cast_signed())),
        Action::PageUp => scroll(model, -isize::from(body(model).height.cast_signed())),
        _ => select_context(model, action),
    }
}

/// Selects a context, or connects to the selected one. Without contexts, the arrows scroll.
fn select_context(model: &mut Model, action: Action) {
    let Some(NoEndpoint { contexts, .. }) = model.start_screen() else { return };
    let (selected, last) = (model.selected_context, contexts.len().saturating_sub(1));
    match action {
        Action::Down if contexts.is_empty() => scroll(model, 1),
        Action::Up if contexts.is_empty() => scroll(model, -1),
        Action::Down => model.selected_context = (selected + 1).min(last),
        Action::Up => model.selected_context = selected.saturating_sub(1),
        Action::Open => {
            if let Some(context) = contexts.get(selected).cloned() {
                connect::connect(model, Choice::Context(context));
            }
        }
        _ => {}
    }
}

/// Scrolls by a number of lines.
fn scroll(model: &mut Model, by: isize) {
    let (lines, first, _) = lines(model);
    let last = lines.len().saturating_sub(usize::from(body(model).height));
    model.start_line = first.saturating_add_signed(by).min(last);
}
