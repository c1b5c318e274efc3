//! A JSON tokenizer. Tokens are ranges of bytes, nothing is converted, and nesting is not limited by the
//! stack.

use std::borrow::Cow;

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// `{`
    OpenMap,
    /// `[`
    OpenList,
    /// `}` or `]`
    Close,
    /// A key with its quotes. The colon after it is consumed.
    Key,
    /// A string with its quotes.
    Text {
        /// True if it contains an escaped line break.
        breaks: bool,
    },
    /// A number.
    Number,
    /// `true`, `false`, `null`.
    Literal,
}

/// A token at `start..end` of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) what: What,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Why bytes are not JSON, and at which offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) why: &'static str,
    pub(super) at: usize,
}

impl Broken {
    /// True if the bytes may be JSON that was cut: inside a string, or inside a token no longer than an
    /// escape.
    pub(super) fn is_cut(self, bytes: &[u8]) -> bool {
        self.why == UNTERMINATED || bytes.len() - self.at < 6
    }
}

const UNTERMINATED: &str = "a string does not end";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    Value,
    ValueOrClose,
    Key,
    KeyOrClose,
    CommaOrClose,
    End,
}

/// The tokenizer. It keeps one byte for each open container.
#[derive(Clone, Debug)]
pub(super) struct Tokens<'a> {
    bytes: &'a [u8],
    at: usize,
    open: Vec<u8>,
    expect: Expect,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, open: Vec::new(), expect: Expect::Value }
    }

    /// True if the next token closes the container that was just opened.
    pub(super) fn closes(&mut self) -> bool {
        self.skip_blanks();
        matches!(self.bytes.get(self.at), Some(b'}' | b']'))
    }

    /// Returns the next token; `None` at the end of a complete document.
    pub(super) fn next(&mut self) -> Result<Option<Token>, Broken> {
        loop {
            self.skip_blanks();
            let start = self.at;
            let Some(&byte) = self.bytes.get(start) else {
                return match self.expect {
                    Expect::End => Ok(None),
                    _ => Err(self.broken("it ends too early")),
                };
            };
            match (self.expect, byte) {
                (Expect::End, _) => return Err(self.broken("something follows its end")),
                (Expect::ValueOrClose | Expect::CommaOrClose, b']')
                | (Expect::KeyOrClose | Expect::CommaOrClose, b'}') => return self.close(byte),
                (Expect::CommaOrClose, b',') => {
                    self.at += 1;
                    let map = self.open.last() == Some(&b'{');
                    self.expect = if map { Expect::Key } else { Expect::Value };
                }
                (Expect::CommaOrClose, _) => return Err(self.broken("a comma is missing")),
                (Expect::Key | Expect::KeyOrClose, b'"') => return self.key(),
                (Expect::Key | Expect::KeyOrClose, _) => {
                    return Err(self.broken("a key is missing"));
                }
                (Expect::Value | Expect::ValueOrClose, _) => return self.value(byte),
            }
        }
    }

    fn value(&mut self, first: u8) -> Result<Option<Token>, Broken> {
        let start = self.at;
        let what = match first {
            b'{' | b'[' => {
                self.at += 1;
                self.open.push(first);
                let map = first == b'{';
                self.expect = if map { Expect::KeyOrClose } else { Expect::ValueOrClose };
                let what = if map { What::OpenMap } else { What::OpenList };
                return Ok(Some(Token { what, start, end: self.at }));
            }
            b'"' => What::Text { breaks: self.string()? },
            b'-' | b'0'..=b'9' => self.number()?,
            _ => self.literal()?,
        };
        self.after_value();
        Ok(Some(Token { what, start, end: self.at }))
    }

    fn key(&mut self) -> Result<Option<Token>, Broken> {
        let start = self.at;
        self.string()?;
        let end = self.at;
        self.skip_blanks();
        if self.bytes.get(self.at) != Some(&b':') {
            return Err(self.broken("a colon is missing"));
        }
        self.at += 1;
        self.expect = Expect::Value;
        Ok(Some(Token { what: What::Key, start, end }))
    }

    fn close(&mut self, byte: u8) -> Result<Option<Token>, Broken> {
        // `{` and `[` are two before their counterparts in ASCII.
        if self.open.pop() != Some(byte - 2) {
            return Err(self.broken("a bracket closes what is not open"));
        }
        self.at += 1;
        self.after_value();
        Ok(Some(Token { what: What::Close, start: self.at - 1, end: self.at }))
    }

    fn after_value(&mut self) {
        self.expect = if self.open.is_empty() { Expect::End } else { Expect::CommaOrClose };
    }

    /// Skips a string. Returns true if it contains an escaped line break.
    fn string(&mut self) -> Result<bool, Broken> {
        let mut breaks = false;
        let mut at = self.at + 1;
        loop {
            let rest = self.bytes.get(at..).unwrap_or_default();
            let Some(plain) = memchr::memchr2(b'"', b'\\', rest) else {
                return Err(self.broken(UNTERMINATED));
            };
            if !all_bytes(&rest[..plain], |b| b >= 0x20) {
                return Err(self.broken("a string has a control character"));
            }
            at += plain;
            if self.bytes[at] == b'"' {
                break;
            }
            let Some(length) = escape_length(&self.bytes[at..]) else {
                self.at = at;
                return Err(self.broken("a string has a wrong escape"));
            };
            breaks |= is_break(&self.bytes[at..at + length]);
            at += length;
        }
        self.at = at + 1;
        Ok(breaks)
    }

    fn number(&mut self) -> Result<What, Broken> {
        let is_part = |b: &u8| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|b| !is_part(b)).unwrap_or(rest.len());
        if !is_number(&rest[..length]) {
            return Err(self.broken("a number is malformed"));
        }
        self.at += length;
        Ok(What::Number)
    }

    fn literal(&mut self) -> Result<What, Broken> {
        let rest = &self.bytes[self.at..];
        for word in ["true", "false", "null"] {
            if rest.starts_with(word.as_bytes()) {
                self.at += word.len();
                return Ok(What::Literal);
            }
        }
        Err(self.broken("a value is missing"))
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    fn broken(&self, why: &'static str) -> Broken {
        Broken { why, at: self.at }
    }
}

