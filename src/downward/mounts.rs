//! The mounts of the volumes in the containers.

use super::content::Content;
use super::expansion;
use super::files::freeze;
use super::kubelet::Kubelet;
use super::path;
use super::pod::Mount;
use super::view::{ContainerView, MountView, State, View};

/// Adds the mounts to the volumes. A container with a `subPathExpr` whose variable is missing or
/// empty is refused.
pub(super) fn add(kubelet: &Kubelet<'_>, view: &mut View) {
    for (at, placed) in kubelet.placed().into_iter().enumerate() {
        for mount in &placed.container.volume_mounts {
            let Some(container) = view.containers.get_mut(at) else { continue };
            let sub_path = match sub_path(container, mount) {
                Ok(sub_path) => sub_path,
                Err(message) => {
                    if container.error.is_none() {
                        container.error = Some(message);
                        container.env.clear();
                    }
                    Some(mount.sub_path_expr.as_str().into())
                }
            };
            for volume in view.volumes.iter_mut().filter(|volume| volume.name == mount.name) {
                volume.mounts.push(MountView {
                    container: placed.container.name.clone(),
                    path: path::of_mount(&mount.mount_path),
                    sub_path: sub_path.clone(),
                });
            }
        }
    }
    for volume in &mut view.volumes {
        let pinned = volume.mounts.iter().filter(|mount| mount.sub_path.is_some()).count();
        if pinned > 0 && pinned == volume.mounts.len() {
            for file in volume.files.iter_mut().filter(|file| file.origin.live) {
                let note = "mounted by subPath: never updated until the container restarts";
                freeze(file, note.to_owned());
            }
        }
    }
}

/// Returns the part of the volume that is mounted (`ExpandContainerVolumeMounts`).
pub(super) fn sub_path(
    container: &ContainerView,
    mount: &Mount,
) -> Result<Option<Content>, String> {
    if mount.sub_path_expr.is_empty() {
        return Ok((!mount.sub_path.is_empty()).then(|| mount.sub_path.as_str().into()));
    }
    if container.error.is_some() {
        return Ok(Some(mount.sub_path_expr.as_str().into()));
    }
    let mut missing = std::collections::BTreeSet::new();
    let mut is_open = false;
    let expanded = expansion::expand(&mount.sub_path_expr, |name| {
        let row = container.env.iter().find(|row| row.name == name);
        let content: Option<&Content> = row.and_then(|row| row.content.as_ref());
        match row.map(|row| row.origin.state) {
            Some(State::Pending | State::Unknown) => is_open = true,
            None if container.env.iter().any(|row| row.origin.state == State::Unknown) => {
                is_open = true;
            }
            _ if content.is_none_or(|content| content.bytes.is_empty()) => {
                missing.insert(name.to_owned());
            }
            _ => {}
        }
        content
    });
    if is_open {
        return Ok(Some(mount.sub_path_expr.as_str().into()));
    }
    if !missing.is_empty() {
        let names: Vec<String> = missing.into_iter().collect();
        return Err(format!("missing value for {}", names.join(", ")));
    }
    Ok(Some(expanded.into_utf8()))
}
