//! Rules for the kinds that keep a number of pods: Deployment, ReplicaSet, StatefulSet, DaemonSet.

mod deployment;
mod replicas;

use jiff::Timestamp;
use serde_json::Value;

use super::context::Context;
use super::requests;
use super::rule::{Rule, one};
use super::words::{between, lowered, quote};
use crate::k8s::path::ObjectPath;
use crate::object::path;

pub(super) const DEPLOYMENT: &[Rule] = &[
    one("deploy.refused", deployment::refused),
    one("deploy.stuck", deployment::stuck),
    one("deploy.down", deployment::down),
    one("deploy.rs-error", deployment::replica_set_error),
    one("deploy.reduced", deployment::reduced),
    one("deploy.rollout", deployment::rollout),
    one("deploy.unseen", deployment::unseen),
    one("deploy.paused", deployment::paused),
    one("deploy.zero", deployment::zero),
];

pub(super) const REPLICAS: &[Rule] = &[
    one("rs.refused", replicas::refused),
    one("rs.reduced", replicas::reduced),
    one("rs.old", replicas::old_revision),
];

pub(super) const STATEFUL: &[Rule] = &[
    one("sts.reduced", replicas::stateful_reduced),
    one("sts.rollout", replicas::stateful_rollout),
    one("sts.ondelete", replicas::stateful_on_delete),
];

pub(super) const DAEMON: &[Rule] = &[
    one("ds.reduced", replicas::daemon_reduced),
    one("ds.misscheduled", replicas::daemon_misscheduled),
    one("ds.none", replicas::daemon_none),
];

/// Returns the location of the pods of a workload, as in `pods -l app=web`.
pub(super) fn to_pods(context: &Context<'_>) -> String {
    let selector = requests::selector(context.at(".spec.selector"));
    selector.map_or_else(|| "pods".to_owned(), |selector| format!("pods -l {selector}"))
}

/// Returns the pods of the object, which are wanted if they are not known yet.
pub(super) fn pods<'a>(context: &mut Context<'a>) -> Option<&'a [Value]> {
    let selector = requests::selector(context.at(".spec.selector"))?;
    let request = requests::sample("Pod", context.namespace(), selector);
    context.objects(request, "the pods of the object")
}

/// Returns `: container web fails again and again: …`, the commonest reason of the object's pods that
/// need attention, or nothing if there is none.
pub(super) fn pods_reason(context: &mut Context<'_>) -> String {
    let pods = pods(context).unwrap_or_default();
    let mut reasons: Vec<(&'static str, String, usize)> = Vec::new();
    for pod in pods {
        let found = context.judge_pod(pod);
        let Some(reason) = found.into_iter().find(|reason| reason.level.needs_attention()) else {
            continue;
        };
        match reasons.iter_mut().find(|(rule, ..)| *rule == reason.rule) {
            Some((_, _, count)) => *count += 1,
            None => reasons.push((reason.rule, reason.sentence, 1)),
        }
    }
    // Of two that are equally common the first.
    let commonest = reasons.iter().rev().max_by_key(|(_, _, count)| *count);
    commonest.map_or_else(String::new, |(_, sentence, _)| format!(": {}", lowered(sentence)))
}

/// A quota that refuses pods.
pub(super) struct Quota {
    pub(super) object: ObjectPath,
    /// `quota small allows pods 1, requests.memory 64Mi`.
    pub(super) words: String,
}

/// Reads `exceeded quota: NAME, requested: a=1,b=2, used: …, limited: a=3,b=4` of the admission plugin
/// `ResourceQuota`.
pub(super) fn quota(context: &Context<'_>, message: &str) -> Option<Quota> {
    let name = between(message, "exceeded quota: ", ",")?;
    let (_, limited) = message.split_once("limited: ")?;
    let limits: Vec<String> =
        limited.split(',').map(|limit| quote(limit).replacen('=', " ", 1)).collect();
    Some(Quota {
        object: requests::object("ResourceQuota", context.namespace(), name),
        words: format!("quota {name} allows {}", limits.join(", ")),
    })
}

/// The integer at a path, 0 if it is left out.
pub(super) fn number(context: &Context<'_>, at: &str) -> i64 {
    context.int(at).unwrap_or(0)
}

/// The path if the object has something there, else another one that it has.
pub(super) fn either(context: &Context<'_>, at: &'static str, other: &'static str) -> &'static str {
    let paths = [at, other];
    paths.into_iter().find(|at| path::find(context.object, at).is_some()).unwrap_or_default()
}

/// When somebody wrote to the object last, its status not counted.
///
/// A write through the subresource `scale` leaves no time: then it is not before the last write of all.
pub(super) fn last_change(context: &Context<'_>) -> Option<Timestamp> {
    let entries = context.list(".metadata.managedFields").iter();
    let is_own = |entry: &&Value| path::text(entry, ".subresource") != "status";
    let has_no_time = |entry: &Value| path::time(entry, ".time").is_none();
    let is_open = entries.clone().filter(is_own).any(has_no_time);
    entries.filter(|entry| is_open || is_own(entry)).filter_map(|e| path::time(e, ".time")).max()
}

/// Returns `1 of 3 pods are ready`.
pub(super) fn of_pods(number: i64, wanted: i64, what: &str) -> String {
    match (number, wanted) {
        (0, 1) => format!("Its only pod is not {what}"),
        _ => format!("{number} of {wanted} pods are {what}"),
    }
}