/// True if an escape is a line feed.
fn is_break(escape: &[u8]) -> bool {
    escape == b"\\n" || escape.eq_ignore_ascii_case(b"\\u000a")
}

/// Returns the length of the escape at the beginning of the bytes.
fn escape_length(bytes: &[u8]) -> Option<usize> {
    match bytes.get(1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        b'u' => bytes.get(2..6)?.iter().all(u8::is_ascii_hexdigit).then_some(6),
        _ => None,
    }
}

/// True for a JSON number: no leading zero, and digits on both sides of the point.
fn is_number(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let (number, exponent) = match text.iter().position(|b| matches!(b, b'e' | b'E')) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let (whole, part) = match number.iter().position(|&b| b == b'.') {
        Some(at) => (&number[..at], Some(&number[at + 1..])),
        None => (number, None),
    };
    let digits = |b: &[u8]| !b.is_empty() && b.iter().all(u8::is_ascii_digit);
    digits(whole)
        && (whole.len() == 1 || whole[0] != b'0')
        && part.is_none_or(digits)
        && exponent.is_none_or(|e| {
            digits(e.strip_prefix(b"+").or_else(|| e.strip_prefix(b"-")).unwrap_or(e))
        })
}

/// Decodes a JSON string, given without its quotes. A lone surrogate becomes U+FFFD.
pub(super) fn unescape(raw: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = memchr::memchr(b'\\', raw) else {
        return Cow::Borrowed(raw);
    };
    let mut bytes = Vec::with_capacity(raw.len());
    bytes.extend_from_slice(&raw[..first]);
    let mut at = first;
    while at < raw.len() {
        let rest = &raw[at..];
        if rest[0] != b'\\' {
            let plain = memchr::memchr(b'\\', rest).unwrap_or(rest.len());
            bytes.extend_from_slice(&rest[..plain]);
            at += plain;
            continue;
        }
        let (c, length) = escaped(rest);
        bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        at += length;
    }
    Cow::Owned(bytes)
}

/// Decodes an escape. Returns the character and the length of the escape in bytes.
fn escaped(rest: &[u8]) -> (char, usize) {
    let simple = match rest.get(1) {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode_escaped(rest),
        Some(&other) => char::from(other),
        None => return ('\\', 1),
    };
    (simple, 2)
}

fn unicode_escaped(rest: &[u8]) -> (char, usize) {
    let unit = |at: usize| {
        let digits = rest.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let high = unit(0).unwrap_or(0xfffd);
    if (0xd800..0xdc00).contains(&high)
        && let Some(low) = unit(6).filter(|low| (0xdc00..0xe000).contains(low))
        && let Some(c) = char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00))
    {
        return (c, 12);
    }
    (char::from_u32(high).unwrap_or('\u{fffd}'), 6.min(rest.len()))
}

/// Decodes a JSON string, given without its quotes, to text. Bytes that are not UTF-8 become U+FFFD.
pub(super) fn text_of(raw: &[u8]) -> Cow<'_, str> {
    match unescape(raw) {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => Cow::Owned(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        }),
    }
}

/// Returns the length, with quotes, of the JSON string at the beginning of the bytes, which must be
/// valid.
pub(super) fn string_length(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(next) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        if bytes[at + next] == b'"' {
            return at + next + 1;
        }
        at += next + 2;
    }
    bytes.len()
}

