//! Finding the values of Secrets in a document, which are masked until they are requested, and decoding
//! them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::token;
use super::tree::{Kind, NONE, Node};

/// The annotation in which `kubectl apply` keeps the whole object.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Returns the nodes to mask, ascending: the leaves below `data`, `stringData` and the annotation
/// `last-applied-configuration` of every map of kind Secret and of the items of a `SecretList`. If the
/// body is from an API path of Secrets, its root and its items need no kind.
pub(super) fn masked(bytes: &[u8], nodes: &[Node], of_secrets: bool) -> Vec<u32> {
    let mut found = Vec::new();
    for node in secrets(bytes, nodes, of_secrets) {
        for field in children(nodes, node) {
            match key(bytes, nodes, field).as_str() {
                "data" | "stringData" => mask_below(nodes, field, &mut found),
                // Items that are not a list may be anything.
                "items" if !nodes[field as usize].is_container() => found.push(field),
                "metadata" => {
                    for map in named(bytes, nodes, field, "annotations") {
                        for note in named(bytes, nodes, map, LAST_APPLIED) {
                            mask_below(nodes, note, &mut found);
                        }
                    }
                }
                _ => {}
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Returns the nodes that are base64, ascending: the strings in `data` of the Secrets of [`masked`].
pub(super) fn encoded(bytes: &[u8], nodes: &[Node], of_secrets: bool) -> Vec<u32> {
    let is_text = |n: &u32| {
        let node = &nodes[*n as usize];
        node.key != NONE && matches!(node.kind, Kind::Text | Kind::Block)
    };
    let mut found = Vec::new();
    for node in secrets(bytes, nodes, of_secrets) {
        for data in named(bytes, nodes, node, "data") {
            found.extend(children(nodes, data).filter(is_text));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Decodes base64 as Go does, which skips line breaks; `None` if it is not base64.
pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let joined: Vec<u8> = text.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n')).collect();
    STANDARD.decode(joined).ok()
}

/// Returns the nodes to remove before a body is written to a file, ascending: those to mask, the
/// annotation `last-applied-configuration` of possible Secrets at any depth, and in a body from an API
/// path of Secrets every `data` and `stringData`.
pub(super) fn hidden(bytes: &[u8], nodes: &[Node], of_secrets: bool) -> Vec<u32> {
    let mut found = masked(bytes, nodes, of_secrets);
    for (n, node) in nodes.iter().enumerate().filter(|(_, node)| node.key != NONE) {
        let at = u32::try_from(n).unwrap_or(NONE);
        match key(bytes, nodes, at).as_str() {
            "data" | "stringData" if of_secrets => mask_below(nodes, at, &mut found),
            LAST_APPLIED
                if of_secrets || suspected(&bytes[node.start as usize..node.end as usize]) =>
            {
                mask_below(nodes, at, &mut found);
            }
            _ => {}
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// True if bytes that are not valid JSON may hold a secret.
pub(super) fn suspected(bytes: &[u8]) -> bool {
    ["\"Secret\"", "\"SecretList\"", "\\\"Secret\\\"", "kind: Secret"]
        .iter()
        .any(|word| memchr::memmem::find(bytes, word.as_bytes()).is_some())
}

/// Returns the size of a masked value in bytes; of the decoded value if it is base64.
pub(super) fn size(text: &[u8]) -> usize {
    let bare = text.trim_ascii_end();
    let padding = bare.iter().rev().take(2).take_while(|b| **b == b'=').count();
    let is_base64 = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    if bare.len().is_multiple_of(4) && bare[..bare.len() - padding].iter().all(is_base64) {
        (bare.len() / 4 * 3).saturating_sub(padding)
    } else {
        text.len()
    }
}

/// Returns the maps that are Secrets.
fn secrets(bytes: &[u8], nodes: &[Node], of_secrets: bool) -> Vec<u32> {
    let mut found = Vec::new();
    if of_secrets && !nodes.is_empty() {
        found.push(0);
        found.extend(items(bytes, nodes, 0));
    }
    for (n, node) in nodes.iter().enumerate() {
        if node.key == NONE || node.kind != Kind::Text || node.parent == NONE {
            continue;
        }
        let at = u32::try_from(n).unwrap_or(NONE);
        let value = token::text_of(&bytes[node.start as usize + 1..node.end as usize - 1]);
        match &*value {
            "Secret" if key(bytes, nodes, at) == "kind" => found.push(node.parent),
            "SecretList" if key(bytes, nodes, at) == "kind" => {
                found.push(node.parent);
                found.extend(items(bytes, nodes, node.parent));
            }
            _ => {}
        }
    }
    found
}

fn items(bytes: &[u8], nodes: &[Node], list: u32) -> Vec<u32> {
    named(bytes, nodes, list, "items").flat_map(|items| children(nodes, items)).collect()
}

fn mask_below(nodes: &[Node], top: u32, found: &mut Vec<u32>) {
    found.extend((top..nodes[top as usize].after).filter(|&n| !nodes[n as usize].is_container()));
}

fn named<'a>(
    bytes: &'a [u8],
    nodes: &'a [Node],
    map: u32,
    name: &'a str,
) -> impl Iterator<Item = u32> + 'a {
    children(nodes, map).filter(move |&n| key(bytes, nodes, n) == name)
}

/// Returns the children of a node; a scalar has none.
pub(super) fn children(nodes: &[Node], parent: u32) -> impl Iterator<Item = u32> + '_ {
    let end = nodes.get(parent as usize).map_or(0, |node| node.after);
    std::iter::successors(Some(parent + 1), |&child| nodes.get(child as usize).map(|n| n.after))
        .take_while(move |&child| child < end)
}

/// Returns the decoded key of a node; empty for an item.
pub(super) fn key(bytes: &[u8], nodes: &[Node], node: u32) -> String {
    let at = nodes[node as usize].key;
    if at == NONE {
        return String::new();
    }
    let quoted = &bytes[at as usize..];
    token::text_of(&quoted[1..token::string_length(quoted) - 1]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tree;

    fn hidden(json: &str, of_secrets: bool) -> Vec<&str> {
        let nodes = tree::read(json.as_bytes()).unwrap();
        let span = |n: u32| nodes[n as usize].start as usize..nodes[n as usize].end as usize;
        masked(json.as_bytes(), &nodes, of_secrets).into_iter().map(|n| &json[span(n)]).collect()
    }

    #[test]
    fn a_secret_is_found_at_any_depth() {
        let secret = r#"{"data":{"a":"QQ=="},"stringData":{"b":["c"]},"metadata":{"name":"x",
            "annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}","d":"e"}},
            "ki\u006ed":"Secret"}"#;
        let expected = ["\"QQ==\"", "\"c\"", "\"{}\""];
        assert_eq!(hidden(secret, false), expected);
        assert_eq!(
            hidden(&format!("{{\"kind\":\"List\",\"items\":[1,{secret}]}}"), false),
            expected
        );
        assert_eq!(hidden(&format!("{{\"object\":{secret}}}"), false), expected);
        assert_eq!(hidden(&secret.replace("Secret", "ConfigMap"), false), Vec::<&str>::new());
    }

    #[test]
    fn items_of_a_list_of_secrets_need_no_kind() {
        let list = r#"{"items":[{"data":{"a":"b"}}],"kind":"SecretList"}"#;
        assert_eq!(hidden(list, false), ["\"b\""]);
        assert_eq!(hidden(&list.replace("SecretList", "X"), true), ["\"b\""]);
        assert_eq!(hidden(r#"{"data":"a"}"#, true), ["\"a\""]);
        assert_eq!(hidden(r#"{"items":"a","kind":"SecretList"}"#, false), ["\"a\""]);
    }

    #[test]
    fn the_size_of_base64_is_that_of_the_decoded_value() {
        assert_eq!(size(b"aGVsbG8="), 5);
        assert_eq!(size(b""), 0);
        assert_eq!(size(b"hello"), 5);
    }
}
