//! What was found inside of a pod: plain data that [`crate::here`] and [`crate::api::inside`] fill,
//! and [`super::compare`] reads.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::view::ContainerView;

/// What was found on this machine without asking any server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Here {
    /// Which pod this is.
    pub pod: ThisPod,
    /// The environment of this process, in order.
    pub environment: Environment,
    /// The volumes that the kubelet keeps up to date: of the Downward API, Secrets, and such.
    pub volumes: Vec<Volume>,
    /// Where there is no token of our own in a pod, as in an ephemeral container: those of the other
    /// containers that can be seen.
    pub borrowable: Option<Vec<Borrowable>>,
}

impl Here {
    /// True if this process runs in a pod.
    #[must_use]
    pub fn is_pod(&self) -> bool {
        self.pod.is_certain || self.pod.uid.is_some()
    }
}

/// Something that tells of the pod, and where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clue {
    /// What it tells.
    pub value: String,
    /// Where, such as `POD_NAME` or `/etc/resolv.conf`.
    pub from: String,
}

/// The pod that this process runs in, as far as it can be known without a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThisPod {
    /// True if the kernel or the kubelet's own mounts prove that this is a pod.
    pub is_certain: bool,
    /// Its namespace.
    pub namespace: Option<Clue>,
    /// Its name, the best clue first. The hostname may be cut, another one, or the node's.
    pub names: Vec<Clue>,
    /// Its uid as the kubelet has it: for a static pod the hash of its file.
    pub uid: Option<Clue>,
    /// The id of our container, without the runtime's name.
    pub container_id: Option<String>,
    /// The name of our container.
    pub container: Option<Clue>,
}

impl ThisPod {
    /// Whether that is its object, by the uid or, while that is not known, by the best name. The API
    /// shows a static pod by a mirror, which has the kubelet's uid in an annotation.
    #[must_use]
    pub fn is(&self, object: &Value) -> bool {
        let metadata = &object["metadata"];
        match (&self.uid, self.names.first()) {
            (Some(uid), _) => {
                let hash = &metadata["annotations"]["kubernetes.io/config.hash"];
                metadata["uid"] == *uid.value || *hash == *uid.value
            }
            (None, name) => {
                let is_there = |namespace: &Clue| metadata["namespace"] == *namespace.value;
                self.namespace.as_ref().is_none_or(is_there)
                    && name.is_some_and(|name| metadata["name"] == *name.value)
            }
        }
    }
}

/// A volume that is mounted into our container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// Where.
    pub point: String,
    /// What it seems to be.
    pub guess: Guess,
    /// Its files, sorted by path.
    pub files: Vec<ActualFile>,
}

/// What a volume seems to be, without its definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guess {
    /// The service account's token, and what goes with it.
    ServiceAccount,
    /// All that is in it can be of the Downward API, and some can be of nothing else.
    DownwardApi,
    /// It may be a Secret: better not shown.
    Unknown,
}

/// A process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pid {
    /// This one.
    Own,
    /// Another one.
    Other(u32),
    /// One that was run in the container for this.
    Exec,
}

impl fmt::Display for Pid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own => f.write_str("this process"),
            Self::Other(pid) => write!(f, "process {pid}"),
            Self::Exec => f.write_str("an exec of cat"),
        }
    }
}

/// How it is known which container a process is of, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// It was run in the container of that name.
    Name,
    /// Its cgroup has the container's id.
    ContainerId,
    /// The kubelet mounted a directory that has the container's name.
    Mount,
    /// Its environment is that of this container, and of no other.
    Environment,
    /// The pod has but one container.
    OnlyContainer,
}

/// Shown as `by its container id`.
impl fmt::Display for Certainty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "by its name",
            Self::ContainerId => "by its container id",
            Self::Mount => "by the kubelet's mounts",
            Self::Environment => "by its environment, which no other container has",
            Self::OnlyContainer => "as the only container",
        })
    }
}

/// What was found of one container.
#[derive(Clone, Debug)]
pub struct Observed {
    /// Its name.
    pub container: String,
    /// The process that was looked at, and how it is known to be of this container.
    pub process: Option<(Pid, Certainty)>,
    /// What is inside; all unreadable, and why, where no process can be seen.
    pub inside: Inside,
    /// What the kernel enforces.
    pub enforced: Enforced,
}

/// A process of the pod of which the container is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranger {
    /// Which one.
    pub pid: u32,
    /// The program's name.
    pub command: String,
    /// Why, a few words.
    pub why: String,
}

/// The service account of another container, seen through one of its processes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Borrowable {
    /// The process.
    pub pid: u32,
    /// The program's name.
    pub command: String,
    /// The container's name, where the kubelet's mounts tell it.
    pub container: Option<String>,
    /// The directory with the token, as a path that this process can open; else why there is none.
    pub directory: Result<PathBuf, String>,
}

