//! The text of a line on screen: made visible, with tabs expanded, and cut into rows by columns.

use std::borrow::Cow;
use std::ops::Range;

use super::scalar::is_printable;
use crate::text::{clusters, columns, visible};

/// Tab stops are this many columns apart.
const TAB: usize = 8;

/// Makes a line visible and expands its tabs.
#[must_use]
pub fn display(text: &str) -> Cow<'_, str> {
    if is_printable(text) {
        return Cow::Borrowed(text);
    }
    let Some((first, rest)) = text.split_once('\t') else { return visible(text) };
    let mut shown = visible(first).into_owned();
    let mut column = columns(&shown);
    for part in rest.split('\t') {
        let blanks = TAB - column % TAB;
        shown.extend(std::iter::repeat_n(' ', blanks));
        let part = visible(part);
        column += blanks + columns(&part);
        shown.push_str(&part);
    }
    Cow::Owned(shown)
}

/// Returns the byte ranges of the rows that a displayed text takes when wrapped at `width` columns: at
/// least one.
pub fn rows(text: &str, width: usize) -> impl Iterator<Item = Range<usize>> + '_ {
    let width = width.max(2);
    let is_ascii = text.is_ascii();
    let mut start = Some(0);
    std::iter::from_fn(move || {
        let from = start?;
        let end =
            if is_ascii { (from + width).min(text.len()) } else { row_end(text, from, width) };
        start = (end < text.len()).then_some(end);
        Some(from..end)
    })
}

/// Returns how many rows a displayed text takes when wrapped at `width` columns.
#[must_use]
pub fn row_count(text: &str, width: usize) -> usize {
    if text.is_ascii() {
        text.len().div_ceil(width.max(2)).max(1)
    } else {
        rows(text, width).count()
    }
}

/// Returns the byte range of a displayed text that is visible in a window of `width` columns, `left`
/// columns to the right, and the columns that a cluster cut in two leaves blank before it.
#[must_use]
pub fn window(text: &str, left: usize, width: usize) -> (Range<usize>, usize) {
    if text.is_ascii() {
        return (left.min(text.len())..(left + width).min(text.len()), 0);
    }
    let (mut column, mut start) = (0, 0);
    for (cluster, columns) in clusters(text) {
        if column >= left && columns > 0 {
            break;
        }
        column += columns;
        start += cluster.len();
    }
    let blank = column.saturating_sub(left).min(width);
    let end = if start == text.len() { start } else { row_end(text, start, width - blank) };
    (start..end, blank)
}

/// Returns the end of the row that begins at a byte of the text.
fn row_end(text: &str, from: usize, width: usize) -> usize {
    let (mut used, mut end) = (0, from);
    for (cluster, columns) in clusters(&text[from..]) {
        used += columns;
        if used > width {
            break;
        }
        end += cluster.len();
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_displayed_text_has_no_control_characters() {
        assert_eq!(display("a\tb\u{1b}\u{202e}"), "a       b\\x1b\\u{202e}");
        assert_eq!(display("e\u{301}\u{301}\u{301}\u{301}"), "e\u{301}\u{301}\u{301}\\u{301}");
        assert_eq!(display("\u{301}"), "\\u{301}");
    }

    #[test]
    fn rows_never_cut_a_wide_character_or_an_emoji_sequence() {
        let rows_of = |text, width| rows(text, width).collect::<Vec<_>>();
        assert_eq!(rows_of("a漢字b", 4), [0..4, 4..8]);
        assert_eq!(rows_of("👩\u{200d}💻👩\u{200d}💻", 3), [0..11, 11..22]);
        assert_eq!(row_count("abcdef", 4), 2);
        assert_eq!(row_count("", 4), 1);
    }

    #[test]
    fn a_window_begins_at_its_left_column() {
        assert_eq!(window("abcdef", 2, 3), (2..5, 0));
        assert_eq!(window("漢字ab", 1, 4), (3..7, 1));
        assert_eq!(window("ab", 5, 3), (2..2, 0));
        assert_eq!(window("é", 5, 3), (2..2, 0));
    }
}