/// Returns the offsets at which the lines of a JSON string begin: 0, then those after each escaped line
/// break. `raw` is the string without its quotes.
pub(super) fn line_starts(raw: &[u8]) -> impl Iterator<Item = usize> {
    let mut at = 0;
    std::iter::once(0).chain(std::iter::from_fn(move || {
        loop {
            at += memchr::memchr(b'\\', raw.get(at..)?)?;
            let length = escape_length(&raw[at..])?;
            let breaks = is_break(&raw[at..at + length]);
            at += length;
            if breaks {
                return Some(at);
            }
        }
    }))
}

/// Removes the escaped line break at the end of a JSON string, given without its quotes. `None` if there
/// is none.
pub(super) fn without_break(raw: &[u8]) -> Option<&[u8]> {
    [2, 6].into_iter().find_map(|length| {
        let (rest, end) = raw.split_at_checked(raw.len().checked_sub(length)?)?;
        // After an odd number of backslashes, this one is escaped itself.
        let escaping = rest.iter().rev().take_while(|b| **b == b'\\').count();
        (is_break(end) && escaping.is_multiple_of(2)).then_some(rest)
    })
}

/// True if all bytes are as wanted. Tested in chunks, which the compiler vectorizes.
pub(super) fn all_bytes(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> bool {
    bytes.chunks(64).all(|chunk| chunk.iter().fold(true, |all, b| all & wanted(*b)))
}

/// Returns the part of `raw` from `start` to the next escaped line break.
pub(super) fn line_at(raw: &[u8], start: usize) -> &[u8] {
    let rest = raw.get(start..).unwrap_or_default();
    match line_starts(rest).nth(1) {
        // An escaped line break takes two bytes or six.
        Some(next) if rest[..next].ends_with(b"\\n") => &rest[..next - 2],
        Some(next) => &rest[..next - 6],
        None => rest,
    }
}

/// Appends JSON without the blanks between its tokens.
pub(super) fn compact(bytes: &[u8], out: &mut String) {
    let mut at = 0;
    while at < bytes.len() {
        let length = match bytes[at] {
            b'"' => string_length(&bytes[at..]),
            b' ' | b'\n' | b'\r' | b'\t' => {
                at += 1;
                continue;
            }
            _ => 1,
        };
        out.push_str(&String::from_utf8_lossy(&bytes[at..at + length]));
        at += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<&str>, Broken> {
        let mut tokens = Tokens::new(text.as_bytes());
        let mut all = Vec::new();
        while let Some(token) = tokens.next()? {
            all.push(&text[token.start..token.end]);
        }
        Ok(all)
    }

    #[test]
    fn tokens_keep_the_text_as_sent() {
        let tokens = read(r#" {"a" : 1.50e+3, "a":[true,"x\n",{}] } "#).unwrap();
        assert_eq!(
            tokens,
            ["{", "\"a\"", "1.50e+3", "\"a\"", "[", "true", "\"x\\n\"", "{", "}", "]", "}"]
        );
    }

    #[test]
    fn json_that_serde_json_refuses_is_refused() {
        let long = "[".repeat(100);
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\"}",
            "{\"a\":}",
            "[1 2]",
            "01",
            "1.",
            "-",
            "1e",
            "\"\\x\"",
            "\"a\nb\"",
            "[}",
            "{]",
            "nul",
            "1 2",
            "{,}",
            "[,1]",
            "\"\\u12\"",
            "+1",
            "{1:2}",
            &long,
        ] {
            assert!(read(text).is_err(), "{text}");
            assert!(serde_json::from_str::<serde_json::Value>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn nesting_is_not_limited_by_the_stack() {
        let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(read(&deep).unwrap().len(), 400_000);
    }

    #[test]
    fn escapes_are_decoded() {
        assert_eq!(text_of(br"a\u00e4\ud83d\ude00\n\/\\"), "aä😀\n/\\");
        assert_eq!(text_of(br"\ud83dx"), "\u{fffd}x");
        assert_eq!(text_of(b"\xffx"), "\u{fffd}x");
    }

    #[test]
    fn the_lines_of_a_string_end_at_its_escaped_line_breaks() {
        let raw = br"a\\n\nb\u000Ac\n";
        let starts: Vec<_> = line_starts(raw).collect();
        let lines: Vec<_> = starts.iter().map(|&s| text_of(line_at(raw, s))).collect();
        assert_eq!(lines, ["a\\n", "b", "c", ""]);
        assert_eq!(without_break(raw), Some(&raw[..raw.len() - 2]));
        assert_eq!(without_break(br"a\u000a\u000A"), Some(&br"a\u000a"[..]));
        assert_eq!(without_break(br"a\\n"), None);
        assert_eq!(without_break(br"n"), None);
    }
}
