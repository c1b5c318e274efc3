//! The history of an object: a line for each version with what it changed below, and its events.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph, Widget, Wrap};

use crate::app::flows::timeline::{clock, items};
use crate::app::model::Model;
use crate::app::state::events::EventsState;
use crate::app::state::object_history::{ChangedField, Entry, ObjectHistory, What};
use crate::app::state::timeline::{Item, Timeline};
use crate::app::state::watch::Live;
use crate::keymap::{Action, Mode};
use crate::text::{columns, fit, one_line, padded, visible};
use crate::theme::Role;

use super::appearance::Appearance;
use super::help::frame;
use super::pane::keep_end;

/// The fields of an entry that are shown until it is unfolded.
const FIELDS: usize = 3;
/// The column at which fields begin.
const INDENT: usize = 10;
/// The most columns of a path.
const PATH: usize = 56;

/// Draws the history over the panes.
pub(super) fn draw(
    model: &Model,
    timeline: &Timeline,
    appearance: Appearance,
    area: Rect,
    buffer: &mut Buffer,
) {
    Clear.render(area, buffer);
    let Some(history) = model.histories.open() else { return };
    let theme = appearance.theme;
    let items = items(model, timeline);
    let width = usize::from(area.width.saturating_sub(2));
    let bottom = Line::styled(status(model, history), theme.style(Role::Dim)).right_aligned();
    let mut block = frame(title(model, history, width), appearance).title_bottom(bottom);
    let words = timeline.words.label(&model.keymap.key(Mode::History, Action::Search));
    if let Some(words) = &words {
        let words = fit(&format!(" {} ", visible(words)), width / 2).into_owned();
        block = block.title_bottom(Line::styled(words, theme.style(Role::Key)).left_aligned());
    }
    let inner = block.inner(area);
    block.render(area, buffer);
    if items.is_empty() {
        let text = match words {
            Some(_) => "No change or event matches".to_owned(),
            None => format!("No changes since {}", clock(history.since)),
        };
        let text = Paragraph::new(text).style(theme.style(Role::Dim));
        return text.wrap(Wrap { trim: true }).render(inner, buffer);
    }
    let selected = timeline.selected(&items);
    let lines: Vec<(usize, Line<'_>)> = items
        .iter()
        .enumerate()
        .flat_map(|(index, item)| {
            let lines = match item {
                Item::Entry { number, at } => {
                    let is_unfolded = timeline.is_unfolded(*number);
                    entry(history, *at, is_unfolded, usize::from(inner.width), appearance)
                }
                Item::Event { at, .. } => event(model, *at, usize::from(inner.width), appearance),
            };
            lines.into_iter().map(move |line| (index, line))
        })
        .collect();
    let height = usize::from(inner.height);
    let begin = lines.iter().position(|(index, _)| *index == selected).unwrap_or(0);
    let end = lines.iter().rposition(|(index, _)| *index == selected).unwrap_or(0) + 1;
    let first = end.saturating_sub(height).min(begin);
    for (y, (index, line)) in (inner.y..inner.bottom()).zip(lines.into_iter().skip(first)) {
        let place = Rect { y, height: 1, ..inner };
        line.render(place, buffer);
        if index == selected {
            buffer.set_style(place, theme.style(Role::Selection));
        }
    }
}

fn title(model: &Model, history: &ObjectHistory, width: usize) -> String {
    let name = format!("{}/{}", history.path.gvr.resource, history.path.name);
    let name = visible(&name).into_owned();
    let changes = counted(history.entries.iter().map(|entry| entry.merged).sum(), "change");
    let events = match &model.events.state {
        EventsState::Failed(_) => "events cannot be read".to_owned(),
        _ => counted(model.events.rows.len(), "event"),
    };
    let since = clock(history.since);
    let all = format!(" History of {name} · {changes}, {events} · since {since} ");
    if columns(&all) <= width {
        all
    } else {
        fit(&format!(" {name} · {changes} "), width).into_owned()
    }
}

/// Returns what is missing.
fn status(model: &Model, history: &ObjectHistory) -> String {
    let live = match model.live_document() {
        Live::NotLive(reason) => Some(format!("not followed: {}", visible(&one_line(reason)))),
        _ => None,
    };
    let cut = history.is_cut.then(|| "older changes were dropped".to_owned());
    let parts: Vec<String> = cut.into_iter().chain(live).collect();
    if parts.is_empty() { String::new() } else { format!(" {} ", parts.join(" · ")) }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Returns the lines of an entry.
fn entry(
    history: &ObjectHistory,
    at: usize,
    is_unfolded: bool,
    width: usize,
    appearance: Appearance,
) -> Vec<Line<'static>> {
    let theme = appearance.theme;
    let Some(entry) = history.entries.get(at) else { return Vec::new() };
    let unchanged = history
        .entries
        .iter()
        .skip(at + 1)
        .take_while(|it| it.what == What::Changed && it.total == 0);
    let unchanged = unchanged.count();
    let mut head =
        vec![Span::styled(format!("{}  ", clock(entry.received)), theme.style(Role::Dim))];
    let what = what(entry);
    if !what.is_empty() {
        head.push(Span::styled(format!("{what}  "), theme.style(Role::Warning)));
    }
    if entry.what != What::Deleted {
        let version = format!("v{}  ", visible(&entry.version));
        head.push(Span::styled(version, theme.style(Role::Number)));
        head.push(Span::styled(visible(&entry.managers).into_owned(), theme.style(Role::Text)));
    }
    let mut notes = Vec::new();
    notes.extend(entry.generation.map(|generation| format!("gen {generation}")));
    if entry.merged > 1 {
        notes.push(format!("{} changes, the values between are not kept", entry.merged));
    }
    if unchanged > 0 {
        notes.push(format!("+{unchanged} without a change"));
    }
    if !notes.is_empty() {
        head.push(Span::styled(format!("  {}", notes.join(" · ")), theme.style(Role::Dim)));
    }
    let mut lines = vec![Line::from(head)];
    let shown = if is_unfolded { entry.fields.len() } else { FIELDS };
    let room = width.saturating_sub(INDENT);
    let paths = entry.fields.iter().take(shown).map(|field| columns(&visible(&field.path)));
    let path_width = paths.max().unwrap_or(0).min(PATH).min(room / 2);
    for field in entry.fields.iter().take(shown) {
        lines.push(line(field, path_width, room, appearance));
    }
    let more = entry.total.saturating_sub(shown.min(entry.fields.len()));
    if more > 0 {
        let text = format!("{}and {more} more", " ".repeat(INDENT));
        lines.push(Line::styled(text, theme.style(Role::Dim)));
    }
    lines
}

/// Returns what an entry stands for, unless the object just changed.
fn what(entry: &Entry) -> String {
    match entry.what {
        What::Changed => String::new(),
        What::Deleted => "deleted".to_owned(),
        What::CreatedAgain => "created again".to_owned(),
        What::NotSeen(from) => {
            format!("not seen from {} to {}", clock(from), clock(entry.received))
        }
    }
}

fn line(
    field: &ChangedField,
    path_width: usize,
    room: usize,
    appearance: Appearance,
) -> Line<'static> {
    let theme = appearance.theme;
    let clean = |text: &str| visible(&one_line(text)).into_owned();
    let path = padded(&keep_end(&clean(&field.path), path_width), path_width);
    let rest = room.saturating_sub(path_width + 2 + 3);
    let (before, after) = (clean(&field.before), clean(&field.after));
    let half = rest.saturating_sub(columns(&after)).max(rest / 2);
    let before = fit(&before, half).into_owned();
    let after = fit(&after, rest.saturating_sub(columns(&before))).into_owned();
    Line::from(vec![
        Span::raw(" ".repeat(INDENT)),
        Span::styled(format!("{path}  "), theme.style(Role::MapKey)),
        Span::styled(before, theme.style(Role::Error)),
        Span::styled(" → ", theme.style(Role::Dim)),
        Span::styled(after, theme.style(Role::Good)),
    ])
}

/// Returns the line of an event.
fn event(model: &Model, at: usize, width: usize, appearance: Appearance) -> Vec<Line<'static>> {
    let theme = appearance.theme;
    let Some(row) = model.events.rows.get(at) else { return Vec::new() };
    let time = row.last.map_or_else(|| "        ".to_owned(), clock);
    let role = if row.is_warning { Role::Warning } else { Role::Text };
    let count = if row.count > 1 { format!(" ×{}", row.count) } else { String::new() };
    let room = width.saturating_sub(INDENT + columns(&count));
    let text = format!("{}: {}", row.reason, row.message);
    let text = fit(&visible(&one_line(&text)), room).into_owned();
    vec![Line::from(vec![
        Span::styled(format!("{time}  "), theme.style(Role::Dim)),
        Span::styled(text, theme.style(role)),
        Span::styled(count, theme.style(Role::Number)),
    ])]
}
