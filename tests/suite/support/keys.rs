//! Keys as words: `j j enter`, `ctrl-d`, `:po/db-0 space -n space shop enter`.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Parses keys from words separated by spaces. A word is the name of a key, or text to type.
pub(crate) fn keys(text: &str) -> Vec<KeyEvent> {
    text.split_whitespace().flat_map(word).collect()
}

fn word(word: &str) -> Vec<KeyEvent> {
    if let Some(letter) = word.strip_prefix("ctrl-") {
        let letter = letter.chars().next().unwrap();
        return vec![KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL)];
    }
    let named = match word {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "shift-tab" => KeyCode::BackTab,
        "space" => KeyCode::Char(' '),
        "backspace" => KeyCode::Backspace,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pageup" => KeyCode::PageUp,
        "pagedown" => KeyCode::PageDown,
        typed => return typed.chars().map(|c| plain(KeyCode::Char(c))).collect(),
    };
    vec![plain(named)]
}

fn plain(code: KeyCode) -> KeyEvent {
    KeyEvent::new(code, KeyModifiers::NONE)
}
