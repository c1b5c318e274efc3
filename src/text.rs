//! Text from a server made fit for a terminal: nothing of it may act as control.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

pub mod distance;
mod printable;

/// More combining characters than this on one base are shown as escapes.
const MARKS: usize = 3;

/// The text with every character that a terminal could act on, or that no reader could see or know,
/// written as a visible escape: C0 and C1 controls, DEL, bidirectional and zero-width characters,
/// line separators, blanks that are not the usual ones, tags, what is not assigned, and floods of
/// combining characters. Line breaks are escaped too.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    let mut showing = Showing::default();
    for c in text.chars() {
        showing.push(c, &mut shown);
    }
    if shown == text { Cow::Borrowed(text) } else { Cow::Owned(shown) }
}

/// The text made [`visible`] and cut to `width` columns as by [`fit`]. Of a text without end only the
/// beginning is looked at.
#[must_use]
pub fn visible_within(text: &str, width: usize) -> Cow<'_, str> {
    // No character takes more bytes for a column than one with all its marks.
    let most = width.saturating_add(1).saturating_mul(4 * (MARKS + 1));
    let beginning = &text[..text.floor_char_boundary(most)];
    match visible(beginning) {
        Cow::Borrowed(shown) => fit(shown, width),
        Cow::Owned(shown) => Cow::Owned(fit(&shown, width).into_owned()),
    }
}

/// The text on one line: only what breaks lines, and the tab that stands between a path and its row,
/// is written as an escape.
#[must_use]
pub fn one_line(text: &str) -> Cow<'_, str> {
    let breaks = |c: char| matches!(c, '\n' | '\r' | '\t');
    if !text.contains(breaks) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if breaks(c) { push_escape(&mut line, c) } else { line.push(c) }
    }
    Cow::Owned(line)
}

/// What a text becomes on a terminal, character by character.
#[derive(Debug)]
pub struct Showing {
    /// How many combining characters the last base has; as many as it may where there is none.
    marks: usize,
}

impl Default for Showing {
    fn default() -> Self {
        Self { marks: MARKS }
    }
}

impl Showing {
    /// Appends a character as it may be shown, and gives the columns that this takes.
    pub fn push(&mut self, c: char, shown: &mut String) -> usize {
        let width = c.width().unwrap_or(0);
        self.marks = if width == 0 { self.marks + 1 } else { 0 };
        if is_unsafe(c) || self.marks > MARKS {
            let before = shown.len();
            push_escape(shown, c);
            return shown.len() - before;
        }
        shown.push(c);
        width
    }
}

/// Whether a character is never sent to the terminal as it is.
#[must_use]
pub fn is_unsafe(c: char) -> bool {
    !matches!(c, ' '..='~' | '\u{3000}') && (!is_printable(c) || is_unseen(c))
}

/// Whether Go calls a character printable (`strconv.IsPrint`): letters, marks, numbers, punctuation,
/// symbols and the ASCII blank, as far as they are assigned.
#[must_use]
pub fn is_printable(c: char) -> bool {
    let rune = u32::from(c);
    let at = printable::PRINTABLE.partition_point(|&(_, last)| last < rune);
    printable::PRINTABLE.get(at).is_some_and(|&(first, _)| first <= rune)
}

/// Characters that count as letters or marks and look like nothing: joiners, fillers, selectors.
fn is_unseen(c: char) -> bool {
    matches!(u32::from(c),
        0x34f | 0x115f..=0x1160 | 0x17b4..=0x17b5 | 0x180b..=0x180f | 0x2800 | 0x3164
        | 0xfe00..=0xfe0f | 0xffa0 | 0xe0100..=0xe01ef)
}

fn push_escape(shown: &mut String, c: char) {
    use std::fmt::Write as _;
    match c {
        '\n' => shown.push_str("\\n"),
        '\r' => shown.push_str("\\r"),
        '\t' => shown.push_str("\\t"),
        // Writing to a String cannot fail.
        c if u32::from(c) < 0x100 => _ = write!(shown, "\\x{:02x}", u32::from(c)),
        c => _ = write!(shown, "\\u{{{:x}}}", u32::from(c)),
    }
}

/// The text cut to at most `width` columns, with `…` for what was cut.
#[must_use]
pub fn fit(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    let mut cut = String::new();
    let mut used = 0;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide + 1 > width {
            break;
        }
        used += wide;
        cut.push(c);
    }
    if width > 0 {
        cut.push('…');
    }
    Cow::Owned(cut)
}

