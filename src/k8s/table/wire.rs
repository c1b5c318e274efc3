//! Lists and watch events as in JSON, borrowed from the body. Of an object only the metadata that a row
//! needs is parsed. What Go omits or writes as null is optional.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::cell;
use super::loose::{Elements, Loose, Text};
use super::{Cells, Column, Facts, Finished, Row};
use crate::k8s::age::human_duration;
use crate::k8s::names::Namespace;

/// A list in any form.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct List<'a> {
    #[serde(borrow)]
    pub(super) kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) metadata: Option<Loose<'a, ListMetadata<'a>>>,
    #[serde(borrow)]
    pub(super) column_definitions: Option<Vec<ColumnDefinition<'a>>>,
    #[serde(borrow)]
    pub(super) rows: Option<Vec<Loose<'a, TableRow<'a>>>>,
    #[serde(borrow, default, deserialize_with = "present")]
    #[expect(clippy::option_option, reason = "absent may be no list, null is an empty one")]
    pub(super) items: Option<Option<Vec<Loose<'a, Item<'a>>>>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListMetadata<'a> {
    #[serde(borrow)]
    pub(super) resource_version: Option<Text<'a>>,
    #[serde(borrow, rename = "continue")]
    pub(super) continue_token: Option<Text<'a>>,
    pub(super) remaining_item_count: Option<serde_json::Number>,
    /// Only objects have a name, lists do not.
    #[serde(borrow)]
    pub(super) name: Option<Text<'a>>,
}

#[derive(Deserialize)]
pub(super) struct ColumnDefinition<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    format: Option<Text<'a>>,
    priority: Option<i32>,
}

#[derive(Deserialize)]
pub(super) struct TableRow<'a> {
    #[serde(borrow)]
    cells: Option<&'a RawValue>,
    // Most rows have none, and a page keeps them all until it ends.
    #[serde(borrow)]
    object: Option<Box<Loose<'a, Item<'a>>>>,
    #[serde(borrow, default)]
    conditions: Elements<Loose<'a, RowCondition<'a>>>,
}

/// A `TableRowCondition` of `meta/v1`.
#[derive(Deserialize)]
struct RowCondition<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    status: Option<Text<'a>>,
    #[serde(borrow)]
    reason: Option<Text<'a>>,
}

/// An object, of which only the metadata is parsed.
#[derive(Deserialize)]
pub(super) struct Item<'a> {
    #[serde(borrow)]
    pub(super) metadata: Option<Loose<'a, Metadata<'a>>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metadata<'a> {
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    namespace: Option<Text<'a>>,
    #[serde(borrow)]
    creation_timestamp: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) resource_version: Option<Text<'a>>,
    #[serde(borrow)]
    deletion_timestamp: Option<Text<'a>>,
    #[serde(default)]
    finalizers: Elements<IgnoredAny>,
    #[serde(borrow, default)]
    owner_references: Elements<Loose<'a, OwnerReference>>,
}

#[derive(Deserialize)]
struct OwnerReference {
    controller: Option<Value>,
}

impl Metadata<'_> {
    /// Returns the object's name.
    ///
    /// # Errors
    ///
    /// The reason why there is none, such as `has no name`.
    pub(super) fn name(&self) -> Result<&str, Cow<'static, str>> {
        match self.name.as_ref() {
            Some(Loose::Text(name)) if !name.is_empty() => Ok(name),
            None | Some(Loose::Text(_)) => Err("has no name".into()),
            Some(other) => Err(format!("has {} for a name", other.described()).into()),
        }
    }

    fn facts(&self) -> Facts {
        let deleted = self.deletion_timestamp.as_ref().and_then(Loose::text);
        let deleted = deleted.and_then(|time| time.parse::<Timestamp>().ok());
        let owners = self.owner_references.0.iter().filter_map(Loose::as_object);
        let is_controlled = { owners }.any(|owner| owner.controller == Some(Value::Bool(true)));
        Facts {
            deleted: deleted.map(Timestamp::as_second),
            is_held: !self.finalizers.0.is_empty(),
            is_controlled: self.name().is_ok().then_some(is_controlled),
            ..Facts::default()
        }
    }
}

impl RowCondition<'_> {
    fn finished(&self) -> Option<Finished> {
        if text(self.kind.as_ref()) != "Completed" || text(self.status.as_ref()) != "True" {
            return None;
        }
        let succeeded = text(self.reason.as_ref()) == "Succeeded";
        Some(if succeeded { Finished::Succeeded } else { Finished::Failed })
    }
}

/// A line of a watch.
#[derive(Deserialize)]
pub(super) struct Event<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) object: &'a RawValue,
}

/// The object of a watch's line: a `Table` of one row, or the object itself.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Watched<'a> {
    #[serde(borrow)]
    pub(super) kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) metadata: Option<Loose<'a, Metadata<'a>>>,
    #[serde(borrow)]
    pub(super) column_definitions: Option<Vec<ColumnDefinition<'a>>>,
    #[serde(borrow)]
    pub(super) rows: Option<Vec<Loose<'a, TableRow<'a>>>>,
}

#[derive(Deserialize)]
pub(super) struct StatusCode {
    pub(super) code: Option<u16>,
}

