//! Keys while an exec is proposed.

use crate::app::flows::containers::exec;
use crate::app::model::Model;
use crate::app::state::overlay::Overlay;
use crate::keymap::Action;

/// Handles a key. Any key that neither confirms nor scrolls closes the proposal and runs nothing.
pub(in crate::app) fn act(model: &mut Model, action: Action) {
    let Overlay::Exec(mut proposal) = std::mem::take(&mut model.overlay) else { return };
    let page = model.size.1.saturating_sub(4).max(1);
    match action {
        Action::Run => return exec::run(model, proposal.plan),
        Action::Down => proposal.at = proposal.at.saturating_add(1),
        Action::Up => proposal.at = proposal.at.saturating_sub(1),
        Action::PageDown => proposal.at = proposal.at.saturating_add(page),
        Action::PageUp => proposal.at = proposal.at.saturating_sub(page),
        _ => return model.notify("Nothing was run"),
    }
    let shown = usize::from(model.size.1.saturating_sub(2));
    let last = proposal.lines(model.size.0).len().saturating_sub(shown);
    proposal.at = proposal.at.min(u16::try_from(last).unwrap_or(u16::MAX));
    model.overlay = Overlay::Exec(proposal);
}
