//! The line at the bottom: what is being typed, a notice, or the keys.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use crate::app::model::{Model, Overlay};
use crate::app::update::mode;
use crate::keymap;
use crate::text::{fit, visible};
use crate::theme::Role;

use super::{Look, prompt};

/// Draws the line.
pub(super) fn draw(model: &Model, look: Look, area: Rect, buffer: &mut Buffer) {
    if let Overlay::Prompt(typed) = &model.overlay {
        prompt::draw(typed, look, area, buffer);
    } else if let Some(notice) = &model.notice {
        let role = if notice.is_trouble { Role::Error } else { Role::Good };
        let text = format!(" {}", visible(&notice.text));
        Line::styled(fit(&text, usize::from(area.width)).into_owned(), look.theme.style(role))
            .render(area, buffer);
    } else {
        keys(model, look, area, buffer);
    }
}

fn keys(model: &Model, look: Look, area: Rect, buffer: &mut Buffer) {
    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    for (key, word) in keymap::footer(mode(model)) {
        let key = look.words(&key).into_owned();
        let width = key.width() + word.width() + 3;
        if used + width > usize::from(area.width) + 2 {
            break;
        }
        used += width;
        spans.push(Span::styled(key, look.theme.style(Role::Key)));
        spans.push(Span::styled(format!(" {word}  "), look.theme.style(Role::Dim)));
    }
    Line::from(spans).render(area, buffer);
}
