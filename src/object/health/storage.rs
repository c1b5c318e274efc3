//! Rules for volume claims, volumes and attachments.

use jiff::Timestamp;

use super::context::Context;
use super::events::Event;
use super::level::Level;
use super::reason::{Hint, Reason, Source};
use super::requests;
use super::rule::{Rule, many, one};
use super::similar::did_you_mean;
use super::time::{BIND, CREATE_MAX};
use super::words::{because, between, lasting, quote};
use crate::k8s::table::Row;
use crate::object::path;

pub(super) const CLAIM: &[Rule] = &[
    one("pvc.lost", lost),
    one("pvc.failed", failed),
    one("pvc.consumer", consumer),
    one("pvc.provision", provision),
    one("pvc.pending", pending),
    one("pvc.resize", resize_failed),
    one("pvc.resizing", resizing),
];

pub(super) const VOLUME: &[Rule] =
    &[one("pv.failed", volume_failed), one("pv.released", volume_released)];

pub(super) const ATTACHMENT: &[Rule] = &[many("va.error", attachment_error)];

const PHASE: &str = ".status.phase";
const CLASS: &str = ".spec.storageClassName";
const RESOURCES: &str = ".status.allocatedResourceStatuses";

fn lost(context: &mut Context<'_>) -> Option<Reason> {
    if context.text(PHASE) != "Lost" {
        return None;
    }
    let volume = context.text(".spec.volumeName");
    let at = if volume.is_empty() { PHASE } else { ".spec.volumeName" };
    let reason = Reason::broken(format!("Its volume {volume} is gone")).at(at);
    Some(reason.go(format!("pv/{volume}")).see(requests::object("PersistentVolume", "", volume)))
}

/// The events of a claim that is not bound, which alone say why.
fn events<'a>(context: &mut Context<'a>) -> Option<Vec<Event<'a>>> {
    if context.text(PHASE) != "Pending" {
        return None;
    }
    let is_usual = context.within(None, BIND);
    if is_usual { context.known_events() } else { context.events() }
}

/// What the newest of the events that matter says.
fn newest<'a>(context: &mut Context<'a>) -> Option<Event<'a>> {
    const REASONS: [&str; 5] = [
        "ProvisioningFailed",
        "FailedBinding",
        "WaitForFirstConsumer",
        "WaitForPodScheduled",
        "ExternalProvisioning",
    ];
    events(context)?.into_iter().find(|event| REASONS.contains(&event.reason))
}

fn failed(context: &mut Context<'_>) -> Option<Reason> {
    let event = newest(context)?;
    if !matches!(event.reason, "ProvisioningFailed" | "FailedBinding") {
        return None;
    }
    let class = context.text(CLASS);
    let at = if class.is_empty() { PHASE } else { CLASS };
    let missing = between(event.message, "storageclass.storage.k8s.io \"", "\" not found");
    let mut reason = Reason::broken("");
    reason.sentence = if let Some(name) = missing {
        let names = requests::names("StorageClass", "");
        let page = context.rows(names, "the names of the StorageClasses");
        let names = page.into_iter().flat_map(|page| page.rows.iter().map(Row::name));
        reason = reason.see(requests::object("StorageClass", "", name));
        format!("StorageClass {name} does not exist{}", did_you_mean(name, names))
    } else if event.message.contains("no persistent volumes available")
        && event.message.contains("no storage class is set")
    {
        "No volume fits and no StorageClass is set".to_owned()
    } else {
        quote(event.message)
    };
    let since = context.created();
    Some(reason.at(at).since(since).from(Source::Event).see(event.path()).go("sc"))
}

fn consumer(context: &mut Context<'_>) -> Option<Reason> {
    let event = newest(context)?;
    let waits = matches!(event.reason, "WaitForFirstConsumer" | "WaitForPodScheduled");
    let note = || Reason::note("Waits for the first pod that uses it").at(PHASE);
    waits.then(|| note().from(Source::Event).see(event.path()))
}

