//! What a container should have against what it has. Pure: a view and what was found, rows out.

use super::content::Content;
use super::inside::Inside;
use super::view::{Origin, View};

pub use limits::{LimitRow, compare_limits};

mod environment;
mod files;
mod limits;
mod why;

pub use why::{is_of_runtime, is_of_service, sounds_secret};

pub(super) use why::is_certainly_plain;

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
    /// True if the pod declares it, it was found, and what it should be is not known.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.origin.is_some() && self.predicted.is_none() && self.actual.is_some()
    }

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
        env: environment::compare(view, of_view, &inside.environment),
        files: files::compare(view, container, &inside.mounts),
    })
}
