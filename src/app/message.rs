//! What happened: keys, answers, deltas, timers.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use crossterm::event::{KeyEvent, MouseEvent};

use crate::document::Document;
use crate::downward::inside::{Here, Observed, Stranger};
use crate::k8s::discovery::{DiscoveredGroup, Resource};
use crate::k8s::endpoint::{Attempt, Endpoint, NoEndpoint};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::request::{Request, Ticket};
use crate::k8s::rules::Rules;
use crate::k8s::table::{Delta, Page};
use crate::k8s::trace::OnWire;
use crate::tree::NodeId;

/// What happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// A key was pressed.
    Key(KeyEvent),
    /// Text was pasted.
    Paste(String),
    /// The mouse did something.
    Mouse(MouseEvent),
    /// The terminal has another size.
    Resize {
        /// In columns.
        width: u16,
        /// In lines.
        height: u16,
    },
    /// A way to a server was found, and these were tried.
    Connected(Box<Endpoint>, Vec<Attempt>),
    /// No way was found.
    NotConnected(Box<NoEndpoint>),
    /// The answer to a ticket.
    Answered {
        /// Which.
        ticket: Ticket,
        /// The answer, or why there is none.
        result: Result<Answer, Failure>,
    },
    /// The watch of a collection told something.
    Deltas {
        /// Which watch.
        ticket: Ticket,
        /// In the server's order.
        deltas: Vec<Delta>,
        /// The version that it is at now; empty where no delta told one.
        version: String,
    },
    /// The watch of an object told something.
    Object {
        /// Which watch.
        ticket: Ticket,
        /// What.
        change: ObjectChange,
    },
    /// A watch is open: what changes from now on will be told.
    WatchOpened {
        /// Which.
        ticket: Ticket,
    },
    /// The log that is followed goes on.
    Log {
        /// Under which ticket.
        ticket: Ticket,
        /// Whole lines; none where it was just opened.
        text: Bytes,
    },
    /// A watch ended: by itself, or with a failure.
    WatchEnded {
        /// Which.
        ticket: Ticket,
        /// Why, where it was not simply over.
        failure: Option<Failure>,
    },
    /// What a process here can tell of the pod that it runs in.
    Here(Box<Here>),
    /// What was found in the containers of that pod, and its processes of no known container.
    Observed(Vec<Observed>, Vec<Stranger>),
    /// What went over the wire, in order.
    OnWire(Vec<OnWire>),
    /// The time came.
    Timer(Timer),
}

/// What a watch tells of one object.
#[derive(Clone, Debug)]
pub enum ObjectChange {
    /// The watch stands at this version; the object shown is the newest.
    Following(String),
    /// The object is now this.
    Now {
        /// The answer.
        reply: Reply,
        /// Its version.
        version: String,
    },
    /// Nothing changed, but the version moved on.
    Version(String),
    /// The object is gone.
    Gone,
}

/// A moment to come back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// The cursor has rested.
    Rest,
    /// An age in view reads otherwise by now.
    Age,
    /// The marks of a collection's rows have lasted for a while.
    Marks(NodeId),
    /// The notice has been on screen for long enough.
    Notice,
    /// A server that gave no answer is to be asked again.
    Server,
    /// A node that failed for now is to be asked for again.
    Node(NodeId),
    /// A second is over, and something that waits says for how long.
    Second,
    /// The watch of the collection or of the object is to be taken up again.
    Watch(WatchOf),
}

impl Timer {
    /// Whether a server that failed is asked again then.
    #[must_use]
    pub fn asks_again(self) -> bool {
        matches!(self, Self::Server | Self::Node(_) | Self::Watch(_))
    }
}

/// Which of the two watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WatchOf {
    /// Of the collection under the cursor.
    Collection,
    /// Of the object that was opened.
    Object,
    /// That of the log that is followed.
    Log,
}

