//! Pods that are being deleted, are over, or have only just begun.

use crate::object::health::condition::Condition;
use crate::object::health::container::Container;
use crate::object::health::context::{Context, Other};
use crate::object::health::jobs::is_complete;
use crate::object::health::level::Level;
use crate::object::health::reason::{Hint, Reason};
use crate::object::health::time::{SCHEDULE, STOP_EXTRA};
use crate::object::health::words::{ago, because, quote, span};
use crate::object::health::{exit, gates, requests};
use crate::object::path;

/// Of a pod this is the deadline: the time of the request and the grace period.
const DELETED: &str = ".metadata.deletionTimestamp";
const PHASE: &str = ".status.phase";
const REASON: &str = ".status.reason";
const MESSAGE: &str = ".status.message";
const LIMIT: &str = ".spec.activeDeadlineSeconds";

pub(super) fn node_lost(context: &mut Context<'_>) -> Option<Reason> {
    context.time(DELETED)?;
    if context.text(REASON) != "NodeLost" {
        return None;
    }
    let node = context.text(".spec.nodeName");
    let text = format!("Node {node} does not answer, so it is not known whether the pod stopped");
    Some(Reason::broken(text).at(REASON).see(requests::object("Node", "", node)).go(to_node(node)))
}

pub(super) fn stopping(context: &mut Context<'_>) -> Option<Reason> {
    let deadline = context.time(DELETED)?;
    let left = deadline.as_second() - context.now.as_second();
    if left + STOP_EXTRA <= 0 {
        return None;
    }
    // A deadline far ahead is a long grace period, not a clock that is wrong.
    context.next = deadline.checked_add(jiff::SignedDuration::from_secs(STOP_EXTRA)).ok();
    let text = if left > 0 {
        format!("Stopping: {left} s of its grace period are left")
    } else {
        "Stopping: its grace period has ended".to_owned()
    };
    let container = context.containers.first().map_or("", |container| container.name);
    let hint = Hint::Log { container: container.to_owned() };
    Some(Reason::progressing(text).at(DELETED).hint(hint))
}

pub(super) fn held(context: &mut Context<'_>) -> Option<Reason> {
    let deadline = context.time(DELETED)?;
    let finalizer = *gates::finalizers(context).first()?;
    if context.containers.iter().any(Container::is_running) {
        return None;
    }
    let age = span(context.age(Some(deadline))?);
    let text = format!("Stopped, but finalizer {finalizer} has kept the object for {age}");
    let reason = Reason::broken(text).at(".metadata.finalizers[0]").since(Some(deadline));
    Some(reason.say(gates::look_for_controller(finalizer)))
}

pub(super) fn stop_overdue(context: &mut Context<'_>) -> Option<Reason> {
    let deadline = context.time(DELETED)?;
    let age = span(context.age(Some(deadline))?);
    let node = context.text(".spec.nodeName");
    let text = format!("Should have stopped {age} ago; node {node} has not confirmed it");
    let reason = Reason::broken(text).at(DELETED).since(Some(deadline)).go(to_node(node));
    Some(reason.see(requests::object("Node", "", node)))
}

pub(super) fn succeeded(context: &mut Context<'_>) -> Option<Reason> {
    if context.text(PHASE) != "Succeeded" {
        return None;
    }
    let ends = context.containers.iter().filter_map(|c| c.terminated()?.finished);
    let ended = ends.max();
    let text = format!("Completed{}", ago(context.age(ended)));
    Some(Reason::note(text).at(PHASE).since(ended))
}

pub(super) fn evicted(context: &mut Context<'_>) -> Option<Reason> {
    if !is_failed(context, "Evicted") {
        return None;
    }
    let node = context.text(".spec.nodeName");
    let text = format!("Evicted from {node}{}", because(context.text(MESSAGE)));
    Some(own(context, text).at(present(context, MESSAGE)).go(to_node(node)))
}

pub(super) fn preempted(context: &mut Context<'_>) -> Option<Reason> {
    if context.text(PHASE) != "Failed" {
        return None;
    }
    let condition = context.condition_is("DisruptionTarget", "True");
    let condition = condition.filter(|target| target.reason == "PreemptionByScheduler");
    let at = match condition {
        Some(condition) => condition.evidence(),
        None if context.text(REASON) == "Preempting" => REASON.to_owned(),
        None => return None,
    };
    let reason = own(context, "Stopped to make room for a pod of higher priority".to_owned());
    Some(reason.at(at).hint(Hint::Events))
}

pub(super) fn rejected(context: &mut Context<'_>) -> Option<Reason> {
    let reason = context.text(REASON);
    let is_own = matches!(reason, "" | "DeadlineExceeded" | "Terminated");
    if context.text(PHASE) != "Failed" || is_own || !context.containers.is_empty() {
        return None;
    }
    let node = context.text(".spec.nodeName");
    let message = context.text(MESSAGE);
    let why = if message.is_empty() { reason } else { message };
    let text = format!("Node {node} refused the pod{}", because(why));
    Some(own(context, text).at(present(context, MESSAGE)).go(to_node(node)))
}

