//! A credential plugin that takes long: its name, the seconds, and what it prints, such as the code of
//! a device login.

use ratatui::buffer::Buffer;
use ratatui::text::Line;
use ratatui::widgets::{Clear, Paragraph, Widget};

use crate::app::state::overlay::SlowPlugin;
use crate::text::{visible, wrapped};
use crate::theme::Role;

use super::appearance::Appearance;
use super::help::{frame, middle};

/// The widest that it is drawn, with its border, in columns.
const WIDEST: u16 = 76;
/// The largest number of printed lines shown: the last ones.
const MOST_LINES: usize = 12;

/// Draws the plugin over the panes.
pub(super) fn draw(plugin: &SlowPlugin, appearance: Appearance, buffer: &mut Buffer) {
    let inside = usize::from(buffer.area.width.min(WIDEST).saturating_sub(2));
    let mut lines: Vec<Line<'static>> = Vec::new();
    for text in &plugin.stderr {
        let text = visible(text).into_owned();
        for pieces in wrapped(&[(text, Role::Text)], inside, 2) {
            let text: String = pieces.into_iter().map(|(text, _)| text).collect();
            lines.push(Line::styled(text, appearance.theme.style(Role::Text)));
        }
    }
    let lines = lines.split_off(lines.len().saturating_sub(MOST_LINES));
    let area = middle(buffer.area, WIDEST, lines.len());
    Clear.render(area, buffer);
    let title = format!(
        " Waiting for the credential plugin {}, {} s ",
        visible(&plugin.name),
        plugin.seconds
    );
    Paragraph::new(lines).block(frame(title, appearance)).render(area, buffer);
}
