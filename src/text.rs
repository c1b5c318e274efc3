//! Text from a server made fit for a terminal: nothing of it may act as control.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The text with every character that a terminal could act on, or that no reader could see, written
/// as a visible escape: C0 and C1 controls, DEL, bidirectional and zero-width characters, line
/// separators, tags and non-characters. Line breaks are escaped too.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) || !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_unsafe(c) {
            push_escape(&mut shown, c);
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Whether a character is never sent to the terminal as it is.
#[must_use]
pub fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0xad | 0x61c | 0x180e | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f
            | 0xfe00..=0xfe0f | 0xfeff | 0xfff0..=0xfffb | 0xfffe..=0xffff
            | 0xe000..=0xf8ff | 0xe0000..=0x10_ffff)
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
