//! Formats the page of a derived list.

use std::fmt::Write as _;

use serde_json::value::RawValue;

use super::fields::Fields;

/// What differs between a recorded page and the requested one, besides its objects.
pub(super) struct Written {
    /// The continue token.
    pub(super) token: Option<String>,
    /// How many objects follow.
    pub(super) remaining: Option<u64>,
    /// The version of the list, if it changed.
    pub(super) version: Option<u64>,
    /// True if the rows of a Table have no objects.
    pub(super) is_bare: bool,
}

impl Written {
    /// Formats the metadata of the page.
    pub(super) fn write_meta(&self, raw: &RawValue) -> String {
        let Ok(mut fields) = serde_json::from_str::<Fields<'_>>(raw.get()) else {
            return raw.get().to_owned();
        };
        fields.retain(|name| name != "continue" && name != "remainingItemCount");
        let mut text = fields.write_with(|name, raw| match (name, self.version) {
            ("resourceVersion", Some(version)) => format!("\"{version}\""),
            _ => raw.get().to_owned(),
        });
        let mut add = |name: &str, value: String| {
            text.truncate(text.len() - 1);
            let comma = if text.ends_with('{') { "" } else { "," };
            let _ = write!(text, "{comma}\"{name}\":{value}}}");
        };
        if let Some(token) = &self.token {
            add("continue", serde_json::Value::from(token.as_str()).to_string());
        }
        if let Some(remaining) = self.remaining {
            add("remainingItemCount", remaining.to_string());
        }
        text
    }
}

/// Formats objects as a list, with or without the objects of rows.
pub(super) fn write_objects(objects: &[&RawValue], bare: bool) -> String {
    let texts: Vec<_> = objects
        .iter()
        .map(|raw| if bare { without_object(raw) } else { raw.get().to_owned() })
        .collect();
    format!("[{}]", texts.join(","))
}

/// Formats a row of a Table without its object.
fn without_object(row: &RawValue) -> String {
    match serde_json::from_str::<Fields<'_>>(row.get()) {
        Ok(fields) => fields.write_with(|name, raw| match name {
            "object" => "null".to_owned(),
            _ => raw.get().to_owned(),
        }),
        Err(_) => row.get().to_owned(),
    }
}
