//! Writing a whole document, with nothing folded and nothing masked, as `kubewalk get` prints it.

use std::io::{self, Write};

use super::token::{self, What};
use super::{scalar, tree::MAX_DEPTH};
use crate::text::{Escaper, visible, visible_with};

/// Writes JSON as YAML. A body that is not JSON is written as it is, and with `visible`, for a terminal,
/// its control characters are made visible. YAML has no control characters in any case.
///
/// # Errors
/// Those of the writer.
pub fn write_yaml(body: &[u8], visible: bool, out: &mut impl Write) -> io::Result<()> {
    let mut tokens = token::Tokens::new(body);
    while let Some(more) = tokens.next().transpose() {
        if more.is_err() {
            return Visible::new(visible).whole(body, out);
        }
    }
    let mut writer = Yaml { body, open: Vec::new(), key: None, begun: false, out };
    let mut tokens = token::Tokens::new(body);
    while let Ok(Some(token)) = tokens.next() {
        writer.token(token, &mut tokens)?;
    }
    Ok(())
}

/// Writes JSON with each entry on a line of its own; see [`Indenter`].
///
/// # Errors
/// Those of the writer.
pub fn write_json(body: &[u8], visible: bool, out: &mut impl Write) -> io::Result<()> {
    let mut indenter = Indenter::new(visible);
    indenter.push(body, out)?;
    indenter.finish(out)
}

struct Level {
    list: bool,
    indent: usize,
}

struct Yaml<'a, W> {
    body: &'a [u8],
    open: Vec<Level>,
    key: Option<(usize, usize)>,
    /// True if the line was begun, with the dash of a list.
    begun: bool,
    out: &'a mut W,
}

impl<W: Write> Yaml<'_, W> {
    fn token(&mut self, token: token::Token, tokens: &mut token::Tokens<'_>) -> io::Result<()> {
        match token.what {
            What::Key => {
                self.key = Some((token.start + 1, token.end - 1));
                Ok(())
            }
            What::Close => {
                self.open.pop();
                Ok(())
            }
            What::OpenMap | What::OpenList => self.container(token, tokens),
            What::Text { breaks } => {
                let text = token::text_of(&self.body[token.start + 1..token.end - 1]);
                let column = self.entry()?;
                let may_be_block = breaks && !self.open.is_empty();
                if let Some(head) = scalar::block_head(&text).filter(|_| may_be_block) {
                    return self.block(head, &text, column + 2);
                }
                let mut flat = String::new();
                scalar::write_flat(&text, &mut flat);
                self.end_line(flat.as_bytes())
            }
            What::Number | What::Literal => {
                self.entry()?;
                self.end_line(&self.body[token.start..token.end])
            }
        }
    }

    fn container(&mut self, token: token::Token, tokens: &mut token::Tokens<'_>) -> io::Result<()> {
        let list = token.what == What::OpenList;
        if tokens.closes() || self.open.len() >= usize::from(MAX_DEPTH) {
            let (mut depth, mut end) = (1_usize, token.end);
            while let (1.., Ok(Some(inner))) = (depth, tokens.next()) {
                match inner.what {
                    What::OpenMap | What::OpenList => depth += 1,
                    What::Close => depth -= 1,
                    _ => {}
                }
                end = inner.end;
                if depth == 0 {
                    break;
                }
            }
            let mut flow = String::new();
            token::compact(&self.body[token.start..end], &mut flow);
            self.entry()?;
            return self.end_line(escaped(&flow).as_bytes());
        }
        let keyed = self.key.is_some();
        let outer = self.open.last().map(|level| level.list);
        let mut indent = 0;
        if outer.is_some() {
            indent = self.entry()?;
            if keyed {
                self.out.write_all(b"\n")?;
                self.begun = false;
            }
            indent += if keyed && list { 0 } else { 2 };
        }
        self.open.push(Level { list, indent });
        Ok(())
    }

    /// Begins an entry with its indentation, dash and key. Returns its column.
    fn entry(&mut self) -> io::Result<usize> {
        let Some(level) = self.open.last() else { return Ok(0) };
        let (list, column) = (level.list, level.indent);
        if !self.begun {
            spaces(column, self.out)?;
        }
        if list {
            self.out.write_all(b"- ")?;
            self.begun = true;
        }
        if let Some((start, end)) = self.key.take() {
            let mut key = String::new();
            scalar::write_flat(&token::text_of(&self.body[start..end]), &mut key);
            key.push(':');
            self.out.write_all(key.as_bytes())?;
            self.begun = false;
        }
        Ok(column)
    }

    fn end_line(&mut self, value: &[u8]) -> io::Result<()> {
        if self.open.last().is_some_and(|level| !level.list) {
            self.out.write_all(b" ")?;
        }
        self.begun = false;
        self.out.write_all(value)?;
        self.out.write_all(b"\n")
    }

    fn block(&mut self, head: &str, text: &str, column: usize) -> io::Result<()> {
        self.end_line(head.as_bytes())?;
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            if !line.is_empty() {
                spaces(column, self.out)?;
            }
            self.out.write_all(line.as_bytes())?;
            self.out.write_all(b"\n")?;
        }
        Ok(())
    }
}

/// Indents JSON that arrives in pieces cut anywhere. It keeps only the depth. Tokens stay as they are;
/// of a body that is not JSON, only the blanks change.
#[derive(Debug)]
pub struct Indenter {
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// True if a container was opened and nothing followed yet.
    opened: bool,
    visible: Visible,
}

impl Indenter {
    /// Returns an indenter. With `visible`, control characters become JSON's own escapes.
    #[must_use]
    pub fn new(visible: bool) -> Self {
        let visible = Visible { is_json: true, ..Visible::new(visible) };
        Self { depth: 0, in_string: false, escaped: false, opened: false, visible }
    }

