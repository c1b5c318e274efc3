//! The lines of the container's view, and the rows among them.

use super::Containers;
use crate::downward::catalogue::{Exposable, Exposure};
use crate::downward::{Content, EnvVia, Origin, View, VolumeView};

/// One line of the pane.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A sentence about all that follows.
    Note(String),
    /// The kubelet refuses.
    Refused(String),
    /// A heading: what follows, and something about it.
    Heading(String, String),
    /// Something that can be chosen.
    Row(ViewRow),
}

/// Something that can be chosen in the pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewRow {
    /// A variable, by container and place.
    Env(usize, usize),
    /// A file, by volume and place.
    File(usize, usize),
    /// An entry of the catalogue.
    Entry(usize),
    /// A limit and what is enforced.
    Limit(usize),
    /// What was found in the container that nothing predicts.
    Found(usize),
}

impl Containers {
    /// The lines of the chosen tab.
    #[must_use]
    pub fn items(&self) -> Vec<Item> {
        let Some(Ok(view)) = &self.view else { return Vec::new() };
        if self.is_catalogue() {
            return catalogue(&self.catalogue);
        }
        let mut items: Vec<Item> = view.notes.iter().cloned().map(Item::Note).collect();
        items.extend(self.about_exec().or_else(|| self.seen_through()));
        let others = environment(view, self.tab, &mut items);
        let Some(container) = view.containers.get(self.tab) else { return items };
        for (at, volume) in view.volumes.iter().enumerate() {
            let mounts: Vec<_> =
                volume.mounts.iter().filter(|mount| mount.container == container.name).collect();
            if mounts.is_empty() {
                continue;
            }
            for mount in &mounts {
                let about = match &mount.sub_path {
                    Some(sub_path) => format!("subPath {sub_path}, never updated"),
                    None => format!("volume {}", volume.name),
                };
                items.push(Item::Heading(mount.path.clone(), about));
            }
            files(at, volume, &mut items);
        }
        if !others.is_empty() {
            let about = "from services and envFrom".to_owned();
            items.push(Item::Heading("more environment".to_owned(), about));
        }
        items.extend(others.into_iter().map(|at| Item::Row(ViewRow::Env(self.tab, at))));
        items.extend(self.limit_items());
        let found = self.only_found().count();
        if found > 0 {
            let about = "set by the image or the runtime, or not known to the API".to_owned();
            items.push(Item::Heading("only found inside".to_owned(), about));
            items.extend((0..found).map(|at| Item::Row(ViewRow::Found(at))));
        }
        items.extend(self.stranger_items());
        for (at, volume) in view.volumes.iter().enumerate().filter(|(_, v)| v.mounts.is_empty()) {
            let about = "no container mounts it".to_owned();
            items.push(Item::Heading(format!("volume {}", volume.name), about));
            files(at, volume, &mut items);
        }
        items
    }

    /// The chosen row.
    #[must_use]
    pub fn chosen(&self) -> Option<ViewRow> {
        match self.items().get(self.cursor) {
            Some(Item::Row(row)) => Some(*row),
            _ => None,
        }
    }

    /// The name of a row: of the variable, the file, or the field.
    #[must_use]
    pub fn name(&self, row: ViewRow) -> String {
        let Some(Ok(view)) = &self.view else { return String::new() };
        let name = match row {
            ViewRow::Env(container, at) => {
                view.containers.get(container).and_then(|c| c.env.get(at)).map(|e| e.name.clone())
            }
            ViewRow::File(volume, at) => {
                view.volumes.get(volume).and_then(|v| v.files.get(at)).map(|f| f.path.clone())
            }
            ViewRow::Entry(at) => self.catalogue.get(at).map(|entry| entry.name.clone()),
            ViewRow::Limit(at) => self.limits().get(at).map(|limit| limit.resource.to_owned()),
            ViewRow::Found(_) => self.compared(row).map(|found| found.name.clone()),
        };
        name.unwrap_or_default()
    }

    /// A few words on where a row comes from; for the catalogue, where it may go.
    #[must_use]
    pub fn from(&self, row: ViewRow) -> String {
        if let ViewRow::Entry(at) = row {
            let entry = self.catalogue.get(at);
            return match entry.map(|entry| (entry.env.is_some(), entry.volume.is_some())) {
                Some((true, true)) => "env or volume",
                Some((true, false)) => "env only",
                _ => "volume only",
            }
            .to_owned();
        }
        self.origin(row).map(|origin| origin.from.clone()).unwrap_or_default()
    }

    /// Where a row comes from.
    #[must_use]
    pub fn origin(&self, row: ViewRow) -> Option<&Origin> {
        let view = self.view.as_ref()?.as_ref().ok()?;
        match row {
            ViewRow::Env(container, at) => {
                Some(&view.containers.get(container)?.env.get(at)?.origin)
            }
            ViewRow::File(volume, at) => Some(&view.volumes.get(volume)?.files.get(at)?.origin),
            ViewRow::Entry(at) => Some(&self.exposure(at)?.origin),
            ViewRow::Limit(_) | ViewRow::Found(_) => None,
        }
    }

