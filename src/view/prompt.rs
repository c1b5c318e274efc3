//! The prompt: the line that is typed, and its candidates.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};

use crate::app::state::prompt::Prompt;
use crate::text::{columns, fit, visible, visible_within};
use crate::theme::Role;

use super::appearance::Appearance;

/// Draws the line. It scrolls to keep the cursor in view.
pub(super) fn draw(prompt: &Prompt, appearance: Appearance, area: Rect, buffer: &mut Buffer) {
    let (skipped, _) = window(prompt, area);
    let text: String = prompt.input.value().chars().skip(skipped).collect();
    Line::from(vec![
        Span::styled(prompt.label(), appearance.theme.style(Role::Key)),
        Span::styled(visible(&text).into_owned(), appearance.theme.style(Role::Text)),
    ])
    .render(area, buffer);
}

/// Returns the column and the row of the terminal's cursor.
pub(super) fn cursor(prompt: &Prompt, area: Rect) -> (u16, u16) {
    let (_, column) = window(prompt, area);
    (area.x + column.min(area.width.saturating_sub(1)), area.y)
}

/// Returns the number of characters scrolled out of view on the left, and the column of the cursor.
fn window(prompt: &Prompt, area: Rect) -> (usize, u16) {
    let label = columns(prompt.label());
    let room = usize::from(area.width).saturating_sub(label + 1).max(1);
    let skipped = prompt.input.visual_scroll(room);
    let column = label + prompt.input.visual_cursor().saturating_sub(skipped);
    (skipped, u16::try_from(column).unwrap_or(u16::MAX))
}

/// Draws the candidates above the line.
pub(super) fn candidates(prompt: &Prompt, appearance: Appearance, line: Rect, buffer: &mut Buffer) {
    let count = u16::try_from(prompt.candidates.len()).unwrap_or(u16::MAX).min(line.y);
    let room = usize::from(line.width);
    let shown = prompt.candidates.iter().map(|text| visible_within(text, room));
    let shown: Vec<_> = shown.collect();
    let width = shown.iter().map(|text| columns(text) + 2).max().unwrap_or(0);
    let width = u16::try_from(width).unwrap_or(u16::MAX).min(line.width);
    let area = Rect { x: line.x, y: line.y - count, width, height: count };
    Clear.render(area, buffer);
    for (index, text) in shown.iter().enumerate().take(usize::from(count)) {
        let role = if prompt.selected == Some(index) { Role::Selection } else { Role::Text };
        let text = format!(" {}", fit(text, usize::from(width) - 1));
        let row = Rect { y: area.y + u16::try_from(index).unwrap_or(0), height: 1, ..area };
        buffer.set_stringn(row.x, row.y, text, usize::from(width), Style::new());
        buffer.set_style(row, appearance.theme.style(role));
    }
}
