//! Marks frozen values that may be older than their sources.

use jiff::Timestamp;
use serde_json::Value;

use super::cluster::Metadata;
use super::object::PodObject;
use super::resolved::Resolved;
use super::view::View;
use crate::object::managers::{self, Write};

/// The moment when a value was frozen, such as the start of its container. The time is in RFC 3339.
#[derive(Clone, Copy)]
pub(super) struct Freeze<'a> {
    pub(super) time: &'a str,
    /// What happened at that time: `the container started`.
    pub(super) what: &'a str,
}

impl Freeze<'_> {
    /// Marks a value if its field of the pod was written since.
    pub(super) fn mark_field(self, resolved: Resolved, pod: &Value) -> Resolved {
        let written = resolved.source.as_deref().and_then(|path| last_change(pod, path));
        let Some(write) = written.filter(|write| is_not_before(write.time, self.time)) else {
            return resolved;
        };
        resolved.old(self.since(write))
    }

    /// Marks a value if its `ConfigMap`, Secret or Service was created or written since. `keys`
    /// lead to the value. `pod_version` is the resource version of the pod,
    /// which was last written after its container started.
    pub(super) fn mark_object(
        self,
        resolved: Resolved,
        metadata: &Metadata,
        keys: &[&str],
        pod_version: &str,
    ) -> Resolved {
        let created = metadata.creation_timestamp.as_str();
        if is_after(created, self.time) {
            let Self { time, what } = self;
            return resolved.old(format!("may be old: made anew at {created}, {what} at {time}"));
        }
        if let Some(write) = managers::last_write_in(&metadata.managed_fields, keys) {
            let is_change = write.time != created && is_not_before(write.time, self.time);
            return if is_change { resolved.old(self.since(write)) } else { resolved };
        }
        // Without managedFields, compare the versions: all objects of a cluster share one counter.
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

/// Adds a note to the live files whose sources were changed after the pod was created: by whom and
/// when. Those that changed less than 90 seconds before `now`, in RFC 3339, the kubelet updates
/// soon (`syncFrequency` with its jitter).
pub fn mark_fresh(view: &mut View, object: &PodObject, now: &str) {
    let Ok(now) = now.parse::<Timestamp>() else { return };
    for file in view.volumes.iter_mut().flat_map(|volume| &mut volume.files) {
        let source = file.origin.source.as_deref();
        let written = source.and_then(|path| last_change(object.value(), path));
        let Some(Write { manager, time }) = written.filter(|_| file.origin.live) else { continue };
        let Ok(at) = time.parse::<Timestamp>() else { continue };
        if (0..90).contains(&(now.as_second() - at.as_second())) {
            let note = "its source has just changed: the container follows within about a minute";
            file.origin.note = Some(format!("{note} ({manager} wrote at {time})"));
        } else if file.origin.note.is_none() {
            file.origin.note = Some(format!("last changed by {manager} at {time}"));
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

/// Returns the seconds from `other` to `time`; both are RFC 3339.
pub(super) fn seconds_after(time: &str, other: &str) -> Option<i64> {
    let (time, other) = (time.parse::<Timestamp>().ok()?, other.parse::<Timestamp>().ok()?);
    Some(time.as_second() - other.as_second())
}

/// Returns the last change of a label, an annotation or a resource after the pod was created. Other
/// fields never change, or their changes do not change a value. An ephemeral container is added by
/// an update, but is not changed later.
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
