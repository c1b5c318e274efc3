//! Rows of volumes, nodes, namespaces, Services and what else the API server has printers for.

use super::{Cells, Kind, RowHealth, short};
use crate::object::health::cluster::others::is_full;
use crate::object::health::events::NOISE;
use crate::object::health::level::Level;
use crate::object::health::time::{BIND, HOUR, LB, MINUTE, READY, TEN_MINUTES};
use crate::object::health::words::span;

pub(super) static CLAIMS: Kind = Kind { columns: &["Age", "Status"], judge: claim };
pub(super) static VOLUMES: Kind =
    Kind { columns: &["Age", "Status", "Reclaim Policy", "Reason"], judge: volume };
pub(super) static NODES: Kind = Kind { columns: &["Age", "Status"], judge: node };
pub(super) static NAMESPACES: Kind = Kind { columns: &["Age", "Status"], judge: namespace };
pub(super) static SERVICES: Kind =
    Kind { columns: &["Age", "Type", "External-IP"], judge: service };
pub(super) static EVENTS: Kind =
    Kind { columns: &["Age", "Last Seen", "Type", "Reason"], judge: event };
pub(super) static AUTOSCALERS: Kind =
    Kind { columns: &["Age", "Targets", "MaxPods", "Replicas"], judge: autoscaler };
pub(super) static API_SERVICES: Kind = Kind { columns: &["Age", "Available"], judge: api_service };
pub(super) static QUOTAS: Kind = Kind { columns: &["Age", "Request", "Limit"], judge: quota };
pub(super) static SIGNING_REQUESTS: Kind =
    Kind { columns: &["Age", "Condition"], judge: signing_request };
pub(super) static ATTACHMENTS: Kind = Kind { columns: &["Age", "Attached"], judge: attachment };

fn claim(cells: &Cells<'_>) -> RowHealth {
    match cells.get(1) {
        "Lost" => RowHealth::broken("its volume is gone"),
        "Terminating" => RowHealth::progressing("being deleted").uncertain(),
        "Pending" => {
            let age = cells.age().map_or_else(String::new, |age| format!(" for {}", span(age)));
            let level = cells.within(BIND, Level::Warning);
            RowHealth::new(level, format!("pending{age}")).uncertain()
        }
        _ => cells.deleting().unwrap_or(RowHealth::OK),
    }
}

fn volume(cells: &Cells<'_>) -> RowHealth {
    match (cells.get(1), cells.get(2)) {
        ("Failed", _) if cells.get(3).is_empty() => RowHealth::broken("failed"),
        ("Failed", _) => RowHealth::broken(short(cells.get(3))),
        ("Released", "Delete") => RowHealth::warning("released, not deleted").uncertain(),
        ("Pending", _) => RowHealth::progressing("pending"),
        ("Terminating", _) => RowHealth::progressing("being deleted").uncertain(),
        _ => cells.deleting().unwrap_or(RowHealth::OK),
    }
}

fn node(cells: &Cells<'_>) -> RowHealth {
    let mut words = cells.get(1).split(',');
    let has = |word: &str| cells.get(1).split(',').any(|other| other == word);
    if cells.get(1).is_empty() {
        return RowHealth::OK;
    }
    if !words.any(|word| word == "Ready") {
        return RowHealth::broken("not ready");
    }
    if has("SchedulingDisabled") { RowHealth::warning("cordoned") } else { RowHealth::OK }
}

fn namespace(cells: &Cells<'_>) -> RowHealth {
    if cells.get(1) != "Terminating" {
        return RowHealth::OK;
    }
    // Without metadata the row does not say since when.
    match cells.facts.deleted.map(|deleted| cells.now - deleted) {
        Some(age) if age >= MINUTE => {
            RowHealth::warning(format!("being deleted for {}", span(age))).uncertain()
        }
        _ => RowHealth::progressing("being deleted").uncertain(),
    }
}

fn service(cells: &Cells<'_>) -> RowHealth {
    if let Some(deleting) = cells.deleting() {
        return deleting;
    }
    let waits = cells.get(1) == "LoadBalancer" && cells.get(2) == "<pending>";
    if waits {
        RowHealth::new(cells.within(LB, Level::Warning), "no address")
    } else {
        RowHealth::OK
    }
}

fn event(cells: &Cells<'_>) -> RowHealth {
    let reason = cells.get(3);
    let is_recent = cells.span(cells.get(1)).is_some_and(|last| last < HOUR);
    if cells.get(2) == "Warning" && is_recent && !NOISE.contains(&reason) {
        return RowHealth::warning(short(reason));
    }
    RowHealth::OK
}

fn autoscaler(cells: &Cells<'_>) -> RowHealth {
    if let Some(deleting) = cells.deleting() {
        return deleting;
    }
    let targets = cells.get(1);
    let metrics = || targets.split(", ").filter(|metric| metric.contains('/'));
    let unknown = metrics().filter(|metric| metric.contains("<unknown>")).count();
    if unknown > 0 && !cells.is_younger(READY) {
        return if unknown == metrics().count() {
            RowHealth::broken("no metrics")
        } else {
            RowHealth::warning("some metrics are missing")
        };
    }
    let (most, now) = (cells.number(2), cells.number(3));
    // At the maximum is only bad if it would like more.
    if most > 0 && now >= most {
        return RowHealth::warning("at its maximum").uncertain();
    }
    RowHealth::OK
}

fn api_service(cells: &Cells<'_>) -> RowHealth {
    let cell = cells.get(1);
    match cell.split(' ').next().unwrap_or_default() {
        "True" => RowHealth::OK,
        "False" => {
            let reason = cell.split_once('(').and_then(|(_, reason)| reason.strip_suffix(')'));
            RowHealth::broken(short(reason.unwrap_or("not available")))
        }
        _ => RowHealth::new(cells.within(MINUTE, Level::Warning), "not checked").uncertain(),
    }
}

fn quota(cells: &Cells<'_>) -> RowHealth {
    let lists = cells.get(1).split(", ").chain(cells.get(2).split(", "));
    let full = lists.filter_map(|entry| {
        let (name, amounts) = entry.split_once(": ")?;
        let (used, hard) = amounts.split_once('/')?;
        is_full(used, hard).then_some(name)
    });
    match full.collect::<Vec<_>>().as_slice() {
        [] => RowHealth::OK,
        names => RowHealth::warning(short(&format!("full: {}", names.join(", ")))),
    }
}

fn signing_request(cells: &Cells<'_>) -> RowHealth {
    let condition = cells.get(1);
    if condition.starts_with("Denied") {
        return RowHealth::warning("denied");
    }
    if condition.ends_with("Failed") {
        return RowHealth::warning("failed");
    }
    if condition == "Pending" && !cells.is_younger(TEN_MINUTES) {
        return RowHealth::warning("waits for approval");
    }
    RowHealth::OK
}

fn attachment(cells: &Cells<'_>) -> RowHealth {
    if cells.get(1).eq_ignore_ascii_case("false") {
        return RowHealth::new(cells.within(READY, Level::Warning), "not attached").uncertain();
    }
    cells.deleting().unwrap_or(RowHealth::OK)
}
