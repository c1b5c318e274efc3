//! The container view: containers as tabs, the environment, the files, and details of the selected row.

mod row;

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget, Wrap};

use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::state::containers::{Containers, Item, OpenFile, ViewRow};
use crate::app::state::links::RowSource;
use crate::downward::Origin;
use crate::downward::compare::Verdict;
use crate::keymap::{Action, Mode};
use crate::text::{format_bytes, visible, wrapped};
use crate::theme::{Role, Theme};

use super::appearance::Appearance;
use super::cut::cut;

/// Why a value is inside that the pod does not define, if nothing else is known.
const NOT_DEFINED: &str = "not defined by the pod; set by the image or the runtime";

/// Draws the pane.
pub(super) fn draw(model: &Model, appearance: Appearance, area: Rect, buffer: &mut Buffer) {
    let containers = &model.containers;
    match &containers.view {
        None => sentence(
            "Select a pod or a workload to see what its containers see",
            appearance,
            area,
            buffer,
        ),
        Some(Err(reason)) => sentence(reason, appearance, area, buffer),
        Some(Ok(_)) if containers.file.is_some() => file(model, appearance, area, buffer),
        Some(Ok(_)) => rows(model, appearance, area, buffer),
    }
}

fn sentence(text: &str, appearance: Appearance, area: Rect, buffer: &mut Buffer) {
    Paragraph::new(visible(text).into_owned())
        .style(appearance.theme.style(Role::Dim))
        .wrap(Wrap { trim: true })
        .render(area, buffer);
}

fn rows(model: &Model, appearance: Appearance, area: Rect, buffer: &mut Buffer) {
    let containers = &model.containers;
    let details = if area.height >= 12 { 6 } else { area.height / 3 };
    let [tabs, list, details] = area.layout(&Layout::vertical([
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(details),
    ]));
    draw_tabs(containers, appearance, tabs, buffer);
    let items = containers.items();
    let (width, height) = (usize::from(list.width), usize::from(list.height));
    let lines = on_lines(&items, width, appearance.theme);
    let selected = lines.iter().position(|(at, _)| *at == containers.cursor).unwrap_or(0);
    let first = first_line_in_view(selected, lines.len(), height);
    let in_view = lines.iter().skip(first).take(height).filter_map(|(at, _)| match &items[*at] {
        Item::Row(row) => Some(*row),
        _ => None,
    });
    let widths = row::Widths::of(containers, in_view, width);
    for ((at, text), place) in lines.into_iter().skip(first).zip(list.rows()) {
        match (text, &items[at]) {
            (None, Item::Row(row)) => row::line(containers, *row, widths, appearance),
            (text, _) => text.unwrap_or_default(),
        }
        .render(place, buffer);
        if at == containers.cursor && matches!(items[at], Item::Row(_)) {
            let focused = model.focus == Pane::Container;
            let role = if focused { Role::Selection } else { Role::SelectionElsewhere };
            buffer.set_style(place, appearance.theme.style(role));
        }
    }
    draw_details(model, appearance, details, buffer);
}

/// Returns the lines of all items, each with the index of its item. A row takes one line, the text of
/// which is `None`: it is only made if it is in view.
fn on_lines(items: &[Item], width: usize, theme: Theme) -> Vec<(usize, Option<Line<'static>>)> {
    let mut lines = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let (text, role) = match item {
            Item::Note(text) => (visible(text).into_owned(), Role::Dim),
            Item::Refused(text) => (format!("✗ {}", visible(text)), Role::Error),
            Item::Heading(text, about) => {
                let heading = Span::styled(visible(text).into_owned(), theme.style(Role::Title));
                let about = Span::styled(format!("  {}", visible(about)), theme.style(Role::Dim));
                lines.push((at, Some(cut(vec![heading, about], width))));
                continue;
            }
            Item::Row(_) => {
                lines.push((at, None));
                continue;
            }
        };
        for line in wrapped(&[(text, role)], width, 2) {
            let spans = line.into_iter().map(|(text, role)| Span::styled(text, theme.style(role)));
            lines.push((at, Some(spans.collect())));
        }
    }
    lines
}

/// Returns the first line in view: the selected one is in the middle, if there is room.
fn first_line_in_view(cursor: usize, count: usize, height: usize) -> usize {
    cursor.saturating_sub(height / 2).min(count.saturating_sub(height))
}

fn draw_tabs(containers: &Containers, appearance: Appearance, area: Rect, buffer: &mut Buffer) {
    let mut spans = Vec::new();
    for (at, name) in containers.tabs().iter().enumerate().skip(containers.tab.saturating_sub(2)) {
        let name = visible(name);
        if at == containers.tab {
            let text = if appearance.ascii { format!("[{name}]") } else { format!("‹{name}›") };
            spans.push(Span::styled(text, appearance.theme.style(Role::Key)));
        } else {
            spans.push(Span::styled(format!(" {name} "), appearance.theme.style(Role::Dim)));
        }
    }
    Line::from(spans).render(area, buffer);
}

