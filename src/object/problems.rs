//! Finds what is broken in a namespace or in a whole cluster, with few requests.
//!
//! A [`Scan`] is a [`Search`]: pure, and driven by whoever sends its requests.
//!
//! First come the rows of all collections, in pages without objects (about 300 bytes a row instead of
//! 20,000). Only objects whose rows need attention are read whole, and judged with what their judgements
//! want. Services, Ingresses and `CronJobs` are read as objects, since their rows say nothing. Rows without
//! objects have no namespace: of a collection over all namespaces a page with findings is read again with
//! metadata, and pods of a large cluster are listed namespace by namespace.
//!
//! What a finding needs besides is requested per object, as its judgement wants it: events by the uid of the
//! object, and not all warnings of a namespace. One request for pods comes first; there is no separate one
//! for pods that are not running, since all pods are listed anyway.
//!
//! Never read: Secrets, `ConfigMaps` and events as lists, rights, leases, and APIs that do not answer.

mod answers;
mod explain;
mod lists;
mod plan;
mod tasks;

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use self::explain::Explained;
use self::plan::Plan;
use self::tasks::{Candidate, Task};
use super::health::{Judged, Problem, Skipped, fold};
use super::search::{Next, Search, SearchScope};
use crate::k8s::discovery::Discovery;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::path::ObjectPath;
use crate::k8s::request::{Exchange, Request};

/// How much a scan may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests at a time.
    pub in_flight: usize,
    /// Requests in all.
    pub requests: usize,
    /// Bytes of answers in all, unpacked.
    pub bytes: usize,
    /// Objects that are read whole because of their rows.
    pub objects: usize,
    /// Requests that only explain what was found.
    pub wants: usize,
    /// Rows with findings that are kept; the others are counted.
    pub rows: usize,
    /// A collection over all namespaces with more objects is listed namespace by namespace, or left out if
    /// it would have to be read as objects.
    pub small: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            in_flight: 6,
            requests: 1_000,
            bytes: 128 << 20,
            objects: 200,
            wants: 200,
            rows: 10_000,
            small: 2_000,
        }
    }
}

/// How far a scan is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What was read last, such as `pods`.
    pub what: String,
    /// How many objects were read, as rows or whole.
    pub read: u64,
    /// How many of them need attention by their rows.
    pub found: usize,
}

/// What a scan found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The problems in their order.
    pub problems: Vec<Problem>,
    /// How many objects were read, as rows or whole.
    pub read: u64,
    /// What was not looked at.
    pub skipped: Vec<Skipped>,
    /// True if every collection that may be listed was read.
    pub is_complete: bool,
    /// True if no collection may be listed.
    pub is_forbidden: bool,
}

/// Why something was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Why {
    Forbidden,
    /// Its rows say nothing about health.
    Blind,
    /// It was found, but only its row was read.
    RowOnly(usize),
    /// It was found and is not listed.
    RowsLeftOut(usize),
    Failed(String),
    Limit(String),
}

/// A search for problems.
#[derive(Debug)]
pub struct Scan {
    plan: Plan,
    scope: SearchScope,
    limits: Limits,
    queue: VecDeque<Task>,
    /// What was sent, and what for.
    open: Vec<(Request, Task)>,
    pause: Option<Duration>,
    /// How often the server was overloaded (429).
    pauses: u8,
    has_confirmed: bool,
    candidates: Vec<Candidate>,
    explained: Explained,
    judged: Vec<Judged>,
    skipped: Vec<(String, Why)>,
    lists: lists::Lists,
    sent: usize,
    bytes: usize,
    read: u64,
    /// Rows that need attention.
    found: usize,
    what: String,
    /// When the last answer arrived.
    last: Timestamp,
}

impl Scan {
    /// A scan that has sent nothing yet. Of a server without discovery the built-in kinds are looked at.
    #[must_use]
    pub fn new(scope: SearchScope, discovery: &Discovery, limits: Limits) -> Self {
        let plan = Plan::new(discovery, matches!(scope, SearchScope::All { .. }));
        let mut scan = Self {
            scope,
            limits,
            queue: VecDeque::new(),
            open: Vec::new(),
            pause: None,
            pauses: 0,
            has_confirmed: false,
            candidates: Vec::new(),
            explained: Explained::default(),
            judged: Vec::new(),
            skipped: Vec::new(),
            lists: lists::Lists::default(),
            sent: 0,
            bytes: 0,
            read: 0,
            found: 0,
            what: String::new(),
            last: Timestamp::UNIX_EPOCH,
            plan,
        };
        for version in std::mem::take(&mut scan.plan.silent) {
            scan.skipped.push((version, Why::Failed("the API does not answer".to_owned())));
        }
        for (path, failure) in std::mem::take(&mut scan.plan.failures) {
            let is_forbidden = failure.kind == FailureKind::Forbidden;
            let why = if is_forbidden { Why::Forbidden } else { Why::Failed(failure.message) };
            scan.skipped.push((format!("what {path} lists"), why));
        }
        scan.begin();
        scan
    }

