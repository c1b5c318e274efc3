//! The start screen, which is shown without a server.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget as _;

use crate::app::model::Model;
use crate::app::start_screen;
use crate::theme::Role;

use super::appearance::Appearance;

/// Draws the lines in view.
pub(super) fn draw(model: &Model, appearance: Appearance, area: Rect, buffer: &mut Buffer) {
    let (lines, first, has_more) = start_screen::lines(model);
    for (line, row) in lines.into_iter().skip(first).zip(area.rows()) {
        let spans = line.pieces.into_iter().map(|(text, role)| {
            Span::styled(appearance.words(&text).into_owned(), appearance.theme.style(role))
        });
        spans.collect::<Line<'_>>().render(row, buffer);
    }
    if let (true, Some(last)) = (has_more, area.rows().next_back()) {
        let sign = Span::styled(" ↓ pgdn ", appearance.theme.style(Role::Key));
        Line::from(sign).right_aligned().render(last, buffer);
    }
}
