//! The line at the bottom: what is being typed, a notice, or the keys.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph, Widget, Wrap};

use crate::app::input::mode;
use crate::app::model::Model;
use crate::app::start_screen::offers;
use crate::app::state::overlay::Overlay;
use crate::text::{columns, visible};
use crate::theme::Role;

use super::{Appearance, prompt};

/// A notice takes this many lines at the most.
const MOST_LINES: u16 = 4;

/// Draws the line.
pub(super) fn draw(model: &Model, look: Appearance, area: Rect, buffer: &mut Buffer) {
    if let Overlay::Prompt(typed) = &model.overlay {
        prompt::draw(typed, look, area, buffer);
    } else if let Some(notice) = &model.notice {
        let role = if notice.is_failure { Role::Error } else { Role::Good };
        let style = look.theme.style(role);
        let text = Paragraph::new(visible(&notice.text).into_owned()).wrap(Wrap { trim: true });
        let width = area.width.saturating_sub(2).max(1);
        // A long one covers the lines above the last.
        let wanted = columns(&notice.text).div_ceil(usize::from(width.saturating_sub(8).max(1)));
        let lines = u16::try_from(wanted).unwrap_or(u16::MAX).clamp(1, MOST_LINES).min(area.y + 1);
        let area = Rect { y: area.y + 1 - lines, height: lines, ..area };
        let area = area.intersection(buffer.area);
        Clear.render(area, buffer);
        text.style(style).render(Rect { x: area.x + 1, width, ..area }, buffer);
    } else {
        keys(model, look, area, buffer);
    }
}

fn keys(model: &Model, look: Appearance, area: Rect, buffer: &mut Buffer) {
    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    for (key, word) in model.keymap.footer(mode(model), |action| offers(model, action)) {
        let key = look.words(&key).into_owned();
        let width = columns(&key) + columns(word) + 3;
        if used + width > usize::from(area.width) + 2 {
            break;
        }
        used += width;
        spans.push(Span::styled(key, look.theme.style(Role::Key)));
        spans.push(Span::styled(format!(" {word}  "), look.theme.style(Role::Dim)));
    }
    Line::from(spans).render(area, buffer);
}