pub(super) fn deadline(context: &mut Context<'_>) -> Option<Reason> {
    if !is_failed(context, "DeadlineExceeded") {
        return None;
    }
    let Some(limit) = context.int(LIMIT) else {
        return Some(own(context, "Ran longer than it was allowed to".to_owned()).at(REASON));
    };
    Some(own(context, format!("Ran longer than its activeDeadlineSeconds of {limit} s")).at(LIMIT))
}

pub(super) fn shutdown(context: &mut Context<'_>) -> Option<Reason> {
    if !is_failed(context, "Terminated") && !is_failed(context, "NodeShutdown") {
        return None;
    }
    let node = context.text(".spec.nodeName");
    Some(own(context, format!("Stopped because node {node} shut down")).at(REASON))
}

pub(super) fn disrupted(context: &mut Context<'_>) -> Option<Reason> {
    if context.text(PHASE) != "Failed" {
        return None;
    }
    let target = context.condition_is("DisruptionTarget", "True")?;
    let node = context.text(".spec.nodeName");
    let text = format!("Removed from {node}: {}", disruption(&target));
    Some(own(context, text).at(target.evidence()))
}

/// Returns why a pod is or was removed, in words.
pub(super) fn disruption(target: &Condition<'_>) -> String {
    let words = match target.reason {
        "EvictionByEvictionAPI" => "an eviction was requested, as for a drain",
        "DeletionByTaintManager" => "its node has a taint that it does not tolerate",
        "DeletionByDeviceTaintManager" => "its device has a taint that it does not tolerate",
        "DeletionByPodGC" => "its node is gone",
        "TerminationByKubelet" => "its node is short of resources or shuts down",
        "PreemptionByScheduler" => "a pod of higher priority needs the room",
        _ => return quote(target.words()),
    };
    words.to_owned()
}

pub(super) fn failed(context: &mut Context<'_>) -> Option<Reason> {
    if context.text(PHASE) != "Failed" {
        return None;
    }
    let failed = context.containers.iter().find_map(|container| {
        let end = container.terminated().filter(|end| end.exit_code != 0 || end.signal > 0)?;
        Some((*container, end))
    });
    let Some((container, end)) = failed else {
        let words = [context.text(MESSAGE), context.text(REASON)];
        let why = words.into_iter().find(|words| !words.is_empty()).unwrap_or_default();
        return Some(own(context, format!("Failed{}", because(why))).at(PHASE));
    };
    let text = format!("{} failed: {}", container.title(), exit::text(&container, &end));
    let hint = Hint::Log { container: container.name.to_owned() };
    Some(own(context, text).at(container.at(".state.terminated")).since(end.finished).hint(hint))
}

pub(super) fn unseen(context: &mut Context<'_>) -> Option<Reason> {
    if !context.text(PHASE).is_empty() {
        return None;
    }
    let is_new = context.within(None, 2 * SCHEDULE);
    let level = if is_new { Level::Progressing } else { Level::Warning };
    let at = present(context, ".metadata.creationTimestamp");
    Some(Reason::new(level, "Nothing has processed the pod yet").at(at).since(context.created()))
}

/// The reason for a pod that failed: harmless if its Job completed anyway, a warning if its owner
/// replaces it, broken if nothing does.
fn own(context: &mut Context<'_>, text: String) -> Reason {
    let owner = context.list(".metadata.ownerReferences").iter();
    let owner = owner.into_iter().find(|owner| path::at(owner, ".controller") == true);
    let Some(owner) = owner else { return Reason::broken(text) };
    let (kind, name) = (path::text(owner, ".kind"), path::text(owner, ".name"));
    if kind != "Job" {
        return Reason::warning(format!("{text}; {kind} {name} replaces it"));
    }
    let job = requests::object("Job", context.namespace(), name);
    let is_harmless = match context.other(&job, "the Job of the pod") {
        // Another Job may have the same name by now.
        Other::Present(job) if path::at(job, ".metadata.uid") == path::at(owner, ".uid") => {
            is_complete(job)
        }
        _ => false,
    };
    if is_harmless {
        return Reason::note(format!("{text}; Job {name} completed nevertheless")).see(job);
    }
    Reason::warning(format!("{text}; an attempt of Job {name}")).see(job)
}

fn is_failed(context: &Context<'_>, reason: &str) -> bool {
    context.text(PHASE) == "Failed" && context.text(REASON) == reason
}

/// The path if the object has something there, else nothing.
fn present(context: &Context<'_>, at: &'static str) -> &'static str {
    if path::find(context.object, at).is_some() { at } else { "" }
}

fn to_node(node: &str) -> String {
    format!("node/{node}")
}
