//! Renders a view for people.

use std::fmt::Write as _;

use super::{Display, Shown, process, word};
use crate::downward::content::Content;
use crate::downward::view::{ContainerKind, ContainerView, EnvRow, Origin, View, VolumeView};
use crate::text::one_line;

/// The maximum width of a name or value that widens its column, in characters.
const WIDE: usize = 40;

// Writing to a String cannot fail, so the results are dropped.
pub(super) fn render(view: &View, shown: &[&ContainerView], display: &Display) -> String {
    let mut out = String::new();
    let name = if view.pod.name.is_empty() { "(without a name)" } else { &view.pod.name };
    _ = writeln!(out, "{}/{}", one_line(&view.pod.namespace), one_line(name));
    for note in &view.notes {
        _ = writeln!(out, "({})", one_line(note));
    }
    for container in shown {
        container_block(&mut out, view, container, display);
    }
    for volume in &view.volumes {
        let mounted = |c: &&ContainerView| volume.mounts.iter().any(|m| m.container == c.name);
        if display.container.is_none() || shown.iter().any(mounted) {
            volume_block(&mut out, view, volume, display);
        }
    }
    for container in shown {
        process::block(&mut out, container, display);
    }
    out
}

fn container_block(out: &mut String, view: &View, container: &ContainerView, display: &Display) {
    let kind = match container.kind {
        ContainerKind::Container => "container",
        ContainerKind::Init => "init container",
        ContainerKind::Sidecar => "sidecar",
        ContainerKind::Ephemeral => "ephemeral container",
    };
    _ = writeln!(out, "\n{kind} {}", one_line(&container.name));
    if let Some(error) = &container.error {
        // The notes already say why the node rejected the whole pod.
        if view.rejected.is_none() {
            _ = writeln!(out, "  refused by the kubelet: {}", one_line(error));
        }
        return;
    }
    if let Some(warning) = &container.warning {
        _ = writeln!(out, "  {}", one_line(warning));
    }
    // A volume that cannot be set up holds up all containers.
    for volume in view.volumes.iter().filter(|volume| !volume.mounts.is_empty()) {
        if let Some(error) = volume.error.as_ref().filter(|_| view.rejected.is_none()) {
            let name = one_line(&volume.name);
            _ = writeln!(out, "  waits for volume {name}: {}", one_line(error));
        }
    }
    let values: Vec<String> = container.env.iter().map(|row| value(row, display)).collect();
    let width = |texts: &mut dyn Iterator<Item = usize>| texts.filter(|w| *w <= WIDE).max();
    let names = width(&mut container.env.iter().map(|row| row.name.chars().count())).unwrap_or(0);
    let wide = width(&mut values.iter().map(|value| value.chars().count())).unwrap_or(0);
    for (row, value) in container.env.iter().zip(&values) {
        let from = origin(&row.origin);
        let name = one_line(&row.name);
        _ = writeln!(out, "  {name:names$}  {value:wide$}  {from}");
    }
}

fn value(row: &EnvRow, display: &Display) -> String {
    match display.of_row(row) {
        Shown::Value(content) => lossy(content),
        Shown::Masked(mask) => one_line(&mask.replace('\\', "\\\\")).into_owned(),
        Shown::Nothing(state) => format!("({})", word(state)),
    }
}

fn volume_block(out: &mut String, view: &View, volume: &VolumeView, display: &Display) {
    _ = writeln!(out, "\nvolume {}", one_line(&volume.name));
    for mount in &volume.mounts {
        let part = match &mount.sub_path {
            Some(part) => format!(" (only {}: never updated)", one_line(&display.text(part))),
            None => String::new(),
        };
        let (container, path) = (one_line(&mount.container), one_line(&mount.path));
        _ = writeln!(out, "  in {container} at {path}{part}");
    }
    if volume.mounts.is_empty() {
        _ = writeln!(out, "  in no container: the kubelet does not set it up");
    }
    let refused = volume.error.as_ref().filter(|_| view.rejected.is_none());
    if let Some(error) = refused.filter(|_| !volume.mounts.is_empty()) {
        _ = writeln!(out, "  refused by the kubelet: {}", one_line(error));
    }
    if let Some(warning) = &volume.warning {
        _ = writeln!(out, "  {}", one_line(warning));
    }
    for file in &volume.files {
        let live = if file.origin.live { "live" } else { "frozen" };
        let from = origin(&file.origin);
        _ = writeln!(out, "  {}  {:04o}  {live}  {from}", one_line(&file.path), file.mode);
        match display.shown(file.content.as_ref(), file.origin.state, file.origin.secret) {
            Shown::Value(content) => {
                let text = String::from_utf8_lossy(&content.bytes);
                let text = text.strip_suffix('\n').unwrap_or(&text);
                for line in text.split('\n').filter(|_| !text.is_empty()) {
                    _ = writeln!(out, "    {}", one_line(line));
                }
            }
            Shown::Masked(mask) => _ = writeln!(out, "    {}", one_line(&mask)),
            Shown::Nothing(state) => _ = writeln!(out, "    ({})", word(state)),
        }
    }
}

pub(super) fn origin(origin: &Origin) -> String {
    match &origin.note {
        Some(note) => format!("{} ({})", one_line(&origin.from), one_line(note)),
        None => one_line(&origin.from).into_owned(),
    }
}

/// Returns a value on one line: a line break becomes `\n`, and a backslash is doubled.
fn lossy(content: &Content) -> String {
    let text = String::from_utf8_lossy(&content.bytes).replace('\\', "\\\\");
    one_line(&text).into_owned()
}
