//! Rules for what serves the API: `APIServices`, `CustomResourceDefinitions` and webhooks.

use serde_json::Value;

use crate::object::health::context::{Context, Other};
use crate::object::health::level::Level;
use crate::object::health::reason::{Reason, Source};
use crate::object::health::requests;
use crate::object::health::service::{Endpoints, slices_request};
use crate::object::health::time::MINUTE;
use crate::object::health::words::{all, because};
use crate::object::path;

/// Webhooks of one configuration whose Service is looked at.
const WEBHOOKS: usize = 2;

pub(super) fn down(context: &mut Context<'_>) -> Option<Reason> {
    let available = context.condition_is("Available", "False")?;
    let namespace = context.text(".spec.service.namespace");
    let name = context.text(".spec.service.name");
    let port = context.int(".spec.service.port").unwrap_or(443);
    let text = match available.reason {
        "ServiceNotFound" => format!("Its Service {namespace}/{name} does not exist"),
        "MissingEndpoints" | "EndpointsNotFound" => {
            format!("Service {namespace}/{name} has no running pods")
        }
        "ServicePortError" => format!("Service {namespace}/{name} has no port {port}"),
        "FailedDiscoveryCheck" => format!("Does not answer{}", because(available.message)),
        _ => format!("Not available{}", because(available.words())),
    };
    let reason = Reason::broken(text).at(available.evidence()).since(available.since);
    if name.is_empty() {
        return Some(reason);
    }
    let service = requests::object("Service", namespace, name);
    Some(reason.see(service).go(format!("svc/{name} -n {namespace}")))
}

pub(super) fn unseen(context: &mut Context<'_>) -> Option<Reason> {
    match context.condition("Available") {
        Some(available) if available.status != "Unknown" => return None,
        _ => {}
    }
    let is_new = context.within(None, MINUTE);
    let level = if is_new { Level::Progressing } else { Level::Unknown };
    Some(Reason::new(level, "Nothing has checked yet whether it answers").since(context.created()))
}

pub(super) fn names(context: &mut Context<'_>) -> Option<Reason> {
    let accepted = context.condition_is("NamesAccepted", "False")?;
    let text = format!("Its names are taken{}", because(accepted.words()));
    Some(Reason::broken(text).at(accepted.evidence()).since(accepted.since))
}

pub(super) fn installing(context: &mut Context<'_>) -> Option<Reason> {
    let established = context.condition_is("Established", "False")?;
    let has_names = context.condition_is("NamesAccepted", "False").is_none();
    if !has_names {
        return None;
    }
    let is_usual = context.within(established.since, MINUTE);
    let level = if is_usual { Level::Progressing } else { Level::Broken };
    Some(Reason::new(level, "Not served yet").at(established.evidence()).since(established.since))
}

pub(super) fn schema(context: &mut Context<'_>) -> Option<Reason> {
    let structural = context.condition_is("NonStructuralSchema", "True");
    let approved = context.condition_is("KubernetesAPIApprovalPolicyConformant", "False");
    let bundle = || {
        let established = context.condition("Established");
        established.filter(|condition| condition.reason == "InvalidCABundle")
    };
    let condition = structural.or(approved).or_else(bundle)?;
    let text = format!("Its definition has a fault{}", because(condition.words()));
    Some(Reason::warning(text).at(condition.evidence()).since(condition.since))
}

pub(super) fn deleting(context: &mut Context<'_>) -> Option<Reason> {
    let terminating = context.condition_is("Terminating", "True")?;
    let fails = matches!(terminating.reason, "InstanceDeletionFailed" | "InstanceDeletionCheck");
    let level = if fails { Level::Broken } else { Level::Progressing };
    let text = format!("Being deleted{}", because(terminating.message));
    Some(Reason::new(level, text).at(terminating.evidence()).since(terminating.since))
}

/// A webhook that must answer, and whose Service is missing or has no pods, blocks what it is called for.
pub(super) fn dead_webhook(context: &mut Context<'_>) -> Vec<Reason> {
    let webhooks = context.list(".webhooks").iter().enumerate();
    let required =
        webhooks.filter(|(_, webhook)| path::text(webhook, ".failurePolicy") != "Ignore");
    let served =
        required.filter(|(_, webhook)| path::at(webhook, ".clientConfig.service").is_object());
    let mut reasons = Vec::new();
    for (index, webhook) in served.take(WEBHOOKS) {
        let namespace = path::text(webhook, ".clientConfig.service.namespace");
        let name = path::text(webhook, ".clientConfig.service.name");
        let service = requests::object("Service", namespace, name);
        let why = match context.other(&service, "the Service of the webhook") {
            Other::Absent => "does not exist",
            Other::Unknown => continue,
            Other::Present(_) => {
                let request = slices_request(namespace, &[name]);
                let slices = context.objects(request, "the endpoints of the webhook");
                match slices.map(Endpoints::count) {
                    Some(endpoints) if endpoints.ready == 0 => "has no ready pods",
                    _ => continue,
                }
            }
        };
        let blocked = all(&resources(webhook));
        let text = format!("Blocks {blocked}: its Service {namespace}/{name} {why}");
        let at = format!(".webhooks[{index}].clientConfig.service");
        let reason = Reason::broken(text).at(at).from(Source::Related).see(service);
        reasons.push(reason.go(format!("svc/{name} -n {namespace}")));
    }
    reasons
}

/// The resources that a webhook is called for.
fn resources(webhook: &Value) -> Vec<&str> {
    let rules = path::list(webhook, ".rules").iter();
    let mut names: Vec<&str> = Vec::new();
    for name in rules.flat_map(|rule| path::list(rule, ".resources")).filter_map(Value::as_str) {
        let name = if name == "*" || name == "*/*" { "all resources" } else { name };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
