//! Following references and the steps of a path through schemas.

use serde_json::{Map, Value};

use super::{Field, Schemas};
use crate::object::path;

/// The most schemas of one field.
const MAX_LAYERS: usize = 32;
/// Where schemas are referred to.
const REFERENCE: &str = "#/components/schemas/";

/// The schemas that describe a field together, the outermost first.
#[derive(Clone, Debug)]
pub(super) struct Layers(Vec<Layer>);

/// A schema.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    pub(super) schema: Value,
    /// The name of the component in which it is.
    pub(super) component: String,
    /// True if it is the whole component.
    is_root: bool,
}

/// Where a step leads.
pub(super) enum Step {
    /// To a described field.
    Into {
        layers: Layers,
        /// True if the schema describes every key in this way.
        is_any_key: bool,
    },
    /// To something that is not described.
    AnyContent,
    /// To nothing.
    Nowhere,
}

impl Layers {
    /// Returns the outermost schema first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Layer> {
        self.0.iter()
    }

    /// Returns the value of the outermost schema that has it.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find_map(|layer| layer.schema.get(key))
    }

    /// True if it is a list.
    pub(super) fn is_list(&self) -> bool {
        self.get("type").is_some_and(|it| it == "array") || self.get("items").is_some()
    }

    /// Returns the fields with their schemas and the component of each.
    pub(super) fn properties(&self) -> impl Iterator<Item = (&str, &Value, &str)> {
        let maps = self.0.iter().filter_map(|layer| {
            Some((layer.schema.get("properties")?.as_object()?, layer.component.as_str()))
        });
        maps.flat_map(|(map, component): (&Map<String, Value>, _)| {
            map.iter().map(move |(name, schema)| (name.as_str(), schema, component))
        })
    }

    /// True if a field is required.
    pub(super) fn requires(&self, name: &str) -> bool {
        let mut lists = self.0.iter().map(|layer| path::list(&layer.schema, ".required"));
        lists.any(|list| list.iter().any(|required| required == name))
    }

    /// True if a flag of an extension is set.
    pub(super) fn is(&self, flag: &str) -> bool {
        self.get(flag).is_some_and(|value| value == true)
    }

    /// Returns the description of the field, and that of its type if it is another one.
    pub(super) fn descriptions(&self) -> (String, Option<String>) {
        let mut texts = self.0.iter().filter_map(|layer| layer.schema.get("description")?.as_str());
        let own = texts.next().unwrap_or_default();
        let other = texts.next().filter(|text| *text != own);
        (without_values(own).to_owned(), other.map(|text| without_values(text).to_owned()))
    }

    /// Returns the last part of the name of the component that it is.
    pub(super) fn component(&self) -> Option<&str> {
        let root = self.0.iter().rev().find(|layer| layer.is_root)?;
        root.component.rsplit('.').next()
    }
}

/// Returns a description without the generated list of values.
fn without_values(text: &str) -> &str {
    text.split("Possible enum values:").next().unwrap_or_default().trim_end()
}

/// Returns a schema with all that it refers to.
pub(super) fn resolve(schemas: &Schemas, schema: Value, component: &str) -> Layers {
    let mut layers = Layers(Vec::new());
    let mut seen = Vec::new();
    let is_root = schema.get("x-kubernetes-group-version-kind").is_some();
    add(
        schemas,
        Layer { schema, component: component.to_owned(), is_root },
        &mut layers,
        &mut seen,
    );
    layers
}

fn add(schemas: &Schemas, layer: Layer, layers: &mut Layers, seen: &mut Vec<String>) {
    if layers.0.len() >= MAX_LAYERS {
        return;
    }
    let reference = layer.schema.get("$ref").and_then(Value::as_str).map(str::to_owned);
    let parts = path::list(&layer.schema, ".allOf").to_vec();
    let component = layer.component.clone();
    layers.0.push(layer);
    if let Some(name) = reference.as_deref().and_then(|it| it.strip_prefix(REFERENCE))
        && !seen.iter().any(|seen| seen == name)
    {
        seen.push(name.to_owned());
        if let Some(schema) = schemas.get(name) {
            let component = name.to_owned();
            add(schemas, Layer { schema, component, is_root: true }, layers, seen);
        }
    }
    for schema in parts {
        let component = component.clone();
        add(schemas, Layer { schema, component, is_root: false }, layers, seen);
    }
}

