//! Evaluates label and field selectors on the objects of a list, as a server does.

use std::cell::OnceCell;
use std::collections::HashMap;

use serde_json::Value;

use super::objects::Objects;
use crate::k8s::names::Namespace;

/// The fields by which an API server selects, besides `metadata.*` (`ToSelectableFields` and `GetAttrs` of
/// the strategies below `pkg/registry` of Kubernetes).
const FIELDS: [&str; 29] = [
    "involvedObject.apiVersion",
    "involvedObject.fieldPath",
    "involvedObject.kind",
    "involvedObject.name",
    "involvedObject.namespace",
    "involvedObject.resourceVersion",
    "involvedObject.uid",
    "reason",
    "regarding.kind",
    "regarding.name",
    "regarding.namespace",
    "regarding.uid",
    "reportingComponent",
    "source",
    "spec.clusterIP",
    "spec.hostNetwork",
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "spec.signerName",
    "spec.type",
    "spec.unschedulable",
    "status.nominatedNodeName",
    "status.phase",
    "status.podIP",
    "status.replicas",
    "status.successful",
    "type",
];

/// Parsed selectors. The default selects all objects.
#[derive(Clone, Debug, Default)]
pub(super) struct Selection<'a> {
    labels: Vec<Requirement<'a>>,
    fields: Vec<FieldRequirement<'a>>,
    namespace: Option<&'a str>,
}

/// One requirement of a field selector: the value of a field is this, or is not.
#[derive(Clone, Copy, Debug)]
struct FieldRequirement<'a> {
    field: &'a str,
    is_equal: bool,
    value: &'a str,
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
    /// Parses selectors; `None` if they are not supported.
    pub(super) fn read(labels: Option<&'a str>, fields: Option<&'a str>) -> Option<Self> {
        let labels = requirements(labels.unwrap_or_default())?;
        let fields = fields.unwrap_or_default().split(',').map(str::trim).filter(|s| !s.is_empty());
        let fields = fields.map(field_requirement).collect::<Option<Vec<_>>>()?;
        Some(Self { labels, fields, namespace: None })
    }

    /// Returns the same selection for one namespace.
    pub(super) fn within(mut self, namespace: &'a Namespace) -> Self {
        self.namespace = Some(namespace.as_str());
        self
    }

    /// True if all objects are selected.
    pub(super) fn is_everything(&self) -> bool {
        self.labels.is_empty() && self.fields.is_empty() && self.namespace.is_none()
    }

    /// True if the candidate is selected; `None` if the recording lacks a value that decides it.
    pub(super) fn chooses(&self, candidate: &Candidate<'_>) -> Option<bool> {
        if self.namespace.is_some_and(|namespace| namespace != candidate.namespace) {
            return Some(false);
        }
        for requirement in &self.fields {
            let actual = candidate.field(requirement.field)?;
            if (actual == requirement.value) != requirement.is_equal {
                return Some(false);
            }
        }
        if self.labels.is_empty() {
            return Some(true);
        }
        let labels = &candidate.metadata()?["labels"];
        Some(self.labels.iter().all(|requirement| requirement.holds(labels)))
    }
}

/// An object of a list, with the values that selectors use.
pub(super) struct Candidate<'a> {
    /// Empty if it has none.
    namespace: String,
    name: String,
    /// The object as far as the list has it.
    own: Value,
    /// True if `own` is the whole object.
    is_whole: bool,
    /// The cells of a table's row by the columns' names.
    cells: HashMap<&'a str, String>,
    objects: &'a Objects<'a>,
    whole: OnceCell<Option<Value>>,
}

impl<'a> Candidate<'a> {
    /// Returns an item of a plain or metadata list.
    pub(super) fn item(item: Value, is_whole: bool, objects: &'a Objects<'a>) -> Self {
        let text = |field: &str| item["metadata"][field].as_str().unwrap_or_default().to_owned();
        Self {
            namespace: text("namespace"),
            name: text("name"),
            own: item,
            is_whole,
            cells: HashMap::new(),
            objects,
            whole: OnceCell::new(),
        }
    }

