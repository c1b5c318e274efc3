//! A report before it is written: what it contains.

use ratatui::buffer::Buffer;
use ratatui::text::Line;
use ratatui::widgets::{Clear, Paragraph, Widget};

use crate::app::model::Model;
use crate::app::state::report::Report;
use crate::keymap::{Action, Mode};
use crate::theme::Role;

use super::appearance::Appearance;
use super::help::{frame, middle};

/// Draws the report over the panes.
pub(super) fn draw(model: &Model, report: &Report, appearance: Appearance, buffer: &mut Buffer) {
    let lines = report.lines(buffer.area.width);
    let area = middle(buffer.area, Report::WIDEST, lines.len());
    let style = appearance.theme.style(Role::Text);
    let lines = lines.into_iter().skip(report.at);
    let lines: Vec<Line<'_>> = lines.map(|line| Line::styled(line, style)).collect();
    Clear.render(area, buffer);
    let key = |action| model.keymap.key(Mode::Report, action);
    let (write, leave) = (key(Action::Write), key(Action::Escape));
    let keys = if report.content.is_some() {
        format!(" {write} writes it to a new file · {leave} leaves ")
    } else {
        format!(" {leave} leaves ")
    };
    let block = frame(" A report of this failure contains ", appearance)
        .title_bottom(appearance.words(&keys).into_owned());
    Paragraph::new(lines).block(block).render(area, buffer);
}
