//! What the commands print: on a terminal nothing of it acts as control, elsewhere it goes as it is.

use std::io::{self, IsTerminal as _, Write};

use crate::document::Visible;
use crate::text::{one_line, visible};

/// A writer to stdout, or in its place.
#[derive(Debug)]
pub struct Out<W> {
    inner: W,
    filter: Visible,
}

impl<W: Write> Out<W> {
    /// Writes to `inner`, which is a terminal or not.
    pub fn new(inner: W, is_terminal: bool) -> Self {
        Self { inner, filter: Visible::new(is_terminal) }
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

/// Says something beside the output: a sentence on stderr.
pub fn note(sentence: &str) {
    let mut stderr = io::stderr();
    let shown = if stderr.is_terminal() { visible(sentence) } else { one_line(sentence) };
    // Where stderr is gone there is nobody to tell.
    _ = writeln!(stderr, "{shown}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_terminal_is_spared() {
        let written = |is_terminal| {
            let mut out = Out::new(Vec::new(), is_terminal);
            write!(out, "a\t\u{1b}[31m\u{202e}").unwrap();
            // A character may be cut in two.
            out.write_all(&[0xc2]).unwrap();
            out.write_all(&[0x9b, b'\n']).unwrap();
            String::from_utf8(out.inner).unwrap()
        };
        assert_eq!(written(false), "a\t\u{1b}[31m\u{202e}\u{9b}\n");
        assert_eq!(written(true), "a\t\\x1b[31m\\u{202e}\\x9b\n");
    }
}
