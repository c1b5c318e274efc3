//! Masking the values of Secrets in differences, and describing bytes by their size.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::groups::Context;
use crate::object::mask::size;
use crate::object::path::push_key;

/// The annotation in which `kubectl apply` keeps the whole object, with the values of a Secret.
const LAST_APPLIED: &str =
    ".metadata.annotations['kubectl.kubernetes.io/last-applied-configuration']";

/// Returns a value at a path as it is shown, and true if a part of it is masked. Bytes of a `ConfigMap` are
/// described, which masks nothing.
pub(super) fn shown(context: &Context<'_>, pattern: &str, value: &Value) -> (Value, bool) {
    let is_hidden: fn(&str) -> bool = if context.masks() {
        is_secret
    } else if context.has_kind("ConfigMap") {
        is_bytes
    } else {
        return (value.clone(), false);
    };
    let mut hiding = Hiding { context, is_hidden, hides: false };
    let value = hiding.apply(&mut pattern.to_owned(), value);
    (value, hiding.hides && context.masks())
}

struct Hiding<'a> {
    context: &'a Context<'a>,
    /// True if the value at a path is hidden.
    is_hidden: fn(&str) -> bool,
    /// True if one was.
    hides: bool,
}

impl Hiding<'_> {
    fn apply(&mut self, path: &mut String, value: &Value) -> Value {
        let length = path.len();
        match value {
            Value::Object(map) => {
                let field = |(key, value): (&String, &Value)| {
                    push_key(key, path);
                    let value = self.apply(path, value);
                    path.truncate(length);
                    (key.clone(), value)
                };
                Value::Object(map.iter().map(field).collect())
            }
            Value::Array(items) => {
                path.push_str("[]");
                let items = items.iter().map(|item| self.apply(path, item)).collect();
                path.truncate(length);
                Value::Array(items)
            }
            scalar if (self.is_hidden)(path) => {
                self.hides = true;
                let bytes = bytes(scalar);
                let masker = self.context.masker();
                let mask = masker.map_or_else(
                    || format!("‹{}›", size(bytes.len())),
                    |masker| masker.mask(&bytes),
                );
                Value::String(mask)
            }
            scalar => scalar.clone(),
        }
    }
}

/// True if the value at a path of a Secret is masked.
fn is_secret(path: &str) -> bool {
    is_below(path, ".data") || is_below(path, ".stringData") || is_below(path, LAST_APPLIED)
}

/// True if the value at a path of a `ConfigMap` is no text.
fn is_bytes(path: &str) -> bool {
    is_below(path, ".binaryData")
}

fn is_below(path: &str, top: &str) -> bool {
    path.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// Returns the bytes of a value: the decoded ones if it is Base64.
fn bytes(value: &Value) -> Vec<u8> {
    match value {
        Value::String(text) => {
            STANDARD.decode(text.trim_end()).unwrap_or_else(|_| text.clone().into_bytes())
        }
        other => other.to_string().into_bytes(),
    }
}
