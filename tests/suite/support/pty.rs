//! A program on a terminal of its own, whose screen and modes can be looked at.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write};
use std::num::NonZero;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Signal, kill_process};
use rustix::termios::{LocalModes, tcgetattr};

/// No step of a test takes longer, but on a machine that does much else.
const LIMIT: Duration = Duration::from_secs(30);

/// What a frame ends with.
const END_OF_FRAME: &[u8] = b"\x1b[?2026l";

/// A program on a terminal.
pub(crate) struct Pty {
    child: Box<dyn Child + Send + Sync>,
    master: Option<Box<dyn MasterPty + Send>>,
    slave: PathBuf,
    output: Arc<Output>,
    reader: Option<thread::JoinHandle<()>>,
    writer: Option<Box<dyn Write + Send>>,
}

struct Output {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    parser: vt100::Parser,
    bytes: Vec<u8>,
    /// Whether nothing more is to be read.
    enough: bool,
}

impl Pty {
    /// Starts a command on a terminal of that many columns and lines.
    pub(crate) fn start(command: CommandBuilder, (cols, rows): (u16, u16)) -> Self {
        let mut pty = Self::start_unread(command, (cols, rows));
        let mut reader = pty.master.as_ref().unwrap().try_clone_reader().unwrap();
        let output = pty.output.clone();
        pty.reader = Some(thread::spawn(move || {
            let mut buffer = [0; 4096];
            // A terminal whose last user is gone cannot be read.
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                let mut state = output.state.lock().unwrap();
                state.parser.process(&buffer[..count]);
                state.bytes.extend_from_slice(&buffer[..count]);
                output.changed.notify_all();
                if state.enough && state.bytes.ends_with(END_OF_FRAME) {
                    break;
                }
            }
        }));
        pty
    }

    /// The same on a terminal that takes only as much as fits into the kernel.
    pub(crate) fn start_unread(command: CommandBuilder, (cols, rows): (u16, u16)) -> Self {
        let size = PtySize { cols, rows, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let slave = pair.master.tty_name().unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        let state = State {
            parser: vt100::Parser::new(some(rows), some(cols), 0),
            bytes: Vec::new(),
            enough: false,
        };
        let output = Arc::new(Output { state: Mutex::new(state), changed: Condvar::new() });
        Self { child, master: Some(pair.master), slave, output, reader: None, writer: None }
    }

    /// Waits until the screen shows all of these.
    pub(crate) fn until_shown(&self, texts: &[&str]) {
        self.until(texts, |state| {
            let shown = state.parser.screen().contents();
            texts.iter().all(|text| shown.contains(text))
        });
    }

    /// Waits until the screen shows that no longer.
    pub(crate) fn until_gone(&self, text: &str) {
        let wanted = format!("no {text}");
        self.until(&[&wanted], |state| !state.parser.screen().contents().contains(text));
    }

    /// Waits until these bytes have been written.
    pub(crate) fn until_written(&self, text: &str) {
        self.until(&[text], |state| {
            state.bytes.windows(text.len()).any(|part| part == text.as_bytes())
        });
    }

    fn until(&self, wanted: &[&str], reached: impl Fn(&State) -> bool) {
        let state = self.output.state.lock().unwrap();
        let (state, outcome) =
            self.output.changed.wait_timeout_while(state, LIMIT, |state| !reached(state)).unwrap();
        let shown = state.parser.screen().contents();
        // Dropped, so that a failure does not poison it for the thread that reads.
        drop(state);
        assert!(!outcome.timed_out(), "{wanted:?} is not in\n{shown}");
    }

    /// What the screen shows.
    pub(crate) fn screen(&self) -> String {
        self.output.state.lock().unwrap().parser.screen().contents()
    }

    /// All that was written so far.
    pub(crate) fn written(&self) -> Vec<u8> {
        self.output.state.lock().unwrap().bytes.clone()
    }

    /// Whether the other screen is shown, that of full-screen programs.
    pub(crate) fn is_on_other_screen(&self) -> bool {
        self.output.state.lock().unwrap().parser.screen().alternate_screen()
    }

    /// Types something.
    pub(crate) fn type_in(&mut self, text: &str) {
        let master = self.master.as_ref().unwrap();
        let writer = self.writer.get_or_insert_with(|| master.take_writer().unwrap());
        writer.write_all(text.as_bytes()).unwrap();
    }

    /// Makes the terminal larger or smaller.
    pub(crate) fn resize(&self, (cols, rows): (u16, u16)) {
        self.output.state.lock().unwrap().parser.screen_mut().set_size(some(rows), some(cols));
        let size = PtySize { cols, rows, pixel_width: 0, pixel_height: 0 };
        self.master.as_ref().unwrap().resize(size).unwrap();
    }

    /// Whether the terminal echoes and gives whole lines, as a shell wants it.
    pub(crate) fn is_as_it_was(&self) -> bool {
        let modes = tcgetattr(self.open()).unwrap().local_modes;
        modes.contains(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG)
    }

    /// The terminal as another program would open it, without being controlled by it.
    pub(crate) fn open(&self) -> File {
        let no_control = i32::try_from(rustix::fs::OFlags::NOCTTY.bits()).unwrap();
        OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(no_control)
            .open(&self.slave)
            .unwrap()
    }

    /// The process on the terminal.
    pub(crate) fn pid(&self) -> rustix::process::Pid {
        let pid = self.child.process_id().unwrap();
        rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap()
    }

    /// Closes the terminal on this side, once the program has drawn a frame.
    pub(crate) fn hang_up(&mut self) {
        if let Some(reader) = self.reader.take() {
            self.output.state.lock().unwrap().enough = true;
            self.resize((71, 23));
            reader.join().unwrap();
        }
        self.writer = None;
        self.master = None;
    }

    /// Waits for the end: the status, and how long it took.
    pub(crate) fn end(&mut self) -> (u32, Duration) {
        let began = Instant::now();
        let pid = self.pid();
        let (done, over) = std::sync::mpsc::channel::<()>();
        let watchdog = thread::spawn(move || {
            if over.recv_timeout(LIMIT).is_err() {
                kill_process(pid, Signal::KILL).unwrap();
            }
        });
        let status = self.child.wait().unwrap();
        // The watchdog may have had enough.
        _ = done.send(());
        watchdog.join().unwrap();
        (status.exit_code(), began.elapsed())
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // It has usually ended.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

fn some(count: u16) -> NonZero<u16> {
    NonZero::new(count.max(1)).unwrap()
}
