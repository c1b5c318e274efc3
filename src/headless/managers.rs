//! `kubewalk get --managers`: who set each line of an object, and when.

use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::document::{Document, Format, LineOptions, SecretForm, write_json};
use crate::object::managers::{Manager, Managers, Owner, Ownership};
use crate::object::path::at;
use crate::text::{columns, padded};

/// The widest column of managers.
const WIDEST: usize = 48;
/// The fields that are left out, since they are what is shown.
const MANAGED_FIELDS: &str = ".metadata.managedFields";

/// Prints an object, or the objects of a list, as YAML with the managers of each line.
///
/// # Errors
///
/// Those of the writer.
pub(super) fn write(body: Vec<u8>, now: Timestamp, out: &mut impl Write) -> io::Result<()> {
    let value: Value = serde_json::from_slice(&body).unwrap_or_default();
    let document = Document::read(body.into(), true, false);
    let mut lines = Vec::new();
    for line in 0..document.line_count(Format::Yaml) {
        let path = document.path(Format::Yaml, line).unwrap_or_default();
        let (object, path) = object_of(&value, &path);
        if path.starts_with(MANAGED_FIELDS) {
            continue;
        }
        let ownership = Managers::of(object).owners(path);
        let mut text = String::new();
        let options = LineOptions { secrets: SecretForm::Sent, folded: None };
        document.write_line(Format::Yaml, line, options, &mut text);
        lines.push((names(&ownership), age(&ownership, now), text));
    }
    let width = lines.iter().map(|(names, ..)| columns(names)).max().unwrap_or(0).min(WIDEST);
    for (names, age, text) in lines {
        writeln!(out, "{} {age:>5} │ {text}", padded(&names, width))?;
    }
    Ok(())
}

/// Prints a JSON list with the managers of each field.
///
/// # Errors
///
/// Those of the writer.
pub(super) fn write_records(body: Vec<u8>, visible: bool, out: &mut impl Write) -> io::Result<()> {
    let value: Value = serde_json::from_slice(&body).unwrap_or_default();
    let document = Document::read(body.into(), true, false);
    let paths: Vec<String> = (0..document.line_count(Format::Yaml))
        .filter_map(|line| document.path(Format::Yaml, line))
        .collect();
    let mut records = Vec::new();
    for whole in &paths {
        let (object, path) = object_of(&value, whole);
        let is_known = records.last().is_some_and(|last: &Record<'_>| last.path == *whole);
        if path.starts_with(MANAGED_FIELDS) || is_known {
            continue;
        }
        let ownership = Managers::of(object).owners(path);
        let (how, owners) = match ownership {
            Ownership::Owned(owners) if owners.iter().all(|owner| owner.whole.is_some()) => {
                ("whole", owners)
            }
            Ownership::Owned(owners) => ("field", owners),
            _ => ("none", Vec::new()),
        };
        let managers = owners.iter().map(|owner| ManagerRecord::of(&owner.manager)).collect();
        records.push(Record { path: whole, how, managers });
    }
    let body = serde_json::to_vec(&records).map_err(io::Error::from)?;
    write_json(&body, visible, out)
}

/// Returns the object of a path, which may be an item of a list, and the path in it.
fn object_of<'a, 'p>(value: &'a Value, path: &'p str) -> (&'a Value, &'p str) {
    let item =
        path.strip_prefix(".items[").and_then(|rest| Some(rest.find(']')? + ".items[".len()));
    match item {
        Some(end) => (at(value, &path[..=end]), &path[end + 1..]),
        None => (value, path),
    }
}

fn names(ownership: &Ownership<'_>) -> String {
    let name = |owner: &Owner<'_>| {
        let Manager { name, operation, subresource, .. } = owner.manager;
        let of = if subresource.is_empty() { String::new() } else { format!(", {subresource}") };
        let sign = if owner.whole.is_some() { "┆ " } else { "" };
        format!("{sign}{name} ({operation}{of})")
    };
    match ownership {
        Ownership::Owned(owners) => owners.iter().map(name).collect::<Vec<_>>().join(", "),
        Ownership::NotTracked => "·".to_owned(),
        _ => String::new(),
    }
}

fn age(ownership: &Ownership<'_>, now: Timestamp) -> String {
    let Ownership::Owned(owners) = ownership else { return String::new() };
    owners.first().map(|owner| owner.manager.age(now)).unwrap_or_default()
}

#[derive(Serialize)]
struct Record<'a> {
    path: &'a str,
    how: &'static str,
    managers: Vec<ManagerRecord<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ManagerRecord<'a> {
    manager: &'a str,
    operation: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    subresource: &'a str,
    api_version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
}

impl<'a> ManagerRecord<'a> {
    fn of(manager: &Manager<'a>) -> Self {
        Self {
            manager: manager.name,
            operation: manager.operation,
            subresource: manager.subresource,
            api_version: manager.version,
            time: manager.time.map(|time| time.to_string()),
        }
    }
}
