//! The file format of label and annotation maps (`fieldpath.FormatMap`), with Go's quoting.

use std::fmt::Write as _;

use crate::text::is_printable;

mod unicode_17;

use unicode_17::PRINTABLE_SINCE_GO_1_27;

/// Renders a map as its file has it: one `key="value"` per line, sorted by the bytes of the keys,
/// without a line break at the end. Keys are never escaped.
#[must_use]
pub fn format_map<'a>(map: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut entries: Vec<_> = map.into_iter().collect();
    entries.sort_unstable();
    let mut text = String::with_capacity(entries.iter().map(|(k, v)| k.len() + v.len() + 4).sum());
    for (at, (key, value)) in entries.into_iter().enumerate() {
        if at > 0 {
            text.push('\n');
        }
        text.push_str(key);
        text.push('=');
        push_quoted(&mut text, value);
    }
    text
}

/// Renders a text as Go's `%q` does.
#[must_use]
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    push_quoted(&mut quoted, text);
    quoted
}

/// True if a text has a code point that is printable in Unicode 17 but not in 15: Go 1.26, with
/// which kubelets up to 1.37 are built, escapes it, and Go 1.27 does not. No release of the kubelet
/// is known to be built with Go 1.27.
pub(super) fn newly_printable(text: &str) -> bool {
    !text.is_ascii() && text.chars().any(|c| is_in(&PRINTABLE_SINCE_GO_1_27, u32::from(c)))
}

fn is_in(ranges: &[(u32, u32)], c: u32) -> bool {
    let at = ranges.partition_point(|(_, last)| *last < c);
    ranges.get(at).is_some_and(|(first, _)| *first <= c)
}

fn push_quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        // Writing to a String cannot fail.
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            ' '..='~' => out.push(c),
            '\x07' => out.push_str("\\a"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x0b' => out.push_str("\\v"),
            '\0'..='\x1f' | '\x7f' => _ = write!(out, "\\x{:02x}", u32::from(c)),
            c if is_printable(c) => out.push(c),
            '\u{80}'..='\u{ffff}' => _ = write!(out, "\\u{:04x}", u32::from(c)),
            _ => _ = write!(out, "\\U{:08x}", u32::from(c)),
        }
    }
    out.push('"');
}
