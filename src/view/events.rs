//! The list of events: a line for each, and below it the whole message of the selected one.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph, Widget, Wrap};

use crate::app::model::Model;
use crate::app::state::events::EventsState;
use crate::app::state::watch::Live;
use crate::k8s::age::human_duration;
use crate::object::events::EventRow;
use crate::text::{columns, fit, grouped, one_line, padded, visible, visible_within, wrapped};
use crate::theme::Role;

use super::appearance::Appearance;
use super::help::frame;
use super::waiting;

/// The columns between two cells.
const GAP: usize = 2;
/// The lines of the whole message of the selected event.
const DETAIL: u16 = 4;
/// The widest reason, and the widest object.
const WIDEST: [usize; 2] = [24, 32];

/// Draws the list over the panes.
pub(super) fn draw(model: &Model, appearance: Appearance, area: Rect, buffer: &mut Buffer) {
    Clear.render(area, buffer);
    let block = frame(title(model, appearance), appearance);
    let inner = block.inner(area);
    block.render(area, buffer);
    let events = &model.events;
    let theme = appearance.theme;
    let empty = match &events.state {
        EventsState::Failed(failure) => Some((failure.to_string(), Role::Error)),
        EventsState::Ready if events.rows.is_empty() => {
            Some(("No events. The server keeps them for an hour by default".to_owned(), Role::Dim))
        }
        EventsState::Loading(ticket) if events.rows.is_empty() => {
            Some((waiting::requested(model, *ticket), Role::Dim))
        }
        _ if events.rows.is_empty() => Some((waiting::REQUESTED.to_owned(), Role::Dim)),
        _ => None,
    };
    if let Some((text, role)) = empty {
        let text = Paragraph::new(visible(&text).into_owned()).style(theme.style(role));
        text.wrap(Wrap { trim: true }).render(inner, buffer);
        return;
    }
    let [heading, list, rule, below] = inner.layout(&Layout::vertical([
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(1),
        Constraint::Length(DETAIL.min(inner.height / 3)),
    ]));
    let width = usize::from(inner.width);
    let sizes = Sizes::of(model, width);
    Line::styled(sizes.heading(), theme.style(Role::Dim)).render(heading, buffer);
    let at = events.selected();
    let first = (at + 1).saturating_sub(usize::from(list.height));
    for (y, (index, row)) in (list.y..list.bottom()).zip(events.rows.iter().enumerate().skip(first))
    {
        let place = Rect { y, height: 1, ..list };
        let line = sizes.line(model, row, width, appearance);
        let style = theme.style(Role::Selection);
        let line = if index == at { line.patch_style(style) } else { line };
        line.render(place, buffer);
        if index == at {
            buffer.set_style(place, style);
        }
    }
    Line::styled("─".repeat(width), theme.style(Role::Border)).render(rule, buffer);
    if let Some(row) = events.rows.get(at) {
        let text = format!("{}: {}", visible(&row.reason), visible(&one_line(&row.message)));
        let lines = wrapped(&[(text, ())], width, 2).into_iter();
        let lines = lines.map(|line| line.into_iter().map(|(text, ())| text).collect::<String>());
        Paragraph::new(lines.map(Line::from).collect::<Vec<_>>()).render(below, buffer);
    }
}

fn title(model: &Model, appearance: Appearance) -> String {
    let events = &model.events;
    let kept = grouped(events.rows.len() as u64);
    let number = if events.rows.len() < events.total {
        format!("{kept} newest of {}", grouped(events.total as u64))
    } else {
        kept
    };
    let live = model.live_events();
    let live = match waiting::live(model, appearance, live, false) {
        Some((text, _)) if matches!(live, Live::Watching(_)) => format!(" {text} live"),
        Some((text, _)) => format!(" · {text}"),
        None => String::new(),
    };
    format!(" Events of {} · {number}{live} ", visible(&events.of))
}

/// The widths of the columns.
struct Sizes {
    reason: usize,
    /// 0 if the object is the same for all.
    object: usize,
}

impl Sizes {
    fn of(model: &Model, width: usize) -> Self {
        let widest = |text: &dyn Fn(&EventRow) -> String, most: usize| {
            let widths = model.events.rows.iter().map(|row| columns(&text(row)));
            widths.max().unwrap_or(0).min(most)
        };
        // The message needs most of the line.
        let [reason, most] = WIDEST.map(|most| most.min(width / 4));
        Self {
            reason: widest(&|row| visible(&row.reason).into_owned(), reason).max(6),
            object: widest(&|row| object(model, row), most),
        }
    }

    fn heading(&self) -> String {
        let object = if self.object > 0 { cell("OBJECT", self.object) } else { String::new() };
        format!("  {:>6} {:>5}  {}{object}MESSAGE", "LAST", "COUNT", cell("REASON", self.reason))
    }

    fn line(
        &self,
        model: &Model,
        row: &EventRow,
        width: usize,
        appearance: Appearance,
    ) -> Line<'static> {
        let theme = appearance.theme;
        let age = row.last.map(|last| (model.now.as_second() - last.as_second()).max(0));
        let last = age.map_or_else(|| "-".to_owned(), human_duration);
        let role = if row.is_warning { Role::Warning } else { Role::Text };
        let mark = if row.is_warning { '!' } else { ' ' };
        let before = format!("{mark} {last:>6} {:>5}  ", row.count);
        let reason = cell(&visible(&row.reason), self.reason);
        let of =
            if self.object > 0 { cell(&object(model, row), self.object) } else { String::new() };
        let room = width.saturating_sub(columns(&before) + columns(&reason) + columns(&of));
        Line::from(vec![
            Span::styled(before, theme.style(role)),
            Span::styled(reason, theme.style(role)),
            Span::styled(of, theme.style(Role::Dim)),
            Span::styled(
                visible_within(&one_line(&row.message), room).into_owned(),
                theme.style(Role::Text),
            ),
        ])
    }
}

/// Returns the object of an event: `po/audit ‹audit›`; of the events of one object only its container.
fn object(model: &Model, row: &EventRow) -> String {
    let container = row.container.as_ref().map(|name| format!("‹{name}›"));
    if model.events.is_of_one {
        return visible(&container.unwrap_or_default()).into_owned();
    }
    let kind = model.discovery.short_kind(&row.kind);
    let container = container.map(|name| format!(" {name}")).unwrap_or_default();
    visible(&format!("{kind}/{}{container}", row.name)).into_owned()
}

/// Returns a cell with the gap after it, cut to its width.
fn cell(text: &str, width: usize) -> String {
    padded(&fit(text, width), width + GAP)
}