    /// Writes the next piece.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn push(&mut self, piece: &[u8], out: &mut impl Write) -> io::Result<()> {
        let mut at = 0;
        while let Some(&byte) = piece.get(at) {
            if self.in_string {
                let length = self.string(&piece[at..]);
                self.visible.push(&piece[at..at + length], out)?;
                at += length;
                continue;
            }
            at += 1;
            if matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                continue;
            }
            let closes = matches!(byte, b'}' | b']');
            if closes {
                self.depth = self.depth.saturating_sub(1);
            }
            if std::mem::take(&mut self.opened) != closes {
                self.line(out)?;
            }
            self.visible.push(&[byte], out)?;
            match byte {
                b'{' | b'[' => {
                    self.depth += 1;
                    self.opened = true;
                }
                b',' => self.line(out)?,
                b':' => out.write_all(b" ")?,
                b'"' => self.in_string = true,
                _ => {}
            }
        }
        Ok(())
    }

    /// Writes what is left and ends the last line.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(&mut self, out: &mut impl Write) -> io::Result<()> {
        self.visible.finish(out)?;
        out.write_all(b"\n")
    }

    /// Returns the number of bytes that belong to the open string.
    fn string(&mut self, rest: &[u8]) -> usize {
        for (at, &byte) in rest.iter().enumerate() {
            if std::mem::take(&mut self.escaped) {
                continue;
            }
            match byte {
                b'\\' => self.escaped = true,
                b'"' => {
                    self.in_string = false;
                    return at + 1;
                }
                _ => {}
            }
        }
        rest.len()
    }

    fn line(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(b"\n")?;
        // Deeper indentation would flood the output.
        spaces(2 * self.depth.min(MAX_DEPTH.into()), out)
    }
}

/// Copies bytes that arrive in pieces cut anywhere, and makes control characters visible for a
/// terminal.
#[derive(Debug)]
pub struct Visible {
    is_on: bool,
    is_json: bool,
    escaper: Escaper,
    /// The bytes at the end of the last piece whose meaning depends on the next one.
    rest: Vec<u8>,
}

impl Visible {
    /// Returns a filter that changes nothing unless `is_on`.
    #[must_use]
    pub fn new(is_on: bool) -> Self {
        Self { is_on, is_json: false, escaper: Escaper::default(), rest: Vec::new() }
    }

    /// Writes the next piece. Line breaks and tabs stay; `\r\n` becomes `\n`.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn push(&mut self, piece: &[u8], out: &mut impl Write) -> io::Result<()> {
        if !self.is_on {
            return out.write_all(piece);
        }
        if self.rest.is_empty() && piece.iter().all(|b| (0x20..0x7f).contains(b)) {
            if let Some(&last) = piece.last() {
                self.escaper.passes(last.into(), None);
            }
            return out.write_all(piece);
        }
        let mut bytes = std::mem::take(&mut self.rest);
        bytes.extend_from_slice(piece);
        let cut = undecided(&bytes);
        self.rest = bytes.split_off(cut);
        self.write(&bytes, out)
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(&mut self, out: &mut impl Write) -> io::Result<()> {
        let rest = std::mem::take(&mut self.rest);
        self.write(&rest, out)
    }

    fn whole(mut self, body: &[u8], out: &mut impl Write) -> io::Result<()> {
        self.push(body, out)?;
        self.finish(out)
    }

    /// Writes text, the last character of which needs none behind it, or is the last of all.
    fn write(&mut self, bytes: &[u8], out: &mut impl Write) -> io::Result<()> {
        let text = String::from_utf8_lossy(bytes);
        let next = String::from_utf8_lossy(&self.rest).chars().next();
        let mut shown = String::with_capacity(text.len() + 16);
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let after = chars.peek().copied().or(next);
            match c {
                '\n' | '\t' if !self.is_json => {
                    self.escaper = Escaper::default();
                    shown.push(c);
                }
                '\r' if !self.is_json && after.is_none_or(|after| after == '\n') => {}
                _ if self.escaper.passes(c, after) => shown.push(c),
                _ if self.is_json => push_json_escape(&mut shown, c),
                _ => shown.push_str(&visible(c.encode_utf8(&mut [0; 4]))),
            }
        }
        out.write_all(shown.as_bytes())
    }
}

/// Returns where the bytes begin that can only be written when the next ones are known: a character
/// that is not whole, or one that depends on what follows it.
fn undecided(bytes: &[u8]) -> usize {
    let from = bytes.len().saturating_sub(3);
    for (at, &byte) in bytes.iter().enumerate().skip(from) {
        let length = match byte {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            b'\r' if at + 1 == bytes.len() => return at,
            _ => continue,
        };
        let Some(character) = bytes.get(at..at + length) else { return at };
        let is_last = at + length == bytes.len();
        let c = std::str::from_utf8(character).ok().and_then(|text| text.chars().next());
        if is_last && c.is_some_and(Escaper::looks_behind) {
            return at;
        }
    }
    bytes.len()
}

/// Makes JSON text visible with JSON's own escapes.
pub(super) fn escaped(text: &str) -> std::borrow::Cow<'_, str> {
    visible_with(text, push_json_escape)
}

fn push_json_escape(shown: &mut String, c: char) {
    use std::fmt::Write as _;
    for unit in c.encode_utf16(&mut [0; 2]) {
        // Writing to a String cannot fail.
        _ = write!(shown, "\\u{unit:04x}");
    }
}

fn spaces(count: usize, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{:count$}", "")
}