/// An answer, read into what was wanted of it.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Groups of `/api` or `/apis`.
    Groups(Vec<DiscoveredGroup>),
    /// The resources of one version.
    Resources(Vec<Arc<Resource>>),
    /// The paths of `/` that are no resources.
    Paths(Vec<String>),
    /// The server's version, such as `v1.36.2`, or the user's name.
    Text(String),
    /// A page of a collection.
    Page(Page),
    /// A document, whatever the status.
    Document(Reply),
    /// The JSON value of an object.
    Value(Arc<serde_json::Value>),
    /// What the user may do in a namespace.
    Rules(Rules),
    /// What an exec found in the containers of a pod.
    Inside(Vec<Observed>),
}

impl Answer {
    pub(super) fn groups(self) -> Result<Vec<DiscoveredGroup>, Failure> {
        if let Self::Groups(groups) = self { Ok(groups) } else { Err(mismatch()) }
    }

    pub(super) fn resources(self) -> Result<Vec<Arc<Resource>>, Failure> {
        if let Self::Resources(resources) = self { Ok(resources) } else { Err(mismatch()) }
    }

    pub(super) fn paths(self) -> Result<Vec<String>, Failure> {
        if let Self::Paths(paths) = self { Ok(paths) } else { Err(mismatch()) }
    }

    pub(super) fn text(self) -> Result<String, Failure> {
        if let Self::Text(text) = self { Ok(text) } else { Err(mismatch()) }
    }

    pub(super) fn page(self) -> Result<Page, Failure> {
        if let Self::Page(page) = self { Ok(page) } else { Err(mismatch()) }
    }

    pub(super) fn document(self) -> Result<Reply, Failure> {
        if let Self::Document(reply) = self { Ok(reply) } else { Err(mismatch()) }
    }

    pub(super) fn rules(self) -> Result<Rules, Failure> {
        if let Self::Rules(rules) = self { Ok(rules) } else { Err(mismatch()) }
    }

    pub(super) fn value(self) -> Result<Arc<serde_json::Value>, Failure> {
        if let Self::Value(value) = self { Ok(value) } else { Err(mismatch()) }
    }

    pub(super) fn inside(self) -> Result<Vec<Observed>, Failure> {
        if let Self::Inside(observed) = self { Ok(observed) } else { Err(mismatch()) }
    }
}

/// The runtime answers a question with what it wants; anything else would be its mistake.
fn mismatch() -> Failure {
    Failure::new(FailureKind::Malformed, "the answer is of another form than was wanted", "")
}

/// A whole answer as it is shown.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The answer's body.
    pub document: Arc<Document>,
    /// The HTTP status.
    pub status: u16,
    /// The size of the body in bytes.
    pub bytes: usize,
    /// From the request to the last byte.
    pub elapsed: Duration,
    /// What a status of 400 and above tells.
    pub failure: Option<Failure>,
    /// The texts of the server's Warning headers.
    pub warnings: Vec<String>,
    /// The `metadata.resourceVersion` of an object; empty for anything else.
    pub version: String,
}

/// How an answer is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Want {
    /// As [`Answer::Groups`].
    Groups,
    /// As [`Answer::Resources`] of that version.
    Resources(crate::k8s::names::GroupVersion),
    /// As [`Answer::Paths`].
    Paths,
    /// As [`Answer::Text`], of `/version`.
    Version,
    /// As [`Answer::Text`], of a `SelfSubjectReview`.
    User,
    /// As [`Answer::Page`].
    Page,
    /// As [`Answer::Page`], and the pages behind it will be asked for, too.
    Pages,
    /// As [`Answer::Document`].
    Document,
    /// As [`Answer::Value`].
    Value,
    /// As [`Answer::Rules`], of a `SelfSubjectRulesReview`.
    Rules,
}

/// Something to ask: what, and how to read the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The request.
    pub request: Request,
    /// How to read the answer.
    pub want: Want,
}
