//! The trace: a line for each HTTP exchange, or the headers of one.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph, Widget, Wrap};

use crate::app::model::Model;
use crate::app::state::trace::{TraceCursor, Traced, accept, detail_lines, selected_row};
use crate::k8s::request::Request;
use crate::text::{columns, format_bytes, grouped, visible, visible_within};
use crate::theme::{Role, Theme};

use super::appearance::Appearance;
use super::help::frame;
use super::pane::keep_end;

/// Draws the trace over the panes.
pub(super) fn draw(
    model: &Model,
    cursor: TraceCursor,
    appearance: Appearance,
    area: Rect,
    buffer: &mut Buffer,
) {
    Clear.render(area, buffer);
    let rows = model.trace.rows();
    let at = selected_row(&rows, cursor);
    let block = frame(title(model, &rows), appearance);
    if let (Some(line), Some(traced)) = (cursor.headers, rows.get(at)) {
        let text: Vec<Line> =
            detail_lines(traced).into_iter().map(|it| detail(&it, appearance.theme)).collect();
        let text = Paragraph::new(text).block(block).wrap(Wrap { trim: false });
        return text.scroll((line, 0)).render(area, buffer);
    }
    let height = usize::from(area.height.saturating_sub(2));
    let width = usize::from(area.width.saturating_sub(2));
    let first = (at + 1).saturating_sub(height);
    let shown = rows.iter().enumerate().skip(first).take(height);
    let text: Vec<Line> = shown
        .map(|(index, traced)| {
            let line = row(traced, width, appearance);
            let style = appearance.theme.style(Role::Selection);
            if index == at { line.patch_style(style) } else { line }
        })
        .collect();
    Paragraph::new(text).block(block).render(area, buffer);
}

fn title(model: &Model, rows: &[&Traced]) -> String {
    let open = rows.iter().filter(|traced| traced.is_open_watch()).count();
    let watches = if open == 1 { "watch" } else { "watches" };
    let count = grouped(rows.len() as u64);
    let end =
        if model.trace.is_unrecorded { "recording stopped" } else { "ms, bytes, form, request" };
    format!(" Trace · {count} exchanges, {open} open {watches} · {end} ")
}

fn row(traced: &Traced, width: usize, appearance: Appearance) -> Line<'static> {
    let theme = appearance.theme;
    let Traced { sent, answered, ended, retries } = traced;
    let status = answered.as_ref().map(|answered| answered.status);
    let (state, role) = match (status, ended) {
        (Some(status), _) if status >= 400 => (format!("✗ {status}"), Role::Error),
        (Some(status), None) if traced.is_open_watch() => (format!("◉ {status}"), Role::Good),
        (Some(status), None) => (format!("… {status}"), Role::Good),
        (Some(status), Some(ended)) if ended.failure.is_some() => {
            (format!("✗ {status}"), Role::Error)
        }
        (Some(status), Some(_)) => (format!("  {status}"), Role::Good),
        (None, None) => ("…".to_owned(), Role::Warning),
        (None, Some(_)) => ("✗".to_owned(), Role::Error),
    };
    let after = ended.as_ref().map(|ended| ended.after);
    // For an open watch, the time to its first answer says more than its age.
    let after = after.or_else(|| answered.as_ref().map(|answered| answered.after));
    let after = after.map(|after| format!("{} ms", after.as_millis())).unwrap_or_default();
    let bytes = format_bytes(usize::try_from(sent.received.bytes()).unwrap_or(usize::MAX));
    let retry = match retries {
        0 => String::new(),
        1 => "retry ".to_owned(),
        more => format!("retry {more} "),
    };
    let numbers = format!(" {after:>8} {bytes:>10}  {:<9} ", form(accept(sent)));
    let used = 6 + numbers.chars().count() + retry.len() + sent.request.method().len() + 1;
    let path = fit_path(&sent.request, width.saturating_sub(used));
    Line::from(vec![
        Span::styled(format!("{state:<6}"), theme.style(role)),
        Span::styled(numbers, theme.style(Role::Dim)),
        Span::styled(retry, theme.style(Role::Warning)),
        Span::styled(format!("{} {path}", sent.request.method()), theme.style(Role::Text)),
    ])
}

/// Cuts a path and its query: first the query, then the beginning of the path.
fn fit_path(request: &Request, room: usize) -> String {
    let path = request.path.to_string();
    if columns(&visible(&path)) < room {
        return visible_within(&request.path_and_query(), room).into_owned();
    }
    keep_end(&visible(&path), room)
}

/// Returns a word for the form that an Accept header requests.
fn form(accept: &str) -> &'static str {
    let words = [
        ("as=Table", "table"),
        ("as=Partial", "metadata"),
        ("as=APIGroup", "discovery"),
        ("*/*", "any"),
    ];
    words.iter().find(|(sign, _)| accept.contains(sign)).map_or("json", |(_, word)| word)
}

fn detail((name, value): &(String, String), theme: Theme) -> Line<'static> {
    let role = if name == "failed" { Role::Error } else { Role::Text };
    Line::from(vec![
        Span::styled(format!("{} ", visible(name)), theme.style(Role::Key)),
        Span::styled(visible(value).into_owned(), theme.style(role)),
    ])
}
