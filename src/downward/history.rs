//! Keeps what a running container started with, although its source has changed while it was seen.

use super::content::Content;
use super::view::{ContainerView, EnvRow, Origin, State, View};

/// The longest new value that a note quotes, in bytes.
const LONGEST: usize = 60;

/// Keeps the values that running containers were seen with in an earlier view of the same pod: the
/// environment is frozen until a container starts again.
pub fn keep_frozen(view: &mut View, before: &View) {
    if view.pod.uid.is_empty() || view.pod.uid != before.pod.uid {
        return;
    }
    for container in &mut view.containers {
        let earlier = before.containers.iter().find(|other| is_same_start(container, other));
        let Some(earlier) = earlier else { continue };
        let known = earlier.env.iter().filter(|row| is_certain(row));
        let mut removed: Vec<EnvRow> = Vec::new();
        for old in known {
            match container.env.iter_mut().find(|row| !row.is_any && row.name == old.name) {
                Some(row) if row.content == old.content => row.origin.kept = old.origin.kept,
                Some(row) => keep(row, old),
                None => removed.push(EnvRow { origin: removed_since(old), ..old.clone() }),
            }
        }
        container.env.extend(removed);
        container.env.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

fn is_same_start(container: &ContainerView, other: &ContainerView) -> bool {
    let is_running = container.started_at.is_some() && container.error.is_none();
    is_running && container.name == other.name && container.started_at == other.started_at
}

/// True if a row has the value that the container started with.
fn is_certain(row: &EnvRow) -> bool {
    let is_known = row.origin.state == State::Known && row.content.is_some();
    is_known && (!row.origin.may_be_old || row.origin.kept)
}

/// Keeps the old value of a row. Its note has the new one.
fn keep(row: &mut EnvRow, old: &EnvRow) {
    let now = row.content.take();
    row.origin.secret |= old.origin.secret;
    let mut note = "the value that the container started with".to_owned();
    if let Some(now) = now.as_ref().and_then(Content::text).filter(|_| !row.origin.secret) {
        let end = now.char_indices().map(|(at, _)| at).take_while(|at| *at <= LONGEST).last();
        let cut = if now.len() > LONGEST { &now[..end.unwrap_or(0)] } else { now };
        note = format!("{note}; now its source has {cut:?}");
    }
    row.origin.note = Some(match row.origin.note.take() {
        Some(other) => format!("{note}; {other}"),
        None => note,
    });
    row.content.clone_from(&old.content);
    row.origin.state = State::Known;
    row.origin.kept = true;
    row.origin.may_be_old = true;
}

fn removed_since(old: &EnvRow) -> Origin {
    let note = "its source no longer has it: the container keeps it until it starts again";
    Origin { note: Some(note.to_owned()), kept: true, may_be_old: true, ..old.origin.clone() }
}