/// Follows one step of a path.
pub(super) fn step(schemas: &Schemas, at: &Layers, segment: &path::Step<'_>) -> Step {
    let into = |schema: &Value, component: &str, is_any_key| Step::Into {
        layers: resolve(schemas, schema.clone(), component),
        is_any_key,
    };
    let component = at.iter().last().map(|layer| layer.component.clone()).unwrap_or_default();
    match segment {
        path::Step::Index(_) => match at.get("items") {
            Some(items) => into(items, &component, false),
            None if is_open(at) => Step::AnyContent,
            None => Step::Nowhere,
        },
        path::Step::Key(key) => {
            if let Some((_, schema, component)) = at.properties().find(|(name, ..)| name == key) {
                return into(schema, component, false);
            }
            match at.get("additionalProperties") {
                Some(schema @ Value::Object(_)) => into(schema, &component, true),
                Some(Value::Bool(true)) => Step::AnyContent,
                _ if is_open(at) => Step::AnyContent,
                _ => Step::Nowhere,
            }
        }
    }
}

/// True if a schema allows any content.
fn is_open(at: &Layers) -> bool {
    at.is("x-kubernetes-preserve-unknown-fields")
        || at.get("type").is_none_or(|it| it == "object")
            && at.properties().next().is_none()
            && at.get("additionalProperties").is_none()
}

/// Returns the name of a type: `integer int32`, `[]EnvVar`, `map[string]Quantity`.
pub(super) fn type_name(schemas: &Schemas, at: &Layers) -> String {
    let name = bare_type(schemas, at);
    if at.is("nullable") { format!("{name} or null") } else { name }
}

fn bare_type(schemas: &Schemas, at: &Layers) -> String {
    let format = at.get("format").and_then(Value::as_str);
    if format == Some("int-or-string") || at.is("x-kubernetes-int-or-string") {
        return "integer or string".to_owned();
    }
    if at.is_list() {
        let items = at.get("items").map(|items| resolve(schemas, items.clone(), ""));
        return format!(
            "[]{}",
            items.map_or_else(|| "any".to_owned(), |it| type_name(schemas, &it))
        );
    }
    let own = at.get("type").and_then(Value::as_str).map_or_else(|| one_of(at), str::to_owned);
    let own = own.as_str();
    if let (Some(component), true) = (at.component(), own != "any" || at.0.len() > 1) {
        return if own == "object" { component.to_owned() } else { format!("{component} ({own})") };
    }
    match (own, at.get("additionalProperties")) {
        ("object", Some(schema @ Value::Object(_))) => {
            let values = resolve(schemas, schema.clone(), "");
            format!("map[string]{}", type_name(schemas, &values))
        }
        _ => format.map_or_else(|| own.to_owned(), |format| format!("{own} {format}")),
    }
}

/// Returns the types of a field that may have one of several: `string or number`.
fn one_of(at: &Layers) -> String {
    let types = at.get("oneOf").map(|types| path::list(types, "")).unwrap_or_default();
    let types: Vec<&str> = types.iter().filter_map(|it| it["type"].as_str()).collect();
    if types.is_empty() { "any".to_owned() } else { types.join(" or ") }
}

/// Returns the fields of a map or of the items of a list, down to a depth: required ones first, deprecated
/// ones last. A type within itself has no fields.
pub(super) fn children(schemas: &Schemas, at: &Layers, depth: usize) -> Vec<Field> {
    below(schemas, at, depth, &mut Vec::new())
}

fn below(schemas: &Schemas, at: &Layers, depth: usize, within: &mut Vec<String>) -> Vec<Field> {
    if depth == 0 {
        return Vec::new();
    }
    if at.is_list() {
        return match step(schemas, at, &path::Step::Index(0)) {
            Step::Into { layers, .. } => below(schemas, &layers, depth, within),
            _ => Vec::new(),
        };
    }
    let name = at.0.iter().rfind(|layer| layer.is_root).map(|layer| layer.component.clone());
    if name.as_ref().is_some_and(|name| within.contains(name)) {
        return Vec::new();
    }
    let outside = within.len();
    within.extend(name);
    let mut fields: Vec<Field> = at
        .properties()
        .map(|(name, schema, component)| {
            let layers = resolve(schemas, schema.clone(), component);
            let (description, _) = layers.descriptions();
            Field {
                name: name.to_owned(),
                type_name: type_name(schemas, &layers),
                is_required: at.requires(name),
                is_deprecated: super::labels::deprecation(&layers).is_some(),
                description,
                fields: below(schemas, &layers, depth - 1, within),
            }
        })
        .collect();
    within.truncate(outside);
    fields.sort_by(|a, b| {
        let key = |field: &Field| (field.is_deprecated, !field.is_required);
        key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name))
    });
    fields.dedup_by(|a, b| a.name == b.name);
    fields
}
