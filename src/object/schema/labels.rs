//! What holds for a field, in words: default, allowed values, ranges, rules.

use serde_json::Value;

use super::walk::Layers;
use crate::object::diff::inline;
use crate::object::path::{Step, list};

/// Components of the built-in kinds, in which a zero value is the one of Go and no default.
const BUILT_IN: [&str; 4] = [
    "io.k8s.api.",
    "io.k8s.apimachinery.",
    "io.k8s.kube-aggregator.",
    "io.k8s.apiextensions-apiserver.",
];

/// Something that holds for a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// What it is, such as `default`.
    pub name: &'static str,
    /// One line or several; empty if the name says all.
    pub lines: Vec<String>,
}

/// What the schemas on the way to a field say about it.
#[derive(Clone, Debug, Default)]
pub(super) struct Context {
    is_required: bool,
    /// The list that identifies its items by this field.
    key_of: Option<String>,
    is_any_key: bool,
    /// Rules of the schemas around it that mention it.
    rules: Vec<String>,
    /// The last list, and the keys of its items.
    list: Option<(String, Vec<String>)>,
    last_key: String,
    is_replaced: bool,
}

impl Context {
    /// Notes a step from a schema.
    pub(super) fn enter(&mut self, from: &Layers, step: &Step<'_>, is_any_key: bool) {
        match step {
            Step::Index(_) => {
                let keys = from.get("x-kubernetes-list-map-keys").map(|it| list(it, ""));
                let keys = keys.unwrap_or_default().iter().filter_map(Value::as_str);
                self.list = Some((self.last_key.clone(), keys.map(str::to_owned).collect()));
                (self.is_required, self.key_of) = (false, None);
            }
            Step::Key(key) => {
                self.is_required = from.requires(key);
                let list = self.list.take().filter(|(_, keys)| keys.iter().any(|it| it == key));
                self.key_of = list.map(|(list, keys)| {
                    let others: Vec<&str> =
                        keys.iter().map(String::as_str).filter(|it| it != key).collect();
                    if others.is_empty() {
                        list
                    } else {
                        format!("{list}, with {}", others.join(", "))
                    }
                });
                let mentions = |rule: &String| rule.contains(&format!("self.{key}"));
                self.rules.extend(rules(from).into_iter().filter(mentions));
                self.last_key = key.to_string();
            }
        }
        self.is_any_key = is_any_key;
        self.is_replaced = is_any_key
            && from.get("x-kubernetes-map-type").is_some_and(|map_type| map_type == "atomic");
    }
}

/// Returns all that holds for a field, in a fixed order.
pub(super) fn of(at: &Layers, context: &Context) -> Vec<Label> {
    let mut labels = Vec::new();
    let mut add = |name, lines: Vec<String>| labels.push(Label { name, lines });
    if context.is_required {
        add("required", Vec::new());
    }
    if let Some(deprecation) = deprecation(at) {
        add(
            "deprecated",
            Some(deprecation.to_owned()).filter(|it| !it.is_empty()).into_iter().collect(),
        );
    }
    let own_rules = rules(at);
    if own_rules.iter().any(|rule| rule.split(": ").next() == Some("self == oldSelf")) {
        add("immutable", Vec::new());
    }
    if context.is_any_key {
        let replaced = if context.is_replaced { "; the map is replaced as a whole" } else { "" };
        add("key", vec![format!("any{replaced}")]);
    }
    if let Some(default) = default(at) {
        add("default", vec![inline(default)]);
    }
    let values = values(at);
    if !values.is_empty() {
        add("one of", values);
    }
    for (name, text) in [("range", range(at)), ("length", length(at))] {
        if let Some(text) = text {
            add(name, vec![text]);
        }
    }
    if let Some(pattern) = at.get("pattern").and_then(Value::as_str) {
        add("pattern", vec![pattern.to_owned()]);
    }
    let rules: Vec<String> = own_rules.into_iter().chain(context.rules.clone()).collect();
    if !rules.is_empty() {
        add("rule", rules);
    }
    if let Some(text) = list_type(at) {
        add("list", vec![text]);
    }
    if let Some(list) = &context.key_of {
        add("key of the list", vec![list.clone()]);
    }
    if let Some(example) = at.get("example") {
        add("example", vec![inline(example)]);
    }
    if let Some(more) = at.get("externalDocs").and_then(|docs| docs["url"].as_str()) {
        add("more", vec![more.to_owned()]);
    }
    labels
}

