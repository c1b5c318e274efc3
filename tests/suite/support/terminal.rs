//! A program in a terminal of its own, whose screen, output and modes a test reads.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write};
use std::num::NonZero;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::sync::mpsc;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{LocalModes, tcgetattr};

use super::machine::{BINARY, ISOLATED};

/// How long a step may take before its test fails. Only a busy machine needs more than a second.
const LIMIT: Duration = Duration::from_secs(30);

/// The last bytes of a frame: the end of a synchronized update.
const END_OF_FRAME: &[u8] = b"\x1b[?2026l";

/// A terminal with a program in it.
pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Option<Box<dyn MasterPty + Send>>,
    /// The device file of the program's side.
    slave: PathBuf,
    output: Arc<Output>,
    reader: Option<thread::JoinHandle<()>>,
    keyboard: Option<Box<dyn Write + Send>>,
}

struct Output {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    parser: vt100::Parser,
    bytes: Vec<u8>,
    /// True if the reader is to stop at the end of the next frame.
    is_last_frame: bool,
    /// True after the last program has closed the terminal.
    is_closed: bool,
}

impl Terminal {
    /// Starts kubewalk with 80 columns and 24 lines in an environment with `TERM` and these variables
    /// only.
    pub(crate) fn start(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::run(&[&[BINARY], arguments].concat(), variables)
    }

    /// Starts a program and its arguments in the same environment.
    pub(crate) fn run(words: &[&str], variables: &[(&str, &str)]) -> Self {
        let variables = [&[("TERM", "xterm-256color")], variables].concat();
        Self::open(command(words, &variables), (80, 24))
    }

    /// Starts a command in a terminal of that many columns and lines.
    pub(crate) fn open(command: CommandBuilder, size: (u16, u16)) -> Self {
        let mut terminal = Self::open_unread(command, size);
        let mut reader = terminal.master.as_ref().unwrap().try_clone_reader().unwrap();
        let output = terminal.output.clone();
        terminal.reader = Some(thread::spawn(move || {
            let mut chunk = [0; 16 << 10];
            // Reading fails once no program has the terminal open.
            while let Ok(count @ 1..) = reader.read(&mut chunk) {
                let mut state = output.state.lock().unwrap();
                state.parser.process(&chunk[..count]);
                state.bytes.extend_from_slice(&chunk[..count]);
                output.changed.notify_all();
                if state.is_last_frame && state.bytes.ends_with(END_OF_FRAME) {
                    return;
                }
            }
            output.state.lock().unwrap().is_closed = true;
            output.changed.notify_all();
        }));
        terminal
    }

    /// Starts a command in a terminal whose output is not read: writes block when the kernel's buffer is
    /// full.
    pub(crate) fn open_unread(command: CommandBuilder, (columns, lines): (u16, u16)) -> Self {
        let pair = native_pty_system().openpty(pty_size((columns, lines))).unwrap();
        let slave = pair.master.tty_name().unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        let state = State {
            parser: vt100::Parser::new(cells(lines), cells(columns), 0),
            bytes: Vec::new(),
            is_last_frame: false,
            is_closed: false,
        };
        let output = Arc::new(Output { state: Mutex::new(state), changed: Condvar::new() });
        Self { child, master: Some(pair.master), slave, output, reader: None, keyboard: None }
    }

    /// Types bytes as a terminal sends them: `\r` for ⏎, `\x1b` for esc.
    pub(crate) fn send(&mut self, bytes: &str) {
        let master = self.master.as_ref().unwrap();
        let keyboard = self.keyboard.get_or_insert_with(|| master.take_writer().unwrap());
        keyboard.write_all(bytes.as_bytes()).unwrap();
        keyboard.flush().unwrap();
    }

    /// Waits until a text is on the screen.
    pub(crate) fn wait_for(&self, text: &str) {
        self.until(text, |screen| screen.contents().contains(text));
    }

    /// Waits until all of these texts are on the screen at once.
    pub(crate) fn wait_for_all(&self, texts: &[&str]) {
        self.until(&format!("{texts:?}"), |screen| {
            let shown = screen.contents();
            texts.iter().all(|text| shown.contains(text))
        });
    }

    /// Waits until the screen meets a condition.
    pub(crate) fn until(&self, what: &str, is_met: impl Fn(&vt100::Screen) -> bool) {
        self.wait(what, |state| is_met(state.parser.screen()));
    }

    /// Waits until the program has written these bytes at any time.
    pub(crate) fn wait_for_output(&self, text: &str) {
        let is_text = |part: &[u8]| part == text.as_bytes();
        self.wait(text, |state| state.bytes.windows(text.len()).any(is_text));
    }

