//! Rules: an id and a check each, in tables, one table per kind of object.

use super::container::Container;
use super::context::Context;
use super::reason::Reason;
use crate::text::visible_within;

/// No sentence is wider than this, in columns.
const LONGEST: usize = 400;

/// One rule. Its place in its table is its rank among the reasons of one level.
pub(super) struct Rule {
    pub(super) id: &'static str,
    check: Check,
}

/// How a rule is evaluated.
enum Check {
    /// If it finds a reason, no further rule of the object is evaluated.
    Gate(fn(&mut Context<'_>) -> Option<Reason>),
    One(fn(&mut Context<'_>) -> Option<Reason>),
    Many(fn(&mut Context<'_>) -> Vec<Reason>),
    /// For each container of a pod that no earlier rule has spoken about.
    Container(fn(&mut Context<'_>, &Container<'_>) -> Option<Reason>),
}

pub(super) const fn gate(id: &'static str, check: fn(&mut Context<'_>) -> Option<Reason>) -> Rule {
    Rule { id, check: Check::Gate(check) }
}

pub(super) const fn one(id: &'static str, check: fn(&mut Context<'_>) -> Option<Reason>) -> Rule {
    Rule { id, check: Check::One(check) }
}

pub(super) const fn many(id: &'static str, check: fn(&mut Context<'_>) -> Vec<Reason>) -> Rule {
    Rule { id, check: Check::Many(check) }
}

pub(super) const fn container(
    id: &'static str,
    check: fn(&mut Context<'_>, &Container<'_>) -> Option<Reason>,
) -> Rule {
    Rule { id, check: Check::Container(check) }
}

/// Evaluates tables of rules in their order. What they find is in `context.found`, worst first.
pub(super) fn evaluate(tables: &[&[Rule]], context: &mut Context<'_>) {
    let containers = std::mem::take(&mut context.containers);
    context.containers.clone_from(&containers);
    let mut undecided: Vec<&Container<'_>> = containers.iter().collect();
    for rule in tables.iter().copied().flatten() {
        match rule.check {
            Check::Gate(check) => {
                if let Some(reason) = check(context) {
                    context.found.push(finish(rule, reason));
                    break;
                }
            }
            Check::One(check) => {
                let reason = check(context);
                context.found.extend(reason.map(|reason| finish(rule, reason)));
            }
            Check::Many(check) => {
                let reasons = check(context);
                context.found.extend(reasons.into_iter().map(|reason| finish(rule, reason)));
            }
            Check::Container(check) => undecided.retain(|container| {
                let reason = check(context, container);
                let is_undecided = reason.is_none();
                context.found.extend(reason.map(|reason| finish(rule, reason)));
                is_undecided
            }),
        }
    }
    context.found.sort_by_key(|reason| std::cmp::Reverse(reason.level));
}

/// Names the rule, and makes the sentence safe to show. A rule that passes on the reason of another
/// object leaves that rule's id.
fn finish(rule: &Rule, reason: Reason) -> Reason {
    let rule = if reason.rule.is_empty() { rule.id } else { reason.rule };
    Reason { rule, sentence: visible_within(&reason.sentence, LONGEST).into_owned(), ..reason }
}
