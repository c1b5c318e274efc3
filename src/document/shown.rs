//! A line's text as it stands on the screen: tabs expanded, control made visible, and cut into rows
//! by columns. What is laid out is characters, not clusters, so that no cell can grow.

use std::borrow::Cow;
use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use super::scalar::is_printable;
use crate::text::Showing;

/// Tabs reach to the next multiple of this many columns.
const TAB: usize = 8;

/// The text fit for the screen.
#[must_use]
pub fn display(text: &str) -> Cow<'_, str> {
    if is_printable(text) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    let mut column = 0;
    let mut showing = Showing::default();
    for c in text.chars() {
        if c == '\t' {
            let wide = TAB - column % TAB;
            shown.extend(std::iter::repeat_n(' ', wide));
            column += wide;
        } else {
            column += showing.push(c, &mut shown);
        }
    }
    Cow::Owned(shown)
}

/// The rows that a displayed text takes when wrapped at `width` columns, as byte ranges: at least one.
pub fn rows(text: &str, width: usize) -> impl Iterator<Item = Range<usize>> + '_ {
    let width = width.max(2);
    let plain = text.is_ascii();
    let mut start = Some(0);
    std::iter::from_fn(move || {
        let from = start?;
        let end = if plain { (from + width).min(text.len()) } else { row_end(text, from, width) };
        start = (end < text.len()).then_some(end);
        Some(from..end)
    })
}

/// How many rows a displayed text takes when wrapped at `width` columns.
#[must_use]
pub fn row_count(text: &str, width: usize) -> usize {
    if text.is_ascii() {
        text.len().div_ceil(width.max(2)).max(1)
    } else {
        rows(text, width).count()
    }
}

/// The byte range of a displayed text that is behind `left` columns and at most `width` columns wide,
/// and how many columns a wide character cut in two leaves blank before it.
#[must_use]
pub fn window(text: &str, left: usize, width: usize) -> (Range<usize>, usize) {
    if text.is_ascii() {
        return (left.min(text.len())..(left + width).min(text.len()), 0);
    }
    let (mut column, mut start) = (0, text.len());
    for (at, c) in text.char_indices() {
        let wide = c.width().unwrap_or(0);
        if column >= left && wide > 0 {
            start = at;
            break;
        }
        column += wide;
    }
    let blank = column.saturating_sub(left).min(width);
    let end = if start == text.len() { start } else { row_end(text, start, width - blank) };
    (start..end, blank)
}

/// The columns that a displayed text takes.
#[must_use]
pub fn columns(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        text.chars().filter_map(UnicodeWidthChar::width).sum()
    }
}

fn row_end(text: &str, from: usize, width: usize) -> usize {
    let mut used = 0;
    for (at, c) in text[from..].char_indices() {
        used += c.width().unwrap_or(0);
        if used > width {
            return from + at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_on_the_screen_is_control() {
        assert_eq!(display("a\tb\u{1b}\u{202e}"), "a       b\\x1b\\u{202e}");
        assert_eq!(display("e\u{301}\u{301}\u{301}\u{301}"), "e\u{301}\u{301}\u{301}\\u{301}");
        assert_eq!(display("\u{301}"), "\\u{301}");
    }

    #[test]
    fn rows_never_cut_a_wide_character() {
        let rows: Vec<_> = rows("a漢字b", 4).collect();
        assert_eq!(rows, [0..4, 4..8]);
        assert_eq!(row_count("abcdef", 4), 2);
        assert_eq!(row_count("", 4), 1);
    }

    #[test]
    fn a_window_begins_behind_its_columns() {
        assert_eq!(window("abcdef", 2, 3), (2..5, 0));
        assert_eq!(window("漢字ab", 1, 4), (3..7, 1));
        assert_eq!(window("ab", 5, 3), (2..2, 0));
        assert_eq!(window("é", 5, 3), (2..2, 0));
    }
}