fn provision(context: &mut Context<'_>) -> Option<Reason> {
    let event = newest(context).filter(|event| event.reason == "ExternalProvisioning")?;
    let provisioner =
        between(event.message, "'", "'").or_else(|| between(event.message, "\"", "\""));
    let text = format!("Waits for provisioner {}", quote(provisioner.unwrap_or("of its class")));
    let since = context.created();
    let is_usual = context.within(since, CREATE_MAX);
    let reason = if is_usual { Reason::progressing(text) } else { Reason::warning(text) };
    Some(reason.at(PHASE).since(since).from(Source::Event).see(event.path()))
}

fn pending(context: &mut Context<'_>) -> Option<Reason> {
    if context.text(PHASE) != "Pending" || newest(context).is_some() {
        return None;
    }
    let since: Option<Timestamp> = context.created();
    let text = format!("Not bound{}", lasting(context.age(since)));
    let is_usual = context.within(None, BIND);
    let reason = if is_usual { Reason::progressing(text) } else { Reason::warning(text) };
    Some(reason.at(PHASE).since(since).hint(Hint::Events))
}

fn resize_failed(context: &mut Context<'_>) -> Option<Reason> {
    let conditions = ["ControllerResizeError", "NodeResizeError", "ModifyVolumeError"];
    let failed = conditions.into_iter().find_map(|kind| context.condition_is(kind, "True"));
    if let Some(failed) = failed {
        let text = format!("Resizing fails{}", because(failed.words()));
        return Some(Reason::warning(text).at(failed.evidence()).since(failed.since));
    }
    let resources = context.at(RESOURCES).as_object()?;
    let infeasible = resources
        .iter()
        .find(|(_, status)| status.as_str().is_some_and(|status| status.ends_with("Infeasible")));
    let (name, status) = infeasible?;
    let text = format!("Resizing fails: {name} is {}", quote(status.as_str()?));
    Some(Reason::warning(text).at(format!("{RESOURCES}['{name}']")))
}

fn resizing(context: &mut Context<'_>) -> Option<Reason> {
    let kinds = ["FileSystemResizePending", "Resizing", "ModifyingVolume"];
    let condition = kinds.into_iter().find_map(|kind| context.condition_is(kind, "True"))?;
    let is_pending = condition.kind == "FileSystemResizePending";
    let text = if is_pending { "Grows when a pod uses it" } else { "Resizing" };
    Some(Reason::progressing(text).at(condition.path.clone()).since(condition.since))
}

fn volume_failed(context: &mut Context<'_>) -> Option<Reason> {
    const MESSAGE: &str = ".status.message";
    if context.text(PHASE) != "Failed" {
        return None;
    }
    let message = context.text(MESSAGE);
    let reason = context.text(".status.reason");
    let words = [message, reason, "Failed"].into_iter().find(|words| !words.is_empty());
    let at = if message.is_empty() { PHASE } else { MESSAGE };
    Some(Reason::broken(quote(words.unwrap_or_default())).at(at))
}

fn volume_released(context: &mut Context<'_>) -> Option<Reason> {
    if context.text(PHASE) != "Released" {
        return None;
    }
    let claim = context.text(".spec.claimRef.name");
    let namespace = context.text(".spec.claimRef.namespace");
    if context.text(".spec.persistentVolumeReclaimPolicy") != "Delete" {
        let policy = context.text(".spec.persistentVolumeReclaimPolicy");
        let text = format!("Released by {namespace}/{claim}; kept by policy {policy}");
        return Some(Reason::note(text).at(PHASE));
    }
    let since = context.time(".status.lastPhaseTransitionTime");
    let text = format!("Released by {namespace}/{claim} and not deleted yet");
    let is_usual = context.within(since, CREATE_MAX);
    let reason = if is_usual { Reason::progressing(text) } else { Reason::warning(text) };
    Some(reason.at(PHASE).since(since))
}

fn attachment_error(context: &mut Context<'_>) -> Vec<Reason> {
    let errors = [".status.attachError", ".status.detachError"].into_iter();
    let found = errors.filter_map(|at| {
        let error = path::find(context.object, at).filter(|error| error.is_object())?;
        let message = path::text(error, ".message");
        let verb = if at == ".status.attachError" { "Attaching" } else { "Detaching" };
        let text = format!("{verb} fails{}", because(message));
        Some(Reason::new(Level::Broken, text).at(at).since(path::time(error, ".time")))
    });
    found.collect()
}
