//! The line below a document: what the line of the cursor refers to, who set it, and where the cursor is.

use ratatui::text::{Line, Span};

use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::state::links::LinkHint;
use crate::text::visible;
use crate::theme::Role;

use super::appearance::Appearance;
use super::cut::cut;
use super::managers;
use super::pane::shows_subject;

/// The columns that the hint of a line needs at least.
const MIN_HINT: usize = 10;

/// Returns the titles for the border below a document, `width` columns wide. A reference that leads to
/// nothing takes the room of the others.
pub(super) fn titles(
    model: &Model,
    appearance: Appearance,
    status: &str,
    width: usize,
) -> Vec<Line<'static>> {
    let dim = appearance.theme.style(Role::Dim);
    let status = Line::styled(format!(" {status} "), dim).right_aligned();
    let (mut titles, mut room) = (Vec::new(), width);
    let hint = link_hint(model, appearance);
    let needs_all = hint
        .as_ref()
        .is_some_and(|(hint, is_failure)| *is_failure && hint.width() + status.width() >= width);
    if !needs_all {
        room = width.saturating_sub(status.width() + 1);
        titles.push(status);
    }
    let hint = hint.map(|(hint, _)| hint).filter(|_| room >= MIN_HINT);
    let left = room.saturating_sub(hint.as_ref().map_or(0, |hint| hint.width() + 1));
    titles.extend(hint.map(|hint| cut(vec![hint], room)));
    let managers = managers::of_cursor(model, left).filter(|_| shows_subject(model));
    titles.extend(managers.map(|managers| Line::styled(managers, dim)));
    titles
}

/// Returns what the cursor's line of the document refers to, while the document has the focus, and whether
/// that was found to lead to nothing.
fn link_hint(model: &Model, appearance: Appearance) -> Option<(Span<'static>, bool)> {
    let has_focus = model.focus == Pane::Document && model.health.selected.is_none();
    if !has_focus || model.reading.rows().is_some() || !shows_subject(model) {
        return None;
    }
    let path = model.reading.pane.line_path()?;
    let LinkHint { text, is_failure } = model.links.hint(&path, &model.discovery)?;
    let role = if is_failure { Role::Error } else { Role::Key };
    let text = appearance.words(&format!(" {} ", visible(&text))).into_owned();
    Some((Span::styled(text, appearance.theme.style(role)), is_failure))
}
