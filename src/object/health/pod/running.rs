//! Pods whose containers run: readiness, resizing, references and events.

use super::ended::disruption;
use crate::object::health::container::{Container, Role};
use crate::object::health::context::Context;
use crate::object::health::events::NOISE;
use crate::object::health::level::Level;
use crate::object::health::reason::{Hint, Reason, Source};
use crate::object::health::time::{MINUTE, TEN_MINUTES};
use crate::object::health::words::{ago, because, lasting, quote};
use crate::object::health::{exit, requests};
use crate::object::path;

/// What a probe may take beyond its own limits, in seconds.
const EXTRA: i64 = 30;

/// How many notes of events there are at most.
const NOTES: usize = 3;

/// Events that repeat what the state of a container says.
const REPEATED: [&str; 7] = [
    "Failed",
    "BackOff",
    "InspectFailed",
    "ErrImageNeverPull",
    "FailedScheduling",
    "FailedMount",
    "Unhealthy",
];

/// Seconds until a probe has failed for good: `initialDelaySeconds`, then `failureThreshold` periods.
fn limit(container: &Container<'_>, probe: &str) -> i64 {
    let field = |name: &str, default| {
        let value = path::int(container.spec, &format!(".{probe}.{name}"));
        value.filter(|value| (0..=86_400).contains(value)).unwrap_or(default)
    };
    let periods = field("periodSeconds", 10) * field("failureThreshold", 3);
    field("initialDelaySeconds", 0) + periods + EXTRA
}

