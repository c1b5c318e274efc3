//! The lines of the container's view, and the rows among them.

use super::{Containers, MAX_SOURCES};
use crate::downward::catalogue::{Exposable, Exposure};
use crate::downward::compare::Verdict;
use crate::downward::process::Process;
use crate::downward::{ContainerKind, Content, EnvVia, Origin, View, VolumeView};

/// One line of the pane.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A sentence about everything below it.
    Note(String),
    /// Why the kubelet refuses to start the container, or why something could not be read.
    Refused(String),
    /// A heading, and a few words about it.
    Heading(String, String),
    /// A row that can be selected.
    Row(ViewRow),
}

/// A row that can be selected. All numbers are 0-based indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewRow {
    /// A variable: the container, and the variable in it.
    Env(usize, usize),
    /// A file: the volume, and the file in it.
    File(usize, usize),
    /// A property of the process: the container, and the property of it.
    Process(usize, usize),
    /// A mount: the container, and the mount of it.
    Mount(usize, usize),
    /// All variables of Services, as one row: opens and closes their rows.
    Services,
    /// An entry of the catalogue.
    Entry(usize),
    /// A limit, and what the kernel enforces.
    Limit(usize),
    /// A variable or a file that was found in the container and is not predicted.
    Found(usize),
}

