//! Who set a field, and when, after an object's `metadata.managedFields`.

use jiff::Timestamp;
use serde_json::Value;

/// One manager's write of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Write<'a> {
    /// The manager, as in `kubectl-client-side-apply`.
    pub manager: &'a str,
    /// When this manager last wrote any of its fields, in RFC 3339: one time covers all of them.
    pub time: &'a str,
}

/// Returns the latest write of the field at a JSON path such as `.metadata.labels['app']`.
///
/// Returns `None` if no manager owns the field, if the path is not in the object, or if an item of a
/// list on the path has no `name`, by which `fieldsV1` identifies it.
#[must_use]
pub fn last_write<'a>(object: &'a Value, path: &str) -> Option<Write<'a>> {
    let steps = steps(object, path)?;
    let entries = object.pointer("/metadata/managedFields")?.as_array()?;
    let writes = entries.iter().filter(|entry| {
        let fields = entry.get("fieldsV1");
        steps.iter().fold(fields, |fields, step| fields.and_then(|f| f.get(step))).is_some()
    });
    let write = |entry: &'a Value| {
        Some(Write { time: entry.get("time")?.as_str()?, manager: entry.get("manager")?.as_str()? })
    };
    writes.filter_map(write).max_by_key(|write| write.time.parse::<Timestamp>().ok())
}

/// Translates a path to the keys of `fieldsV1`: `f:` before a field, and `k:` before the key of a
/// list item.
fn steps(object: &Value, path: &str) -> Option<Vec<String>> {
    let mut steps = Vec::new();
    let mut at = object;
    let mut rest = path;
    while !rest.is_empty() {
        let (step, behind) = if let Some(quoted) = rest.strip_prefix("['") {
            let (key, behind) = quoted.split_once("']")?;
            (key, behind)
        } else if let Some(index) = rest.strip_prefix('[') {
            let (index, behind) = index.split_once(']')?;
            let item = at.get(index.parse::<usize>().ok()?)?;
            // Containers, the only lists with tracked items so far, are keyed by name alone.
            let key = serde_json::json!({"name": item.get("name")?});
            steps.push(format!("k:{key}"));
            (at, rest) = (item, behind);
            continue;
        } else {
            let word = rest.strip_prefix('.')?;
            word.split_at(word.find(['.', '[']).unwrap_or(word.len()))
        };
        steps.push(format!("f:{step}"));
        at = at.get(step).unwrap_or(&Value::Null);
        rest = behind;
    }
    Some(steps)
}
