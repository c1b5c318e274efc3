//! Making text from a server visible: nothing of it may act as control on a terminal.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar as _;

use super::columns::fit;
use super::joiner::Context;
use super::printable;

/// Combining characters allowed on one base. Further ones are escaped.
const MAX_MARKS: usize = 3;

/// No column of visible text takes more bytes than this: an emoji of two columns may be a sequence of
/// four, each with a modifier.
const MAX_BYTES_PER_COLUMN: usize = 64;

/// Replaces every character that a terminal could act on, or that no reader could see, by a visible
/// escape such as `\x1b`, `\n` or `\u{202e}`: C0 and C1 controls, DEL, bidirectional and zero-width
/// characters, line separators, unusual blanks, tags, unassigned characters, and floods of combining
/// characters. Joiners and variation selectors stay where they change what is drawn.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    visible_with(text, push_escape)
}

/// Makes a text [`visible`] with escapes of another notation: `escape` appends the escape of a
/// character.
#[must_use]
pub fn visible_with(text: &str, escape: impl Fn(&mut String, char)) -> Cow<'_, str> {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    let mut escaper = Escaper::default();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if escaper.passes(c, chars.peek().copied()) { shown.push(c) } else { escape(&mut shown, c) }
    }
    if shown == text { Cow::Borrowed(text) } else { Cow::Owned(shown) }
}

/// True if no character of a text acts as control or is invisible where it stands. Floods of combining
/// characters are safe, although [`visible`] escapes them.
#[must_use]
pub fn is_safe(text: &str) -> bool {
    !text.contains(is_unsafe) || matches!(visible(text), Cow::Borrowed(_))
}

/// Makes a text [`visible`] and cuts it to `width` columns, as [`fit`] does. Reads only as much of the
/// text as can be shown.
#[must_use]
pub fn visible_within(text: &str, width: usize) -> Cow<'_, str> {
    let bytes = width.saturating_add(1).saturating_mul(MAX_BYTES_PER_COLUMN);
    let beginning = &text[..text.floor_char_boundary(bytes)];
    match visible(beginning) {
        Cow::Borrowed(shown) => fit(shown, width),
        Cow::Owned(shown) => Cow::Owned(fit(&shown, width).into_owned()),
    }
}

/// Escapes only line breaks and tabs, so that the text stays in one column of a table.
#[must_use]
pub fn one_line(text: &str) -> Cow<'_, str> {
    if memchr::memchr3(b'\n', b'\r', b'\t', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if matches!(c, '\n' | '\r' | '\t') { push_escape(&mut line, c) } else { line.push(c) }
    }
    Cow::Owned(line)
}

/// Decides which characters of a text may reach a terminal, and which must be escaped.
#[derive(Clone, Debug)]
pub struct Escaper {
    /// The combining characters on the last base; [`MAX_MARKS`] if there is no base.
    marks: usize,
    context: Context,
}

impl Default for Escaper {
    fn default() -> Self {
        Self { marks: MAX_MARKS, context: Context::default() }
    }
}

impl Escaper {
    /// True if the next character of the text may reach the terminal. `after` is the one behind it.
    pub fn passes(&mut self, c: char, after: Option<char>) -> bool {
        if c.is_ascii() && !c.is_ascii_control() {
            self.marks = 0;
        } else {
            let is_mark = c.width().unwrap_or(0) == 0 || self.context.is_modified_by(c);
            self.marks = if is_mark { self.marks + 1 } else { 0 };
            let is_refused = is_unsafe(c) && !self.context.allows(c, after);
            if is_refused || self.marks > MAX_MARKS || self.context.is_stray_skin_tone(c) {
                *self = Self::default();
                return false;
            }
        }
        self.context.push(c);
        true
    }

    /// True if what is behind `c` decides whether it may pass.
    #[must_use]
    pub fn looks_behind(c: char) -> bool {
        matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}')
    }
}

/// True if a character must not reach a terminal on its own. Joiners and variation selectors are
/// unsafe on their own: see [`is_safe`].
#[must_use]
pub fn is_unsafe(c: char) -> bool {
    !matches!(c, ' '..='~' | '\u{3000}') && (!is_printable(c) || is_unseen(c))
}

/// True if Go calls a character printable (`strconv.IsPrint`): letters, marks, numbers, punctuation,
/// symbols and the ASCII blank, if assigned.
#[must_use]
pub fn is_printable(c: char) -> bool {
    let rune = u32::from(c);
    let at = printable::PRINTABLE.partition_point(|&(_, last)| last < rune);
    printable::PRINTABLE.get(at).is_some_and(|&(first, _)| first <= rune)
}

/// True for letters and marks that look like nothing: joiners, fillers, variation selectors.
fn is_unseen(c: char) -> bool {
    matches!(u32::from(c),
        0x34f | 0x115f..=0x1160 | 0x17b4..=0x17b5 | 0x180b..=0x180f | 0x2800 | 0x3164
        | 0xfe00..=0xfe0f | 0xffa0 | 0xe0100..=0xe01ef)
}

