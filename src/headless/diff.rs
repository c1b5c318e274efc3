//! `kubewalk diff`: how two objects differ, from servers, recordings and files.

mod side;
mod text;

use std::io::{self, Write};
use std::sync::Arc;

use clap::ValueEnum;
use serde::Serialize;
use serde_json::Value;

use super::Stop;
use crate::document::write_json;
use crate::object::diff::{self, Diff, Difference, Group, Op, Options};
use crate::object::schema::{GroupVersionKind, Schemas};
pub use side::{Opened, Servers, Side};

/// What to compare and how to print it.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The words of the left side.
    pub left: String,
    /// The words of the right side; `None` compares an object with its last applied configuration.
    pub right: Option<String>,
    /// What is left out and masked.
    pub options: Options,
    /// How to print the differences.
    pub form: DiffForm,
    /// True if the documentation of the kinds that differ is fetched, after which lists are compared.
    pub fetches_schemas: bool,
}

/// The forms in which differences are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiffForm {
    /// The path and both values, a line for each
    Text,
    /// A unified difference of YAML
    Unified,
    /// One JSON object
    Json,
}

/// Two objects that belong together, or one that only one side has.
#[derive(Debug)]
pub(super) struct Compared {
    pub(super) left: Option<Opened>,
    pub(super) right: Option<Opened>,
    pub(super) options: Options,
    pub(super) found: Diff,
}

impl Compared {
    fn of(left: Option<Opened>, right: Option<Opened>, options: Options) -> Self {
        let found = match (&left, &right) {
            (Some(left), Some(right)) => diff::diff(&left.object, &right.object, &options),
            (Some(one), None) => one_row(diff::alone(&one.object, Op::Remove, &options)),
            (None, Some(one)) => one_row(diff::alone(&one.object, Op::Add, &options)),
            (None, None) => Diff::default(),
        };
        Self { left, right, options, found }
    }
}

fn one_row(row: Difference) -> Diff {
    Diff { rows: vec![row], notes: Vec::new() }
}

/// Prints the differences between two sides. Several objects are paired by kind, namespace and name.
///
/// # Errors
///
/// [`Stop::Unequal`] if they differ; [`Stop::Trouble`] if a side cannot be read.
pub async fn run(
    servers: &mut Servers<'_>,
    wanted: &Wanted,
    out: &mut impl Write,
) -> Result<(), Stop> {
    compare(servers, wanted, out).await.map_err(|stop| match stop {
        Stop::Unequal => Stop::Unequal,
        stop => Stop::Trouble(Box::new(stop)),
    })
}

async fn compare(
    servers: &mut Servers<'_>,
    wanted: &Wanted,
    out: &mut impl Write,
) -> Result<(), Stop> {
    let (left, right) = read(servers, wanted).await?;
    let mut compared = Vec::new();
    for (left, right) in paired(left, right) {
        let mut options = wanted.options.clone();
        if let (Some(left), Some(right), true) = (&left, &right, wanted.fetches_schemas) {
            options.schemas = schemas(servers, left, right).await;
        }
        compared.push(Compared::of(left, right, options));
    }
    let is_same = compared.iter().all(|it| it.found.is_same());
    match wanted.form {
        DiffForm::Text => text::write(&compared, out)?,
        DiffForm::Unified => text::write_unified(&compared, out)?,
        DiffForm::Json => write(&compared, servers.is_terminal, out)?,
    }
    out.flush()?;
    if is_same { Ok(()) } else { Err(Stop::Unequal) }
}

/// Returns the schemas of two objects of one kind that differ, if a server of theirs documents it.
async fn schemas(servers: &mut Servers<'_>, left: &Opened, right: &Opened) -> Option<Arc<Schemas>> {
    let kind = |side: &Opened| GroupVersionKind::of(&side.object);
    let is_needed = kind(left) == kind(right) && left.object != right.object;
    let documented = left.documented.as_ref().or(right.documented.as_ref());
    servers.schemas(documented.filter(|_| is_needed)?).await
}

