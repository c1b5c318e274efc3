//! A JSON object parsed one level deep, so that it can be formatted again with unchanged values.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The fields of an object in their order, with unparsed values.
pub(super) struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Fields<'a> {
    /// Keeps the fields whose names fulfil the condition.
    pub(super) fn retain(&mut self, is_kept: impl Fn(&str) -> bool) {
        self.0.retain(|(name, _)| is_kept(name));
    }

    /// Formats the object; `value` formats each value.
    pub(super) fn write_with(&self, value: impl Fn(&str, &'a RawValue) -> String) -> String {
        let fields: Vec<_> = self
            .0
            .iter()
            .map(|(name, raw)| {
                format!("{}:{}", serde_json::Value::from(name.as_ref()), value(name, raw))
            })
            .collect();
        format!("{{{}}}", fields.join(","))
    }
}

impl<'a> Deref for Fields<'a> {
    type Target = [(Cow<'a, str>, &'a RawValue)];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            fields.push((name, map.next_value()?));
        }
        Ok(Fields(fields))
    }
}
