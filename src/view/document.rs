//! The document pane on the screen: the lines in view, with their colours, folds and matches.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::highlight::{HighlightCache, Line};
use crate::document::{DocumentPane, GUTTER, ViewLine, shown};
use crate::text::clusters;
use crate::theme::{Role, Theme};

/// Stands in the margin of what the last change made otherwise.
const CHANGED: char = '▎';

/// How the pane is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaneStyle {
    /// The styles.
    pub theme: Theme,
    /// Whether the pane has the focus: only then its cursor is shown.
    pub focused: bool,
}

/// Draws the lines in view. The area is what [`DocumentPane::set_size`] was told of.
pub fn draw(
    pane: &DocumentPane,
    cache: &mut HighlightCache,
    look: PaneStyle,
    area: Rect,
    buf: &mut Buffer,
) {
    let area = area.intersection(buf.area);
    cache.look_at(pane);
    for (y, row) in (area.y..area.bottom()).zip(pane.rows()) {
        let place = Rect { y, height: 1, ..area };
        let line = cache.line(pane, row);
        draw_row(pane, &line, (row, look), place, buf);
    }
}

fn draw_row(
    pane: &DocumentPane,
    line: &Line,
    (row, look): (ViewLine, PaneStyle),
    place: Rect,
    buf: &mut Buffer,
) {
    let theme = look.theme;
    let chosen = row.cursor && look.focused;
    let width = usize::from(place.width.saturating_sub(GUTTER));
    let (range, blank) = if pane.wraps() {
        (shown::rows(&line.text, width).nth(row.part).unwrap_or(0..0), 0)
    } else {
        shown::window(&line.text, pane.left(), width)
    };
    let x = place.x.saturating_add(GUTTER).saturating_add(u16::try_from(blank).unwrap_or(0));
    draw_text(line, range, (chosen, theme), Rect { x, ..place }.intersection(place), buf);
    if row.linked {
        buf.set_style(place, theme.style(Role::Linked));
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
    if chosen {
        buf.set_style(place, theme.style(Role::Selection));
    }
}

/// Draws a part of a line: a cell for each cluster.
fn draw_text(
    line: &Line,
    range: Range<usize>,
    (chosen, theme): (bool, Theme),
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
        let style = style_at(line, start, chosen, theme);
        buf[(x, place.y)].set_symbol(cluster).set_style(style);
        if width == 2 {
            // The terminal's cursor passes two columns: the second holds nothing.
            buf[(x + 1, place.y)].reset();
            buf[(x + 1, place.y)].set_style(style);
        }
        last = Some(x);
        x += width;
    }
}

/// Returns what the span around a byte has.
fn span_at<T: Copy>(spans: &[(Range<usize>, T)], at: usize) -> Option<T> {
    let next = spans.partition_point(|(range, _)| range.end <= at);
    spans.get(next).filter(|(range, _)| range.contains(&at)).map(|(_, value)| *value)
}

fn style_at(line: &Line, at: usize, chosen: bool, theme: Theme) -> Style {
    let role = span_at(&line.spans, at).unwrap_or(Role::Text);
    let graphics = span_at(&line.graphics, at).unwrap_or_default();
    let style = theme.style(role).patch(theme.output(graphics));
    let next = line.matches.partition_point(|range| range.end <= at);
    if !line.matches.get(next).is_some_and(|range| range.contains(&at)) {
        return style;
    }
    if chosen {
        // The whole row is reversed, so a match in it stands out by what can be added to that.
        return style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
    }
    style.patch(theme.style(Role::Match))
}
