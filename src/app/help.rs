//! The help: the keys of the focused pane first, then the others, as far as they match what is searched.

use crate::app::model::Model;
use crate::app::state::overlay::Help;
use crate::keymap::{BINDINGS, Binding, Mode};
use crate::text::{columns, visible, wrapped};
use crate::theme::Role;

/// The width of the keys, in columns.
const KEYS: usize = 17;

/// One line of the help: its text in pieces, each with its role for the theme.
pub type Line = Vec<(String, Role)>;

/// Returns the lines, wrapped at a width in columns.
#[must_use]
pub fn lines(model: &Model, help: &Help, width: usize) -> Vec<Line> {
    let words = help.words.text.to_lowercase();
    let mut lines = Vec::new();
    let first = [help.of, Mode::Anywhere].into_iter().filter(|mode| *mode != Mode::Help);
    let others = Mode::ALL.into_iter().filter(|mode| ![help.of, Mode::Anywhere].contains(mode));
    for mode in first.chain(others) {
        let title = model.keymap.title(mode);
        let all = title.to_lowercase().contains(&words);
        let of_mode = BINDINGS.iter().filter(|binding| binding.mode == mode);
        let matching = of_mode.filter(|binding| all || matches(model, binding, &words));
        let keys: Vec<Line> = matching.flat_map(|it| key_lines(model, it, width)).collect();
        if !keys.is_empty() {
            lines.push(vec![(title, Role::Title)]);
            lines.extend(keys);
            lines.push(Line::new());
        }
    }
    if words.is_empty() {
        lines.extend(connection(model, width));
    } else if lines.is_empty() {
        lines.push(vec![("No key matches".to_owned(), Role::Dim)]);
    }
    lines
}

fn keys(model: &Model, binding: &Binding) -> String {
    let keys: Vec<String> = model.keymap.chords(binding).iter().map(ToString::to_string).collect();
    keys.join(" ")
}

fn matches(model: &Model, binding: &Binding, words: &str) -> bool {
    binding.help.to_lowercase().contains(words) || keys(model, binding).to_lowercase() == words
}

/// Returns a key with what it does, which continues below itself.
fn key_lines(model: &Model, binding: &Binding, width: usize) -> Vec<Line> {
    let keys = format!("  {}", keys(model, binding));
    let indent = KEYS.min(width / 2);
    let fill = " ".repeat(indent.saturating_sub(columns(&keys)).max(1));
    let room = width.saturating_sub(indent);
    let mut texts = wrapped(&[(binding.help.to_owned(), Role::Text)], room, 0).into_iter();
    let mut first = vec![(format!("{keys}{fill}"), Role::Key)];
    if columns(&keys) < indent {
        first.extend(texts.next().unwrap_or_default());
    }
    let more = texts.map(|mut line| {
        line.insert(0, (" ".repeat(indent), Role::Text));
        line
    });
    std::iter::once(first).chain(more).collect()
}

/// Returns lines about the connection in full, for which the header may have no room.
fn connection(model: &Model, width: usize) -> Vec<Line> {
    let Some(connection) = model.connection() else { return Vec::new() };
    let endpoint = &connection.endpoint;
    let text = format!("  {} {} – {}", endpoint.kind, endpoint.address, endpoint.reason);
    let text = visible(&text).into_owned();
    let title = vec![("Connected".to_owned(), Role::Title)];
    std::iter::once(title).chain(wrapped(&[(text, Role::Text)], width, 2)).collect()
}