/// Reads both sides.
async fn read(
    servers: &mut Servers<'_>,
    wanted: &Wanted,
) -> Result<(Vec<Opened>, Vec<Opened>), Stop> {
    let left = Side::parse(&wanted.left);
    let Some(right) = &wanted.right else {
        let live = left.read(servers).await.map_err(|stop| side::failed("object", stop))?;
        let applied = live.iter().map(side::last_applied).collect::<Result<_, _>>()?;
        return Ok((applied, live));
    };
    let right = Side::parse(right);
    if left == Side::Stdin && right == Side::Stdin {
        return Err(side::input("stdin can be one side only", "Name a file for the other").into());
    }
    let left = left.read(servers).await.map_err(|stop| side::failed("left side", stop))?;
    let right = right.read(servers).await.map_err(|stop| side::failed("right side", stop))?;
    Ok((left, right))
}

/// Pairs the objects of both sides. Single ones belong together whatever they are.
fn paired(left: Vec<Opened>, right: Vec<Opened>) -> Vec<(Option<Opened>, Option<Opened>)> {
    if left.len() == 1 && right.len() == 1 {
        return left.into_iter().map(Some).zip(right.into_iter().map(Some)).collect();
    }
    let mut rest: Vec<Option<Opened>> = right.into_iter().map(Some).collect();
    let mut pairs = Vec::new();
    for one in left {
        let partner = rest.iter_mut().find(|other| {
            other.as_ref().is_some_and(|other| is_partner(&one.object, &other.object))
        });
        pairs.push((Some(one), partner.and_then(Option::take)));
    }
    pairs.extend(rest.into_iter().flatten().map(|one| (None, Some(one))));
    pairs
}

/// True if two objects have the same kind, name and namespace. One without a namespace is in any.
fn is_partner(one: &Value, other: &Value) -> bool {
    let meta = |object: &Value, key: &str| object["metadata"][key].as_str().map(str::to_owned);
    let namespaces = meta(one, "namespace").zip(meta(other, "namespace"));
    one["kind"] == other["kind"]
        && meta(one, "name") == meta(other, "name")
        && namespaces.is_none_or(|(one, other)| one == other)
}

/// The differences as JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    same: bool,
    left: Option<SideRecord<'a>>,
    right: Option<SideRecord<'a>>,
    differences: Vec<Row<'a>>,
    left_out: Vec<Row<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SideRecord<'a> {
    location: &'a str,
    resource_version: Option<&'a str>,
}

#[derive(Serialize)]
struct Row<'a> {
    op: &'static str,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    right: Option<&'a Value>,
    masked: bool,
}

impl<'a> Row<'a> {
    fn of(row: &'a Difference) -> Self {
        Self {
            op: row.op.name(),
            path: &row.path,
            group: row.group.map(Group::name),
            left: row.left.as_ref(),
            right: row.right.as_ref(),
            masked: row.is_masked,
        }
    }
}

fn write(compared: &[Compared], is_terminal: bool, out: &mut impl Write) -> Result<(), Stop> {
    let records: Vec<Record<'_>> = compared.iter().map(Record::of).collect();
    let body = match &records[..] {
        [one] => serde_json::to_vec(one),
        several => serde_json::to_vec(several),
    };
    let body = body.map_err(io::Error::from)?;
    Ok(write_json(&body, is_terminal, out)?)
}

impl<'a> Record<'a> {
    fn of(compared: &'a Compared) -> Self {
        let side = |side: &'a Option<Opened>| {
            let opened = side.as_ref()?;
            Some(SideRecord { location: &opened.location, resource_version: opened.version() })
        };
        Self {
            same: compared.found.is_same(),
            left: side(&compared.left),
            right: side(&compared.right),
            differences: compared.found.differences().map(Row::of).collect(),
            left_out: compared.found.left_out().map(Row::of).collect(),
            notes: &compared.found.notes,
        }
    }
}
