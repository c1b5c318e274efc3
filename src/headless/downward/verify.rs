//! `kubewalk downward --self` and `--verify`: compares what the containers of a pod should have
//! with what they have.

use std::io::Write;

use jiff::Timestamp;
use serde_json::Value;

use super::{ViewForm, Wanted, around, decoded, unusable};
use crate::api::inside;
use crate::downward::compare::{Comparison, LimitRow, Verdict, compare, compare_limits};
use crate::downward::inside::{Certainty, Found, Here, Observed, Pid, Stranger};
use crate::downward::plan::Plan;
use crate::downward::render::Output;
use crate::downward::{Options, PodObject, View, compute, mark_fresh};
use crate::headless::{Access, Stop, note};
use crate::here::{Machine, observe};
use crate::k8s::failure::Failure;
use crate::k8s::request::{Form, Request};

mod document;
mod find;
mod text;

/// The comparisons of a pod.
#[derive(Debug)]
struct Outcome {
    view: View,
    containers: Vec<Checked>,
    strangers: Vec<Stranger>,
}

/// The comparison of one container.
#[derive(Debug)]
struct Checked {
    comparison: Comparison,
    process: Option<(Pid, Certainty)>,
    /// Why it could not be read; `None` if it was.
    unseen: Option<String>,
    limits: Vec<LimitRow>,
}

impl Checked {
    /// Returns the number of its rows that fail.
    fn failures(&self) -> usize {
        let rows = self.comparison.rows().filter(|row| row.fails()).count();
        rows + self.limits.iter().filter(|row| row.fails()).count()
    }
}

/// Finds the pod that this process is in, computes what its containers should see, and compares it
/// with what they have, as far as this process can read it. Without a server, what was found is
/// shown.
///
/// # Errors
///
/// [`Stop::Differs`] if a container does not have what it should; the failure of the server;
/// [`Stop::Incomplete`] if nothing could be compared.
pub async fn run(
    access: Result<Access, Stop>,
    machine: &Machine,
    wanted: &Wanted,
    out: &mut impl Write,
) -> Result<(), Stop> {
    let form = form(wanted)?;
    let here = machine.look();
    if !here.is_pod() {
        let message = "this is no pod: neither our cgroup nor our own mounts belong to one";
        return Err(unusable(message, "Run it in a pod, or name one without --self").into());
    }
    let outcome = match access {
        Ok(access) => check(&access, machine, &here, wanted).await,
        Err(stop) => Err(stop),
    };
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(stop) => {
            match form {
                Output::Text => text::here(&here, &wanted.display, out)?,
                form => document::print(&document::here(&here, &wanted.display), form, out)?,
            }
            out.flush()?;
            return Err(stop);
        }
    };
    print(&outcome, Some(&here), (form, wanted), out)?;
    judge(&outcome)
}

/// Compares a named pod. If it is not the pod that this process is in, its containers are read by
/// execs.
///
/// # Errors
///
/// Those of [`run`], and that a recording has no containers.
pub async fn run_named(
    access: Access,
    machine: &Machine,
    wanted: &Wanted,
    out: &mut impl Write,
) -> Result<(), Stop> {
    let form = form(wanted)?;
    let path = access.find_pod(wanted.name.as_deref().unwrap_or_default()).await?;
    let answer = access.fetch(&Request::get(path.clone(), Form::Json)).await?;
    let value: Value = serde_json::from_slice(&answer.body)
        .map_err(|error| unusable(&format!("{path} is not JSON: {error}"), ""))?;
    if value["kind"] != "Pod" {
        let message = format!("{path} is no pod: nothing else has containers to look into");
        return Err(unusable(&message, "Name a pod").into());
    }
    let pod = decoded(value)?;
    let here = machine.look();
    if here.is_pod() && here.pod.is(pod.value()) {
        let name = Some(pod.identity().name.clone());
        return run(Ok(access), machine, &Wanted { name, ..wanted.clone() }, out).await;
    }
    if access.connection.endpoint.kind.is_recorded() {
        let message = "a recording has no containers to look into";
        return Err(unusable(message, "Connect to a cluster").into());
    }
    let view = predict(&access, &pod, wanted).await?;
    let plan = Plan::of(&pod, &view, |name| wanted.wants(name));
    let observed = inside::observe(&access.connection.client, &plan).await;
    let containers = observed.into_iter().filter_map(|observed| checked(&view, None, observed));
    let outcome = Outcome { containers: containers.collect(), strangers: Vec::new(), view };
    print(&outcome, None, (form, wanted), out)?;
    judge(&outcome)
}

