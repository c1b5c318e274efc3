//! Output of the commands. On a terminal control characters are escaped, elsewhere the output is unchanged.

use std::io::{self, IsTerminal as _, Write};

use crate::document::Visible;
use crate::text::{one_line, visible};

/// A writer that escapes control characters for a terminal.
#[derive(Debug)]
pub struct Out<W> {
    inner: W,
    filter: Visible,
}

impl<W: Write> Out<W> {
    /// Returns a writer to `inner`.
    pub fn new(inner: W, is_terminal: bool) -> Self {
        Self { inner, filter: Visible::new(is_terminal) }
    }

    /// Writes a text in the colour with this number of SGR sequences, or without one.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub(super) fn coloured(&mut self, text: &str, colour: Option<u8>) -> io::Result<()> {
        let Some(colour) = colour else { return self.write_all(text.as_bytes()) };
        self.filter.finish(&mut self.inner)?;
        write!(self.inner, "\x1b[{colour}m")?;
        self.write_all(text.as_bytes())?;
        self.filter.finish(&mut self.inner)?;
        self.inner.write_all(b"\x1b[m")
    }
}

impl<W: Write> Write for Out<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.filter.push(bytes, &mut self.inner)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Prints a sentence on stderr.
pub fn note(sentence: &str) {
    let mut stderr = io::stderr();
    let shown = if stderr.is_terminal() { visible(sentence) } else { one_line(sentence) };
    // A closed stderr is ignored.
    _ = writeln!(stderr, "{shown}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped_on_a_terminal_only() {
        let written = |is_terminal| {
            let mut out = Out::new(Vec::new(), is_terminal);
            write!(out, "a\t\u{1b}[31m\u{202e}").unwrap();
            // A character may be split between two writes.
            out.write_all(&[0xc2]).unwrap();
            out.write_all(&[0x9b, b'\n']).unwrap();
            String::from_utf8(out.inner).unwrap()
        };
        assert_eq!(written(false), "a\t\u{1b}[31m\u{202e}\u{9b}\n");
        assert_eq!(written(true), "a\t\\x1b[31m\\u{202e}\\x9b\n");
    }

    #[test]
    fn a_coloured_text_is_escaped_inside_its_colour() {
        let mut out = Out::new(Vec::new(), true);
        out.coloured("a\u{1b}[0m", Some(36)).unwrap();
        out.coloured("b", None).unwrap();
        assert_eq!(String::from_utf8(out.inner).unwrap(), "\u{1b}[36ma\\x1b[0m\u{1b}[mb");
    }
}
