//! The health of a row of a table, from its cells: fast enough for whole collections.
//!
//! Columns are found by their names, never by their places, and once per collection. The rules follow what
//! the printers of the API server write (`pkg/printers/internalversion/printers.go`), and for kinds that
//! nobody knows the usual names of columns.

mod objects;
mod pods;
mod unknown;
mod workloads;

use std::borrow::Cow;

use jiff::Timestamp;

use super::level::Level;
use super::time::MINUTE;
use super::words::span;
use crate::k8s::age::parse_duration;
use crate::k8s::names::Gvr;
use crate::k8s::table::{Column, Facts, Row};
use crate::text::visible_within;

/// A short reason is cut at this many columns.
const SHORT: usize = 40;

/// No kind uses the cells of more columns.
const SLOTS: usize = 16;

/// The place of a column that no rule uses.
const UNUSED: u8 = u8::MAX;

/// How healthy the object of a row is, as far as the row says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowHealth {
    /// The level.
    pub level: Level,
    /// Why, in at most 40 columns; empty for a row that is ok.
    pub reason: Cow<'static, str>,
    /// False if the object may say something else: the row alone leaves it open.
    pub is_certain: bool,
}

impl RowHealth {
    const OK: Self = Self { level: Level::Ok, reason: Cow::Borrowed(""), is_certain: true };

    fn new(level: Level, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { level, reason: reason.into(), is_certain: true }
    }

    fn broken(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Level::Broken, reason)
    }

    fn warning(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Level::Warning, reason)
    }

    fn progressing(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Level::Progressing, reason)
    }

    fn uncertain(self) -> Self {
        Self { is_certain: false, ..self }
    }
}

/// Judges the rows of one collection.
#[derive(Clone, Debug)]
pub struct RowJudge {
    kind: &'static Kind,
    /// For each column the slot that its cell is put into.
    slots: Box<[u8]>,
    /// How many of the columns that the kind uses are there, `Age` not counted.
    found: usize,
}

/// How the rows of a kind are judged.
#[derive(Debug)]
struct Kind {
    /// The columns whose cells are used; a rule finds a cell by the index of its column here. The first one
    /// is always `Age`.
    columns: &'static [&'static str],
    judge: fn(&Cells<'_>) -> RowHealth,
}

/// The cells of a row that the rules of its kind use.
struct Cells<'a> {
    values: [&'a str; SLOTS],
    facts: Facts,
    /// Seconds since the row arrived.
    passed: i64,
    /// Unix seconds.
    now: i64,
}

impl RowJudge {
    /// Prepares to judge rows with these columns.
    #[must_use]
    pub fn new(gvr: &Gvr, columns: &[Column]) -> Self {
        let kind = kind(gvr);
        let mut used = vec![false; kind.columns.len()];
        let slots: Box<[u8]> = columns
            .iter()
            .map(|column| {
                let is_same = |wanted: &&str| wanted.eq_ignore_ascii_case(&column.name);
                // Of two columns with one name the first is used.
                let slot = kind.columns.iter().position(is_same).filter(|slot| !used[*slot]);
                if let Some(slot) = slot {
                    used[slot] = true;
                }
                slot.and_then(|slot| u8::try_from(slot).ok()).unwrap_or(UNUSED)
            })
            .collect();
        let found = slots.iter().filter(|slot| !matches!(**slot, 0 | UNUSED)).count();
        Self { kind, slots, found }
    }

    /// True if no column says anything about health, so that every row is ok.
    #[must_use]
    pub fn is_blind(&self) -> bool {
        self.found == 0
    }

    /// Judges a row as it is at `now`.
    #[must_use]
    pub fn judge(&self, row: &Row, now: Timestamp) -> RowHealth {
        let mut values = [""; SLOTS];
        for (cell, slot) in row.cells().zip(&self.slots) {
            if let Some(place) = values.get_mut(usize::from(*slot)) {
                *place = value(cell);
            }
        }
        let now = now.as_second();
        let passed = now.saturating_sub(row.arrived.as_second()).max(0);
        let cells = Cells { values, facts: row.facts, passed, now };
        (self.kind.judge)(&cells)
    }
}

/// Judges one row. For a collection, prepare a [`RowJudge`] once.
#[must_use]
pub fn judge_row(gvr: &Gvr, columns: &[Column], row: &Row, now: Timestamp) -> RowHealth {
    RowJudge::new(gvr, columns).judge(row, now)
}