/// Returns the output form.
fn form(wanted: &Wanted) -> Result<Output, Failure> {
    if let ViewForm::Printed(form @ (Output::Text | Output::Json | Output::Yaml)) = wanted.form {
        return Ok(form);
    }
    Err(unusable("what is compared has no such form", "Choose -o text, json or yaml"))
}

fn print(
    outcome: &Outcome,
    here: Option<&Here>,
    (form, wanted): (Output, &Wanted),
    out: &mut impl Write,
) -> Result<(), Stop> {
    match form {
        Output::Text => text::outcome(outcome, here, &wanted.display, out)?,
        form => document::print(&document::outcome(outcome, here, &wanted.display), form, out)?,
    }
    Ok(out.flush()?)
}

async fn check(
    access: &Access,
    machine: &Machine,
    here: &Here,
    wanted: &Wanted,
) -> Result<Outcome, Stop> {
    let pod = decoded(find::this_pod(access, &here.pod, wanted.name.as_deref()).await?)?;
    let view = predict(access, &pod, wanted).await?;
    let (observed, strangers) = observe(machine, here, &pod, &view);
    let containers = observed
        .into_iter()
        .filter(|observed| wanted.wants(&observed.container))
        .filter_map(|observed| checked(&view, Some(&pod), observed))
        .collect();
    Ok(Outcome { view, containers, strangers })
}

/// Computes what the containers of a pod should have.
///
/// # Errors
///
/// The pod does not have the requested container.
async fn predict(access: &Access, pod: &PodObject, wanted: &Wanted) -> Result<View, Failure> {
    let around = around::load(access, pod).await;
    // The container has the annotations that the kubelet adds.
    let options = Options { kubelet_annotations: true, pending_is_empty: false };
    let mut view = compute(pod, &around, options);
    mark_fresh(&mut view, pod, &Timestamp::now().to_string());
    let chosen = wanted.display.container.as_deref();
    if let Some(name) = chosen.filter(|name| !view.containers.iter().any(|c| c.name == **name)) {
        let names: Vec<&str> = view.containers.iter().map(|c| c.name.as_str()).collect();
        let message = format!("no container {name:?}: the pod has {}", names.join(", "));
        return Err(unusable(&message, ""));
    }
    Ok(view)
}

/// Compares one container; its limits only if `pod` is given.
fn checked(view: &View, pod: Option<&PodObject>, observed: Observed) -> Option<Checked> {
    let limits = |pod| compare_limits(pod, &observed.container, &observed.enforced);
    Some(Checked {
        comparison: compare(view, &observed.container, &observed.inside)?,
        limits: pod.map(limits).unwrap_or_default(),
        unseen: match observed.inside.environment {
            Found::Unreadable(why) if observed.process.is_none() => Some(why),
            _ => None,
        },
        process: observed.process,
    })
}

/// Returns the outcome of the check. One that compared nothing has not passed.
fn judge(outcome: &Outcome) -> Result<(), Stop> {
    let failures: usize = outcome.containers.iter().map(Checked::failures).sum();
    if failures > 0 {
        return Err(Stop::Differs(failures));
    }
    let rows = || outcome.containers.iter().flat_map(|checked| checked.comparison.rows());
    let unknown = rows().filter(|row| row.is_unknown()).count();
    if rows().any(|row| row.verdict == Verdict::Equal) {
        if unknown > 0 {
            let what = if unknown == 1 { "1 value" } else { &format!("{unknown} values") };
            note(&format!(
                "kubewalk: {what} could not be compared: the expected values are unknown"
            ));
        }
        return Ok(());
    }
    let why = outcome.containers.iter().find_map(|checked| checked.unseen.as_deref());
    let why = why.unwrap_or(if unknown > 0 {
        "the expected values are unknown"
    } else {
        "the actual values cannot be read"
    });
    note(&format!("kubewalk: nothing could be compared: {why}"));
    Err(Stop::Incomplete)
}
