//! Measuring and cutting text by the columns it takes on a terminal.
//!
//! The unit is the cluster: what a terminal draws in one or two columns, such as a letter with its
//! accents, or an emoji with its modifiers. Clusters and widths are those that ratatui draws.

use std::borrow::Cow;

use ratatui::buffer::CellWidth as _;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthChar as _;

/// The columns at the end of a text that is cut in the middle, if there is room: those of the random end
/// of a pod's name.
const MIN_TAIL: usize = 5;

/// Returns the clusters of a text, each with its width in columns: 1 or 2, or 0 for what joins the
/// cluster before it. A cluster that would be wider, such as a long conjunct, is split.
pub fn clusters(text: &str) -> impl Iterator<Item = (&str, usize)> + '_ {
    let mut rest = text;
    std::iter::from_fn(move || {
        let bytes = rest.as_bytes();
        let length = match bytes {
            [] => return None,
            // No ASCII character combines with one before it.
            [b' '..=b'~'] | [b' '..=b'~', b' '..=b'~', ..] => 1,
            _ => cluster_length(rest),
        };
        let (cluster, after) = rest.split_at(length);
        rest = after;
        Some((cluster, width(cluster)))
    })
}

/// Returns the width of a cluster. Control characters, which are not drawn, count as 1.
fn width(cluster: &str) -> usize {
    if cluster.len() == 1 { 1 } else { cluster.cell_width().into() }
}

/// Returns the bytes of the first cluster of a text that is not empty.
fn cluster_length(text: &str) -> usize {
    let cluster = text.graphemes(true).next().unwrap_or(text);
    if width(cluster) <= 2 {
        return cluster.len();
    }
    let mut chars = cluster.char_indices().skip(1);
    let next = chars.find(|(_, c)| c.width().unwrap_or(0) > 0);
    next.map_or(cluster.len(), |(at, _)| at)
}

/// Returns the width of a text in columns.
#[must_use]
pub fn columns(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { clusters(text).map(|(_, width)| width).sum() }
}

/// Cuts a text to at most `width` columns. A cut text ends with `…`.
#[must_use]
pub fn fit(text: &str, width: usize) -> Cow<'_, str> {
    if columns(text) <= width {
        return Cow::Borrowed(text);
    }
    let mut cut = String::new();
    let mut used = 0;
    for (cluster, columns) in clusters(text) {
        if used + columns + 1 > width {
            break;
        }
        used += columns;
        cut.push_str(cluster);
    }
    if width > 0 {
        cut.push('…');
    }
    Cow::Owned(cut)
}

/// Fills a text with blanks up to `width` columns.
#[must_use]
pub fn padded(text: &str, width: usize) -> String {
    let fill = width.saturating_sub(columns(text));
    format!("{text}{}", " ".repeat(fill))
}

/// Cuts a text to at most `width` columns. The middle of a cut text is `…`: names of one owner differ at
/// their ends.
#[must_use]
pub fn fit_middle(text: &str, width: usize) -> Cow<'_, str> {
    if columns(text) <= width {
        return Cow::Borrowed(text);
    }
    let room = width.saturating_sub(1);
    let tail = (room / 3).max(MIN_TAIL).min(room / 2);
    let mut skipped = columns(text) - tail;
    let end = clusters(text).map_while(|(cluster, columns)| {
        let is_skipped = skipped > 0;
        skipped = skipped.saturating_sub(columns);
        is_skipped.then_some(cluster.len())
    });
    let end = &text[end.sum::<usize>()..];
    let start = fit(text, width - columns(end));
    Cow::Owned(format!("{start}{end}"))
}

/// Breaks pieces of text, each with a tag of its own, into lines of at most `width` columns. Lines
/// break at blanks, and inside words that are wider than a line. All lines but the first begin with
/// `indent` blanks.
#[must_use]
pub fn wrapped<T: Copy>(
    pieces: &[(String, T)],
    width: usize,
    indent: usize,
) -> Vec<Vec<(String, T)>> {
    let mut lines = Vec::new();
    let mut line = Vec::new();
    let mut used = 0;
    for (text, tag) in pieces {
        let words = text.split_inclusive(' ');
        for part in words.flat_map(|word| parts(word, width.saturating_sub(indent))) {
            if used + columns(part.trim_end()) > width && used > indent {
                lines.push(std::mem::replace(&mut line, vec![(" ".repeat(indent), *tag)]));
                used = indent;
            }
            used += columns(part);
            line.push((part.to_owned(), *tag));
        }
    }
    lines.push(line);
    lines
}

