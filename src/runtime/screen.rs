//! The terminal: taken over, drawn on, and given back as it was.

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

/// The status of a program that panicked, as Rust has it.
const PANICKED: i32 = 101;

/// What a terminal has that does not tell its size.
const USUAL_SIZE: (u16, u16) = (80, 24);

/// Asks for clicks and the wheel, told in the form that has no limit. Crossterm would ask for every
/// movement too, which is more than a slow line carries.
const CLICKS: &str = "\u{1b}[?1000h\u{1b}[?1006h";
const NO_CLICKS: &str = "\u{1b}[?1006l\u{1b}[?1000l";

type Drawn = Terminal<CrosstermBackend<Stdout>>;

/// The terminal while the program has it. Dropping it gives it back.
pub(super) struct Screen {
    size: (u16, u16),
    /// It is never dropped: it would complain on stderr of a terminal that is gone, and panic as
    /// stderr is gone too.
    terminal: ManuallyDrop<Drawn>,
    /// Whether it is asked for clicks.
    has_mouse: bool,
    /// What is on it: the cells, and where the cursor stands. Nothing after it was taken over.
    last: Option<(Buffer, Option<(u16, u16)>)>,
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
        take_over()?;
        let size = size();
        Ok(Self { terminal: terminal(size)?, size, has_mouse: false, last: None })
    }

    /// Takes the terminal over again, whoever had it meanwhile. The next frame is drawn in whole.
    pub(super) fn enter_again(&mut self) -> io::Result<()> {
        // What crossterm believes to be the terminal's own mode may be another's.
        _ = disable_raw_mode();
        take_over()?;
        self.terminal = terminal(self.size)?;
        self.has_mouse = false;
        self.last = None;
        Ok(())
    }

    /// Gives the terminal back for a while.
    #[expect(clippy::unused_self, reason = "who has no screen has none to leave")]
    pub(super) fn leave(&mut self) {
        give_back();
    }

    /// Columns and lines.
    pub(super) fn size(&self) -> (u16, u16) {
        self.size
    }

    /// Columns and lines, where they are others than before. The next frame is drawn in whole.
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

    /// Draws one frame; only what changed is written, and where nothing did, nothing at all.
    pub(super) fn draw(
        &mut self,
        model: &Model,
        cache: &mut ViewCache,
        look: Appearance,
    ) -> io::Result<()> {
        if model.wants_mouse() != self.has_mouse {
            self.has_mouse = model.wants_mouse();
            let asked = if self.has_mouse { CLICKS } else { NO_CLICKS };
            execute!(self.terminal.backend_mut(), Print(asked))?;
        }
        let mut cells = Buffer::empty(Rect::new(0, 0, self.size.0, self.size.1));
        view::draw(model, cache, look, &mut cells);
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

    /// Asks the terminal for the colour of its background.
    pub(super) fn ask_background(&mut self) -> io::Result<Background> {
        execute!(self.terminal.backend_mut(), Print(background::QUESTION))?;
        Ok(Background::asked())
    }

    /// Puts bytes on the clipboard, by way of the terminal.
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

/// A terminal of that size, with nothing on it. Its size is ours to follow: the model and the frame
/// must have the same.
fn terminal((width, height): (u16, u16)) -> io::Result<ManuallyDrop<Drawn>> {
    let viewport = Viewport::Fixed(Rect::new(0, 0, width, height));
    let backend = CrosstermBackend::new(io::stdout());
    Terminal::with_options(backend, TerminalOptions { viewport }).map(ManuallyDrop::new)
}

/// Columns and lines. A terminal has none before the other side of an exec has told them.
fn size() -> (u16, u16) {
    #[cfg(unix)]
    let size = rustix::termios::tcgetwinsize(io::stdout()).map(|size| (size.ws_col, size.ws_row));
    #[cfg(not(unix))]
    let size = crossterm::terminal::size();
    size.ok().filter(|(columns, lines)| *columns > 0 && *lines > 0).unwrap_or(USUAL_SIZE)
}

/// Lets the terminal echo what is typed again, without writing to it: it may take nothing.
pub(super) fn end_raw_mode() {
    _ = disable_raw_mode();
}

/// Gives the terminal back. Errors are of no use: it may be gone.
fn give_back() {
    let mut out = io::stdout();
    _ = disable_raw_mode();
    _ = execute!(out, Print(NO_CLICKS), DisableBracketedPaste, LeaveAlternateScreen, cursor::Show);
    _ = out.flush();
}

#[cfg(test)]
mod tests {
    use super::*;
    use portable_pty::{CommandBuilder, PtySize, native_pty_system};
    use std::io::Read as _;

    #[test]
    #[ignore = "the next test runs it, on a terminal of its own"]
    fn panics_on_a_terminal() {
        let _screen = Screen::enter().unwrap();
        // Where the panic did not end the process, this would be a test that passes.
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
        // A terminal whose last user is gone cannot be read.
        _ = pair.master.try_clone_reader().unwrap().read_to_end(&mut written);
        let written = String::from_utf8(written).unwrap();
        assert_eq!(child.wait().unwrap().exit_code(), 101, "{written}");
        let (_, after) = written.split_once("\u{1b}[?1049l").unwrap();
        assert!(after.contains("somewhere else"), "{written}");
        // In raw mode a line feed would stay one.
        assert!(after.contains("\r\n"), "{written}");
    }
}