impl Containers {
    /// Returns the lines of the shown tab.
    #[must_use]
    pub fn items(&self) -> Vec<Item> {
        let Some(Ok(view)) = &self.view else { return Vec::new() };
        if self.is_catalogue() {
            return catalogue(&self.catalogue);
        }
        let mut items: Vec<Item> = view.notes.iter().cloned().map(Item::Note).collect();
        items.extend(self.not_followed_items());
        items.extend(self.exec_status().or_else(|| self.observed_process()));
        let others = environment(view, self.tab, |at| self.shows_service(at), &mut items);
        let Some(container) = view.containers.get(self.tab) else { return items };
        for (at, volume) in view.volumes.iter().enumerate() {
            let mounts: Vec<_> =
                volume.mounts.iter().filter(|mount| mount.container == container.name).collect();
            if mounts.is_empty() {
                continue;
            }
            let follows = if volume.files.iter().any(|file| file.origin.live) {
                "follows changes · "
            } else {
                ""
            };
            for mount in &mounts {
                let about = match &mount.sub_path {
                    Some(sub_path) => format!("subPath {}, never updated", self.text(sub_path)),
                    None => format!("{follows}volume {}", volume.name),
                };
                items.push(Item::Heading(mount.path.clone(), about));
            }
            files(at, volume, &mut items);
        }
        let process = container.process.as_ref();
        items.extend(process.into_iter().flat_map(|it| other_volumes(view, self.tab, it)));
        if !others.is_empty() {
            let about = "from envFrom".to_owned();
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
        items.extend(process.into_iter().flat_map(|it| properties(self.tab, it)));
        items.extend(self.unknown_process_items());
        for (at, volume) in view.volumes.iter().enumerate().filter(|(_, v)| v.mounts.is_empty()) {
            let about = "no container mounts it".to_owned();
            items.push(Item::Heading(format!("volume {}", volume.name), about));
            files(at, volume, &mut items);
        }
        items
    }

    /// Returns the lines about sources that may be out of date because they are not followed.
    fn not_followed_items(&self) -> Vec<Item> {
        let known = self.not_followed.iter().filter_map(|(number, reason)| {
            let key = self.sources.numbered(*number)?;
            Some(format!("{} may be out of date, it cannot be watched: {reason}", key.title()))
        });
        let mut notes: Vec<String> = known.collect();
        let more = self.sources.followed().skip(MAX_SOURCES).count();
        if more > 0 {
            notes.push(format!(
                "{more} more sources may be out of date: only {MAX_SOURCES} are watched"
            ));
        }
        notes.into_iter().map(Item::Note).collect()
    }

    /// Returns the selected row; `None` if there are no rows.
    #[must_use]
    pub fn selected(&self) -> Option<ViewRow> {
        match self.items().get(self.cursor) {
            Some(Item::Row(row)) => Some(*row),
            _ => None,
        }
    }

    /// Returns the name of a row: the variable, the file's path, or the field.
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
            ViewRow::Process(container, at) => {
                process(view, container).and_then(|it| it.rows.get(at)).map(|it| it.field.title())
            }
            ViewRow::Mount(container, at) => {
                let mount = process(view, container).and_then(|it| it.mounts.get(at));
                mount.map(|it| it.path.clone())
            }
            ViewRow::Services => Some(format!("{} from services", self.service_variables())),
            ViewRow::Entry(at) => self.catalogue.get(at).map(|entry| entry.name.clone()),
            ViewRow::Limit(at) => self.limits().get(at).map(|limit| limit.resource.to_owned()),
            ViewRow::Found(_) => self.compared(row).map(|found| found.name.clone()),
        };
        name.unwrap_or_default()
    }

    /// True if a variable of a Service has a row: all are shown, or it is not as predicted.
    fn shows_service(&self, at: usize) -> bool {
        let compared = self.compared(ViewRow::Env(self.tab, at));
        self.shows_services || compared.is_some_and(|it| it.verdict != Verdict::Equal)
    }

    /// Returns the number of variables of Services in the shown container.
    fn service_variables(&self) -> usize {
        let Some(Ok(view)) = &self.view else { return 0 };
        let env = view.containers.get(self.tab).map_or(&[][..], |container| &container.env);
        env.iter().filter(|variable| variable.via == EnvVia::Services).count()
    }

    /// Returns a few words on the source of a row; for the catalogue, where an entry can be used.
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

    /// Returns the origin of a row; `None` for limits and for what is not predicted.
    #[must_use]
    pub fn origin(&self, row: ViewRow) -> Option<&Origin> {
        let view = self.view.as_ref()?.as_ref().ok()?;
        match row {
            ViewRow::Env(container, at) => {
                Some(&view.containers.get(container)?.env.get(at)?.origin)
            }
            ViewRow::File(volume, at) => Some(&view.volumes.get(volume)?.files.get(at)?.origin),
            ViewRow::Process(container, at) => {
                Some(&process(view, container)?.rows.get(at)?.origin)
            }
            ViewRow::Mount(container, at) => {
                Some(&process(view, container)?.mounts.get(at)?.origin)
            }
            ViewRow::Entry(at) => Some(&self.exposure(at)?.origin),
            ViewRow::Limit(_) | ViewRow::Found(_) | ViewRow::Services => None,
        }
    }

    /// Returns the content of a row; `None` if it is unknown.
    #[must_use]
    pub fn content(&self, row: ViewRow) -> Option<&Content> {
        let view = self.view.as_ref()?.as_ref().ok()?;
        match row {
            ViewRow::Env(container, at) => {
                view.containers.get(container)?.env.get(at)?.content.as_ref()
            }
            ViewRow::File(volume, at) => view.volumes.get(volume)?.files.get(at)?.content.as_ref(),
            ViewRow::Process(container, at) => {
                process(view, container)?.rows.get(at)?.content.as_ref()
            }
            ViewRow::Mount(container, at) => Some(&process(view, container)?.mounts.get(at)?.about),
            ViewRow::Entry(at) => self.exposure(at)?.content.as_ref(),
            ViewRow::Found(_) => self.compared(row)?.actual.as_ref(),
            ViewRow::Limit(_) | ViewRow::Services => None,
        }
    }

    /// True if the content of the row can be opened as a file.
    #[must_use]
    pub fn is_file(&self, row: ViewRow) -> bool {
        match (row, &self.view) {
            (ViewRow::File(..), _) => true,
            (ViewRow::Process(container, at), Some(Ok(view))) => {
                let row = process(view, container).and_then(|it| it.rows.get(at));
                row.is_some_and(|row| row.field.is_file())
            }
            _ => false,
        }
    }

    /// Returns the text of an entry of the catalogue in a volume, if it differs from the environment.
    #[must_use]
    pub fn volume_text(&self, row: ViewRow) -> Option<String> {
        let ViewRow::Entry(at) = row else { return None };
        let entry = self.catalogue.get(at)?;
        let (env, volume) = (entry.env.as_ref()?, entry.volume.as_ref()?);
        let content =
            volume.content.as_ref().filter(|content| env.content.as_ref() != Some(content));
        content.map(|content| self.text(content))
    }

    /// Returns the permission bits of a file, such as `0o644`.
    #[must_use]
    pub fn mode(&self, row: ViewRow) -> Option<u32> {
        let (ViewRow::File(volume, at), Some(Ok(view))) = (row, &self.view) else { return None };
        Some(view.volumes.get(volume)?.files.get(at)?.mode)
    }

    fn exposure(&self, at: usize) -> Option<&Exposure> {
        let entry = self.catalogue.get(at)?;
        entry.env.as_ref().or(entry.volume.as_ref())
    }

    /// Returns the text of a content. Values that derive from a Secret are masked unless the user
    /// requested them.
    #[must_use]
    pub fn text(&self, content: &Content) -> String {
        if self.unmasked {
            String::from_utf8_lossy(&content.bytes).into_owned()
        } else {
            content.masked(&self.masker)
        }
    }

    /// Returns the paths in the object that define a row: its declaration, then its value.
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

