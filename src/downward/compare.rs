//! What a container should have against what it has. Pure: a view and what was found, rows out.

use std::collections::BTreeMap;

use super::content::Content;
use super::view::{ContainerView, Origin, View};

pub use limits::{Enforced, LimitRow, Quota, Reading, compare_limits};

mod environment;
mod files;
mod limits;
mod why;

pub use why::{is_of_runtime, sounds_secret};

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
    /// Its permission bits.
    pub mode: u32,
    /// Its bytes.
    pub bytes: Found<Vec<u8>>,
}

/// How a prediction fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The container has what was predicted.
    Equal,
    /// It has something else.
    Different,
    /// It does not have it.
    OnlyPredicted,
    /// It has what was not predicted: the image or the runtime set it, or the API did not tell.
    OnlyActual,
    /// What it has cannot be read.
    Unreadable,
}

/// A variable or a file, as predicted and as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// The variable's name, or the file's path in the container.
    pub name: String,
    /// How the two fare.
    pub verdict: Verdict,
    /// What the kubelet should have given; `None` where that is not known, or nothing.
    pub predicted: Option<Content>,
    /// What is there. What may derive from a Secret is marked as in a prediction.
    pub actual: Option<Content>,
    /// The permission bits of a file, predicted and actual.
    pub modes: (Option<u32>, Option<u32>),
    /// Why it is as it is, as far as that can be known; no full stop.
    pub why: Option<String>,
    /// Where the prediction comes from.
    pub origin: Option<Origin>,
}

impl Compared {
    /// Whether the container does not have what it should. A prediction that is not known cannot
    /// fail, nor one that cannot be read.
    #[must_use]
    pub fn fails(&self) -> bool {
        match self.verdict {
            Verdict::Different => true,
            Verdict::OnlyPredicted => self.predicted.is_some(),
            Verdict::Equal | Verdict::OnlyActual | Verdict::Unreadable => false,
        }
    }
}

/// All of one container.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The container's name.
    pub container: String,
    /// The kubelet's message where it refuses to start the container.
    pub refused: Option<String>,
    /// Its environment, sorted by name.
    pub env: Vec<Compared>,
    /// Its files, sorted by path.
    pub files: Vec<Compared>,
}

impl Comparison {
    /// The variables and the files.
    pub fn rows(&self) -> impl Iterator<Item = &Compared> {
        self.env.iter().chain(&self.files)
    }

    /// How many rows have that verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.rows().filter(|row| row.verdict == verdict).count()
    }

    /// Whether a row fails.
    #[must_use]
    pub fn fails(&self) -> bool {
        self.rows().any(Compared::fails)
    }
}

/// Compares what a container should see with what was found inside of it. `None` where the view has
/// no such container.
#[must_use]
pub fn compare(view: &View, container: &str, inside: &Inside) -> Option<Comparison> {
    let of_view = view.containers.iter().find(|of_view| of_view.name == container)?;
    Some(Comparison {
        container: container.to_owned(),
        refused: of_view.error.clone(),
        env: environment::compare(of_view, &inside.environment),
        files: files::compare(view, container, &inside.mounts),
    })
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

/// What is there, marked as secret where the prediction is.
fn marked(bytes: &[u8], predicted: Option<&Content>, is_secret: bool) -> Content {
    match predicted {
        Some(predicted) if predicted.bytes == bytes => predicted.clone(),
        _ if is_secret => Content::secret(bytes.to_vec()),
        _ => Content { bytes: bytes.to_vec(), secret: Vec::new() },
    }
}
