//! The versions of an object in a recording: those of every answer, list and watch that has it.

use serde_json::Value;

use super::objects::{collections, is_good_get};
use super::request::{AnswerForm, ReplayRequest};
use crate::api::har::{RecordedExchange, Recording};
use crate::downward::inputs;
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::object::path::text;

/// Returns the versions of an object in the order in which they were recorded, each once.
pub(super) fn of(recording: &Recording, object: &ObjectPath) -> Vec<Value> {
    let alone = ApiPath::Object(object.clone());
    let places = collections(&object.gvr, object.namespace.as_ref()).into_iter().chain([alone]);
    let mut found: Vec<(usize, Value)> = Vec::new();
    for place in places {
        let answers = recording.at(&place).filter(|(_, entry)| {
            is_good_get(entry) && AnswerForm::read(&entry.accept) == AnswerForm::Plain
        });
        for (number, entry) in answers {
            found.extend(objects(entry).filter(|it| is_it(it, object)).map(|it| (number, it)));
        }
    }
    found.sort_by_key(|(number, _)| *number);
    let mut versions: Vec<Value> = Vec::new();
    for (_, version) in found {
        let is_new = versions.iter().all(|known| self::version(known) != self::version(&version));
        if is_new && !self::version(&version).is_empty() {
            versions.push(version);
        }
    }
    versions
}

fn version(object: &Value) -> &str {
    text(object, ".metadata.resourceVersion")
}

/// Returns the objects of an answer: those of a list, of the lines of a watch, or one.
fn objects(entry: &RecordedExchange) -> Box<dyn Iterator<Item = Value>> {
    let Ok(body) = entry.body() else { return Box::new(std::iter::empty()) };
    if !ReplayRequest::is_watch_query(&entry.query) {
        let value = serde_json::from_slice(&body).unwrap_or_default();
        return Box::new(inputs::spread(value).into_iter());
    }
    let lines = serde_json::Deserializer::from_slice(&body).into_iter::<Value>();
    let changes = lines.map_while(Result::ok).filter(|line| {
        // Bookmarks and errors have no object.
        !matches!(text(line, ".type"), "BOOKMARK" | "ERROR")
    });
    let objects: Vec<Value> = changes.map(|mut line| line["object"].take()).collect();
    Box::new(objects.into_iter())
}

fn is_it(value: &Value, object: &ObjectPath) -> bool {
    text(value, ".metadata.name") == &*object.name
        && text(value, ".metadata.namespace")
            == object.namespace.as_ref().map_or("", |namespace| namespace.as_str())
}
