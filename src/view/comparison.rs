//! The comparison of two objects: their differences by path, and what is left out.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph, Widget, Wrap};

use crate::app::model::Model;
use crate::app::state::comparison::{Comparison, ComparisonLine, ComparisonState, LineContent};
use crate::keymap::{Action, Mode};
use crate::object::diff::LineChange;
use crate::text::{columns, fit, one_line, padded, visible};
use crate::theme::Role;

use super::appearance::Appearance;
use super::help::frame;

/// The columns between two cells.
const GAP: usize = 2;
/// The indentation of a field below its heading.
const INDENT: usize = 3;

/// Draws the comparison over the panes.
pub(super) fn draw(model: &Model, appearance: Appearance, area: Rect, buffer: &mut Buffer) {
    Clear.render(area, buffer);
    let Some(comparison) = &model.comparison else { return };
    let theme = appearance.theme;
    let width = usize::from(area.width.saturating_sub(2));
    let bottom = Line::styled(status(model, comparison, width), theme.style(Role::Dim));
    let block = frame(title(comparison, width), appearance).title_bottom(bottom.right_aligned());
    let inner = block.inner(area);
    block.render(area, buffer);
    let sentence = match &comparison.state {
        ComparisonState::Computing(_) => Some(("Comparing…".to_owned(), Role::Dim)),
        ComparisonState::Failed(failure) => Some((failure.to_string(), Role::Error)),
        ComparisonState::Ready(found) if comparison.selected().is_none() => {
            let left_out = found.left_out().count();
            let key = model.keymap.key(Mode::Comparison, Action::LeftOut);
            let text = match left_out {
                0 => "The same".to_owned(),
                count => format!("The same; {count} left out, {key} shows them"),
            };
            Some((text, Role::Good))
        }
        ComparisonState::Ready(_) => None,
    };
    let notes = comparison.found().map(|found| found.notes.as_slice()).unwrap_or_default();
    let inner = super::pane::above(notes.iter().cloned(), appearance, inner, buffer);
    if let Some((text, role)) = sentence {
        let text = Paragraph::new(visible(&text).into_owned()).style(theme.style(role));
        text.wrap(Wrap { trim: true }).render(inner, buffer);
        return;
    }
    let lines = comparison.lines(usize::from(inner.width));
    let selected = comparison.selected();
    let is_selected = |line: &ComparisonLine| line.row.is_some() && line.row == selected;
    let height = usize::from(inner.height);
    let begin = lines.iter().position(is_selected).unwrap_or(0);
    let end = lines.iter().rposition(is_selected).unwrap_or(begin) + 1;
    // The heading above the selected row stays in view.
    let first = end.saturating_sub(height).min(begin.saturating_sub(1));
    let names = lines.iter().filter_map(|line| match &line.content {
        LineContent::Fields { name, .. } => Some(columns(&visible(name))),
        _ => None,
    });
    let name_width = names.max().unwrap_or(0).min(usize::from(inner.width) / 3);
    for (y, line) in (inner.y..inner.bottom()).zip(lines.iter().skip(first)) {
        let place = Rect { y, height: 1, ..inner };
        draw_line(line, name_width, appearance, place, buffer);
        if is_selected(line) {
            buffer.set_style(place, theme.style(Role::Selection));
        }
    }
}

fn draw_line(
    line: &ComparisonLine,
    name_width: usize,
    appearance: Appearance,
    place: Rect,
    buffer: &mut Buffer,
) {
    let theme = appearance.theme;
    let width = usize::from(place.width);
    let role = |role: Role| theme.style(if line.is_left_out { Role::Dim } else { role });
    let clean = |text: &str| visible(&one_line(text)).into_owned();
    let spans = match &line.content {
        LineContent::Heading(path) => {
            vec![Span::styled(super::pane::keep_end(&clean(path), width), theme.style(Role::Title))]
        }
        LineContent::Name(name) => {
            let text = format!("{}{}", " ".repeat(INDENT), clean(name));
            vec![Span::styled(fit(&text, width).into_owned(), role(Role::Text))]
        }
        LineContent::Fields { name, left, right } => {
            let rest = width.saturating_sub(INDENT + name_width + 2 * GAP);
            let half = rest / 2;
            let cell = |text: &str, width: usize| padded(&fit(&clean(text), width), width + GAP);
            vec![
                Span::raw(" ".repeat(INDENT)),
                Span::styled(cell(name, name_width), role(Role::Text)),
                Span::styled(cell(left, half), role(Role::Error)),
                Span::styled(fit(&clean(right), rest - half).into_owned(), role(Role::Good)),
            ]
        }
        LineContent::Part(change, text) => {
            let (sign, colour) = match change {
                LineChange::Same => (' ', Role::Dim),
                LineChange::Removed => ('-', Role::Error),
                LineChange::Added => ('+', Role::Good),
            };
            let text = format!("{}{sign} {}", " ".repeat(INDENT + 2), clean(text));
            vec![Span::styled(fit(&text, width).into_owned(), role(colour))]
        }
    };
    Line::from(spans).render(place, buffer);
}

/// Returns both sides; without their versions, or cut, where there is no room for all.
fn title(comparison: &Comparison, width: usize) -> String {
    let sides = [&comparison.sides.left, &comparison.sides.right];
    let whole = sides.map(|side| match side.version.as_str() {
        "" => visible(&side.name).into_owned(),
        version => format!("{} v{}", visible(&side.name), visible(version)),
    });
    let bare = sides.map(|side| visible(&side.name).into_owned());
    let object = sides.map(|side| visible(&side.path.name).into_owned());
    let title = |[left, right]: &[String; 2]| format!(" {left}  ⇄  {right} ");
    let mut all = vec![title(&whole), title(&bare), title(&object)];
    if comparison.sides.of_containers {
        all.insert(0, format!(" what the containers see: {} ", title(&bare).trim()));
    }
    let fits = all.iter().find(|title| columns(title) <= width);
    fits.or(all.last()).map(|title| fit(title, width).into_owned()).unwrap_or_default()
}

/// Returns how many values differ and what is left out.
fn status(model: &Model, comparison: &Comparison, width: usize) -> String {
    let Some(found) = comparison.found() else { return String::new() };
    let differ = format!("{} differ", found.differences().count());
    let Some(left_out) = found.left_out_text() else { return format!(" {differ} ") };
    let key = model.keymap.key(Mode::Comparison, Action::LeftOut);
    let shown = if comparison.shows_left_out { "hides" } else { "shows" };
    let total = found.left_out().count();
    let all = [
        format!(" {differ} · left out {left_out} · {key} {shown} them "),
        format!(" {differ} · left out {left_out} "),
        format!(" {differ} · left out {total} "),
    ];
    all.iter().find(|text| columns(text) <= width).cloned().unwrap_or_default()
}
