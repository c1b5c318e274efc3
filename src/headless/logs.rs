//! `kubewalk logs`: the logs of all containers of a pod, a workload or a Service, merged by time.

mod printer;

use std::io::Write;

use serde_json::Value;

use self::printer::Printer;
use super::{Access, Out, Stop, note};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::path::ApiPath;
use crate::object::logs::{LogStream, Wanted, has_logs};
use crate::runtime::logs::{Follower, Found, Happened, Whole, find, without_logs};

/// Prints the logs of the containers of a pod, a workload or a Service, at most 32: all lines in the order
/// of time, or followed, each as it arrives. If there are several logs, a line begins with its pod and
/// its container.
///
/// # Errors
///
/// A location or a container that does not exist or has no logs, an output that cannot be written, and
/// [`Stop::Incomplete`] if a log could not be read; the others are printed.
pub async fn run<W: Write>(
    access: &Access,
    words: &str,
    wanted: &Wanted,
    is_coloured: bool,
    out: &mut Out<W>,
) -> Result<(), Stop> {
    let path = match access.find_pod(words).await? {
        ApiPath::Object(path) if has_logs(&path.gvr) => path,
        ApiPath::Subresource { object, subresource } if &*subresource == "log" => object,
        other => return Err(without_logs(&other.to_string()).into()),
    };
    let client = &access.connection.client;
    let found = match find(client, &path).await {
        Ok(found) => found,
        Err(failure) => {
            let failure = access.named(failure);
            return Err(access.hinted(failure, &ApiPath::Object(path)).await.into());
        }
    };
    let chosen = found.chosen(wanted);
    if let Some(name) = &wanted.container
        && chosen.streams.is_empty()
        && !found.pods.is_empty()
    {
        return Err(no_container(name, &found.pods).into());
    }
    // What is recorded does not grow.
    let follows = wanted.options.follow && !access.connection.endpoint.kind.is_recorded();
    if found.pods.is_empty() {
        report_none(&found, follows);
    }
    let is_single = chosen.streams.len() == 1 && (!follows || found.pods_of.is_one);
    let mut printer = Printer::new(!is_single, wanted.options.timestamps, is_coloured);
    let mut failed = false;
    if follows {
        let mut logs = Follower::new(client, found, wanted.clone());
        while let Some(happened) = logs.next().await {
            failed |= print(happened, &mut printer, out)?;
            out.flush()?;
        }
    } else {
        if chosen.left_out > 0 {
            report_left_out(chosen.streams.len(), chosen.left_out);
        }
        let mut logs = Whole::open(client, chosen.streams, wanted).await;
        while let Some(happened) = logs.next().await {
            failed |= print(happened, &mut printer, out)?;
        }
    }
    out.flush()?;
    if failed { Err(Stop::Incomplete) } else { Ok(()) }
}

/// Prints lines, and on stderr what is missing. Returns true if a log could not be read.
fn print<W: Write>(
    happened: Vec<Happened>,
    printer: &mut Printer,
    out: &mut Out<W>,
) -> Result<bool, Stop> {
    let mut failed = false;
    for happened in happened {
        match happened {
            Happened::Line(stream, line) | Happened::Late(stream, line) => {
                printer.print(&stream, &line, out)?;
            }
            Happened::Unreadable(stream, failure) => {
                report_failure(&stream, &failure);
                failed = true;
            }
            Happened::LeftOut(read, left_out) => report_left_out(read, left_out),
            Happened::Blind(failure) => {
                note(&format!("kubewalk: new pods may be missing: {failure}"));
            }
            Happened::State(_) | Happened::Joined(_) | Happened::Gone(_) => {}
        }
    }
    Ok(failed)
}

/// Says on stderr that there is nothing to read.
fn report_none(found: &Found, follows: bool) {
    let waits = if follows { "; waiting for one" } else { "" };
    note(&format!("no pod has the labels {}{waits}", found.labels()));
}

fn report_left_out(read: usize, left_out: usize) {
    let all = read + left_out;
    note(&format!(
        "{read} of {all} containers are read, those of the newest pods. Name one with -c, or one pod"
    ));
}

/// Prints why a log cannot be read.
fn report_failure(stream: &LogStream, failure: &Failure) {
    let LogStream { pod, container, .. } = stream;
    note(&format!("kubewalk: cannot read the log of {container} in {}: {failure}", pod.name));
}

fn no_container(name: &str, pods: &[Value]) -> Failure {
    let mut names: Vec<String> =
        pods.iter().flat_map(crate::k8s::pod::containers).map(|container| container.name).collect();
    names.sort();
    names.dedup();
    let text = format!("no container {name:?}: there are {}", names.join(", "));
    Failure::new(FailureKind::Input, text, "")
}
