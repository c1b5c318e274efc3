//! Rules for requests for certificates, leases, events, quotas and storage migrations.

use std::cmp::Ordering;

use crate::k8s::quantity::Quantity;
use crate::object::health::context::Context;
use crate::object::health::events::NOISE;
use crate::object::health::reason::Reason;
use crate::object::health::time::{HOUR, TEN_MINUTES};
use crate::object::health::words::{because, quote, span};
use crate::object::path;

pub(super) fn denied(context: &mut Context<'_>) -> Option<Reason> {
    let mut kinds = ["Denied", "Failed"].into_iter();
    let condition = kinds.find_map(|kind| context.condition_is(kind, "True"))?;
    let text = format!("{}{}", condition.kind, because(condition.words()));
    Some(Reason::warning(text).at(condition.evidence()).since(condition.since))
}

pub(super) fn waiting(context: &mut Context<'_>) -> Option<Reason> {
    let is_decided = !context.list(".status.conditions").is_empty();
    if is_decided || context.within(None, TEN_MINUTES) {
        return None;
    }
    let created = context.created();
    let at = if created.is_some() { ".metadata.creationTimestamp" } else { "" };
    Some(Reason::warning("Waits for approval").at(at).since(created))
}

/// Leases of nodes and API servers are heartbeats. Others may be left by what no longer runs.
pub(super) fn stale_lease(context: &mut Context<'_>) -> Option<Reason> {
    const RENEWED: &str = ".spec.renewTime";
    let renewed = context.time(RENEWED)?;
    let limit = context.int(".spec.leaseDurationSeconds").unwrap_or(40).saturating_mul(3);
    if context.within(Some(renewed), limit) {
        return None;
    }
    let holder = context.text(".spec.holderIdentity");
    let age = span(context.age(Some(renewed))?);
    let text = format!("Last renewed {age} ago by {holder}");
    let identity = ".metadata.labels['apiserver.kubernetes.io/identity']";
    let is_heartbeat =
        context.namespace() == "kube-node-lease" || path::find(context.object, identity).is_some();
    let reason = if is_heartbeat { Reason::warning(text) } else { Reason::note(text) };
    Some(reason.at(RENEWED).since(Some(renewed)))
}

pub(super) fn warning(context: &mut Context<'_>) -> Option<Reason> {
    let is_noise = NOISE.contains(&context.text(".reason"));
    if context.text(".type") != "Warning" || is_noise {
        return None;
    }
    let times = [".series.lastObservedTime", ".lastTimestamp", ".eventTime"];
    let last = times.into_iter().find_map(|at| context.time(at));
    if !context.within(last, HOUR) {
        return None;
    }
    let (message, note) = (context.text(".message"), context.text(".note"));
    let (text, at) = if message.is_empty() { (note, ".note") } else { (message, ".message") };
    let at = if text.is_empty() { ".type" } else { at };
    Some(Reason::warning(quote(text)).at(at).since(last))
}

pub(super) fn full(context: &mut Context<'_>) -> Vec<Reason> {
    let hard = context.at(".status.hard").as_object();
    let used = context.at(".status.used");
    let full = hard.into_iter().flatten().filter_map(|(resource, hard)| {
        let (hard, used) = (hard.as_str()?, used.get(resource)?.as_str()?);
        is_full(used, hard).then(|| {
            let text = format!("Full: {resource} {used} of {hard}");
            Reason::warning(text).at(format!(".status.used['{resource}']"))
        })
    });
    full.collect()
}

/// True if a quota of more than nothing is used up.
pub(in crate::object::health) fn is_full(used: &str, hard: &str) -> bool {
    let (Ok(used), Ok(hard)) = (Quantity::parse(used), Quantity::parse(hard)) else { return false };
    let compare = |a: &Quantity, b: &Quantity| match a.value().cmp(&b.value()) {
        // Fractions of a cpu are rounded up to whole ones.
        Ordering::Equal => a.milli().cmp(&b.milli()),
        other => other,
    };
    hard.sign() > 0 && compare(&used, &hard) != Ordering::Less
}

pub(super) fn migration(context: &mut Context<'_>) -> Option<Reason> {
    if let Some(failed) = context.condition_is("Failed", "True") {
        let text = format!("The migration failed{}", because(failed.words()));
        return Some(Reason::broken(text).at(failed.evidence()).since(failed.since));
    }
    let running = context.condition_is("Running", "True")?;
    Some(Reason::progressing("Migrating").at(running.evidence()).since(running.since))
}