    /// Sends nothing more: whatever is not read yet is left out, for example because the time is up.
    pub fn stop(&mut self, why: &str) {
        let open = std::mem::take(&mut self.open).into_iter().map(|(_, task)| task);
        let rest: Vec<Task> = open.chain(std::mem::take(&mut self.queue)).collect();
        for task in rest {
            self.skip_task(&task, Why::Limit(why.to_owned()));
        }
        if !self.has_confirmed {
            self.has_confirmed = true;
            let rest = std::mem::take(&mut self.candidates);
            self.keep_rows(&rest);
        }
        self.give_up_waiting();
    }

    /// Returns how far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress { what: self.what.clone(), read: self.read, found: self.found }
    }

    /// Folds what was found so far into problems.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        fold(self.judged.iter().cloned().chain(self.problems_of_rows()).collect())
    }

    /// The findings of rows whose objects are not read yet.
    fn problems_of_rows(&self) -> impl Iterator<Item = Judged> {
        let tasks = self.queue.iter().chain(self.open.iter().map(|(_, task)| task));
        let open: HashSet<&ObjectPath> = tasks
            .filter_map(|task| match task {
                Task::Object(candidate) => Some(&candidate.path),
                Task::Page(_) | Task::Want(_) => None,
            })
            .collect();
        let is_open =
            move |candidate: &&Candidate| !self.has_confirmed || open.contains(&candidate.path);
        self.candidates.iter().filter(is_open).filter_map(Candidate::judged)
    }

    /// Ends the scan.
    #[must_use]
    pub fn finish(mut self) -> Outcome {
        let problems = self.problems();
        let left_out = self.found.saturating_sub(self.limits.rows);
        if left_out > 0 {
            let what = format!("{left_out} more rows with findings");
            self.skip(what, Why::RowsLeftOut(self.limits.rows));
        }
        if self.lists.forbidden > 0 {
            let what = match self.lists.forbidden {
                1 => "pods in 1 namespace".to_owned(),
                number => format!("pods in {number} namespaces"),
            };
            self.skip(what, Why::Forbidden);
        }
        let is_incomplete =
            |(_, why): &(String, Why)| matches!(why, Why::Failed(_) | Why::Limit(_));
        Outcome {
            problems,
            read: self.read,
            is_complete: !self.skipped.iter().any(is_incomplete),
            is_forbidden: !self.lists.is_any_read() && !self.skipped.is_empty(),
            skipped: self.skipped.into_iter().map(|(what, why)| why.of(what)).collect(),
        }
    }
}

impl Search for Scan {
    fn next(&mut self) -> Next {
        loop {
            if let Some(pause) = self.pause.take() {
                return Next::Pause(pause);
            }
            if self.open.len() >= self.limits.in_flight {
                return Next::Wait;
            }
            if let Some(task) = self.queue.pop_front() {
                match self.over_limit() {
                    Some(why) => self.skip_task(&task, Why::Limit(why)),
                    None => return Next::Send(self.send(task)),
                }
            } else if !self.open.is_empty() {
                return Next::Wait;
            } else if !self.has_confirmed {
                self.has_confirmed = true;
                self.confirm();
            } else {
                return Next::Done;
            }
        }
    }

    fn answer(&mut self, request: &Request, result: Result<&Exchange, Failure>, now: Timestamp) {
        let Some(at) = self.open.iter().position(|(open, _)| open == request) else { return };
        self.last = now;
        let (request, task) = self.open.swap_remove(at);
        if let Ok(exchange) = result {
            self.bytes = self.bytes.saturating_add(exchange.body.len());
        }
        self.take(&request, task, result, now);
    }
}

impl Why {
    fn of(self, what: String) -> Skipped {
        let why = match self {
            Self::Forbidden => "forbidden".to_owned(),
            Self::Blind => "its rows say nothing about health".to_owned(),
            Self::RowOnly(most) => format!("judged by their rows: at most {most} are read whole"),
            Self::RowsLeftOut(most) => format!("at most {most} are listed"),
            Self::Failed(why) | Self::Limit(why) => why,
        };
        Skipped { what, why }
    }
}

/// Answers by the text of their request: each request is sent once.
type Answers = HashMap<String, Arc<super::health::Answer>>;

/// The text by which a request is known.
fn key(request: &Request) -> String {
    format!("{:?} {}", request.form, request.path_and_query())
}
