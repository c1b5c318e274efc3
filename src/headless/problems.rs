//! `kubewalk problems`: what is broken in a namespace or a cluster, and why.

mod progress;
mod text;

use std::io::{self, IsTerminal as _, Write};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep_until, timeout_at};

use self::progress::ProgressLine;
use super::tree::is_withheld;
use super::{Access, Stop, note};
use crate::api::scan::drive;
use crate::document::write_json;
use crate::k8s::answer;
use crate::k8s::discovery::{Discovery, DiscoveryPart};
use crate::k8s::names::Namespace;
use crate::k8s::request::Request;
use crate::k8s::server::{service_account, user_request};
use crate::object::health::{Record, Report};
use crate::object::problems::{Limits, Outcome, Scan, ScanScope};

/// How many names are printed of what is skipped for one reason.
const NAMED: usize = 12;

/// What `problems` is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// True to look at all namespaces, whichever is chosen.
    pub is_over_all: bool,
    /// How to print the problems.
    pub form: OutputForm,
    /// How long it may take.
    pub timeout: Option<Duration>,
}

/// How problems are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputForm {
    /// A line each.
    Text,
    /// One JSON object.
    Json,
}

/// Prints the problems of the chosen namespace, else of the context's; of a context without one, or if
/// that is wanted, of all namespaces and of the cluster itself.
///
/// # Errors
///
/// [`Stop::Problems`] if there are any; [`Stop::Incomplete`] if there are none, but not everything could be
/// read for another reason than missing rights, or nothing may be read; no answer at all; and an output that
/// cannot be written.
pub async fn run(access: &Access, wanted: &Wanted, out: &mut impl Write) -> Result<(), Stop> {
    let deadline = wanted.timeout.map(|timeout| Instant::now() + timeout);
    let discovery = match deadline {
        None => discover(access).await?,
        // Then the built-in kinds are what is skipped.
        Some(deadline) => {
            let in_time = timeout_at(deadline, discover(access)).await;
            in_time.unwrap_or_else(|_| Ok(Discovery::default()))?
        }
    };
    let mut scan = Scan::new(scope(access, wanted).await, &discovery, Limits::default());
    run_scan(access, &mut scan, deadline).await;
    let outcome = scan.finish();
    report_skipped(&outcome);
    match wanted.form {
        OutputForm::Text => {
            for line in text::lines(&outcome.problems) {
                writeln!(out, "{line}")?;
            }
        }
        OutputForm::Json => {
            let problems = outcome.problems.iter();
            let records = problems.map(|problem| Record::new(problem, text::hint(problem)));
            let (read, skipped) = (outcome.read, outcome.skipped.clone());
            let report = Report { problems: records.collect(), read, skipped };
            let body = serde_json::to_vec(&report).map_err(io::Error::from)?;
            write_json(&body, access.is_terminal, out)?;
        }
    }
    out.flush()?;
    match outcome {
        Outcome { problems, .. } if !problems.is_empty() => Err(Stop::Problems),
        Outcome { is_complete, is_forbidden, .. } if !is_complete || is_forbidden => {
            Err(Stop::Incomplete)
        }
        _ => Ok(()),
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
    let versions =
        discovery.versions().filter(|version| !version.stale && version.resources.is_none());
    let missing: Vec<DiscoveryPart> =
        versions.map(|version| DiscoveryPart::Resources(version.group_version.clone())).collect();
    for part in missing {
        access.load(&mut discovery, part).await;
    }
    Ok(discovery)
}

async fn scope(access: &Access, wanted: &Wanted) -> ScanScope {
    let endpoint = &access.connection.endpoint;
    let context = endpoint.default_namespace.as_ref();
    let chosen = access.chosen.as_ref().or(context).filter(|_| !wanted.is_over_all);
    if let Some(namespace) = chosen {
        return ScanScope::Namespace(namespace.clone());
    }
    let mut known = endpoint.known_namespaces.clone();
    if known.is_empty() {
        known.extend(own_namespace(access).await);
    }
    ScanScope::All { known }
}

/// That of the service account that the server takes us for: its rights are there, if anywhere.
async fn own_namespace(access: &Access) -> Option<Namespace> {
    let user = answer::user(&access.fetch(&user_request()).await.ok()?).ok()?;
    service_account(&user.name).map(|(namespace, _)| Namespace::new(namespace))
}

/// Sends the requests of the scan until it is done, or the time is up.
async fn run_scan(access: &Access, scan: &mut Scan, deadline: Option<Instant>) {
    let mut line = ProgressLine::new(io::stderr().is_terminal());
    let up = async {
        match deadline {
            Some(deadline) => sleep_until(deadline).await,
            None => std::future::pending().await,
        }
    };
    let fetch = |request: Request| async move {
        let result = access.fetch(&request).await;
        (request, result)
    };
    let is_late = tokio::select! {
        biased;
        () = up => true,
        () = drive(scan, fetch, || now(access), |scan| line.show(&scan.progress())) => false,
    };
    if is_late {
        scan.stop("the time was up");
    }
    line.clear();
}

/// When an answer arrived: the time of a recording does not pass.
fn now(access: &Access) -> Timestamp {
    access.connection.endpoint.recorded_at.unwrap_or_else(Timestamp::now)
}

/// Names what was skipped on stderr, a line for each reason.
fn report_skipped(outcome: &Outcome) {
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for skipped in &outcome.skipped {
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
    let found = outcome.problems.len();
    let what = if found == 1 { "problem" } else { "problems" };
    note(&format!("{found} {what} in {} objects", outcome.read));
}
