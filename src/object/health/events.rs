//! The events of an object, of both generations of the Events API.

use jiff::Timestamp;
use serde_json::Value;

use super::requests;
use crate::k8s::path::ObjectPath;
use crate::k8s::request::{Form, Request};
use crate::object::path;

/// Reasons that say nothing about an object's health.
pub(super) const NOISE: [&str; 8] = [
    "MissingClusterDNS",
    "DNSConfigForming",
    "CgroupV1",
    "PossibleMemoryBackedVolumesOnDisk",
    "FailedToRetrieveImagePullSecret",
    "ProbeWarning",
    "AlreadyMountedVolume",
    "Rebooted",
];

/// One event of the judged object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event<'a> {
    pub(super) name: &'a str,
    pub(super) namespace: &'a str,
    pub(super) is_warning: bool,
    pub(super) reason: &'a str,
    /// Without the mark of combined events.
    pub(super) message: &'a str,
    /// The container that `fieldPath` names.
    pub(super) container: Option<&'a str>,
    /// How often it was seen, at least.
    pub(super) count: i64,
    /// When it was seen last: a lower bound, since sources stop counting.
    pub(super) last: Option<Timestamp>,
}

impl Event<'_> {
    /// Where the event itself is.
    pub(super) fn path(&self) -> ObjectPath {
        requests::object("Event", self.namespace, self.name)
    }

    /// True if the event is of that container, or names none.
    pub(super) fn is_of(&self, container: &str) -> bool {
        self.container.is_none_or(|name| name == container)
    }
}

/// Returns the request for the events of an object: of a namespaced object by its uid, of another by kind
/// and name, since the kubelet writes no uid into the events of its node.
///
/// `None` if the object has no uid or no name.
#[must_use]
pub fn request(object: &Value) -> Option<Request> {
    let text = |at| path::text(object, at);
    let namespace = text(".metadata.namespace");
    let selector = match (text(".metadata.uid"), text(".metadata.name"), text(".kind")) {
        (uid, ..) if !namespace.is_empty() && !uid.is_empty() => {
            format!("involvedObject.uid={uid}")
        }
        (_, name, kind) if namespace.is_empty() && !name.is_empty() && !kind.is_empty() => {
            format!("involvedObject.kind={kind},involvedObject.name={name}")
        }
        _ => return None,
    };
    let namespace = if namespace.is_empty() { "default" } else { namespace };
    let events = requests::collection("Event", namespace);
    Some(Request::get(events, Form::Json).with("fieldSelector", selector).with("limit", "500"))
}

/// Reads the events that are of the object, newest first.
pub(super) fn read<'a>(list: &'a [Value], object: &Value) -> Vec<Event<'a>> {
    let uid = path::text(object, ".metadata.uid");
    let is_namespaced = !path::text(object, ".metadata.namespace").is_empty();
    let is_of = |event: &&Value| {
        let of = subject(event, ".uid");
        !is_namespaced || uid.is_empty() || of.is_empty() || of == uid
    };
    let mut events: Vec<Event<'a>> = list.iter().filter(is_of).map(event).collect();
    events.sort_by_key(|event| std::cmp::Reverse(event.last));
    events
}

fn event(value: &Value) -> Event<'_> {
    let text = |at| path::text(value, at);
    let message = if text(".message").is_empty() { text(".note") } else { text(".message") };
    let times =
        [".series.lastObservedTime", ".lastTimestamp", ".eventTime", ".metadata.creationTimestamp"];
    let field = subject(value, ".fieldPath");
    Event {
        name: text(".metadata.name"),
        namespace: text(".metadata.namespace"),
        is_warning: text(".type") == "Warning",
        reason: text(".reason"),
        message: message.trim_start_matches("(combined from similar events): "),
        container: field.split_once('{').and_then(|(_, name)| name.strip_suffix('}')),
        count: path::int(value, ".series.count").or(path::int(value, ".count")).unwrap_or(1),
        last: times.iter().find_map(|at| path::time(value, at)),
    }
}

/// A field of what an event is about: `involvedObject`, or `regarding` in `events.k8s.io`.
fn subject<'a>(event: &'a Value, field: &str) -> &'a str {
    let core = path::text(event, &format!(".involvedObject{field}"));
    if core.is_empty() { path::text(event, &format!(".regarding{field}")) } else { core }
}
