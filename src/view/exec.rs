//! The question before commands run in a pod's containers. It names every container and command.

use ratatui::buffer::Buffer;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph, Widget};

use crate::app::model::Model;
use crate::app::state::containers::Proposal;
use crate::keymap::{Action, Mode};

use super::appearance::Appearance;
use super::help::{frame, middle};

/// Draws the question over the panes.
pub(super) fn draw(
    model: &Model,
    proposal: &Proposal,
    appearance: Appearance,
    buffer: &mut Buffer,
) {
    let lines = proposal.lines(buffer.area.width);
    let area = middle(buffer.area, Proposal::WIDEST, lines.len());
    let lines = lines.into_iter().skip(usize::from(proposal.at)).map(|line| {
        let spans =
            line.into_iter().map(|(text, role)| Span::styled(text, appearance.theme.style(role)));
        spans.collect::<Line<'_>>()
    });
    Clear.render(area, buffer);
    let yes = model.keymap.key(Mode::Exec, Action::Run);
    let keys = format!(" {yes} runs them · other keys run nothing ");
    let block = frame(" Run these? They only read. ", appearance)
        .title_bottom(appearance.words(&keys).into_owned());
    Paragraph::new(lines.collect::<Vec<_>>()).block(block).render(area, buffer);
}