/// The probe that keeps a running container from being ready.
fn open_probe(container: &Container<'_>) -> &'static str {
    let is_starting = path::at(container.status, ".started") == false;
    let has_startup = path::at(container.spec, ".startupProbe").is_object();
    if is_starting && has_startup { "startupProbe" } else { "readinessProbe" }
}

fn waits_for_probe(container: &Container<'_>) -> bool {
    container.role != Role::Init && container.is_running() && !container.is_ready()
}

pub(super) fn probe(context: &mut Context<'_>, container: &Container<'_>) -> Option<Reason> {
    let ready = context.condition_is("Ready", "False")?;
    let probe = open_probe(container);
    let limit = limit(container, probe);
    if !waits_for_probe(container) || context.within(container.running_since(), limit) {
        return None;
    }
    let kind = if probe == "startupProbe" { "Startup" } else { "Readiness" };
    let prefix = format!("{kind} probe failed: ");
    let events = context.events().unwrap_or_default();
    let failure = events.iter().find_map(|event| {
        let is_own = event.reason == "Unhealthy" && event.is_of(container.name);
        let output = event.message.strip_prefix(&prefix).filter(|_| is_own)?;
        // A probe that errors as its container ends says nothing.
        let is_noise = output.contains("probe errored and resulted in unknown state");
        (!is_noise).then_some((event, output))
    });
    let title = container.title();
    let since = ready.since.or(container.running_since());
    let hint = Hint::Log { container: container.name.to_owned() };
    let (text, source) = if let Some((_, output)) = failure {
        let (kind, output) = (kind.to_lowercase(), quote(output));
        (format!("{title} runs but its {kind} probe fails: {output}"), Source::Event)
    } else {
        let age = lasting(context.age(since));
        (format!("{title} runs but has not been ready{age}"), Source::Object)
    };
    let reason = Reason::broken(text).at(ready.path.clone()).since(since).from(source).hint(hint);
    Some(failure.into_iter().fold(reason, |reason, (event, _)| reason.see(event.path())))
}

pub(super) fn starting(context: &mut Context<'_>, container: &Container<'_>) -> Option<Reason> {
    if !waits_for_probe(container) {
        return None;
    }
    let since = container.running_since();
    // Otherwise it is `pod.probe`, unless the pod as a whole counts as ready.
    if !context.within(since, limit(container, open_probe(container))) {
        return None;
    }
    let started = container.at(".started");
    let is_told = path::find(context.object, &started).is_some();
    let at = if is_told { started } else { container.at(".state.running") };
    let hint = Hint::Log { container: container.name.to_owned() };
    let text = format!("{} is starting", container.title());
    Some(Reason::progressing(text).at(at).since(since).hint(hint))
}

pub(super) fn gate(context: &mut Context<'_>) -> Option<Reason> {
    let ready = context.condition_is("Ready", "False")?;
    let containers = context.condition_is("ContainersReady", "True")?;
    if ready.reason != "ReadinessGatesNotReady" {
        return None;
    }
    let gates = context.list(".spec.readinessGates").iter().enumerate();
    let types = gates.map(|(index, gate)| (index, path::text(gate, ".conditionType")));
    let mut open = types.filter(|(_, kind)| context.condition_is(kind, "True").is_none());
    let (index, kind) = open.next()?;
    let status = match context.condition(kind) {
        Some(condition) => condition.status.into_owned(),
        None => "not set".to_owned(),
    };
    let text = format!("Ready except for readiness gate {kind}, which is {status}");
    let is_usual = context.within(containers.since, MINUTE);
    let reason = if is_usual { Reason::progressing(text) } else { Reason::broken(text) };
    let reason = reason.at(format!(".spec.readinessGates[{index}]")).since(containers.since);
    Some(reason.say("Look for the controller that sets the condition of the gate"))
}

pub(super) fn unreachable(context: &mut Context<'_>) -> Option<Reason> {
    let ready = context.condition_is("Ready", "False")?;
    let has_gates = !context.list(".spec.readinessGates").is_empty();
    let mut apps = context.containers.iter().filter(|container| container.role == Role::App);
    let all_ready = context.text(".status.phase") == "Running" && apps.all(Container::is_ready);
    if has_gates || !all_ready || context.containers.is_empty() {
        return None;
    }
    let node = context.text(".spec.nodeName");
    let text = format!("Node {node} stopped reporting, so the pod counts as not ready");
    let reason = Reason::broken(text).at(ready.path.clone()).since(ready.since);
    Some(reason.see(requests::object("Node", "", node)).go(format!("node/{node}")))
}

pub(super) fn half_done(context: &mut Context<'_>) -> Option<Reason> {
    if context.text(".status.phase") != "Running" {
        return None;
    }
    let apps = || context.containers.iter().filter(|container| container.role == Role::App);
    let done = apps().find_map(|container| {
        let end = container.terminated()?;
        let is_final = match container.policy {
            "Never" => true,
            "OnFailure" => end.exit_code == 0,
            _ => false,
        };
        is_final.then_some((container, end))
    });
    let (done, end) = done?;
    let running = apps().find(|container| container.is_running())?;
    let what = match end.exit_code {
        0 => "is done".to_owned(),
        _ => format!("failed ({})", exit::text(done, &end)),
    };
    let (title, other) = (done.title(), running.name);
    let text = format!("{title} {what} but {other} still runs, so the pod does not end");
    let reason = Reason::warning(text).at(done.at(".state.terminated")).since(end.finished);
    Some(reason.say(format!("Make {other} a sidecar: an init container with restartPolicy Always")))
}

pub(super) fn resize_impossible(context: &mut Context<'_>) -> Option<Reason> {
    let pending = context.condition_is("PodResizePending", "True")?;
    if pending.reason != "Infeasible" {
        return None;
    }
    let node = context.text(".spec.nodeName");
    let why = because(pending.message);
    let text = format!("The new resources do not fit on node {node}{why}");
    Some(Reason::warning(text).at(pending.evidence()).since(pending.since))
}

pub(super) fn resize_wait(context: &mut Context<'_>) -> Option<Reason> {
    let pending = context.condition_is("PodResizePending", "True");
    let pending = pending.filter(|pending| pending.reason == "Deferred");
    let (condition, text) = if let Some(pending) = pending {
        (pending, "Waits for room to resize".to_owned())
    } else {
        let resizing = context.condition_is("PodResizeInProgress", "True")?;
        let fails = resizing.reason == "Error";
        let text = if fails {
            format!("Resizing fails{}", because(resizing.message))
        } else {
            "Resizing".to_owned()
        };
        (resizing, text)
    };
    let is_usual = condition.reason != "Error" && context.within(condition.since, TEN_MINUTES);
    let level = if is_usual { Level::Progressing } else { Level::Warning };
    Some(Reason::new(level, text).at(condition.evidence()).since(condition.since))
}

pub(super) fn target(context: &mut Context<'_>) -> Option<Reason> {
    let target = context.condition_is("DisruptionTarget", "True")?;
    if context.text(".status.phase") != "Running" {
        return None;
    }
    let text = format!("About to be removed: {}", disruption(&target));
    Some(Reason::progressing(text).at(target.evidence()).since(target.since))
}

/// Containers that run, but whose references would not resolve if they were started again.
pub(super) fn next_start(context: &mut Context<'_>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for missing in &context.related.unresolved {
        let mut own = context.containers.iter().filter(|c| c.name == missing.container);
        if own.any(Container::is_running) {
            let text = format!("Runs, but would not start again: {}", missing.what);
            let is_there = path::find(context.object, &missing.evidence).is_some();
            let at = if is_there { missing.evidence.as_str() } else { "" };
            let reason = Reason::warning(text).at(at).from(Source::Related);
            reasons.push(reason.hint(Hint::Containers));
        }
    }
    reasons
}

/// Warnings of the last ten minutes that no other rule has used, newest first.
pub(super) fn event(context: &mut Context<'_>) -> Vec<Reason> {
    let needs_attention = context.found.iter().any(|reason| reason.level.needs_attention());
    let mut seen: Vec<&str> = Vec::new();
    let mut notes = Vec::new();
    for event in context.known_events().unwrap_or_default() {
        let age = context.age(event.last);
        let is_new = age.is_some_and(|age| age < TEN_MINUTES);
        let is_repeated = needs_attention && REPEATED.contains(&event.reason);
        let is_known = seen.contains(&event.reason) || NOISE.contains(&event.reason);
        if !event.is_warning || !is_new || is_repeated || is_known || notes.len() == NOTES {
            continue;
        }
        seen.push(event.reason);
        let (reason, text, count) = (event.reason, quote(event.message), event.count);
        let text = format!("{reason}: {text} (×{count}, last{})", ago(age));
        let note = Reason::note(text).from(Source::Event).since(event.last).see(event.path());
        notes.push(note.hint(Hint::Events));
    }
    notes
}
