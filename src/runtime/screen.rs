//! Takes the terminal over, draws on it, and gives it back as it was.

use std::io::{self, Stdout, Write as _};

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::style::Print;
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute, queue};
use ratatui::backend::{Backend as _, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::model::Model;
use crate::view::{self, Appearance, ViewCache};

use super::background::{self, Background};

/// Rust's exit status of a program that panicked.
const PANICKED: i32 = 101;

/// The size of a terminal that does not report one.
const DEFAULT_SIZE: (u16, u16) = (80, 24);

/// Enables clicks and the wheel, in the form without a limit of the position. crossterm would also
/// enable every movement, which is too much for a slow connection.
const ENABLE_CLICKS: &str = "\u{1b}[?1000h\u{1b}[?1006h";
const DISABLE_CLICKS: &str = "\u{1b}[?1006l\u{1b}[?1000l";

/// A frame: its cells, and the position of the cursor if it is shown.
struct Frame {
    cells: Buffer,
    cursor: Option<(u16, u16)>,
}

/// The terminal, taken over. Dropping it gives the terminal back.
///
/// A frame is written at once: a terminal behind `kubectl exec` gets each write as a message of its own.
pub(super) struct Screen {
    out: Stdout,
    size: (u16, u16),
    /// True if clicks are enabled.
    has_mouse: bool,
    /// The last frame; blank after taking the terminal over.
    last: Frame,
    /// True if nothing was drawn since the terminal was taken over.
    is_blank: bool,
    /// The place of the next frame, which is blank.
    next: Frame,
    /// What is written with the next frame.
    bytes: Vec<u8>,
}

impl Screen {
    /// Takes the terminal over. A panic on any thread gives it back before the message is printed, and
    /// ends the program: its other threads would draw over the message.
    pub(super) fn enter() -> io::Result<Self> {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            give_back();
            before(panic);
            std::process::exit(PANICKED);
        }));
        take_over()?;
        let size = size();
        Ok(Self {
            out: io::stdout(),
            size,
            has_mouse: false,
            last: Frame::empty(size),
            is_blank: true,
            next: Frame::empty(size),
            bytes: Vec::new(),
        })
    }

    /// Takes the terminal over again, after another program had it. The next frame is drawn as a whole.
    pub(super) fn enter_again(&mut self) -> io::Result<()> {
        // The mode that crossterm restores may be the one that another program set.
        _ = disable_raw_mode();
        take_over()?;
        self.has_mouse = false;
        self.blank();
        Ok(())
    }

    /// Nothing is on the screen: the next frame is drawn as a whole.
    fn blank(&mut self) {
        self.last = Frame::empty(self.size);
        self.next = Frame::empty(self.size);
        self.is_blank = true;
    }

    /// Gives the terminal back for a while.
    #[expect(clippy::unused_self, reason = "only a screen that was entered can be left")]
    pub(super) fn leave(&mut self) {
        give_back();
    }

    /// Returns the columns and lines.
    pub(super) fn size(&self) -> (u16, u16) {
        self.size
    }

    /// Returns the columns and lines if they have changed. The next frame is then drawn as a whole.
    pub(super) fn resized(&mut self) -> io::Result<Option<(u16, u16)>> {
        let now = size();
        if now == self.size {
            return Ok(None);
        }
        self.size = now;
        queue!(self.bytes, Clear(ClearType::All))?;
        self.blank();
        Ok(Some(now))
    }

    /// Draws a frame. Only changed cells are written.
    pub(super) fn draw(
        &mut self,
        model: &Model,
        cache: &mut ViewCache,
        appearance: Appearance,
    ) -> io::Result<()> {
        if model.wants_mouse() != self.has_mouse {
            self.has_mouse = model.wants_mouse();
            let sequence = if self.has_mouse { ENABLE_CLICKS } else { DISABLE_CLICKS };
            queue!(self.bytes, Print(sequence))?;
        }
        view::draw(model, cache, appearance, &mut self.next.cells);
        self.next.cursor = view::cursor(model);
        let mut changes = self.last.cells.diff_iter(&self.next.cells).peekable();
        let is_same = changes.peek().is_none() && self.next.cursor == self.last.cursor;
        if !is_same || self.is_blank {
            let mut terminal = CrosstermBackend::new(&mut self.bytes);
            queue!(terminal, BeginSynchronizedUpdate)?;
            terminal.draw(changes)?;
            match self.next.cursor {
                Some((x, y)) => queue!(terminal, cursor::Show, cursor::MoveTo(x, y))?,
                None => queue!(terminal, cursor::Hide)?,
            }
            queue!(terminal, EndSynchronizedUpdate)?;
            self.is_blank = false;
        }
        if !self.bytes.is_empty() {
            self.out.write_all(&self.bytes)?;
            self.out.flush()?;
            self.bytes.clear();
        }
        std::mem::swap(&mut self.last, &mut self.next);
        // After the output, so that no frame waits for it.
        self.next.cells.reset();
        Ok(())
    }

    /// Asks the terminal for its background colour, with the next frame.
    pub(super) fn ask_background(&mut self) -> io::Result<Background> {
        queue!(self.bytes, Print(background::REQUEST))?;
        Ok(Background::requested())
    }

    /// Copies bytes to the clipboard through the terminal.
    pub(super) fn copy(&mut self, bytes: &[u8]) -> io::Result<()> {
        execute!(self.out, CopyToClipboard::to_clipboard_from(bytes))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

fn take_over() -> io::Result<()> {
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, Clear(ClearType::All))
}

