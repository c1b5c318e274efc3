//! Of the pod that we run in: what its containers should have, beside what they have.

use super::{Containers, Item, ViewRow};
use crate::downward::View;
use crate::downward::compare::{Compared, Comparison, Verdict, compare};

/// No more processes of unknown containers are told of.
const MOST_STRANGERS: usize = 10;

impl Containers {
    /// Compares what was found in the containers with what they should have.
    pub(in crate::app) fn compare_again(&mut self) {
        let Some(Ok(view)) = &self.view else {
            self.comparisons.clear();
            return;
        };
        // Only what cannot be read from here is read by an exec.
        let observed = self.observed.iter().chain(self.executed());
        let compared = observed
            .filter(|observed| observed.process.is_some())
            .filter_map(|observed| compare(view, &observed.container, &observed.inside));
        self.comparisons = compared.collect();
    }

    /// Whether a container is of this pod and can be seen from here.
    pub(in crate::app) fn is_seen_from_here(&self, container: &str) -> bool {
        let mut seen = self.observed.iter().filter(|observed| observed.process.is_some());
        seen.any(|observed| observed.container == container)
    }

    /// How a row compares with what is in the container, where that is known.
    #[must_use]
    pub fn compared(&self, row: ViewRow) -> Option<&Compared> {
        let view = self.view.as_ref()?.as_ref().ok()?;
        let container = self.container()?;
        let comparison = self.comparisons.iter().find(|c| c.container == container)?;
        match row {
            ViewRow::Env(..) => {
                let name = self.name(row);
                comparison.env.iter().find(|compared| compared.name == name)
            }
            ViewRow::File(volume, _) => {
                let paths = paths(view, volume, container, &self.name(row));
                comparison.files.iter().find(|compared| paths.contains(&compared.name))
            }
            ViewRow::Found(at) => self.only_found().nth(at),
            ViewRow::Entry(_) | ViewRow::Limit(_) => None,
        }
    }

    /// The processes of which the container is not known, whichever is shown.
    pub(in crate::app) fn stranger_items(&self) -> Vec<Item> {
        if self.strangers.is_empty() {
            return Vec::new();
        }
        let about = "seen from here".to_owned();
        let heading = Item::Heading("processes of no known container".to_owned(), about);
        let (shown, more) = self.strangers.split_at(self.strangers.len().min(MOST_STRANGERS));
        let lines = shown.iter().map(|stranger| {
            Item::Note(format!("process {} ({})  {}", stranger.pid, stranger.command, stranger.why))
        });
        let more = (!more.is_empty()).then(|| Item::Note(format!("and {} more", more.len())));
        std::iter::once(heading).chain(lines).chain(more).collect()
    }

    /// What was found in the container that nothing predicts.
    pub(in crate::app) fn only_found(&self) -> impl Iterator<Item = &Compared> {
        let container = self.container();
        let of = self.comparisons.iter().filter(move |c| Some(c.container.as_str()) == container);
        of.flat_map(Comparison::rows)
            // What has a prediction that is not known has a row of its own.
            .filter(|compared| compared.origin.is_none())
            .filter(|compared| compared.verdict == Verdict::OnlyActual)
    }
}

/// Where a file of a volume is in a container.
fn paths(view: &View, volume: usize, container: &str, file: &str) -> Vec<String> {
    let mounts = view.volumes.get(volume).map(|volume| volume.mounts.as_slice());
    mounts
        .unwrap_or_default()
        .iter()
        .filter(|mount| mount.container == container)
        .filter_map(|mount| Some(mount.at(mount.below(file)?)))
        .collect()
}
