//! The last line: the prompt, a notice, or the keys.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph, Widget, Wrap};

use crate::app::input::{mode, offers};
use crate::app::model::Model;
use crate::app::state::overlay::Overlay;
use crate::text::{columns, visible};
use crate::theme::Role;

use super::appearance::Appearance;
use super::prompt;

/// The most lines of a notice.
const MAX_LINES: u16 = 4;

/// Draws the line.
pub(super) fn draw(model: &Model, appearance: Appearance, area: Rect, buffer: &mut Buffer) {
    if let Overlay::Prompt(typed) = &model.overlay {
        prompt::draw(typed, appearance, area, buffer);
    } else if let Some(notice) = &model.notice {
        let role = if notice.is_failure { Role::Error } else { Role::Good };
        let style = appearance.theme.style(role);
        let text = Paragraph::new(visible(&notice.text).into_owned()).wrap(Wrap { trim: true });
        let width = area.width.saturating_sub(2).max(1);
        // A long notice covers the lines above the footer.
        let wanted = columns(&notice.text).div_ceil(usize::from(width.saturating_sub(8).max(1)));
        let lines = u16::try_from(wanted).unwrap_or(u16::MAX).clamp(1, MAX_LINES).min(area.y + 1);
        let area = Rect { y: area.y + 1 - lines, height: lines, ..area };
        let area = area.intersection(buffer.area);
        Clear.render(area, buffer);
        text.style(style).render(Rect { x: area.x + 1, width, ..area }, buffer);
    } else {
        keys(model, appearance, area, buffer);
    }
}

fn keys(model: &Model, appearance: Appearance, area: Rect, buffer: &mut Buffer) {
    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    for (key, word) in model.keymap.footer(mode(model), |action| offers(model, action)) {
        let key = appearance.words(&key).into_owned();
        let width = columns(&key) + columns(word) + 3;
        if used + width > usize::from(area.width) + 2 {
            break;
        }
        used += width;
        spans.push(Span::styled(key, appearance.theme.style(Role::Key)));
        spans.push(Span::styled(format!(" {word}  "), appearance.theme.style(Role::Dim)));
    }
    Line::from(spans).render(area, buffer);
}