impl Frame {
    fn empty((width, height): (u16, u16)) -> Self {
        Self { cells: Buffer::empty(Rect::new(0, 0, width, height)), cursor: None }
    }
}

/// Returns the columns and lines. The terminal of an exec has none until its other side reports them.
fn size() -> (u16, u16) {
    #[cfg(unix)]
    let size = rustix::termios::tcgetwinsize(io::stdout()).map(|size| (size.ws_col, size.ws_row));
    #[cfg(not(unix))]
    let size = crossterm::terminal::size();
    size.ok().filter(|(columns, lines)| *columns > 0 && *lines > 0).unwrap_or(DEFAULT_SIZE)
}

/// Lets the terminal echo keys again, without writing to it: it may accept no output.
pub(super) fn end_raw_mode() {
    _ = disable_raw_mode();
}

/// Gives the terminal back. Errors are ignored: it may be closed.
fn give_back() {
    let mut out = io::stdout();
    _ = disable_raw_mode();
    _ = execute!(
        out,
        Print(DISABLE_CLICKS),
        DisableBracketedPaste,
        LeaveAlternateScreen,
        cursor::Show
    );
    _ = out.flush();
}

#[cfg(test)]
mod tests {
    use super::*;
    use portable_pty::{CommandBuilder, PtySize, native_pty_system};
    use std::io::Read as _;

    #[test]
    #[ignore = "run by the next test on a terminal of its own"]
    fn panics_on_a_terminal() {
        let _screen = Screen::enter().unwrap();
        // If the panic did not end the process, this test would pass.
        _ = std::thread::spawn(|| panic!("somewhere else")).join();
    }

    #[test]
    fn a_panic_on_any_thread_gives_the_terminal_back_and_ends_the_program() {
        let pair = native_pty_system().openpty(PtySize::default()).unwrap();
        let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
        let test = "runtime::screen::tests::panics_on_a_terminal";
        command.args(["--ignored", "--exact", "--nocapture", test]);
        let mut child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut written = Vec::new();
        // A terminal without users cannot be read.
        _ = pair.master.try_clone_reader().unwrap().read_to_end(&mut written);
        let written = String::from_utf8(written).unwrap();
        assert_eq!(child.wait().unwrap().exit_code(), 101, "{written}");
        let (_, after) = written.split_once("\u{1b}[?1049l").unwrap();
        assert!(after.contains("somewhere else"), "{written}");
        // In raw mode there would be no carriage return.
        assert!(after.contains("\r\n"), "{written}");
    }
}
