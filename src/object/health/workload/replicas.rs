//! Rules for the kinds that count their pods and have no conditions.

use super::{either, last_change, number, of_pods, pods_reason, quota, to_pods};
use crate::object::health::context::Context;
use crate::object::health::level::Level;
use crate::object::health::reason::{Reason, Source};
use crate::object::health::time::{READY, TEN_MINUTES};
use crate::object::health::words::{because, count, quote};
use crate::object::path;

const REPLICAS: &str = ".spec.replicas";
const READY_REPLICAS: &str = ".status.readyReplicas";

fn wanted(context: &Context<'_>) -> i64 {
    context.int(REPLICAS).unwrap_or(1)
}

/// Broken if none is ready, else a warning.
fn level(ready: i64) -> Level {
    if ready == 0 { Level::Broken } else { Level::Warning }
}

pub(super) fn refused(context: &mut Context<'_>) -> Option<Reason> {
    let failure = context.condition_is("ReplicaFailure", "True")?;
    let (at, since) = (failure.evidence(), failure.since);
    let Some(quota) = quota(context, failure.message) else {
        let text = format!("Pods cannot be created{}", because(failure.message));
        return Some(Reason::broken(text).at(at).since(since));
    };
    let wanted = wanted(context);
    let missing = (wanted - number(context, ".status.replicas")).max(0);
    let text = format!("{missing} of {wanted} pods cannot be created: {}", quota.words);
    let hint = format!("quota/{}", quota.object.name);
    Some(Reason::broken(text).at(at).since(since).go(hint).see(quota.object))
}

pub(super) fn reduced(context: &mut Context<'_>) -> Option<Reason> {
    let (ready, wanted) = (number(context, READY_REPLICAS), wanted(context));
    if ready >= wanted || context.condition_is("ReplicaFailure", "True").is_some() {
        return None;
    }
    let text = of_pods(ready, wanted, "ready");
    let at = either(context, READY_REPLICAS, REPLICAS);
    if context.within(None, READY) {
        return Some(Reason::progressing(text).at(at));
    }
    let why = pods_reason(context);
    let reason = Reason::new(level(ready), format!("{text}{why}")).at(at);
    Some(reason.go(to_pods(context)))
}

pub(super) fn old_revision(context: &mut Context<'_>) -> Option<Reason> {
    const REVISION: &str = ".metadata.annotations['deployment.kubernetes.io/revision']";
    let mut owners = context.list(".metadata.ownerReferences").iter();
    let is_owned = owners.any(|owner| path::text(owner, ".kind") == "Deployment");
    if !is_owned || context.int(REPLICAS) != Some(0) {
        return None;
    }
    let revision = context.text(REVISION);
    let at = either(context, REVISION, REPLICAS);
    let revision = if revision.is_empty() { revision.to_owned() } else { format!(" ({revision})") };
    Some(Reason::note(format!("An older revision{revision}")).at(at))
}

/// A StatefulSet writes no conditions: that its pods cannot be created is in its events only.
pub(super) fn stateful_reduced(context: &mut Context<'_>) -> Option<Reason> {
    let (ready, wanted) = (number(context, READY_REPLICAS), wanted(context));
    if ready >= wanted {
        return None;
    }
    let at = either(context, READY_REPLICAS, REPLICAS);
    let revisions =
        [context.text(".status.updateRevision"), context.text(".status.currentRevision")];
    let is_rolling = revisions[0] != revisions[1] && newest_pod_is_young(context);
    if context.within(None, READY) || is_rolling {
        return Some(Reason::progressing(of_pods(ready, wanted, "ready")).at(at));
    }
    let level = level(ready);
    let events = context.events().unwrap_or_default();
    if let Some(event) = events.iter().find(|event| event.reason == "FailedCreate") {
        let text = format!("Pods cannot be created: {}", quote(event.message));
        let reason = Reason::new(level, text).at(at).from(Source::Event).since(event.last);
        return Some(reason.see(event.path()));
    }
    let why = pods_reason(context);
    let is_ordered = context.text(".spec.podManagementPolicy") != "Parallel";
    let started = number(context, ".status.replicas");
    let text = if is_ordered && started < wanted && started > 0 {
        let (name, last) = (context.name(), started - 1);
        format!(
            "{ready} of {wanted} pods are ready: {name}-{last} is not ready, so {name}-{started} waits{why}"
        )
    } else {
        format!("{}{why}", of_pods(ready, wanted, "ready"))
    };
    Some(Reason::new(level, text).at(at).go(to_pods(context)))
}

