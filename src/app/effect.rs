//! What is to be done outside of the model: plain data that the runtime carries out.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::app::message::Timer;
use crate::app::question::Question;
use crate::app::state::comparison::Sides;
use crate::app::state::object_history::Noting;
use crate::app::state::report::Reported;
use crate::downward::plan::Plan;
use crate::downward::{PodObject, View};
use crate::k8s::discovery::Discovery;
use crate::k8s::names::GroupVersion;
use crate::k8s::path::ObjectPath;
use crate::k8s::request::{Request, Ticket};
use crate::k8s::table::Column;
use crate::object::find::Find;
use crate::object::logs::Wanted;
use crate::object::related::Related;
use crate::object::search::SearchScope;

/// Which server to connect to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// The one that the flags and the environment give.
    #[default]
    AsStarted,
    /// That of a context of the kubeconfig.
    Context(String),
    /// With the token of another container of this pod.
    BorrowedToken,
    /// The one at that address.
    Url(String),
    /// The embedded recording.
    Demo,
    /// Another choice, as somebody else.
    As {
        /// The name of the user to impersonate.
        user: String,
        /// The server, and the identity that impersonates.
        of: Box<Choice>,
    },
}

/// Something to do outside of the model. Its outcome arrives as a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Find a server, and drop the present connection.
    Connect(Choice),
    /// Look for the pod that this process runs in.
    LookAround,
    /// Read the containers of the pod that this process runs in.
    Observe {
        /// The pod as the server has it.
        pod: PodObject,
        /// What its containers should see.
        view: Box<View>,
    },
    /// Read the containers of any other pod by an exec. Its outcome is the answer to the ticket.
    Exec {
        /// The ticket.
        ticket: Ticket,
        /// What to run.
        plan: Box<Plan>,
    },
    /// Fetch the schemas of a group and version. They are the answer to the ticket.
    Explain {
        /// The ticket.
        ticket: Ticket,
        /// The group and version.
        version: GroupVersion,
        /// The plural name of the explained kind in URLs, where it is known.
        plural: Option<Arc<str>>,
    },
    /// Compare two objects. Its outcome is the answer to the ticket.
    Compare {
        /// The ticket.
        ticket: Ticket,
        /// The objects.
        sides: Sides,
    },
    /// Compare a version of the open object with the one before it, for its history.
    Note {
        /// The ticket.
        ticket: Ticket,
        /// The versions.
        noting: Box<Noting>,
    },
    /// Send a request. Its outcome is the answer to the ticket.
    Ask {
        /// The ticket.
        ticket: Ticket,
        /// The request and its purpose.
        question: Question,
    },
    /// Search for problems. What is found arrives in messages with the ticket.
    Scan {
        /// The ticket.
        ticket: Ticket,
        /// Where to look.
        scope: SearchScope,
        /// The resources of the server.
        discovery: Box<Discovery>,
    },
    /// Search for objects by name. What is found arrives in messages with the ticket.
    Find {
        /// The ticket.
        ticket: Ticket,
        /// The search, which has sent nothing yet.
        find: Box<Find>,
    },
    /// Prepare a bug report. It arrives in a message with the ticket.
    Report {
        /// The ticket.
        ticket: Ticket,
        /// What is reported.
        of: Box<Reported>,
    },
    /// Write a report with this text into a new file.
    WriteReport(Bytes),
    /// Open a watch or a log stream.
    Stream {
        /// Its ticket.
        ticket: Ticket,
        /// What to stream.
        source: StreamKind,
    },
    /// Cancel the request or close the stream of a ticket.
    Cancel(Ticket),
    /// Send the timer's message after that time. An earlier timer of the same kind is dropped.
    After(Timer, Duration),
    /// Put these bytes on the terminal's clipboard.
    Copy(Vec<u8>),
    /// Give the terminal back and stop, until the shell continues the program.
    Suspend,
    /// End the program.
    Quit,
}

/// What a stream delivers.
#[derive(Clone, Debug, PartialEq)]
pub enum StreamKind {
    /// The changed rows of a collection.
    Rows {
        /// The request of the watch.
        request: Request,
        /// The columns of its list.
        columns: Arc<[Column]>,
        /// The rule that keeps what belongs to an object, if it is such a list.
        related: Option<Arc<Related>>,
    },
    /// The changes of one object.
    Object {
        /// The object.
        path: ObjectPath,
        /// The version to continue from; without one, the object is listed first.
        from: Option<String>,
        /// The `resourceVersion` of the object as it is shown.
        shown: String,
    },
    /// The lines of a container's log.
    Log(Request),
    /// The lines of the logs of all containers of an object, each behind a prefix.
    Logs {
        /// A pod, a workload or a Service.
        of: ObjectPath,
        /// Which lines.
        wanted: Wanted,
    },
    /// Notice of the changes of an object or a collection, without their content.
    Changes {
        /// The list that the watch continues.
        list: Request,
        /// The version to continue from; without one, the object is listed first.
        from: Option<String>,
        /// The `resourceVersion` of the object as it is known; `None` if it does not exist.
        shown: Option<String>,
    },
    /// The changes of listed events.
    Events(Request),
}
