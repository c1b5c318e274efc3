//! Who set a field, and when, after an object's `metadata.managedFields`.

mod matcher;
mod words;

use jiff::Timestamp;
use serde_json::Value;

use super::path::{self, Step, steps};
use matcher::{Found, find, mismatches};
pub use words::{brief, sentence, short_name};

/// Fields that the server writes itself, without a manager.
const NOT_TRACKED: [&str; 12] = [
    ".apiVersion",
    ".kind",
    ".metadata",
    ".metadata.name",
    ".metadata.namespace",
    ".metadata.uid",
    ".metadata.creationTimestamp",
    ".metadata.generation",
    ".metadata.selfLink",
    ".metadata.clusterName",
    ".metadata.resourceVersion",
    MANAGED_FIELDS,
];

const MANAGED_FIELDS: &str = ".metadata.managedFields";

/// One manager's write of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Write<'a> {
    /// The manager, as in `kubectl-client-side-apply`.
    pub manager: &'a str,
    /// When this manager last wrote any of its fields, in RFC 3339: one time covers all of them.
    pub time: &'a str,
}

/// An entry of `managedFields`: the fields that a manager set in one way.
#[derive(Clone, Copy, Debug)]
pub struct Manager<'a> {
    /// Its name. Clients choose it.
    pub name: &'a str,
    /// `Apply` or `Update`.
    pub operation: &'a str,
    /// The subresource through which it wrote; empty for none.
    pub subresource: &'a str,
    /// The version of the API in whose words its fields are.
    pub version: &'a str,
    /// When it last changed any of its fields; `None` where the server recorded no time.
    pub time: Option<Timestamp>,
    text: Option<&'a str>,
    fields: &'a Value,
}

/// A manager of a field.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// The manager.
    pub manager: Manager<'a>,
    /// What it set as a whole, with the field in it: `a list`, `a map` or `an item`. `None` if it set the field
    /// itself.
    pub whole: Option<&'static str>,
}

/// Who set a field.
#[derive(Clone, Debug)]
pub enum Ownership<'a> {
    /// These managers, the latest first.
    Owned(Vec<Owner<'a>>),
    /// Nobody set the map or list itself. The number of managers that set fields in it.
    Holds(usize),
    /// The server writes the field itself.
    NotTracked,
    /// No manager is recorded.
    Unknown,
    /// Managers are recorded in the words of another version, which this object does not have.
    OtherVersion(OtherVersion<'a>),
    /// The object has no `managedFields`.
    NoManagers,
}

/// The versions of an entry and of the object, which differ in the names of their fields.
#[derive(Clone, Copy, Debug)]
pub struct OtherVersion<'a> {
    /// That of the entry.
    pub recorded: &'a str,
    /// That of the object.
    pub own: &'a str,
}

/// The managers of an object.
#[derive(Clone, Debug)]
pub struct Managers<'a> {
    object: &'a Value,
    entries: Vec<Manager<'a>>,
    /// The version of an entry whose fields the object does not have.
    other: Option<OtherVersion<'a>>,
}

impl<'a> Managers<'a> {
    /// Reads the managers of an object.
    #[must_use]
    pub fn of(object: &'a Value) -> Self {
        let mut entries = read(path::at(object, MANAGED_FIELDS));
        let version = object["apiVersion"].as_str().unwrap_or_default();
        let is_other = |entry: &Manager<'a>| {
            !version.is_empty() && entry.version != version && mismatches(entry.fields, object)
        };
        let other = entries.iter().find(|entry| is_other(entry));
        let other = other.map(|entry| OtherVersion { recorded: entry.version, own: version });
        entries.retain(|entry| !is_other(entry));
        Self { object, entries, other }
    }

    /// Returns who set the field at a path such as `.metadata.labels['app']`.
    #[must_use]
    pub fn owners(&self, path: &str) -> Ownership<'a> {
        if self.entries.is_empty() && self.other.is_none() {
            return Ownership::NoManagers;
        }
        let is_managed_fields = path
            .strip_prefix(MANAGED_FIELDS)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('['));
        let Some(steps) = steps(path) else { return Ownership::Unknown };
        let found =
            self.entries.iter().map(|entry| (*entry, find(entry.fields, self.object, &steps)));
        let found: Vec<(Manager<'a>, Found)> = found.collect();
        let direct = found.iter().filter(|(_, found)| *found == Found::Field);
        let deepest = found.iter().filter_map(|(_, found)| found.whole()).max();
        let whole = found.iter().filter(|(_, found)| deepest.is_some() && found.whole() == deepest);
        let mut owners =
            sorted(direct.map(|(manager, _)| Owner { manager: *manager, whole: None }));
        let what = deepest.map(|depth| self.what(&steps, depth));
        owners.extend(sorted(whole.map(|(manager, _)| Owner { manager: *manager, whole: what })));
        let inside = found.iter().filter(|(_, found)| *found == Found::Inside).count();
        match inside {
            _ if !owners.is_empty() => Ownership::Owned(owners),
            _ if steps.is_empty() || is_managed_fields || NOT_TRACKED.contains(&path) => {
                Ownership::NotTracked
            }
            0 => self.other.map_or(Ownership::Unknown, Ownership::OtherVersion),
            managers => Ownership::Holds(managers),
        }
    }

    /// Returns the 0-based position of a manager among those of the object.
    #[must_use]
    pub fn position(&self, manager: &Manager<'_>) -> Option<usize> {
        self.entries.iter().position(|entry| std::ptr::eq(entry.fields, manager.fields))
    }

    /// Returns what the first steps of a path lead to.
    fn what(&self, steps: &[Step<'_>], depth: usize) -> &'static str {
        let value = path::follow(self.object, &steps[..depth]);
        match (value, steps.get(depth.saturating_sub(1))) {
            (Some(Value::Array(_)), _) => "a list",
            (_, Some(Step::Index(_))) => "an item",
            _ => "a map",
        }
    }
}

/// Returns the owners, the latest first; those without a time come last.
fn sorted<'a>(owners: impl Iterator<Item = Owner<'a>>) -> Vec<Owner<'a>> {
    let mut owners: Vec<Owner<'a>> = owners.collect();
    owners.sort_by_key(|Owner { manager, .. }| {
        (std::cmp::Reverse(manager.time), manager.operation != "Apply", manager.name)
    });
    owners
}