/// True if the pods are known, and one of them started in the last ten minutes. Without pods a rollout
/// counts as moving for as long as the newest change of the object is young.
fn newest_pod_is_young(context: &mut Context<'_>) -> bool {
    let newest = super::pods(context).and_then(|pods| {
        pods.iter().filter_map(|pod| path::time(pod, ".metadata.creationTimestamp")).max()
    });
    let changed = newest.or_else(|| last_change(context));
    changed.is_some() && context.within(changed, TEN_MINUTES)
}

pub(super) fn stateful_rollout(context: &mut Context<'_>) -> Option<Reason> {
    const UPDATE: &str = ".status.updateRevision";
    let (update, current) = (context.text(UPDATE), context.text(".status.currentRevision"));
    let (updated, wanted) = (number(context, ".status.updatedReplicas"), wanted(context));
    let partition = number(context, ".spec.updateStrategy.rollingUpdate.partition");
    let is_rolling = !update.is_empty() && update != current && updated < wanted - partition;
    if !is_rolling || context.text(".spec.updateStrategy.type") == "OnDelete" {
        return None;
    }
    let text = format!("Rolling out: {updated} of {} pods updated", wanted - partition);
    let changed = last_change(context);
    let is_usual = changed.is_some() && context.within(changed, TEN_MINUTES);
    let reason = if is_usual { Reason::progressing(text) } else { Reason::warning(text) };
    Some(reason.at(UPDATE).since(changed).go(to_pods(context)))
}

pub(super) fn stateful_on_delete(context: &mut Context<'_>) -> Option<Reason> {
    const TYPE: &str = ".spec.updateStrategy.type";
    let (update, current) =
        (context.text(".status.updateRevision"), context.text(".status.currentRevision"));
    if context.text(TYPE) != "OnDelete" || update == current {
        return None;
    }
    Some(Reason::note("New version applies when pods are deleted (OnDelete)").at(TYPE))
}

const DESIRED: &str = ".status.desiredNumberScheduled";

pub(super) fn daemon_reduced(context: &mut Context<'_>) -> Option<Reason> {
    const READY_NUMBER: &str = ".status.numberReady";
    let (ready, desired) = (number(context, READY_NUMBER), number(context, DESIRED));
    if ready >= desired {
        return None;
    }
    let text = format!("Ready on {ready} of {}", count(desired, "node"));
    let at = either(context, READY_NUMBER, DESIRED);
    let is_rolling = number(context, ".status.updatedNumberScheduled") < desired;
    if is_rolling || context.within(None, READY) {
        return Some(Reason::progressing(text).at(at));
    }
    let why = pods_reason(context);
    Some(Reason::new(level(ready), format!("{text}{why}")).at(at).go(to_pods(context)))
}

pub(super) fn daemon_misscheduled(context: &mut Context<'_>) -> Option<Reason> {
    const NUMBER: &str = ".status.numberMisscheduled";
    let number = context.int(NUMBER).filter(|number| *number > 0)?;
    let text = format!("Runs on {} where it should not", count(number, "node"));
    Some(Reason::warning(text).at(NUMBER))
}

pub(super) fn daemon_none(context: &mut Context<'_>) -> Option<Reason> {
    let is_none = context.int(DESIRED) == Some(0);
    is_none.then(|| Reason::note("No node matches").at(DESIRED))
}