fn kind(gvr: &Gvr) -> &'static Kind {
    match (gvr.group_version.group.as_str(), &*gvr.resource) {
        ("", "pods") => &pods::PODS,
        ("apps", "deployments") => &workloads::DEPLOYMENTS,
        ("apps", "statefulsets") => &workloads::STATEFUL_SETS,
        ("apps", "daemonsets") => &workloads::DAEMON_SETS,
        ("apps", "replicasets") | ("", "replicationcontrollers") => &workloads::REPLICA_SETS,
        ("batch", "jobs") => &workloads::JOBS,
        ("batch", "cronjobs") => &workloads::CRON_JOBS,
        ("", "persistentvolumeclaims") => &objects::CLAIMS,
        ("", "persistentvolumes") => &objects::VOLUMES,
        ("", "nodes") => &objects::NODES,
        ("", "namespaces") => &objects::NAMESPACES,
        ("", "services") => &objects::SERVICES,
        ("" | "events.k8s.io", "events") => &objects::EVENTS,
        ("autoscaling", "horizontalpodautoscalers") => &objects::AUTOSCALERS,
        ("apiregistration.k8s.io", "apiservices") => &objects::API_SERVICES,
        ("", "resourcequotas") => &objects::QUOTAS,
        ("certificates.k8s.io", "certificatesigningrequests") => &objects::SIGNING_REQUESTS,
        ("storage.k8s.io", "volumeattachments") => &objects::ATTACHMENTS,
        ("policy", "poddisruptionbudgets") | ("discovery.k8s.io", "endpointslices") => &OTHERS,
        _ => &unknown::UNKNOWN,
    }
}

/// Kinds whose cells say nothing about health.
static OTHERS: Kind =
    Kind { columns: &["Age"], judge: |cells| cells.deleting().unwrap_or(RowHealth::OK) };

/// The cell, or nothing for one of the ways in which a printer says that there is no value.
fn value(cell: &str) -> &str {
    match cell.as_bytes().first() {
        Some(b'<') if matches!(cell, "<none>" | "<unset>" | "<unknown>" | "<nil>") => "",
        _ => cell,
    }
}

impl<'a> Cells<'a> {
    /// The cell of a column, by its index in the columns of the kind.
    fn get(&self, slot: usize) -> &'a str {
        self.values[slot]
    }

    fn number(&self, slot: usize) -> i64 {
        self.get(slot).parse().unwrap_or(0)
    }

    /// The two numbers of a cell such as `1/3`.
    fn fraction(&self, slot: usize) -> Option<(i64, i64)> {
        let (part, all) = self.get(slot).split_once('/')?;
        Some((part.parse().ok()?, all.parse().ok()?))
    }

    /// The age of the object in seconds; 0 for one from the future.
    fn age(&self) -> Option<i64> {
        self.span(self.get(0))
    }

    /// A time span that has gone on since the row arrived, in seconds.
    fn span(&self, text: &str) -> Option<i64> {
        if text == "<invalid>" {
            return Some(0);
        }
        parse_duration(text).map(|seconds| seconds.saturating_add(self.passed))
    }

    /// True if the object is younger than so many seconds; an object without an age is not.
    fn is_younger(&self, seconds: i64) -> bool {
        self.age().is_some_and(|age| age < seconds)
    }

    /// The level of a row that becomes worse after so many seconds.
    fn within(&self, seconds: i64, later: Level) -> Level {
        if self.is_younger(seconds) { Level::Progressing } else { later }
    }

    /// What the metadata says of a deletion, of any kind but pods.
    fn deleting(&self) -> Option<RowHealth> {
        let age = (self.now - self.facts.deleted?).max(0);
        if age < MINUTE {
            return Some(RowHealth::progressing("being deleted"));
        }
        // A finalizer may protect an object that is in use: only the object shows which one it is.
        let reason = format!("deleted {} ago, still here", span(age));
        let level = if self.facts.is_held { Level::Broken } else { Level::Warning };
        Some(RowHealth::new(level, reason).uncertain())
    }
}

/// A server's text as a short reason.
fn short(text: &str) -> Cow<'static, str> {
    Cow::Owned(visible_within(text, SHORT).into_owned())
}
