//! The fields of a HAR document that a replay needs. Whatever else a writer adds is skipped, and
//! whatever it leaves out has a default.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::error::Category;
use serde_json::value::RawValue;

/// Reads the exchanges of a document.
///
/// # Errors
///
/// One sentence that says why this is no HAR.
pub(super) fn read(text: &str) -> Result<Vec<Exchange<'_>>, String> {
    if text.trim().is_empty() {
        return Err("it is empty".to_owned());
    }
    serde_json::from_str::<Document<'_>>(text).map(|document| document.log.entries).map_err(
        |error| match error.classify() {
            Category::Syntax => format!("it is not JSON: {error}"),
            Category::Eof => "it ends too early".to_owned(),
            Category::Data | Category::Io => error.to_string(),
        },
    )
}

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    log: Log<'a>,
}

#[derive(Deserialize)]
struct Log<'a> {
    #[serde(borrow)]
    entries: Vec<Exchange<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Exchange<'a> {
    /// When the request was sent, RFC 3339.
    #[serde(rename = "startedDateTime", default, borrow)]
    pub(super) started: Cow<'a, str>,
    /// How long it took, in milliseconds; -1 where unknown.
    #[serde(default)]
    pub(super) time: f64,
    pub(super) request: Asked<'a>,
    pub(super) response: Answered<'a>,
}

#[derive(Deserialize)]
pub(super) struct Asked<'a> {
    #[serde(borrow)]
    pub(super) method: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) url: Cow<'a, str>,
    #[serde(default, borrow)]
    pub(super) headers: Vec<Header<'a>>,
    #[serde(rename = "postData", default, borrow)]
    pub(super) post_data: Option<Posted<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Posted<'a> {
    #[serde(default, borrow)]
    pub(super) text: Cow<'a, str>,
}

#[derive(Deserialize)]
pub(super) struct Answered<'a> {
    #[serde(default)]
    pub(super) status: u16,
    #[serde(default, borrow)]
    pub(super) headers: Vec<Header<'a>>,
    #[serde(default, borrow)]
    pub(super) content: Content<'a>,
}

#[derive(Deserialize)]
pub(super) struct Header<'a> {
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) value: Cow<'a, str>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Content<'a> {
    #[serde(rename = "mimeType", borrow)]
    pub(super) mime_type: Cow<'a, str>,
    /// In bytes; -1 where unknown.
    pub(super) size: Option<serde_json::Number>,
    /// Still a JSON string: most bodies of a recording are never asked for.
    #[serde(borrow)]
    pub(super) text: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) encoding: Cow<'a, str>,
}
