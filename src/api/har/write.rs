//! Formats exchanges as entries of a HAR 1.2 document.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::k8s::trace::{Answered, Ended, Headers, Sent};

/// The document before the first entry.
pub(in crate::api) fn head() -> String {
    let creator = json!({"name": "kubewalk", "version": env!("CARGO_PKG_VERSION")});
    format!("{{\"log\":{{\"version\":\"1.2\",\"creator\":{creator},\"entries\":[\n")
}

/// The document after the last entry.
pub(in crate::api) const TAIL: &str = "\n]}}\n";

/// A body and a comment on it.
#[derive(Debug, Default)]
pub(in crate::api) struct Body {
    pub(in crate::api) bytes: Vec<u8>,
    /// What differs from the received body.
    pub(in crate::api) comment: Option<&'static str>,
}

/// Formats an entry. Without an answer its status is 0, as in browsers. `origin` is the address of the
/// server: scheme, host and base path.
pub(in crate::api) fn entry(
    origin: &str,
    sent: &Sent,
    answered: Option<&Answered>,
    (body, ended): (Body, &Ended),
) -> Value {
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    let wait = answered.map_or(ended.after, |answered| answered.after);
    let receive = ended.after.saturating_sub(wait);
    let version = answered.map_or("HTTP/1.1", |answered| answered.version.as_str());
    let mut entry = json!({
        "startedDateTime": sent.at.to_string(),
        "time": milliseconds(wait + receive),
        "request": request(origin, sent, version),
        "response": {
            "status": answered.map_or(0, |answered| answered.status),
            "statusText": "",
            "httpVersion": version,
            "cookies": [],
            "headers": answered.map_or_else(|| json!([]), |answered| pairs(&answered.headers)),
            "content": content(answered, &body.bytes),
            "redirectURL": answered.and_then(|it| header(&it.headers, "location")).unwrap_or(""),
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds(wait), "receive": milliseconds(receive)},
    });
    if let Some(comment) = ended.failure.as_deref().or(body.comment) {
        entry["comment"] = comment.into();
    }
    entry
}

fn request(origin: &str, sent: &Sent, version: &str) -> Value {
    let request = &sent.request;
    let query: Headers = request.query.clone();
    let mut entry = json!({
        "method": request.method(),
        "url": format!("{origin}{}", request.path_and_query()),
        "httpVersion": version,
        "cookies": [],
        "headers": pairs(&sent.headers),
        "queryString": pairs(&query),
        "headersSize": -1,
        "bodySize": request.review.as_ref().map_or(0, String::len),
    });
    if let Some(review) = &request.review {
        entry["postData"] = json!({"mimeType": "application/json", "text": review});
    }
    entry
}

fn content(answered: Option<&Answered>, body: &[u8]) -> Value {
    let of_type = answered.and_then(|answered| header(&answered.headers, "content-type"));
    let mut content = json!({"size": body.len(), "mimeType": of_type.unwrap_or("")});
    if let Ok(text) = std::str::from_utf8(body) {
        content["text"] = text.into();
    } else {
        content["text"] = STANDARD.encode(body).into();
        content["encoding"] = "base64".into();
    }
    content
}

fn header<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn pairs(pairs: &[(String, String)]) -> Value {
    pairs.iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
}
