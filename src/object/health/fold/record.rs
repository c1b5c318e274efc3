//! Problems as JSON.

use serde::{Deserialize, Serialize};

use super::Problem;
use crate::k8s::path::ObjectPath;
use crate::object::health::level::Level;

/// All problems that were found, and what was not looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The problems in their order.
    pub problems: Vec<Record>,
    /// How many objects were read, as rows or whole.
    pub read: u64,
    /// What could not be read, or was left out.
    pub skipped: Vec<Skipped>,
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// `broken` or `warning`.
    pub level: Level,
    /// The API group; empty for core.
    pub group: String,
    /// The version that was read.
    pub version: String,
    /// The plural name, such as `pods`.
    pub resource: String,
    /// The namespace; null for kinds of the cluster.
    pub namespace: Option<String>,
    /// The object's name.
    pub name: String,
    /// The id of the rule; `row` if only a row was read.
    pub rule: String,
    /// Why, one sentence.
    pub sentence: String,
    /// The JSON path in the object that shows it; empty if there is none.
    pub evidence: String,
    /// What to type next; empty if there is nothing.
    pub hint: String,
    /// Since when, in RFC 3339.
    pub since: Option<String>,
    /// The problems that explain it.
    pub causes: Vec<Ref>,
    /// What it explains.
    pub effects: Vec<Ref>,
}

/// An object, by its resource and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ref {
    /// The plural name, such as `pods`.
    pub resource: String,
    /// The object's name.
    pub name: String,
}

/// Something that was not looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// What, such as `jobs.batch` or `pods in namespace shop`.
    pub what: String,
    /// Why, such as `forbidden`.
    pub why: String,
}

impl Record {
    /// Writes a problem down. The hint is in the words of whoever shows it.
    #[must_use]
    pub fn new(problem: &Problem, hint: String) -> Self {
        let Problem { path, level, reasons, causes, effects } = problem;
        let first = reasons.first();
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        Self {
            level: *level,
            group: path.gvr.group_version.group.as_str().to_owned(),
            version: path.gvr.group_version.version.to_string(),
            resource: path.gvr.resource.to_string(),
            namespace: path.namespace.as_ref().map(ToString::to_string),
            name: path.name.to_string(),
            rule: text(first.map(|reason| reason.rule)),
            sentence: text(first.map(|reason| &*reason.sentence)),
            evidence: text(first.map(|reason| &*reason.evidence)),
            hint,
            since: first.and_then(|reason| reason.since).map(|since| since.to_string()),
            causes: causes.iter().map(Ref::of).collect(),
            effects: effects.iter().map(Ref::of).collect(),
        }
    }
}

impl Ref {
    fn of(path: &ObjectPath) -> Self {
        Self { resource: path.gvr.resource.to_string(), name: path.name.to_string() }
    }
}
