//! The question before anything is run in a pod's containers: each of them, and each command.

use ratatui::buffer::Buffer;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph, Widget, Wrap};

use crate::app::container_view::Proposal;
use crate::app::model::Model;
use crate::downward::plan::Planned;
use crate::keymap::{Action, Mode};
use crate::text::visible;
use crate::theme::{Role, Theme};

use super::Look;
use super::help::{frame, middle};

/// Draws the question over the panes.
pub(super) fn draw(model: &Model, proposal: &Proposal, look: Look, buffer: &mut Buffer) {
    let plan = &proposal.plan;
    let theme = look.theme;
    let namespace = plan.pod.namespace.as_ref().map(|name| format!("{name}/")).unwrap_or_default();
    let pod = format!("pod {namespace}{}", plan.pod.name);
    let mut lines = vec![Line::styled(visible(&pod).into_owned(), theme.style(Role::Title))];
    lines.extend(plan.containers.iter().flat_map(|container| of_container(container, theme)));
    let area = middle(buffer.area, 76, lines.len());
    Clear.render(area, buffer);
    let footer = model.keymap.footer(Mode::Exec, |action| action == Action::Run);
    let yes = footer.first().map_or("", |(key, _)| key.as_str());
    let keys = format!(" {yes} runs them · any other key runs nothing ");
    let block = frame(" Run these in the pod's containers? They only read. ", look)
        .title_bottom(look.words(&keys).into_owned());
    Paragraph::new(lines)
        .block(block)
        .wrap(Wrap { trim: false })
        .scroll((proposal.at, 0))
        .render(area, buffer);
}

/// The container, and what would be run in it, or why nothing is.
fn of_container(container: &Planned, theme: Theme) -> Vec<Line<'static>> {
    let mut heading = vec![Span::styled(
        format!("container {}", visible(&container.name)),
        theme.style(Role::Key),
    )];
    let mut commands = Vec::new();
    match &container.reads {
        Err(why) => heading
            .push(Span::styled(format!("  nothing: {}", visible(why)), theme.style(Role::Dim))),
        Ok(reads) => commands.extend(reads.cats().map(|cat| {
            Line::styled(format!("  {}", visible(&cat.to_string())), theme.style(Role::Text))
        })),
    }
    std::iter::once(Line::from(heading)).chain(commands).collect()
}
