//! Removing the values of Secrets from an answer body before it is written to a file.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::secret;
use super::token;
use super::tree::{self, Kind, Node};

/// The text that replaces a removed value, repeated to its size.
const FILL: &[u8] = b"redacted";

/// Replaces the values of Secrets in JSON by other values of the same size, so that masked documents look
/// the same. `None` if there is nothing to replace.
///
/// # Errors
///
/// The body may hold a secret, and is not valid JSON.
pub fn without_secrets(bytes: &[u8], of_secrets: bool) -> Result<Option<Vec<u8>>, Unreadable> {
    if !of_secrets && !secret::suspected(bytes) {
        return Ok(None);
    }
    let nodes = tree::read(bytes).map_err(|_| Unreadable)?;
    let hidden = secret::hidden(bytes, &nodes, of_secrets);
    if hidden.is_empty() {
        return Ok(None);
    }
    let mut kept = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for node in hidden.into_iter().map(|n| &nodes[n as usize]) {
        kept.extend_from_slice(&bytes[at..node.start as usize]);
        kept.extend_from_slice(&filled(bytes, node));
        at = node.end as usize;
    }
    kept.extend_from_slice(&bytes[at..]);
    Ok(Some(kept))
}

/// A body that may hold a secret, and is not valid JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// Returns the replacement of a value.
fn filled(bytes: &[u8], node: &Node) -> Vec<u8> {
    let value = &bytes[node.start as usize..node.end as usize];
    if !matches!(node.kind, Kind::Text | Kind::Block) {
        return b"null".to_vec();
    }
    let text = token::unescape(&value[1..value.len() - 1]);
    let size = secret::size(&text);
    let text = if size == text.len() {
        stars(size, value.len() - 2)
    } else {
        let fill: Vec<u8> = FILL.iter().copied().cycle().take(size).collect();
        STANDARD.encode(fill)
    };
    format!("\"{text}\"").into_bytes()
}

/// Returns `count` characters that are not base64, some of them escaped, so that their JSON takes `room`
/// bytes if possible.
fn stars(count: usize, room: usize) -> String {
    let spare = room.saturating_sub(count);
    // `\u002a` takes five bytes more than `*`, and `\/` one. A text with `*` is not base64.
    let long = (spare / 5).min(count);
    let short = (spare % 5).min(count - long);
    let rest = count - long - short;
    format!("{}{}{}", "\\u002a".repeat(long), "\\/".repeat(short), "*".repeat(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(json: &str, of_secrets: bool) -> String {
        let kept = without_secrets(json.as_bytes(), of_secrets).unwrap();
        kept.map_or_else(|| json.to_owned(), |kept| String::from_utf8(kept).unwrap())
    }

    #[test]
    fn values_keep_only_their_sizes() {
        let secret = r#"{"kind":"Secret","data":{"a":"aGVsbG8=","b":""},"stringData":{"c":"pass:word","d":1}}"#;
        let kept = redacted(secret, false);
        assert_eq!(
            kept,
            r#"{"kind":"Secret","data":{"a":"cmVkYWM=","b":""},"stringData":{"c":"*********","d":null}}"#
        );
        assert_eq!(redacted(&kept, true), kept, "redacting twice changes nothing more");
        let escaped = r#"{"kind":"Secret","stringData":{"c":"{\"a\": \"\u00e9\n\"}"}}"#;
        let kept = redacted(escaped, false);
        assert_eq!(kept.len(), escaped.len(), "{kept}");
        let size = |json: &str| {
            let value: serde_json::Value = serde_json::from_str(json).unwrap();
            value["stringData"]["c"].as_str().unwrap().len()
        };
        assert_eq!(size(&kept), size(escaped), "{kept}");
        let map = secret.replace("Secret", "ConfigMap");
        assert_eq!(redacted(&map, false), map);
    }

    #[test]
    fn secrets_in_tables_watches_and_lists_are_redacted() {
        let applied = r#"{\"kind\":\"Secret\",\"data\":{\"a\":\"canary\"}}"#;
        let object = format!(
            r#"{{"kind":"PartialObjectMetadata","metadata":{{"annotations":{{"kubectl.kubernetes.io/last-applied-configuration":"{applied}"}}}}}}"#
        );
        for (json, of_secrets) in [
            (format!(r#"{{"kind":"Table","rows":[{{"object":{object}}}]}}"#), true),
            (format!(r#"{{"kind":"Table","rows":[{{"object":{object}}}]}}"#), false),
            (format!(r#"{{"type":"ADDED","object":{object}}}"#), true),
            (
                r#"{"type":"ADDED","object":{"kind":"Secret","data":{"x":"canary"}}}"#.to_owned(),
                false,
            ),
            (r#"{"items":[{"metadata":{},"data":{"x":["canary"]}}]}"#.to_owned(), true),
            (
                r#"{"kind":"List","items":[{"kind":"Secret","data":{"x":"canary"}}]}"#.to_owned(),
                false,
            ),
        ] {
            let kept = redacted(&json, of_secrets);
            assert!(!kept.contains("canary") && kept != json, "{kept}");
        }
    }

    #[test]
    fn invalid_json_that_may_hold_a_secret_is_refused() {
        assert_eq!(
            without_secrets(b"{\"kind\":\"Secret\",\"data\":{\"a\":\"b", false),
            Err(Unreadable)
        );
        assert_eq!(without_secrets(b"k8s\0", true), Err(Unreadable));
        assert_eq!(without_secrets(b"plain", false), Ok(None));
    }
}
