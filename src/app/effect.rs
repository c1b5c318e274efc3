//! What is asked of the world: plain data that the runtime carries out.

use std::sync::Arc;
use std::time::Duration;

use crate::app::message::{Question, Timer};
use crate::downward::plan::Plan;
use crate::downward::{PodObject, View};
use crate::k8s::path::ObjectPath;
use crate::k8s::request::Request;
use crate::k8s::request::Ticket;
use crate::k8s::table::Column;

/// Which server to look for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// The one that the flags and the surroundings give.
    #[default]
    AsStarted,
    /// That of a context of the kubeconfig.
    Context(String),
    /// By the token of another container of this pod.
    BorrowedToken,
    /// The one at that address.
    Url(String),
    /// The embedded recording.
    Demo,
}

/// Something to do outside of the model. Whatever it leads to comes back as a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Find a server, and drop the one there was.
    Connect(Choice),
    /// Look at the pod that this process runs in, if it does.
    LookAround,
    /// Look into the containers of the pod that this process runs in.
    Observe {
        /// The pod as the server has it.
        pod: PodObject,
        /// What its containers should see.
        view: Box<View>,
    },
    /// Look into the containers of any other pod, by an exec; answered under the ticket.
    Exec {
        /// Under which ticket.
        ticket: Ticket,
        /// What is to be run.
        plan: Box<Plan>,
    },
    /// Ask the server; answered under the ticket.
    Ask {
        /// Under which ticket.
        ticket: Ticket,
        /// What.
        question: Question,
    },
    /// Watch a collection from a version on.
    WatchCollection {
        /// Under which ticket.
        ticket: Ticket,
        /// The request of the watch.
        request: Request,
        /// The columns of its list.
        columns: Arc<[Column]>,
    },
    /// Watch one object: from the version of a list of it alone, or from where a watch ended.
    WatchObject {
        /// Under which ticket.
        ticket: Ticket,
        /// Which object.
        path: ObjectPath,
        /// The version to go on from, where there was a watch before.
        from: Option<String>,
        /// The `resourceVersion` of the object as it is shown.
        shown: String,
    },
    /// Follow the log of a container.
    FollowLog {
        /// Under which ticket.
        ticket: Ticket,
        /// The request of the log, with `follow`.
        request: Request,
    },
    /// Stop what goes on under the ticket.
    Cancel(Ticket),
    /// Send the timer's message after that time; an earlier one of the same timer is dropped.
    After(Timer, Duration),
    /// Put these bytes on the clipboard of the terminal.
    Copy(Vec<u8>),
    /// Give the terminal back and stop, until the shell lets the program go on.
    Suspend,
    /// End the program.
    Quit,
}
