//! Pods that no node runs yet.

use crate::object::health::condition::Condition;
use crate::object::health::context::{Context, Other};
use crate::object::health::reason::{Hint, Reason, Source};
use crate::object::health::requests;
use crate::object::health::time::{READY, SCHEDULE, TEN_MINUTES};
use crate::object::health::words::{all, because, between, quote};
use crate::object::path;
use crate::text::fit;

/// Returns the condition `PodScheduled` of a pod that waits for a node.
fn unscheduled<'a>(context: &Context<'a>, reason: &str) -> Option<Condition<'a>> {
    let waits =
        context.text(".status.phase") == "Pending" && context.text(".spec.nodeName").is_empty();
    let condition = context.condition_is("PodScheduled", "False").filter(|_| waits)?;
    (condition.reason == reason).then_some(condition)
}

pub(super) fn gated(context: &mut Context<'_>) -> Option<Reason> {
    const GATES: &str = ".spec.schedulingGates";
    let condition = unscheduled(context, "SchedulingGated")?;
    let names: Vec<&str> =
        context.list(GATES).iter().map(|gate| path::text(gate, ".name")).collect();
    let gates = if names.len() == 1 { "scheduling gate" } else { "scheduling gates" };
    let text = format!("Waits for {gates} {}", all(&names));
    let is_usual = context.within(condition.since, TEN_MINUTES);
    let reason = if is_usual { Reason::progressing(text) } else { Reason::warning(text) };
    let at = if names.is_empty() { condition.evidence() } else { GATES.to_owned() };
    let reason = reason.at(at).since(condition.since.or(context.created()));
    Some(reason.say("Look for what removes the gate"))
}

pub(super) fn nominated(context: &mut Context<'_>) -> Option<Reason> {
    const NODE: &str = ".status.nominatedNodeName";
    let node = Some(context.text(NODE)).filter(|node| !node.is_empty())?;
    if context.text(".status.phase") != "Pending" || !context.text(".spec.nodeName").is_empty() {
        return None;
    }
    let since = context.condition("PodScheduled").and_then(|condition| condition.since);
    let text = format!("Waits until pods on {node} make room");
    let is_usual = context.within(since, READY);
    let reason = if is_usual { Reason::progressing(text) } else { Reason::warning(text) };
    Some(reason.at(NODE).since(since).go(format!("node/{node}")))
}

/// The second reason is that of the volume claim that the pod waits for.
pub(super) fn unschedulable(context: &mut Context<'_>) -> Vec<Reason> {
    let Some(condition) = unscheduled(context, "Unschedulable") else { return Vec::new() };
    if !context.text(".status.nominatedNodeName").is_empty() {
        return Vec::new();
    }
    let (at, since) = (condition.evidence(), condition.since.or(context.created()));
    if context.within(condition.since, SCHEDULE) {
        return vec![Reason::progressing("Not scheduled yet").at(at).since(since)];
    }
    let mut clauses: Vec<Clause> =
        parse(condition.message).map(|part| clause(context, &part)).collect();
    let claim = clauses.iter().find_map(|clause| clause.claim.clone());
    let text = match clauses.as_slice() {
        [] => format!("No node fits{}", because(condition.message)),
        [one] if one.claim.is_some() => format!("Not scheduled: {}", one.words),
        _ => {
            let words: Vec<&str> = clauses.iter().map(|clause| &*clause.words).collect();
            format!("No node fits: {}", words.join(", "))
        }
    };
    let hint = clauses.first_mut().map(|clause| std::mem::take(&mut clause.hint));
    let mut reason =
        Reason::broken(text).at(at.clone()).since(since).hint(hint.unwrap_or_default());
    let Some(claim) = claim.filter(|claim| !claim.is_empty()) else { return vec![reason] };
    let claim = requests::object("PersistentVolumeClaim", context.namespace(), &claim);
    reason = reason.see(claim.clone());
    let reasons = match context.other(&claim, "the volume claim that the pod waits for") {
        Other::Present(object) => context.judge_other(object),
        Other::Absent => vec![Reason::broken(format!("Claim {} does not exist", claim.name))],
        Other::Unknown => Vec::new(),
    };
    let why = reasons.into_iter().find(|reason| reason.level.needs_attention());
    let why = why.map(|why| Reason::broken(why.sentence).at(at).from(Source::Related).see(claim));
    [reason].into_iter().chain(why).collect()
}

pub(super) fn scheduler_error(context: &mut Context<'_>) -> Option<Reason> {
    let condition = unscheduled(context, "SchedulerError")?;
    let text = format!("The scheduler failed{}", because(condition.message));
    Some(Reason::broken(text).at(condition.evidence()).since(condition.since))
}

pub(super) fn no_scheduler(context: &mut Context<'_>) -> Option<Reason> {
    const SCHEDULER: &str = ".spec.schedulerName";
    let waits =
        context.text(".status.phase") == "Pending" && context.text(".spec.nodeName").is_empty();
    if !waits || context.condition("PodScheduled").is_some() {
        return None;
    }
    let created = context.created();
    if context.within(None, 2 * SCHEDULE) {
        let reason = Reason::progressing("Not scheduled yet");
        return Some(reason.at(".status.phase").since(created));
    }
    let scheduler = context.text(SCHEDULER);
    let at = if scheduler.is_empty() { ".status.phase" } else { SCHEDULER };
    let text = format!("No scheduler has processed it (schedulerName {scheduler})");
    Some(Reason::warning(text).at(at).since(created))
}

