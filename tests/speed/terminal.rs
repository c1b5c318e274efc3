//! The real binary in a terminal of 120 columns and 40 lines, with the time of each frame.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::num::NonZeroU16;
use std::os::unix::fs::OpenOptionsExt as _;
use std::process::{Child, Command};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use portable_pty::{PtySize, native_pty_system};
use rustix::fs::OFlags;

const COLUMNS: u16 = 120;
const LINES: u16 = 40;

/// The last bytes of a frame: the end of a synchronized update.
const END: &[u8] = b"\x1b[?2026l";

/// The frames of a start are parsed after the program was quiet for this long: parsing would slow it down.
const QUIET: Duration = Duration::from_millis(5);

/// How long a step may take before the bench fails.
pub(crate) const LIMIT: Duration = Duration::from_mins(2);

/// A terminal with the program, which ends on drop.
pub(crate) struct Terminal {
    keyboard: Box<dyn std::io::Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    screen: vt100::Parser,
    child: Child,
    /// The bytes since the last complete frame.
    pending: Vec<u8>,
    started: Instant,
    /// The time and the size in bytes of each complete frame.
    pub(crate) frames: Vec<(Instant, usize)>,
}

impl Terminal {
    /// Starts the program.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_with(&[], arguments)
    }

    /// Starts the program with a command in front of it, which executes it.
    pub(crate) fn start_with(before: &[&str], arguments: &[&str]) -> Self {
        let size = PtySize { rows: LINES, cols: COLUMNS, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let words = [before, &[env!("CARGO_BIN_EXE_kubewalk")], arguments].concat();
        let slave = pair.master.tty_name().unwrap();
        let slave = || {
            let mut options = File::options();
            // It must not become the terminal of the bench.
            options.read(true).write(true).custom_flags(OFlags::NOCTTY.bits().cast_signed());
            options.open(&slave).unwrap()
        };
        // A `pre_exec` would fork this large process, and the copy would count as time of the start.
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).current_dir(std::env::temp_dir());
        command.env_clear().env("TERM", "xterm-256color");
        command.stdin(slave()).stdout(slave()).stderr(slave());
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keyboard = pair.master.take_writer().unwrap();
        let started = Instant::now();
        let child = command.spawn().unwrap();
        let (sender, output) = mpsc::channel();
        std::thread::spawn(move || {
            // This thread keeps the terminal open until the program ends.
            let _master = pair.master;
            let mut chunk = vec![0; 64 << 10];
            while let Ok(count @ 1..) = reader.read(&mut chunk) {
                if sender.send((Instant::now(), chunk[..count].to_vec())).is_err() {
                    return;
                }
            }
        });
        let cells = |count| NonZeroU16::new(count).unwrap();
        Self {
            keyboard,
            output,
            screen: vt100::Parser::new(cells(LINES), cells(COLUMNS), 0),
            child,
            pending: Vec::new(),
            started,
            frames: Vec::new(),
        }
    }

    /// Returns the process ID of the program.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Returns the time from the start to the first frame that meets a condition.
    pub(crate) fn since_start(&mut self, wanted: impl Fn(&vt100::Screen) -> bool) -> Duration {
        let deadline = self.started + LIMIT;
        let mut chunks = Vec::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let left = if chunks.is_empty() { left } else { QUIET.min(left) };
            if let Ok(chunk) = self.output.recv_timeout(left) {
                chunks.push(chunk);
                continue;
            }
            assert!(
                !chunks.is_empty(),
                "the condition was not met; the screen shows\n{}",
                self.text()
            );
            let mut met = None;
            for (at, chunk) in chunks.drain(..) {
                let is_as_wanted = self.take(at, &chunk, &wanted);
                met = met.or(is_as_wanted.then_some(at));
            }
            if let Some(at) = met {
                return at.duration_since(self.started);
            }
        }
    }

    /// Types bytes as a terminal sends them.
    pub(crate) fn send(&mut self, bytes: &str) -> Instant {
        let now = Instant::now();
        self.keyboard.write_all(bytes.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
        now
    }

    /// Types bytes. Returns the time until a frame meets a condition.
    pub(crate) fn key(&mut self, bytes: &str, wanted: impl Fn(&vt100::Screen) -> bool) -> Duration {
        self.settle();
        let sent = self.send(bytes);
        self.next(wanted).duration_since(sent)
    }

    /// Types a key that moves the cursor. Returns the time until another row is the cursor row. Its cells
    /// and its position may change without a key.
    pub(crate) fn cursor_key(&mut self, bytes: &str) -> Duration {
        let name = |screen: &vt100::Screen| {
            let text = selected(screen);
            text.split_whitespace().find(|word| !"▸▾".contains(word)).map(str::to_owned)
        };
        self.settle();
        let before = name(self.screen.screen());
        let sent = self.send(bytes);
        self.next(|screen| name(screen).is_some_and(|now| before.as_ref() != Some(&now)))
            .duration_since(sent)
    }

    /// Types the key that opens a prompt, and waits for the prompt.
    pub(crate) fn prompt(&mut self, bytes: &str) {
        self.send(bytes);
        self.until(|screen| !screen.hide_cursor());
    }

    /// Types a key in a prompt. Returns the time until the line of the prompt changes.
    pub(crate) fn prompt_key(&mut self, bytes: &str) -> Duration {
        let prompt = |screen: &vt100::Screen| {
            (screen.contents_between(LINES - 1, 0, LINES - 1, COLUMNS), screen.cursor_position())
        };
        self.settle();
        let before = prompt(self.screen.screen());
        let sent = self.send(bytes);
        self.next(|screen| prompt(screen) != before).duration_since(sent)
    }

    /// True if the screen meets a condition.
    pub(crate) fn is(&self, wanted: impl Fn(&vt100::Screen) -> bool) -> bool {
        wanted(self.screen.screen())
    }

    /// Processes the output so far, without waiting.
    pub(crate) fn settle(&mut self) {
        while let Ok((at, chunk)) = self.output.try_recv() {
            self.take(at, &chunk, &|_| false);
        }
    }

    /// Waits until there is no output for a while.
    pub(crate) fn rest(&mut self, pause: Duration) {
        while let Ok((at, chunk)) = self.output.recv_timeout(pause) {
            self.take(at, &chunk, &|_| false);
        }
    }

    /// Processes the output for a while. Returns the number of bytes.
    pub(crate) fn listen(&mut self, pause: Duration) -> usize {
        let end = Instant::now() + pause;
        let mut bytes = 0;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let Ok((at, chunk)) = self.output.recv_timeout(left) else { return bytes };
            bytes += chunk.len();
            self.take(at, &chunk, &|_| false);
        }
    }

    /// Returns the time at which the screen meets a condition: now, or with a later frame.
    pub(crate) fn until(&mut self, wanted: impl Fn(&vt100::Screen) -> bool) -> Instant {
        if wanted(self.screen.screen()) {
            return Instant::now();
        }
        self.next(wanted)
    }

    /// Waits until the cursor row contains a text.
    pub(crate) fn until_selected(&mut self, text: &str) {
        self.until(|screen| selected(screen).contains(text));
    }

    /// Returns the time at which a later frame meets a condition.
    fn next(&mut self, wanted: impl Fn(&vt100::Screen) -> bool) -> Instant {
        let deadline = Instant::now() + LIMIT;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok((at, chunk)) => {
                    if self.take(at, &chunk, &wanted) {
                        return at;
                    }
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("the condition was not met; the screen shows\n{}", self.text())
                }
            }
        }
    }

    /// Processes a chunk. Returns true if a frame that it completed meets the condition.
    fn take(&mut self, at: Instant, chunk: &[u8], wanted: &dyn Fn(&vt100::Screen) -> bool) -> bool {
        self.pending.extend_from_slice(chunk);
        let mut is_as_wanted = false;
        while let Some(end) = find(&self.pending, END) {
            let end = end + END.len();
            self.screen.process(&self.pending[..end]);
            self.pending.drain(..end);
            self.frames.push((at, end));
            is_as_wanted = is_as_wanted || wanted(self.screen.screen());
        }
        is_as_wanted
    }

    /// Returns the text of the screen.
    pub(crate) fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// Returns the cursor row.
    pub(crate) fn selected(&self) -> String {
        selected(self.screen.screen())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // The program may have ended already.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// Returns the reversed text of the first line with reversed text.
fn selected(screen: &vt100::Screen) -> String {
    let reversed = |line: u16| {
        let cells = (1..COLUMNS).filter_map(move |column| screen.cell(line, column));
        cells.filter(|cell| cell.inverse()).map(|cell| match cell.contents() {
            "" => " ",
            text => text,
        })
    };
    (1..LINES - 2)
        .map(|line| reversed(line).collect())
        .find(|text: &String| !text.is_empty())
        .unwrap_or_default()
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
