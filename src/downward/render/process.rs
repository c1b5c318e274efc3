//! Renders what a process has besides its environment, for programs and for people.

use std::fmt::Write as _;

use serde::Serialize;

use super::document::File;
use super::{Display, Shown, word};
use crate::downward::process::{MountPoint, Process, ProcessField, ProcessRow, ProcessValue};
use crate::downward::view::{ContainerView, State};
use crate::text::one_line;

/// The permission bits of the files that the kubelet and the runtime write.
const MODE: u32 = 0o644;

/// A property: `{"value": …, "from": …, "state": …, "note": …}`.
#[derive(Serialize)]
pub(super) struct Property<'v> {
    value: Option<Plain<'v>>,
    from: &'v str,
    state: &'static str,
    note: Option<String>,
}

/// A property with a name.
#[derive(Serialize)]
struct Named<'v> {
    name: &'static str,
    #[serde(flatten)]
    property: Property<'v>,
}

/// The command of a probe or of a lifecycle hook.
#[derive(Serialize)]
struct Handler<'v> {
    name: &'static str,
    command: Vec<Property<'v>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Plain<'v> {
    Text(String),
    Number(i64),
    Numbers(&'v [i64]),
    Flag(bool),
    Names(&'v [String]),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProcessDocument<'v> {
    command: Vec<Property<'v>>,
    working_dir: Option<Property<'v>>,
    hostname: Option<Property<'v>>,
    user: Option<Property<'v>>,
    group: Option<Property<'v>>,
    groups: Option<Property<'v>>,
    limits: Vec<Named<'v>>,
    variables: Vec<Named<'v>>,
    capabilities: Option<Property<'v>>,
    effective_capabilities: Option<Property<'v>>,
    no_new_privileges: Option<Property<'v>>,
    seccomp: Option<Property<'v>>,
    oom_score_adj: Option<Property<'v>>,
    devices: Option<Property<'v>>,
    handlers: Vec<Handler<'v>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Mounted<'v> {
    path: &'v str,
    volume: Option<&'v str>,
    kind: &'v str,
    read_only: Flag,
    sub_path: Option<String>,
    about: String,
}

#[derive(Serialize)]
struct Flag {
    value: bool,
    from: &'static str,
    state: &'static str,
    note: Option<String>,
}

pub(super) fn document<'v>(process: &'v Process, display: &Display) -> ProcessDocument<'v> {
    let property = |row: &'v ProcessRow| property(row, display);
    let one = |field| process.row(field).map(property);
    let named = |row: &'v ProcessRow| match row.field {
        ProcessField::Limit(name) | ProcessField::Variable(name) => {
            Some(Named { name, property: property(row) })
        }
        _ => None,
    };
    let is_limit = |row: &&ProcessRow| matches!(row.field, ProcessField::Limit(_));
    let mut handlers: Vec<Handler<'v>> = Vec::new();
    for row in &process.rows {
        let ProcessField::Handler(name, _) = row.field else { continue };
        match handlers.last_mut().filter(|last| last.name == name) {
            Some(last) => last.command.push(property(row)),
            None => handlers.push(Handler { name, command: vec![property(row)] }),
        }
    }
    ProcessDocument {
        command: process.command().map(property).collect(),
        working_dir: one(ProcessField::WorkingDir),
        hostname: one(ProcessField::Hostname),
        user: one(ProcessField::User),
        group: one(ProcessField::Group),
        groups: one(ProcessField::Groups),
        limits: process.rows.iter().filter(is_limit).filter_map(named).collect(),
        variables: process.rows.iter().filter(|row| !is_limit(row)).filter_map(named).collect(),
        capabilities: one(ProcessField::Capabilities),
        effective_capabilities: one(ProcessField::EffectiveCapabilities),
        no_new_privileges: one(ProcessField::NoNewPrivileges),
        seccomp: one(ProcessField::Seccomp),
        oom_score_adj: one(ProcessField::OomScoreAdj),
        devices: one(ProcessField::Devices),
        handlers,
    }
}

/// Returns a file that the kubelet or the runtime writes.
pub(super) fn file<'v>(
    process: &'v Process,
    field: ProcessField,
    path: &'v str,
    display: &Display,
) -> Option<File<'v>> {
    let row = process.row(field)?;
    Some(super::document::written(path, MODE, row.content.as_ref(), &row.origin, display))
}

pub(super) fn mounts<'v>(process: &'v Process, display: &Display) -> Vec<Mounted<'v>> {
    let mounted = |mount: &'v MountPoint| Mounted {
        path: &mount.path,
        volume: mount.volume.as_deref(),
        kind: &mount.kind,
        read_only: Flag {
            value: mount.read_only,
            from: if mount.volume.is_some() { "volumeMounts" } else { "runtime" },
            state: word(State::Known),
            note: None,
        },
        sub_path: mount.sub_path.as_ref().map(|part| display.text(part)),
        about: display.text(&mount.about),
    };
    process.mounts.iter().map(mounted).collect()
}

fn property<'v>(row: &'v ProcessRow, display: &Display) -> Property<'v> {
    let mut note = row.origin.note.clone();
    let mut state = word(row.origin.state);
    let value = row.value.as_ref().and_then(|value| match value {
        ProcessValue::Text => {
            match display.shown(row.content.as_ref(), row.origin.state, row.origin.secret) {
                Shown::Masked(mask) => {
                    state = "masked";
                    note = Some(super::document::joined(note.take(), &mask));
                    None
                }
                Shown::Value(content) => {
                    Some(Plain::Text(String::from_utf8_lossy(&content.bytes).into_owned()))
                }
                Shown::Nothing(_) => None,
            }
        }
        ProcessValue::Number(number) => Some(Plain::Number(*number)),
        ProcessValue::Numbers(numbers) => Some(Plain::Numbers(numbers)),
        ProcessValue::Flag(flag) => Some(Plain::Flag(*flag)),
        ProcessValue::Names(names) => Some(Plain::Names(names)),
    });
    Property { value, from: &row.origin.from, state, note }
}

/// Adds the process of a container as text for people.
pub(super) fn block(out: &mut String, container: &ContainerView, display: &Display) {
    let Some(process) = &container.process else { return };
    _ = writeln!(out, "\nprocess of {}", one_line(&container.name));
    let titles: Vec<String> = process.rows.iter().map(|row| row.field.title()).collect();
    let wide = titles.iter().map(|title| title.chars().count()).max().unwrap_or(0);
    for (row, title) in process.rows.iter().zip(&titles) {
        let value = match &row.content {
            Some(content) => {
                let text = display.text(content).replace('\\', "\\\\");
                if text.is_empty() { "\"\"".to_owned() } else { one_line(&text).into_owned() }
            }
            None => format!("({})", word(row.origin.state)),
        };
        let from = super::text::origin(&row.origin);
        _ = writeln!(out, "  {title:wide$}  {value}  {from}");
    }
    for mount in &process.mounts {
        let access = if mount.read_only { "ro" } else { "rw" };
        let about = display.text(&mount.about);
        let about = match &mount.volume {
            Some(volume) => format!("volume {volume}: {about}"),
            None => about,
        };
        let part = mount.sub_path.as_ref().map(|part| format!(" (only {})", display.text(part)));
        let part = part.unwrap_or_default();
        let path = one_line(&mount.path).into_owned();
        _ = writeln!(out, "  mount {path}  {access}  {}{}", one_line(&about), one_line(&part));
    }
}
