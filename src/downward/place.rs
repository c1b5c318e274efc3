//! Paths of values in a document: `.spec.containers[0].env[3]`, or `.metadata.labels['a.b/c']` if a
//! key is not a simple word.

/// Returns the path of a field below `above`.
pub(super) fn key(above: &str, key: &str) -> String {
    let simple = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if simple {
        return format!("{above}.{key}");
    }
    format!("{above}['{}']", key.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// Returns the path of an item of a list below `above`; `at` is its 0-based index.
pub(super) fn index(above: &str, at: usize) -> String {
    format!("{above}[{at}]")
}