/// Adds the variables that the pod declares, and those of Services, which are one row until it is opened.
/// Returns the indices of the variables of `envFrom`.
fn environment(
    view: &View,
    tab: usize,
    shows_service: impl Fn(usize) -> bool,
    items: &mut Vec<Item>,
) -> Vec<usize> {
    let Some(container) = view.containers.get(tab) else { return Vec::new() };
    let kind = match container.kind {
        ContainerKind::Container => "container",
        ContainerKind::Init => "init container",
        ContainerKind::Sidecar => "sidecar",
        ContainerKind::Ephemeral => "ephemeral container",
    };
    let about = match &container.started_at {
        Some(time) if container.kind == ContainerKind::Container => format!("frozen since {time}"),
        Some(time) => format!("{kind}, frozen since {time}"),
        None => kind.to_owned(),
    };
    items.push(Item::Heading("environment".to_owned(), about));
    items.extend(container.error.clone().map(Item::Refused));
    let is_mounted =
        |volume: &&VolumeView| volume.mounts.iter().any(|mount| mount.container == container.name);
    // A volume that cannot be set up holds up all containers.
    for volume in view.volumes.iter().filter(|it| !it.mounts.is_empty() && !is_mounted(it)) {
        let error = volume.error.as_ref().filter(|_| view.rejected.is_none());
        let refused =
            error.map(|error| format!("volume {} of another container: {error}", volume.name));
        items.extend(refused.map(Item::Refused));
    }
    // Services and envFrom add many more variables than the pod declares; those are listed last.
    let is_declared = |at: &usize| matches!(container.env[*at].via, EnvVia::Env | EnvVia::Process);
    let (declared, others): (Vec<usize>, Vec<usize>) =
        (0..container.env.len()).partition(is_declared);
    items.extend(declared.into_iter().map(|at| Item::Row(ViewRow::Env(tab, at))));
    let of_services = |at: &usize| container.env[*at].via == EnvVia::Services;
    let (services, others): (Vec<usize>, Vec<usize>) = others.into_iter().partition(of_services);
    if !services.is_empty() {
        items.push(Item::Row(ViewRow::Services));
    }
    let services = services.into_iter().filter(|at| shows_service(*at));
    items.extend(services.map(|at| Item::Row(ViewRow::Env(tab, at))));
    others
}

fn process(view: &View, container: usize) -> Option<&Process> {
    view.containers.get(container)?.process.as_ref()
}

/// Returns the lines of the volumes of a container that the kubelet does not fill with files.
fn other_volumes(view: &View, tab: usize, process: &Process) -> Vec<Item> {
    let has_files = |name: &String| view.volumes.iter().any(|volume| volume.name == *name);
    let mut items =
        vec![Item::Heading("other volumes".to_owned(), "not filled by the kubelet".to_owned())];
    for (at, mount) in process.mounts.iter().enumerate() {
        if mount.volume.as_ref().is_some_and(|name| !has_files(name)) {
            items.push(Item::Row(ViewRow::Mount(tab, at)));
        }
    }
    if items.len() > 1 { items } else { Vec::new() }
}

/// Returns the lines of the properties of a process, and of what the kubelet and the runtime mount.
fn properties(tab: usize, process: &Process) -> Vec<Item> {
    let about = "command line, user, limits".to_owned();
    let rows = (0..process.rows.len()).map(|at| Item::Row(ViewRow::Process(tab, at)));
    let own = process.mounts.iter().enumerate().filter(|(_, mount)| mount.volume.is_none());
    let own = own.map(|(at, _)| Item::Row(ViewRow::Mount(tab, at)));
    std::iter::once(Item::Heading("process".to_owned(), about)).chain(rows).chain(own).collect()
}

fn files(at: usize, volume: &VolumeView, items: &mut Vec<Item>) {
    items.extend(volume.error.clone().map(Item::Refused));
    items.extend((0..volume.files.len()).map(|file| Item::Row(ViewRow::File(at, file))));
}

/// Returns the lines of the catalogue: the entries of the pod, then those of each container.
fn catalogue(entries: &[Exposable]) -> Vec<Item> {
    let note = "c copies an entry for env, C for a volume";
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
