//! What happened: keys, answers, changes, timers.

use bytes::Bytes;
use crossterm::event::{KeyEvent, MouseEvent};

use crate::app::answer::{Answer, Reply};
use crate::app::state::events::EventChange;
use crate::app::state::object_history::Noted;
use crate::app::state::problems::Findings;
use crate::app::state::report::ReportContent;
use crate::app::state::watch::Target;
use crate::downward::inside::{Here, Observed, Stranger};
use crate::k8s::endpoint::{Attempt, Endpoint, NoEndpoint};
use crate::k8s::failure::Failure;
use crate::k8s::plugin::PluginReport;
use crate::k8s::request::Ticket;
use crate::k8s::table::{Delta, Page};
use crate::k8s::trace::OnWire;
use crate::object::find::Found;
use crate::tree::NodeId;

/// What happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// A key was pressed.
    Key(KeyEvent),
    /// Text was pasted.
    Paste(String),
    /// The mouse was moved, clicked or scrolled.
    Mouse(MouseEvent),
    /// The terminal was resized.
    Resize {
        /// In columns.
        width: u16,
        /// In lines.
        height: u16,
    },
    /// A server was found, after these attempts.
    Connected(Box<Endpoint>, Vec<Attempt>),
    /// No server was found.
    NotConnected(Box<NoEndpoint>),
    /// The answer to a request arrived.
    Answered {
        /// The request's ticket.
        ticket: Ticket,
        /// The decoded answer, or why there is none.
        result: Result<Answer, Failure>,
    },
    /// The beginning of the answer to a request arrived: the first rows of a page.
    Beginning {
        /// The request's ticket.
        ticket: Ticket,
        /// The rows that arrived so far.
        page: Page,
    },
    /// Rows of a watched collection changed.
    Deltas {
        /// The watch's ticket.
        ticket: Ticket,
        /// The changes, in the server's order.
        deltas: Vec<Delta>,
        /// The latest `resourceVersion`; empty if no change had one.
        version: String,
    },
    /// A watched object changed.
    Object {
        /// The watch's ticket.
        ticket: Ticket,
        /// The change.
        change: ObjectChange,
    },
    /// A watched source of the container's view has that version now.
    Changed {
        /// The watch's ticket.
        ticket: Ticket,
        /// The version to continue from.
        version: String,
        /// True if the source differs from what is known of it.
        differs: bool,
    },
    /// A watch or a log stream is open: changes from now on are reported.
    WatchOpened {
        /// Its ticket.
        ticket: Ticket,
    },
    /// Listed events changed.
    Events {
        /// The watch's ticket.
        ticket: Ticket,
        /// The changes, in the server's order.
        changes: Vec<EventChange>,
        /// The latest `resourceVersion`; empty if no change had one.
        version: String,
    },
    /// A followed log has new lines.
    Log {
        /// The stream's ticket.
        ticket: Ticket,
        /// Whole lines.
        text: Bytes,
    },
    /// The number of containers whose logs are merged changed.
    Reading {
        /// The stream's ticket.
        ticket: Ticket,
        /// How many are read.
        containers: usize,
        /// How many are not, because there are too many.
        left_out: usize,
    },
    /// A watch or a log stream ended.
    WatchEnded {
        /// Its ticket.
        ticket: Ticket,
        /// Why; `None` if the server ended it as usual.
        failure: Option<Failure>,
    },
    /// A search for problems found something, or ended.
    Problems {
        /// Its ticket.
        ticket: Ticket,
        /// All that it found so far.
        found: Box<Findings>,
        /// True if nothing is left to do.
        is_over: bool,
    },
    /// A search for objects found something, or ended.
    Found {
        /// Its ticket.
        ticket: Ticket,
        /// All that it found so far.
        found: Box<Found>,
        /// True if nothing is left to do.
        is_over: bool,
    },
    /// A version of an object was compared with the one before it, for its history.
    Noted {
        /// The ticket of the comparison.
        ticket: Ticket,
        /// The version with its entry.
        noted: Box<Noted>,
    },
    /// A report was prepared.
    Report {
        /// Its ticket.
        ticket: Ticket,
        /// What it contains, or why there is none.
        result: Result<ReportContent, Failure>,
    },
    /// A report was written to this file, or why it was not.
    Written(Result<String, Failure>),
    /// What a process in this pod can find out about the pod.
    Here(Box<Here>),
    /// What was found in the containers of that pod, and its processes of unknown containers.
    Observed(Vec<Observed>, Vec<Stranger>),
    /// A credential plugin takes long, or ended.
    Plugin(PluginReport),
    /// Exchanges with the server, in order.
    OnWire(Vec<OnWire>),
    /// A timer is due.
    Timer(Timer),
}

/// A change of one object.
#[derive(Clone, Debug)]
pub enum ObjectChange {
    /// Nothing changed; the watch starts at this version.
    Following(String),
    /// The object changed.
    Now {
        /// Its new state.
        reply: Box<Reply>,
        /// Its version.
        version: String,
    },
    /// Nothing changed, but the version moved on.
    Version(String),
    /// The object was deleted.
    Gone,
}

/// A timer. At most one of each runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// The cursor has rested.
    Rest,
    /// An age in view has another text.
    Age,
    /// The marks of a collection's changed rows have been shown for a while.
    Marks(NodeId),
    /// The notice has been shown long enough.
    Notice,
    /// Retry a server that did not answer.
    Server,
    /// Retry a node that failed.
    Node(NodeId),
    /// The health of the shown object or of rows may be another one, or its ages have other texts.
    Health,
    /// A second has passed, and the time that something has been waiting is shown.
    Second,
    /// Retry a watch or a log stream.
    Watch(Target),
}

impl Timer {
    /// True if it retries a server that failed.
    #[must_use]
    pub fn is_retry(self) -> bool {
        matches!(self, Self::Server | Self::Node(_) | Self::Watch(_))
    }
}