/// Splits a word into parts of at most `width` columns, and of one cluster at least.
fn parts(mut word: &str, width: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    while columns(word.trim_end()) > width {
        let (mut used, mut end) = (0, 0);
        for (cluster, columns) in clusters(word) {
            if end > 0 && used + columns > width {
                break;
            }
            used += columns;
            end += cluster.len();
        }
        let (part, rest) = word.split_at(end);
        parts.push(part);
        if rest.is_empty() {
            return parts;
        }
        word = rest;
    }
    parts.push(word);
    parts
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn the_middle_of_a_long_name_is_left_out() {
        let cut = |width| fit_middle("frontend-78979fc966-zb25f", width).into_owned();
        assert_eq!(cut(25), "frontend-78979fc966-zb25f");
        assert_eq!(cut(17), "frontend-78…zb25f");
        assert_eq!(cut(12), "fronte…zb25f");
        assert_eq!([cut(3), cut(1), cut(0)], ["f…f", "…", ""]);
        assert_eq!(fit_middle("漢字漢字漢字", 8), "漢字…字", "a wide character is not cut in two");
    }

    #[test]
    fn a_text_has_the_columns_that_are_drawn() {
        let texts = [
            "pods",
            "漢字",
            "e\u{301}",
            "🚢",
            "❤\u{fe0f}",
            "❤",
            "👍🏽",
            "👩\u{200d}💻",
            "🏳\u{fe0f}\u{200d}🌈",
            "🇩🇪",
            "1\u{fe0f}\u{20e3}",
            "سلام لا",
            "می\u{200c}خواهم",
            "क्ष",
            "र\u{94d}\u{200d}य",
            "한글 \u{1112}\u{1161}\u{11ab}",
            "ｶﾞ",
        ];
        for text in texts {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 80, 1));
            let (end, _) = buffer.set_stringn(0, 0, text, 80, Style::new());
            assert_eq!(columns(text), usize::from(end), "{text}");
        }
    }

    #[test]
    fn a_cut_text_ends_with_an_ellipsis() {
        assert_eq!(fit("abcdef", 4), "abc…");
        assert_eq!(fit("漢字漢字", 5), "漢字…");
        assert_eq!(fit("abc", 3), "abc");
        assert_eq!(fit("abc", 0), "");
    }

    #[test]
    fn an_emoji_sequence_is_never_cut_in_two() {
        let family = "👩\u{200d}👩\u{200d}👦";
        assert_eq!(fit(&format!("a{family}b"), 4), format!("a{family}b"));
        assert_eq!(fit(&format!("a{family}bc"), 4), format!("a{family}…"));
        assert_eq!(fit(&format!("a{family}bc"), 3), "a…");
    }

    #[test]
    fn a_conjunct_of_any_length_is_cut_to_the_width() {
        assert_eq!(columns(&fit(&"क्".repeat(300), 10)), 10);
    }

    #[test]
    fn lines_break_at_blanks_and_inside_words_that_are_too_wide() {
        let lines = |text: &str, width| -> Vec<String> {
            let lines = wrapped(&[(text.to_owned(), ())], width, 1);
            let texts = lines.into_iter().map(|line| line.into_iter().map(|(text, ())| text));
            texts.map(|line| line.collect::<String>().trim_end().to_owned()).collect()
        };
        assert_eq!(lines("to be or not to be", 6), ["to be", " or", " not", " to be"]);
        assert_eq!(lines("a 漢字漢字漢 b", 6), ["a 漢字", " 漢字", " 漢 b"]);
        assert_eq!(lines("abc", 2), ["ab", " c"]);
        let pieces = [("way: ".to_owned(), 1), ("it is not set".to_owned(), 2)];
        assert_eq!(
            wrapped(&pieces, 10, 2)[1],
            [("  ".to_owned(), 2), ("not ".into(), 2), ("set".into(), 2)]
        );
    }
}
