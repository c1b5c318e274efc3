//! The recorded changes of a collection: the lines of its watches, and when each happened.
//!
//! Archives have no time for a line of a body, but the objects have: when they were created, and when each
//! manager last wrote them (`metadata.managedFields`). A change happened at the newest of these times, not
//! before the line before it, and while its watch was open.

use bytes::Bytes;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::request::{AnswerForm, ReplayRequest};
use crate::api::har::{RecordedExchange, Recording};
use crate::k8s::path::ApiPath;

/// The changes of a collection, oldest first.
#[derive(Default)]
pub(super) struct Changes(Vec<Change>);

/// A line of a watch.
pub(super) struct Change {
    /// When it happened.
    pub(super) at: Timestamp,
    /// The type of the event, such as `ADDED`.
    pub(super) kind: String,
    pub(super) key: Key,
    /// The version of the object, from which a watch continues.
    pub(super) version: u64,
    /// The line with its line feed.
    pub(super) line: Bytes,
    /// The object, or the row of a Table.
    pub(super) object: Box<RawValue>,
}

/// The namespace and the name of an object; empty if it has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) namespace: String,
    pub(super) name: String,
}

impl Changes {
    /// Returns the changes of a collection in a form: those of its own watches without selectors, and those
    /// of the watches over all namespaces.
    pub(super) fn of(recording: &Recording, path: &ApiPath, form: AnswerForm) -> Self {
        let ApiPath::Collection { gvr, namespace } = path else { return Self::default() };
        let everywhere = ApiPath::Collection { gvr: gvr.clone(), namespace: None };
        let mut changes: Vec<Change> = watches(recording, path, form).flat_map(lines).collect();
        if let Some(namespace) = namespace {
            let of_all = watches(recording, &everywhere, form).flat_map(lines);
            changes.extend(
                of_all.filter(|it| it.is_bookmark() || it.key.namespace == namespace.as_str()),
            );
        }
        // Two watches of one collection report the same changes.
        changes.sort_by_key(|change| change.version);
        changes.dedup_by(|one, other| one.version == other.version && one.key == other.key);
        Self(changes)
    }

    /// Returns the changes of one watch.
    pub(super) fn read(entry: &RecordedExchange) -> Self {
        Self(lines(entry))
    }

    /// Returns those that happened until then.
    pub(super) fn until(mut self, now: Timestamp) -> Self {
        self.0.retain(|change| change.at <= now);
        self
    }

    /// Returns those after a version of the collection; 0 is before all.
    pub(super) fn after(mut self, version: u64) -> Self {
        self.0.retain(|change| version == 0 || change.version > version);
        self
    }

    /// Returns those that are chosen; bookmarks always are.
    pub(super) fn chosen(mut self, mut is_chosen: impl FnMut(&Change) -> bool) -> Self {
        self.0.retain(|change| change.is_bookmark() || is_chosen(change));
        self
    }

    /// The version of the collection after all of them.
    pub(super) fn version(&self) -> Option<u64> {
        self.0.last().map(|change| change.version)
    }

    /// Applies them to the objects of a list, which has the order of their names.
    pub(super) fn apply<'a>(&'a self, objects: Vec<&'a RawValue>) -> Vec<&'a RawValue> {
        if self.0.is_empty() {
            return objects;
        }
        let mut keyed: Vec<(Key, &RawValue)> =
            objects.into_iter().map(|object| (Meta::of(object).key(), object)).collect();
        for change in self.0.iter().filter(|change| !change.is_bookmark()) {
            let known = keyed.iter().position(|(key, _)| *key == change.key);
            match (known, change.kind.as_str()) {
                (Some(at), "DELETED") => _ = keyed.remove(at),
                (None, "DELETED") => {}
                (Some(at), _) => keyed[at].1 = &change.object,
                (None, _) => {
                    let at = keyed.iter().position(|(key, _)| *key > change.key);
                    keyed.insert(at.unwrap_or(keyed.len()), (change.key.clone(), &change.object));
                }
            }
        }
        keyed.into_iter().map(|(_, object)| object).collect()
    }
}

impl IntoIterator for Changes {
    type Item = Change;
    type IntoIter = std::vec::IntoIter<Change>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Change {
    fn is_bookmark(&self) -> bool {
        self.kind == "BOOKMARK"
    }
}

/// True if the changes of a collection were recorded in a form.
pub(super) fn are_recorded(recording: &Recording, path: &ApiPath, form: AnswerForm) -> bool {
    watches(recording, path, form).next().is_some()
}

/// The watches of a path without selectors.
pub(super) fn watches<'a>(
    recording: &'a Recording,
    path: &ApiPath,
    form: AnswerForm,
) -> impl Iterator<Item = &'a RecordedExchange> {
    recording.at(path).map(|(_, entry)| entry).filter(move |entry| {
        AnswerForm::read(&entry.accept) == form
            && ReplayRequest::SELECTORS.iter().all(|name| entry.parameter(name).is_none())
            && entry.is_watch_with_changes()
    })
}

/// Parses the lines of a watch. Bookmarks and errors are skipped.
fn lines(entry: &RecordedExchange) -> Vec<Change> {
    let body = entry.body().unwrap_or_default();
    let began = entry.began.unwrap_or(Timestamp::MIN);
    let ended = began.saturating_add(entry.elapsed).unwrap_or(Timestamp::MAX);
    let (mut latest, mut version) = (began, 0);
    let mut changes = Vec::new();
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let Ok(event) = serde_json::from_slice::<Event<'_>>(line) else { continue };
        let (meta, object) = match Meta::rows(event.object) {
            Some(row) => (Meta::of(row), row),
            None => (Meta::of(event.object), event.object),
        };
        let written = meta.written().unwrap_or(latest);
        latest =
            written.min(if entry.began.is_some() { ended } else { Timestamp::MAX }).max(latest);
        version = meta.version().unwrap_or(version);
        let (at, line) = (latest, body.slice_ref(line));
        let (kind, object) = (event.kind.into_owned(), object.to_owned());
        changes.push(Change { at, kind, key: meta.key(), version, line, object });
    }
    changes
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "type", borrow)]
    kind: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    object: &'a RawValue,
}

/// The metadata of an object, or of the object of a row.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Meta {
    namespace: String,
    name: String,
    resource_version: String,
    creation_timestamp: Option<Timestamp>,
    managed_fields: Vec<Written>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Written {
    time: Option<Timestamp>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Object {
    metadata: Meta,
    object: Option<Box<Object>>,
}

impl Meta {
    /// Parses the metadata of an object, or of a row.
    pub(super) fn of(object: &RawValue) -> Self {
        let object: Object = serde_json::from_str(object.get()).unwrap_or_default();
        object.object.map_or(object.metadata, |inner| inner.metadata)
    }

    /// The row of a Table; `None` for anything else.
    fn rows(object: &RawValue) -> Option<&RawValue> {
        #[derive(Deserialize)]
        struct Table<'a> {
            #[serde(borrow)]
            rows: Vec<&'a RawValue>,
        }
        serde_json::from_str::<Table<'_>>(object.get()).ok()?.rows.first().copied()
    }

    pub(super) fn key(&self) -> Key {
        Key { namespace: self.namespace.clone(), name: self.name.clone() }
    }

    /// The version of the object, or of the list.
    pub(super) fn version(&self) -> Option<u64> {
        self.resource_version.parse().ok()
    }

    /// When the object was last written, as far as it shows that.
    fn written(&self) -> Option<Timestamp> {
        let times = self.managed_fields.iter().filter_map(|field| field.time);
        times.chain(self.creation_timestamp).max()
    }
}
