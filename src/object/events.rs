//! Events as rows: what happened, how often, and when last, of both generations of the Events API.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::links::{Link, Links};
use super::path;
use crate::k8s::discovery::Discovery;
use crate::k8s::names::{Gvr, Namespace};
use crate::k8s::path::ObjectPath;

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// Where the event itself is.
    pub path: ObjectPath,
    /// When it was seen last: `series.lastObservedTime`, else `lastTimestamp`, else `eventTime`, else its
    /// creation.
    pub last: Option<Timestamp>,
    /// How often it was seen, at least.
    pub count: i64,
    /// True if its type is not `Normal`.
    pub is_warning: bool,
    /// A word, such as `BackOff`.
    pub reason: String,
    /// The kind of the object that it is about, such as `Pod`.
    pub kind: String,
    /// The name of that object.
    pub name: String,
    /// Its `metadata.uid`; empty if the event does not have it.
    pub uid: String,
    /// Its `apiVersion`; empty if the event does not have it.
    pub api_version: String,
    /// Its namespace; empty if it has none, or if it is that of the event.
    pub namespace: String,
    /// The part of it that the event is about, such as `spec.containers{web}`.
    pub field_path: String,
    /// The container that `fieldPath` names.
    pub container: Option<String>,
    /// What happened.
    pub message: String,
}

impl EventRow {
    /// Reads an event; `None` if it has no name.
    #[must_use]
    pub fn read(event: &Value) -> Option<Self> {
        let text = |at| path::text(event, at);
        let name = Some(text(".metadata.name")).filter(|name| !name.is_empty())?;
        let namespace = text(".metadata.namespace");
        let about = |field: &str| {
            let core = path::text(event, &format!(".involvedObject{field}"));
            let other = path::text(event, &format!(".regarding{field}"));
            if core.is_empty() { other } else { core }.to_owned()
        };
        let first = |a: &'static str, b: &'static str| {
            if text(a).is_empty() { text(b) } else { text(a) }.to_owned()
        };
        let times = [
            ".series.lastObservedTime",
            ".lastTimestamp",
            ".eventTime",
            ".metadata.creationTimestamp",
        ];
        let field = about(".fieldPath");
        let container = field.split_once('{').and_then(|(_, name)| name.strip_suffix('}'));
        Some(Self {
            path: ObjectPath {
                gvr: Gvr::new("", "v1", "events"),
                namespace: Some(Namespace::new(namespace)).filter(|_| !namespace.is_empty()),
                name: name.into(),
            },
            last: times.iter().find_map(|at| path::time(event, at)),
            count: path::int(event, ".series.count").or(path::int(event, ".count")).unwrap_or(1),
            is_warning: !matches!(text(".type"), "Normal" | ""),
            reason: text(".reason").to_owned(),
            kind: about(".kind"),
            name: about(".name"),
            uid: about(".uid"),
            api_version: about(".apiVersion"),
            namespace: about(".namespace"),
            container: container.map(str::to_owned),
            field_path: field,
            message: first(".message", ".note"),
        })
    }

    /// Returns the reference to the object that it is about; `None` if it names none.
    #[must_use]
    pub fn link(&self, discovery: &Discovery) -> Option<Link> {
        let namespace = self.path.namespace.as_ref().map(Namespace::as_str);
        let given = [
            ("apiVersion", &self.api_version),
            ("kind", &self.kind),
            ("namespace", &self.namespace),
            ("name", &self.name),
            ("uid", &self.uid),
            ("fieldPath", &self.field_path),
        ];
        let given = given.into_iter().filter(|(_, text)| !text.is_empty());
        let about: Map<String, Value> =
            given.map(|(field, text)| (field.to_owned(), text.as_str().into())).collect();
        let event = json!({
            "apiVersion": "v1", "kind": "Event", "metadata": {"namespace": namespace},
            "involvedObject": about,
        });
        let links = Links::find(&event, discovery);
        let fields = [".involvedObject.fieldPath", ".involvedObject.name"];
        fields.iter().find_map(|field| links.get(field).cloned())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_newest_time_and_the_count_of_a_series_come_first() {
        let event = json!({
            "metadata": {"name": "a.1", "namespace": "shop", "creationTimestamp": "2026-01-01T00:00:00Z"},
            "involvedObject": {"kind": "Pod", "name": "a", "fieldPath": "spec.containers{main}"},
            "type": "Warning", "reason": "BackOff", "message": "again", "count": 3,
            "lastTimestamp": "2026-01-01T00:01:00Z",
            "series": {"count": 9, "lastObservedTime": "2026-01-01T00:02:00Z"},
        });
        let row = EventRow::read(&event).unwrap();
        assert_eq!(row.last, "2026-01-01T00:02:00Z".parse().ok());
        assert_eq!((row.count, row.is_warning), (9, true));
        assert_eq!(row.container.as_deref(), Some("main"));
    }

    #[test]
    fn an_event_of_the_newer_api_names_its_object_and_text_otherwise() {
        let event = json!({
            "metadata": {"name": "a.1"}, "type": "Normal", "note": "done",
            "regarding": {"kind": "Node", "name": "n1"}, "eventTime": "2026-01-01T00:00:00Z",
        });
        let row = EventRow::read(&event).unwrap();
        assert_eq!(
            (row.kind.as_str(), row.name.as_str(), row.message.as_str()),
            ("Node", "n1", "done")
        );
        assert_eq!((row.count, row.is_warning), (1, false));
        assert_eq!(EventRow::read(&json!({"metadata": {}})), None);
    }
}
