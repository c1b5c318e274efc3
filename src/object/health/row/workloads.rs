//! Rows of the kinds that keep pods, and of Jobs.

use super::{Cells, Kind, RowHealth};
use crate::object::health::level::Level;
use crate::object::health::time::{MINUTE, READY};

pub(super) static DEPLOYMENTS: Kind =
    Kind { columns: &["Age", "Ready", "Up-to-date", "Available"], judge: deployment };

pub(super) static STATEFUL_SETS: Kind = Kind { columns: &["Age", "Ready"], judge: stateful_set };

pub(super) static DAEMON_SETS: Kind =
    Kind { columns: &["Age", "Desired", "Ready", "Up-to-date"], judge: daemon_set };

pub(super) static REPLICA_SETS: Kind =
    Kind { columns: &["Age", "Desired", "Current", "Ready"], judge: replica_set };

pub(super) static JOBS: Kind = Kind { columns: &["Age", "Status"], judge: job };

pub(super) static CRON_JOBS: Kind = Kind { columns: &["Age", "Suspend"], judge: cron_job };

/// `1 of 3 ready`: progressing at first, then broken if none is, else a warning.
fn reduced(cells: &Cells<'_>, ready: i64, wanted: i64) -> RowHealth {
    let later = if ready == 0 { Level::Broken } else { Level::Warning };
    RowHealth::new(cells.within(READY, later), format!("{ready} of {wanted} ready"))
}

fn deployment(cells: &Cells<'_>) -> RowHealth {
    if let Some(deleting) = cells.deleting() {
        return deleting;
    }
    let Some((ready, wanted)) = cells.fraction(1) else { return RowHealth::OK };
    let (updated, available) = (cells.number(2), cells.number(3));
    if wanted == 0 || (ready >= wanted && updated >= wanted && available >= wanted) {
        return RowHealth::OK;
    }
    if available == 0 || cells.is_younger(READY) || updated >= wanted {
        let all_ready = ready >= wanted && available > 0;
        let ready = if all_ready { available } else { ready };
        return reduced(cells, if available == 0 { 0 } else { ready }, wanted).uncertain();
    }
    // Only the object says whether a rollout is within its time.
    RowHealth::warning(format!("rollout: {updated} of {wanted}")).uncertain()
}

fn stateful_set(cells: &Cells<'_>) -> RowHealth {
    if let Some(deleting) = cells.deleting() {
        return deleting;
    }
    match cells.fraction(1) {
        Some((ready, wanted)) if ready < wanted => reduced(cells, ready, wanted).uncertain(),
        _ => RowHealth::OK,
    }
}

fn daemon_set(cells: &Cells<'_>) -> RowHealth {
    if let Some(deleting) = cells.deleting() {
        return deleting;
    }
    let (desired, ready, updated) = (cells.number(1), cells.number(2), cells.number(3));
    if ready < desired {
        return reduced(cells, ready, desired).uncertain();
    }
    if updated < desired {
        return RowHealth::progressing(format!("rollout: {updated} of {desired}")).uncertain();
    }
    RowHealth::OK
}

fn replica_set(cells: &Cells<'_>) -> RowHealth {
    if let Some(deleting) = cells.deleting() {
        return deleting;
    }
    let (desired, current, ready) = (cells.number(1), cells.number(2), cells.number(3));
    if current < desired && !cells.is_younger(MINUTE) {
        return RowHealth::broken(format!("{current} of {desired} pods created"));
    }
    if ready < desired { reduced(cells, ready, desired) } else { RowHealth::OK }
}

fn job(cells: &Cells<'_>) -> RowHealth {
    if let Some(deleting) = cells.deleting() {
        return deleting;
    }
    match cells.get(1) {
        "Failed" => RowHealth::broken("failed").uncertain(),
        "FailureTarget" => RowHealth::broken("failing"),
        "Terminating" => RowHealth::progressing("being deleted"),
        _ => RowHealth::OK,
    }
}

fn cron_job(cells: &Cells<'_>) -> RowHealth {
    if let Some(deleting) = cells.deleting() {
        return deleting;
    }
    if cells.get(1).eq_ignore_ascii_case("true") {
        return RowHealth::new(Level::Ok, "suspended");
    }
    RowHealth::OK
}
