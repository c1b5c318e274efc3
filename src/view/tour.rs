//! The lines of the tour, above the footer.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget as _;

use crate::app::layout::tour_lines;
use crate::app::model::Model;

use super::appearance::Appearance;

/// Draws the lines.
pub(super) fn draw(model: &Model, appearance: Appearance, area: Rect, buffer: &mut Buffer) {
    for (line, row) in tour_lines(model).into_iter().zip(area.rows()) {
        let spans = line.into_iter().map(|(text, role)| {
            Span::styled(appearance.words(&text).into_owned(), appearance.theme.style(role))
        });
        spans.collect::<Line<'_>>().render(row, buffer);
    }
}
