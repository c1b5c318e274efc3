//! Decodes objects as Go does: `null` is the zero value, unknown fields are ignored, and one value
//! of a wrong type makes the whole object undecodable.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error as _, Visitor};
use serde_json::Value;

use super::place;
use crate::k8s::quantity::Quantity;

/// The reason of a value that is not base64.
pub(super) const NO_BASE64: &str = "illegal base64 data";

/// An object that no part of Kubernetes can decode: one bad field is enough.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} cannot be read: {reason}{}", called(object, name), at(place))]
pub struct Undecodable {
    /// The kind of the object, such as `Pod`.
    pub object: &'static str,
    /// Its name; empty if there is only one object.
    pub name: String,
    /// The path of the bad field, such as `.spec.containers[0].name`; empty if it is not known.
    pub place: String,
    /// What is wrong with it.
    pub reason: String,
}

fn called(object: &str, name: &str) -> String {
    if name.is_empty() { format!("this {object}") } else { format!("the {object} {name}") }
}

fn at(place: &str) -> String {
    if place.is_empty() { String::new() } else { format!(" at {place}") }
}

/// Decodes an object of that kind. The error names the bad field.
pub(super) fn object<T: DeserializeOwned>(
    kind: &'static str,
    value: &Value,
) -> Result<T, Undecodable> {
    let refusal = |value: &Value| T::deserialize(value).err().map(|error| error.to_string());
    T::deserialize(value).map_err(|error| {
        let undecodable = Undecodable {
            object: kind,
            name: String::new(),
            place: String::new(),
            reason: error.to_string(),
        };
        undecodable.located(value, &refusal)
    })
}

impl Undecodable {
    /// Returns the error with the path of the bad field. `refusal` returns why a value cannot be
    /// decoded.
    fn located(mut self, value: &Value, refusal: &dyn Fn(&Value) -> Option<String>) -> Self {
        let mut blamed = (String::new(), String::new());
        while let Some(deeper) = culprit_below(value, &blamed, &self.reason, refusal) {
            blamed = deeper;
        }
        self.place = blamed.1;
        self
    }
}

/// Returns the child without whose value the object no longer fails for this reason, as JSON
/// pointer and path. Only the first 64 children are searched: the path is only a help for the
/// reader.
fn culprit_below(
    value: &Value,
    (pointer, place): &(String, String),
    reason: &str,
    refusal: &dyn Fn(&Value) -> Option<String>,
) -> Option<(String, String)> {
    let children: Vec<(String, String)> = match value.pointer(pointer)? {
        Value::Object(fields) => fields
            .keys()
            .map(|key| {
                let step = key.replace('~', "~0").replace('/', "~1");
                (format!("{pointer}/{step}"), place::key(place, key))
            })
            .collect(),
        Value::Array(items) => (0..items.len())
            .map(|at| (format!("{pointer}/{at}"), place::index(place, at)))
            .collect(),
        _ => return None,
    };
    children.into_iter().take(64).find(|(pointer, _)| {
        let mut without = value.clone();
        if let Some(child) = without.pointer_mut(pointer) {
            *child = Value::Null;
        }
        refusal(&without).as_deref() != Some(reason)
    })
}

/// Decodes `null` as the type's zero value.
pub(super) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Decodes a list; `null` is the empty list, and a `null` in it a zero item.
pub(super) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    let items = Option::<Vec<Option<T>>>::deserialize(deserializer)?.unwrap_or_default();
    Ok(items.into_iter().map(Option::unwrap_or_default).collect())
}

/// Decodes a map, sorted by the bytes of its keys; `null` is the empty map, and a `null` in it a
/// zero value.
pub(super) fn map<'de, D, T>(deserializer: D) -> Result<BTreeMap<String, T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    let map = Option::<BTreeMap<String, Option<T>>>::deserialize(deserializer)?.unwrap_or_default();
    Ok(map.into_iter().map(|(key, value)| (key, value.unwrap_or_default())).collect())
}

/// Bytes that are base64 in JSON. `Debug` shows only their number.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Base64(pub(super) Vec<u8>);

impl fmt::Debug for Base64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // Go's decoder skips line breaks.
        let joined: Vec<u8> = text.bytes().filter(|b| !matches!(b, b'\r' | b'\n')).collect();
        BASE64.decode(joined).map(Self).map_err(|_| D::Error::custom(NO_BASE64))
    }
}

impl Default for Quantity {
    fn default() -> Self {
        Self::ZERO
    }
}

/// Decodes a string, or a number by its text (apimachinery `Quantity.UnmarshalJSON`).
impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Quantity;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a quantity")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Quantity, E> {
                Quantity::parse(text.trim()).map_err(E::custom)
            }

            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Quantity, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Quantity, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Quantity, E> {
                self.visit_str(&number.to_string())
            }
        }
        deserializer.deserialize_any(Text)
    }
}
