//! What was found inside the containers of a pod: plain data that [`crate::here`] and
//! [`crate::api::inside`] fill, and [`super::compare`] compares.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::view::ContainerView;

pub use neighbour::Neighbour;
pub use process::{ActualProcess, Status};
pub use this_pod::ThisPod;

pub mod mountinfo;
mod neighbour;
mod process;
mod this_pod;

/// What this process finds on its machine, without a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Here {
    /// Which pod this is.
    pub pod: ThisPod,
    /// The environment of this process, in order.
    pub environment: Environment,
    /// The volumes that the kubelet keeps up to date: those of the Downward API, of Secrets and
    /// such.
    pub volumes: Vec<Volume>,
    /// The tokens of the other containers that can be seen, if this container has none, as an
    /// ephemeral container; else `None`.
    pub borrowable: Option<Vec<Borrowable>>,
    /// The other containers of the pod whose processes can be seen, by their first process: the
    /// target of `kubectl debug --target` has process 1.
    pub neighbours: Vec<Neighbour>,
}

impl Here {
    /// True if this process runs in a pod.
    #[must_use]
    pub fn is_pod(&self) -> bool {
        self.pod.is_certain || self.pod.uid.is_some()
    }
}

/// A property of the pod, and where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clue {
    /// The value.
    pub value: String,
    /// Where it was found, such as `POD_NAME` or `/etc/resolv.conf`.
    pub from: String,
}

/// A volume that is mounted into our container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// The mount point.
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
    /// Every file can come from the Downward API, and one can come from nothing else.
    DownwardApi,
    /// It may be a Secret: its files are masked.
    Unknown,
}

/// A process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pid {
    /// This process.
    Own,
    /// Another process.
    Other(u32),
    /// A process that was run in the container by an exec.
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

/// How the container of a process is identified, the most certain way first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// The process was run in the container of that name.
    Name,
    /// Its cgroup has the container's id.
    ContainerId,
    /// The kubelet mounted a directory with the container's name.
    Mount,
    /// Its environment matches that of this container and of no other.
    Environment,
    /// The pod has only one container.
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
    /// The process that was read, and how its container was identified.
    pub process: Option<(Pid, Certainty)>,
    /// What is inside; everything is unreadable if no process can be seen.
    pub inside: Inside,
    /// What the kernel enforces.
    pub enforced: Enforced,
}

/// A process of the pod whose container is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranger {
    /// Its process id.
    pub pid: u32,
    /// The program's name.
    pub command: String,
    /// Why it is not known, a few words.
    pub why: String,
}

/// The service account of another container, seen through one of its processes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Borrowable {
    /// The process id.
    pub pid: u32,
    /// The program's name.
    pub command: String,
    /// The container's name, if the kubelet's mounts have it.
    pub container: Option<String>,
    /// The directory with the token, as a path that this process can open; or why there is none.
    pub directory: Result<PathBuf, String>,
}

/// The hint if no process of another container can be seen.
pub const NO_LENDER: &str =
    "Share its processes: kubectl debug -it POD --image=kubewalk --target=CONTAINER";

impl Borrowable {
    /// Returns the first with a readable token, and its directory. All containers of a pod have the
    /// same service account.
    #[must_use]
    pub fn first(all: &[Self]) -> Option<(&Self, &Path)> {
        all.iter().find_map(|one| Some((one, one.directory.as_deref().ok()?)))
    }

    /// Returns its title with the process: `container db, through process 7`.
    #[must_use]
    pub fn through(&self) -> String {
        match &self.container {
            Some(_) => format!("{self}, through process {}", self.pid),
            None => self.to_string(),
        }
    }
}

/// Shown as `container db`, or `process 1 (postgres)` if the container's name is not known.
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
    /// The environment of one of its processes.
    pub environment: Found<Environment>,
    /// The files below each mount that was read, by the mount's path in the container.
    pub mounts: BTreeMap<String, Found<Vec<ActualFile>>>,
    /// Its first process.
    pub process: ActualProcess,
}

/// What was read, or why it cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found<T> {
    /// It was read.
    There(T),
    /// Why it cannot be read, a few words.
    Unreadable(String),
}

impl<T> Found<T> {
    /// Applies a function to what was read.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Found<U> {
        match self {
            Self::There(found) => Found::There(change(found)),
            Self::Unreadable(why) => Found::Unreadable(why),
        }
    }
}

impl<T> Default for Found<T> {
    fn default() -> Self {
        Self::Unreadable("it was not read".to_owned())
    }
}

/// The environment of a process, as it was when the program started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// The variables, in the order of the process.
    pub variables: Vec<Variable>,
    /// True if the program wrote over its environment, as some do to change their title.
    pub is_overwritten: bool,
}

/// One variable of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name; bytes that are not UTF-8 are replaced.
    pub name: String,
    /// Its value.
    pub value: Vec<u8>,
}

impl Environment {
    /// Parses `/proc/PID/environ`: `NAME=value`, each ended by a zero byte.
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

    /// Returns the value of a variable; the first of several counts, as in `getenv`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        let variable = self.variables.iter().find(|variable| variable.name == name)?;
        Some(&variable.value)
    }

    /// Returns the value of a variable as text; `None` if it is empty or not UTF-8.
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
    /// Its permission bits, if they were read.
    pub mode: Option<u32>,
    /// Its bytes.
    pub bytes: Found<Vec<u8>>,
}

/// What the kernel enforces for one container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enforced {
    /// The memory limit in bytes.
    pub memory: Reading<u64>,
    /// The limit of CPU time per period.
    pub cpu: Reading<Quota>,
    /// The CPUs that it may use, such as `0-3,8`.
    pub cpus: Reading<String>,
}

impl Enforced {
    /// Returns limits that cannot be read, for that reason.
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
    /// The limit.
    At(T),
    /// There is no limit.
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
    /// Returns it in thousandths of a CPU.
    pub(super) fn milli(self) -> u64 {
        self.micros.saturating_mul(1000).checked_div(self.period).unwrap_or(0)
    }
}

/// Returns how many known variables of a container an environment has; `None` if it lacks one or
/// has another value of one.
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
