//! Writing strings in YAML: plain if every reader takes them for the same string, else quoted, and as
//! literal blocks if they have several lines.
//!
//! Readers are those of YAML 1.1 (`PyYAML`, Ruby, Go's yaml.v2) and of YAML 1.2. What one of them takes
//! for a boolean, a number, a date or a merge key is quoted.

use std::fmt::Write as _;

use super::token;
use crate::text::{is_safe, visible_with};

/// Appends a string on one line.
pub(super) fn write_flat(text: &str, out: &mut String) {
    if !is_printable(text) && !is_safe(text) {
        write_double(text, out);
    } else if is_plain(text) {
        out.push_str(text);
    } else if text.contains(['"', '\\']) {
        out.push('\'');
        out.push_str(&text.replace('\'', "''"));
        out.push('\'');
    } else {
        out.push('"');
        out.push_str(text);
        out.push('"');
    }
}

fn write_double(text: &str, out: &mut String) {
    let escape = |shown: &mut String, c: char| {
        // Writing to a String cannot fail.
        match c {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c if u32::from(c) > 0xffff => _ = write!(shown, "\\U{:08x}", u32::from(c)),
            c => _ = write!(shown, "\\u{:04x}", u32::from(c)),
        }
    };
    out.push('"');
    let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
    out.push_str(&visible_with(&quoted, escape));
    out.push('"');
}

/// Returns the header of a literal block for a text: `|`, `|-` or `|+`, with `2` if the text begins with
/// a blank. `None` if the text must be quoted.
pub(super) fn block_head(text: &str) -> Option<&'static str> {
    let blank = |line: &str| line.trim_matches([' ', '\t']).is_empty();
    let last = text.rsplit('\n').next().unwrap_or_default();
    if !text.contains('\n')
        || text.lines().all(blank)
        || (!last.is_empty() && blank(last))
        || !token::all_bytes(text.as_bytes(), |b| matches!(b, 0x20..0x7f | b'\n'))
            && !text.split(['\n', '\t']).all(is_safe)
    {
        return None;
    }
    let breaks = text.len() - text.trim_end_matches('\n').len();
    Some(head(text.starts_with([' ', '\t', '\n']), breaks))
}

/// Returns the header of a block, given whether its text begins with a blank and the number of line
/// breaks at its end.
pub(super) fn head(blank: bool, breaks: usize) -> &'static str {
    match (breaks, blank) {
        (0, false) => "|-",
        (0, true) => "|2-",
        (1, false) => "|",
        (1, true) => "|2",
        (_, false) => "|+",
        (_, true) => "|2+",
    }
}

/// True if a text is printable ASCII: a fast test that is true for most.
pub(super) fn is_printable(text: &str) -> bool {
    token::all_bytes(text.as_bytes(), |b| (0x20..0x7f).contains(&b))
}

fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else { return false };
    if first == b'-' && matches!(bytes.get(1), None | Some(b' ')) {
        return false;
    }
    !matches!(
        first,
        b' ' | b'?'
            | b':'
            | b','
            | b'['
            | b']'
            | b'{'
            | b'}'
            | b'#'
            | b'&'
            | b'*'
            | b'!'
            | b'|'
            | b'>'
            | b'\''
            | b'"'
            | b'%'
            | b'@'
            | b'`'
    ) && !matches!(last, b' ' | b':')
        && !text.starts_with("---")
        && !text.starts_with("...")
        && !has_pair(bytes, *b": ")
        && !has_pair(bytes, *b" #")
        && !is_word(text)
        && !(matches!(first, b'0'..=b'9' | b'+' | b'-' | b'.') && looks_like_number(bytes))
}

fn has_pair(text: &[u8], pair: [u8; 2]) -> bool {
    // For short texts, preparing a search costs more than the search.
    if text.len() < 64 {
        text.windows(2).any(|two| two == pair)
    } else {
        memchr::memmem::find(text, &pair).is_some()
    }
}

