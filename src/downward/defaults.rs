//! The defaults that the API server adds to a manifest (`pkg/apis/core/v1/defaults.go`), as far as
//! containers can see them.

use serde_json::{Map, Value, json};

use crate::k8s::quantity::Quantity;

/// Adds the defaults to a pod's manifest, in place. Values of a wrong type are left to the decoder.
pub(super) fn apply(pod: &mut Value) {
    if let Some(metadata) = child(pod, "metadata") {
        default(metadata, "namespace", || json!("default"));
    }
    let Some(spec) = child(pod, "spec") else { return };
    default(spec, "enableServiceLinks", || json!(true));
    // Not a default, but set by an admission plugin that every cluster has.
    let account = spec.get("serviceAccount").filter(|name| is_set(name)).cloned();
    default(spec, "serviceAccountName", || account.unwrap_or_else(|| json!("default")));
    for list in ["initContainers", "containers", "ephemeralContainers"] {
        for container in items(spec, list) {
            for variable in items(container, "env") {
                if let Some(source) = variable.get_mut("valueFrom").and_then(Value::as_object_mut) {
                    default_reference(source);
                }
            }
            if let Some(resources) = container.get_mut("resources").and_then(Value::as_object_mut) {
                round(resources);
                if list != "ephemeralContainers" {
                    default_requests(resources);
                }
            }
        }
    }
    if let Some(resources) = spec.get_mut("resources").and_then(Value::as_object_mut) {
        round(resources);
    }
    for volume in items(spec, "volumes") {
        for kind in ["downwardAPI", "projected", "configMap", "secret"] {
            let Some(source) = volume.get_mut(kind).and_then(Value::as_object_mut) else {
                continue;
            };
            default(source, "defaultMode", || json!(0o644));
            items(source, "items").for_each(default_reference);
            for projection in items(source, "sources") {
                if let Some(source) =
                    projection.get_mut("downwardAPI").and_then(Value::as_object_mut)
                {
                    items(source, "items").for_each(default_reference);
                }
            }
        }
    }
}

fn default_reference(source: &mut Map<String, Value>) {
    if let Some(field) = source.get_mut("fieldRef").and_then(Value::as_object_mut) {
        default(field, "apiVersion", || json!("v1"));
    }
    if let Some(resource) = source.get_mut("resourceFieldRef").and_then(Value::as_object_mut) {
        default(resource, "divisor", || json!("0"));
    }
}

/// Each limit without a request is the request too, for any resource.
fn default_requests(resources: &mut Map<String, Value>) {
    let Some(limits) = resources.get("limits").and_then(Value::as_object).cloned() else { return };
    if !resources.get("requests").is_some_and(Value::is_object) {
        resources.insert("requests".to_owned(), json!({}));
    }
    if let Some(requests) = resources.get_mut("requests").and_then(Value::as_object_mut) {
        for (name, limit) in limits {
            requests.entry(name).or_insert(limit);
        }
    }
}

/// Rounds amounts up to thousandths, as they are stored.
fn round(resources: &mut Map<String, Value>) {
    for list in ["limits", "requests"] {
        let Some(amounts) = resources.get_mut(list).and_then(Value::as_object_mut) else {
            continue;
        };
        for amount in amounts.values_mut() {
            let text = match &amount {
                Value::String(text) => text.trim().to_owned(),
                Value::Number(number) => number.to_string(),
                _ => continue,
            };
            if let Ok(quantity) = Quantity::parse(&text) {
                *amount = json!(quantity.round_up_to_milli().to_string());
            }
        }
    }
}

fn child<'v>(object: &'v mut Value, name: &str) -> Option<&'v mut Map<String, Value>> {
    let object = object.as_object_mut()?;
    object.entry(name).or_insert_with(|| json!({})).as_object_mut()
}

fn default(object: &mut Map<String, Value>, name: &str, value: impl FnOnce() -> Value) {
    if !object.get(name).is_some_and(is_set) {
        object.insert(name.to_owned(), value());
    }
}

fn is_set(value: &Value) -> bool {
    !value.is_null() && value != ""
}

fn items<'v>(
    object: &'v mut Map<String, Value>,
    name: &str,
) -> impl Iterator<Item = &'v mut Map<String, Value>> {
    let list = object.get_mut(name).and_then(Value::as_array_mut);
    list.into_iter().flatten().filter_map(Value::as_object_mut)
}