/// Returns why a field is deprecated: empty if the schema says so, else that its description does.
pub(super) fn deprecation(at: &Layers) -> Option<&'static str> {
    if at.is("deprecated") {
        return Some("");
    }
    let (description, _) = at.descriptions();
    let begins = |sentence: &str| sentence.trim_start().to_lowercase().starts_with("deprecated");
    let mut sentences = description.split(['.', '\n']);
    sentences.any(begins).then_some("says its description")
}

/// Returns the default. The zero values that the documents have for fields of Go are none.
pub(super) fn default(at: &Layers) -> Option<&Value> {
    let layer = at.iter().find(|layer| layer.schema.get("default").is_some())?;
    let default = layer.schema.get("default")?;
    let is_zero = match default {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
    };
    let is_built_in = BUILT_IN.iter().any(|prefix| layer.component.starts_with(prefix));
    (!is_zero || !is_built_in).then_some(default)
}

/// Returns the values that all schemas allow, with what the description says about each.
fn values(at: &Layers) -> Vec<String> {
    let mut lists = at.iter().filter_map(|layer| layer.schema.get("enum")?.as_array());
    let Some(first) = lists.next() else { return Vec::new() };
    let mut values: Vec<&Value> = first.iter().collect();
    for list in lists {
        values.retain(|value| list.contains(value));
    }
    let mut texts = at.iter().filter_map(|layer| layer.schema.get("description")?.as_str());
    let list = texts.find_map(|text| text.split_once("Possible enum values:"));
    let meanings = list.map(|(_, list)| list).unwrap_or_default();
    let line = |value: &&Value| {
        let quoted = format!("- `{value}` ");
        let meaning = meanings.lines().find_map(|line| line.trim().strip_prefix(quoted.as_str()));
        match meaning {
            Some(meaning) => format!("{}  {meaning}", inline(value)),
            None => inline(value),
        }
    };
    if meanings.is_empty() {
        return vec![values.into_iter().map(inline).collect::<Vec<_>>().join(", ")];
    }
    values.iter().map(line).collect()
}

fn range(at: &Layers) -> Option<String> {
    let number = |key| at.get(key).filter(|value| value.is_number());
    let excluded = |key: &str| if at.is(key) { " (excluded)" } else { "" };
    let text = match (number("minimum"), number("maximum")) {
        (Some(least), Some(most)) => format!(
            "{least}{} to {most}{}",
            excluded("exclusiveMinimum"),
            excluded("exclusiveMaximum")
        ),
        (Some(least), None) => format!("{least}{} and above", excluded("exclusiveMinimum")),
        (None, Some(most)) => format!("up to {most}{}", excluded("exclusiveMaximum")),
        (None, None) => String::new(),
    };
    let multiple = number("multipleOf").map(|of| format!("a multiple of {of}"));
    let parts: Vec<String> =
        Some(text).filter(|it| !it.is_empty()).into_iter().chain(multiple).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn length(at: &Layers) -> Option<String> {
    let kinds = [
        ("minLength", "maxLength", "characters"),
        ("minItems", "maxItems", "items"),
        ("minProperties", "maxProperties", "fields"),
    ];
    let number = |key: &str| at.get(key).and_then(Value::as_u64);
    let mut parts: Vec<String> = kinds
        .into_iter()
        .filter_map(|(least, most, what)| match (number(least), number(most)) {
            (Some(least), Some(most)) => Some(format!("{least} to {most} {what}")),
            (Some(least), None) => Some(format!("at least {least} {what}")),
            (None, Some(most)) => Some(format!("at most {most} {what}")),
            (None, None) => None,
        })
        .collect();
    if at.is("uniqueItems") {
        parts.push("no item twice".to_owned());
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Returns the rules of a schema, each with its message.
fn rules(at: &Layers) -> Vec<String> {
    let lists = at.iter().map(|layer| list(&layer.schema, ".x-kubernetes-validations"));
    let rule = |rule: &Value| {
        let text = rule["rule"].as_str()?;
        Some(match rule["message"].as_str() {
            Some(message) => format!("{text}: {message}"),
            None => text.to_owned(),
        })
    };
    lists.flatten().filter_map(rule).collect()
}

fn list_type(at: &Layers) -> Option<String> {
    let list_type = at.get("x-kubernetes-list-type")?.as_str()?;
    let keys = at.get("x-kubernetes-list-map-keys").map(|keys| list(keys, "")).unwrap_or_default();
    let keys: Vec<&str> = keys.iter().filter_map(Value::as_str).collect();
    Some(match list_type {
        "map" => format!("of map by {}", keys.join(", ")),
        "atomic" => "atomic: it is replaced as a whole".to_owned(),
        other => other.to_owned(),
    })
}
