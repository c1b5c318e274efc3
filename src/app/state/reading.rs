//! The document pane: the shown answer, and the state of the request for the next one.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::app::answer::Reply;
use crate::app::state::log::Log;
use crate::app::state::subject::Subject;
use crate::app::state::table::Table;
use crate::document::{Document, DocumentPane};
use crate::downward::{PodObject, Unreadable};
use crate::k8s::failure::Failure;
use crate::k8s::path::ObjectPath;
use crate::k8s::request::{Request, Ticket};
use crate::tree::NodeId;

/// The document pane.
#[expect(clippy::struct_excessive_bools, reason = "they are independent facts")]
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The row's request that the pane shows or fetches.
    pub subject: Option<Subject>,
    /// The state of that request.
    pub state: ReadState,
    /// The table of the rows of a collection, shown in place of its answer.
    pub table: Table,
    /// The answer that is shown, of `shown`.
    pub pane: DocumentPane,
    /// How the shown answer arrived.
    pub shown: Option<Shown>,
    /// The pod, or the object with a pod template, that is shown.
    pub(in crate::app) object: Option<Result<PodObject, Unreadable>>,
    /// The object that is shown, for its health.
    pub(in crate::app) judged: Option<Arc<Value>>,
    /// True if the object was deleted; its last state stays.
    pub gone: bool,
    /// The log that is followed.
    pub log: Option<Box<Log>>,
    /// The changes that wait while updates are paused.
    pub paused: Option<Paused>,
    /// The earlier version that is shown instead of the newest one.
    pub past: Option<Past>,
    /// Sentences of the `APIService` of a version that is unavailable.
    pub behind: Vec<String>,
    /// The number of answers that were shown so far; identifies the shown one.
    pub(in crate::app) revision: u64,
    /// The number of subjects so far; identifies what is watched.
    pub(in crate::app) visit: u32,
    /// True if the subject is an object or a log whose changes are wanted.
    pub(in crate::app) follows: bool,
    /// The shown object's `metadata.resourceVersion`.
    pub(in crate::app) version: String,
    /// True if what is shown may be out of date, because the server does not answer.
    pub old: bool,
    /// When a failed request is retried.
    pub retry_at: Option<Timestamp>,
    /// True if what is shown changed, and is fetched again once the cursor rests.
    pub(in crate::app) outdated: bool,
    /// The number of retries in a row.
    pub(in crate::app) tries: u32,
}

/// The state of the request for a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ReadState {
    /// The row has no answer of its own.
    #[default]
    Nothing,
    /// It is fetched by ⏎ only.
    ByEnter,
    /// It was requested.
    Loading(Ticket),
    /// A log to follow was requested, or the answer arrives for the tree as well.
    Opening,
    /// It is shown.
    Ready,
    /// The rows of this node's collection are shown as a table.
    Rows(NodeId),
    /// It could not be fetched.
    Failed(Failure),
}

/// How the shown answer arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The request.
    pub request: Request,
    /// The HTTP status.
    pub status: u16,
    /// The size of the body in bytes.
    pub bytes: usize,
    /// From sending the request to the last byte.
    pub elapsed: Duration,
    /// The failure that a status of 300 and above stands for.
    pub failure: Option<Failure>,
    /// True if the body explains the failure.
    pub is_explained: bool,
    /// The texts of the server's Warning headers.
    pub warnings: Vec<String>,
}

/// An earlier version that is shown.
#[derive(Clone, Debug)]
pub struct Past {
    /// What it is, for the title.
    pub label: String,
    /// The newest version.
    pub(in crate::app) newest: Arc<Document>,
}

/// The changes that wait while updates of the document are paused.
#[derive(Clone, Debug, Default)]
pub struct Paused {
    /// How many.
    pub waiting: usize,
    /// The last of them.
    pub(in crate::app) held: Option<Reply>,
}

impl Reading {
    /// Returns the object that was opened, whose changes are watched.
    #[must_use]
    pub fn opened_object(&self) -> Option<&ObjectPath> {
        self.subject.as_ref().filter(|subject| subject.opened)?.object.as_ref()
    }

    /// Returns the object that is shown, for its managers.
    #[must_use]
    pub fn managed(&self) -> Option<&Value> {
        self.judged.as_deref().filter(|_| self.shown_subject().is_some())
    }

    /// Returns the collection that is shown as a table.
    #[must_use]
    pub fn rows(&self) -> Option<NodeId> {
        match self.state {
            ReadState::Rows(id) => Some(id),
            _ => None,
        }
    }

    /// True if this request is the subject's.
    pub(in crate::app) fn is_about(&self, request: &Request) -> bool {
        self.subject.as_ref().is_some_and(|subject| subject.request == *request)
    }

    /// Returns how the shown answer arrived, if it is the answer to the subject's request.
    pub(in crate::app) fn shown_subject(&self) -> Option<&Shown> {
        self.shown.as_ref().filter(|shown| self.is_about(&shown.request))
    }
}
