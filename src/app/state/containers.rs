//! The container's view: the computed view, its sources, and its cursor.

mod exec;
mod inside;
mod items;
mod limits;

use std::collections::BTreeMap;

use crate::downward::catalogue::Exposable;
use crate::downward::compare::Comparison;
use crate::downward::inside::{Observed, Stranger};
use crate::downward::sources::Sources;
use crate::downward::{Masker, PodObject, View};

pub(in crate::app) use exec::Exec;
pub use exec::Proposal;
pub use items::{Item, ViewRow};

/// The largest number of sources of the view that are watched: each watch is a connection.
pub(in crate::app) const MAX_SOURCES: usize = 16;

/// The state of the container's view.
#[derive(Clone, Debug)]
pub struct Containers {
    /// The computed view, or why the object cannot be decoded; `None` if no pod is selected.
    pub view: Option<Result<View, String>>,
    /// Everything that the pod could expose with the Downward API.
    pub catalogue: Vec<Exposable>,
    /// The 0-based index of the shown tab: the containers in order, then the catalogue.
    pub tab: usize,
    /// The 0-based index of the selected row in [`Containers::items`].
    pub cursor: usize,
    /// True if the variables of Services are shown.
    pub shows_services: bool,
    /// The open file.
    pub file: Option<OpenFile>,
    /// True if values that derive from a Secret are shown.
    pub unmasked: bool,
    /// Masks values that derive from a Secret.
    pub masker: Masker,
    /// True if the view is what this process can read of its own pod, because no server returns the
    /// pod.
    pub is_alone: bool,
    /// What was read from here in the containers of the pod that this process runs in.
    pub(in crate::app) observed: Vec<Observed>,
    /// The processes of that pod whose container is unknown.
    pub(in crate::app) strangers: Vec<Stranger>,
    /// The exec that reads the containers of any other pod.
    pub(in crate::app) exec: Exec,
    /// The view of each container compared with what was read in it.
    pub(in crate::app) comparisons: Vec<Comparison>,
    pub(in crate::app) object: Option<PodObject>,
    /// Why the answer cannot be decoded as an object.
    pub(in crate::app) unreadable: Option<String>,
    /// How often the view was computed.
    pub(in crate::app) computed: u64,
    /// The revision of the document that the object was taken from.
    pub(in crate::app) revision: u64,
    pub(in crate::app) sources: Sources,
    /// Why sources are not followed, by their numbers.
    pub(in crate::app) not_followed: BTreeMap<u32, String>,
}

/// A file that is shown in place of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenFile {
    /// Its row.
    pub row: ViewRow,
    /// The 0-based index of the first visible line.
    pub line: usize,
}

impl Default for Containers {
    fn default() -> Self {
        Self {
            view: None,
            catalogue: Vec::new(),
            tab: 0,
            cursor: 0,
            shows_services: false,
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
            computed: 0,
            revision: 0,
            sources: Sources::default(),
            not_followed: BTreeMap::new(),
        }
    }
}

impl Containers {
    /// Returns the names of the tabs: the containers, then the catalogue.
    #[must_use]
    pub fn tabs(&self) -> Vec<String> {
        let Some(Ok(view)) = &self.view else { return Vec::new() };
        let names = view.containers.iter().map(|container| container.name.clone());
        names.chain((!self.is_alone).then(|| "catalogue".to_owned())).collect()
    }

    /// Returns the name of the shown container.
    pub(in crate::app) fn container_name(&self) -> Option<&str> {
        let view = self.view.as_ref()?.as_ref().ok()?;
        Some(&view.containers.get(self.tab)?.name)
    }

    /// True if the process of the shown container is not computed, but could be.
    pub(in crate::app) fn lacks_process(&self) -> bool {
        let Some(Ok(view)) = self.view.as_ref().filter(|_| !self.is_alone) else { return false };
        let shown = view.containers.get(self.tab);
        view.rejected.is_none() && shown.is_some_and(|container| container.process.is_none())
    }

    /// Returns the placeholder for a value that is not known yet.
    #[must_use]
    pub fn pending(&self) -> &'static str {
        let is_pod = self.object.as_ref().is_some_and(PodObject::is_pod);
        if is_pod { "not yet" } else { "set when scheduled" }
    }

    /// Returns the 0-based index of the last line of the open file.
    pub(in crate::app) fn last_line(&self) -> usize {
        let file = self.file.and_then(|file| self.content(file.row));
        file.map_or(0, |content| content.bytes.split(|byte| *byte == b'\n').count() - 1)
    }

    /// True if the catalogue is shown.
    #[must_use]
    pub fn is_catalogue(&self) -> bool {
        matches!(&self.view, Some(Ok(view)) if self.tab >= view.containers.len())
    }
}