/// What to do where no process of another container can be seen.
pub const NO_LENDER: &str =
    "Share its processes: kubectl debug -it POD --image=kubewalk --target=CONTAINER";

impl Borrowable {
    /// The first of these of which the token can be read, and where that is. All containers of a pod
    /// have one service account.
    #[must_use]
    pub fn first(all: &[Self]) -> Option<(&Self, &Path)> {
        all.iter().find_map(|one| Some((one, one.directory.as_deref().ok()?)))
    }

    /// It, with the process that leads to it: `container db, through process 7`.
    #[must_use]
    pub fn through(&self) -> String {
        match &self.container {
            Some(_) => format!("{self}, through process {}", self.pid),
            None => self.to_string(),
        }
    }
}

/// Shown as `container db`, or `process 1 (postgres)` where the container's name is not known.
impl fmt::Display for Borrowable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.container {
            Some(container) => write!(f, "container {container}"),
            None => write!(f, "process {} ({})", self.pid, self.command),
        }
    }
}

/// What was found inside of one container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inside {
    /// The environment of one of its processes; the error is the reason, without a full stop.
    pub environment: Found<Environment>,
    /// What lies below each mount that was looked at, by the mount's path in the container.
    pub mounts: BTreeMap<String, Found<Vec<ActualFile>>>,
}

/// What was found, or why nothing could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found<T> {
    /// It is there.
    There(T),
    /// Why it cannot be read, a few words.
    Unreadable(String),
}

impl<T> Default for Found<T> {
    fn default() -> Self {
        Self::Unreadable("it was not looked at".to_owned())
    }
}

/// The environment of a process, as it was when the program started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// The variables in order.
    pub variables: Vec<Variable>,
    /// Whether the program has written other things over it, as some do to change their title.
    pub is_overwritten: bool,
}

/// One variable of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name; what is no UTF-8 is replaced.
    pub name: String,
    /// Its value.
    pub value: Vec<u8>,
}

impl Environment {
    /// Reads `/proc/PID/environ`: `NAME=value`, each ended by a zero byte.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        let mut found = Self::default();
        let mut entries: Vec<&[u8]> = bytes.split(|byte| *byte == 0).collect();
        if entries.last().is_some_and(|last| last.is_empty()) {
            entries.pop();
        }
        for entry in entries {
            match entry.iter().position(|byte| *byte == b'=') {
                Some(at) if at > 0 => {
                    let name = String::from_utf8_lossy(&entry[..at]).into_owned();
                    found.variables.push(Variable { name, value: entry[at + 1..].to_vec() });
                }
                _ => found.is_overwritten = true,
            }
        }
        found
    }

    /// The value of a variable, of which the first one counts as in `getenv`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        let variable = self.variables.iter().find(|variable| variable.name == name)?;
        Some(&variable.value)
    }

    /// The value of a variable as text, unless it is empty.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.get(name)?).ok().filter(|text| !text.is_empty())
    }
}

/// One file below a mount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActualFile {
    /// Its path below the mount; empty where the mount is the file.
    pub path: String,
    /// Its permission bits, where they were looked at.
    pub mode: Option<u32>,
    /// Its bytes.
    pub bytes: Found<Vec<u8>>,
}

/// What the kernel enforces for one container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enforced {
    /// The limit of memory in bytes.
    pub memory: Reading<u64>,
    /// The limit of CPU time.
    pub cpu: Reading<Quota>,
    /// The CPUs that may be used, such as `0-3,8`.
    pub cpus: Reading<String>,
}

impl Enforced {
    /// Nothing of it can be read, for that reason.
    #[must_use]
    pub fn unreadable(why: &str) -> Self {
        Self {
            memory: Reading::Unreadable(why.to_owned()),
            cpu: Reading::Unreadable(why.to_owned()),
            cpus: Reading::Unreadable(why.to_owned()),
        }
    }
}

/// A limit as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading<T> {
    /// It is this.
    At(T),
    /// There is none.
    Unlimited,
    /// Why it cannot be read, a few words.
    Unreadable(String),
}

/// CPU time per period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Microseconds of CPU time in each period.
    pub micros: u64,
    /// The period in microseconds.
    pub period: u64,
}

impl Quota {
    /// In thousandths of a CPU.
    pub(super) fn milli(self) -> u64 {
        self.micros.saturating_mul(1000).checked_div(self.period).unwrap_or(0)
    }
}

/// Whether the known part of a container's environment is in that one, and how much that is.
#[must_use]
pub fn fits(container: &ContainerView, environment: &Environment) -> Option<usize> {
    let known = container.env.iter().filter_map(|row| Some((&row.name, row.content.as_ref()?)));
    let mut rows = 0;
    for (name, content) in known {
        if environment.get(name) != Some(content.bytes.as_slice()) {
            return None;
        }
        rows += 1;
    }
    Some(rows)
}
