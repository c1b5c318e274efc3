//! Documents: an answer body as lines of YAML, JSON or raw text. The bytes are kept as received, and a
//! line is written when it is needed, so numbers, key order and duplicate keys stay as sent.

mod changes;
mod folds;
mod lines;
mod pane;
mod path;
mod redact;
mod scalar;
mod search;
mod secret;
pub mod shown;
mod splices;
mod stream;
mod token;
mod tree;
mod write;

use std::borrow::Cow;
use std::sync::OnceLock;

use bytes::Bytes;

use crate::text::format_bytes;
use crate::text::sgr::OutputLine;

use lines::{CLOSE, Lines};
pub use pane::{DocumentPane, GUTTER, ViewLine};
pub use redact::{Unreadable, without_secrets};
pub use splices::Splices;
pub use stream::{Indenter, Visible, write_json, write_yaml};
use tree::{Kind, Node, Refused};
pub use write::{LineOptions, SecretForm};

/// The text in place of a masked value. Its size follows.
pub const MASK: &str = "•••••";
/// The longest document, in bytes. A longer one is cut, with a note.
const MAX_BYTES: usize = 256 << 20;
/// A scalar on one line can be folded if it has more bytes.
const LONG: u32 = 200;

/// The format in which a document is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// YAML, as `kubectl get -o yaml` writes it.
    #[default]
    Yaml,
    /// JSON with the tokens as sent, each entry on a line of its own.
    Json,
    /// The lines as sent.
    Raw,
}

impl Format {
    /// Returns the name, as in `-o` and in the status.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Json => "json",
            Self::Raw => "raw",
        }
    }
}

/// The kind of a line, which decides its colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// Keys and values.
    Data,
    /// A line of a literal block.
    Block,
    /// Text that is not JSON.
    Plain,
}

/// A parsed answer body. Immutable, so that it can be parsed outside of the event loop and shared.
#[derive(Debug)]
pub struct Document {
    body: Bytes,
    nodes: Vec<Node>,
    /// The masked nodes, which are leaves, ascending.
    masked: Vec<u32>,
    /// The masked nodes that are base64, ascending.
    encoded: Vec<u32>,
    /// True if every line is masked: it may hold secrets, and cannot be parsed.
    hidden: bool,
    is_log: bool,
    note: Option<String>,
    yaml: OnceLock<Lines>,
    json: OnceLock<Lines>,
    raw: OnceLock<Lines>,
}

impl Document {
    /// Parses an answer body. Invalid JSON, or JSON with too many values, is shown raw with a
    /// [`note`](Self::note). `of_secrets` is true for an API path of Secrets, the values of which are
    /// masked; objects of kind Secret are masked on any path.
    ///
    /// Indexes the lines of the format that is shown first; those of other formats are indexed when
    /// they are first needed.
    #[must_use]
    pub fn read(mut body: Bytes, is_json: bool, of_secrets: bool) -> Self {
        if body.len() > MAX_BYTES {
            body.truncate(MAX_BYTES);
            return Self::read_beginning(body, is_json, of_secrets);
        }
        let read = if is_json && !body.is_empty() { tree::read(&body) } else { Ok(Vec::new()) };
        let (nodes, note) = match read {
            Ok(nodes) => (nodes, None),
            Err(refused) => (Vec::new(), Some(reason(refused))),
        };
        Self::of(body, nodes, note, is_json, of_secrets)
    }

    /// Parses the beginning of an answer body, as [`read`](Self::read) does. Of JSON, only values that
    /// are complete are kept.
    #[must_use]
    pub fn read_beginning(mut body: Bytes, is_json: bool, of_secrets: bool) -> Self {
        let mut note = format!("only the first {} are shown", format_bytes(body.len()));
        let mut nodes = Vec::new();
        if is_json {
            match tree::read_beginning(&body) {
                Ok((read, end)) => {
                    nodes = read;
                    // Half of a value may be half of a secret, which would not be masked.
                    body.truncate(end);
                }
                Err(refused) => note = format!("{note}; {}", reason(refused)),
            }
        }
        Self::of(body, nodes, Some(note), is_json, of_secrets)
    }

    fn of(
        body: Bytes,
        mut nodes: Vec<Node>,
        note: Option<String>,
        is_json: bool,
        of_secrets: bool,
    ) -> Self {
        let masked = secret::masked(&body, &nodes, of_secrets);
        let mut encoded = Vec::new();
        if !masked.is_empty() {
            encoded = secret::encoded(&body, &nodes, of_secrets);
        }
        for &node in &masked {
            // A masked value takes one line, so that its number of lines is masked too.
            if nodes[node as usize].kind == Kind::Block {
                nodes[node as usize].kind = Kind::Text;
            }
        }
        let hidden = nodes.is_empty() && (of_secrets || (is_json && secret::suspected(&body)));
        let (yaml, json, raw) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        let is_log = false;
        let document = Self { body, nodes, masked, encoded, hidden, is_log, note, yaml, json, raw };
        document.lines(if document.is_json() { Format::Yaml } else { Format::Raw });
        document
    }

