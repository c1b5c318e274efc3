//! Whether a value that is frozen may be older than its source.

use jiff::Timestamp;
use serde_json::Value;

use super::cluster::Metadata;
use super::object::PodObject;
use super::resolved::Resolved;
use super::view::View;
use crate::object::managers::{self, Write};

/// The moment at which a value was frozen: the start of its container, as the API writes the time.
#[derive(Clone, Copy)]
pub(super) struct Freeze<'a> {
    pub(super) time: &'a str,
    /// What happened then: `the container started`.
    pub(super) what: &'a str,
}

impl Freeze<'_> {
    /// Marks a value whose field of the pod was written since.
    pub(super) fn mark_field(self, resolved: Resolved, pod: &Value) -> Resolved {
        let written = resolved.source.as_deref().and_then(|path| last_change(pod, path));
        let Some(write) = written.filter(|write| is_not_before(write.time, self.time)) else {
            return resolved;
        };
        resolved.old(self.since(write))
    }

    /// Marks a value of a `ConfigMap`, Secret or Service that was made anew or written since.
    /// `fields` is the path of `fieldsV1` to the value; `pod_version` that of the pod, which was
    /// last written when the container had already started.
    pub(super) fn mark_object(
        self,
        resolved: Resolved,
        metadata: &Metadata,
        fields: &[&str],
        pod_version: &str,
    ) -> Resolved {
        let created = metadata.creation_timestamp.as_str();
        if is_after(created, self.time) {
            let Self { time, what } = self;
            return resolved.old(format!("may be old: made anew at {created}, {what} at {time}"));
        }
        if let Some(write) = last_write(&metadata.managed_fields, fields) {
            let is_change = write.time != created && is_not_before(write.time, self.time);
            return if is_change { resolved.old(self.since(write)) } else { resolved };
        }
        // Without the managers, the versions tell: all objects of a cluster share one counter.
        let number = |version: &str| version.parse::<u64>().ok();
        let is_newer = number(&metadata.resource_version) > number(pod_version)
            && number(pod_version).is_some();
        if !metadata.managed_fields.is_array() && is_newer {
            return resolved.old("may be old: its source was written after the pod");
        }
        resolved
    }

    fn since(self, write: Write<'_>) -> String {
        let Self { time, what } = self;
        let Write { manager, time: written } = write;
        format!(
            "may be old: {manager} wrote at {written}, {what} at {time}; one time covers all fields \
             of a manager"
        )
    }
}

/// Notes the live files whose source was changed less than 90 seconds before `now`, an RFC 3339 time:
/// their containers follow soon (`syncFrequency` with its jitter).
pub fn mark_fresh(view: &mut View, object: &PodObject, now: &str) {
    let Ok(now) = now.parse::<Timestamp>() else { return };
    for file in view.volumes.iter_mut().flat_map(|volume| &mut volume.files) {
        let source = file.origin.source.as_deref();
        let written = source.and_then(|path| last_change(object.value(), path));
        let Some(time) = written.and_then(|w| w.time.parse::<Timestamp>().ok()) else { continue };
        let seconds = now.as_second() - time.as_second();
        if file.origin.live && (0..90).contains(&seconds) {
            let note = "its source has just changed: the container follows within about a minute";
            file.origin.note = Some(note.to_owned());
        }
    }
}

/// True if `time` is later than `other`; both are RFC 3339.
pub(super) fn is_after(time: &str, other: &str) -> bool {
    seconds_after(time, other).is_some_and(|seconds| seconds > 0)
}

fn is_not_before(time: &str, other: &str) -> bool {
    seconds_after(time, other).is_some_and(|seconds| seconds >= 0)
}

/// The seconds from `other` to `time`.
pub(super) fn seconds_after(time: &str, other: &str) -> Option<i64> {
    let (time, other) = (time.parse::<Timestamp>().ok()?, other.parse::<Timestamp>().ok()?);
    Some(time.as_second() - other.as_second())
}

/// Returns the last change of a field of the metadata or of resources, after its object was created.
/// Other fields cannot change, or their changes say nothing about a value. An ephemeral container is
/// added by an update, but does not change then.
fn last_change<'a>(pod: &'a Value, path: &str) -> Option<Write<'a>> {
    let is_tracked = path.starts_with(".metadata.labels")
        || path.starts_with(".metadata.annotations")
        || path.starts_with(".spec.")
            && path.contains("resources")
            && !path.starts_with(".spec.ephemeralContainers");
    let created = pod["metadata"]["creationTimestamp"].as_str();
    let write = if is_tracked { managers::last_write(pod, path) } else { None };
    write.filter(|write| created != Some(write.time))
}

/// Returns the latest write of the field at a path of `fieldsV1`, such as `f:data`, `f:KEY`.
fn last_write<'a>(managed_fields: &'a Value, fields: &[&str]) -> Option<Write<'a>> {
    let writes = managed_fields.as_array()?.iter().filter_map(|entry| {
        let owned = entry.get("fieldsV1")?;
        fields.iter().try_fold(owned, |owned, step| owned.get(*step))?;
        let text = |field: &str| entry.get(field)?.as_str();
        Some(Write { manager: text("manager")?, time: text("time")? })
    });
    writes.max_by_key(|write| write.time.parse::<Timestamp>().ok())
}
