//! Finds out whether the terminal's background is light, by xterm's escape sequence OSC 11. The answer
//! arrives among the keys, at once, late or never. Nothing waits for it.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use crate::theme::Theme;
use crate::view::Appearance;

/// The escape sequence (OSC 11) that requests the colour of the background.
pub(super) const REQUEST: &str = "\u{1b}]11;?\u{1b}\\";

/// The beginning of the answer, after `ESC ]`.
const PREFIX: &str = "11;rgb:";

/// The longest answer, in bytes: four digits for each of three colours.
const MAX_LENGTH: usize = PREFIX.len() + 14;

/// Recognizes the terminal's report of its background colour among the keys.
#[derive(Debug, Default)]
pub(super) struct Background {
    is_requested: bool,
    /// The part of the answer that has arrived; `None` before its first key.
    received: Option<String>,
}

/// The meaning of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// A key that the user pressed.
    Key,
    /// A part of the answer.
    Part,
    /// The end of the answer; true if the background is light.
    IsLight(bool),
}

impl Background {
    /// The colour was requested from the terminal.
    pub(super) fn requested() -> Self {
        Self { is_requested: true, received: None }
    }

    /// Returns true if an event is a part of the answer. The end of the answer sets the theme.
    pub(super) fn takes(&mut self, event: &Event, appearance: &mut Appearance) -> bool {
        let Event::Key(key) = event else { return false };
        match self.take(*key) {
            Meaning::Key => return false,
            Meaning::Part => {}
            Meaning::IsLight(true) => appearance.theme = Theme::light(),
            Meaning::IsLight(false) => appearance.theme = Theme::default(),
        }
        true
    }

    /// Interprets a key. crossterm reads an answer as keys: an escape and the character after it as a key
    /// with Alt, and the rest as letters.
    fn take(&mut self, key: KeyEvent) -> Meaning {
        if !self.is_requested {
            return Meaning::Key;
        }
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        match (&mut self.received, key.code) {
            (None, KeyCode::Char(']')) if alt => {
                self.received = Some(String::new());
                Meaning::Part
            }
            (Some(received), KeyCode::Char(end))
                if (alt && end == '\\') || (ctrl && end == 'g') =>
            {
                let is_light = is_light(received);
                self.is_requested = false;
                is_light.map_or(Meaning::Part, Meaning::IsLight)
            }
            (Some(received), KeyCode::Char(c)) if may_follow(received, c) => {
                received.push(c);
                Meaning::Part
            }
            // It was no answer.
            (received, _) => {
                *received = None;
                Meaning::Key
            }
        }
    }
}

/// True if a character may follow this part of an answer.
fn may_follow(received: &str, c: char) -> bool {
    match PREFIX.chars().nth(received.len()) {
        Some(expected) => c == expected,
        None => (c.is_ascii_hexdigit() || c == '/') && received.len() < MAX_LENGTH,
    }
}

/// Parses `11;rgb:ffff/ffff/ffff`; a colour has one to four digits.
fn is_light(answer: &str) -> Option<bool> {
    let mut colours = answer.strip_prefix(PREFIX)?.split('/').map(|digits| {
        let most = f64::from(16_u32.checked_pow(u32::try_from(digits.len()).ok()?)? - 1);
        Some(f64::from(u32::from_str_radix(digits, 16).ok()?) / most)
    });
    let mut next = || colours.next().flatten();
    let (red, green, blue) = (next()?, next()?, next()?);
    // The luminance (ITU-R BT.709).
    Some(0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<KeyEvent> {
        let mut keys = Vec::new();
        let mut alt = false;
        for c in text.chars() {
            let held =
                if std::mem::take(&mut alt) { KeyModifiers::ALT } else { KeyModifiers::NONE };
            match c {
                '\u{1b}' => alt = true,
                '\u{7}' => keys.push(KeyEvent::new(KeyCode::Char('g'), KeyModifiers::CONTROL)),
                c => keys.push(KeyEvent::new(KeyCode::Char(c), held)),
            }
        }
        keys
    }

    #[test]
    fn an_answer_is_recognized_and_is_not_a_key() {
        for (answer, light) in [
            ("\u{1b}]11;rgb:ffff/ffff/ffff\u{1b}\\", true),
            ("\u{1b}]11;rgb:1e1e/1e1e/2e2e\u{7}", false),
            ("\u{1b}]11;rgb:fd/f6/e3\u{1b}\\", true),
        ] {
            let mut background = Background::requested();
            let taken: Vec<_> = keys(answer).into_iter().map(|key| background.take(key)).collect();
            let (last, before) = taken.split_last().unwrap();
            assert_eq!(*last, Meaning::IsLight(light), "{answer:?}");
            assert!(before.iter().all(|meaning| *meaning == Meaning::Part));
            assert_eq!(background.take(keys("j")[0]), Meaning::Key);
        }
    }

    #[test]
    fn typed_keys_are_not_swallowed() {
        let mut background = Background::requested();
        for key in keys("jk11;rgb") {
            assert_eq!(background.take(key), Meaning::Key);
        }
        // Only the key that could begin an answer is lost.
        let taken: Vec<_> = keys("\u{1b}]jg").into_iter().map(|key| background.take(key)).collect();
        assert_eq!(taken, [Meaning::Part, Meaning::Key, Meaning::Key]);
        let mut unasked = Background::default();
        assert!(keys("\u{1b}]11").into_iter().all(|key| unasked.take(key) == Meaning::Key));
    }
}
