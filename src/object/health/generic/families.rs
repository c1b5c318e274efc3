//! What the conventions do not say about some well-known families of custom resources.

use jiff::SignedDuration;

use crate::object::health::context::Context;
use crate::object::health::level::Level;
use crate::object::health::reason::Reason;
use crate::object::health::time::MINUTE;
use crate::object::health::words::{because, span};
use crate::object::path;

/// A certificate that ends within so many seconds needs attention.
const EXPIRES: i64 = 3 * 24 * 3600;

pub(super) fn family(context: &mut Context<'_>) -> Vec<Reason> {
    let version = context.text(".apiVersion");
    let group = version.split_once('/').map_or("", |(group, _)| group);
    let found = match (group, context.text(".kind")) {
        ("cert-manager.io", "Certificate") => certificate(context),
        ("gateway.networking.k8s.io", kind) if kind.ends_with("Route") => route(context),
        ("argoproj.io", "Rollout") => rollout(context),
        _ => None,
    };
    found.into_iter().collect()
}

fn certificate(context: &mut Context<'_>) -> Option<Reason> {
    const END: &str = ".status.notAfter";
    let end = context.time(END)?;
    let left = end.as_second() - context.now.as_second();
    if left <= 0 {
        let text = format!("Expired {} ago", span(-left));
        let reason = Reason::broken(text).at(END).since(Some(end));
        return Some(reason.go("certificaterequests"));
    }
    let renewal = context.condition_is("Issuing", "True");
    let not_ready = context.condition_is("Ready", "False");
    if let (Some(_), Some(not_ready)) = (renewal, not_ready) {
        // The old certificate is still served.
        let text = format!("Renewal runs{}", because(not_ready.words()));
        let reason = Reason::warning(text).at(not_ready.evidence()).since(not_ready.since);
        return Some(reason.go("certificaterequests"));
    }
    if left > EXPIRES {
        let soon = end.checked_sub(SignedDuration::from_secs(EXPIRES)).ok();
        context.next = context.next.into_iter().chain(soon).min();
        return None;
    }
    let text = format!("Expires in {}", span(left));
    Some(Reason::warning(text).at(END).go("certificaterequests"))
}

fn route(context: &mut Context<'_>) -> Option<Reason> {
    let is_taken = !context.list(".status.parents").is_empty();
    if is_taken || context.within(None, MINUTE) {
        return None;
    }
    let parents = ".spec.parentRefs";
    let at = if path::find(context.object, parents).is_some() { parents } else { "" };
    Some(Reason::warning("No Gateway has taken it").at(at))
}

fn rollout(context: &mut Context<'_>) -> Option<Reason> {
    const PAUSES: &str = ".status.pauseConditions";
    if context.list(PAUSES).is_empty() {
        return None;
    }
    let step = context.int(".status.currentStepIndex");
    let text = step.map_or_else(|| "Paused".to_owned(), |step| format!("Paused at step {step}"));
    Some(Reason::new(Level::Ok, text).at(PAUSES))
}
