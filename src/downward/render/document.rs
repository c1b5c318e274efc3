//! Renders a view as one JSON or YAML document.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Serialize;

use super::process::{self, Mounted, ProcessDocument};
use super::{Display, RenderError, Shown, word};
use crate::downward::content::Content;
use crate::downward::process::ProcessField;
use crate::downward::view::{
    ContainerKind, ContainerView, EnvRow, FileRow, Identity, Origin, View, VolumeKind, VolumeView,
};

pub(super) fn json(
    view: &View,
    shown: &[&ContainerView],
    display: &Display,
) -> Result<Vec<u8>, RenderError> {
    let mut text = serde_json::to_vec_pretty(&Document::new(view, shown, display))
        .map_err(|error| RenderError::Serialize(error.to_string()))?;
    text.push(b'\n');
    Ok(text)
}

pub(super) fn yaml(
    view: &View,
    shown: &[&ContainerView],
    display: &Display,
) -> Result<Vec<u8>, RenderError> {
    let mut text = serde_saphyr::to_string(&Document::new(view, shown, display))
        .map_err(|error| RenderError::Serialize(error.to_string()))?;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Ok(text.into_bytes())
}

#[derive(Serialize)]
struct Document<'v> {
    pod: &'v Identity,
    containers: Vec<Container<'v>>,
    volumes: Vec<Volume<'v>>,
}

#[derive(Serialize)]
struct Container<'v> {
    name: &'v str,
    kind: ContainerKind,
    error: Option<&'v str>,
    env: Vec<Variable<'v>>,
    warning: Option<&'v str>,
    process: Option<ProcessDocument<'v>>,
    mounts: Vec<Mounted<'v>>,
    #[serde(rename = "etcHosts")]
    etc_hosts: Option<File<'v>>,
    #[serde(rename = "resolvConf")]
    resolv_conf: Option<File<'v>>,
}

#[derive(Serialize)]
struct Variable<'v> {
    name: &'v str,
    value: Option<String>,
    from: &'v str,
    state: &'static str,
    note: Option<String>,
    live: bool,
}

#[derive(Serialize)]
struct Volume<'v> {
    name: &'v str,
    kind: VolumeKind,
    error: Option<&'v str>,
    mounts: Vec<Mount<'v>>,
    files: Vec<File<'v>>,
    warning: Option<&'v str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Mount<'v> {
    container: &'v str,
    path: &'v str,
    sub_path: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct File<'v> {
    path: &'v str,
    mode: String,
    content: Option<&'v str>,
    content_base64: Option<String>,
    from: &'v str,
    state: &'static str,
    note: Option<String>,
    live: bool,
}

impl<'v> Document<'v> {
    fn new(view: &'v View, shown: &[&'v ContainerView], display: &Display) -> Self {
        let container = |container: &&'v ContainerView| {
            let process = container.process.as_ref();
            let file = |field, path| process::file(process?, field, path, display);
            Container {
                name: &container.name,
                kind: container.kind,
                error: container.error.as_deref(),
                env: container.env.iter().map(|row| variable(row, display)).collect(),
                warning: container.warning.as_deref(),
                process: process.map(|it| process::document(it, display)),
                mounts: process.map(|it| process::mounts(it, display)).unwrap_or_default(),
                etc_hosts: file(ProcessField::Hosts, "/etc/hosts"),
                resolv_conf: file(ProcessField::ResolvConf, "/etc/resolv.conf"),
            }
        };
        let volume = |volume: &'v VolumeView| Volume {
            name: &volume.name,
            kind: volume.kind,
            error: volume.error.as_deref(),
            mounts: volume
                .mounts
                .iter()
                .map(|mount| Mount {
                    container: &mount.container,
                    path: &mount.path,
                    sub_path: mount.sub_path.as_ref().map(|part| display.text(part)),
                })
                .collect(),
            files: volume.files.iter().map(|row| file(row, display)).collect(),
            warning: volume.warning.as_deref(),
        };
        Self {
            pod: &view.pod,
            containers: shown.iter().map(container).collect(),
            volumes: view.volumes.iter().map(volume).collect(),
        }
    }
}

fn variable<'v>(row: &'v EnvRow, display: &Display) -> Variable<'v> {
    let shown = display.of_row(row);
    let (state, mut note) = state_and_note(&shown, &row.origin);
    let mut value = None;
    if let Shown::Value(content) = &shown {
        if content.text().is_none() {
            note = Some(joined(note, "not UTF-8: some bytes are replaced"));
        }
        value = Some(String::from_utf8_lossy(&content.bytes).into_owned());
    }
    let Origin { from, live, .. } = &row.origin;
    Variable { name: &row.name, value, from, state, note, live: *live }
}

fn file<'v>(row: &'v FileRow, display: &Display) -> File<'v> {
    written(&row.path, row.mode, row.content.as_ref(), &row.origin, display)
}

/// Returns a file with its content, if it is known and not masked.
pub(super) fn written<'v>(
    path: &'v str,
    mode: u32,
    content: Option<&'v Content>,
    origin: &'v Origin,
    display: &Display,
) -> File<'v> {
    let shown = display.shown(content, origin.state, origin.secret);
    let (state, note) = state_and_note(&shown, origin);
    let (content, content_base64) = match shown {
        Shown::Value(content) => match content.text() {
            Some(text) => (Some(text), None),
            None => (None, Some(BASE64.encode(&content.bytes))),
        },
        _ => (None, None),
    };
    let Origin { from, live, .. } = origin;
    let mode = format!("{mode:04o}");
    File { path, mode, content, content_base64, from, state, note, live: *live }
}

fn state_and_note(shown: &Shown<'_>, origin: &Origin) -> (&'static str, Option<String>) {
    match shown {
        Shown::Masked(mask) => ("masked", Some(joined(origin.note.clone(), mask))),
        _ => (word(origin.state), origin.note.clone()),
    }
}

pub(super) fn joined(note: Option<String>, more: &str) -> String {
    note.map_or_else(|| more.to_owned(), |note| format!("{note}; {more}"))
}