/// A part of the scheduler's message: how many nodes do not fit, and why.
struct Part<'a> {
    nodes: Option<i64>,
    /// How many nodes there are.
    of: Option<i64>,
    reason: &'a str,
}

struct Clause {
    words: String,
    hint: Hint,
    /// The volume claim that is not bound, if that is why; empty if it is not known which.
    claim: Option<String>,
}

/// Reads `0/4 nodes are available: 1 Insufficient cpu, 3 Too many pods. preemption: …`, as the
/// scheduler writes it (`framework.FitError`).
fn parse(message: &str) -> impl Iterator<Item = Part<'_>> {
    let (head, rest) = message.split_once("available: ").unwrap_or_default();
    let of = head.split(['/', ' ']).nth(1).and_then(|number| number.parse().ok());
    let reasons = rest.split(". ").next().unwrap_or_default().trim_end_matches('.');
    reasons.split(", ").filter(|part| !part.trim().is_empty()).map(move |part| {
        let (number, reason) = part.split_once(' ').unwrap_or_default();
        match number.parse() {
            Ok(nodes) => Part { nodes: Some(nodes), of, reason },
            Err(_) => Part { nodes: None, of, reason: part },
        }
    })
}

fn clause(context: &Context<'_>, part: &Part<'_>) -> Clause {
    let nodes = part.nodes.map_or_else(|| "a node".to_owned(), |nodes| nodes.to_string());
    let is_one = part.nodes.is_none_or(|nodes| nodes == 1);
    let verb = |one: &'static str, many: &'static str| if is_one { one } else { many };
    let (has, does) = (verb("has", "have"), verb("does", "do"));
    let to_nodes = || Hint::Go("nodes".to_owned());
    let plain = |words: String| Clause { words, hint: to_nodes(), claim: None };
    match part.reason {
        reason if reason.starts_with("Insufficient ") => plain(format!(
            "{nodes} {has} too little free {}",
            quote(&reason["Insufficient ".len()..])
        )),
        reason if reason.contains("node affinity/selector") => {
            affinity(context, part, &nodes, does)
        }
        reason if reason.contains("untolerated taint") => {
            let key = between(reason, "{", ":").map(|key| format!(" ({key})")).unwrap_or_default();
            plain(format!("{nodes} {has} a taint that the pod does not tolerate{key}"))
        }
        "node(s) were unschedulable" => plain(format!("{nodes} {} cordoned", verb("is", "are"))),
        "Too many pods" => plain(format!("{nodes} {has} no free pod slot")),
        reason if reason.contains("unbound immediate PersistentVolumeClaims") => claim(context),
        reason if is_of_zone(reason) => {
            let hint = Hint::Go("pv".to_owned());
            Clause { words: "the volume is in another zone".to_owned(), hint, claim: None }
        }
        reason if reason.contains("pod anti-affinity rules") => {
            plain(format!("{nodes} {does} not satisfy the pod anti-affinity"))
        }
        reason if reason.contains("pod affinity rules") => {
            plain(format!("{nodes} {does} not satisfy the pod affinity"))
        }
        reason if reason.contains("topology spread constraints") => {
            plain(format!("{nodes} {does} not satisfy the topology spread"))
        }
        reason if reason.contains("free ports for the requested pod ports") => {
            plain(format!("{nodes} {has} the host port in use"))
        }
        reason => {
            let nodes = part.nodes.map(|nodes| format!("{nodes} ")).unwrap_or_default();
            plain(format!("{nodes}{}", fit(&quote(reason), 80)))
        }
    }
}

fn is_of_zone(reason: &str) -> bool {
    reason.contains("volume node affinity conflict") || reason.contains("no available volume zone")
}

fn affinity(context: &Context<'_>, part: &Part<'_>, nodes: &str, does: &str) -> Clause {
    let selector = context.at(".spec.nodeSelector").as_object();
    let mut labels = selector.into_iter().flatten();
    let label = labels.next().and_then(|(key, value)| Some(format!("{key}={}", value.as_str()?)));
    let Some(label) = label.filter(|_| labels.next().is_none()) else {
        let words = format!("{nodes} {does} not match the node affinity");
        return Clause { words, hint: Hint::Go("nodes".to_owned()), claim: None };
    };
    let words = if part.nodes == part.of {
        format!("no node has the label {label}")
    } else {
        format!("{nodes} {does} not have the label {label}")
    };
    Clause { words, hint: Hint::Go(format!("nodes -l {label}")), claim: None }
}

fn claim(context: &Context<'_>) -> Clause {
    let volumes = context.list(".spec.volumes").iter();
    let claims = volumes.map(|volume| path::text(volume, ".persistentVolumeClaim.claimName"));
    let claims: Vec<&str> = claims.filter(|name| !name.is_empty()).collect();
    match claims.as_slice() {
        [claim] => Clause {
            words: format!("its volume claim {claim} is not bound"),
            hint: Hint::Go(format!("pvc/{claim}")),
            claim: Some((*claim).to_owned()),
        },
        claims => Clause {
            words: format!("one of its volume claims {} is not bound", all(claims)),
            hint: Hint::Go("pvc".to_owned()),
            claim: Some(String::new()),
        },
    }
}
