//! Replaces what is not ASCII, for terminals that draw nothing else.
//!
//! Signs of keys are spelt out before a frame is laid out, because their words are longer. Everything
//! else is replaced in the drawn frame, cell by cell: no widget can forget it, and the server's texts
//! are covered too.

use std::borrow::Cow;

use ratatui::buffer::Buffer;

/// The signs of keys, and their words.
const KEYS: [(&str, &str); 5] =
    [("⏎", "enter"), ("↑", "up"), ("↓", "down"), ("←", "left"), ("→", "right")];

/// The signs that kubewalk draws, and their replacements.
const SIGNS: &[(char, &str)] = &[
    ('◌', "o"),
    ('✗', "x"),
    ('★', "*"),
    ('◉', "*"),
    ('•', "*"),
    ('·', "|"),
    ('…', "~"),
    ('–', "-"),
    ('─', "-"),
    ('│', "|"),
    ('▸', ">"),
    ('▾', "v"),
    ('‹', "<"),
    ('›', ">"),
    ('⏎', ">"),
    ('▎', "|"),
    ('↑', "^"),
    ('↓', "v"),
    ('←', "<"),
    ('→', ">"),
    ('⟲', "<"),
];

/// Spells out the signs of keys.
pub(super) fn words(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let spell = |text: String, (sign, word): &(&str, &str)| text.replace(sign, word);
    Cow::Owned(KEYS.iter().fold(text.to_owned(), spell))
}

/// Replaces what is not ASCII in a drawn frame. Letters lose their accents; a character without a
/// replacement becomes a question mark.
pub(super) fn replace(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if cell.symbol().is_ascii() {
            continue;
        }
        let Some(first) = cell.symbol().chars().next() else { continue };
        if first.is_ascii() {
            cell.set_char(first);
            continue;
        }
        let known = SIGNS.iter().find(|(sign, _)| *sign == first);
        cell.set_symbol(known.map_or("?", |(_, ascii)| ascii));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::Style;

    #[test]
    fn a_frame_keeps_its_columns() {
        let mut buffer = Buffer::empty(ratatui::layout::Rect::new(0, 0, 16, 1));
        buffer.set_string(0, 0, "✗ ‹é› 漢字 e\u{301}…", Style::new());
        replace(&mut buffer);
        let shown: String = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert_eq!(shown, "x <?> ? ?  e~   ");
    }

    #[test]
    fn signs_of_keys_are_spelt_out() {
        assert_eq!(words("⏎ opens · ↑"), "enter opens · up");
        assert!(matches!(words("tab"), Cow::Borrowed("tab")));
    }

    #[test]
    fn every_replacement_is_one_ascii_character() {
        for (sign, ascii) in SIGNS {
            assert!(!sign.is_ascii() && ascii.len() == 1 && ascii.is_ascii(), "{sign}");
        }
    }
}
