//! The help and the copy menu, both made from the key table.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph, Widget};

use crate::app;
use crate::app::model::Model;
use crate::app::state::overlay::Help;
use crate::keymap::{Action, BINDINGS, Binding, Mode};
use crate::text::visible;
use crate::theme::Role;

use super::appearance::Appearance;

/// Draws the help over the whole screen.
pub(super) fn draw(model: &Model, help: &Help, appearance: Appearance, buffer: &mut Buffer) {
    let area = buffer.area;
    let key = |action| model.keymap.key(Mode::Help, action);
    let (search, close) = (key(Action::Search), key(Action::Escape));
    let title = if let Some(words) = help.words.label(&search) {
        format!(" Keys · {} ", visible(&words))
    } else {
        let (down, up) = (key(Action::Down), key(Action::Up));
        format!(" Keys · {down} {up} scroll · {search} search · {close} closes ")
    };
    let width = usize::from(area.width.saturating_sub(2));
    let lines = app::help::lines(model, help, width).into_iter().skip(help.line);
    let lines = lines.take(area.height.into()).map(|pieces| {
        let spans = pieces.into_iter().map(|(text, role)| {
            Span::styled(appearance.words(&text).into_owned(), appearance.theme.style(role))
        });
        spans.collect::<Line<'_>>()
    });
    let text: Vec<Line<'_>> = lines.collect();
    Clear.render(area, buffer);
    let title = appearance.words(&title).into_owned();
    Paragraph::new(text).block(frame(title, appearance)).render(area, buffer);
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
