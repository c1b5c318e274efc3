//! Rules for kinds that nobody here knows: custom resources, by the conventions that most follow.

mod conditions;
mod families;
pub(super) mod polarity;

use super::condition;
use super::context::Context;
use super::level::Level;
use super::reason::Reason;
use super::rule::{Rule, gate, many, one};
use super::time::{MINUTE, READY};
use super::words::{because, quote};
use crate::object::path;

pub(super) const SUSPENDED: &[Rule] = &[gate("generic.suspended", suspended)];

pub(super) const RULES: &[Rule] = &[
    gate("generic.stalled", stalled),
    gate("generic.reconciling", reconciling),
    many("generic.family", families::family),
    many("generic.condition", conditions::of_object),
    many("generic.nested", conditions::nested),
    one("generic.word", word),
    one("generic.replicas", replicas),
    one("generic.silent", silent),
];

fn suspended(context: &mut Context<'_>) -> Option<Reason> {
    let switches = [".spec.suspend", ".spec.suspended", ".spec.paused"];
    let annotations = [
        ".metadata.annotations['cluster.x-k8s.io/paused']",
        ".metadata.annotations['crossplane.io/paused']",
    ];
    let is_annotated = |at: &&str| {
        let value = path::find(context.object, at);
        value.is_some_and(|value| value.as_str().is_some_and(|value| value != "false"))
    };
    let at = switches.into_iter().find(|at| context.is_true(at));
    let at = at.or_else(|| annotations.into_iter().find(is_annotated))?;
    Some(Reason::note("Suspended").at(at))
}

/// kstatus: nothing will change without help.
fn stalled(context: &mut Context<'_>) -> Option<Reason> {
    let stalled = context.condition_is("Stalled", "True")?;
    let text = format!("Stalled{}", because(stalled.words()));
    Some(Reason::broken(text).at(stalled.evidence()).since(stalled.since))
}

/// kstatus: a controller works on it.
fn reconciling(context: &mut Context<'_>) -> Option<Reason> {
    let reconciling = context.condition_is("Reconciling", "True")?;
    let words = Some(quote(reconciling.words())).filter(|words| !words.is_empty());
    let text = words.unwrap_or_else(|| "Reconciling".to_owned());
    Some(Reason::progressing(text).at(reconciling.evidence()).since(reconciling.since))
}

/// Where kinds without conditions, or besides them, keep one word.
const WORDS: [&str; 6] = [
    ".status.phase",
    ".status.state",
    ".status.status",
    ".status.health.status",
    ".status.healthStatus",
    ".status.lastOperation.state",
];

fn word(context: &mut Context<'_>) -> Option<Reason> {
    let at = WORDS.into_iter().find(|at| !context.text(at).is_empty())?;
    // A summary that is True knows better.
    if has_good_summary(context) {
        return None;
    }
    let word = context.text(at);
    let field = at.rsplit('.').nth(usize::from(at.contains("health."))).unwrap_or_default();
    let title = if field == "status" { "Status" } else { &super::words::spaced(field) };
    let title = format!("{}{}", title[..1].to_uppercase(), &title[1..]);
    let level = polarity::word(word);
    if level == Some(Level::Ok) {
        return None;
    }
    let why = if level == Some(Level::Broken) {
        because(context.text(".status.message"))
    } else {
        String::new()
    };
    let text = format!("{title} is {}{why}", quote(word));
    Some(Reason::new(level.unwrap_or(Level::Ok), text).at(at))
}

fn has_good_summary(context: &Context<'_>) -> bool {
    let conditions = condition::all(context.object, conditions::list(context.object));
    conditions.iter().any(|c| c.status == "True" && polarity::is_summary(c.kind))
}

fn replicas(context: &mut Context<'_>) -> Option<Reason> {
    const READY_REPLICAS: &str = ".status.readyReplicas";
    let (ready, wanted) = (context.int(READY_REPLICAS)?, context.int(".spec.replicas")?);
    let is_decided = context.found.iter().any(|reason| reason.level != Level::Ok);
    if ready >= wanted || is_decided || has_good_summary(context) {
        return None;
    }
    let text = format!("{ready} of {wanted} replicas are ready");
    let is_usual = context.within(None, READY);
    let reason = if is_usual { Reason::progressing(text) } else { Reason::warning(text) };
    Some(reason.at(READY_REPLICAS))
}

fn silent(context: &mut Context<'_>) -> Option<Reason> {
    let is_silent = context.at(".status").is_null() && context.related.has_status;
    if !is_silent {
        return None;
    }
    let is_new = context.within(None, MINUTE);
    let level = if is_new { Level::Progressing } else { Level::Unknown };
    Some(Reason::new(level, "No controller has reported on it").since(context.created()))
}
