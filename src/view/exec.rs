//! The question before anything is run in a pod's containers: each of them, and each command.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph, Widget, Wrap};

use crate::app::container_view::Proposal;
use crate::downward::plan::Planned;
use crate::text::visible;
use crate::theme::{Role, Theme};

use super::Look;
use super::help::frame;

/// Draws the question over the panes.
pub(super) fn draw(proposal: &Proposal, look: Look, buffer: &mut Buffer) {
    let plan = &proposal.plan;
    let theme = look.theme;
    let namespace = plan.pod.namespace.as_ref().map(|name| format!("{name}/")).unwrap_or_default();
    let pod = format!("pod {namespace}{}", plan.pod.name);
    let mut lines = vec![Line::styled(visible(&pod).into_owned(), theme.style(Role::Title))];
    lines.extend(plan.containers.iter().flat_map(|container| of_container(container, theme)));
    let screen = buffer.area;
    let width = 76.min(screen.width);
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX).min(screen.height);
    let x = (screen.width - width) / 2;
    let area = Rect { x, y: (screen.height - height) / 2, width, height };
    Clear.render(area, buffer);
    let block = frame(" Run these in the pod's containers? They only read. ", look)
        .title_bottom(" y runs them · j k scroll · any other key runs nothing ");
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
