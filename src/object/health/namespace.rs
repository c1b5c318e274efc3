//! Rules for namespaces, which only their deletion can go wrong with.

use super::context::Context;
use super::gates;
use super::reason::Reason;
use super::requests;
use super::rule::{Rule, gate, one};
use super::time::MINUTE;
use super::words::{all, between, count, quote, span};

pub(super) const RULES: &[Rule] = &[
    gate("ns.wait", wait),
    one("ns.finalizers", finalizers),
    one("ns.content", content),
    one("ns.delete-failed", delete_failed),
    one("ns.discovery", discovery),
    one("ns.own-finalizer", own_finalizer),
];

const DELETED: &str = ".metadata.deletionTimestamp";

fn is_terminating(context: &Context<'_>) -> bool {
    context.time(DELETED).is_some() || context.text(".status.phase") == "Terminating"
}

fn wait(context: &mut Context<'_>) -> Option<Reason> {
    let deleted = context.time(DELETED)?;
    let reason = || Reason::progressing("Being deleted").at(DELETED).since(Some(deleted));
    context.within(Some(deleted), MINUTE).then(reason)
}

/// Reads `NAME in 2 resource instances, NAME in …` behind the colon of a message.
fn finalizers_in(message: &str) -> Vec<(&str, i64)> {
    parts(message, " in ", " resource instances")
}

/// Reads `configmaps. has 1 resource instances, …` behind the colon of a message.
fn resources_in(message: &str) -> Vec<(&str, i64)> {
    parts(message, " has ", " resource instances")
}

fn parts<'a>(message: &'a str, between: &str, after: &str) -> Vec<(&'a str, i64)> {
    let (_, list) = message.split_once(": ").unwrap_or_default();
    let part = |part: &'a str| {
        let (name, number) = part.trim().split_once(between)?;
        Some((name.trim_end_matches('.'), number.strip_suffix(after)?.parse().ok()?))
    };
    list.split(", ").filter_map(part).collect()
}

fn finalizers(context: &mut Context<'_>) -> Option<Reason> {
    let remaining = context.condition_is("NamespaceFinalizersRemaining", "True")?;
    let (at, since) = (remaining.evidence(), remaining.since);
    let found = finalizers_in(remaining.message);
    let Some((first, _)) = found.first() else {
        let text = format!("Cannot be removed: {}", quote(remaining.words()));
        return Some(Reason::broken(text).at(at).since(since));
    };
    let remains = context.condition_is("NamespaceContentRemaining", "True");
    let resources: Vec<&str> =
        remains.iter().flat_map(|c| resources_in(c.message)).map(|(name, _)| name).collect();
    let number: i64 = found.iter().map(|(_, number)| number).sum();
    let names: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
    let (noun, verb) =
        if names.len() == 1 { ("finalizer", "keeps") } else { ("finalizers", "keep") };
    let of =
        if resources.is_empty() { String::new() } else { format!(" ({})", resources.join(", ")) };
    let text =
        format!("Cannot be removed: {noun} {} {verb} {}{of}", all(&names), count(number, "object"));
    let reason = Reason::broken(text).at(at).since(since);
    Some(match resources.first() {
        Some(resource) => reason.go(format!("{resource} -n {}", context.name())),
        None => reason.say(gates::look_for_controller(first)),
    })
}

/// What remains without a finalizer. With one, `ns.finalizers` says more.
fn content(context: &mut Context<'_>) -> Option<Reason> {
    let remaining = context.condition_is("NamespaceContentRemaining", "True")?;
    if context.condition_is("NamespaceFinalizersRemaining", "True").is_some() {
        return None;
    }
    let found = resources_in(remaining.message);
    let words: Vec<String> =
        found.iter().map(|(name, number)| format!("{number} {name}")).collect();
    let text = match found.as_slice() {
        [] => format!("Cannot be removed: {}", quote(remaining.words())),
        [(_, 1)] => format!("Cannot be removed: {} remains", all(&words)),
        _ => format!("Cannot be removed: {} remain", all(&words)),
    };
    let reason = Reason::broken(text).at(remaining.evidence()).since(remaining.since);
    let first = found.first().map(|(resource, _)| format!("{resource} -n {}", context.name()));
    Some(first.into_iter().fold(reason, Reason::go))
}

fn delete_failed(context: &mut Context<'_>) -> Option<Reason> {
    let failed = context.condition_is("NamespaceDeletionContentFailure", "True")?;
    let text = format!("Objects cannot be deleted: {}", quote(failed.words()));
    Some(Reason::broken(text).at(failed.evidence()).since(failed.since))
}

/// One API that does not answer blocks the deletion of every namespace (controller `deleteAllContent`).
fn discovery(context: &mut Context<'_>) -> Option<Reason> {
    let kinds =
        ["NamespaceDeletionDiscoveryFailure", "NamespaceDeletionGroupVersionParsingFailure"];
    let failed = kinds.into_iter().find_map(|kind| context.condition_is(kind, "True"))?;
    let (at, since) = (failed.evidence(), failed.since);
    let api = between(failed.message, "server APIs: ", ":");
    let Some((api, (group, version))) = api.and_then(|api| Some((api, api.split_once('/')?)))
    else {
        let text = format!("Cannot be removed: {}", quote(failed.words()));
        return Some(Reason::broken(text).at(at).since(since));
    };
    let text =
        format!("Cannot be removed: API {api} does not answer, so its objects cannot be counted");
    let service = requests::object("APIService", "", &format!("{version}.{group}"));
    let reason = Reason::broken(text).at(at).since(since);
    Some(reason.go(format!("apiservices/{}", service.name)).see(service))
}

fn own_finalizer(context: &mut Context<'_>) -> Option<Reason> {
    let is_explained = context.found.iter().any(|reason| reason.rule.starts_with("ns."));
    if is_explained || !is_terminating(context) {
        return None;
    }
    let lists = [".spec.finalizers", ".metadata.finalizers"].into_iter();
    let (at, finalizer) = lists.into_iter().find_map(|at| {
        let mut names = context.list(at).iter().filter_map(|name| name.as_str()).enumerate();
        let (index, name) = names.find(|(_, name)| *name != "kubernetes")?;
        Some((format!("{at}[{index}]"), name))
    })?;
    let deleted = context.time(DELETED);
    let age = context.age(deleted).map_or_else(String::new, |age| format!(" for {}", span(age)));
    let text = format!("Finalizer {finalizer} has not finished{age}");
    let reason = Reason::broken(text).at(at).since(deleted);
    Some(reason.say(gates::look_for_controller(finalizer)))
}
