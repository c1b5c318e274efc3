//! `kubewalk find`: the objects with a name, of all kinds.

use std::io::Write;
use std::time::Duration;

use serde_json::json;

use super::search::{Deadline, report_skipped, run_search, scope};
use super::{Access, OutputForm, Stop, note};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::filter::Filter;
use crate::k8s::path::ApiPath;
use crate::object::find;
use crate::object::find::{Find, Found, Hit};
use crate::text::one_line;

/// What `find` is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// A part of a name, `/regex/`, or either behind `!`.
    pub text: String,
    /// Only these kinds; empty for all.
    pub kinds: Vec<String>,
    /// True to look into all namespaces and at the kinds of the cluster, whichever namespace is chosen.
    pub is_over_all: bool,
    /// True to look also into events, leases and endpoints.
    pub is_of_all_kinds: bool,
    /// True to look also into labels and annotations.
    pub is_in_labels: bool,
    /// How to print the hits.
    pub form: OutputForm,
    /// How long it may take.
    pub timeout: Option<Duration>,
}

/// Prints the objects of the chosen namespace whose names match, each as soon as it is found; of a context
/// without a namespace, or if that is wanted, of all namespaces and of the cluster itself.
///
/// # Errors
///
/// [`Stop::Incomplete`] if something could not be read for another reason than missing rights, or nothing
/// may be read; a text that is no filter, a kind that is not served; no answer at all; and an output that
/// cannot be written.
pub async fn run(access: &Access, wanted: &Wanted, out: &mut impl Write) -> Result<(), Stop> {
    let deadline = Deadline::after(wanted.timeout);
    let filter = Filter::parse(&wanted.text).map_err(|why| input(&why))?;
    let filter = filter.ok_or_else(|| input("the text to find is empty"))?;
    let discovery = deadline.discover(access).await?;
    let wanted_here = find::Wanted {
        filter,
        scope: scope(access, wanted.is_over_all).await,
        kinds: wanted.kinds.clone(),
        is_of_all_kinds: wanted.is_of_all_kinds,
        is_in_labels: wanted.is_in_labels,
    };
    let mut find = Find::new(wanted_here, &discovery)?;
    let mut printed = 0;
    let mut output = Ok(());
    let state = |find: &Find| {
        let new = find.hits().get(printed..).unwrap_or_default();
        printed += new.len();
        if output.is_ok() {
            output = new.iter().try_for_each(|hit| print(hit, wanted.form, out));
            if !new.is_empty() && output.is_ok() {
                output = out.flush();
            }
        }
        find.state()
    };
    let outcome = run_search(access, &mut find, deadline, state).await;
    output?;
    if outcome.is_err() {
        find.stop("the time was up");
    }
    for hit in find.hits().get(printed..).unwrap_or_default() {
        print(hit, wanted.form, out)?;
    }
    out.flush()?;
    let found = find.found();
    report(&found);
    if found.is_incomplete { Err(Stop::Incomplete) } else { Ok(()) }
}

fn input(why: &str) -> Failure {
    Failure::new(FailureKind::Input, why, "Type a part of a name, or a /regex/")
}

fn print(hit: &Hit, form: OutputForm, out: &mut impl Write) -> std::io::Result<()> {
    let path = ApiPath::Object(hit.path.clone()).to_string();
    match form {
        OutputForm::Text => {
            let row = hit.label.as_ref().unwrap_or(&hit.row);
            writeln!(out, "{path}\t{}", one_line(row))
        }
        OutputForm::Json => {
            let hit = json!({"path": path, "row": hit.row, "label": hit.label});
            writeln!(out, "{hit}")
        }
    }
}

/// Says on stderr what was searched and what was not.
fn report(found: &Found) {
    report_skipped(&found.skipped);
    let hits = found.hits.len();
    if found.more > 0 {
        note(&format!("{} more objects match; only the first {hits} are listed", found.more));
    }
    let what = if hits == 1 { "object" } else { "objects" };
    note(&format!("{hits} {what} of {} read in {} kinds", found.read, found.done));
}