/// Reads the entries of `managedFields`.
fn read(entries: &Value) -> Vec<Manager<'_>> {
    let entries = entries.as_array().map(Vec::as_slice).unwrap_or_default().iter();
    let entry = |entry| {
        let fields = path::find(entry, ".fieldsV1")?;
        let text = path::find(entry, ".time").and_then(Value::as_str);
        Some(Manager {
            name: path::text(entry, ".manager"),
            operation: path::text(entry, ".operation"),
            subresource: path::text(entry, ".subresource"),
            version: path::text(entry, ".apiVersion"),
            time: text.and_then(|text| text.parse().ok()),
            text,
            fields,
        })
    };
    entries.filter_map(entry).collect()
}

/// Returns the latest write of the field at a JSON path such as `.metadata.labels['app']`, or of a field
/// below it.
///
/// Returns `None` if no manager owns it, or its managers have no time.
#[must_use]
pub fn last_write<'a>(object: &'a Value, path: &str) -> Option<Write<'a>> {
    latest(Managers::of(object).entries, object, &steps(path)?)
}

/// Returns the latest write of the field below some keys, after the entries of `managedFields` alone.
#[must_use]
pub fn last_write_in<'a>(entries: &'a Value, keys: &[&str]) -> Option<Write<'a>> {
    let steps: Vec<Step<'_>> = keys.iter().map(|key| Step::Key((*key).into())).collect();
    latest(read(entries), &Value::Null, &steps)
}

fn latest<'a>(entries: Vec<Manager<'a>>, object: &Value, steps: &[Step<'_>]) -> Option<Write<'a>> {
    let writes = entries.into_iter().filter(|it| find(it.fields, object, steps) != Found::Nothing);
    writes.max_by_key(|manager| manager.time)?.write()
}

/// The most seconds between a write and its arrival that are taken for the same moment.
const SAME_MOMENT: i64 = 2;

/// Returns who wrote a new version of an object that arrived at a time and differs at some paths, in words: the
/// managers with another time, else those with other fields, else those of the paths that wrote just then.
#[must_use]
pub fn changed_by(old: &Value, new: &Value, received: Timestamp, paths: &[&str]) -> String {
    let entries = |object| read(path::at(object, MANAGED_FIELDS));
    let (olds, news) = (entries(old), entries(new));
    let key = |it: &Manager<'_>| [it.name, it.operation, it.subresource].map(str::to_owned);
    let before = |new: &Manager<'_>| olds.iter().find(|old| key(old) == key(new));
    let titles = |is_it: &dyn Fn(&Manager<'_>) -> bool| {
        let titles = news.iter().filter(|new| is_it(new)).map(Manager::title);
        titles.collect::<Vec<_>>().join(", ")
    };
    let written = titles(&|new| before(new).is_none_or(|old| old.text != new.text));
    if !written.is_empty() {
        return written;
    }
    let widened = titles(&|new| before(new).is_some_and(|old| old.fields != new.fields));
    if !widened.is_empty() {
        return widened;
    }
    let steps: Vec<Vec<Step<'_>>> = paths.iter().filter_map(|path| steps(path)).collect();
    let owns =
        |it: &Manager<'_>| steps.iter().any(|steps| find(it.fields, new, steps) != Found::Nothing);
    let is_now = |time: Timestamp| (received.as_second() - time.as_second()).abs() <= SAME_MOMENT;
    match titles(&|new| new.time.is_some_and(is_now) && owns(new)) {
        names if names.is_empty() => "no manager recorded".to_owned(),
        names => format!("{names}, same second"),
    }
}

impl<'a> Manager<'a> {
    fn write(&self) -> Option<Write<'a>> {
        self.time?;
        Some(Write { manager: self.name, time: self.text? })
    }
}
