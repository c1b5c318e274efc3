//! Comparing what the containers should have with what was read in them.

use super::{Containers, Item, ViewRow};
use crate::downward::View;
use crate::downward::compare::{Compared, Comparison, Verdict, compare};

/// The largest number of processes of unknown containers that are listed.
const MAX_UNKNOWN_PROCESSES: usize = 10;

impl Containers {
    /// Compares the view with what was read in the containers.
    pub(in crate::app) fn update_comparisons(&mut self) {
        let Some(Ok(view)) = &self.view else {
            self.comparisons.clear();
            return;
        };
        // The two never overlap: an exec reads only what cannot be read from here.
        let observed = self.observed.iter().chain(self.observed_by_exec());
        let compared = observed
            .filter(|observed| observed.process.is_some())
            .filter_map(|observed| compare(view, &observed.container, &observed.inside));
        self.comparisons = compared.collect();
    }

    /// True if a container belongs to this pod and one of its processes can be read from here.
    pub(in crate::app) fn is_readable_from_here(&self, container: &str) -> bool {
        let mut readable = self.observed.iter().filter(|observed| observed.process.is_some());
        readable.any(|observed| observed.container == container)
    }

    /// Returns the comparison of a row with the container; `None` if the container was not read.
    #[must_use]
    pub fn compared(&self, row: ViewRow) -> Option<&Compared> {
        let view = self.view.as_ref()?.as_ref().ok()?;
        let container = self.container_name()?;
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
            ViewRow::Process(..) | ViewRow::Mount(..) => {
                let name = match row {
                    ViewRow::Mount(..) => format!("mount {}", self.name(row)),
                    _ => self.name(row),
                };
                let read = |row: &&Compared| row.verdict != Verdict::Unreadable;
                comparison.process.iter().filter(read).find(|compared| compared.name == name)
            }
            ViewRow::Entry(_) | ViewRow::Limit(_) | ViewRow::Services => None,
        }
    }

    /// Returns the lines about processes whose container is unknown, the same on every tab.
    pub(in crate::app) fn unknown_process_items(&self) -> Vec<Item> {
        if self.strangers.is_empty() {
            return Vec::new();
        }
        let about = "seen from here".to_owned();
        let heading = Item::Heading("processes of unknown containers".to_owned(), about);
        let (shown, more) =
            self.strangers.split_at(self.strangers.len().min(MAX_UNKNOWN_PROCESSES));
        let lines = shown.iter().map(|stranger| {
            Item::Note(format!("process {} ({})  {}", stranger.pid, stranger.command, stranger.why))
        });
        let more = (!more.is_empty()).then(|| Item::Note(format!("and {} more", more.len())));
        std::iter::once(heading).chain(lines).chain(more).collect()
    }

    /// Returns what was found in the shown container and is not predicted.
    pub(in crate::app) fn only_found(&self) -> impl Iterator<Item = &Compared> {
        let container = self.container_name();
        let of = self.comparisons.iter().filter(move |c| Some(c.container.as_str()) == container);
        of.flat_map(Comparison::rows)
            // A variable or file with an unknown prediction has a row in the view.
            .filter(|compared| compared.origin.is_none())
            .filter(|compared| compared.verdict == Verdict::OnlyActual)
    }
}

/// Returns the paths of a file of a volume in a container, one for each mount that includes it.
fn paths(view: &View, volume: usize, container: &str, file: &str) -> Vec<String> {
    let mounts = view.volumes.get(volume).map(|volume| volume.mounts.as_slice());
    mounts
        .unwrap_or_default()
        .iter()
        .filter(|mount| mount.container == container)
        .filter_map(|mount| Some(mount.at(mount.below(file)?)))
        .collect()
}
