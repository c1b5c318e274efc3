//! Keys while a report is shown.

use crate::app::flows::report;
use crate::app::model::Model;
use crate::app::state::overlay::Overlay;
use crate::keymap::Action;

/// Handles a key.
pub(in crate::app) fn act(model: &mut Model, action: Action) {
    let page = isize::try_from(model.size.1.saturating_sub(4).max(1)).unwrap_or(1);
    let by = match action {
        Action::Write => return report::write(model),
        Action::Escape => return report::leave(model),
        Action::Down => 1,
        Action::Up => -1,
        Action::PageDown => page,
        Action::PageUp => -page,
        Action::Top => isize::MIN,
        Action::Bottom => isize::MAX,
        _ => return,
    };
    let size = model.size;
    if let Overlay::Report(report) = &mut model.overlay {
        report.scroll(by, size);
    }
}
