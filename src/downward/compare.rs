//! Compares what a container should have with what it has. Pure: a view and what was found in, rows
//! out.

use super::content::Content;
use super::inside::Inside;
use super::view::{Origin, View};

pub use limits::{LimitRow, compare_limits};
pub use views::{ContainerPair, Pair, PairState, Section, Side, compare_views};

mod environment;
mod files;
mod limits;
mod process;
mod views;
mod why;

pub use why::{is_of_runtime, is_of_service, sounds_secret};

pub(super) use why::is_certainly_plain;

/// The outcome of comparing one prediction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The container has what was predicted.
    Equal,
    /// It has another value.
    Different,
    /// It lacks what was predicted.
    OnlyPredicted,
    /// It has what was not predicted: the image or the runtime set it, or the API does not have it.
    OnlyActual,
    /// What it has cannot be read.
    Unreadable,
}

/// A variable or a file: predicted and actual.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// The variable's name, or the file's path in the container.
    pub name: String,
    /// The outcome.
    pub verdict: Verdict,
    /// The predicted value; `None` if it is not known, or if there should be none.
    pub predicted: Option<Content>,
    /// The value that was found; parts that may derive from a Secret are marked.
    pub actual: Option<Content>,
    /// The permission bits of a file, predicted and actual.
    pub modes: (Option<u32>, Option<u32>),
    /// Why it is so, if that is known; without a full stop.
    pub why: Option<String>,
    /// Where the prediction comes from.
    pub origin: Option<Origin>,
}

impl Compared {
    /// True if the pod declares it and it was found, but its predicted value is not known.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.origin.is_some() && self.predicted.is_none() && self.actual.is_some()
    }

    /// True if the container does not have what it should. An unknown prediction cannot fail, and
    /// neither can a value that cannot be read.
    #[must_use]
    pub fn fails(&self) -> bool {
        match self.verdict {
            Verdict::Different => true,
            Verdict::OnlyPredicted => self.predicted.is_some(),
            Verdict::Equal | Verdict::OnlyActual | Verdict::Unreadable => false,
        }
    }
}

/// All rows of one container.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The container's name.
    pub container: String,
    /// The kubelet's message if it refuses to start the container.
    pub refused: Option<String>,
    /// Its environment, sorted by name.
    pub env: Vec<Compared>,
    /// Its files, sorted by path.
    pub files: Vec<Compared>,
    /// Its first process. A process may change what it has, so that no difference fails.
    pub process: Vec<Compared>,
}

impl Comparison {
    /// Returns the variables, then the files.
    pub fn rows(&self) -> impl Iterator<Item = &Compared> {
        self.env.iter().chain(&self.files)
    }

    /// Returns the number of rows with that verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.rows().filter(|row| row.verdict == verdict).count()
    }

    /// True if a row fails.
    #[must_use]
    pub fn fails(&self) -> bool {
        self.rows().any(Compared::fails)
    }
}

/// Compares what a container should see with what was found inside it. Returns `None` if the view
/// has no such container.
#[must_use]
pub fn compare(view: &View, container: &str, inside: &Inside) -> Option<Comparison> {
    let of_view = view.containers.iter().find(|of_view| of_view.name == container)?;
    Some(Comparison {
        container: container.to_owned(),
        refused: of_view.error.clone(),
        env: environment::compare(view, of_view, &inside.environment),
        files: files::compare(view, container, &inside.mounts),
        process: of_view
            .process
            .as_ref()
            .map(|process| process::compare((view, of_view), process, &inside.process))
            .unwrap_or_default(),
    })
}
