//! The real binary in a terminal of its own, and what its user sees there.

use std::io::{Read as _, Write as _};
use std::num::NonZeroU16;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// How long anything may take before a test fails.
const LIMIT: Duration = Duration::from_secs(30);

/// A terminal with the program in it.
pub(crate) struct Terminal {
    master: Option<Box<dyn MasterPty + Send>>,
    keyboard: Option<Box<dyn std::io::Write + Send>>,
    output: Receiver<Vec<u8>>,
    /// Reads until the program ends, or until it is told that nobody looks any more.
    reader: Option<JoinHandle<()>>,
    is_watched: Arc<AtomicBool>,
    screen: vt100::Parser,
    child: Box<dyn Child + Send + Sync>,
    /// All that the program wrote.
    pub(crate) written: Vec<u8>,
}

impl Terminal {
    /// Starts the program, in surroundings that tell of no cluster, with these variables beside.
    pub(crate) fn start(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::run(&[&[env!("CARGO_BIN_EXE_kubewalk")], arguments].concat(), variables)
    }

    /// Starts a command that leads to the program, in the same surroundings.
    pub(crate) fn run(words: &[&str], variables: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(words[0]);
        command.args(&words[1..]);
        command.cwd(env!("CARGO_TARGET_TMPDIR"));
        command.env_clear();
        command.env("TERM", "xterm-256color");
        for (name, value) in variables {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, output) = mpsc::channel();
        let is_watched = Arc::new(AtomicBool::new(true));
        let watched = is_watched.clone();
        let reader = std::thread::spawn(move || {
            let mut chunk = [0; 16 << 10];
            // At the end of the program, and of the terminal, there is nothing more to read.
            while let Ok(count @ 1..) = reader.read(&mut chunk) {
                let is_taken = sender.send(chunk[..count].to_vec()).is_ok();
                if !is_taken || !watched.load(Ordering::SeqCst) {
                    return;
                }
            }
        });
        Self {
            keyboard: Some(pair.master.take_writer().unwrap()),
            master: Some(pair.master),
            output,
            reader: Some(reader),
            is_watched,
            screen: vt100::Parser::new(cells(24), cells(80), 0),
            child,
            written: Vec::new(),
        }
    }

    /// Types bytes as a terminal sends them: `\r` for ⏎, `\x1b` for esc.
    pub(crate) fn send(&mut self, bytes: &str) {
        let keyboard = self.keyboard.as_mut().unwrap();
        keyboard.write_all(bytes.as_bytes()).unwrap();
        keyboard.flush().unwrap();
    }

    /// Waits until a text is on the screen.
    pub(crate) fn wait_for(&mut self, text: &str) {
        self.until(text, |screen| screen.contents().contains(text));
    }

    /// Waits until the screen is as wanted.
    pub(crate) fn until(&mut self, what: &str, wanted: impl Fn(&vt100::Screen) -> bool) {
        let deadline = Instant::now() + LIMIT;
        while !wanted(self.screen.screen()) {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(chunk) = self.output.recv_timeout(left) else {
                panic!("waited in vain for {what}; on the screen is\n{}", self.text());
            };
            self.take(&chunk);
        }
    }

    fn take(&mut self, chunk: &[u8]) {
        self.screen.process(chunk);
        self.written.extend_from_slice(chunk);
    }

    /// The text of the screen.
    pub(crate) fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// Gives the terminal another size.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.as_ref().unwrap().resize(size).unwrap();
        self.screen.screen_mut().set_size(cells(rows), cells(columns));
    }

    /// Sends a signal to the program, by its name.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.process_id().unwrap();
        let sent = std::process::Command::new("kill").args(["-s", name, &id.to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// Takes the terminal away, as closing its window does.
    pub(crate) fn hang_up(&mut self) {
        // The reader holds the terminal open until it has read once more.
        self.is_watched.store(false, Ordering::SeqCst);
        self.send("?");
        self.reader.take().unwrap().join().unwrap();
        self.keyboard = None;
        self.master = None;
    }

    /// Waits until the program has ended, and reads what it wrote until then.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let deadline = Instant::now() + LIMIT;
        let pause = Duration::from_millis(20);
        loop {
            let chunk = self.output.recv_timeout(pause);
            if let Ok(chunk) = chunk {
                self.take(&chunk);
                continue;
            }
            if let Some(status) = self.child.try_wait().unwrap() {
                // What it wrote last is still to be read.
                _ = self.reader.take().map(JoinHandle::join);
                while let Ok(chunk) = self.output.try_recv() {
                    self.take(&chunk);
                }
                return status;
            }
            assert!(Instant::now() < deadline, "it goes on with\n{}", self.text());
            if chunk == Err(RecvTimeoutError::Disconnected) {
                // Nothing tells when the program ends but asking for it.
                std::thread::sleep(pause);
            }
        }
    }

    /// Whether the terminal was given back: no alternate screen, and a cursor.
    pub(crate) fn is_given_back(&self) -> bool {
        let screen = self.screen.screen();
        let mouse = screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None;
        !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste() && !mouse
    }
}

/// All that a run of the program writes to a terminal of its own, without anybody who types.
pub(crate) fn written_to_a_terminal(arguments: &[&str]) -> Vec<u8> {
    let mut terminal = Terminal::start(arguments, &[]);
    terminal.ended();
    std::mem::take(&mut terminal.written)
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap()
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended already.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
