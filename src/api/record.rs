//! Records exchanges as a HAR 1.2 file, compressed by gzip or not. The file is complete after every
//! exchange, whatever ends the program: the end of the document is rewritten each time, and a
//! compressed file consists of independent members.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Cursor, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;

use super::har::write::{self, Body};
use crate::document::without_secrets;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::trace::{Answered, Ended, Sent};
use crate::system::private_file;

/// How much of a body is kept, in bytes: a watch may run for days.
const MAX_BODY: usize = 32 << 20;

const CUT: &str = "the rest of the body was left out";
const REDACTED: &str = "the values of Secrets were replaced by others of the same size";
const LEFT_OUT: &str = "the body was left out: it may contain a Secret, and could not be read";

/// Records exchanges to a file, or to memory.
#[derive(Debug)]
pub struct Recorder {
    /// `None` if it records to memory.
    file: Option<PathBuf>,
    keeps_secrets: bool,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    output: Output,
    /// The open exchanges by their numbers.
    open: BTreeMap<u64, Open>,
    write_error: Option<io::Error>,
    is_finished: bool,
}

#[derive(Debug)]
struct Open {
    origin: String,
    sent: Sent,
    answered: Option<Answered>,
    body: Vec<u8>,
    is_cut: bool,
}

impl Recorder {
    /// Creates the file, readable by its owner alone.
    ///
    /// # Errors
    ///
    /// An `Input` failure: the file exists already, or cannot be written.
    pub fn create(file: &Path, keeps_secrets: bool) -> Result<Self, Failure> {
        let output = Output::create(file).map_err(|error| {
            let name = file.display();
            if error.kind() == io::ErrorKind::AlreadyExists {
                let message = format!("the recording {name} exists already");
                return Failure::new(FailureKind::Input, message, "Give another name");
            }
            let message = format!("the recording {name} cannot be written: {error}");
            Failure::new(FailureKind::Input, message, "Give a file in a folder that you may write")
        })?;
        let state = State { output, open: BTreeMap::new(), write_error: None, is_finished: false };
        Ok(Self { file: Some(file.to_owned()), keeps_secrets, state: Mutex::new(state) })
    }

    /// Returns a recorder that keeps what a file would have in memory, without the values of Secrets.
    #[must_use]
    pub fn in_memory() -> Self {
        let mut output = Output {
            target: Target::Memory(Cursor::default()),
            is_compressed: false,
            length: 0,
            is_empty: true,
        };
        // Memory can be written.
        _ = output.put(&write::head());
        let state = State { output, open: BTreeMap::new(), write_error: None, is_finished: false };
        Self { file: None, keeps_secrets: false, state: Mutex::new(state) }
    }

    /// Returns the HAR document so far; nothing if it is in a file.
    #[must_use]
    pub fn document(&self) -> Vec<u8> {
        match &self.state().output.target {
            Target::File(_) => Vec::new(),
            Target::Memory(bytes) => bytes.get_ref().clone(),
        }
    }

    /// Writes the open exchanges, such as watches, and ends the recording. Removes a file without
    /// exchanges: it could not be replayed, and the next recording may have its name.
    ///
    /// # Errors
    ///
    /// The recording could not be written, now or before.
    pub fn finish(&self) -> io::Result<()> {
        let mut state = self.state();
        let open = std::mem::take(&mut state.open);
        for exchange in open.into_values().filter(|exchange| exchange.answered.is_some()) {
            let elapsed = Timestamp::now().duration_since(exchange.sent.at);
            let after = Duration::try_from(elapsed).unwrap_or_default();
            state.write(&exchange, &Ended { after, failure: None }, self.keeps_secrets);
        }
        if let Some(file) =
            self.file.as_ref().filter(|_| state.output.is_empty && !state.is_finished)
        {
            fs::remove_file(file)?;
        }
        state.is_finished = true;
        state.write_error.take().map_or(Ok(()), Err)
    }

    pub(super) fn sent(&self, sent: &Sent, address: &str) {
        let origin = origin(address);
        let sent = sent.clone();
        let number = sent.number;
        let open = Open { origin, sent, answered: None, body: Vec::new(), is_cut: false };
        self.state().open.insert(number, open);
    }

    pub(super) fn answered(&self, number: u64, head: &Answered) {
        let mut state = self.state();
        if head.status == 101 {
            // An exec reads environments, with all their secrets.
            state.open.remove(&number);
        } else if let Some(open) = state.open.get_mut(&number) {
            open.answered = Some(head.clone());
        }
    }

    pub(super) fn received(&self, number: u64, bytes: &[u8]) {
        if let Some(open) = self.state().open.get_mut(&number) {
            let room = MAX_BODY.saturating_sub(open.body.len()).min(bytes.len());
            open.is_cut |= room < bytes.len();
            open.body.extend_from_slice(&bytes[..room]);
        }
    }

