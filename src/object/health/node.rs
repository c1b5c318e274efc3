//! Rules for nodes.

use super::context::Context;
use super::level::Level;
use super::reason::{Reason, Source};
use super::related::Answer;
use super::requests;
use super::rule::{Rule, many, one};
use super::time::MINUTE;
use super::words::{ago, because, quote, spaced, span};
use crate::object::{health::condition, path};

pub(super) const RULES: &[Rule] = &[
    one("node.lost", lost),
    one("node.notready", not_ready),
    one("node.nocondition", no_condition),
    one("node.network", network),
    many("node.pressure", pressure),
    many("node.other", other),
    one("node.lease", lease),
    one("node.cordon", cordon),
];

/// The kubelet renews the lease of its node every 10 seconds; after 50 the node is not ready.
const LEASE: i64 = 40;

const PRESSURES: [(&str, &str); 3] =
    [("MemoryPressure", "memory"), ("DiskPressure", "disk"), ("PIDPressure", "process ids")];

fn to_pods(context: &Context<'_>) -> String {
    format!("pods -A -f spec.nodeName={}", context.name())
}

fn lost(context: &mut Context<'_>) -> Option<Reason> {
    let ready = context.condition_is("Ready", "Unknown")?;
    let ago = ago(context.age(ready.since));
    let text = format!("The kubelet stopped reporting{ago}; pods leave after 300 s");
    Some(Reason::broken(text).at(ready.evidence()).since(ready.since).go(to_pods(context)))
}

fn not_ready(context: &mut Context<'_>) -> Option<Reason> {
    let ready = context.condition_is("Ready", "False")?;
    let text = format!("Not ready{}", because(ready.words()));
    let is_usual = context.within(ready.since, MINUTE);
    let reason = if is_usual { Reason::progressing(text) } else { Reason::broken(text) };
    Some(reason.at(ready.evidence()).since(ready.since))
}

fn no_condition(context: &mut Context<'_>) -> Option<Reason> {
    let is_known = context.condition("Ready").is_some();
    (!is_known).then(|| Reason::new(Level::Unknown, "Has not reported yet"))
}

fn network(context: &mut Context<'_>) -> Option<Reason> {
    let down = context.condition_is("NetworkUnavailable", "True")?;
    let text = format!("Its network is not set up{}", because(down.words()));
    Some(Reason::broken(text).at(down.evidence()).since(down.since))
}

fn pressure(context: &mut Context<'_>) -> Vec<Reason> {
    let found = PRESSURES.into_iter().filter_map(|(kind, what)| {
        let pressure = context.condition_is(kind, "True")?;
        let text = format!("Low on {what}: pods may be evicted");
        Some(Reason::warning(text).at(pressure.evidence()).since(pressure.since))
    });
    found.collect()
}

/// Conditions of the node-problem-detector and its like: True is bad.
fn other(context: &mut Context<'_>) -> Vec<Reason> {
    let conditions = condition::all(context.object, ".status.conditions").into_iter();
    let is_own = |kind: &str| {
        matches!(kind, "Ready" | "NetworkUnavailable")
            || PRESSURES.iter().any(|(pressure, _)| *pressure == kind)
    };
    let found =
        conditions.filter(|other| other.status == "True" && !is_own(other.kind)).map(|other| {
            let text = format!("{}: {}", spaced(other.kind), quote(other.words()));
            Reason::warning(text).at(other.evidence()).since(other.since)
        });
    found.collect()
}

/// Uses the lease if it is known: no request is sent for a node that is well.
fn lease(context: &mut Context<'_>) -> Option<Reason> {
    let ready = context.condition_is("Ready", "True")?;
    let lease = requests::lease(context.name());
    let Answer::Object(object) = context.related.get(&requests::get(&lease))? else { return None };
    let renewed = path::time(object, ".spec.renewTime")?;
    let age = context.age(Some(renewed))?;
    if context.within(Some(renewed), LEASE) {
        return None;
    }
    let text = format!("Heartbeat is {} old", span(age));
    let reason = Reason::warning(text).at(ready.evidence()).since(Some(renewed));
    Some(reason.from(Source::Related).see(lease))
}

fn cordon(context: &mut Context<'_>) -> Option<Reason> {
    const CORDONED: &str = ".spec.unschedulable";
    context.is_true(CORDONED).then(|| Reason::warning("Cordoned: takes no new pods").at(CORDONED))
}