/// Appends a Rust-like escape: `\n`, `\x1b`, `\u{202e}`.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_become_escapes() {
        assert_eq!(visible("a\u{1b}]52;c;x\u{7}b"), "a\\x1b]52;c;x\\x07b");
        assert_eq!(visible("\u{202e}\u{200b}\u{9b}"), "\\u{202e}\\u{200b}\\x9b");
        assert!(matches!(visible("plain ü 漢"), Cow::Borrowed(_)));
    }

    #[test]
    fn invisible_and_unassigned_characters_become_escapes() {
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
    fn a_flood_of_combining_characters_becomes_escapes() {
        assert_eq!(visible("e\u{301}\u{301}\u{301}\u{301}"), "e\u{301}\u{301}\u{301}\\u{301}");
        assert_eq!(visible("👍🏽🏽🏽"), "👍🏽\\u{1f3fd}\\u{1f3fd}");
        assert!(matches!(visible("e\u{301}"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_combining_character_without_a_base_becomes_an_escape() {
        assert_eq!(visible("\u{301}"), "\\u{301}");
        assert_eq!(visible("\u{1b}\u{301}"), "\\x1b\\u{301}");
    }

    #[test]
    fn variation_selectors_after_an_emoji_are_drawn() {
        for text in ["❤\u{fe0f}", "⚠\u{fe0f} low", "❤\u{fe0e}", "1\u{fe0f}\u{20e3}", "🚢\u{fe0f}"]
        {
            assert!(is_safe(text), "{text:?}");
        }
    }

    #[test]
    fn variation_selectors_elsewhere_become_escapes() {
        for text in ["a\u{fe0f}", "漢\u{fe0f}", "1\u{fe0f}", "\u{fe0f}", "e\u{301}\u{fe0f}"] {
            assert!(visible(text).ends_with("\\u{fe0f}"), "{text:?}");
        }
        assert_eq!(visible("❤\u{fe0f}\u{fe0f}\u{fe0f}"), "❤\u{fe0f}\\u{fe0f}\\u{fe0f}");
        assert_eq!(visible("漢\u{fe00}"), "漢\\u{fe00}");
    }

    #[test]
    fn joiners_inside_emoji_are_drawn() {
        for text in [
            "👩\u{200d}💻",
            "👩🏽\u{200d}💻",
            "🏳\u{fe0f}\u{200d}🌈",
            "👩\u{200d}❤\u{fe0f}\u{200d}💋\u{200d}👩",
            "👩\u{200d}👩\u{200d}👦\u{200d}👦👩\u{200d}💻",
        ] {
            assert!(is_safe(text), "{text:?}");
        }
    }

    #[test]
    fn joiners_inside_scripts_that_need_them_are_drawn() {
        for text in [
            "می\u{200c}خواهم",
            "कृ\u{200d}ष्ण",
            "क्\u{200d}",
            "क्\u{200c}ष",
            "র\u{200d}্য",
            "അവന്\u{200d} വന്നു",
            "ශ්\u{200d}රී",
        ] {
            assert!(is_safe(text), "{text:?}");
        }
    }

    #[test]
    fn joiners_elsewhere_become_escapes() {
        for (text, shown) in [
            ("po\u{200d}ds", "po\\u{200d}ds"),
            ("po\u{200c}ds", "po\\u{200c}ds"),
            ("👩\u{200d}", "👩\\u{200d}"),
            ("👩\u{200d}a", "👩\\u{200d}a"),
            ("👩\u{200c}💻", "👩\\u{200c}💻"),
            ("می\u{200c} ", "می\\u{200c} "),
            ("می\u{200c}a", "می\\u{200c}a"),
            ("٤\u{200c}٥", "٤\\u{200c}٥"),
            ("漢\u{200d}字", "漢\\u{200d}字"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn floods_of_joiners_become_escapes() {
        let shown = visible("👩\u{200d}\u{200d}\u{200d}💻");
        assert_eq!(shown, "👩\\u{200d}\\u{200d}\\u{200d}💻");
        assert_eq!(visible("م\u{200c}\u{200c}ی"), "م\\u{200c}\\u{200c}ی");
        let chain = ["👩"; 6].join("\u{200d}");
        let drawn = ["👩"; 4].join("\u{200d}");
        assert_eq!(visible(&chain), format!("{drawn}\\u{{200d}}👩\u{200d}👩"));
    }

    #[test]
    fn only_the_beginning_of_a_long_text_is_read() {
        let long = "e\u{301}\u{301}\u{301}".repeat(1 << 20);
        assert_eq!(visible_within(&long, 3), format!("{}…", &long[..14]));
        assert_eq!(visible_within("a\u{1b}b", 4), "a\\x…");
        assert_eq!(visible_within("abcd", 4), "abcd");
        assert_eq!(visible_within("漢字漢字", 8), "漢字漢字");
        let kiss = "👩🏽\u{200d}❤\u{fe0f}\u{200d}💋\u{200d}👨🏽".repeat(9);
        assert_eq!(visible_within(&kiss, 18), kiss);
    }

    #[test]
    fn line_breaks_and_tabs_become_escapes() {
        assert_eq!(one_line("a\tb\r\n\u{1b}"), "a\\tb\\r\\n\u{1b}");
    }
}
