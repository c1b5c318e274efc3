//! `$(VAR)` references (Kubernetes' `third_party/forked/golang/expansion`).

use super::content::Content;

/// A piece of a text with references.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text that stays as it is; `$$` is already `$`.
    Text(&'a str),
    /// A reference: the name between the parentheses.
    Reference(&'a str),
}

/// Splits a text into pieces, left to right. A `$(` without a `)` is text.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, dollar) = rest.split_at(at);
        pieces.push(Piece::Text(before));
        let behind = &dollar[1..];
        rest = match behind.chars().next() {
            Some('$') => {
                pieces.push(Piece::Text("$"));
                &behind[1..]
            }
            Some('(') => {
                if let Some((name, rest)) = behind[1..].split_once(')') {
                    pieces.push(Piece::Reference(name));
                    rest
                } else {
                    pieces.push(Piece::Text("$("));
                    &behind[1..]
                }
            }
            other => {
                let consumed = 1 + other.map_or(0, char::len_utf8);
                pieces.push(Piece::Text(&dollar[..consumed]));
                &dollar[consumed..]
            }
        };
    }
    pieces.push(Piece::Text(rest));
    pieces.retain(|piece| *piece != Piece::Text(""));
    pieces
}

/// Replaces each reference of a text by its value. A reference for which `value_of` returns `None`
/// stays as it is. Values are not expanded again.
pub fn expand<'v>(text: &str, mut value_of: impl FnMut(&str) -> Option<&'v Content>) -> Content {
    let mut expanded = Content::default();
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => expanded.bytes.extend_from_slice(text.as_bytes()),
            Piece::Reference(name) => match value_of(name) {
                Some(value) => expanded.push(value),
                None => expanded.bytes.extend_from_slice(format!("$({name})").as_bytes()),
            },
        }
    }
    expanded
}
