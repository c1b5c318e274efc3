//! Conditions of a status, as most kinds have them.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::Value;

use crate::object::path;

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Condition<'a> {
    /// Its JSON path in the object, such as `.status.conditions[2]`.
    pub(super) path: String,
    pub(super) kind: &'a str,
    /// `True`, `False`, `Unknown`, or whatever else the object says.
    pub(super) status: Cow<'a, str>,
    pub(super) reason: &'a str,
    pub(super) message: &'a str,
    pub(super) severity: &'a str,
    pub(super) since: Option<Timestamp>,
    /// The generation that it was computed from.
    pub(super) observed: Option<i64>,
    has_message: bool,
}

impl Condition<'_> {
    /// The JSON path of the line that says most.
    pub(super) fn evidence(&self) -> String {
        let field = match (self.has_message, self.reason.is_empty()) {
            (true, _) => ".message",
            (false, false) => ".reason",
            (false, true) => "",
        };
        format!("{}{field}", self.path)
    }

    /// The message, or the reason if there is none.
    pub(super) fn words(&self) -> &str {
        if self.message.is_empty() { self.reason } else { self.message }
    }
}

/// Reads the conditions of the list at `at`. Of two with one type the newer counts.
pub(super) fn all<'a>(object: &'a Value, at: &str) -> Vec<Condition<'a>> {
    let mut conditions: Vec<Condition<'a>> = Vec::new();
    for (index, value) in path::list(object, at).iter().enumerate() {
        let condition = read(value, format!("{at}[{index}]"));
        match conditions.iter_mut().find(|known| known.kind == condition.kind) {
            _ if condition.kind.is_empty() => {}
            Some(known) if known.since <= condition.since => *known = condition,
            Some(_) => {}
            None => conditions.push(condition),
        }
    }
    conditions
}

/// Returns the condition of that type.
pub(super) fn find<'a>(object: &'a Value, at: &str, kind: &str) -> Option<Condition<'a>> {
    all(object, at).into_iter().find(|condition| condition.kind == kind)
}

fn read(value: &Value, at: String) -> Condition<'_> {
    let since = path::time(value, ".lastTransitionTime");
    Condition {
        path: at,
        kind: path::text(value, ".type"),
        status: status(path::at(value, ".status")),
        reason: path::text(value, ".reason"),
        message: path::text(value, ".message"),
        severity: path::text(value, ".severity"),
        since: since.or_else(|| path::time(value, ".lastUpdateTime")),
        observed: path::int(value, ".observedGeneration"),
        has_message: !path::text(value, ".message").is_empty(),
    }
}

/// Some controllers write booleans, or `"true"`.
fn status(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Bool(true) => Cow::Borrowed("True"),
        Value::Bool(false) => Cow::Borrowed("False"),
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" => Cow::Borrowed("True"),
            "false" => Cow::Borrowed("False"),
            "unknown" => Cow::Borrowed("Unknown"),
            _ => Cow::Borrowed(text),
        },
        _ => Cow::Borrowed(""),
    }
}
