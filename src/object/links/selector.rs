//! Label selectors of objects as the text of a query.

use serde_json::Value;

use crate::k8s::selector::Selector;

/// Returns the text of a label selector, or of a map of labels; empty if it has no conditions. `None` if
/// it is neither, or has a text that is no label.
pub(in crate::object) fn labels(value: &Value) -> Option<String> {
    let fields = value.as_object()?;
    let is_selector = |key: &String| key == "matchLabels" || key == "matchExpressions";
    if !fields.keys().all(is_selector) {
        return map(value);
    }
    let labels = fields.get("matchLabels").filter(|labels| !labels.is_null());
    let mut parts = vec![labels.map_or(Some(String::new()), map)?];
    for expression in fields.get("matchExpressions").and_then(Value::as_array).into_iter().flatten()
    {
        parts.push(condition(expression)?);
    }
    parts.retain(|part| !part.is_empty());
    Some(parts.join(","))
}

/// Returns a condition of a label selector, or of the terms of a node selector.
pub(super) fn condition(expression: &Value) -> Option<String> {
    let key = word(expression.get("key")?)?;
    let values = || -> Option<String> {
        let values = expression.get("values")?.as_array()?;
        let values: Option<Vec<&str>> = values.iter().map(word).collect();
        values.filter(|values| !values.is_empty()).map(|values| values.join(","))
    };
    Some(match expression.get("operator")?.as_str()? {
        "In" => format!("{key} in ({})", values()?),
        "NotIn" => format!("{key} notin ({})", values()?),
        "Exists" => key.to_owned(),
        "DoesNotExist" => format!("!{key}"),
        _ => return None,
    })
}

fn map(labels: &Value) -> Option<String> {
    let labels = labels.as_object()?.iter();
    let part = |(key, value): (&String, &Value)| {
        let (key, value) = (plain(key)?, word(value)?);
        Some(format!("{key}={value}"))
    };
    let parts: Option<Vec<String>> = labels.map(part).collect();
    Some(parts?.join(","))
}

fn word(value: &Value) -> Option<&str> {
    plain(value.as_str()?)
}

/// Returns a text that can be no other part of a selector than a key or a value.
fn plain(text: &str) -> Option<&str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    (text.len() <= 317 && text.chars().all(is_plain)).then_some(text)
}

/// Returns the selector of a text that [`labels`] returned.
pub(in crate::object) fn of_labels(labels: String) -> Selector {
    Selector { labels: Some(labels).filter(|labels| !labels.is_empty()), fields: None }
}

/// Returns the selector of a label; `None` if the text is no value of a label.
pub(super) fn of_label(key: &str, value: &str) -> Option<Selector> {
    Some(of_labels(format!("{}={}", plain(key)?, plain(value)?)))
}

/// Returns the selector of a field; `None` if the text would be more than its value.
pub(in crate::object) fn of_field(field: &str, value: &str) -> Option<Selector> {
    // Names of roles and users have colons.
    _ = plain(&value.replace(':', "-"))?;
    Some(Selector { labels: None, fields: Some(format!("{field}={value}")) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn selectors_are_written_as_for_a_query() {
        for (selector, expected) in [
            (json!({"app": "web", "b": "c"}), "app=web,b=c"),
            (json!({"matchLabels": {"app": "web"}}), "app=web"),
            (json!({"matchLabels": null, "matchExpressions": []}), ""),
            (json!({}), ""),
            (
                json!({"matchLabels": {"a": ""}, "matchExpressions": [
                    {"key": "k", "operator": "In", "values": ["x", "y"]},
                    {"key": "k", "operator": "NotIn", "values": ["z"]},
                    {"key": "app.io/k", "operator": "Exists"},
                    {"key": "k", "operator": "DoesNotExist", "values": []},
                ]}),
                "a=,k in (x,y),k notin (z),app.io/k,!k",
            ),
        ] {
            assert_eq!(labels(&selector).as_deref(), Some(expected), "{selector}");
        }
    }

    #[test]
    fn a_text_that_would_change_the_selector_gives_none() {
        for selector in [
            json!({"app": "web,x=y"}),
            json!({"a=b": "web"}),
            json!({"app": 1}),
            json!({"matchExpressions": [{"key": "k", "operator": "In", "values": ["a)"]}]}),
            json!({"matchExpressions": [{"key": "k", "operator": "In", "values": []}]}),
            json!({"matchExpressions": [{"key": "k", "operator": "Gt", "values": ["1"]}]}),
            json!("app=web"),
        ] {
            assert_eq!(labels(&selector), None, "{selector}");
        }
        assert_eq!(of_field("spec.driver", "a,b"), None);
    }
}