    /// Writes an exchange. Returns the reason once if nothing is recorded any more.
    pub(super) fn ended(&self, number: u64, ended: &Ended) -> Option<String> {
        let mut state = self.state();
        let was_writable = state.write_error.is_none();
        let exchange = state.open.remove(&number)?;
        state.write(&exchange, ended, self.keeps_secrets);
        state.write_error.as_ref().filter(|_| was_writable).map(io::Error::to_string)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn write(&mut self, exchange: &Open, ended: &Ended, keeps_secrets: bool) {
        if self.is_finished || self.write_error.is_some() {
            return;
        }
        let Open { origin, sent, answered, .. } = exchange;
        let body = exchange.body(keeps_secrets);
        let entry = write::entry(origin, sent, answered.as_ref(), (body, ended));
        if let Err(error) = self.output.append(&entry.to_string()) {
            tracing::warn!(%error, "the recording cannot be written");
            self.write_error = Some(error);
        }
    }
}

impl Open {
    /// Returns the body without what may not be recorded.
    fn body(&self, keeps_secrets: bool) -> Body {
        let (request, is_watch) = (&self.sent.request, self.sent.request.is_watch());
        // A cut line of a watch is left out.
        let end = if is_watch {
            memchr::memrchr(b'\n', &self.body).map_or(0, |at| at + 1)
        } else {
            self.body.len()
        };
        let whole = &self.body[..end];
        let cut = self.is_cut.then_some(CUT);
        if keeps_secrets {
            return Body { bytes: whole.to_vec(), comment: cut };
        }
        let of_secrets = request.path.is_of_secrets();
        let mut body = Body { bytes: Vec::with_capacity(whole.len()), comment: cut };
        let parts = whole.split_inclusive(|byte| is_watch && *byte == b'\n');
        for part in parts.filter(|part| !part.is_empty()) {
            match without_secrets(part, of_secrets) {
                Ok(None) => body.bytes.extend_from_slice(part),
                Ok(Some(kept)) => {
                    body.bytes.extend_from_slice(&kept);
                    body.comment = Some(REDACTED);
                }
                Err(_) => body.comment = Some(LEFT_OUT),
            }
        }
        body
    }
}

/// The address before the path of a request: scheme, host and base path.
fn origin(address: &str) -> String {
    match address.split_once("://") {
        Some(("http" | "https", _)) => address.trim_end_matches('/').to_owned(),
        _ => "http://localhost".to_owned(),
    }
}

/// Where a recording is written to.
#[derive(Debug)]
enum Target {
    File(File),
    Memory(Cursor<Vec<u8>>),
}

impl Target {
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        fn write(target: &mut (impl Seek + Write), offset: u64, bytes: &[u8]) -> io::Result<()> {
            target.seek(SeekFrom::Start(offset))?;
            target.write_all(bytes)
        }
        match self {
            Self::File(file) => write(file, offset, bytes),
            Self::Memory(memory) => write(memory, offset, bytes),
        }
    }
}

/// The target, and its length in bytes without the end of the document.
#[derive(Debug)]
struct Output {
    target: Target,
    is_compressed: bool,
    length: u64,
    is_empty: bool,
}

impl Output {
    fn create(name: &Path) -> io::Result<Self> {
        let file = private_file(OpenOptions::new().write(true).create_new(true)).open(name)?;
        let is_compressed = name.extension().is_some_and(|extension| extension == "gz");
        let target = Target::File(file);
        let mut output = Self { target, is_compressed, length: 0, is_empty: true };
        output.put(&write::head())?;
        Ok(output)
    }

    fn append(&mut self, entry: &str) -> io::Result<()> {
        let separator = if self.is_empty { "" } else { ",\n" };
        self.put(&format!("{separator}{entry}"))?;
        self.is_empty = false;
        Ok(())
    }

    /// Appends a text and the end of the document.
    fn put(&mut self, text: &str) -> io::Result<()> {
        let text = self.encoded(text)?;
        let written = text.len() as u64;
        let whole = [text, self.encoded(write::TAIL)?].concat();
        let outcome = self.target.write_at(self.length, &whole);
        if outcome.is_ok() {
            self.length += written;
        } else {
            // The file before stays a complete document.
            let tail = self.encoded(write::TAIL)?;
            if let Target::File(file) = &self.target {
                _ = file.set_len(self.length);
            }
            _ = self.target.write_at(self.length, &tail);
        }
        outcome
    }

    fn encoded(&self, text: &str) -> io::Result<Vec<u8>> {
        if !self.is_compressed {
            return Ok(text.as_bytes().to_vec());
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes())?;
        encoder.finish()
    }
}
