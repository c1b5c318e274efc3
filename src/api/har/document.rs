//! The fields of a HAR document that a replay needs. Other fields are skipped, and missing ones have
//! defaults.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::error::Category;
use serde_json::value::RawValue;

/// Parses the entries of a document.
///
/// # Errors
///
/// One sentence on why this is not a HAR.
pub(super) fn read(text: &str) -> Result<Vec<HarEntry<'_>>, String> {
    if text.trim().is_empty() {
        return Err("it is empty".to_owned());
    }
    serde_json::from_str::<HarDocument<'_>>(text).map(|document| document.log.entries).map_err(
        |error| match error.classify() {
            Category::Syntax => format!("it is not JSON: {error}"),
            Category::Eof => "it ends too early".to_owned(),
            Category::Data | Category::Io => error.to_string(),
        },
    )
}

#[derive(Deserialize)]
struct HarDocument<'a> {
    #[serde(borrow)]
    log: HarLog<'a>,
}

#[derive(Deserialize)]
struct HarLog<'a> {
    #[serde(borrow)]
    entries: Vec<HarEntry<'a>>,
}

#[derive(Deserialize)]
pub(super) struct HarEntry<'a> {
    /// When the request was sent, RFC 3339.
    #[serde(rename = "startedDateTime", default, borrow, deserialize_with = "or_default")]
    pub(super) started: Cow<'a, str>,
    /// The duration in milliseconds; -1 if unknown.
    #[serde(default, deserialize_with = "or_default")]
    pub(super) time: f64,
    pub(super) request: HarRequest<'a>,
    pub(super) response: HarResponse<'a>,
}

#[derive(Deserialize)]
pub(super) struct HarRequest<'a> {
    #[serde(borrow)]
    pub(super) method: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) url: Cow<'a, str>,
    #[serde(default, borrow, deserialize_with = "or_default")]
    pub(super) headers: Vec<HarHeader<'a>>,
    #[serde(rename = "postData", default, borrow)]
    pub(super) post_data: Option<HarPostData<'a>>,
}

#[derive(Deserialize)]
pub(super) struct HarPostData<'a> {
    #[serde(default, borrow, deserialize_with = "or_default")]
    pub(super) text: Cow<'a, str>,
}

#[derive(Deserialize)]
pub(super) struct HarResponse<'a> {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) status: u16,
    #[serde(default, borrow, deserialize_with = "or_default")]
    pub(super) headers: Vec<HarHeader<'a>>,
    #[serde(default, borrow, deserialize_with = "or_default")]
    pub(super) content: HarContent<'a>,
}

#[derive(Deserialize)]
pub(super) struct HarHeader<'a> {
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) value: Cow<'a, str>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct HarContent<'a> {
    #[serde(rename = "mimeType", borrow, deserialize_with = "or_default")]
    pub(super) mime_type: Cow<'a, str>,
    /// The size in bytes; -1 if unknown.
    pub(super) size: Option<serde_json::Number>,
    /// Still a JSON string, since most bodies of a recording are never used.
    #[serde(borrow)]
    pub(super) text: Option<&'a RawValue>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) encoding: Cow<'a, str>,
}

/// Deserializes a field that some writers set to null.
fn or_default<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Default + Deserialize<'de>,
    D: Deserializer<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
