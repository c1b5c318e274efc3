//! The lines of a document that refer to something: underlined, and with marks in the margin where
//! colours or underlines are missing, where they are uncertain, and where they lead to nothing.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::PaneStyle;
use crate::app::state::links::ObjectLinks;
use crate::document::{DocumentPane, Format, GUTTER, ViewLine, shown};
use crate::text::columns;
use crate::theme::Role;
use crate::view::highlight::Line;

/// How a line refers to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Sure,
    MayBe,
    Failed,
}

/// Returns how a row refers to something; `None` if it does not.
pub(super) fn mark(pane: &DocumentPane, links: &ObjectLinks, row: ViewLine) -> Option<Mark> {
    // A line of raw text may have many fields.
    if links.links.is_empty() || pane.format() == Format::Raw {
        return None;
    }
    let path = pane.document()?.path(pane.format(), row.line)?;
    let link = links.shown_at(&path)?;
    Some(match link.is_sure {
        _ if links.has_failed(&path) => Mark::Failed,
        true => Mark::Sure,
        false => Mark::MayBe,
    })
}

/// Draws the mark of a row.
pub(super) fn draw(
    pane: &DocumentPane,
    line: &Line,
    row: ViewLine,
    mark: Mark,
    PaneStyle { theme, ascii, .. }: PaneStyle,
    place: Rect,
    buf: &mut Buffer,
) {
    let sign = match mark {
        Mark::Failed => Some(('!', Role::Error)),
        Mark::MayBe => Some(('?', Role::Dim)),
        Mark::Sure => ascii.then_some(('>', Role::Dim)),
    };
    let is_free = place.width > 0 && buf[(place.x, place.y)].symbol() == " ";
    if let Some((sign, role)) = sign.filter(|_| is_free && row.part == 0) {
        let style = buf[(place.x, place.y)].style().patch(theme.style(role));
        buf[(place.x, place.y)].set_char(sign).set_style(style);
    }
    let style = match mark {
        Mark::Sure => Style::new().add_modifier(Modifier::UNDERLINED),
        Mark::MayBe => Style::new().add_modifier(Modifier::UNDERLINED | Modifier::DIM),
        Mark::Failed => theme.style(Role::Error).add_modifier(Modifier::UNDERLINED),
    };
    let Range { start, end } = columns_of(pane, line, row, usize::from(place.width));
    for column in start..end {
        let x = u16::try_from(column).unwrap_or(u16::MAX).saturating_add(place.x + GUTTER);
        if x < place.right() {
            let style = buf[(x, place.y)].style().patch(style);
            buf[(x, place.y)].set_style(style);
        }
    }
}

/// Returns the columns of the value on a row, from the first column of the text.
fn columns_of(pane: &DocumentPane, line: &Line, row: ViewLine, width: usize) -> Range<usize> {
    let width = width.saturating_sub(usize::from(GUTTER));
    let value = value_in(&line.text);
    let part = if pane.wraps() {
        line.row(row.part, width)
    } else {
        shown::window(&line.text, pane.left(), width).0
    };
    let (start, end) =
        (value.start.clamp(part.start, part.end), value.end.clamp(part.start, part.end));
    let column = |at: usize| line.text.get(part.start..at).map_or(0, columns);
    column(start)..column(end)
}

/// Returns the part of a line of YAML or JSON that is its value; its key if it has no value.
fn value_in(text: &str) -> Range<usize> {
    let mut start = text.len() - text.trim_start().len();
    while text[start..].starts_with("- ") {
        start += 2;
    }
    let end = text.trim_end_matches(',').len();
    // A quoted key may have a colon.
    let quote = text[start..].chars().next().filter(|c| matches!(c, '"' | '\''));
    let key_end = match quote {
        Some(quote) => {
            text[start + 1..].find(quote).map_or(start, |at| start + 1 + at + quote.len_utf8())
        }
        None => start,
    };
    match text[key_end..].find(": ") {
        Some(at) if key_end + at + 2 < end => key_end + at + 2..end,
        _ => start..text.trim_end_matches([',', ':']).len().max(start),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_of_a_line_is_underlined_or_else_its_key() {
        for (line, value) in [
            ("  name: db", "db"),
            ("  - name: db", "db"),
            ("    - db", "db"),
            ("  'a: b': \"x: y\"", "\"x: y\""),
            ("  selector:", "selector"),
            ("    \"name\": \"db\",", "\"db\""),
            ("", ""),
        ] {
            assert_eq!(&line[value_in(line)], value, "{line}");
        }
    }
}
