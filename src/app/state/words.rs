//! A text that is typed in what covers the panes, and restricts what is shown there.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// The text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// What is shown matches this text; empty shows all.
    pub text: String,
    /// True while it is typed.
    pub is_typing: bool,
}

impl Words {
    /// Handles a key while the text is typed.
    pub(in crate::app) fn typed(&mut self, key: KeyEvent) {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Enter => self.is_typing = false,
            KeyCode::Esc => *self = Self::default(),
            KeyCode::Char('c') if ctrl => *self = Self::default(),
            KeyCode::Backspace => _ = self.text.pop(),
            KeyCode::Char('u') if ctrl => self.text.clear(),
            KeyCode::Char(c) if !ctrl => self.text.push(c),
            _ => {}
        }
    }

    /// Clears the text. Returns false if there is none.
    pub(in crate::app) fn clear(&mut self) -> bool {
        !std::mem::take(&mut self.text).is_empty()
    }

    /// True if a text contains the words, whatever their case.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        self.text.is_empty() || text.to_lowercase().contains(&self.text.to_lowercase())
    }

    /// Returns the text behind its key, with a cursor while it is typed; `None` if nothing is shown.
    #[must_use]
    pub fn label(&self, key: &str) -> Option<String> {
        let cursor = if self.is_typing { "▏" } else { "" };
        let is_shown = self.is_typing || !self.text.is_empty();
        is_shown.then(|| format!("{key}{}{cursor}", self.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_edit_the_text_until_enter_keeps_it_or_esc_clears_it() {
        let mut words = Words { is_typing: true, ..Words::default() };
        let press = |words: &mut Words, code| words.typed(KeyEvent::new(code, KeyModifiers::NONE));
        for c in ['a', 'b', 'C'] {
            press(&mut words, KeyCode::Char(c));
        }
        press(&mut words, KeyCode::Backspace);
        assert_eq!(words.label("/").as_deref(), Some("/ab▏"));
        press(&mut words, KeyCode::Enter);
        assert_eq!(words, Words { text: "ab".to_owned(), is_typing: false });
        assert!(words.is_in("xABx") && !words.is_in("ba"));
        words.is_typing = true;
        press(&mut words, KeyCode::Esc);
        assert_eq!(words.label("/"), None);
    }
}
