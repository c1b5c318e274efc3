//! Parsing JSON of the size of a page or of discovery.

use serde::Deserialize;

/// Parses a body. It is checked to be UTF-8 once, which is faster than for each of its strings.
///
/// # Errors
///
/// A body that is not JSON, or has another form than `T`.
pub(super) fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> serde_json::Result<T> {
    match std::str::from_utf8(body) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(body),
    }
}
