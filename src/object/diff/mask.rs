//! Masking the values of Secrets in differences.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::groups::Context;
use crate::object::path::push_key;

/// The annotation in which `kubectl apply` keeps the whole object, with the values of a Secret.
const LAST_APPLIED: &str =
    ".metadata.annotations['kubectl.kubernetes.io/last-applied-configuration']";

/// Returns a value at a path as it is shown, and true if a part of it is masked.
pub(super) fn shown(context: &Context<'_>, pattern: &str, value: &Value) -> (Value, bool) {
    if !context.masks() {
        return (value.clone(), false);
    }
    let mut path = pattern.to_owned();
    let mut is_masked = false;
    let value = masked(&mut path, value, &mut is_masked);
    (value, is_masked)
}

fn masked(path: &mut String, value: &Value, is_masked: &mut bool) -> Value {
    let length = path.len();
    match value {
        Value::Object(map) => {
            let field = |(key, value): (&String, &Value)| {
                push_key(key, path);
                let value = masked(path, value, is_masked);
                path.truncate(length);
                (key.clone(), value)
            };
            Value::Object(map.iter().map(field).collect())
        }
        Value::Array(items) => {
            path.push_str("[]");
            let items = items.iter().map(|item| masked(path, item, is_masked)).collect();
            path.truncate(length);
            Value::Array(items)
        }
        scalar if is_secret(path) => {
            *is_masked = true;
            Value::String(format!("‹{}›", size(scalar)))
        }
        scalar => scalar.clone(),
    }
}

/// True if the value at a path of a Secret is masked.
fn is_secret(path: &str) -> bool {
    let is_below = |top: &str| {
        path.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    is_below(".data") || is_below(".stringData") || is_below(LAST_APPLIED)
}

/// Returns the size of a value: that of the decoded bytes if it is base64.
fn size(value: &Value) -> String {
    let bytes = match value {
        Value::String(text) => STANDARD.decode(text.trim_end()).map_or(text.len(), |it| it.len()),
        other => other.to_string().len(),
    };
    if bytes == 1 { "1 byte".to_owned() } else { format!("{bytes} bytes") }
}
