//! Cases from the fixtures: an object, its related objects, and the expected reasons.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use kubewalk::k8s::path::decode_segment;
use kubewalk::k8s::request::{Form, Request};
use kubewalk::object::health::{
    Answer, Health, Level, Reason, Related, SecretKeys, Unresolved, judge,
};
use serde_json::{Value, json};

/// When everything is judged.
pub(crate) fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

/// One case of a fixture.
pub(crate) struct Case {
    pub(crate) rule: String,
    pub(crate) title: String,
    pub(crate) object: Value,
    value: Value,
}

/// Reads the cases of a file below `tests/fixtures/health`.
pub(crate) fn cases(file: &str) -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/health").join(file);
    let text = fs::read_to_string(path).unwrap();
    let mut file_value: Value = serde_saphyr::from_str(&text).unwrap();
    set_times(&mut file_value);
    let base = file_value["base"].clone();
    let cases = file_value["cases"].as_array().unwrap().iter().enumerate();
    let cases = cases.map(|(index, value)| {
        let own = value["name"].as_str().map_or_else(String::new, |name| format!(": {name}"));
        let rule = value["rule"].as_str().unwrap_or("none").to_owned();
        let mut object = match value.get("base") {
            Some(other) => file_value[other.as_str().unwrap()].clone(),
            None => base.clone(),
        };
        merge(&mut object, &value["object"]);
        let title = format!("{file} #{index} {rule}{own}");
        Case { rule, title, object, value: value.clone() }
    });
    cases.collect()
}

/// Makes times of texts such as `-22m`, `+20s`.
fn set_times(value: &mut Value) {
    match value {
        Value::String(text) => {
            let time = text.strip_prefix(['-', '+']).filter(|_| text.len() > 2);
            let Some(seconds) = time.and_then(kubewalk::k8s::age::parse_duration) else { return };
            let seconds = if text.starts_with('-') { -seconds } else { seconds };
            *text = (now() + SignedDuration::from_secs(seconds)).to_string();
        }
        Value::Array(items) => items.iter_mut().for_each(set_times),
        Value::Object(fields) => fields.values_mut().for_each(set_times),
        _ => {}
    }
}

/// Lays one value over another. Containers are laid over each other, other lists replaced; null removes.
fn merge(below: &mut Value, above: &Value) {
    match (below, above) {
        (Value::Object(below), Value::Object(above)) => {
            for (key, value) in above {
                let is_containers = key == "containers" || key == "containerStatuses";
                match (below.get_mut(key), value) {
                    (_, Value::Null) => _ = below.remove(key),
                    (Some(Value::Array(known)), Value::Array(items)) if is_containers => {
                        for (index, item) in items.iter().enumerate() {
                            match known.get_mut(index) {
                                Some(known) => merge(known, item),
                                None => known.push(item.clone()),
                            }
                        }
                    }
                    (Some(known), value) if known.is_object() && value.is_object() => {
                        merge(known, value);
                    }
                    _ => _ = below.insert(key.clone(), value.clone()),
                }
            }
        }
        (below, above) if !above.is_null() => *below = above.clone(),
        _ => {}
    }
}

