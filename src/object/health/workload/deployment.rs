//! Rules for Deployments.

use super::{either, last_change, number, of_pods, pods_reason, quota, to_pods};
use crate::object::health::condition::Condition;
use crate::object::health::context::Context;
use crate::object::health::reason::Reason;
use crate::object::health::time::{AVAILABLE, MINUTE};
use crate::object::health::words::{because, lasting};
use crate::object::path;

/// `Progressing` keeps this reason when a rollout has finished, also while all pods crash later.
const FINISHED: &str = "NewReplicaSetAvailable";

/// The numbers of pods in a Deployment.
struct Pods {
    wanted: i64,
    all: i64,
    updated: i64,
    available: i64,
}

impl Pods {
    fn of(context: &Context<'_>) -> Self {
        Self {
            wanted: context.int(".spec.replicas").unwrap_or(1),
            all: number(context, ".status.replicas"),
            updated: number(context, ".status.updatedReplicas"),
            available: number(context, ".status.availableReplicas"),
        }
    }
}

fn progress<'a>(context: &Context<'a>, status: &str, reason: &str) -> Option<Condition<'a>> {
    let progressing = context.condition_is("Progressing", status);
    progressing.filter(|progressing| progressing.reason == reason)
}

pub(super) fn refused(context: &mut Context<'_>) -> Option<Reason> {
    let failure = context.condition_is("ReplicaFailure", "True")?;
    let Pods { wanted, all, .. } = Pods::of(context);
    let since = failure.since;
    let Some(quota) = quota(context, failure.message) else {
        let text = format!("Pods cannot be created{}", because(failure.message));
        return Some(Reason::broken(text).at(failure.evidence()).since(since).go(to_pods(context)));
    };
    let missing = (wanted - all).max(0);
    let text = format!("{missing} of {wanted} pods cannot be created: {}", quota.words);
    let reason = Reason::broken(text).at(failure.evidence()).since(since);
    let hint = format!("quota/{}", quota.object.name);
    Some(reason.go(hint).see(quota.object))
}

pub(super) fn stuck(context: &mut Context<'_>) -> Option<Reason> {
    let progress = progress(context, "False", "ProgressDeadlineExceeded")?;
    let Pods { wanted, updated, available, .. } = Pods::of(context);
    let deadline = context.int(".spec.progressDeadlineSeconds").unwrap_or(600);
    let text = format!(
        "The rollout made no progress for {deadline} s: \
         {updated} of {wanted} pods updated, {available} available"
    );
    let serves = context.condition_is("Available", "True").is_some();
    let why = if context.condition_is("ReplicaFailure", "True").is_some() {
        String::new()
    } else {
        pods_reason(context)
    };
    let text = format!("{text}{why}");
    let reason = if serves { Reason::warning(text) } else { Reason::broken(text) };
    Some(reason.at(progress.evidence()).since(progress.since).go(to_pods(context)))
}

pub(super) fn down(context: &mut Context<'_>) -> Option<Reason> {
    let unavailable = context.condition_is("Available", "False")?;
    let Pods { wanted, available, .. } = Pods::of(context);
    let is_refused = context.condition_is("ReplicaFailure", "True").is_some();
    let was_finished = progress(context, "True", FINISHED).is_some();
    if wanted == 0 || is_refused {
        return None;
    }
    if !was_finished && context.within(unavailable.since, AVAILABLE) {
        return None;
    }
    let since = unavailable.since;
    let age = lasting(context.age(since));
    let why = pods_reason(context);
    let text = format!("{}{age}{why}", of_pods(available, wanted, "available"));
    let reason = Reason::broken(text).at(unavailable.evidence()).since(since);
    Some(reason.go(to_pods(context)))
}

pub(super) fn replica_set_error(context: &mut Context<'_>) -> Option<Reason> {
    let progress = progress(context, "False", "ReplicaSetCreateError")?;
    let text = format!("The ReplicaSet cannot be created{}", because(progress.message));
    Some(Reason::broken(text).at(progress.evidence()).since(progress.since))
}

pub(super) fn reduced(context: &mut Context<'_>) -> Option<Reason> {
    let Pods { wanted, updated, available, .. } = Pods::of(context);
    let was_finished = progress(context, "True", FINISHED).is_some();
    context.condition_is("Available", "True")?;
    if !was_finished || available >= wanted || updated != wanted {
        return None;
    }
    // Just scaled: its new pods are starting.
    let changed = last_change(context);
    if changed.is_some() && context.within(changed, AVAILABLE) {
        return None;
    }
    let why = pods_reason(context);
    let at = either(context, ".status.availableReplicas", ".spec.replicas");
    let text = format!("{}{why}", of_pods(available, wanted, "available"));
    Some(Reason::warning(text).at(at).go(to_pods(context)))
}

pub(super) fn rollout(context: &mut Context<'_>) -> Option<Reason> {
    let Pods { wanted, all, updated, available } = Pods::of(context);
    let is_judged = context.found.iter().any(|reason| reason.rule.starts_with("deploy."));
    let is_rolling = updated < wanted || all > updated || available < updated;
    if is_judged || !is_rolling || context.is_true(".spec.paused") {
        return None;
    }
    let text = format!("Rolling out: {updated} of {wanted} pods updated, {available} available");
    let at = either(context, ".status.updatedReplicas", ".spec.replicas");
    let since = context.condition("Progressing").and_then(|condition| condition.since);
    Some(Reason::progressing(text).at(at).since(since))
}

pub(super) fn unseen(context: &mut Context<'_>) -> Option<Reason> {
    const CREATED: &str = ".metadata.creationTimestamp";
    let is_seen = path::find(context.object, ".status.conditions").is_some();
    if is_seen || context.within(None, MINUTE) {
        return None;
    }
    let at = either(context, CREATED, ".metadata.name");
    let text = "The deployment controller has not processed it";
    Some(Reason::warning(text).at(at).since(context.created()))
}

pub(super) fn paused(context: &mut Context<'_>) -> Option<Reason> {
    if !context.is_true(".spec.paused") {
        return None;
    }
    let Pods { wanted, updated, .. } = Pods::of(context);
    let text = "Paused: changes are not rolled out";
    let reason = if updated < wanted { Reason::warning(text) } else { Reason::note(text) };
    Some(reason.at(".spec.paused"))
}

pub(super) fn zero(context: &mut Context<'_>) -> Option<Reason> {
    let is_zero = context.int(".spec.replicas") == Some(0);
    is_zero.then(|| Reason::note("Scaled to 0").at(".spec.replicas"))
}
