//! Problems: what needs attention, with the effects of one cause folded under it.

mod links;
mod record;

use std::collections::HashSet;

use serde_json::Value;

use super::Health;
use super::level::Level;
use super::reason::Reason;
use super::row::RowHealth;
use super::words::lowered;
use crate::k8s::path::ObjectPath;
use crate::object::path;

pub use self::record::{Record, Ref, Report, Skipped};

/// The rule of a reason that was read from a row alone.
const ROW: &str = "row";

/// An object that needs attention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Where it is.
    pub path: ObjectPath,
    /// Its uid, if its metadata was read.
    pub uid: Option<String>,
    /// Its owners, the controller first.
    pub owners: Vec<Owner>,
    /// Its reasons of level warning or broken, worst first.
    pub reasons: Vec<Reason>,
}

/// What owns an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Its kind, such as `ReplicaSet`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its uid; empty if it was concluded from labels.
    pub uid: String,
}

/// One entry of the problems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The object.
    pub path: ObjectPath,
    /// The worst level of the object and of its effects.
    pub level: Level,
    /// Why, worst first; never empty.
    pub reasons: Vec<Reason>,
    /// Other problems that explain this one.
    pub causes: Vec<ObjectPath>,
    /// What this one explains: objects that are not listed themselves, since they belong to it, and
    /// problems that name it as a cause.
    pub effects: Vec<ObjectPath>,
}

impl Judged {
    /// Takes what needs attention of a judged object; `None` if nothing does.
    #[must_use]
    pub fn of_object(path: ObjectPath, object: &Value, health: &Health) -> Option<Self> {
        let needing = health.reasons.iter().filter(|reason| reason.level.needs_attention());
        let reasons: Vec<Reason> = needing.cloned().collect();
        let uid =
            Some(path::text(object, ".metadata.uid").to_owned()).filter(|uid| !uid.is_empty());
        (!reasons.is_empty()).then(|| Self { path, uid, owners: owners(object), reasons })
    }

    /// Takes a row that needs attention; `None` if it does not. Whom it belongs to is not known.
    #[must_use]
    pub fn of_row(path: ObjectPath, health: &RowHealth) -> Option<Self> {
        if !health.level.needs_attention() {
            return None;
        }
        let reason = Reason { rule: ROW, ..Reason::new(health.level, health.reason.clone()) };
        Some(Self { path, uid: None, owners: Vec::new(), reasons: vec![reason] })
    }

    fn level(&self) -> Level {
        self.reasons.iter().map(|reason| reason.level).max().unwrap_or_default()
    }
}

/// Reads the owners of an object. The Deployment of a pod is known from the name of its `ReplicaSet`, which
/// may be well.
fn owners(object: &Value) -> Vec<Owner> {
    let text = |owner: &Value, at| path::text(owner, at).to_owned();
    let mut references: Vec<&Value> =
        path::list(object, ".metadata.ownerReferences").iter().collect();
    references.sort_by_key(|owner| path::at(owner, ".controller") != true);
    let owner = |reference: &&Value| Owner {
        kind: text(reference, ".kind"),
        name: text(reference, ".name"),
        uid: text(reference, ".uid"),
    };
    let mut owners: Vec<Owner> = references.iter().map(owner).collect();
    let hash = path::text(object, ".metadata.labels['pod-template-hash']");
    let set = owners.iter().find(|owner| owner.kind == "ReplicaSet" && !hash.is_empty());
    let name = set.and_then(|set| set.name.strip_suffix(hash)?.strip_suffix('-'));
    if let Some(name) = name.map(str::to_owned) {
        owners.push(Owner { kind: "Deployment".to_owned(), name, uid: String::new() });
    }
    owners
}

/// Folds objects under what they belong to and links problems to their causes, sorted: worst first, a cause
/// before its effects, then kinds of the cluster, then by namespace, resource and name.
#[must_use]
pub fn fold(judged: Vec<Judged>) -> Vec<Problem> {
    let judged = without_duplicates(judged);
    let links = links::find(&judged);
    let mut levels: Vec<Level> = judged.iter().map(Judged::level).collect();
    for (at, object) in judged.iter().enumerate() {
        links.above(at, |above| levels[above] = levels[above].max(object.level()));
    }
    let mut effects: Vec<Vec<ObjectPath>> = vec![Vec::new(); judged.len()];
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); judged.len()];
    for (at, object) in judged.iter().enumerate() {
        let root = links.root(at);
        if root != at {
            effects[root].push(object.path.clone());
            below[root].push(at);
        }
        for &cause in &links.causes[at] {
            effects[cause].push(object.path.clone());
        }
    }
    let sentences: Vec<String> =
        below.iter().enumerate().map(|(at, below)| completed(&judged, at, below)).collect();
    let paths: Vec<ObjectPath> = judged.iter().map(|object| object.path.clone()).collect();
    let mut problems: Vec<(usize, Problem)> = Vec::new();
    for (at, object) in judged.into_iter().enumerate().filter(|(at, _)| links.root(*at) == *at) {
        let Judged { path, mut reasons, .. } = object;
        sentences[at].clone_into(&mut reasons[0].sentence);
        let causes = links.causes[at].iter().map(|&cause| paths[cause].clone()).collect();
        let effects = std::mem::take(&mut effects[at]);
        problems
            .push((links.depth(at), Problem { path, level: levels[at], reasons, causes, effects }));
    }
    problems.sort_by(|(depth, a), (other_depth, b)| {
        let key = |problem: &Problem, depth: &usize| (std::cmp::Reverse(problem.level), *depth);
        let place = |problem: &Problem| {
            let ObjectPath { gvr, namespace, name } = &problem.path;
            (namespace.clone(), gvr.resource.clone(), name.clone())
        };
        key(a, depth).cmp(&key(b, other_depth)).then_with(|| place(a).cmp(&place(b)))
    });
    problems.into_iter().map(|(_, problem)| problem).collect()
}

/// Keeps the first of two entries for one object.
fn without_duplicates(judged: Vec<Judged>) -> Vec<Judged> {
    let mut seen: HashSet<ObjectPath> = HashSet::new();
    judged.into_iter().filter(|object| seen.insert(object.path.clone())).collect()
}

/// The sentence of an object. One that was read from a row is completed with the commonest of those that
/// are folded under it, `below`.
fn completed(judged: &[Judged], at: usize, below: &[usize]) -> String {
    let first = &judged[at].reasons[0];
    if first.rule != ROW {
        return first.sentence.clone();
    }
    let mut rules: Vec<(&str, &str, usize)> = Vec::new();
    let reasons = below.iter().map(|below| &judged[*below].reasons[0]);
    for reason in reasons.filter(|reason| reason.rule != ROW) {
        match rules.iter_mut().find(|(rule, ..)| *rule == reason.rule) {
            Some((.., count)) => *count += 1,
            None => rules.push((reason.rule, &reason.sentence, 1)),
        }
    }
    match rules.iter().rev().max_by_key(|(.., count)| *count) {
        Some((_, sentence, _)) => format!("{}: {}", first.sentence, lowered(sentence)),
        None => first.sentence.clone(),
    }
}