/// Draws the details of the selected row: its explanation, and where it is declared.
fn draw_details(model: &Model, appearance: Appearance, area: Rect, buffer: &mut Buffer) {
    let containers = &model.containers;
    if area.height < 2 {
        return;
    }
    let Some(row) = containers.selected() else { return };
    let theme = appearance.theme;
    let spans = match (row, containers.origin(row)) {
        (ViewRow::Limit(at), _) => row::limit(containers, at, usize::MAX, theme),
        (ViewRow::Found(_), _) => found_details(containers, row, theme),
        (_, Some(origin)) => details(containers, row, origin, theme),
        (_, None) => return,
    };
    let mut lines = vec![Line::from(spans)];
    if let Some(source) = RowSource::of(containers, row) {
        let key = model.keymap.key(Mode::Container, Action::Open);
        let reads = if containers.is_file(row) {
            format!("{key} reads it, {key} again goes to")
        } else {
            key
        };
        let text = format!("{} {}", appearance.words(&reads), visible(&source.to_string()));
        lines.push(Line::styled(text, theme.style(Role::Key)));
    }
    let rule = if appearance.ascii { "-" } else { "─" }.repeat(usize::from(area.width));
    buffer.set_string(area.x, area.y, rule, theme.style(Role::Border));
    let below = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    Paragraph::new(lines).wrap(Wrap { trim: true }).render(below, buffer);
}

/// Returns the details of a value that the pod does not define.
fn found_details(containers: &Containers, row: ViewRow, theme: Theme) -> Vec<Span<'static>> {
    let Some(compared) = containers.compared(row) else { return Vec::new() };
    let why = compared.why.as_deref().unwrap_or(NOT_DEFINED);
    let actual = compared.actual.as_ref().map(|actual| containers.text(actual));
    let actual = actual.map(|text| format!(" · inside: {}", visible(&text))).unwrap_or_default();
    vec![
        Span::styled(visible(why).into_owned(), theme.style(Role::Text)),
        Span::styled(actual, theme.style(Role::Warning)),
    ]
}

/// Returns the details of a row with a value.
fn details(
    containers: &Containers,
    row: ViewRow,
    origin: &Origin,
    theme: Theme,
) -> Vec<Span<'static>> {
    let mut spans =
        vec![Span::styled(visible(&origin.explanation).into_owned(), theme.style(Role::Text))];
    if let Some(note) = origin.note.as_ref().filter(|note| **note != origin.explanation) {
        let role = if origin.may_be_old { Role::Warning } else { Role::Dim };
        spans.push(Span::styled(format!(" · {}", visible(note)), theme.style(role)));
    }
    if let Some(other) = containers.volume_text(row) {
        let text = format!(" · in a volume: {}", visible(&other));
        spans.push(Span::styled(text, theme.style(Role::Warning)));
    }
    if let Some(mode) = containers.mode(row) {
        spans.push(Span::styled(format!(" · mode {mode:04o}"), theme.style(Role::Dim)));
    }
    if !matches!(row, ViewRow::Entry(_)) {
        let text =
            if origin.live { " · follows changes" } else { " · frozen at the container's start" };
        spans.push(Span::styled(text, theme.style(Role::Dim)));
    }
    if let Some(compared) = containers.compared(row).filter(|c| c.verdict != Verdict::Equal) {
        let actual = compared.actual.as_ref().map(|actual| containers.text(actual));
        let actual = actual.map(|text| format!(" · inside: {}", visible(&text)));
        let why = compared.why.as_ref().map(|why| format!(" · {}", visible(why)));
        let text = [actual, why].into_iter().flatten().collect::<String>();
        spans.push(Span::styled(text, theme.style(Role::Warning)));
    }
    if let Some(why) = containers.exec_failure() {
        let text = format!(" · not compared: {}", visible(why));
        spans.push(Span::styled(text, theme.style(Role::Warning)));
    }
    spans
}

/// Draws the content of a file.
fn file(model: &Model, appearance: Appearance, area: Rect, buffer: &mut Buffer) {
    let containers = &model.containers;
    let Some(OpenFile { row, line }) = containers.file else { return };
    let theme = appearance.theme;
    let name = containers.name(row);
    let name = visible(&name);
    let Some(content) = containers.content(row) else {
        let origin = containers.origin(row);
        let why = origin.map(|origin| visible(&origin.explanation)).unwrap_or_default();
        sentence(&format!("{name} cannot be shown: {why}"), appearance, area, buffer);
        return;
    };
    let key = model.keymap.key(Mode::Anywhere, Action::Escape);
    let title = format!(
        "{name}  {} · {} closes",
        format_bytes(content.bytes.len()),
        appearance.words(&key)
    );
    let mut lines = vec![Line::styled(title, theme.style(Role::Title))];
    let text = containers.text(content);
    let shown = text.split('\n').skip(line);
    lines.extend(shown.map(|line| Line::raw(visible(line).into_owned())));
    Paragraph::new(lines).wrap(Wrap { trim: false }).render(area, buffer);
}