impl Case {
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.value.get(key)?.as_str()
    }

    pub(crate) fn is(&self, key: &str) -> bool {
        self.value.get(key) == Some(&Value::Bool(true))
    }

    pub(crate) fn level(&self) -> Level {
        serde_json::from_value(self.value["level"].clone()).unwrap()
    }

    /// The texts of a list, if the case has it.
    pub(crate) fn texts(&self, key: &str) -> Option<Vec<String>> {
        let items = self.value.get(key)?.as_array().unwrap();
        Some(items.iter().map(|item| item.as_str().unwrap().to_owned()).collect())
    }

    /// Judges the object, answers what it wants as far as the case has answers, and judges it again until
    /// nothing new is answered. Every answer of the case must be wanted.
    pub(crate) fn judge(&self) -> Health {
        let mut related = self.related();
        let mut open = self.answers();
        let wanted = judge(&self.object, now(), &related).wants;
        if let Some(expected) = self.texts("wants") {
            let wanted: Vec<String> = wanted.iter().map(|want| shown(&want.request)).collect();
            assert_eq!(wanted, expected, "{}", self.title);
        }
        loop {
            let health = judge(&self.object, now(), &related);
            assert!(health.wants.len() <= 4, "{}: {:?}", self.title, health.wants);
            let mut is_answered = false;
            for want in &health.wants {
                let at = open.iter().position(|(request, _)| *request == shown(&want.request));
                if let Some((_, value)) = at.map(|at| open.remove(at)) {
                    related
                        .insert(want.request.clone(), Arc::new(answer(&value, want.request.form)));
                    is_answered = true;
                }
            }
            if !is_answered {
                let left: Vec<&String> = open.iter().map(|(request, _)| request).collect();
                let wants: Vec<String> = health.wants.iter().map(|w| shown(&w.request)).collect();
                assert!(
                    left.is_empty(),
                    "{}: never wanted: {left:?}, wanted: {wants:?}",
                    self.title
                );
                return health;
            }
        }
    }

    /// What is known without being wanted.
    fn related(&self) -> Related {
        let mut related = Related::default();
        related.has_status = self.is("has_status");
        for missing in self.value["unresolved"].as_array().into_iter().flatten() {
            let text = |key: &str| missing[key].as_str().unwrap().to_owned();
            let (container, what) = (text("container"), text("what"));
            related.unresolved.push(Unresolved { container, what, evidence: text("evidence") });
        }
        for (secret, keys) in self.value["secret_keys"].as_object().into_iter().flatten() {
            let keys = keys.as_array().unwrap().iter().map(|key| key.as_str().unwrap().to_owned());
            related.secret_keys.push(SecretKeys { secret: secret.clone(), keys: keys.collect() });
        }
        if let Some(events) = self.value.get("known") {
            let request = kubewalk::object::health::events_request(&self.object).unwrap();
            related.insert(request, Arc::new(Answer::Objects(self.events(events))));
        }
        for known in self.value["known_rows"].as_array().into_iter().flatten() {
            let form = if known.get("table").is_some() { Form::Table } else { Form::Json };
            let request = request(known["request"].as_str().unwrap(), form);
            related.insert(request, Arc::new(answer(known, form)));
        }
        related
    }

    fn answers(&self) -> Vec<(String, Value)> {
        let answers = self.value["answers"].as_array().into_iter().flatten();
        let mut answers: Vec<(String, Value)> = answers
            .map(|answer| (answer["request"].as_str().unwrap().to_owned(), answer.clone()))
            .collect();
        if let Some(events) = self.value.get("events") {
            let request = kubewalk::object::health::events_request(&self.object).unwrap();
            answers.push((shown(&request), json!({ "list": self.events(events) })));
        }
        answers
    }

    /// Events of the object, from their short form.
    fn events(&self, events: &Value) -> Vec<Value> {
        let events = events.as_array().unwrap().iter().enumerate();
        let recent = (now() - SignedDuration::from_secs(60)).to_string();
        let event = |(index, event): (usize, &Value)| {
            let field = |key: &str, default: Value| event.get(key).cloned().unwrap_or(default);
            json!({
                "metadata": {"name": format!("e{index}"), "namespace": "shop"},
                "involvedObject": {"uid": self.object["metadata"]["uid"]},
                "type": field("type", "Warning".into()),
                "reason": event["reason"],
                "message": event["message"],
                "count": field("count", 1.into()),
                "lastTimestamp": field("last", recent.clone().into()),
            })
        };
        events.map(event).collect()
    }
}

/// The path and query of a request, decoded.
pub(crate) fn shown(request: &Request) -> String {
    decode_segment(&request.path_and_query())
}

fn request(text: &str, form: Form) -> Request {
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    let request = Request::get(kubewalk::k8s::path::ApiPath::parse(path), form);
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.fold(request, |request, (name, value)| request.with(name, value))
}

fn answer(value: &Value, form: Form) -> Answer {
    if value["absent"] == true {
        return Answer::Absent;
    }
    if value["withheld"] == true {
        return Answer::Withheld;
    }
    let body = if let Some(list) = value.get("list") {
        json!({ "kind": "List", "apiVersion": "v1", "items": list })
    } else if let Some(table) = value.get("table") {
        assert_eq!(form, Form::Table, "{value}");
        table_of(&table["columns"], &table["rows"])
    } else {
        value["body"].clone()
    };
    Answer::read_body(form, body.to_string().as_bytes(), now())
}

/// A Table of these columns and rows, without objects.
pub(crate) fn table_of(columns: &Value, rows: &Value) -> Value {
    let columns = columns.as_array().unwrap().iter().map(|name| {
        let format = if name == "Name" { "name" } else { "" };
        json!({"name": name, "format": format, "priority": 0})
    });
    let rows = rows.as_array().unwrap().iter().map(|cells| json!({"cells": cells, "object": null}));
    let (columns, rows): (Vec<Value>, Vec<Value>) = (columns.collect(), rows.collect());
    json!({"kind": "Table", "metadata": {}, "columnDefinitions": columns, "rows": rows})
}

/// The related objects of a reason, as `RESOURCE/NAME`.
pub(crate) fn related(reason: &Reason) -> Vec<String> {
    let related = reason.related.iter();
    related.map(|path| format!("{}/{}", path.gvr.resource, path.name)).collect()
}
