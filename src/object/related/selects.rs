//! True selectors: which objects select some labels.

use serde_json::Value;

use crate::object::path::{at, list, text};

/// True if a `LabelSelector`, or the plain map of a Service, selects these labels. One that is absent selects
/// nothing; an empty one everything, if it is no plain map.
pub(super) fn selects(selector: &Value, labels: &Value, is_map: bool) -> bool {
    let Some(fields) = selector.as_object().filter(|fields| !is_map || !fields.is_empty()) else {
        return false;
    };
    let has = |(key, value): (&String, &Value)| labels.get(key) == Some(value);
    if is_map {
        return fields.iter().all(has);
    }
    let mut pairs = at(selector, ".matchLabels").as_object().into_iter().flatten();
    pairs.all(has) && list(selector, ".matchExpressions").iter().all(|it| holds(it, labels))
}

/// True if labels fulfil an expression of a `LabelSelector`.
fn holds(expression: &Value, labels: &Value) -> bool {
    let value = labels.get(text(expression, ".key"));
    let is_among = value.is_some_and(|value| list(expression, ".values").contains(value));
    match text(expression, ".operator") {
        "In" => is_among,
        "NotIn" => !is_among,
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_selector_selects_labels_as_the_server_does() {
        let labels = json!({"app": "web", "tier": "a"});
        let with = |operator: &str, values: &[&str]| json!({"matchExpressions": [{"key": "tier", "operator": operator, "values": values}]});
        for (selector, is_map, expected) in [
            (json!({"app": "web"}), true, true),
            (json!({"app": "db"}), true, false),
            (json!({}), true, false),
            (json!(null), true, false),
            (json!({}), false, true),
            (json!(null), false, false),
            (json!({"matchLabels": {"app": "web"}}), false, true),
            (json!({"matchLabels": {"app": "web", "x": "y"}}), false, false),
            (with("In", &["a", "b"]), false, true),
            (with("NotIn", &["a", "b"]), false, false),
            (with("Exists", &[]), false, true),
            (with("DoesNotExist", &[]), false, false),
            (with("Unheard", &[]), false, false),
        ] {
            assert_eq!(selects(&selector, &labels, is_map), expected, "{selector}");
        }
    }
}
