//! One key press: parsing it from text and writing it.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// One key press.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Chord {
    /// The key.
    pub code: KeyCode,
    /// True if Ctrl is held.
    pub ctrl: bool,
}

/// Keys with a name: the key, the sign on screen, and the accepted words, the preferred one first.
const NAMED: &[(KeyCode, &str, &[&str])] = &[
    (KeyCode::Char(' '), "space", &["space"]),
    (KeyCode::Up, "↑", &["up"]),
    (KeyCode::Down, "↓", &["down"]),
    (KeyCode::Left, "←", &["left"]),
    (KeyCode::Right, "→", &["right"]),
    (KeyCode::Enter, "⏎", &["enter", "return"]),
    (KeyCode::Esc, "esc", &["esc", "escape"]),
    (KeyCode::Tab, "tab", &["tab"]),
    (KeyCode::BackTab, "shift-tab", &["shift-tab", "backtab"]),
    (KeyCode::Backspace, "backspace", &["backspace"]),
    (KeyCode::Insert, "insert", &["insert"]),
    (KeyCode::Delete, "delete", &["delete"]),
    (KeyCode::Home, "home", &["home"]),
    (KeyCode::End, "end", &["end"]),
    (KeyCode::PageUp, "pgup", &["pgup", "pageup"]),
    (KeyCode::PageDown, "pgdn", &["pgdn", "pagedown"]),
];

impl Chord {
    /// Returns the chord of a terminal's key event.
    #[must_use]
    pub fn of(event: KeyEvent) -> Self {
        Self { code: event.code, ctrl: event.modifiers.contains(KeyModifiers::CONTROL) }
    }

    /// Returns the name in ASCII, as in the settings file: `ctrl-d`, `enter`, `up`.
    #[must_use]
    pub fn name(&self) -> String {
        match NAMED.iter().find(|(code, ..)| *code == self.code) {
            Some((_, _, words)) if self.ctrl => format!("ctrl-{}", words[0]),
            Some((_, _, words)) => words[0].to_owned(),
            None => self.to_string(),
        }
    }
}

/// Parses `ctrl-d`, `enter`, `pgdn`, `F1`, or a single character.
impl std::str::FromStr for Chord {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (ctrl, key) = match text.strip_prefix("ctrl-") {
            Some(key) if !key.is_empty() => (true, key),
            _ => (false, text),
        };
        let has_name = |(_, shown, words): &&(KeyCode, &str, &[&str])| {
            *shown == key || words.iter().any(|word| word.eq_ignore_ascii_case(key))
        };
        let number = key.strip_prefix(['F', 'f']).and_then(|number| number.parse().ok());
        let mut letters = key.chars();
        let code = match (NAMED.iter().find(has_name), number, letters.next(), letters.next()) {
            (Some((code, ..)), ..) => *code,
            (_, Some(number), ..) if (1..=24).contains(&number) => KeyCode::F(number),
            (.., Some(c), None) if !c.is_control() && c != ' ' => KeyCode::Char(c),
            _ => {
                return Err(format!(
                    "`{text}` is not a key; write it like j, ctrl-d, enter, pgdn or F1"
                ));
            }
        };
        // Terminals send the same bytes for ctrl-D and ctrl-d.
        let code = match code {
            KeyCode::Char(c) if ctrl => KeyCode::Char(c.to_ascii_lowercase()),
            code => code,
        };
        Ok(Self { code, ctrl })
    }
}

impl std::fmt::Display for Chord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.ctrl {
            f.write_str("ctrl-")?;
        }
        if let Some((_, shown, _)) = NAMED.iter().find(|(code, ..)| *code == self.code) {
            return f.write_str(shown);
        }
        match self.code {
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::F(n) => write!(f, "F{n}"),
            other => write!(f, "{other:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keymap::BINDINGS;

    #[test]
    fn every_bound_key_parses_back_from_its_name_and_its_sign() {
        for chord in BINDINGS.iter().flat_map(|binding| binding.chords) {
            assert_eq!(chord.name().parse(), Ok(*chord), "{chord:?}");
            assert_eq!(chord.to_string().parse(), Ok(*chord), "{chord:?}");
            assert!(chord.name().is_ascii());
        }
    }

    #[test]
    fn text_that_is_not_a_key_is_refused() {
        for text in ["", " ", "hyper-x", "F0", "F99", "jj", "\u{1b}"] {
            assert!(text.parse::<Chord>().is_err(), "{text:?}");
        }
    }
}
