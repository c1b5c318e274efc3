//! One row of the container's view: its name, its value, and its source where there is room.

use ratatui::text::{Line, Span};

use crate::app::state::containers::{Containers, ViewRow};
use crate::downward::compare::Verdict;
use crate::downward::{Origin, State};
use crate::text::{columns, fit, fit_middle, visible};
use crate::theme::{Role, Theme};
use crate::view::appearance::Appearance;

use super::NOT_DEFINED;

/// The columns before a name, and between a name, a value and a source.
const MARGIN: usize = 1;
const GAP: usize = 2;

/// The narrowest source that is cut. A source without that much room is left out.
const MIN_SOURCE: usize = 12;

/// The widths of a row, in columns.
#[derive(Clone, Copy)]
pub(super) struct Widths {
    /// The whole row.
    row: usize,
    /// The names.
    name: usize,
}

impl Widths {
    /// Chooses the widths for the rows in view: the values get at least half of the width if they need it,
    /// then the names.
    pub(super) fn of(
        containers: &Containers,
        rows: impl Iterator<Item = ViewRow>,
        width: usize,
    ) -> Self {
        let widths = rows.filter(|row| *row != ViewRow::Services).map(|row| {
            let text = containers.content(row).map(|content| first_line(&containers.text(content)));
            let value = text.map_or(0, |text| columns(&text));
            (columns(&visible(&containers.name(row))), value)
        });
        let (name, value) =
            widths.fold((0, 0), |widest, row| (widest.0.max(row.0), widest.1.max(row.1)));
        let room = width.saturating_sub(MARGIN + GAP);
        let value = value.min((room / 2).max(room.saturating_sub(name)));
        Self { row: width, name: name.min(room.saturating_sub(value)) }
    }
}

/// Returns a row: `NAME  value  source`. The value is cut only if the row has no room for it, and the source
/// is left out before.
pub(super) fn line(
    containers: &Containers,
    row: ViewRow,
    widths: Widths,
    appearance: Appearance,
) -> Line<'static> {
    let theme = appearance.theme;
    if row == ViewRow::Services {
        let (open, closed) = if appearance.ascii { ("v", ">") } else { ("▾", "▸") };
        let arrow = if containers.shows_services { open } else { closed };
        let text = format!("{arrow}{}", containers.name(row));
        return Line::styled(fit(&text, widths.row).into_owned(), theme.style(Role::Dim));
    }
    let name = fit_middle(&visible(&containers.name(row)), widths.name).into_owned();
    let fill = " ".repeat(widths.name.saturating_sub(columns(&name)) + GAP);
    let mut spans = vec![Span::raw(format!("{}{name}{fill}", " ".repeat(MARGIN)))];
    let room = widths.row.saturating_sub(spans[0].width());
    match (row, containers.origin(row)) {
        (ViewRow::Limit(at), _) => spans.extend(limit(containers, at, room, theme)),
        (ViewRow::Found(_), _) => spans.extend(found(containers, row, room, theme)),
        (_, Some(origin)) => spans.extend(predicted(containers, row, origin, room, theme)),
        (_, None) => {}
    }
    Line::from(spans)
}

/// Returns a predicted value, how it compares, and its source.
fn predicted(
    containers: &Containers,
    row: ViewRow,
    origin: &Origin,
    room: usize,
    theme: Theme,
) -> Vec<Span<'static>> {
    let (remark, role) = remark(containers, row, origin);
    let mut value = value(containers, row, origin, theme);
    value.content = fit(&value.content, room.saturating_sub(columns(remark))).into_owned().into();
    let mode = containers.mode(row).map(|mode| format!("{mode:04o}  ")).unwrap_or_default();
    let from = format!("{mode}{}", visible(&containers.from(row)));
    let spans = vec![value, Span::styled(remark, theme.style(role))];
    with_source(spans, &from, room, theme)
}

