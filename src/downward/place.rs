//! The places of values in a document: `.spec.containers[0].env[3]`, and
//! `.metadata.labels['a.b/c']` where a key is not a simple word.

/// The place of a field.
pub(super) fn key(above: &str, key: &str) -> String {
    let simple = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if simple {
        return format!("{above}.{key}");
    }
    format!("{above}['{}']", key.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// The place of an item of a list.
pub(super) fn index(above: &str, at: usize) -> String {
    format!("{above}[{at}]")
}
