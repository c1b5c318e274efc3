//! What the process of a container has besides its environment: its properties and its mounts.

use super::Origin;
use crate::downward::content::Content;

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
    pub(in crate::downward) fn content(&self) -> Content {
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

/// Something that is mounted into a container.
#[derive(Clone, Debug, PartialEq)]
pub struct MountPoint {
    /// The absolute path in the container.
    pub path: String,
    /// The volume's name; `None` for what the kubelet and the runtime mount by themselves.
    pub volume: Option<String>,
    /// The kind of the volume, such as `emptyDir`; else `kubelet` or `runtime`.
    pub kind: String,
    /// A few words on what is there, such as `emptyDir, memory, at most 64Mi`.
    pub about: Content,
    /// True if it is mounted read-only.
    pub read_only: bool,
    /// Only this part of the volume. Parts of it may derive from a Secret.
    pub sub_path: Option<Content>,
    /// The maximum size of a file system in memory, in bytes, if it is known.
    pub size: Option<i64>,
    /// Where it is declared; with the claim of the volume, if it has one.
    pub origin: Origin,
}
