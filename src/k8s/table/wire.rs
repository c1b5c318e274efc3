//! Lists and watch events as JSON spells them, borrowed from the body: of an object only the
//! metadata that a row needs is read. What Go leaves out or writes as null is optional.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Deref;
use std::sync::Arc;

use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::cell;
use super::{Column, Facts, Finished, Row};
use crate::k8s::age::human_duration;
use crate::k8s::names::Namespace;

/// A string that is borrowed where it needs no unescaping: serde does so for a `Cow` only outside of
/// an `Option`.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// A list in any form. `items` tells a list that is empty or null from an answer that is none.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct List<'a> {
    #[serde(borrow)]
    pub(super) kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) metadata: Option<ListMetadata<'a>>,
    #[serde(borrow)]
    pub(super) column_definitions: Option<Vec<ColumnDefinition<'a>>>,
    #[serde(borrow)]
    pub(super) rows: Option<Vec<TableRow<'a>>>,
    #[serde(borrow, default, deserialize_with = "present")]
    #[expect(clippy::option_option, reason = "absent is no list, null is an empty one")]
    pub(super) items: Option<Option<Vec<Item<'a>>>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListMetadata<'a> {
    #[serde(borrow)]
    pub(super) resource_version: Option<Text<'a>>,
    #[serde(borrow, rename = "continue")]
    pub(super) continue_token: Option<Text<'a>>,
    pub(super) remaining_item_count: Option<i64>,
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
    cells: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    object: Option<Item<'a>>,
    #[serde(borrow)]
    conditions: Option<Vec<RowCondition<'a>>>,
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

/// An object, of which only the metadata is read.
#[derive(Deserialize)]
pub(super) struct Item<'a> {
    #[serde(borrow)]
    pub(super) metadata: Option<Metadata<'a>>,
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
    finalizers: Option<Vec<IgnoredAny>>,
    owner_references: Option<Vec<OwnerReference>>,
}

#[derive(Deserialize)]
struct OwnerReference {
    controller: Option<bool>,
}

impl Metadata<'_> {
    /// Whether it is that of an object.
    pub(super) fn is_named(&self) -> bool {
        self.name.as_deref().is_some_and(|name| !name.is_empty())
    }

    fn facts(&self) -> Facts {
        let deleted = self.deletion_timestamp.as_deref().and_then(|time| time.parse().ok());
        let owners = self.owner_references.as_deref().unwrap_or_default();
        let is_controlled = owners.iter().any(|owner| owner.controller == Some(true));
        Facts {
            finished: None,
            deleted: deleted.map(Timestamp::as_second),
            is_held: self.finalizers.as_ref().is_some_and(|all| !all.is_empty()),
            is_controlled: self.is_named().then_some(is_controlled),
        }
    }
}

impl RowCondition<'_> {
    fn finished(&self) -> Option<Finished> {
        let holds = |text: &Option<Text<'_>>, word: &str| text.as_deref() == Some(word);
        if !holds(&self.kind, "Completed") || !holds(&self.status, "True") {
            return None;
        }
        let succeeded = holds(&self.reason, "Succeeded");
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
    pub(super) metadata: Option<Metadata<'a>>,
    #[serde(borrow)]
    pub(super) column_definitions: Option<Vec<ColumnDefinition<'a>>>,
    #[serde(borrow)]
    pub(super) rows: Option<Vec<TableRow<'a>>>,
}

#[derive(Deserialize)]
pub(super) struct StatusCode {
    pub(super) code: Option<u16>,
}

/// The namespaces seen so far, each kept once for all rows of a page.
#[derive(Default)]
pub(super) struct Namespaces(HashSet<Namespace>);

pub(super) fn columns(definitions: Vec<ColumnDefinition<'_>>) -> Vec<Column> {
    let columns = definitions.into_iter().map(|definition| Column {
        is_name: definition.format.as_deref() == Some("name"),
        priority: definition.priority.unwrap_or_default(),
        is_age: definition.name == "Age",
        name: definition.name.into(),
    });
    columns.collect()
}

impl TableRow<'_> {
    /// The row; its name is the cell at `name`, else that of the object it stands for.
    pub(super) fn read(
        self,
        name: Option<usize>,
        namespaces: &mut Namespaces,
        arrived: Timestamp,
    ) -> Row {
        let metadata = self.object.and_then(|object| object.metadata).unwrap_or_default();
        let finished = self.conditions.and_then(|all| all.iter().find_map(RowCondition::finished));
        let cells = self.cells.unwrap_or_default();
        let printed: Vec<Cow<'_, str>> = cells.into_iter().map(cell::print).collect();
        let name = name.and_then(|at| printed.get(at)).filter(|name| !name.is_empty());
        let name = name.map(|name| &**name).or(metadata.name.as_deref()).unwrap_or_default();
        let namespace = namespaces.of(&metadata);
        let row = Row::new(namespace, name, printed.iter().map(|cell| &**cell), arrived);
        Row { facts: Facts { finished, ..metadata.facts() }, ..row }
    }
}

impl<'a> TableRow<'a> {
    /// The version of the object that the row stands for.
    pub(super) fn version(&self) -> Option<Text<'a>> {
        self.object.as_ref()?.metadata.as_ref()?.resource_version.clone()
    }
}

impl Item<'_> {
    /// The row of an object that came without cells: of the columns, those of name and age are
    /// filled.
    pub(super) fn read(
        self,
        columns: &[Column],
        namespaces: &mut Namespaces,
        arrived: Timestamp,
    ) -> Row {
        let metadata = self.metadata.unwrap_or_default();
        let name = metadata.name.as_deref().unwrap_or_default();
        let age = age(metadata.creation_timestamp.as_deref(), arrived);
        let cells = columns.iter().map(|column| match column {
            Column { is_name: true, .. } => name,
            Column { is_age: true, .. } => &age,
            _ => "",
        });
        let row = Row::new(namespaces.of(&metadata), name, cells, arrived);
        Row { facts: metadata.facts(), ..row }
    }
}

impl Namespaces {
    fn of(&mut self, metadata: &Metadata<'_>) -> Option<Namespace> {
        let name = metadata.namespace.as_deref().filter(|name| !name.is_empty())?;
        if let Some(known) = self.0.get(name) {
            return Some(known.clone());
        }
        let namespace = Namespace::new(name);
        self.0.insert(namespace.clone());
        Some(namespace)
    }
}

fn age(created: Option<&str>, arrived: Timestamp) -> Arc<str> {
    match created.and_then(|created| created.parse::<Timestamp>().ok()) {
        Some(created) => human_duration(arrived.as_second() - created.as_second()).into(),
        None => "<unknown>".into(),
    }
}

/// Tells a key that is null from one that is absent.
fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}
