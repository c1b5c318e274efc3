//! The terminal: taken over, drawn on, and given back as it was.

use std::io::{self, Stdout, Write as _};

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute, queue};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

use crate::app::model::Model;
use crate::view::{self, Look, ViewCache};

/// The status of a program that panicked, as Rust has it.
const PANICKED: i32 = 101;

/// The terminal while the program has it. Dropping it gives it back.
pub(super) struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
}

impl Screen {
    /// Takes the terminal over. A panic gives it back before its message is printed, and ends the
    /// program whichever thread it is on: what is left of it would draw over the message.
    pub(super) fn enter() -> io::Result<Self> {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            give_back();
            before(panic);
            std::process::exit(PANICKED);
        }));
        Ok(Self { terminal: take_over()? })
    }

    /// Takes the terminal over again, whoever had it meanwhile. The next frame is drawn in whole.
    pub(super) fn enter_again(&mut self) -> io::Result<()> {
        // What crossterm believes to be the terminal's own mode may be another's.
        _ = disable_raw_mode();
        self.terminal = take_over()?;
        Ok(())
    }

    /// Gives the terminal back for a while.
    #[expect(clippy::unused_self, reason = "who has no screen has none to leave")]
    pub(super) fn leave(&mut self) {
        give_back();
    }

    /// Columns and lines.
    pub(super) fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.terminal.size()?;
        Ok((size.width, size.height))
    }

    /// Draws one frame; only what changed is written.
    pub(super) fn draw(
        &mut self,
        model: &Model,
        cache: &mut ViewCache,
        look: Look,
    ) -> io::Result<()> {
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        self.terminal.draw(|frame| {
            view::draw(model, cache, look, frame.buffer_mut());
            if let Some(position) = view::cursor(model) {
                frame.set_cursor_position(position);
            }
        })?;
        execute!(self.terminal.backend_mut(), EndSynchronizedUpdate)
    }

    /// Puts text on the clipboard, by way of the terminal.
    pub(super) fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(self.terminal.backend_mut(), CopyToClipboard::to_clipboard_from(text))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

fn take_over() -> io::Result<Terminal<CrosstermBackend<Stdout>>> {
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, Clear(ClearType::All))?;
    Terminal::new(CrosstermBackend::new(io::stdout()))
}

/// Lets the terminal echo what is typed again, without writing to it: it may take nothing.
pub(super) fn end_raw_mode() {
    _ = disable_raw_mode();
}

/// Gives the terminal back. Errors are of no use: it may be gone.
fn give_back() {
    let mut out = io::stdout();
    _ = disable_raw_mode();
    _ = execute!(out, DisableBracketedPaste, LeaveAlternateScreen, cursor::Show);
    _ = out.flush();
}