fn is_word(text: &str) -> bool {
    const WORDS: [&str; 12] =
        ["~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "<<", "="];
    text.len() <= 5 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// True for integers of any base, with `_` or `,`, floats, sexagesimal numbers and dates.
fn looks_like_number(text: &[u8]) -> bool {
    let bare = match text {
        [b'+' | b'-', rest @ ..] => rest,
        _ => text,
    };
    let all = |bytes: &[u8], more: &[u8]| {
        bytes.iter().all(|b| b.is_ascii_digit() || *b == b'_' || *b == b',' || more.contains(b))
    };
    match bare {
        [b'0', b'x' | b'X', rest @ ..] => rest.iter().all(|b| b.is_ascii_hexdigit() || *b == b'_'),
        [b'0', b'o' | b'O' | b'b' | b'B', rest @ ..] => all(rest, b""),
        [b'.', rest @ ..]
            if [&b"inf"[..], b"nan"].iter().any(|word| rest.eq_ignore_ascii_case(word)) =>
        {
            true
        }
        _ => is_date(bare) || is_float(bare, all) || all(bare, b":"),
    }
}

fn is_float(bare: &[u8], all: impl Fn(&[u8], &[u8]) -> bool) -> bool {
    let (number, exponent) = match bare.iter().position(|b| matches!(b, b'e' | b'E')) {
        Some(at) => (&bare[..at], &bare[at + 1..]),
        None => (bare, &b"0"[..]),
    };
    let exponent = match exponent {
        [b'+' | b'-', rest @ ..] => rest,
        _ => exponent,
    };
    let mut points = number.iter().filter(|b| **b == b'.');
    points.nth(1).is_none() && all(number, b".:") && all(exponent, b"")
}

fn is_date(bare: &[u8]) -> bool {
    let mut parts = bare.splitn(3, |b| *b == b'-');
    let digits = |part: Option<&[u8]>, most: usize| {
        part.is_some_and(|p| (1..=most).contains(&p.len()) && p.iter().all(u8::is_ascii_digit))
    };
    digits(parts.next(), 4)
        && digits(parts.next(), 2)
        && parts.next().is_some_and(|day| day.first().is_some_and(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(text: &str) -> String {
        let mut out = String::new();
        write_flat(text, &mut out);
        out
    }

    #[test]
    fn strings_that_kubectl_writes_plain_are_plain() {
        for text in [
            "nginx:1.27",
            "--leader-elect=true",
            "10.0.0.1",
            "v1.36.2",
            "2Gi",
            "100m",
            "a b",
            "5d4f8c7b9",
            "app.kubernetes.io/name",
            "-x",
            "it's",
            "kube-system",
            "1.2.3",
            "http://a:1/",
        ] {
            assert_eq!(flat(text), text);
        }
    }

    #[test]
    fn strings_that_a_reader_takes_for_something_else_are_quoted() {
        for text in [
            "",
            "~",
            "null",
            "yes",
            "No",
            "ON",
            "off",
            "y",
            "true",
            "FALSE",
            "<<",
            "=",
            "1",
            "-1",
            "+1",
            "0777",
            "0o7",
            "0x1F",
            "0b1",
            "1_000",
            "1,000",
            "1.5",
            ".5",
            "1e3",
            "1E-3",
            "12e45",
            "1:30",
            "190:20:30.15",
            ".inf",
            "-.INF",
            ".nan",
            "2026-11-23",
            "2026-11-23T13:00:00Z",
            " a",
            "a ",
            "a: b",
            "a:",
            "a #b",
            "# a",
            "- a",
            "-",
            "---",
            "...",
            "*",
            "&a",
            "!x",
            "|",
            ">",
            "%",
            "@",
            "`",
            "[",
            "]",
            "{",
            "}",
            ",",
            "?",
            "? a",
            ":8080",
            "._",
            ".",
        ] {
            assert_eq!(flat(text), format!("\"{text}\""));
        }
        assert_eq!(flat("{\"a\":\"it's\"}"), "'{\"a\":\"it''s\"}'");
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(
            flat("a\u{1b}[1m\t\u{85}\u{202e}\u{e0001}\""),
            "\"a\\u001b[1m\\t\\u0085\\u202e\\U000e0001\\\"\""
        );
    }

    #[test]
    fn the_header_of_a_block_keeps_its_line_breaks() {
        assert_eq!(block_head("a\nb"), Some("|-"));
        assert_eq!(block_head("a\nb\n"), Some("|"));
        assert_eq!(block_head("a\n\n"), Some("|+"));
        assert_eq!(block_head(" a\nb\n"), Some("|2"));
        assert_eq!(block_head("\na"), Some("|2-"));
        for text in ["a", "\n", " \n\n", "a\r\nb", "a\n\u{1b}", "a\n  "] {
            assert_eq!(block_head(text), None, "{text:?}");
        }
    }
}
