//! Label and field selectors, as a server evaluates them on the metadata of a list's objects.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::k8s::names::Namespace;

/// Which objects of a list are chosen; all of them by default.
#[derive(Clone, Debug, Default)]
pub(super) struct Selection<'a> {
    labels: Vec<Requirement<'a>>,
    fields: Vec<(&'a str, bool, &'a str)>,
    namespace: Option<&'a str>,
}

/// One requirement of a label selector.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Requirement<'a> {
    Exists(&'a str),
    Absent(&'a str),
    In(&'a str, Vec<&'a str>),
    NotIn(&'a str, Vec<&'a str>),
}

impl<'a> Selection<'a> {
    /// Reads selectors; `None` where they are not understood, or select by a field that a list's
    /// metadata does not tell.
    pub(super) fn read(labels: Option<&'a str>, fields: Option<&'a str>) -> Option<Self> {
        let labels = requirements(labels.unwrap_or_default())?;
        let fields = fields.unwrap_or_default().split(',').map(str::trim).filter(|s| !s.is_empty());
        let fields = fields.map(field_requirement).collect::<Option<Vec<_>>>()?;
        Some(Self { labels, fields, namespace: None })
    }

    /// The same selection of one namespace's objects.
    pub(super) fn within(mut self, namespace: &'a Namespace) -> Self {
        self.namespace = Some(namespace.as_str());
        self
    }

    /// Whether nothing is left out.
    pub(super) fn is_everything(&self) -> bool {
        self.labels.is_empty() && self.fields.is_empty() && self.namespace.is_none()
    }

    /// Whether an item of a list, or a row of a Table, is chosen.
    pub(super) fn has(&self, object: &RawValue) -> bool {
        let Ok(Object { metadata, object }) = serde_json::from_str(object.get()) else {
            return false;
        };
        let Some(meta) = metadata.or_else(|| object?.metadata) else { return false };
        self.namespace.is_none_or(|namespace| namespace == meta.namespace)
            && self.fields.iter().all(|(field, equal, value)| {
                let actual = if *field == "metadata.name" { &meta.name } else { &meta.namespace };
                (actual == value) == *equal
            })
            && self.labels.iter().all(|requirement| requirement.holds(&meta.labels))
    }
}

/// An item of a list has its metadata itself; a row of a Table has it in its object.
#[derive(Deserialize)]
struct Object {
    metadata: Option<Meta>,
    object: Option<Printed>,
}

#[derive(Deserialize)]
struct Printed {
    metadata: Option<Meta>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Meta {
    name: String,
    namespace: String,
    labels: HashMap<String, String>,
}

impl Requirement<'_> {
    /// As `labels.Requirement.Matches` of apimachinery: what is required not to be a value may be
    /// absent.
    fn holds(&self, labels: &HashMap<String, String>) -> bool {
        let value = |key: &str| labels.get(key).map(String::as_str);
        match self {
            Self::Exists(key) => value(key).is_some(),
            Self::Absent(key) => value(key).is_none(),
            Self::In(key, values) => value(key).is_some_and(|value| values.contains(&value)),
            Self::NotIn(key, values) => value(key).is_none_or(|value| !values.contains(&value)),
        }
    }
}

fn requirements(selector: &str) -> Option<Vec<Requirement<'_>>> {
    let mut depth = 0;
    selector
        .split(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            c == ',' && depth == 0
        })
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(requirement)
        .collect()
}

fn requirement(text: &str) -> Option<Requirement<'_>> {
    if let Some(key) = text.strip_prefix('!') {
        return is_word(key.trim()).then(|| Requirement::Absent(key.trim()));
    }
    if let Some((head, values)) = text.split_once('(') {
        let values: Vec<_> = values.strip_suffix(')')?.split(',').map(str::trim).collect();
        return match head.split_whitespace().collect::<Vec<_>>()[..] {
            [key, "in"] => Some(Requirement::In(key, values)),
            [key, "notin"] => Some(Requirement::NotIn(key, values)),
            _ => None,
        };
    }
    for (operator, equal) in [("!=", false), ("==", true), ("=", true)] {
        if let Some((key, value)) = text.split_once(operator) {
            let (key, values) = (key.trim(), vec![value.trim()]);
            return is_word(key).then_some(if equal {
                Requirement::In(key, values)
            } else {
                Requirement::NotIn(key, values)
            });
        }
    }
    is_word(text).then_some(Requirement::Exists(text))
}

fn is_word(key: &str) -> bool {
    !key.is_empty() && !key.contains(|c: char| c.is_whitespace() || "!=<>()".contains(c))
}

fn field_requirement(text: &str) -> Option<(&str, bool, &str)> {
    let (field, equal, value) =
        [("!=", false), ("==", true), ("=", true)].into_iter().find_map(|(sign, equal)| {
            text.split_once(sign).map(|(f, v)| (f.trim(), equal, v.trim()))
        })?;
    ["metadata.name", "metadata.namespace"].contains(&field).then_some((field, equal, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(labels: &str, fields: &str) -> Option<bool> {
        let item = r#"{"metadata":{"name":"db-0","namespace":"shop","labels":{"app":"db","tier":"data"}}}"#;
        let item: &RawValue = serde_json::from_str(item).unwrap();
        let row = r#"{"cells":[1],"object":{"metadata":{"name":"db-0","namespace":"shop","labels":{"app":"db","tier":"data"}}}}"#;
        let row: &RawValue = serde_json::from_str(row).unwrap();
        let selection = Selection::read(Some(labels), Some(fields))?;
        assert_eq!(selection.has(item), selection.has(row), "a row is chosen as its object is");
        Some(selection.has(item))
    }

    #[test]
    fn labels_are_selected_as_a_server_does() {
        for (selector, expected) in [
            ("", true),
            ("app=db", true),
            ("app==db,tier=data", true),
            ("app = web", false),
            ("app!=web", true),
            ("missing!=x", true),
            ("app", true),
            ("missing", false),
            ("!app", false),
            ("!missing", true),
            ("app in (web, db),tier", true),
            ("app in (web)", false),
            ("app notin (web,cache)", true),
            ("missing notin (x)", true),
            ("tier notin (data)", false),
        ] {
            assert_eq!(chosen(selector, ""), Some(expected), "{selector}");
        }
        for wrong in ["a>1", "a b", "in (x", "=x", "!", "x on (y)"] {
            assert_eq!(chosen(wrong, ""), None, "{wrong}");
        }
    }

    #[test]
    fn a_name_and_a_namespace_are_selected_and_no_other_field() {
        assert_eq!(chosen("", "metadata.name=db-0"), Some(true));
        assert_eq!(chosen("", "metadata.name==db-1"), Some(false));
        assert_eq!(chosen("", "metadata.name!=db-0"), Some(false));
        assert_eq!(chosen("", "metadata.namespace=shop,metadata.name=db-0"), Some(true));
        assert_eq!(chosen("", "spec.nodeName=node1"), None);
    }
}