    /// Returns a row of a table. `namespace` is that of the list, for rows without an object.
    pub(super) fn row(
        mut row: Value,
        columns: &'a [String],
        namespace: Option<&str>,
        objects: &'a Objects<'a>,
    ) -> Self {
        let cells = row["cells"].as_array().into_iter().flatten();
        let cells = cells.map(|cell| cell.as_str().map_or_else(|| cell.to_string(), str::to_owned));
        let cells = columns.iter().map(String::as_str).zip(cells).collect::<HashMap<_, _>>();
        let mut candidate = Self { cells, ..Self::item(row["object"].take(), false, objects) };
        if candidate.name.is_empty() {
            candidate.name = candidate.cells.get("Name").cloned().unwrap_or_default();
        }
        if candidate.namespace.is_empty() {
            namespace.unwrap_or_default().clone_into(&mut candidate.namespace);
        }
        candidate
    }

    /// Returns the value of a field; empty if the object has none.
    fn field(&self, field: &str) -> Option<String> {
        match field {
            "metadata.name" => return Some(self.name.clone()),
            "metadata.namespace" => return Some(self.namespace.clone()),
            _ => {}
        }
        let object = match field.split_once('.') {
            Some(("metadata", rest)) => return Some(text_at(self.metadata()?, rest)),
            _ if self.is_whole => Some(&self.own),
            _ => self.whole(),
        };
        let Some(object) = object else { return self.cell(field) };
        let or = |value: String, default: &str| {
            if value.is_empty() { default.to_owned() } else { value }
        };
        Some(match field {
            // The server compares with the default of a bool or a number.
            "spec.hostNetwork" | "spec.unschedulable" => or(text_at(object, field), "false"),
            "status.replicas" => or(text_at(object, field), "0"),
            "status.successful" => or(text_at(object, "status.succeeded"), "0"),
            "source" => {
                or(text_at(object, "source.component"), &text_at(object, "reportingComponent"))
            }
            _ => text_at(object, field),
        })
    }

    fn metadata(&self) -> Option<&Value> {
        let own = &self.own["metadata"];
        if own.is_object() { Some(own) } else { Some(&self.whole()?["metadata"]) }
    }

    fn whole(&self) -> Option<&Value> {
        let find = || self.objects.get(&self.namespace, &self.name);
        self.whole.get_or_init(find).as_ref()
    }

    /// Returns the value of a field from a cell of the row.
    fn cell(&self, field: &str) -> Option<String> {
        let cell = |column: &str| self.cells.get(column).cloned();
        match field {
            "type" => cell("Type"),
            "reason" => cell("Reason"),
            "spec.nodeName" => cell("Node").map(|node| node.replace("<none>", "")),
            "involvedObject.name" | "regarding.name" => {
                Some(cell("Object")?.split_once('/')?.1.to_owned())
            }
            _ => None,
        }
    }
}

/// The text of a string, a number or a bool below an object; empty for anything else.
fn text_at(object: &Value, path: &str) -> String {
    match path.split('.').fold(object, |value, field| &value[field]) {
        Value::String(text) => text.clone(),
        value @ (Value::Number(_) | Value::Bool(_)) => value.to_string(),
        _ => String::new(),
    }
}

