//! Rules for autoscalers of pods and for disruption budgets.

use super::context::Context;
use super::reason::Reason;
use super::requests;
use super::rule::{Rule, one};
use super::time::{HPA, MINUTE};
use super::words::{because, between, count, quote};
use super::workload::number;
use crate::k8s::path::ObjectPath;
use crate::object::path;

pub(super) const AUTOSCALER: &[Rule] = &[
    one("hpa.target", target),
    one("hpa.metrics", metrics),
    one("hpa.selector", selector),
    one("hpa.max", maximum),
    one("hpa.off", off),
];

pub(super) const BUDGET: &[Rule] = &[
    one("pdb.sync", sync),
    one("pdb.low", low),
    one("pdb.empty", empty),
    one("pdb.zero", none_allowed),
];

fn target(context: &mut Context<'_>) -> Option<Reason> {
    let able = context.condition_is("AbleToScale", "False")?;
    if !matches!(able.reason, "FailedGetScale" | "FailedUpdateScale") {
        return None;
    }
    let kind = context.text(".spec.scaleTargetRef.kind");
    let name = context.text(".spec.scaleTargetRef.name");
    let why = if able.message.ends_with("not found") {
        "it does not exist".to_owned()
    } else {
        quote(able.words())
    };
    let text = format!("Cannot scale {kind} {name}: {why}");
    let reason = Reason::broken(text).at(able.evidence()).since(able.since);
    if requests::resource(kind).is_none() {
        return Some(reason);
    }
    let object = requests::object(kind, context.namespace(), name);
    Some(reason.go(format!("{}/{name}", object.gvr.resource)).see(object))
}

fn metrics(context: &mut Context<'_>) -> Option<Reason> {
    let active = context.condition_is("ScalingActive", "False")?;
    let is_other =
        matches!(active.reason, "ScalingDisabled" | "InvalidSelector" | "AmbiguousSelector");
    if is_other || context.within(active.since, HPA) {
        return None;
    }
    let metric = between(active.message, "metrics for resource ", ":")
        .or_else(|| between(active.message, "failed to get ", " utilization"))
        .or_else(|| between(active.message, "unable to get metric ", ":"));
    let what = metric.map_or_else(|| "a metric".to_owned(), quote);
    let at = active.evidence();
    let Some(group) = metrics_group(active.message) else {
        let cause = active.message.split_once("missing request for ");
        let cause = cause.map(|(_, rest)| format!("no request for {}", quote(rest)));
        let cause = cause.unwrap_or_else(|| quote(active.words()));
        let text = format!("Does not scale: {what} cannot be measured ({cause})");
        return Some(Reason::broken(text).at(at).since(active.since));
    };
    let text = format!("Does not scale: {what} cannot be measured (API {group} is unavailable)");
    let service = api_service(group);
    let reason = Reason::broken(text).at(at).since(active.since);
    Some(reason.go(format!("apiservices/{}", service.name)).see(service))
}

/// Reads the API group out of `(get pods.metrics.k8s.io)`, of metrics, custom or external ones.
fn metrics_group(message: &str) -> Option<&str> {
    let resource = between(message, "(get ", ")")?;
    let groups = ["custom.metrics.k8s.io", "external.metrics.k8s.io", "metrics.k8s.io"];
    groups.into_iter().find(|group| resource.ends_with(group))
}

/// All three metrics APIs are served as `v1beta1`.
fn api_service(group: &str) -> ObjectPath {
    requests::object("APIService", "", &format!("v1beta1.{group}"))
}

fn selector(context: &mut Context<'_>) -> Option<Reason> {
    let active = context.condition_is("ScalingActive", "False")?;
    if !matches!(active.reason, "InvalidSelector" | "AmbiguousSelector") {
        return None;
    }
    let text = format!("Does not scale{}", because(active.words()));
    Some(Reason::broken(text).at(active.evidence()).since(active.since))
}

fn maximum(context: &mut Context<'_>) -> Option<Reason> {
    let limited = context.condition_is("ScalingLimited", "True")?;
    let maximum = number(context, ".spec.maxReplicas");
    let is_reached = number(context, ".status.currentReplicas") >= maximum;
    if limited.reason != "TooManyReplicas" || !is_reached {
        return None;
    }
    let text = format!("At its maximum of {} and would like more", count(maximum, "pod"));
    Some(Reason::warning(text).at(limited.evidence()).since(limited.since))
}

fn off(context: &mut Context<'_>) -> Option<Reason> {
    let disabled = context.condition_is("ScalingActive", "False");
    let disabled = disabled.filter(|active| active.reason == "ScalingDisabled");
    let condition = disabled.or_else(|| context.condition_is("ScaledToZero", "True"))?;
    Some(Reason::note("Off: its target is scaled to 0").at(condition.evidence()))
}

/// A condition computed from an older generation raises no level above progressing.
fn is_stale(context: &Context<'_>) -> bool {
    let observed = context.int(".status.observedGeneration");
    context.int(".metadata.generation").zip(observed).is_some_and(|(now, then)| then < now)
}

fn sync(context: &mut Context<'_>) -> Option<Reason> {
    let allowed = context.condition_is("DisruptionAllowed", "False")?;
    if allowed.reason != "SyncFailed" || is_stale(context) {
        return None;
    }
    let text = format!("The budget cannot be computed{}", because(allowed.message));
    Some(Reason::broken(text).at(allowed.evidence()).since(allowed.since))
}

fn low(context: &mut Context<'_>) -> Option<Reason> {
    const HEALTHY: &str = ".status.currentHealthy";
    let (healthy, desired) = (context.int(HEALTHY)?, context.int(".status.desiredHealthy")?);
    if healthy >= desired || is_stale(context) {
        return None;
    }
    let are = if desired == 1 { "is" } else { "are" };
    let text =
        format!("{}, {desired} {are} needed: no drain is possible", count(healthy, "healthy pod"));
    let selector = requests::selector(context.at(".spec.selector"));
    let words = selector.map_or_else(|| "pods".to_owned(), |labels| format!("pods -l {labels}"));
    Some(Reason::warning(text).at(HEALTHY).go(words))
}

fn empty(context: &mut Context<'_>) -> Option<Reason> {
    if context.int(".status.expectedPods")? != 0 || context.within(None, MINUTE) {
        return None;
    }
    let at =
        if path::find(context.object, ".spec.selector").is_some() { ".spec.selector" } else { "" };
    Some(Reason::warning("Matches no pods").at(at))
}

fn none_allowed(context: &mut Context<'_>) -> Option<Reason> {
    const ALLOWED: &str = ".status.disruptionsAllowed";
    let (healthy, desired) =
        (number(context, ".status.currentHealthy"), number(context, ".status.desiredHealthy"));
    let is_empty = number(context, ".status.expectedPods") == 0;
    if context.int(ALLOWED)? > 0 || healthy < desired || is_empty {
        return None;
    }
    Some(Reason::note("Allows no disruption: draining a node will wait").at(ALLOWED))
}
