//! Whether a value that is frozen at the start of its container may be older than its source.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::Value;

use super::object::PodObject;
use super::view::{EnvRow, Origin, View};
use crate::object::managers::{self, Write};

/// Marks the environment variables whose label, annotation or resource was written when the
/// container had started, and those into which such a one was put.
pub(super) fn mark_frozen(view: &mut View, pod: &Value) {
    for container in &mut view.containers {
        let Some(started) = container.started_at.clone() else { continue };
        for row in &mut container.env {
            let written = row.origin.source.as_deref().and_then(|place| last_write(pod, place));
            if let Some(Write { manager, time }) = written
                && is_not_before(time, &started)
            {
                mark(
                    &mut row.origin,
                    format!(
                        "may be old: {manager} wrote at {time}, the container started at \
                         {started}; one time covers all fields of a manager"
                    ),
                );
            }
        }
        mark_users(&mut container.env);
    }
}

/// A value into which an old one was put is as old, and so on.
fn mark_users(rows: &mut [EnvRow]) {
    let mut users: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, row) in rows.iter().enumerate() {
        for name in &row.origin.uses {
            users.entry(name.clone()).or_default().push(at);
        }
    }
    let is_old = |(at, row): (usize, &EnvRow)| row.origin.may_be_old.then_some(at);
    let mut old: Vec<usize> = rows.iter().enumerate().filter_map(is_old).collect();
    while let Some(at) = old.pop() {
        let Some(name) = rows.get(at).map(|row| row.name.clone()) else { continue };
        for user in users.remove(&name).unwrap_or_default() {
            if let Some(row) = rows.get_mut(user).filter(|row| !row.origin.may_be_old) {
                mark(&mut row.origin, format!("may be old: it uses {name}"));
                old.push(user);
            }
        }
    }
}

/// Notes the live files whose source was written less than 90 seconds before `now`, an RFC 3339 time:
/// their containers follow soon (`syncFrequency` with its jitter).
pub fn mark_fresh(view: &mut View, object: &PodObject, now: &str) {
    let Ok(now) = now.parse::<Timestamp>() else { return };
    for file in view.volumes.iter_mut().flat_map(|volume| &mut volume.files) {
        let source = file.origin.source.as_deref();
        let written = source.and_then(|place| last_write(object.value(), place));
        let Some(time) = written.and_then(|w| w.time.parse::<Timestamp>().ok()) else { continue };
        let seconds = now.as_second() - time.as_second();
        if file.origin.live && (0..90).contains(&seconds) {
            let note = "its source has just changed: the container follows within about a minute";
            file.origin.note = Some(note.to_owned());
        }
    }
}

fn mark(origin: &mut Origin, note: String) {
    origin.may_be_old = true;
    origin.note = Some(match origin.note.take() {
        Some(other) => format!("{note}; {other}"),
        None => note,
    });
}

fn is_not_before(time: &str, start: &str) -> bool {
    match (time.parse::<Timestamp>(), start.parse::<Timestamp>()) {
        (Ok(time), Ok(start)) => time >= start,
        _ => false,
    }
}

/// Returns the last write of a field of the metadata or of resources. Other fields cannot change, or
/// their changes say nothing about a value.
fn last_write<'a>(pod: &'a Value, path: &str) -> Option<Write<'a>> {
    let is_tracked = path.starts_with(".metadata.labels")
        || path.starts_with(".metadata.annotations")
        || path.starts_with(".spec.") && path.contains("resources");
    if is_tracked { managers::last_write(pod, path) } else { None }
}
