//! The pod that this process runs in: the process that a container is read through, and what the kernel
//! enforces beside its limits.

use super::Containers;
use super::items::{Item, ViewRow};
use crate::downward::ContainerView;
use crate::downward::compare::{LimitRow, compare_limits};
use crate::downward::inside::{Found, Observed};

impl Containers {
    /// Returns the line about the process that the shown container is read through and how it was
    /// identified, or why there is none. `None` for the containers of other pods.
    pub(in crate::app) fn observed_process(&self) -> Option<Item> {
        let observed = self.observed_from_here()?;
        let about = match (&observed.process, &observed.inside.environment) {
            (Some((pid, by)), _) => format!("{pid}, known {by}"),
            (None, Found::Unreadable(why)) => format!("not seen: {why}"),
            (None, Found::There(_)) => return None,
        };
        Some(Item::Note(format!("inside  {about}")))
    }

    /// Returns the limits of the shown container: in the pod, in the Downward API and in the kernel.
    /// Empty for the containers of other pods.
    #[must_use]
    pub fn limits(&self) -> Vec<LimitRow> {
        let observed = self.observed_from_here().filter(|observed| observed.process.is_some());
        match (observed, &self.object) {
            (Some(observed), Some(pod)) => {
                compare_limits(pod, &observed.container, &observed.enforced)
            }
            _ => Vec::new(),
        }
    }

    /// Returns the lines of the limits.
    pub(in crate::app) fn limit_items(&self) -> Vec<Item> {
        let rows = (0..self.limits().len()).map(|at| Item::Row(ViewRow::Limit(at)));
        let rows: Vec<Item> = rows.collect();
        if rows.is_empty() {
            return rows;
        }
        let about = "pod limit, Downward API file, kernel".to_owned();
        std::iter::once(Item::Heading("enforced".to_owned(), about)).chain(rows).collect()
    }

    /// Returns the path of a limit in the pod; `None` if the pod does not set it.
    pub(in crate::app) fn limit_path(&self, at: usize) -> Option<String> {
        let limit = self.limits().into_iter().nth(at)?;
        limit.limit.as_ref()?;
        Some(format!("{}.resources.limits.{}", self.shown_container()?.path, limit.resource))
    }

    fn shown_container(&self) -> Option<&ContainerView> {
        self.view.as_ref()?.as_ref().ok()?.containers.get(self.tab)
    }

    fn observed_from_here(&self) -> Option<&Observed> {
        let name = &self.shown_container()?.name;
        self.observed.iter().find(|observed| observed.container == *name)
    }
}
