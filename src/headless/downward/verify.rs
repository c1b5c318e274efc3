//! `kubewalk downward --self`: what the containers of this pod should have, and what they have.

use std::io::Write;

use jiff::Timestamp;
use serde_json::Value;

use super::{ViewForm, Wanted, around, unusable};
use crate::downward::compare::{Comparison, LimitRow, Verdict, compare, compare_limits};
use crate::downward::inside::{Certainty, Here, Pid, Stranger};
use crate::downward::render::Output;
use crate::downward::{Options, View, compute, mark_fresh};
use crate::headless::{Access, Stop, note};
use crate::here::{Machine, observe};

mod document;
mod find;
mod text;

/// All that was compared of this pod.
#[derive(Debug)]
struct Outcome {
    view: View,
    containers: Vec<Checked>,
    strangers: Vec<Stranger>,
}

/// One container.
#[derive(Debug)]
struct Checked {
    comparison: Comparison,
    process: Option<(Pid, Certainty)>,
    limits: Vec<LimitRow>,
}

impl Checked {
    /// How many of its rows are not as they should be.
    fn failures(&self) -> usize {
        let rows = self.comparison.rows().filter(|row| row.fails()).count();
        rows + self.limits.iter().filter(|row| row.fails()).count()
    }
}

/// Finds the pod that this process runs in, computes what its containers should see, and compares
/// that with what they have, as far as it can be seen from here. Where the server gives nothing, what
/// is here is shown all the same.
///
/// # Errors
///
/// [`Stop::Differs`] where a container has not what it should; what kept the server from answering;
/// [`Stop::Incomplete`] where nothing could be compared.
pub async fn run(
    access: Result<Access, Stop>,
    machine: &Machine,
    wanted: &Wanted,
    out: &mut impl Write,
) -> Result<(), Stop> {
    let ViewForm::Printed(form @ (Output::Text | Output::Json | Output::Yaml)) = wanted.form else {
        let message = "what is compared has no such form";
        return Err(unusable(message, "Choose -o text, json or yaml").into());
    };
    let here = machine.look();
    if !here.is_pod() {
        let message =
            "this seems to be no pod: neither its cgroup nor its environment tells of one";
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
    match form {
        Output::Text => text::outcome(&outcome, &here, &wanted.display, out)?,
        form => document::print(&document::outcome(&outcome, &here, &wanted.display), form, out)?,
    }
    out.flush()?;
    judge(&outcome)
}

async fn check(
    access: &Access,
    machine: &Machine,
    here: &Here,
    wanted: &Wanted,
) -> Result<Outcome, Stop> {
    let pod: Value = find::this_pod(access, &here.pod, wanted.name.as_deref()).await?;
    let around = around::read(access, &pod).await?;
    // What is in the container has the annotations that the kubelet adds.
    let options = Options { kubelet_annotations: true };
    let mut view =
        compute(&pod, &around, options).map_err(|error| unusable(&error.to_string(), ""))?;
    mark_fresh(&mut view, &pod, &Timestamp::now().to_string());
    let chosen = wanted.display.container.as_deref();
    if let Some(name) = chosen.filter(|name| !view.containers.iter().any(|c| c.name == **name)) {
        let names: Vec<&str> = view.containers.iter().map(|c| c.name.as_str()).collect();
        let message = format!("no container {name:?}: the pod has {}", names.join(", "));
        return Err(unusable(&message, "").into());
    }
    let (observed, strangers) = observe(machine, here, &pod, &view);
    let containers = observed
        .into_iter()
        .filter(|observed| chosen.is_none_or(|name| name == observed.container))
        .filter_map(|observed| {
            Some(Checked {
                comparison: compare(&view, &observed.container, &observed.inside)?,
                process: observed.process,
                limits: compare_limits(&pod, &observed.container, &observed.enforced),
            })
        })
        .collect();
    Ok(Outcome { view, containers, strangers })
}

/// A check that could see nothing has not passed.
fn judge(outcome: &Outcome) -> Result<(), Stop> {
    let failures: usize = outcome.containers.iter().map(Checked::failures).sum();
    if failures > 0 {
        return Err(Stop::Differs(failures));
    }
    let is_seen = |checked: &Checked| {
        let seen = [Verdict::Equal, Verdict::OnlyActual];
        seen.into_iter().any(|verdict| checked.comparison.count(verdict) > 0)
    };
    if outcome.containers.iter().any(is_seen) {
        return Ok(());
    }
    note("kubewalk: nothing could be compared: none of the containers can be seen from here");
    Err(Stop::Incomplete)
}
