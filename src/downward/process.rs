//! Computes what the process of a container has besides its environment: its command line, its
//! host name, its mounts, its user, and what is enforced.

use super::content::Content;
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

pub use mounts::MountPoint;

/// What the process of a container has besides its environment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Process {
    /// Its properties, in the order of [`ProcessField`].
    pub rows: Vec<ProcessRow>,
    /// What is mounted into its container, in the order of the kubelet and the runtime.
    pub mounts: Vec<MountPoint>,
}

impl Process {
    /// Returns the row of a property.
    #[must_use]
    pub fn row(&self, field: ProcessField) -> Option<&ProcessRow> {
        self.rows.iter().find(|row| row.field == field)
    }

    /// Returns the rows of the command line, in order.
    pub fn command(&self) -> impl Iterator<Item = &ProcessRow> {
        self.rows.iter().filter(|row| matches!(row.field, ProcessField::Argument(_)))
    }
}

/// One property of a process.
#[derive(Clone, Debug, PartialEq)]
pub struct ProcessRow {
    /// The property.
    pub field: ProcessField,
    /// Its value; `None` unless the state is known.
    pub value: Option<ProcessValue>,
    /// The value as a text.
    pub content: Option<Content>,
    /// Where the value comes from.
    pub origin: Origin,
    /// True if what the process really has may come from a Secret, whatever is known of the Secret.
    pub may_be_secret: bool,
}

/// The properties of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProcessField {
    /// An element of the command line, 0-based.
    Argument(usize),
    /// The working directory.
    WorkingDir,
    /// The host name.
    Hostname,
    /// The content of `/etc/hosts`.
    Hosts,
    /// The content of `/etc/resolv.conf`.
    ResolvConf,
    /// A variable that the container runtime sets.
    Variable(&'static str),
    /// The user's number.
    User,
    /// The number of the user's primary group.
    Group,
    /// The numbers of all groups.
    Groups,
    /// The capabilities that the process can have at most (the bounding set).
    Capabilities,
    /// The capabilities that it starts with (the effective set).
    EffectiveCapabilities,
    /// True if no program it starts gets more privileges.
    NoNewPrivileges,
    /// The seccomp profile.
    Seccomp,
    /// What is enforced, such as `cpu.quota`.
    Limit(&'static str),
    /// The adjustment of the score by which the kernel chooses what to kill without memory.
    OomScoreAdj,
    /// The devices, by their paths.
    Devices,
    /// An element of the command of a probe or of a lifecycle hook, 0-based.
    Handler(&'static str, usize),
}

impl ProcessField {
    /// True if the value is the content of a file.
    #[must_use]
    pub fn is_file(self) -> bool {
        matches!(self, Self::Hosts | Self::ResolvConf)
    }

    /// Returns the property's title, such as `working directory`.
    #[must_use]
    pub fn title(self) -> String {
        match self {
            Self::Argument(at) => format!("command[{at}]"),
            Self::WorkingDir => "working directory".to_owned(),
            Self::Hostname => "host name".to_owned(),
            Self::Hosts => "/etc/hosts".to_owned(),
            Self::ResolvConf => "/etc/resolv.conf".to_owned(),
            Self::Variable(name) | Self::Limit(name) => name.to_owned(),
            Self::User => "user".to_owned(),
            Self::Group => "group".to_owned(),
            Self::Groups => "groups".to_owned(),
            Self::Capabilities => "capabilities".to_owned(),
            Self::EffectiveCapabilities => "effective capabilities".to_owned(),
            Self::NoNewPrivileges => "no new privileges".to_owned(),
            Self::Seccomp => "seccomp".to_owned(),
            Self::OomScoreAdj => "oom_score_adj".to_owned(),
            Self::Devices => "devices".to_owned(),
            Self::Handler(name, at) => format!("{name}[{at}]"),
        }
    }
}

/// The value of a property.
#[derive(Clone, Debug, PartialEq)]
pub enum ProcessValue {
    /// A text: that of [`ProcessRow::content`].
    Text,
    /// A number.
    Number(i64),
    /// Numbers, ascending.
    Numbers(Vec<i64>),
    /// True or false.
    Flag(bool),
    /// Names, sorted.
    Names(Vec<String>),
}

impl ProcessValue {
    /// Returns the value as a text; empty for a text.
    pub(super) fn content(&self) -> Content {
        match self {
            Self::Text => Content::default(),
            Self::Number(number) => number.to_string().into(),
            Self::Numbers(numbers) => {
                numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(", ").into()
            }
            Self::Flag(flag) => if *flag { "yes" } else { "no" }.into(),
            Self::Names(names) if names.is_empty() => "none".into(),
            Self::Names(names) => names.join(", ").into(),
        }
    }
}

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
