//! Whether the terminal's background is light: asked by the escape sequence that xterm gave all
//! others (OSC 11). The answer comes among the keys, at once, late or never, and nobody waits.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use crate::theme::Theme;
use crate::view::Appearance;

/// The question.
pub(super) const QUESTION: &str = "\u{1b}]11;?\u{1b}\\";

/// What the answer begins with, after the escape and its bracket.
const BEGINNING: &str = "11;rgb:";

/// No answer is longer: four digits for each of three colours.
const LONGEST: usize = BEGINNING.len() + 14;

/// Listens for the answer.
#[derive(Debug, Default)]
pub(super) struct Background {
    awaits: bool,
    /// What came of the answer so far, once its first key did.
    heard: Option<String>,
}

/// What a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heard {
    /// One that somebody pressed.
    Key,
    /// A part of the answer.
    Part,
    /// The end of the answer, and whether the background is light.
    IsLight(bool),
}

impl Background {
    /// The question was asked.
    pub(super) fn asked() -> Self {
        Self { awaits: true, heard: None }
    }

    /// Whether what the terminal told is a part of its answer. The end of it chooses the theme.
    pub(super) fn takes(&mut self, event: &Event, look: &mut Appearance) -> bool {
        let Event::Key(key) = event else { return false };
        match self.take(*key) {
            Heard::Key => return false,
            Heard::Part => {}
            Heard::IsLight(true) => look.theme = Theme::light(),
            Heard::IsLight(false) => look.theme = Theme::default(),
        }
        true
    }

    /// Takes a key in. The reader of keys knows no such answers: an escape with what follows it is
    /// a key held with Alt, and the rest are letters.
    fn take(&mut self, key: KeyEvent) -> Heard {
        if !self.awaits {
            return Heard::Key;
        }
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        match (&mut self.heard, key.code) {
            (None, KeyCode::Char(']')) if alt => {
                self.heard = Some(String::new());
                Heard::Part
            }
            (Some(heard), KeyCode::Char(end)) if (alt && end == '\\') || (ctrl && end == 'g') => {
                let is_light = is_light(heard);
                self.awaits = false;
                is_light.map_or(Heard::Part, Heard::IsLight)
            }
            (Some(heard), KeyCode::Char(c)) if may_follow(heard, c) => {
                heard.push(c);
                Heard::Part
            }
            // What began like an answer was none.
            (heard, _) => {
                *heard = None;
                Heard::Key
            }
        }
    }
}

fn may_follow(heard: &str, c: char) -> bool {
    match BEGINNING.chars().nth(heard.len()) {
        Some(expected) => c == expected,
        None => (c.is_ascii_hexdigit() || c == '/') && heard.len() < LONGEST,
    }
}

/// Reads `11;rgb:ffff/ffff/ffff`; the digits of a colour may be one to four.
fn is_light(answer: &str) -> Option<bool> {
    let mut colours = answer.strip_prefix(BEGINNING)?.split('/').map(|digits| {
        let most = f64::from(16_u32.checked_pow(u32::try_from(digits.len()).ok()?)? - 1);
        Some(f64::from(u32::from_str_radix(digits, 16).ok()?) / most)
    });
    let mut next = || colours.next().flatten();
    let (red, green, blue) = (next()?, next()?, next()?);
    // As bright as the eye takes it (ITU-R BT.709).
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
    fn the_answer_is_heard_and_is_no_key() {
        for (answer, light) in [
            ("\u{1b}]11;rgb:ffff/ffff/ffff\u{1b}\\", true),
            ("\u{1b}]11;rgb:1e1e/1e1e/2e2e\u{7}", false),
            ("\u{1b}]11;rgb:fd/f6/e3\u{1b}\\", true),
        ] {
            let mut background = Background::asked();
            let heard: Vec<_> = keys(answer).into_iter().map(|key| background.take(key)).collect();
            let (last, before) = heard.split_last().unwrap();
            assert_eq!(*last, Heard::IsLight(light), "{answer:?}");
            assert!(before.iter().all(|heard| *heard == Heard::Part));
            assert_eq!(background.take(keys("j")[0]), Heard::Key);
        }
    }

    #[test]
    fn what_somebody_types_is_not_swallowed() {
        let mut background = Background::asked();
        for key in keys("jk11;rgb") {
            assert_eq!(background.take(key), Heard::Key);
        }
        // Only the key that could have begun an answer.
        let heard: Vec<_> = keys("\u{1b}]jg").into_iter().map(|key| background.take(key)).collect();
        assert_eq!(heard, [Heard::Part, Heard::Key, Heard::Key]);
        let mut unasked = Background::default();
        assert!(keys("\u{1b}]11").into_iter().all(|key| unasked.take(key) == Heard::Key));
    }
}
