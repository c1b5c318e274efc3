//! Whether a value that is frozen at the start of its container may be older than its source.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::Value;

use super::view::{EnvRow, Origin, View};

/// Who wrote a field last, by `managedFields`.
struct Written<'a> {
    manager: &'a str,
    time: &'a str,
}

/// Marks the environment variables whose label, annotation or resource was written when the
/// container had started, and those into which such a one was put.
pub(super) fn mark_frozen(view: &mut View, pod: &Value) {
    for container in &mut view.containers {
        let Some(started) = container.started_at.clone() else { continue };
        for row in &mut container.env {
            let written = row.origin.source.as_deref().and_then(|place| last_write(pod, place));
            if let Some(Written { manager, time }) = written
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
pub fn mark_fresh(view: &mut View, pod: &Value, now: &str) {
    let Ok(now) = now.parse::<Timestamp>() else { return };
    for file in view.volumes.iter_mut().flat_map(|volume| &mut volume.files) {
        let written = file.origin.source.as_deref().and_then(|place| last_write(pod, place));
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

/// The last write of a field of the metadata or of resources. Other fields cannot change, or their
/// changes say nothing about a value.
fn last_write<'a>(pod: &'a Value, place: &str) -> Option<Written<'a>> {
    let is_tracked = place.starts_with(".metadata.labels")
        || place.starts_with(".metadata.annotations")
        || place.starts_with(".spec.") && place.contains("resources");
    let steps = is_tracked.then(|| steps(pod, place))??;
    let entries = pod.pointer("/metadata/managedFields")?.as_array()?;
    let writes = entries.iter().filter(|entry| {
        let fields = entry.get("fieldsV1");
        steps.iter().fold(fields, |fields, step| fields.and_then(|f| f.get(step))).is_some()
    });
    let of =
        |entry: &'a Value| Some((entry.get("time")?.as_str()?, entry.get("manager")?.as_str()?));
    writes
        .filter_map(of)
        .max_by_key(|(time, _)| time.parse::<Timestamp>().ok())
        .map(|(time, manager)| Written { manager, time })
}

/// A place in the words of `fieldsV1`: `f:` before a field, and the key of an item of a list.
fn steps(pod: &Value, place: &str) -> Option<Vec<String>> {
    let mut steps = Vec::new();
    let mut at = pod;
    let mut rest = place;
    while !rest.is_empty() {
        let (step, behind) = if let Some(quoted) = rest.strip_prefix("['") {
            let (key, behind) = quoted.split_once("']")?;
            (key, behind)
        } else if let Some(index) = rest.strip_prefix('[') {
            let (index, behind) = index.split_once(']')?;
            let item = at.get(index.parse::<usize>().ok()?)?;
            // The lists on the way to resources are keyed by name alone.
            let key = serde_json::json!({"name": item.get("name")?});
            steps.push(format!("k:{key}"));
            (at, rest) = (item, behind);
            continue;
        } else {
            let word = rest.strip_prefix('.')?;
            word.split_at(word.find(['.', '[']).unwrap_or(word.len()))
        };
        steps.push(format!("f:{step}"));
        at = at.get(step).unwrap_or(&Value::Null);
        rest = behind;
    }
    Some(steps)
}
