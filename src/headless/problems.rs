//! `kubewalk problems`: what is broken in a namespace or a cluster, and why.

mod text;

use std::io::{self, Write};
use std::time::Duration;

use super::search::{Deadline, report_skipped, run_search, scope};
use super::{Access, OutputForm, Stop, note};
use crate::document::write_json;
use crate::object::health::{Record, Report};
use crate::object::problems::{Limits, Outcome, Progress, Scan};

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

/// Prints the problems of the chosen namespace, else of the context's; of a context without one, or if
/// that is wanted, of all namespaces and of the cluster itself.
///
/// # Errors
///
/// [`Stop::Problems`] if there are any; [`Stop::Incomplete`] if there are none, but not everything could be
/// read for another reason than missing rights, or nothing may be read; no answer at all; and an output that
/// cannot be written.
pub async fn run(access: &Access, wanted: &Wanted, out: &mut impl Write) -> Result<(), Stop> {
    let deadline = Deadline::after(wanted.timeout);
    // Without an answer in time, the built-in kinds are what is skipped.
    let discovery = deadline.discover(access).await?;
    let scope = scope(access, wanted.is_over_all).await;
    let mut scan = Scan::new(scope, &discovery, Limits::default());
    let state = |scan: &Scan| {
        let Progress { what, read, found } = scan.progress();
        format!("{found} findings in {read} objects, reading {what}")
    };
    if run_search(access, &mut scan, deadline, state).await.is_err() {
        scan.stop("the time was up");
    }
    let outcome = scan.finish();
    report_skipped(&outcome.skipped);
    let found = outcome.problems.len();
    let what = if found == 1 { "problem" } else { "problems" };
    note(&format!("{found} {what} in {} objects", outcome.read));
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
