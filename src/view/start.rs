//! The screen without a server: every way that was tried, and what can be done.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget, Wrap};

use crate::app::model::Model;
use crate::k8s::endpoint::NoEndpoint;
use crate::text::visible;
use crate::theme::Role;

use super::Look;

/// Draws the ways that were tried.
pub(super) fn draw(model: &Model, look: Look, area: Rect, buffer: &mut Buffer) {
    let lines = match model.start_screen() {
        Some(screen) => tried(&screen, model.chosen_context, look),
        None => vec![Line::styled(" Looking for a server …", look.theme.style(Role::Dim))],
    };
    Paragraph::new(lines).wrap(Wrap { trim: false }).render(area, buffer);
}

fn tried(screen: &NoEndpoint, chosen: usize, look: Look) -> Vec<Line<'static>> {
    let theme = look.theme;
    let mut lines = vec![
        Line::default(),
        Line::styled(" No API server answers. Tried in this order:", theme.style(Role::Title)),
        Line::default(),
    ];
    for attempt in &screen.tried {
        lines.push(Line::from(vec![
            Span::styled(" ✗ ", theme.style(Role::Error)),
            Span::styled(visible(&attempt.way).into_owned(), theme.style(Role::Text)),
            Span::raw(": "),
            Span::styled(visible(&attempt.outcome).into_owned(), theme.style(Role::Warning)),
        ]));
        if !attempt.hint.is_empty() {
            let hint = format!("   {}", visible(&attempt.hint));
            lines.push(Line::styled(hint, theme.style(Role::Dim)));
        }
    }
    lines.push(Line::default());
    if !screen.contexts.is_empty() {
        lines.push(Line::styled(
            look.words(" Contexts of the kubeconfig, ⏎ connects:").into_owned(),
            theme.style(Role::Title),
        ));
    }
    for (index, context) in screen.contexts.iter().enumerate() {
        let role = if index == chosen { Role::Selection } else { Role::Text };
        lines.push(Line::styled(format!("   {} ", visible(context)), theme.style(role)));
    }
    lines.push(Line::default());
    for (key, text) in [
        ("d", "walks the embedded recording of a real cluster"),
        ("u", "types the address of a server, such as http://127.0.0.1:8001"),
        ("r", "tries again"),
    ] {
        lines.push(Line::from(vec![
            Span::styled(format!("   {key} "), theme.style(Role::Key)),
            Span::styled(text, theme.style(Role::Text)),
        ]));
    }
    lines
}
