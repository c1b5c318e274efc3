//! Takes the terminal over, draws on it, and gives it back as it was.

use std::io::{self, Stdout, Write as _};
use std::mem::ManuallyDrop;

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::style::Print;
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute, queue};
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};

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

type Drawn = Terminal<CrosstermBackend<Stdout>>;

/// The terminal, taken over. Dropping it gives the terminal back.
pub(super) struct Screen {
    size: (u16, u16),
    /// Never dropped: ratatui would write to the stderr of a closed terminal, and panic.
    terminal: ManuallyDrop<Drawn>,
    /// True if clicks are enabled.
    has_mouse: bool,
    /// The last frame: the cells and the cursor's position. `None` after taking the terminal over.
    last: Option<(Buffer, Option<(u16, u16)>)>,
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
        Ok(Self { terminal: terminal(size)?, size, has_mouse: false, last: None })
    }

    /// Takes the terminal over again, after another program had it. The next frame is drawn as a whole.
    pub(super) fn enter_again(&mut self) -> io::Result<()> {
        // The mode that crossterm restores may be the one that another program set.
        _ = disable_raw_mode();
        take_over()?;
        self.terminal = terminal(self.size)?;
        self.has_mouse = false;
        self.last = None;
        Ok(())
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
        queue!(io::stdout(), Clear(ClearType::All))?;
        self.terminal = terminal(now)?;
        self.last = None;
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
            execute!(self.terminal.backend_mut(), Print(sequence))?;
        }
        let mut cells = Buffer::empty(Rect::new(0, 0, self.size.0, self.size.1));
        view::draw(model, cache, appearance, &mut cells);
        let next = Some((cells, view::cursor(model)));
        if next == self.last {
            return Ok(());
        }
        self.last = next;
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        self.terminal.draw(|frame| {
            if let Some((cells, cursor)) = &self.last {
                frame.buffer_mut().clone_from(cells);
                if let Some(position) = *cursor {
                    frame.set_cursor_position(position);
                }
            }
        })?;
        execute!(self.terminal.backend_mut(), EndSynchronizedUpdate)
    }

    /// Asks the terminal for its background colour.
    pub(super) fn ask_background(&mut self) -> io::Result<Background> {
        execute!(self.terminal.backend_mut(), Print(background::REQUEST))?;
        Ok(Background::requested())
    }

    /// Copies bytes to the clipboard through the terminal.
    pub(super) fn copy(&mut self, bytes: &[u8]) -> io::Result<()> {
        execute!(self.terminal.backend_mut(), CopyToClipboard::to_clipboard_from(bytes))
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

/// Returns an empty terminal of that size. ratatui must not change the size by itself, because the model
/// and the frame must have the same size.
fn terminal((width, height): (u16, u16)) -> io::Result<ManuallyDrop<Drawn>> {
    let viewport = Viewport::Fixed(Rect::new(0, 0, width, height));
    let backend = CrosstermBackend::new(io::stdout());
    Terminal::with_options(backend, TerminalOptions { viewport }).map(ManuallyDrop::new)
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
