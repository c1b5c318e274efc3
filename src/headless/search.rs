//! What the commands that search have in common: the scope, the time, the progress, what was skipped.

mod progress;

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, timeout_at};

use self::progress::ProgressLine;
use super::tree::is_withheld;
use super::{Access, Stop, note};
use crate::api::search::drive;
use crate::k8s::answer;
use crate::k8s::discovery::{Discovery, DiscoveryPart};
use crate::k8s::names::Namespace;
use crate::k8s::request::Request;
use crate::k8s::server::{service_account, user_request};
use crate::object::health::Skipped;
use crate::object::search::{Search, SearchScope};

/// How many names are printed of what is skipped for one reason.
const NAMED: usize = 12;

/// When a search ends; `None` if it takes as long as it needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline(Option<Instant>);

/// The time was up.
#[derive(Debug)]
pub(super) struct TimeUp;

impl Deadline {
    /// The deadline of a search that starts now.
    pub(super) fn after(timeout: Option<Duration>) -> Self {
        Self(timeout.map(|timeout| Instant::now() + timeout))
    }

    /// Loads what discovery knows; nothing if the time is up.
    ///
    /// # Errors
    ///
    /// No answer, or none of an API server.
    pub(super) async fn discover(self, access: &Access) -> Result<Discovery, Stop> {
        self.limit(discover(access)).await.unwrap_or_else(|_| Ok(Discovery::default()))
    }

    async fn limit<T>(self, work: impl Future<Output = T>) -> Result<T, TimeUp> {
        match self.0 {
            None => Ok(work.await),
            // A recording answers at once, and the timer is looked at after the work.
            Some(deadline) if deadline <= Instant::now() => Err(TimeUp),
            Some(deadline) => timeout_at(deadline, work).await.map_err(|_| TimeUp),
        }
    }
}

/// Loads what discovery knows, version by version where the server has no other way. A user who may not
/// read it can still list the built-in kinds.
///
/// # Errors
///
/// No answer, or none of an API server.
async fn discover(access: &Access) -> Result<Discovery, Stop> {
    let mut discovery = access.discover().await;
    let failures = DiscoveryPart::GROUPS.map(|part| discovery.failure(&part).cloned());
    if let [Some(failure), Some(_)] = failures
        && !is_withheld(&failure)
    {
        return Err(failure.into());
    }
    access.complete(&mut discovery).await;
    Ok(discovery)
}

/// Returns where to search: in the chosen namespace, else in the context's, else everywhere.
pub(super) async fn scope(access: &Access, is_over_all: bool) -> SearchScope {
    let endpoint = &access.connection.endpoint;
    let context = endpoint.default_namespace.as_ref();
    let chosen = access.chosen.as_ref().or(context).filter(|_| !is_over_all);
    if let Some(namespace) = chosen {
        return SearchScope::Namespace(namespace.clone());
    }
    let mut known = endpoint.known_namespaces.clone();
    if known.is_empty() {
        known.extend(own_namespace(access).await);
    }
    SearchScope::All { known }
}

/// That of the service account that the server takes us for: its rights are there, if anywhere.
async fn own_namespace(access: &Access) -> Option<Namespace> {
    let user = answer::user(&access.fetch(&user_request()).await.ok()?).ok()?;
    service_account(&user.name).map(|(namespace, _)| Namespace::new(namespace))
}

/// Sends the requests of a search until it is done, and shows its state on a terminal. `state` is called
/// before each step.
///
/// # Errors
///
/// The time was up before that.
pub(super) async fn run_search<S: Search>(
    access: &Access,
    search: &mut S,
    deadline: Deadline,
    mut state: impl FnMut(&S) -> String,
) -> Result<(), TimeUp> {
    let mut line = ProgressLine::new(io::stderr().is_terminal());
    let fetch = |request: Request| async move {
        let result = access.fetch(&request).await;
        (request, result)
    };
    let work = drive(search, fetch, || now(access), |search| line.show(&state(search)));
    let outcome = deadline.limit(work).await;
    line.clear();
    outcome
}

/// When an answer arrived: the time of a recording does not pass.
fn now(access: &Access) -> Timestamp {
    access.connection.endpoint.recorded_at.unwrap_or_else(Timestamp::now)
}

/// Names what was skipped on stderr, a line for each reason.
pub(super) fn report_skipped(skipped: &[Skipped]) {
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for skipped in skipped {
        match reasons.iter_mut().find(|(why, _)| *why == skipped.why) {
            Some((_, all)) => all.push(&skipped.what),
            None => reasons.push((&skipped.why, vec![&skipped.what])),
        }
    }
    for (why, what) in reasons {
        let more = what.len().saturating_sub(NAMED);
        let rest = if more > 0 { format!(", and {more} more") } else { String::new() };
        let named = what[..what.len() - more].join(", ");
        note(&format!("skipped ({why}): {named}{rest}"));
    }
}