    fn wait(&self, what: &str, is_met: impl Fn(&State) -> bool) {
        let state = self.output.state.lock().unwrap();
        let (state, outcome) =
            self.output.changed.wait_timeout_while(state, LIMIT, |state| !is_met(state)).unwrap();
        let shown = state.parser.screen().contents();
        // Unlocked first, so that a failure does not poison the lock of the reader.
        drop(state);
        assert!(!outcome.timed_out(), "{what} was not reached; the screen shows\n{shown}");
    }

    /// Returns the text of the screen.
    pub(crate) fn text(&self) -> String {
        self.output.state.lock().unwrap().parser.screen().contents()
    }

    /// Returns all bytes that the program has written.
    pub(crate) fn written(&self) -> Vec<u8> {
        self.output.state.lock().unwrap().bytes.clone()
    }

    /// Changes the size of the terminal.
    pub(crate) fn resize(&self, columns: u16, lines: u16) {
        let mut state = self.output.state.lock().unwrap();
        state.parser.screen_mut().set_size(cells(lines), cells(columns));
        drop(state);
        self.master.as_ref().unwrap().resize(pty_size((columns, lines))).unwrap();
    }

    /// Sends a signal to the program.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    fn pid(&self) -> Pid {
        let pid = self.child.process_id().unwrap();
        Pid::from_raw(i32::try_from(pid).unwrap()).unwrap()
    }

    /// Closes the terminal as closing its window does. A terminal that is read first gets one more
    /// frame.
    pub(crate) fn hang_up(&mut self) {
        if let Some(reader) = self.reader.take() {
            self.output.state.lock().unwrap().is_last_frame = true;
            // The reader keeps the terminal open until it has read once more.
            self.resize(71, 23);
            reader.join().unwrap();
        }
        self.keyboard = None;
        self.master = None;
    }

    /// Waits until the program has ended and its output is read.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        if self.reader.is_some() {
            self.wait("the end of the program", |state| state.is_closed);
        }
        let pid = self.pid();
        let (done, is_done) = mpsc::channel::<()>();
        let watchdog = thread::spawn(move || {
            if is_done.recv_timeout(LIMIT).is_err() {
                kill_process(pid, Signal::KILL).unwrap();
            }
        });
        let status = self.child.wait().unwrap();
        // The watchdog may have killed the program.
        _ = done.send(());
        watchdog.join().unwrap();
        status
    }

    /// True if the terminal is in the state that a shell needs: it echoes and edits lines, the main
    /// screen and the cursor are visible, and neither mouse nor pastes are reported.
    pub(crate) fn is_restored(&self) -> bool {
        let state = self.output.state.lock().unwrap();
        let screen = state.parser.screen();
        let mouse = screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None;
        let screen_is_restored = !screen.alternate_screen() && !screen.hide_cursor();
        screen_is_restored && !screen.bracketed_paste() && !mouse && self.is_line_mode()
    }

    /// True if kubewalk uses the terminal: the alternate screen is shown and every key is sent at once.
    pub(crate) fn is_taken_over(&self) -> bool {
        let state = self.output.state.lock().unwrap();
        state.parser.screen().alternate_screen() && !self.is_line_mode()
    }

    /// True if the terminal echoes, edits lines and turns keys into signals.
    pub(crate) fn is_line_mode(&self) -> bool {
        let modes = tcgetattr(self.device()).unwrap().local_modes;
        modes.contains(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG)
    }

    /// Opens the program's side of the terminal, without becoming its controlling process.
    fn device(&self) -> File {
        let no_control = i32::try_from(rustix::fs::OFlags::NOCTTY.bits()).unwrap();
        let mut options = OpenOptions::new();
        options.read(true).write(true).custom_flags(no_control).open(&self.slave).unwrap()
    }
}

/// A program with arguments, isolated from the machine, in an environment with these variables only.
pub(crate) fn command(words: &[&str], variables: &[(&str, &str)]) -> CommandBuilder {
    let mut command = CommandBuilder::new(words[0]);
    command.args(&words[1..]);
    command.cwd(env!("CARGO_TARGET_TMPDIR"));
    command.env_clear();
    for (name, value) in ISOLATED.iter().chain(variables) {
        command.env(name, value);
    }
    command
}

/// Runs kubewalk in a terminal without any input. Returns all that it wrote.
pub(crate) fn written_to_a_terminal(arguments: &[&str]) -> Vec<u8> {
    let mut terminal = Terminal::start(arguments, &[]);
    terminal.ended();
    terminal.written()
}

fn pty_size((cols, rows): (u16, u16)) -> PtySize {
    PtySize { cols, rows, pixel_width: 0, pixel_height: 0 }
}

/// The parser has at least one column and one line.
fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count.max(1)).unwrap()
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // The program has usually ended.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
