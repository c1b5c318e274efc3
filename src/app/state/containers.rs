//! The container's view: what it shows, what it was computed from, and its cursor.

mod exec;
mod inside;
mod items;
mod limits;

use crate::downward::catalogue::Exposable;
use crate::downward::compare::Comparison;
use crate::downward::inside::{Observed, Stranger};
use crate::downward::sources::Sources;
use crate::downward::{Masker, PodObject, View};

pub(in crate::app) use exec::Exec;
pub use exec::Proposal;
pub use items::{Item, ViewRow};

/// The container's view.
#[derive(Clone, Debug)]
pub struct Containers {
    /// The view, or why there is none; nothing while there is no pod.
    pub view: Option<Result<View, String>>,
    /// All that the pod could expose.
    pub catalogue: Vec<Exposable>,
    /// The container that is shown; one more than the last is the catalogue.
    pub tab: usize,
    /// The chosen row among the items.
    pub cursor: usize,
    /// The file that is read, by volume and place, and how far it is scrolled.
    pub file: Option<(usize, usize, usize)>,
    /// Whether what derives from a Secret is shown.
    pub unmasked: bool,
    /// Masks what derives from a Secret.
    pub masker: Masker,
    /// Whether it is of what is here, since no server tells what should be.
    pub is_alone: bool,
    /// What was found in the containers, where they are those of the pod that we run in.
    pub(in crate::app) observed: Vec<Observed>,
    /// The processes of that pod of which the container is not known.
    pub(in crate::app) strangers: Vec<Stranger>,
    /// What was found by an exec in those of any other pod.
    pub(in crate::app) exec: Exec,
    /// How that compares with what they should have.
    pub(in crate::app) comparisons: Vec<Comparison>,
    pub(in crate::app) object: Option<PodObject>,
    /// Why the answer cannot be read as an object.
    pub(in crate::app) unreadable: Option<String>,
    /// The answer that the object is of.
    pub(in crate::app) revision: u64,
    pub(in crate::app) sources: Sources,
}

impl Default for Containers {
    fn default() -> Self {
        Self {
            view: None,
            catalogue: Vec::new(),
            tab: 0,
            cursor: 0,
            file: None,
            unmasked: false,
            masker: Masker::with_salt([0, 0]),
            is_alone: false,
            observed: Vec::new(),
            strangers: Vec::new(),
            exec: Exec::default(),
            comparisons: Vec::new(),
            object: None,
            unreadable: None,
            revision: 0,
            sources: Sources::default(),
        }
    }
}

impl Containers {
    /// The names of the tabs: the containers, and the catalogue.
    #[must_use]
    pub fn tabs(&self) -> Vec<String> {
        let Some(Ok(view)) = &self.view else { return Vec::new() };
        let names = view.containers.iter().map(|container| container.name.clone());
        names.chain((!self.is_alone).then(|| "catalogue".to_owned())).collect()
    }

    /// The name of the container that is shown.
    pub(in crate::app) fn container(&self) -> Option<&str> {
        let view = self.view.as_ref()?.as_ref().ok()?;
        Some(&view.containers.get(self.tab)?.name)
    }

    /// What stands for a value that is not there yet.
    #[must_use]
    pub fn pending(&self) -> &'static str {
        let is_pod = self.object.as_ref().is_some_and(PodObject::is_pod);
        if is_pod { "not yet" } else { "set when scheduled" }
    }

    /// The last line of the file that is read.
    pub(in crate::app) fn last_line(&self) -> usize {
        let file = self.file.and_then(|(volume, at, _)| self.content(ViewRow::File(volume, at)));
        file.map_or(0, |content| content.bytes.split(|byte| *byte == b'\n').count() - 1)
    }

    /// Whether the catalogue is shown.
    #[must_use]
    pub fn is_catalogue(&self) -> bool {
        matches!(&self.view, Some(Ok(view)) if self.tab >= view.containers.len())
    }
}
