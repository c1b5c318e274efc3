//! Rules for all kinds: deletion, and changes that the controller has not processed yet.

use super::context::Context;
use super::reason::{Hint, Reason};
use super::rule::{Rule, gate, one};
use super::time::{MINUTE, TEN_MINUTES};
use super::words::{all, span};
use super::workload::last_change;

pub(super) const DELETION: &[Rule] =
    &[gate("deleting.wait", wait), gate("deleting.held", held), gate("deleting.slow", slow)];

pub(super) const GENERATION: &[Rule] = &[one("generation.lag", lag)];

/// For kinds whose status nobody knows: what it says is of the change before.
pub(super) const GENERATION_FIRST: &[Rule] = &[gate("generation.lag", lag)];

const DELETED: &str = ".metadata.deletionTimestamp";
const FINALIZERS: &str = ".metadata.finalizers";

/// Finalizers that wait for what is in use, and what they wait for.
const PROTECTIONS: [(&str, &str); 6] = [
    ("kubernetes.io/pvc-protection", "Waits until no pod uses it"),
    ("kubernetes.io/pv-protection", "Waits until no claim uses it"),
    ("foregroundDeletion", "Waits for its dependents to be deleted"),
    ("orphan", "Waits for its dependents to be released"),
    ("batch.kubernetes.io/job-tracking", "Waits until its pods are counted"),
    ("service.kubernetes.io/load-balancer-cleanup", "Waits for its load balancer to be removed"),
];

fn wait(context: &mut Context<'_>) -> Option<Reason> {
    let deleted = context.time(DELETED)?;
    let reason = || Reason::progressing("Being deleted").at(DELETED).since(Some(deleted));
    context.within(Some(deleted), MINUTE).then(reason)
}

fn held(context: &mut Context<'_>) -> Option<Reason> {
    let deleted = context.time(DELETED)?;
    let finalizers = finalizers(context);
    let first = *finalizers.first()?;
    let at = format!("{FINALIZERS}[0]");
    let age = span(context.age(Some(deleted))?);
    let protection = PROTECTIONS.iter().find(|(name, _)| *name == first);
    if let Some((_, waits)) = protection.filter(|_| finalizers.len() == 1) {
        let text = format!("{waits}: deleted {age} ago");
        let is_usual = context.within(Some(deleted), TEN_MINUTES);
        let reason = if is_usual { Reason::progressing(text) } else { Reason::warning(text) };
        return Some(reason.at(at).since(Some(deleted)));
    }
    let (noun, verb) =
        if finalizers.len() == 1 { ("finalizer", "has") } else { ("finalizers", "have") };
    let text = format!("Deleted {age} ago, but {noun} {} {verb} not finished", all(&finalizers));
    Some(Reason::broken(text).at(at).since(Some(deleted)).say(look_for_controller(first)))
}

fn slow(context: &mut Context<'_>) -> Option<Reason> {
    let deleted = context.time(DELETED)?;
    let text = format!("Deleted {} ago and still here", span(context.age(Some(deleted))?));
    Some(Reason::warning(text).at(DELETED).since(Some(deleted)).hint(Hint::Refresh))
}

/// The finalizers of the object, those of its kind's own metadata only.
pub(super) fn finalizers<'a>(context: &Context<'a>) -> Vec<&'a str> {
    context.list(FINALIZERS).iter().filter_map(|name| name.as_str()).collect()
}

/// Says whose finalizer it is: the part before the slash names its controller.
pub(super) fn look_for_controller(finalizer: &str) -> String {
    let (owner, _) = finalizer.split_once('/').unwrap_or((finalizer, ""));
    format!("Look for the controller of {owner}, which should remove the finalizer")
}

fn lag(context: &mut Context<'_>) -> Option<Reason> {
    let generation = context.int(".metadata.generation")?;
    let observed = context.int(".status.observedGeneration")?;
    // A restored backup may have seen later generations.
    if observed >= generation {
        return None;
    }
    let changed = last_change(context);
    let text = format!(
        "The controller has not processed the last change yet (generation {observed} of {generation})"
    );
    let is_usual = context.within(changed, MINUTE);
    let reason = if is_usual { Reason::progressing(text) } else { Reason::warning(text) };
    Some(reason.at(".status.observedGeneration").since(changed))
}
