//! Of the pod that we run in: through which process a container is seen, and what the kernel enforces
//! beside its limits.

use super::Containers;
use super::items::{Item, ViewRow};
use crate::downward::ContainerView;
use crate::downward::compare::{LimitRow, compare_limits};
use crate::downward::inside::{Found, Observed};

impl Containers {
    /// The process that speaks for the container that is shown and how sure that is, or why there is
    /// none; nothing for the containers of other pods.
    pub(in crate::app) fn seen_through(&self) -> Option<Item> {
        let observed = self.shown_from_here()?;
        let about = match (&observed.process, &observed.inside.environment) {
            (Some((pid, by)), _) => format!("{pid}, known {by}"),
            (None, Found::Unreadable(why)) => format!("not seen: {why}"),
            (None, Found::There(_)) => return None,
        };
        Some(Item::Note(format!("inside  {about}")))
    }

    /// The limits of the container that is shown, from the pod to the kernel.
    #[must_use]
    pub fn limits(&self) -> Vec<LimitRow> {
        let seen = self.shown_from_here().filter(|observed| observed.process.is_some());
        match (seen, &self.object) {
            (Some(seen), Some(pod)) => compare_limits(pod, &seen.container, &seen.enforced),
            _ => Vec::new(),
        }
    }

    /// Their lines.
    pub(in crate::app) fn limit_items(&self) -> Vec<Item> {
        let rows = (0..self.limits().len()).map(|at| Item::Row(ViewRow::Limit(at)));
        let rows: Vec<Item> = rows.collect();
        if rows.is_empty() {
            return rows;
        }
        let about = "limit of the pod, file of the Downward API, kernel".to_owned();
        std::iter::once(Item::Heading("enforced".to_owned(), about)).chain(rows).collect()
    }

    /// Where a limit is in the pod.
    pub(in crate::app) fn limit_path(&self, at: usize) -> Option<String> {
        let limit = self.limits().into_iter().nth(at)?;
        limit.limit.as_ref()?;
        Some(format!("{}.resources.limits.{}", self.shown()?.path, limit.resource))
    }

    fn shown(&self) -> Option<&ContainerView> {
        self.view.as_ref()?.as_ref().ok()?.containers.get(self.tab)
    }

    fn shown_from_here(&self) -> Option<&Observed> {
        let name = &self.shown()?.name;
        self.observed.iter().find(|observed| observed.container == *name)
    }
}