/// Adds a source at the right end of a row, if there is room.
fn with_source(
    mut spans: Vec<Span<'static>>,
    source: &str,
    room: usize,
    theme: Theme,
) -> Vec<Span<'static>> {
    let taken: usize = spans.iter().map(Span::width).sum();
    let left = room.saturating_sub(taken + GAP);
    if left >= columns(source).min(MIN_SOURCE) {
        let source = fit(source, left);
        let fill = " ".repeat(GAP + left - columns(&source));
        spans.push(Span::styled(format!("{fill}{source}"), theme.style(Role::Dim)));
    }
    spans
}

/// Returns a limit and how it compares: `limit 50M → file 50000000 → enforced 49999872, whole pages`.
pub(super) fn limit(
    containers: &Containers,
    at: usize,
    room: usize,
    theme: Theme,
) -> Vec<Span<'static>> {
    let limits = containers.limits();
    let Some(limit) = limits.get(at) else { return Vec::new() };
    let (word, role) =
        if limit.resource == "cpus" { ("", Role::Dim) } else { comparison(limit.verdict) };
    let text = fit(&visible(&limit.to_string()), room.saturating_sub(columns(word))).into_owned();
    vec![Span::styled(text, theme.style(Role::Text)), Span::styled(word, theme.style(role))]
}

/// Returns a value that the pod does not define, and why it is set, if there is room.
fn found(containers: &Containers, row: ViewRow, room: usize, theme: Theme) -> Vec<Span<'static>> {
    let Some(compared) = containers.compared(row) else { return Vec::new() };
    let text = compared.actual.as_ref().map(|actual| first_line(&containers.text(actual)));
    let text = visible(&text.unwrap_or_default()).into_owned();
    let is_secret = compared.actual.as_ref().is_some_and(|actual| !actual.secret.is_empty());
    let role = if is_secret && !containers.unmasked { Role::Masked } else { Role::String };
    let value = Span::styled(fit(&text, room).into_owned(), theme.style(role));
    with_source(vec![value], &visible(compared.why.as_deref().unwrap_or(NOT_DEFINED)), room, theme)
}

/// Returns how an expected value compares with the one inside the container.
fn comparison(verdict: Verdict) -> (&'static str, Role) {
    match verdict {
        Verdict::Equal => ("  = inside", Role::Good),
        Verdict::Different => ("  ≠ inside", Role::Error),
        Verdict::OnlyPredicted => ("  not inside", Role::Error),
        Verdict::OnlyActual => ("  only inside", Role::Warning),
        Verdict::Unreadable => ("  unreadable", Role::Warning),
    }
}

/// Returns how a value compares with the one inside the container, or that it may be old.
fn remark(containers: &Containers, row: ViewRow, origin: &Origin) -> (&'static str, Role) {
    match containers.compared(row) {
        Some(compared) => comparison(compared.verdict),
        None if origin.kept => ("  source changed", Role::Warning),
        None if origin.may_be_old => ("  may be old", Role::Warning),
        None => ("", Role::Dim),
    }
}

fn value(containers: &Containers, row: ViewRow, origin: &Origin, theme: Theme) -> Span<'static> {
    let (text, role) = match (containers.content(row), origin.state) {
        (Some(content), _) => {
            let masked = origin.secret && !containers.unmasked;
            let text = containers.text(content);
            let text = match row {
                ViewRow::File(..) | ViewRow::Process(..) => first_line(&text),
                _ => text,
            };
            let role = if masked { Role::Masked } else { Role::String };
            (if text.is_empty() { "\"\"".to_owned() } else { text }, role)
        }
        (None, State::Pending) => (containers.pending().to_owned(), Role::Warning),
        (None, State::Skipped) => ("not set".to_owned(), Role::Dim),
        (None, _) => ("unknown".to_owned(), Role::Warning),
    };
    Span::styled(visible(&text).into_owned(), theme.style(role))
}

/// Returns the first line of a file, with `…` if there are more.
fn first_line(text: &str) -> String {
    match text.split_once('\n') {
        Some((first, _)) => format!("{first} …"),
        None => text.to_owned(),
    }
}
