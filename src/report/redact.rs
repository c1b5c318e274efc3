//! Removes the address of the server and the name of the user from a recording.

use std::io;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::{Map, Value};

/// What stands for the host of the server.
const SERVER: &str = "server.invalid";

/// The field of plain discovery that contains addresses of the server.
const ADDRESSES: &str = "serverAddressByClientCIDRs";

/// Who is forbidden something, as an API server names it in messages; quotes are escaped in JSON, twice in
/// the JSON of a recording.
static USER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(User \\*")([^"\\]+)(\\*")"#).ok());

/// Replaces the address and the host of the server in a HAR document, and the names of users in messages.
pub(super) fn without_address(document: &[u8], address: &str) -> String {
    let mut text = String::from_utf8_lossy(document).into_owned();
    // A recording has none.
    if let Some((scheme, rest)) = address.split_once("://") {
        text = text.replace(address.trim_end_matches('/'), &format!("{scheme}://{SERVER}"));
        let authority = rest.split('/').next().unwrap_or_default();
        let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
        for name in [authority, host].into_iter().filter(|name| !name.is_empty()) {
            text = text.replace(name, SERVER);
        }
    }
    match &*USER {
        Some(user) => {
            let replaced = |found: &Captures<'_>| format!("{}…{}", &found[1], &found[3]);
            user.replace_all(&text, replaced).into_owned()
        }
        None => text,
    }
}

/// Parses the log of a HAR document, and removes other addresses of the server from its bodies.
///
/// # Errors
///
/// It is not a HAR document.
pub(super) fn parse(document: &str) -> io::Result<Map<String, Value>> {
    let mut document: Value = serde_json::from_str(document)?;
    let entries = document["log"]["entries"].as_array_mut();
    for entry in entries.into_iter().flatten() {
        let text = &mut entry["response"]["content"]["text"];
        let body = text.as_str().filter(|body| body.contains(ADDRESSES));
        let Some(mut body) = body.and_then(|body| serde_json::from_str::<Value>(body).ok()) else {
            continue;
        };
        if let Some(object) = body.as_object_mut() {
            object.remove(ADDRESSES);
        }
        *text = body.to_string().into();
    }
    match document["log"].take() {
        Value::Object(log) => Ok(log),
        _ => Err(io::Error::other("the recording is no HAR document")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_and_the_user_are_replaced_wherever_they_are() {
        let document =
            br#"{"log":{"entries":[{"request":{"url":"https://10.1.2.3:6443/k8s/c-1/api"},
            "comment":"10.1.2.3:6443 refused the connection","response":{"content":{
            "text":"{\"message\":\"pods is forbidden: User \\\"jane\\\" cannot list\"}"}}}]}}"#;
        let text = without_address(document, "https://10.1.2.3:6443/k8s/c-1");
        assert!(!text.contains("10.1.2.3") && !text.contains("c-1"), "{text}");
        assert!(!text.contains("jane"), "{text}");
        let log = parse(&text).unwrap();
        assert_eq!(log["entries"][0]["request"]["url"], "https://server.invalid/api");
        let body = log["entries"][0]["response"]["content"]["text"].as_str().unwrap();
        let body: Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["message"], "pods is forbidden: User \"…\" cannot list");
    }

    #[test]
    fn addresses_of_plain_discovery_are_removed() {
        let body =
            r#"{"versions":["v1"],"serverAddressByClientCIDRs":[{"serverAddress":"10.9.9.9"}]}"#;
        let document =
            serde_json::json!({"log": {"entries": [{"response": {"content": {"text": body}}}]}});
        let log = parse(&document.to_string()).unwrap();
        assert_eq!(log["entries"][0]["response"]["content"]["text"], r#"{"versions":["v1"]}"#);
    }
}
