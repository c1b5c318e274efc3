//! Watches and log streams: what each of them follows, and how it is doing.
//!
//! The same state serves collections, objects and logs. [`crate::app::subscriptions`] opens and
//! closes them; `app::flows::watch` handles what they deliver.

use std::time::Duration;

use jiff::Timestamp;

use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::request::Ticket;
use crate::tree::NodeId;

/// What a stream follows. A target that changes is closed, and the new one is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// The rows of a node's collection, from the list with this number (see
    /// [`crate::tree::node::Node::lists`]).
    Rows(NodeId, u32),
    /// The open object, as of the visit with this number.
    Object(u32),
    /// The followed log, as of the visit with this number.
    Log(u32),
    /// A source of the container's view, by its number (see
    /// [`crate::downward::sources::Sources::followed`]).
    Source(u32),
    /// The list of events with this number.
    Events(u32),
}

impl Target {
    /// Returns the collection's node.
    fn node(self) -> Option<NodeId> {
        if let Self::Rows(id, _) = self { Some(id) } else { None }
    }
}

/// How a stream is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Live {
    /// No stream is wanted, or it is about to be opened.
    #[default]
    Idle,
    /// It was requested and is not open yet.
    Opening(Ticket),
    /// It is open.
    Watching(Ticket),
    /// It ended and is retried at that time.
    Paused(Timestamp),
    /// It is not retried, for this reason.
    NotLive(String),
}

impl Live {
    /// Returns the ticket of a stream that is open or being opened.
    #[must_use]
    pub fn ticket(&self) -> Option<Ticket> {
        match self {
            Self::Opening(ticket) | Self::Watching(ticket) => Some(*ticket),
            Self::Idle | Self::Paused(_) | Self::NotLive(_) => None,
        }
    }

    /// Returns when a paused stream is retried.
    #[must_use]
    pub fn retry_at(&self) -> Option<Timestamp> {
        if let Self::Paused(until) = self { Some(*until) } else { None }
    }
}

/// One stream.
#[derive(Clone, Debug)]
pub(in crate::app) struct Watch {
    pub(in crate::app) target: Target,
    pub(in crate::app) live: Live,
    /// How often in a row it ended without having delivered anything.
    pub(in crate::app) failures: u32,
    /// True if the collection is listed again before the next attempt.
    pub(in crate::app) lists_first: bool,
    /// The version that the watch of an object continues from; without one, the object is listed.
    pub(in crate::app) version: Option<String>,
    /// True if it was retried before the end of its pause, and has delivered nothing since.
    hurried: bool,
    /// True if its pause is to end now.
    pub(in crate::app) hurried_now: bool,
    /// When a pause began that may end early; `None` if the server asked for it.
    paused_at: Option<Timestamp>,
    /// When it opened; `None` once it has delivered something.
    opened_at: Option<Timestamp>,
}

/// What follows the end of a stream.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::app) enum Next {
    /// Retry after a pause.
    Retry(Duration),
    /// List again after a pause, because the version is too old or never answered.
    ListAgain(Duration),
    /// Do not retry, for this reason.
    Never(String),
}

impl Watch {
    pub(in crate::app) fn new(target: Target) -> Self {
        Self {
            target,
            live: Live::Idle,
            failures: 0,
            lists_first: false,
            version: None,
            hurried: false,
            hurried_now: false,
            paused_at: None,
            opened_at: None,
        }
    }

    /// Notes that the stream is open.
    pub(in crate::app) fn opened(&mut self, ticket: Ticket, now: Timestamp) {
        self.live = Live::Watching(ticket);
        self.opened_at = Some(now);
    }

    /// Notes that the stream delivered something.
    pub(in crate::app) fn delivered(&mut self) {
        self.failures = 0;
        self.hurried = false;
        self.opened_at = None;
    }

    /// Pauses the stream until a time; `requested` if the server asked for the pause.
    pub(in crate::app) fn pause(&mut self, now: Timestamp, until: Timestamp, requested: bool) {
        self.live = Live::Paused(until);
        self.paused_at = Some(now).filter(|_| !requested);
    }

    /// Ends the pause early, because the server answered a request that was sent at `sent`. A stream
    /// that fails again after that waits out its next pause, or it would retry as fast as other requests
    /// are answered.
    pub(in crate::app) fn hurry(&mut self, sent: Timestamp) {
        let is_paused = matches!(self.live, Live::Paused(_));
        if is_paused && !self.hurried && self.paused_at.is_some_and(|at| at <= sent) {
            self.hurried = true;
            self.hurried_now = true;
        }
    }