impl Requirement<'_> {
    /// As `labels.Requirement.Matches` of apimachinery: an absent label satisfies `!=` and `notin`.
    fn holds(&self, labels: &Value) -> bool {
        let value = |key: &str| labels.get(key).and_then(Value::as_str);
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

fn field_requirement(text: &str) -> Option<FieldRequirement<'_>> {
    let signs = [("!=", false), ("==", true), ("=", true)];
    let requirement = { signs }.into_iter().find_map(|(sign, is_equal)| {
        let (field, value) = text.split_once(sign)?;
        Some(FieldRequirement { field: field.trim(), is_equal, value: value.trim() })
    })?;
    let is_known =
        requirement.field.starts_with("metadata.") || FIELDS.contains(&requirement.field);
    is_known.then_some(requirement)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::har::Recording;
    use crate::api::replay::moment::Moment;
    use crate::k8s::names::Gvr;
    use jiff::Timestamp;

    const ITEM: &str = r#"{"metadata":{"name":"db-0","namespace":"shop","uid":"u","labels":{"app":"db",
        "tier":"data"}},"spec":{"nodeName":"node1"},"status":{"phase":"Running"},"type":"Warning",
        "source":{"component":"kubelet"},"involvedObject":{"kind":"Pod","name":"web"}}"#;

    /// A recording of the plain list of this item, or of something else.
    fn recording(has_item: bool) -> Recording {
        let path = if has_item { "/api/v1/things" } else { "/version" };
        let list = serde_json::json!({"items": [serde_json::from_str::<Value>(ITEM).unwrap()]});
        let har = serde_json::json!({"log": {"entries": [{
            "request": {"method": "GET", "url": path},
            "response": {"status": 200, "content": {"text": list.to_string()}},
        }]}});
        Recording::read(har.to_string().as_bytes(), "x").unwrap()
    }

    /// True if the item is selected: as an item, and as a row of a table without and with metadata.
    fn chosen(labels: &str, fields: &str, has_item: bool) -> [Option<bool>; 3] {
        let Some(selection) = Selection::read(Some(labels), Some(fields)) else { return [None; 3] };
        let recording = recording(has_item);
        let things = Gvr::new("", "v1", "things");
        let objects =
            Objects::new(Moment { recording: &recording, now: Timestamp::MAX }, &things, None);
        let item: Value = serde_json::from_str(ITEM).unwrap();
        let columns = ["Name", "Type", "Object", "Node"].map(str::to_owned);
        let cells = serde_json::json!(["db-0", "Warning", "pod/web", "node1"]);
        let bare = serde_json::json!({"cells": cells, "object": null});
        let printed = serde_json::json!({"cells": cells, "object": {"metadata": item["metadata"]}});
        [
            selection.chooses(&Candidate::item(item, true, &objects)),
            selection.chooses(&Candidate::row(bare, &columns, Some("shop"), &objects)),
            selection.chooses(&Candidate::row(printed, &columns, None, &objects)),
        ]
    }

    #[test]
    fn label_selectors_match_as_on_a_server() {
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
            assert_eq!(chosen(selector, "", true), [Some(expected); 3], "{selector}");
        }
        for wrong in ["a>1", "a b", "in (x", "=x", "!", "x on (y)"] {
            assert_eq!(chosen(wrong, "", true), [None; 3], "{wrong}");
        }
    }

    #[test]
    fn field_selectors_match_as_on_a_server() {
        for (selector, expected) in [
            ("metadata.name=db-0", true),
            ("metadata.name==db-1", false),
            ("metadata.name!=db-0", false),
            ("metadata.namespace=shop,metadata.name=db-0", true),
            ("metadata.uid=u", true),
            ("spec.nodeName=node1", true),
            ("spec.nodeName!=node1", false),
            ("status.phase=Running", true),
            ("status.phase!=Running", false),
            ("type=Warning,involvedObject.kind=Pod,involvedObject.name=web", true),
            ("involvedObject.namespace=", true),
            ("involvedObject.name=db", false),
            ("spec.unschedulable=false", true),
            ("source=kubelet", true),
            ("source!=kubelet", false),
            ("status.replicas=0,spec.clusterIP=", true),
        ] {
            assert_eq!(chosen("", selector, true), [Some(expected); 3], "{selector}");
        }
    }

    #[test]
    fn a_field_that_no_server_selects_by_is_not_supported() {
        for field in ["spec.containers=x", "status.phse=Running", "nonsense"] {
            assert_eq!(chosen("", field, true), [None; 3], "{field}");
        }
    }

    #[test]
    fn a_row_shows_some_fields_in_its_cells() {
        for (selector, expected) in [
            ("type=Warning", Some(true)),
            ("type!=Warning", Some(false)),
            ("involvedObject.name=web", Some(true)),
            ("spec.nodeName=node1", Some(true)),
            ("status.phase=Running", None),
        ] {
            assert_eq!(chosen("", selector, false)[1..], [expected; 2], "{selector}");
        }
    }

    #[test]
    fn labels_that_were_not_recorded_are_unknown() {
        assert_eq!(chosen("app=db", "", false), [Some(true), None, Some(true)]);
    }
}
