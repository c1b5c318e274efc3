//! Single objects of a recording: their whole content, and whether a list shows that they do not exist.

use std::cell::OnceCell;
use std::collections::HashMap;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::Found;
use super::changes::{Key, Meta, are_recorded};
use super::list::{self, Pages};
use super::moment::Moment;
use super::request::{AnswerForm, ReplayRequest};
use crate::api::har::{RecordedExchange, Recording};
use crate::k8s::names::{Gvr, Namespace};
use crate::k8s::path::{ApiPath, ObjectPath};

/// The whole objects of a resource, as far as they were recorded.
pub(super) struct Objects<'a> {
    moment: Moment<'a>,
    gvr: &'a Gvr,
    namespace: Option<&'a Namespace>,
    /// The items of the plain lists, by namespace and name.
    listed: OnceCell<HashMap<(String, String), Value>>,
}

impl<'a> Objects<'a> {
    /// Returns the objects of a collection.
    pub(super) fn new(moment: Moment<'a>, gvr: &'a Gvr, namespace: Option<&'a Namespace>) -> Self {
        Self { moment, gvr, namespace, listed: OnceCell::new() }
    }

    /// Returns an object; `namespace` is empty if it has none.
    pub(super) fn get(&self, namespace: &str, name: &str) -> Option<Value> {
        let path = ObjectPath {
            gvr: self.gvr.clone(),
            namespace: (!namespace.is_empty()).then(|| Namespace::new(namespace)),
            name: name.into(),
        };
        let is_followed = followed(self.moment.recording, &path).is_some();
        let alone = || plain(self.moment.recording, &ApiPath::Object(path)).find_map(value);
        let alone = if is_followed { None } else { alone() };
        let listed = || self.listed().get(&(namespace.to_owned(), name.to_owned())).cloned();
        alone.or_else(listed)
    }

    fn listed(&self) -> &HashMap<(String, String), Value> {
        self.listed.get_or_init(|| {
            let mut all = HashMap::new();
            for path in collections(self.gvr, self.namespace) {
                let lists = if are_recorded(self.moment.recording, &path, AnswerForm::Plain) {
                    let list = now(self.moment, &path).map(|(_, body)| body);
                    list.and_then(|body| serde_json::from_slice(&body).ok()).into_iter().collect()
                } else {
                    plain(self.moment.recording, &path).filter_map(value).collect::<Vec<_>>()
                };
                for list in lists {
                    let Value::Object(mut list) = list else { continue };
                    let Some(Value::Array(items)) = list.remove("items") else { continue };
                    for item in items {
                        let text = |field: &str| item["metadata"][field].as_str().unwrap_or("");
                        all.insert((text("namespace").to_owned(), text("name").to_owned()), item);
                    }
                }
            }
            all
        })
    }
}

/// Returns an object of a collection whose list and watch were recorded: as it is now, token for token.
pub(super) fn find<'a>(moment: Moment<'a>, object: &ObjectPath) -> Option<Found<'a>> {
    let (entry, body) = now(moment, &followed(moment.recording, object)?)?;
    let list: List<'_> = serde_json::from_slice(&body).ok()?;
    let item = list.item(object)?.get();
    if item.starts_with(r#"{"kind""#) || item.starts_with(r#"{"apiVersion""#) {
        return Some(Found::Derived(entry, item.to_owned().into()));
    }
    // Items of a list lack kind and apiVersion.
    let kind = Value::from(list.kind.strip_suffix("List")?);
    let (version, fields) = (Value::from(list.api_version.as_str()), item.strip_prefix('{')?);
    let text = format!("{{\"kind\":{kind},\"apiVersion\":{version},{fields}\n");
    Some(Found::Derived(entry, text.into()))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct List<'a> {
    kind: String,
    api_version: String,
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
}

impl<'a> List<'a> {
    fn item(&self, object: &ObjectPath) -> Option<&'a RawValue> {
        let namespace = object.namespace.as_ref().map_or("", Namespace::as_str).to_owned();
        let key = Key { namespace, name: object.name.to_string() };
        self.items.iter().copied().find(|item| Meta::of(item).key() == key)
    }
}

/// The collection around an object whose list and watch were recorded, if there is one.
fn followed(recording: &Recording, object: &ObjectPath) -> Option<ApiPath> {
    let mut collections = collections(&object.gvr, object.namespace.as_ref()).into_iter();
    collections.find(|path| are_followed(recording, path))
}

/// True if the plain list of a collection was recorded, and its watch.
pub(super) fn are_followed(recording: &Recording, path: &ApiPath) -> bool {
    let list = || Pages::of(recording, path, AnswerForm::Plain, (None, None));
    are_recorded(recording, path, AnswerForm::Plain) && list().is_some_and(|it| it.status() == 200)
}

