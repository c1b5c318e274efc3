//! Computes what the process of a container has besides its environment: its command line, its
//! host name, its mounts, its user, and what is enforced.

use super::expansion::{self, Piece};
use super::kubelet::{Kubelet, Placed};
use super::resolved::Resolved;
use super::view::{ContainerView, Origin, OriginKind, State};

mod handlers;
mod host;
mod identity;
mod limits;
mod mounts;
mod qos;
mod resolver;
mod volumes;

pub use super::view::process::{MountPoint, Process, ProcessField, ProcessRow, ProcessValue};

/// What is the same for all containers of a pod.
pub(super) struct Shared {
    hostname: Resolved,
    hostname_row: ProcessRow,
    hosts: ProcessRow,
    conf: ProcessRow,
    qos: qos::Qos,
}

impl Shared {
    pub(super) fn of(kubelet: &Kubelet<'_>) -> Self {
        let hostname = host::name(kubelet);
        let declared_at = host::declared_at(kubelet);
        Self {
            hostname_row: text(ProcessField::Hostname, hostname.clone(), declared_at),
            hostname,
            hosts: host::hosts(kubelet),
            conf: resolver::conf(kubelet),
            qos: qos::of(kubelet),
        }
    }
}

/// Computes what the process of a container has. `command` is its command line, and `view` its
/// environment.
pub(super) fn of_container(
    kubelet: &Kubelet<'_>,
    shared: &Shared,
    placed: Placed<'_>,
    command: Vec<ProcessRow>,
    view: &ContainerView,
) -> Process {
    let mounts = mounts::of_container(kubelet, placed, view);
    let file =
        |row: &ProcessRow, path| mounted(row.field, path, &mounts).unwrap_or_else(|| row.clone());
    let mut rows = command;
    rows.reserve(24);
    mark_secrets(&mut rows, placed, view);
    rows.push(identity::working_dir(placed));
    rows.push(shared.hostname_row.clone());
    rows.push(file(&shared.hosts, "/etc/hosts"));
    rows.push(file(&shared.conf, "/etc/resolv.conf"));
    rows.extend(identity::variables(placed, &shared.hostname, view));
    let user = identity::user(kubelet, placed);
    let privileges = identity::privileges(kubelet, placed, &user);
    rows.push(user);
    rows.extend(identity::groups(kubelet, placed));
    rows.extend(privileges);
    rows.extend(limits::enforced(kubelet, placed));
    rows.push(limits::oom_score_adj(kubelet, shared.qos, placed));
    rows.push(limits::devices(placed));
    rows.extend(handlers::of_container(placed));
    rows.sort_by_key(|row| row.field);
    Process { rows, mounts }
}

/// Returns the row of a file in whose place a volume is mounted.
fn mounted(field: ProcessField, path: &str, mounts: &[MountPoint]) -> Option<ProcessRow> {
    let volume = mounts.iter().find(|mount| mount.path == path)?.volume.as_deref()?;
    let note = format!("the volume {volume} is mounted there");
    Some(without(field, (State::Unknown, OriginKind::Nothing), "volume", note))
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
fn known(field: ProcessField, value: ProcessValue, why: Why<'_>) -> ProcessRow {
    let content = Some(value.content());
    let origin = origin((State::Known, OriginKind::Field), why);
    ProcessRow { field, content, value: Some(value), origin, may_be_secret: false }
}

/// Returns the origin of what no Secret decides.
fn origin((state, kind): (State, OriginKind), why: Why<'_>) -> Origin {
    Origin {
        kind,
        object: None,
        from: why.from.to_owned(),
        state,
        note: why.note,
        live: false,
        secret: false,
        path: why.path,
        source: None,
        uses: Vec::new(),
        may_be_old: false,
        template: None,
        kept: false,
        explanation: why.explanation.to_owned(),
    }
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
    kind: (State, OriginKind),
    from: &str,
    note: impl Into<String>,
) -> ProcessRow {
    let note = note.into();
    let why = Why { from, explanation: &note, path: String::new(), note: Some(note.clone()) };
    let origin = origin(kind, why);
    ProcessRow { field, value: None, content: None, origin, may_be_secret: false }
}

/// The value is the image's.
const OF_IMAGE: (State, OriginKind) = (State::Unknown, OriginKind::Image);
/// The value depends on the container runtime or on the configuration of the kubelet.
const OF_RUNTIME: (State, OriginKind) = (State::Unknown, OriginKind::Runtime);
