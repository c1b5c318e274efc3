//! Rows of pods.

use super::{Cells, Kind, RowHealth, short};
use crate::k8s::table::Finished;
use crate::object::health::level::Level;
use crate::object::health::time::{CREATE_MAX, MINUTE, READY, STOP_EXTRA, TEN_MINUTES};
use crate::object::health::words::{span, times};

pub(super) static PODS: Kind =
    Kind { columns: &["Age", "Ready", "Status", "Restarts", "Node", "Readiness Gates"], judge };

const STATUS: usize = 2;
const NODE: usize = 4;
const GATES: usize = 5;

/// Restarts from which on a container that is not ready counts as crashing.
const LOOP: i64 = 3;

/// A container is being configured for so many seconds.
const CONFIG: i64 = 10;

/// The scheduler needs so many seconds.
const SCHEDULE: i64 = 30;

fn judge(cells: &Cells<'_>) -> RowHealth {
    if let Some(deleting) = deleting(cells) {
        return deleting;
    }
    let status = cells.get(STATUS);
    match status {
        "Running" => return running(cells),
        "Terminating" => return RowHealth::progressing("stopping").uncertain(),
        "Unknown" => return RowHealth::broken("node lost"),
        _ => {}
    }
    match cells.facts.finished {
        Some(Finished::Succeeded) => return RowHealth::OK,
        Some(Finished::Failed) => return failed(cells, status),
        None => {}
    }
    match status.strip_prefix("Init:") {
        None => unfinished(cells, status),
        Some(status) if status.contains('/') => initializing(cells, status),
        Some(status) => {
            let health = unfinished(cells, status);
            RowHealth { reason: short(&format!("init: {}", health.reason)), ..health }
        }
    }
}

/// The metadata of a pod has the deadline of its deletion.
fn deleting(cells: &Cells<'_>) -> Option<RowHealth> {
    let overdue = cells.now - cells.facts.deleted?;
    if overdue < STOP_EXTRA {
        return Some(RowHealth::progressing("stopping"));
    }
    Some(RowHealth::broken(format!("should have stopped {} ago", span(overdue))))
}

/// A pod that is over and failed: its owner replaces it, if it has one.
fn failed(cells: &Cells<'_>, status: &str) -> RowHealth {
    let is_alone = cells.facts.is_controlled == Some(false);
    let level = if is_alone { Level::Broken } else { Level::Warning };
    RowHealth::new(level, short(status)).uncertain()
}

/// The number of restarts, and the seconds since the last one: `9 (89s ago)`.
fn restarts(cells: &Cells<'_>) -> (i64, Option<i64>) {
    let cell = cells.get(3);
    let (number, rest) = cell.split_once(" (").unwrap_or((cell, ""));
    let last = rest.strip_suffix(" ago)").and_then(|text| cells.span(text));
    (number.parse().unwrap_or(0), last)
}

fn with_restarts(words: &str, restarts: i64) -> String {
    match restarts {
        0 => words.to_owned(),
        1 => format!("{words}, 1 restart"),
        number => format!("{words}, {number} restarts"),
    }
}

fn unfinished(cells: &Cells<'_>, status: &str) -> RowHealth {
    let (number, _) = restarts(cells);
    match status {
        "Completed" if number >= LOOP => {
            RowHealth::broken(format!("ends and restarts, {}", times(number)))
        }
        "Completed" => RowHealth::progressing("ends and restarts").uncertain(),
        "CrashLoopBackOff" => RowHealth::broken(with_restarts("crash loop", number)),
        "ErrImagePull"
        | "ImagePullBackOff"
        | "ErrImageNeverPull"
        | "InvalidImageName"
        | "ImageInspectError"
        | "RegistryUnavailable"
        | "SignatureValidationFailed" => RowHealth::broken("image cannot be pulled"),
        "OOMKilled" => RowHealth::broken(with_restarts("out of memory", number)),
        "Error" | "StartError" | "ContainerCannotRun" | "ContainerStatusUnknown" => {
            RowHealth::broken(with_restarts("failed", number))
        }
        status if status.starts_with("Signal:") || status.starts_with("ExitCode:") => {
            RowHealth::broken(with_restarts("failed", number))
        }
        status
            if status.starts_with("Err")
                || status.ends_with("Error")
                || status.ends_with("BackOff") =>
        {
            RowHealth::new(cells.within(CONFIG, Level::Broken), short(status))
        }
        "SchedulingGated" => {
            RowHealth::new(cells.within(TEN_MINUTES, Level::Warning), "scheduling gate")
        }
        "Pending" if cells.get(NODE).is_empty() => {
            RowHealth::new(cells.within(SCHEDULE, Level::Broken), "not scheduled")
        }
        "Pending" => {
            let level = cells.within(MINUTE, Level::Warning);
            RowHealth::new(level, short(&format!("not started by {}", cells.get(NODE))))
        }
        "ContainerCreating" | "PodInitializing" => {
            let age = cells.age().map_or_else(String::new, |age| format!(" for {}", span(age)));
            let level = cells.within(CREATE_MAX, Level::Warning);
            RowHealth::new(level, format!("being created{age}")).uncertain()
        }
        "NotReady" => RowHealth::warning("half done"),
        "" => RowHealth::new(cells.within(SCHEDULE, Level::Warning), "not processed yet"),
        // It is the reason of the pod's status.
        status => RowHealth::warning(short(status)).uncertain(),
    }
}

/// `1/3`, which was `Init:1/3`.
fn initializing(cells: &Cells<'_>, status: &str) -> RowHealth {
    let number = |text: &str| text.parse::<u32>().ok();
    match status.split_once('/').and_then(|(done, all)| number(done).zip(number(all))) {
        Some((done, all)) => {
            let level = cells.within(TEN_MINUTES, Level::Warning);
            RowHealth::new(level, format!("init {done} of {all}"))
        }
        None => RowHealth::warning(short(status)).uncertain(),
    }
}

fn running(cells: &Cells<'_>) -> RowHealth {
    let Some((ready, all)) = cells.fraction(1) else { return RowHealth::OK };
    let (number, last) = restarts(cells);
    if ready < all {
        let is_new = last.is_some_and(|last| last < MINUTE) && number < LOOP;
        return if cells.is_younger(READY) || is_new {
            RowHealth::progressing("starting")
        } else {
            RowHealth::broken(format!("{ready} of {all} containers ready"))
        };
    }
    if let Some((open, gates)) = cells.fraction(GATES)
        && open < gates
    {
        return RowHealth::warning("readiness gate");
    }
    match last {
        Some(last) if last < TEN_MINUTES => {
            RowHealth::warning(format!("restarted {} ago, {}", span(last), times(number)))
        }
        _ => RowHealth::OK,
    }
}