/// The plain list of a collection as it is now.
fn now<'a>(moment: Moment<'a>, path: &ApiPath) -> Option<(&'a RecordedExchange, Bytes)> {
    match list::find(moment, &ReplayRequest::get(path.clone()), AnswerForm::Plain)? {
        Found::Derived(entry, body) => Some((entry, body)),
        _ => None,
    }
}

/// True if a whole list without the object was recorded, and no other list or watch of its collection has
/// the object; of a collection that was watched as well, if it does not have the object now.
pub(super) fn is_absent(moment: Moment<'_>, object: &ObjectPath) -> bool {
    let recording = moment.recording;
    if let Some((_, list)) = followed(recording, object).and_then(|path| now(moment, &path)) {
        let list: List<'_> = serde_json::from_slice(&list).unwrap_or_default();
        return list.item(object).is_none();
    }
    let collections = || collections(&object.gvr, object.namespace.as_ref());
    let is_whole = |path: &ApiPath| {
        let forms = [AnswerForm::Plain, AnswerForm::Table, AnswerForm::Metadata];
        { forms }.into_iter().any(|form| {
            Pages::of(recording, path, form, (None, None)).is_some_and(|pages| pages.are_whole())
        })
    };
    let has_it = |path: &ApiPath| {
        let answers = recording.at(path).map(|(_, entry)| entry).filter(|entry| is_good_get(entry));
        { answers }.any(|entry| names(entry).is_none_or(|names| names.contains(object)))
    };
    collections().iter().any(is_whole) && !collections().iter().any(has_it)
}

/// The collection of a namespace, and that of all namespaces.
pub(super) fn collections(gvr: &Gvr, namespace: Option<&Namespace>) -> Vec<ApiPath> {
    let everywhere = ApiPath::Collection { gvr: gvr.clone(), namespace: None };
    let within = namespace.map(|namespace| ApiPath::Collection {
        gvr: gvr.clone(),
        namespace: Some(namespace.clone()),
    });
    within.into_iter().chain([everywhere]).collect()
}

/// The plain answers of a path.
fn plain<'a>(
    recording: &'a Recording,
    path: &ApiPath,
) -> impl Iterator<Item = &'a RecordedExchange> {
    let answers = recording.at(path).map(|(_, entry)| entry);
    answers.filter(|entry| {
        is_good_get(entry)
            && AnswerForm::read(&entry.accept) == AnswerForm::Plain
            && !ReplayRequest::is_watch_query(&entry.query)
    })
}

pub(super) fn is_good_get(entry: &RecordedExchange) -> bool {
    entry.method == "GET" && entry.status == 200
}

fn value(entry: &RecordedExchange) -> Option<Value> {
    serde_json::from_slice(&entry.body().ok()?).ok()
}

/// The names in a recorded list or watch.
#[derive(Default)]
struct Names(Vec<(Option<String>, String)>);

impl Names {
    /// True if the object is among them. An unknown namespace matches any.
    fn contains(&self, object: &ObjectPath) -> bool {
        self.0.iter().any(|(namespace, name)| {
            let same =
                |known: &String| object.namespace.as_ref().is_none_or(|it| it.as_str() == known);
            *name == *object.name && namespace.as_ref().is_none_or(same)
        })
    }

    fn add(&mut self, object: &Value, cell: Option<&Value>) {
        let text = |field: &str| object["metadata"][field].as_str().map(str::to_owned);
        let name = text("name").or_else(|| Some(cell?.as_str()?.to_owned()));
        self.0.extend(name.map(|name| (text("namespace"), name)));
    }

    /// Adds the names of a list, a table or an object.
    fn add_all(&mut self, value: &Value) {
        let columns = value["columnDefinitions"].as_array();
        let name = columns.and_then(|all| all.iter().position(|it| it["format"] == "name"));
        for row in value["rows"].as_array().into_iter().flatten() {
            self.add(&row["object"], row["cells"].get(name.unwrap_or_default()));
        }
        for item in value["items"].as_array().into_iter().flatten() {
            self.add(item, None);
        }
        self.add(value, None);
    }
}

/// The names in an answer; `None` if it cannot be read.
fn names(entry: &RecordedExchange) -> Option<Names> {
    let mut names = Names::default();
    if ReplayRequest::is_watch_query(&entry.query) {
        let body = entry.body().ok()?;
        let events = serde_json::Deserializer::from_slice(&body).into_iter::<Value>();
        events.map_while(Result::ok).for_each(|event| names.add_all(&event["object"]));
    } else {
        names.add_all(&value(entry)?);
    }
    Some(names)
}