    /// Decides what follows its end, and counts the failure.
    pub(in crate::app) fn next(&mut self, failure: Option<&Failure>, now: Timestamp) -> Next {
        let was_short = self.opened_at.take().is_some_and(|at| now.duration_since(at) < SHORT);
        let failures = self.failures;
        self.failures += 1;
        let Some(failure) = failure else {
            let pause = pause(failures);
            return if was_short { Next::ListAgain(pause) } else { Next::Retry(pause) };
        };
        let requested = failure.wait.unwrap_or_default();
        let patient = requested.max(pause(1));
        match failure.kind {
            FailureKind::NotYet if self.failures < PATIENCE => Next::Retry(patient),
            FailureKind::NotYet => Next::ListAgain(patient),
            FailureKind::Gone if self.failures < 2 => Next::ListAgain(Duration::ZERO),
            FailureKind::Gone => Next::ListAgain(pause(self.failures - 1)),
            // From the same version the same line would be sent again.
            FailureKind::Malformed => Next::ListAgain(pause(self.failures)),
            FailureKind::NotRecorded => Next::Never("the recording ends here".to_owned()),
            FailureKind::Forbidden
            | FailureKind::NotFound
            | FailureKind::NotAcceptable
            | FailureKind::TooLong
            | FailureKind::Status(400 | 405) => Next::Never(failure.message.clone()),
            _ => {
                let pause = requested.max(pause(self.failures));
                let lists = was_short
                    || is_of_server(failure.kind) && self.failures.is_multiple_of(PATIENCE);
                if lists { Next::ListAgain(pause) } else { Next::Retry(pause) }
            }
        }
    }
}

/// A server that does not serve a version yet, or fails at it, is listed again after so many attempts.
const PATIENCE: u32 = 3;

/// A watch that ends sooner than this without an event is listed again, as client-go's reflector does.
const SHORT: jiff::SignedDuration = jiff::SignedDuration::from_secs(1);

/// Returns the pause after a number of failures in a row: 0.2 s, then 1 s doubling to 16 s.
fn pause(failures: u32) -> Duration {
    match failures {
        0 => Duration::from_millis(200),
        n => Duration::from_secs(1 << n.min(5).saturating_sub(1)),
    }
}

/// True for answers of 500 and above.
fn is_of_server(kind: FailureKind) -> bool {
    matches!(kind, FailureKind::Unavailable | FailureKind::Overdue | FailureKind::Status(500..))
}

/// All streams.
#[derive(Clone, Debug, Default)]
pub(in crate::app) struct Watches(Vec<Watch>);

impl Watches {
    /// Returns how the stream of a target is doing.
    pub(in crate::app) fn live(&self, is_it: impl Fn(Target) -> bool) -> &Live {
        const IDLE: &Live = &Live::Idle;
        self.0.iter().find(|watch| is_it(watch.target)).map_or(IDLE, |watch| &watch.live)
    }

    pub(in crate::app) fn get_mut(&mut self, target: Target) -> Option<&mut Watch> {
        self.0.iter_mut().find(|watch| watch.target == target)
    }

    /// Returns the stream of a ticket; none if it was closed.
    pub(in crate::app) fn with(&mut self, ticket: Ticket) -> Option<&mut Watch> {
        self.0.iter_mut().find(|watch| watch.live.ticket() == Some(ticket))
    }

    pub(in crate::app) fn iter(&self) -> impl Iterator<Item = &Watch> {
        self.0.iter()
    }

    pub(in crate::app) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Watch> {
        self.0.iter_mut()
    }

    /// Keeps the streams of these targets, adds the missing ones, and returns the tickets of those
    /// that are to be closed.
    pub(in crate::app) fn keep(&mut self, targets: &[Target]) -> Vec<Ticket> {
        let (kept, dropped): (Vec<Watch>, Vec<Watch>) = std::mem::take(&mut self.0)
            .into_iter()
            .partition(|watch| targets.contains(&watch.target));
        self.0 = kept;
        for target in targets {
            if self.0.iter().all(|watch| watch.target != *target) {
                let mut watch = Watch::new(*target);
                // A collection that is listed again has failed as often as before.
                let before = dropped.iter().find(|old| old.target.node() == target.node());
                if let Some(before) = before.filter(|_| target.node().is_some()) {
                    watch.failures = before.failures;
                    watch.hurried = before.hurried;
                }
                self.0.push(watch);
            }
        }
        dropped.iter().filter_map(|watch| watch.live.ticket()).collect()
    }
}
