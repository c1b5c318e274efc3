//! Paths of values in a document: `.spec.containers[0].env[3]`, or `.metadata.labels['a.b/c']` if a
//! key is not a simple word.

use super::view::{Origin, View};

/// Returns the path of a field below `above`.
pub(super) fn key(above: &str, key: &str) -> String {
    let simple = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if simple {
        return format!("{above}.{key}");
    }
    format!("{above}['{}']", key.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// Returns the path of an item of a list below `above`; `at` is its 0-based index.
pub(super) fn index(above: &str, at: usize) -> String {
    format!("{above}[{at}]")
}

/// Puts the path of a template before all paths of the view that was computed from it.
pub(super) fn move_below(view: &mut View, above: &str) {
    if above.is_empty() {
        return;
    }
    let down = |place: &mut String| {
        if !place.is_empty() {
            place.insert_str(0, above);
        }
    };
    let down_origin = |origin: &mut Origin| {
        down(&mut origin.path);
        // A template has no status.
        origin.source = origin.source.take().filter(|place| !place.starts_with(".status"));
        origin.source.as_mut().into_iter().for_each(down);
    };
    for container in &mut view.containers {
        down(&mut container.path);
        container.env.iter_mut().for_each(|row| down_origin(&mut row.origin));
        let Some(process) = &mut container.process else { continue };
        process.rows.iter_mut().for_each(|row| down_origin(&mut row.origin));
        process.mounts.iter_mut().for_each(|mount| down_origin(&mut mount.origin));
    }
    for volume in &mut view.volumes {
        down(&mut volume.path);
        volume.files.iter_mut().for_each(|row| down_origin(&mut row.origin));
    }
}
