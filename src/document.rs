//! A server's answer as lines: YAML, JSON or raw. The bytes are kept as they came; what a line says
//! is made when it is looked at, so numbers, key order and duplicate keys stay as they were sent.

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
pub use stream::{Indenter, Visible, write_json, write_yaml};
use tree::{Kind, Node, Refused};
pub use write::LineOptions;

/// What stands before the size of a masked value.
pub const MASK: &str = "•••••";
/// What is longer is cut, and the note says so.
const MAX_BYTES: usize = 256 << 20;
/// A scalar on one line can be folded when it has more bytes than this.
const LONG: u32 = 200;

/// How a document is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// As `kubectl get -o yaml` would.
    #[default]
    Yaml,
    /// The server's tokens, one to a line.
    Json,
    /// The server's lines.
    Raw,
}

impl Format {
    /// The name in `-o` and in the status.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Json => "json",
            Self::Raw => "raw",
        }
    }
}

/// What a line is, for its colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// Keys and values.
    Data,
    /// A line of a literal block.
    Block,
    /// Text that is not JSON.
    Plain,
}

/// An answer that has been read. Immutable: made off the loop and shared.
#[derive(Debug)]
pub struct Document {
    body: Bytes,
    nodes: Vec<Node>,
    /// Leaves that are masked, ascending.
    masked: Vec<u32>,
    /// Whether every line is masked, since nobody knows where its secrets are.
    hidden: bool,
    is_log: bool,
    note: Option<String>,
    yaml: OnceLock<Lines>,
    json: OnceLock<Lines>,
    raw: OnceLock<Lines>,
}

impl Document {
    /// Reads an answer; it never fails. JSON that is none, or that has too many values, is shown
    /// raw with a [`note`](Self::note). `of_secrets` tells that the path is one of secrets,
    /// whose values are masked; an object of kind Secret is recognised by itself.
    ///
    /// The lines in the format shown first are made here, the others when first looked at.
    #[must_use]
    pub fn read(mut body: Bytes, is_json: bool, of_secrets: bool) -> Self {
        if body.len() > MAX_BYTES {
            body.truncate(MAX_BYTES);
            return Self::read_beginning(body, is_json, of_secrets);
        }
        let read = if is_json && !body.is_empty() { tree::read(&body) } else { Ok(Vec::new()) };
        let (nodes, note) = match read {
            Ok(nodes) => (nodes, None),
            Err(refused) => (Vec::new(), Some(said(refused))),
        };
        Self::of(body, nodes, note, (is_json, of_secrets))
    }

    /// Reads the beginning of an answer that goes on, as [`read`](Self::read) does; of JSON it has
    /// the values that are whole.
    #[must_use]
    pub fn read_beginning(mut body: Bytes, is_json: bool, of_secrets: bool) -> Self {
        let mut note = format!("only the first {} were read", format_bytes(body.len()));
        let mut nodes = Vec::new();
        if is_json {
            match tree::read_beginning(&body) {
                Ok((read, end)) => {
                    nodes = read;
                    // What was cut in two may be half a secret, which nothing would mask.
                    body.truncate(end);
                }
                Err(refused) => note = format!("{note}; {}", said(refused)),
            }
        }
        Self::of(body, nodes, Some(note), (is_json, of_secrets))
    }

    fn of(
        body: Bytes,
        mut nodes: Vec<Node>,
        note: Option<String>,
        (is_json, of_secrets): (bool, bool),
    ) -> Self {
        let masked = secret::masked(&body, &nodes, of_secrets);
        for &node in &masked {
            // A masked value is one line, so that its lines are not told either.
            if nodes[node as usize].kind == Kind::Block {
                nodes[node as usize].kind = Kind::Text;
            }
        }
        let hidden = nodes.is_empty() && (of_secrets || (is_json && secret::suspected(&body)));
        let (yaml, json, raw) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        let is_log = false;
        let document = Self { body, nodes, masked, hidden, is_log, note, yaml, json, raw };
        document.lines(if document.is_json() { Format::Yaml } else { Format::Raw });
        document
    }

    /// Makes the document a program's output: its lines are shown as a terminal would show them, in
    /// colours, and text behind a carriage return replaces the beginning of its line.
    #[must_use]
    pub fn as_log(mut self) -> Self {
        self.is_log = true;
        self
    }

    /// The same with a note in its status.
    #[must_use]
    pub fn noted(mut self, note: &str) -> Self {
        self.note = Some(note.to_owned());
        self
    }

    /// The server's bytes.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Whether there is YAML and JSON of it; if not, there is only [`Format::Raw`].
    #[must_use]
    pub fn is_json(&self) -> bool {
        !self.nodes.is_empty()
    }

    /// True if the document is a program's output.
    #[must_use]
    pub fn is_log(&self) -> bool {
        self.is_log
    }

    /// Returns a written line as it is shown on the screen.
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

    /// Why it is not shown as asked, in a few words.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// Whether something of it is masked.
    #[must_use]
    pub fn has_secrets(&self) -> bool {
        self.hidden || !self.masked.is_empty()
    }

    /// How many lines it has with nothing folded.
    #[must_use]
    pub fn line_count(&self, format: Format) -> u32 {
        self.lines(format).len()
    }

    /// The path of what a line shows; `None` for text.
    #[must_use]
    pub fn path(&self, format: Format, line: u32) -> Option<String> {
        Some(path::of(&self.body, &self.nodes, self.node_at(format, line)?))
    }

    /// What a line is.
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

    /// The node that a line shows, the innermost one where several begin.
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

    /// The line that shows a node's beginning.
    fn line_of(&self, format: Format, node: u32) -> u32 {
        let lines = self.lines(format);
        match (format, self.nodes.get(node as usize)) {
            (Format::Raw, Some(node)) => lines.holding(node.key.min(node.start)),
            _ => lines.first.get(node as usize).copied().unwrap_or(0),
        }
    }
}

fn said(refused: Refused) -> String {
    match refused {
        Refused::Broken(broken) => {
            format!("not JSON: {} at byte {}; shown as sent", broken.why, broken.at)
        }
        Refused::TooMany => format!("more than {} values; shown as sent", tree::MAX_NODES),
    }
}
