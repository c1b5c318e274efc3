//! The help and the copy menu, both made from the key table.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph, Widget, Wrap};

use crate::app::model::Model;
use crate::keymap::{Action, BINDINGS, Binding, Mode};
use crate::text::visible;
use crate::theme::Role;

use super::appearance::Appearance;

/// Draws the help over the whole screen, scrolled down by `at` lines.
pub(super) fn draw(model: &Model, appearance: Appearance, at: u16, buffer: &mut Buffer) {
    let mut lines = connection(model, appearance);
    for mode in Mode::ALL {
        lines.push(Line::styled(model.keymap.title(mode), appearance.theme.style(Role::Title)));
        lines.extend(of_mode(mode).map(|binding| key_line(model, binding, appearance)));
        lines.push(Line::default());
    }
    let count = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let last = count.saturating_sub(buffer.area.height.saturating_sub(2));
    let key = |action| model.keymap.key(Mode::Help, action);
    let (down, up, close) = (key(Action::Down), key(Action::Up), key(Action::Escape));
    let title = format!(" Keys · {down} {up} scroll · {close} closes ");
    Clear.render(buffer.area, buffer);
    let area = buffer.area;
    Paragraph::new(lines)
        .block(frame(appearance.words(&title).into_owned(), appearance))
        .wrap(Wrap { trim: false })
        .scroll((at.min(last), 0))
        .render(area, buffer);
}

/// Draws the copy menu.
pub(super) fn copy(model: &Model, appearance: Appearance, buffer: &mut Buffer) {
    let lines: Vec<Line> =
        of_mode(Mode::Copy).map(|binding| key_line(model, binding, appearance)).collect();
    let area = middle(buffer.area, 60, lines.len());
    Clear.render(area, buffer);
    Paragraph::new(lines).block(frame(" Copy ", appearance)).render(area, buffer);
}

/// Returns an area in the middle of the screen with room for some lines inside a border.
pub(super) fn middle(screen: Rect, width: u16, lines: usize) -> Rect {
    let width = width.min(screen.width);
    let height = u16::try_from(lines + 2).unwrap_or(u16::MAX).min(screen.height);
    let x = (screen.width - width) / 2;
    Rect { x, y: (screen.height - height) / 2, width, height }
}

/// Returns the border of an overlay.
pub(super) fn frame(title: impl Into<Line<'static>>, appearance: Appearance) -> Block<'static> {
    let block = Block::bordered().border_style(appearance.theme.style(Role::Focus)).title(title);
    if appearance.ascii { block.border_set(super::pane::ASCII) } else { block }
}

fn of_mode(mode: Mode) -> impl Iterator<Item = &'static Binding> {
    BINDINGS.iter().filter(move |binding| binding.mode == mode)
}

fn key_line(model: &Model, binding: &Binding, appearance: Appearance) -> Line<'static> {
    let chords = model.keymap.chords(binding);
    let chords: Vec<String> = chords.iter().map(ToString::to_string).collect();
    Line::from(vec![
        Span::styled(
            format!("  {:<14} ", appearance.words(&chords.join(" "))),
            appearance.theme.style(Role::Key),
        ),
        Span::styled(binding.help, appearance.theme.style(Role::Text)),
    ])
}

/// Returns lines about the connection in full, for which the header may have no room.
fn connection(model: &Model, appearance: Appearance) -> Vec<Line<'static>> {
    let Some(connection) = model.connection() else { return Vec::new() };
    let endpoint = &connection.endpoint;
    let text = format!("  {} {} – {}", endpoint.kind, endpoint.address, endpoint.reason);
    vec![
        Line::styled("Connected", appearance.theme.style(Role::Title)),
        Line::styled(visible(&text).into_owned(), appearance.theme.style(Role::Text)),
        Line::default(),
    ]
}