/// A number of bytes as people say it: `12 bytes`, `1.2 KiB`.
#[must_use]
pub fn bytes_said(size: usize) -> String {
    let tenths = |unit: usize| (size / unit, size % unit * 10 / unit);
    match size {
        1 => "1 byte".to_owned(),
        0..1024 => format!("{size} bytes"),
        1024..1_048_576 => {
            let (whole, part) = tenths(1024);
            format!("{whole}.{part} KiB")
        }
        _ => {
            let (whole, part) = tenths(1_048_576);
            format!("{whole}.{part} MiB")
        }
    }
}

/// Pieces of a text, each with something of its own, on lines of at most `width` columns. Lines end
/// at blanks, and within words that are wider than a line; all but the first begin with `indent`
/// blanks.
#[must_use]
pub fn wrapped<T: Copy>(
    pieces: &[(String, T)],
    width: usize,
    indent: usize,
) -> Vec<Vec<(String, T)>> {
    let mut lines = Vec::new();
    let mut line = Vec::new();
    let mut used = 0;
    for (text, of) in pieces {
        let words = text.split_inclusive(' ');
        for part in words.flat_map(|word| parts(word, width.saturating_sub(indent))) {
            if used + part.trim_end().width() > width && used > indent {
                lines.push(std::mem::replace(&mut line, vec![(" ".repeat(indent), *of)]));
                used = indent;
            }
            used += part.width();
            line.push((part.to_owned(), *of));
        }
    }
    lines.push(line);
    lines
}

/// A word in parts of at most `width` columns, but of one character at least.
fn parts(mut word: &str, width: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    while word.trim_end().width() > width {
        let mut used = 0;
        let end = word.char_indices().skip(1).find_map(|(at, c)| {
            used += word[..at].chars().next_back().and_then(UnicodeWidthChar::width).unwrap_or(0);
            (used + c.width().unwrap_or(0) > width).then_some(at)
        });
        let Some(end) = end else { break };
        let (part, rest) = word.split_at(end);
        parts.push(part);
        word = rest;
    }
    parts.push(word);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_sequence_is_shown_and_not_sent() {
        assert_eq!(visible("a\u{1b}]52;c;x\u{7}b"), "a\\x1b]52;c;x\\x07b");
        assert_eq!(visible("\u{202e}\u{200b}\u{9b}"), "\\u{202e}\\u{200b}\\x9b");
        assert!(matches!(visible("plain ü 漢"), Cow::Borrowed(_)));
    }

    #[test]
    fn what_cannot_be_seen_or_known_is_an_escape() {
        for c in "\u{0}\u{7f}\u{85}\u{a0}\u{ad}\u{34f}\u{61c}\u{115f}\u{200b}\u{200d}\u{2028}\u{2066}\u{3164}\u{fe0f}\u{feff}\u{fff9}\u{378}\u{e000}\u{ffff}\u{e0041}\u{e0100}\u{10ffff}"
            .chars()
        {
            assert!(is_unsafe(c), "{c:?}");
            assert!(visible(&format!("a{c}")).is_ascii(), "{c:?}");
        }
        for c in " ~äß漢字😀\u{3000}é\u{301}א".chars() {
            assert!(!is_unsafe(c), "{c:?}");
        }
    }

    #[test]
    fn no_cell_grows_by_combining_characters() {
        assert_eq!(visible("e\u{301}\u{301}\u{301}\u{301}"), "e\u{301}\u{301}\u{301}\\u{301}");
        assert_eq!(visible("\u{301}"), "\\u{301}", "and none leaves its text");
        assert!(matches!(visible("e\u{301}"), Cow::Borrowed(_)));
    }

    #[test]
    fn of_a_long_text_only_the_beginning_is_looked_at() {
        let long = "e\u{301}\u{301}\u{301}".repeat(1 << 20);
        assert_eq!(visible_within(&long, 3), format!("{}…", &long[..14]));
        assert_eq!(visible_within("a\u{1b}b", 4), "a\\x…");
        assert_eq!(visible_within("abcd", 4), "abcd");
        assert_eq!(visible_within("漢字漢字", 8), "漢字漢字");
    }

    #[test]
    fn one_line_stays_one() {
        assert_eq!(one_line("a\tb\r\n\u{1b}"), "a\\tb\\r\\n\u{1b}");
    }

    #[test]
    fn a_cut_text_says_so() {
        assert_eq!(fit("abcdef", 4), "abc…");
        assert_eq!(fit("漢字漢字", 5), "漢字…");
        assert_eq!(fit("abc", 3), "abc");
        assert_eq!(fit("abc", 0), "");
    }

    #[test]
    fn lines_break_at_blanks_and_within_what_is_too_wide() {
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
