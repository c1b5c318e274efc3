//! Drawing the document: the lines in view with their colours, folds and matches.

mod link;

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::highlight::{HighlightCache, Line};
use crate::app::state::links::ObjectLinks;
use crate::document::{DocumentPane, GUTTER, ViewLine, shown};
use crate::text::{clusters, columns, fit};
use crate::theme::{Role, Theme};

/// The mark in the margin of lines that the last update changed.
const CHANGED: char = '▎';

/// The columns between a line and what it was before the last update.
const GAP: u16 = 3;
/// The least number of columns in which the value before a change is drawn.
const LEAST: u16 = 8;

/// How the pane is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaneStyle {
    /// The styles.
    pub theme: Theme,
    /// True if the pane is focused: only then is its cursor shown.
    pub focused: bool,
    /// True if only ASCII is drawn: the terminal may have no underlines either.
    pub ascii: bool,
}

/// Draws the lines in view, the parts underlined that refer to something. The size of the area is the one given to [`DocumentPane::set_size`].
pub fn draw(
    pane: &DocumentPane,
    links: &ObjectLinks,
    cache: &mut HighlightCache,
    style: PaneStyle,
    area: Rect,
    buf: &mut Buffer,
) {
    let area = area.intersection(buf.area);
    cache.begin_frame(pane);
    for (y, row) in (area.y..area.bottom()).zip(pane.rows()) {
        let place = Rect { y, height: 1, ..area };
        let line = cache.line(pane, row);
        draw_row(pane, &line, row, style, place, buf);
        if let Some(mark) = link::mark(pane, links, row) {
            link::draw(pane, &line, row, mark, style, place, buf);
        }
    }
}

fn draw_row(
    pane: &DocumentPane,
    line: &Line,
    row: ViewLine,
    style: PaneStyle,
    place: Rect,
    buf: &mut Buffer,
) {
    let theme = style.theme;
    let selected = row.cursor && style.focused;
    let width = usize::from(place.width.saturating_sub(GUTTER));
    let (range, blank) = if pane.wraps() {
        (line.row(row.part, width), 0)
    } else {
        let (range, blank) = shown::window(&line.text, pane.left(), width);
        if range.end < line.text.len() {
            // The ellipsis takes a column.
            shown::window(&line.text, pane.left(), width.saturating_sub(1))
        } else {
            (range, blank)
        }
    };
    let cut = [!pane.wraps() && range.start > 0, !pane.wraps() && range.end < line.text.len()];
    let x = place.x.saturating_add(GUTTER).saturating_add(u16::try_from(blank).unwrap_or(0));
    let shown_columns = columns(&line.text[range.clone()]);
    draw_text(line, range, selected, theme, Rect { x, ..place }.intersection(place), buf);
    let ends = [place.x.saturating_add(GUTTER), place.right().saturating_sub(1)];
    let is_inside = |x: u16| (place.x + 1..place.right()).contains(&x);
    for (x, _) in ends.into_iter().zip(cut).filter(|(x, is_cut)| *is_cut && is_inside(*x)) {
        buf[(x, place.y)].set_char('…').set_style(theme.style(Role::Dim));
    }
    if row.linked {
        buf.set_style(place, theme.style(Role::Linked));
    }
    let was = pane.was(row.line).filter(|_| row.changed && row.part == 0 && row.folded.is_none());
    if let Some(was) = was {
        let end =
            x.saturating_add(u16::try_from(shown_columns).unwrap_or(u16::MAX)).saturating_add(GAP);
        let room = place.right().saturating_sub(end);
        if room >= LEAST {
            let was = fit(was, usize::from(room));
            buf.set_string(end, place.y, was, theme.style(Role::Dim));
        }
    }
    if row.changed && place.width > 1 {
        buf[(place.x + 1, place.y)].set_char(CHANGED).set_style(theme.style(Role::Warning));
    }
    if row.folded.is_some() && row.part == 0 && place.width > 0 {
        let indent = line.text.len() - line.text.trim_start_matches(' ').len();
        let column = indent.saturating_sub(pane.left()).min(place.width.saturating_sub(1).into());
        let x = place.x + u16::try_from(column).unwrap_or(0);
        buf[(x, place.y)].set_char('▸').set_style(theme.style(Role::Dim));
    }
    if selected {
        buf.set_style(place, theme.style(Role::Selection));
    }
}

/// Draws a part of a line: a cell for each cluster.
fn draw_text(
    line: &Line,
    range: Range<usize>,
    selected: bool,
    theme: Theme,
    place: Rect,
    buf: &mut Buffer,
) {
    let mut x = place.x;
    let mut last = None;
    let mut at = range.start;
    for (cluster, width) in clusters(&line.text[range]) {
        let width = u16::try_from(width).unwrap_or(0);
        let start = at;
        at += cluster.len();
        if width == 0 {
            if let Some(last) = last {
                let cell = &mut buf[(last, place.y)];
                cell.set_symbol(&format!("{}{cluster}", cell.symbol()));
            }
            continue;
        }
        if x.saturating_add(width) > place.right() {
            break;
        }
        let style = style_at(line, start, selected, theme);
        buf[(x, place.y)].set_symbol(cluster).set_style(style);
        if width == 2 {
            // A wide cluster covers the next cell, which must be empty.
            buf[(x + 1, place.y)].reset();
            buf[(x + 1, place.y)].set_style(style);
        }
        last = Some(x);
        x += width;
    }
}

/// Returns the value of the span around a byte.
fn span_at<T: Copy>(spans: &[(Range<usize>, T)], at: usize) -> Option<T> {
    let next = spans.partition_point(|(range, _)| range.end <= at);
    spans.get(next).filter(|(range, _)| range.contains(&at)).map(|(_, value)| *value)
}

fn style_at(line: &Line, at: usize, selected: bool, theme: Theme) -> Style {
    let role = span_at(&line.spans, at).unwrap_or(Role::Text);
    let graphics = span_at(&line.graphics, at).unwrap_or_default();
    let style = theme.style(role).patch(theme.output(graphics));
    let next = line.matches.partition_point(|range| range.end <= at);
    if !line.matches.get(next).is_some_and(|range| range.contains(&at)) {
        return style;
    }
    if selected {
        // The whole row is reversed, so a match in it needs other modifiers.
        return style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
    }
    style.patch(theme.style(Role::Match))
}