    /// Marks the document as a program's output. Its lines are shown as a terminal would show them: in
    /// their colours, and overwritten after a carriage return.
    #[must_use]
    pub fn as_log(mut self) -> Self {
        self.is_log = true;
        self
    }

    /// Adds a note for the status, in place of an earlier one.
    #[must_use]
    pub fn noted(mut self, note: &str) -> Self {
        self.note = Some(note.to_owned());
        self
    }

    /// Returns the bytes as received.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// True if it is valid JSON. Anything else has only [`Format::Raw`].
    #[must_use]
    pub fn is_json(&self) -> bool {
        !self.nodes.is_empty()
    }

    /// True if the document is a program's output.
    #[must_use]
    pub fn is_log(&self) -> bool {
        self.is_log
    }

    /// Returns a written line as it is shown on screen.
    fn shown(&self, line: String) -> OutputLine {
        if self.is_log {
            return OutputLine::parse(&line);
        }
        let text = match shown::display(&line) {
            Cow::Borrowed(_) => line,
            Cow::Owned(text) => text,
        };
        OutputLine { text, graphics: Vec::new() }
    }

    /// Returns why it is cut or shown raw, in a few words.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// True if something is masked.
    #[must_use]
    pub fn has_secrets(&self) -> bool {
        self.hidden || !self.masked.is_empty()
    }

    /// True if a value of a Secret is base64.
    fn has_encoded(&self) -> bool {
        !self.encoded.is_empty()
    }

    /// Returns the decoded value of a node; `None` if it is not base64 of a Secret.
    fn decoded(&self, node: u32) -> Option<Vec<u8>> {
        self.encoded.binary_search(&node).ok()?;
        secret::decode(&token::unescape(self.inner(&self.nodes[node as usize])))
    }

    /// Returns the number of lines when nothing is folded.
    #[must_use]
    pub fn line_count(&self, format: Format) -> u32 {
        self.lines(format).len()
    }

    /// Returns the path of the value on a line; `None` if the document is text.
    #[must_use]
    pub fn path(&self, format: Format, line: u32) -> Option<String> {
        Some(path::of(&self.body, &self.nodes, self.node_at(format, line)?))
    }

    /// Returns the kind of a line.
    #[must_use]
    pub fn line_kind(&self, format: Format, line: u32) -> LineKind {
        match self.lines(format).part.get(line as usize) {
            _ if !self.is_json() => LineKind::Plain,
            Some(&part) if part != 0 && part != CLOSE => LineKind::Block,
            _ => LineKind::Data,
        }
    }

    fn lines(&self, format: Format) -> &Lines {
        let cell = match format {
            Format::Yaml => &self.yaml,
            Format::Json => &self.json,
            Format::Raw => &self.raw,
        };
        cell.get_or_init(|| Lines::index(format, &self.body, &self.nodes))
    }

    /// Returns the node on a line; the innermost one if several begin there.
    fn node_at(&self, format: Format, line: u32) -> Option<u32> {
        let at = *self.lines(format).at.get(line as usize)?;
        if format != Format::Raw {
            return Some(at);
        }
        let begins = |node: &Node| node.key.min(node.start);
        let next = self.nodes.partition_point(|node| begins(node) < at);
        let in_line = |n: &usize| {
            self.nodes
                .get(*n)
                .is_some_and(|node| self.lines(Format::Raw).holding(begins(node)) == line)
        };
        u32::try_from(Some(next).filter(in_line).or_else(|| next.checked_sub(1))?).ok()
    }

    /// Returns the line on which a node begins.
    fn line_of(&self, format: Format, node: u32) -> u32 {
        let lines = self.lines(format);
        match (format, self.nodes.get(node as usize)) {
            (Format::Raw, Some(node)) => lines.holding(node.key.min(node.start)),
            _ => lines.first.get(node as usize).copied().unwrap_or(0),
        }
    }
}

/// Returns why a document is shown raw.
fn reason(refused: Refused) -> String {
    match refused {
        Refused::Broken(broken) => {
            format!("not JSON: {} at byte {}; shown as sent", broken.why, broken.at)
        }
        Refused::TooMany => format!("more than {} values; shown as sent", tree::MAX_NODES),
    }
}