pub(super) fn columns(definitions: Vec<ColumnDefinition<'_>>) -> Vec<Column> {
    let columns = definitions.into_iter().map(|definition| Column {
        is_name: text(definition.format.as_ref()) == "name",
        priority: definition.priority.unwrap_or_default(),
        is_age: definition.name == "Age",
        name: definition.name.into(),
    });
    columns.collect()
}

impl<'a> Loose<'a, TableRow<'a>> {
    /// The version of the row's object.
    pub(super) fn version(&self) -> Option<Text<'a>> {
        let object = self.as_object()?.object.as_ref()?.as_object()?;
        object.metadata.as_ref()?.as_object()?.resource_version.clone()
    }
}

/// Makes the rows of one page or of one change.
pub(super) struct Rows<'c> {
    columns: &'c [Column],
    /// The index of the name column.
    name: Option<usize>,
    arrived: Timestamp,
    /// The namespaces seen so far, each kept once for all rows.
    namespaces: HashSet<Namespace>,
    /// The place for the cells of a row while it is made.
    cells: Cells,
}

impl<'c> Rows<'c> {
    /// Makes rows with these columns.
    pub(super) fn new(columns: &'c [Column], arrived: Timestamp) -> Self {
        let name = columns.iter().position(|column| column.is_name);
        Self { columns, name, arrived, namespaces: HashSet::new(), cells: Cells::default() }
    }

    /// Returns the row of a table's entry with the index `at`. Its name is the cell of the name column,
    /// else the name of its object.
    pub(super) fn of_table(&mut self, at: usize, entry: Loose<'_, TableRow<'_>>) -> Row {
        let entry = match entry {
            Loose::Object(entry) => entry,
            other => return self.unnamed(format!("<rows[{at}] is {}>", other.described())),
        };
        let metadata = entry.object.and_then(|object| object.object()?.metadata);
        let metadata = metadata.and_then(Loose::object).unwrap_or_default();
        let conditions = entry.conditions.0.iter().filter_map(Loose::as_object);
        let finished = { conditions }.find_map(RowCondition::finished);
        let mut cells = std::mem::take(&mut self.cells);
        match entry.cells {
            Some(json) => cell::print_all(json, &mut cells),
            None => cells.clear(),
        }
        let cell = self.name.and_then(|at| cells.iter().nth(at)).filter(|name| !name.is_empty());
        let name = cell.map_or_else(|| metadata.name(), Ok);
        let name = name.map_err(|why| format!("<rows[{at}] {why}>"));
        let row = self.row(&metadata, &name, &cells);
        self.cells = cells;
        Row { facts: Facts { finished, ..row.facts }, ..row }
    }

    /// Returns the row of a list's item with the index `at`. Only the columns of name and age are filled.
    pub(super) fn of_item(&mut self, at: usize, item: Loose<'_, Item<'_>>) -> Row {
        let metadata = match item {
            Loose::Object(item) => item.metadata.and_then(Loose::object).unwrap_or_default(),
            other => return self.unnamed(format!("<items[{at}] is {}>", other.described())),
        };
        let name = metadata.name().map_err(|why| format!("<items[{at}] {why}>"));
        self.of_metadata(&metadata, &name)
    }

    /// Returns the row of an object by its metadata.
    pub(super) fn of_metadata(
        &mut self,
        metadata: &Metadata<'_>,
        name: &Result<&str, String>,
    ) -> Row {
        let age = age(text(metadata.creation_timestamp.as_ref()), self.arrived);
        let columns = self.columns.iter().map(|column| match column {
            Column { is_name: true, .. } => name.as_ref().map_or("", |name| name),
            Column { is_age: true, .. } => &*age,
            _ => "",
        });
        self.row(metadata, name, &columns.collect())
    }

    fn unnamed(&mut self, why: String) -> Row {
        let cells = self.columns.iter().map(|_| "").collect();
        self.row(&Metadata::default(), &Err(why), &cells)
    }

    /// Returns a row; the name of one without a usable name is the error.
    fn row(&mut self, metadata: &Metadata<'_>, name: &Result<&str, String>, cells: &Cells) -> Row {
        let namespace = self.namespace(metadata);
        let (row, is_unnamed) = match name {
            Ok(name) => (Row::of_cells(namespace, name, cells, self.arrived), false),
            Err(why) => {
                let cells = cells.iter().enumerate();
                let cells = cells.map(|(at, cell)| if self.name == Some(at) { why } else { cell });
                (Row::new(namespace, why, cells, self.arrived), true)
            }
        };
        Row { facts: Facts { is_unnamed, ..metadata.facts() }, ..row }
    }

    fn namespace(&mut self, metadata: &Metadata<'_>) -> Option<Namespace> {
        let name = text(metadata.namespace.as_ref());
        if name.is_empty() {
            return None;
        }
        if let Some(known) = self.namespaces.get(name) {
            return Some(known.clone());
        }
        let namespace = Namespace::new(name);
        self.namespaces.insert(namespace.clone());
        Some(namespace)
    }
}

/// The string; empty if there is none.
pub(super) fn text<'a>(value: Option<&'a Text<'_>>) -> &'a str {
    value.and_then(Loose::text).unwrap_or_default()
}

fn age(created: &str, arrived: Timestamp) -> Arc<str> {
    match created.parse::<Timestamp>() {
        Ok(created) => human_duration(arrived.as_second() - created.as_second()).into(),
        Err(_) => "<unknown>".into(),
    }
}

/// Distinguishes a field that is null from one that is absent.
fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}