    /// What a row holds, where that is known.
    #[must_use]
    pub fn content(&self, row: ViewRow) -> Option<&Content> {
        let view = self.view.as_ref()?.as_ref().ok()?;
        match row {
            ViewRow::Env(container, at) => {
                view.containers.get(container)?.env.get(at)?.content.as_ref()
            }
            ViewRow::File(volume, at) => view.volumes.get(volume)?.files.get(at)?.content.as_ref(),
            ViewRow::Entry(at) => self.exposure(at)?.content.as_ref(),
            ViewRow::Found(_) => self.compared(row)?.actual.as_ref(),
            ViewRow::Limit(_) => None,
        }
    }

    /// What an entry of the catalogue is in a volume, where that differs from the environment.
    #[must_use]
    pub fn in_a_volume(&self, row: ViewRow) -> Option<String> {
        let ViewRow::Entry(at) = row else { return None };
        let entry = self.catalogue.get(at)?;
        let (env, volume) = (entry.env.as_ref()?, entry.volume.as_ref()?);
        let content =
            volume.content.as_ref().filter(|content| env.content.as_ref() != Some(content));
        content.map(|content| self.text(content))
    }

    /// A file's permission bits.
    #[must_use]
    pub fn mode(&self, row: ViewRow) -> Option<u32> {
        let (ViewRow::File(volume, at), Some(Ok(view))) = (row, &self.view) else { return None };
        Some(view.volumes.get(volume)?.files.get(at)?.mode)
    }

    fn exposure(&self, at: usize) -> Option<&Exposure> {
        let entry = self.catalogue.get(at)?;
        entry.env.as_ref().or(entry.volume.as_ref())
    }

    /// The text of what a row holds; what derives from a Secret is masked until it was asked for.
    #[must_use]
    pub fn text(&self, content: &Content) -> String {
        if self.unmasked {
            String::from_utf8_lossy(&content.bytes).into_owned()
        } else {
            self.masker.masked(content)
        }
    }

    /// The paths in the object that a row comes from: of its declaration, then of its value.
    #[must_use]
    pub fn paths(&self, row: ViewRow) -> Vec<String> {
        if let ViewRow::Limit(at) = row {
            return self.limit_path(at).into_iter().collect();
        }
        let Some(origin) = self.origin(row) else { return Vec::new() };
        let declared = Some(&origin.path).filter(|path| !path.is_empty());
        declared.into_iter().chain(&origin.source).cloned().collect()
    }
}

/// What the pod declares; the places of the other variables are returned.
fn environment(view: &View, tab: usize, items: &mut Vec<Item>) -> Vec<usize> {
    let Some(container) = view.containers.get(tab) else { return Vec::new() };
    let kind = match container.kind {
        crate::downward::ContainerKind::Container => "container",
        crate::downward::ContainerKind::Init => "init container",
        crate::downward::ContainerKind::Sidecar => "sidecar",
        crate::downward::ContainerKind::Ephemeral => "ephemeral container",
    };
    let about = match &container.started_at {
        Some(time) => format!("{kind}, started {time}"),
        None => kind.to_owned(),
    };
    items.push(Item::Heading("environment".to_owned(), about));
    items.extend(container.error.clone().map(Item::Refused));
    // Services and whole maps bring many more than the pod declares.
    let is_declared = |at: &usize| matches!(container.env[*at].via, EnvVia::Env | EnvVia::Process);
    let (declared, others): (Vec<usize>, Vec<usize>) =
        (0..container.env.len()).partition(is_declared);
    items.extend(declared.into_iter().map(|at| Item::Row(ViewRow::Env(tab, at))));
    others
}

fn files(at: usize, volume: &VolumeView, items: &mut Vec<Item>) {
    items.extend(volume.error.clone().map(Item::Refused));
    items.extend((0..volume.files.len()).map(|file| Item::Row(ViewRow::File(at, file))));
}

/// The entries of the pod itself, then those of each container.
fn catalogue(entries: &[Exposable]) -> Vec<Item> {
    let note = "c copies it for env, C for a volume";
    let mut items = vec![Item::Note(note.to_owned())];
    let mut of = None;
    for (at, entry) in entries.iter().enumerate() {
        if at == 0 || of != Some(&entry.container) {
            let heading = match &entry.container {
                Some(container) => format!("container {container}"),
                None => "pod".to_owned(),
            };
            items.push(Item::Heading(heading, String::new()));
            of = Some(&entry.container);
        }
        items.push(Item::Row(ViewRow::Entry(at)));
    }
    items
}
