//! Pieces of sentences: counts, ages, lists, and the server's own words made fit to be quoted.

use crate::k8s::age::human_duration;
use crate::text::visible_within;

pub(super) use crate::object::instead::all;

/// A quoted message is cut at this many columns.
const MESSAGE: usize = 120;

/// Returns `1 pod`, `2 pods`.
pub(super) fn count(number: i64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Returns `once`, `3 times`.
pub(super) fn times(number: i64) -> String {
    if number == 1 { "once".to_owned() } else { format!("{number} times") }
}

/// Returns an age in seconds as kubectl prints it, such as `22m`.
pub(super) fn span(seconds: i64) -> String {
    human_duration(seconds.max(0))
}

/// Returns ` for 22m`, or nothing if the age is not known.
pub(super) fn lasting(seconds: Option<i64>) -> String {
    seconds.map_or_else(String::new, |seconds| format!(" for {}", span(seconds)))
}

/// Returns ` 22m ago`, or nothing if the age is not known.
pub(super) fn ago(seconds: Option<i64>) -> String {
    seconds.map_or_else(String::new, |seconds| format!(" {} ago", span(seconds)))
}

/// Returns the first line of a server's message, safe to show and at most 120 columns wide.
pub(super) fn quote(message: &str) -> String {
    let line = message.trim().lines().next().unwrap_or_default();
    visible_within(line, MESSAGE).into_owned()
}

/// Returns `: message`, or nothing if the message is empty.
pub(super) fn because(message: &str) -> String {
    let quoted = quote(message);
    if quoted.is_empty() { quoted } else { format!(": {quoted}") }
}

/// Returns the sentence with a lower-case first letter, to be put after a colon.
pub(super) fn lowered(sentence: &str) -> String {
    let mut chars = sentence.chars();
    let second_is_lower = sentence.chars().nth(1).is_some_and(|c| !c.is_uppercase());
    match chars.next() {
        Some(first) if second_is_lower => first.to_lowercase().collect::<String>() + chars.as_str(),
        _ => sentence.to_owned(),
    }
}

/// Returns the words of a CamelCase name, as in `Memory pressure` for `MemoryPressure`.
pub(super) fn spaced(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for (index, c) in name.char_indices() {
        let before = name[..index].chars().next_back();
        if c.is_uppercase() && before.is_some_and(char::is_lowercase) {
            text.push(' ');
            text.extend(c.to_lowercase());
        } else {
            text.push(c);
        }
    }
    text
}

/// Returns the text between two marks, such as `keys` of `volume "keys" :` between `volume "` and `"`.
pub(super) fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(inside, _)| inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_their_noun() {
        assert_eq!((count(1, "pod"), count(0, "pod")), ("1 pod".into(), "0 pods".into()));
        assert_eq!((times(1), times(3)), ("once".into(), "3 times".into()));
        assert_eq!(all(&["a", "b", "c"]), "a, b and c");
    }

    #[test]
    fn a_quoted_message_is_one_safe_line() {
        assert_eq!(quote("one\u{1b}[2J\ntwo"), "one\\x1b[2J");
        assert!(quote(&"x".repeat(500)).ends_with('…'));
        assert_eq!(because(""), "");
    }

    #[test]
    fn names_are_spelled_as_words() {
        assert_eq!(spaced("MemoryPressure"), "Memory pressure");
        assert_eq!(spaced("PIDPressure"), "PIDPressure");
        assert_eq!(lowered("Container a"), "container a");
        assert_eq!(lowered("API x"), "API x");
    }
}
