//! Computes what the process of a container has besides its environment: its command line, its
//! host name, its mounts, its user, and what is enforced.

use super::expansion::{self, Piece};
use super::kubelet::{Kubelet, Placed};
use super::resolved::Resolved;
use super::view::{ContainerView, OriginKind, State};

mod handlers;
mod host;
mod identity;
mod limits;
mod mounts;
mod qos;
mod resolver;
mod volumes;

pub use super::view::process::{MountPoint, Process, ProcessField, ProcessRow, ProcessValue};

/// Computes what the process of a container has. `command` is its command line, and `view` its
/// environment.
pub(super) fn of_container(
    kubelet: &Kubelet<'_>,
    placed: Placed<'_>,
    command: Vec<ProcessRow>,
    view: &ContainerView,
) -> Process {
    let mut rows = command;
    mark_secrets(&mut rows, placed, view);
    let hostname = host::name(kubelet);
    rows.push(identity::working_dir(placed));
    rows.push(text(ProcessField::Hostname, hostname.clone(), host::declared_at(kubelet)));
    rows.push(host::hosts(kubelet, placed));
    rows.push(resolver::conf(kubelet, placed));
    rows.extend(identity::variables(placed, &hostname, view));
    let user = identity::user(kubelet, placed);
    rows.extend(identity::groups(kubelet, placed));
    rows.extend(identity::privileges(kubelet, placed, &user));
    rows.push(user);
    rows.extend(limits::enforced(kubelet, placed));
    rows.push(limits::oom_score_adj(kubelet, placed));
    rows.push(limits::devices(placed));
    rows.extend(handlers::of_container(placed));
    rows.sort_by_key(|row| row.field);
    Process { rows, mounts: mounts::of_container(kubelet, placed, view) }
}

/// Marks the elements of the command line that refer to names which may be those of Secrets.
fn mark_secrets(command: &mut [ProcessRow], placed: Placed<'_>, view: &ContainerView) {
    let texts = placed.container.command.iter().chain(&placed.container.args).rev();
    // The image's entrypoint, if there is one, is the first row.
    for (row, text) in command.iter_mut().rev().zip(texts) {
        let is_secret = |piece: &Piece<'_>| matches!(piece, Piece::Reference(name) if view.secret_names.has(name));
        row.may_be_secret = row.origin.secret || expansion::pieces(text).iter().any(is_secret);
    }
}

/// Returns a row with a text.
pub(super) fn text(field: ProcessField, resolved: Resolved, path: String) -> ProcessRow {
    let (content, origin) = resolved.declared(path, false);
    ProcessRow {
        field,
        value: content.is_some().then_some(ProcessValue::Text),
        content,
        origin,
        may_be_secret: false,
    }
}

/// Returns a row with a value that a field of the pod sets.
fn known(field: ProcessField, value: ProcessValue, why: &Why<'_>) -> ProcessRow {
    let mut resolved = Resolved::known(OriginKind::Field, why.from, "").explained(why.explanation);
    resolved.note.clone_from(&why.note);
    let (_, origin) = resolved.declared(why.path.clone(), false);
    let content = Some(value.content());
    ProcessRow { field, content, value: Some(value), origin, may_be_secret: false }
}

/// Where a known value comes from.
#[derive(Clone, Debug, Default)]
struct Why<'a> {
    /// The title of its source.
    from: &'a str,
    /// One sentence.
    explanation: &'a str,
    /// The path of its declaration; empty if no field declares it.
    path: String,
    note: Option<String>,
}

/// Returns a row without a value; `note` says why.
fn without(
    field: ProcessField,
    (state, kind): (State, OriginKind),
    from: &str,
    note: impl Into<String>,
) -> ProcessRow {
    let (_, origin) = Resolved::without(state, kind, from, note).declared(String::new(), false);
    ProcessRow { field, value: None, content: None, origin, may_be_secret: false }
}

/// The value is the image's.
const OF_IMAGE: (State, OriginKind) = (State::Unknown, OriginKind::Image);
/// The value depends on the container runtime or on the configuration of the kubelet.
const OF_RUNTIME: (State, OriginKind) = (State::Unknown, OriginKind::Runtime);
