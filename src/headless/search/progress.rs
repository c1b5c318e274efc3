//! One line on the terminal that says how far a command is.

use std::io::{self, Write as _};

use crate::text::visible_within;

/// The line is never wider than this.
const WIDTH: usize = 79;

/// A line on stderr, if that is a terminal.
pub(super) struct ProgressLine {
    is_terminal: bool,
    shown: String,
}

impl ProgressLine {
    pub(super) fn new(is_terminal: bool) -> Self {
        Self { is_terminal, shown: String::new() }
    }

    /// Shows how far it is in the place of what was shown before.
    pub(super) fn show(&mut self, state: &str) {
        if !self.is_terminal {
            return;
        }
        let text = visible_within(state, WIDTH).into_owned();
        if text != self.shown {
            self.write(&text);
            self.shown = text;
        }
    }

    /// Removes the line.
    pub(super) fn clear(&mut self) {
        if !self.shown.is_empty() {
            self.write("");
            self.shown.clear();
        }
    }

    /// Overwrites the line. A closed stderr is ignored.
    #[expect(clippy::unused_self, reason = "only a line that is shown is written")]
    fn write(&self, text: &str) {
        let mut stderr = io::stderr();
        _ = write!(stderr, "\r\x1b[K{text}");
        _ = stderr.flush();
    }
}
