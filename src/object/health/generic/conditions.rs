//! Conditions of unknown types.

use serde_json::Value;

use super::polarity::{Polarity, is_progress, is_summary, polarity};
use crate::object::health::condition::{self, Condition};
use crate::object::health::context::Context;
use crate::object::health::level::Level;
use crate::object::health::reason::Reason;
use crate::object::health::time::{CONDITION, HOUR, TEN_MINUTES};
use crate::object::health::words::{because, lowered, quote, spaced};
use crate::object::path;

/// Returns the path of an object's conditions. Cluster API keeps newer ones in a place of their own.
pub(super) fn list(object: &Value) -> &'static str {
    const NEWER: &str = ".status.v1beta2.conditions";
    let own = path::list(object, ".status.conditions");
    if own.is_empty() && !path::list(object, NEWER).is_empty() {
        NEWER
    } else {
        ".status.conditions"
    }
}

pub(super) fn of_object(context: &mut Context<'_>) -> Vec<Reason> {
    let conditions = condition::all(context.object, list(context.object));
    let mut reasons = reasons(context, &conditions);
    // What a family knows better about a condition is not said again.
    reasons.retain(|reason| context.found.iter().all(|known| known.evidence != reason.evidence));
    reasons
}

/// Lists of parts that have conditions of their own, and where a part keeps its name.
const PARTS: [(&str, &str); 3] = [
    (".status.parents", ".parentRef.name"),
    (".status.listeners", ".name"),
    (".status.ancestors", ".ancestorRef.name"),
];

pub(super) fn nested(context: &mut Context<'_>) -> Vec<Reason> {
    let mut found = Vec::new();
    for (list, name) in PARTS {
        for (index, part) in context.list(list).iter().enumerate() {
            let conditions = condition::all(context.object, &format!("{list}[{index}].conditions"));
            let name = quote(path::text(part, name));
            for reason in reasons(context, &conditions) {
                let sentence = format!("{name}: {}", lowered(&reason.sentence));
                found.push(Reason { sentence, ..reason });
            }
        }
    }
    found
}

/// Judges a set of conditions, those that sum up the object first.
fn reasons(context: &mut Context<'_>, conditions: &[Condition<'_>]) -> Vec<Reason> {
    let (summaries, others): (Vec<_>, Vec<_>) =
        conditions.iter().partition(|condition| is_summary(condition.kind));
    let is_well = summaries.iter().any(|summary| summary.status == "True");
    let generation = context.int(".metadata.generation");
    let mut found = Vec::new();
    for condition in summaries.into_iter().chain(others) {
        let Some(reason) = judge(context, condition, is_well) else { continue };
        // What was computed from an older generation may be over.
        let is_stale = condition.observed.zip(generation).is_some_and(|(then, now)| then < now);
        let level = if is_stale { reason.level.min(Level::Progressing) } else { reason.level };
        found.push(Reason { level, ..reason });
    }
    found
}

fn judge(context: &mut Context<'_>, condition: &Condition<'_>, is_well: bool) -> Option<Reason> {
    let (level, text) = match (polarity(condition.kind), &*condition.status) {
        (Polarity::Good, "False") => not_good(context, condition, is_well),
        (Polarity::Good, "Unknown") => {
            let is_usual = context.within(condition.since, CONDITION);
            let level = if is_usual { Level::Progressing } else { Level::Warning };
            (level, format!("{} is unknown{}", condition.kind, because(condition.words())))
        }
        (Polarity::Bad, "True") => {
            let kind = condition.kind;
            let is_final = matches!(kind, "Stalled" | "Failed" | "Degraded")
                || kind.ends_with("Failed")
                || kind.ends_with("Error");
            let level = if is_final { Level::Broken } else { Level::Warning };
            (level, format!("{}{}", spaced(kind), because(condition.words())))
        }
        (Polarity::Busy, "True") => {
            let is_usual = context.within(condition.since, HOUR);
            let level = if is_usual { Level::Progressing } else { Level::Warning };
            (level, format!("{}{}", spaced(condition.kind), because(condition.words())))
        }
        (Polarity::Busy, "False") => {
            let ends = ["Exceeded", "Failed", "Aborted", "Error"];
            if !ends.iter().any(|end| condition.reason.ends_with(end)) {
                return None;
            }
            (Level::Broken, format!("{}{}", spaced(condition.kind), because(condition.words())))
        }
        _ => return None,
    };
    Some(Reason::new(level, text).at(condition.evidence()).since(condition.since))
}

fn not_good(
    context: &mut Context<'_>,
    condition: &Condition<'_>,
    is_well: bool,
) -> (Level, String) {
    let what = lowered(&spaced(condition.kind));
    let why = because(condition.words());
    if condition.severity == "Info" || is_progress(condition.reason) {
        let is_usual = context.within(condition.since, TEN_MINUTES);
        let level = if is_usual { Level::Progressing } else { Level::Warning };
        return (level, format!("Not {what} yet{why}"));
    }
    if condition.severity == "Warning" {
        return (Level::Warning, format!("Not {what}{why}"));
    }
    if is_summary(condition.kind) {
        return (Level::Broken, format!("Not {what}{why}"));
    }
    let level = if is_well { Level::Warning } else { Level::Broken };
    (level, format!("{} is False{why}", condition.kind))
}
