//! Compares what the containers of two pods see. Pure: two views in, rows out.

use std::collections::BTreeMap;

use crate::downward::content::Content;
use crate::downward::expansion;
use crate::downward::process::ProcessField;
use crate::downward::view::{
    ContainerKind, ContainerView, EnvRow, Origin, OriginKind, State, View,
};

/// The maximum number of references that lead to a value. Real pods have few.
const DEEPEST: usize = 16;

/// The fields whose values are another one's in every pod. The uid of a static pod is an annotation, and
/// controllers number their pods by labels.
const PER_POD: [&str; 8] = [
    ".metadata.name",
    ".metadata.uid",
    ".spec.nodeName",
    ".metadata.annotations['kubernetes.io/config.hash']",
    ".metadata.labels['statefulset.kubernetes.io/pod-name']",
    ".metadata.labels['apps.kubernetes.io/pod-index']",
    ".metadata.labels['batch.kubernetes.io/job-completion-index']",
    ".metadata.annotations['batch.kubernetes.io/job-completion-index']",
];

/// The outcome of comparing one row of two views.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PairState {
    /// Both containers see the same.
    Equal,
    /// They see different values, or files with different modes.
    Different,
    /// Only the left one has it.
    OnlyLeft,
    /// Only the right one has it.
    OnlyRight,
    /// The value of one of them is not known.
    Unknown,
}

/// The parts of what a container sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Section {
    /// Its variables, by name.
    Environment,
    /// The files of its volumes, by their paths in the container.
    Files,
    /// What its process has besides, by title.
    Process,
}

/// A row of one view.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// The value; `None` unless it is known.
    pub content: Option<Content>,
    /// Where it comes from.
    pub origin: Origin,
    /// The permission bits of a file.
    pub mode: Option<u32>,
}

/// One row of two views. At least one side has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The part of the view.
    pub section: Section,
    /// Its name: a variable, the path of a file in the container, or a property of the process.
    pub name: String,
    /// The outcome.
    pub state: PairState,
    /// True if its source is another one's in every pod, such as the pod's name.
    pub is_per_pod: bool,
    /// The row of the left view.
    pub left: Option<Side>,
    /// The row of the right view.
    pub right: Option<Side>,
}

/// The rows of two containers, or of one that only one pod has.
#[derive(Clone, Debug, PartialEq)]
pub struct ContainerPair {
    /// The name of the left container.
    pub left: Option<String>,
    /// The name of the right container.
    pub right: Option<String>,
    /// The rows by section, then by name.
    pub rows: Vec<Pair>,
}

impl Pair {
    /// True if neither value is known, for the same reason: the image decides it, or the kubelet.
    #[must_use]
    pub fn is_unknown_on_both_sides(&self) -> bool {
        let (Some(left), Some(right)) = (&self.left, &self.right) else { return false };
        left.content.is_none() && right.content.is_none() && left.origin.note == right.origin.note
    }
}

impl ContainerPair {
    /// Returns the number of rows that differ, without those that are per pod.
    #[must_use]
    pub fn differences(&self) -> usize {
        let differs = |row: &&Pair| {
            !row.is_per_pod && !matches!(row.state, PairState::Equal | PairState::Unknown)
        };
        self.rows.iter().filter(differs).count()
    }
}

/// Compares two views. Containers are paired by name, and the only ones that are left by their kind.
///
/// Values that contain the value of a variable which is per pod are compared with its name in that place.
#[must_use]
pub fn compare_views(left: &View, right: &View) -> Vec<ContainerPair> {
    let paired = pairs(&left.containers, &right.containers);
    let of = |(a, b): (Option<&ContainerView>, Option<&ContainerView>)| ContainerPair {
        left: a.map(|it| it.name.clone()),
        right: b.map(|it| it.name.clone()),
        rows: rows(a.map(|it| sides(left, it)), b.map(|it| sides(right, it))),
    };
    paired.into_iter().map(of).collect()
}

fn pairs<'v>(
    left: &'v [ContainerView],
    right: &'v [ContainerView],
) -> Vec<(Option<&'v ContainerView>, Option<&'v ContainerView>)> {
    let named = |all: &'v [ContainerView], name: &str| all.iter().find(|it| it.name == name);
    let mut only_right: Vec<&ContainerView> =
        right.iter().filter(|it| named(left, &it.name).is_none()).collect();
    let is_regular = |it: &&ContainerView| it.kind == ContainerKind::Container;
    let only_left: Vec<&ContainerView> =
        left.iter().filter(|it| named(right, &it.name).is_none()).filter(is_regular).collect();
    let is_single =
        only_left.len() == 1 && only_right.iter().copied().filter(|it| is_regular(it)).count() == 1;
    let mut paired = Vec::new();
    for container in left {
        let same = named(right, &container.name).or_else(|| {
            let at = only_right.iter().position(is_regular);
            let at = at.filter(|_| is_single && is_regular(&container))?;
            Some(only_right.remove(at))
        });
        paired.push((Some(container), same));
    }
    paired.extend(only_right.into_iter().map(|container| (None, Some(container))));
    paired
}

/// What a container sees: the rows by section and name.
type Sides = BTreeMap<(Section, String), (Side, bool)>;

/// Returns the rows of a container, each with true if it is per pod.
fn sides(view: &View, container: &ContainerView) -> Sides {
    let mut sides = Sides::new();
    let mut add = |section, name: String, side: Side, is_per_pod| {
        // What is skipped, the container does not have.
        if side.origin.state != State::Skipped {
            sides.insert((section, name), (side, is_per_pod));
        }
    };
    let mut values = WithoutOwn { container, known: BTreeMap::new() };
    for row in &container.env {
        let content = values.of(row, 0);
        let side = Side { content, origin: row.origin.clone(), mode: None };
        add(Section::Environment, row.name.clone(), side, is_per_pod(&row.origin));
    }
    for volume in &view.volumes {
        for mount in volume.mounts.iter().filter(|mount| mount.container == container.name) {
            for file in &volume.files {
                let Some(below) = mount.below(&file.path) else { continue };
                let (content, origin) = (file.content.clone(), file.origin.clone());
                let is_per_pod = is_per_pod(&origin);
                let side = Side { content, origin, mode: Some(file.mode) };
                add(Section::Files, mount.at(below), side, is_per_pod);
            }
        }
    }
    for row in container.process.iter().flat_map(|process| &process.rows) {
        let is_own = matches!(
            row.field,
            ProcessField::Hostname | ProcessField::Hosts | ProcessField::Variable("HOSTNAME")
        );
        let side = Side { content: row.content.clone(), origin: row.origin.clone(), mode: None };
        add(Section::Process, row.field.title(), side, is_own || is_per_pod(&row.origin));
    }
    sides
}

/// True if a value is another one's in every pod.
fn is_per_pod(origin: &Origin) -> bool {
    matches!(origin.kind, OriginKind::Address | OriginKind::Credential)
        || origin.source.as_deref().is_some_and(|path| PER_POD.contains(&path))
}

/// The variables of a container without what is per pod: in the place of such a value is the name of its
/// variable.
struct WithoutOwn<'v> {
    container: &'v ContainerView,
    known: BTreeMap<&'v str, Content>,
}

impl<'v> WithoutOwn<'v> {
    /// Returns the value of a variable. `depth` is the number of references that lead to it.
    fn of(&mut self, row: &'v EnvRow, depth: usize) -> Option<Content> {
        let content = row.content.as_ref()?;
        if let Some(known) = self.known.get(row.name.as_str()) {
            return Some(known.clone());
        }
        let Some(template) = row.origin.template.as_ref().filter(|_| depth < DEEPEST) else {
            return Some(content.clone());
        };
        let mut values: BTreeMap<&str, Content> = BTreeMap::new();
        for name in row.origin.uses.iter().filter(|name| **name != row.name) {
            let used = self.container.env.iter().find(|other| other.name == *name);
            let value = match used {
                Some(used) if is_per_pod(&used.origin) => Some(format!("$({name})").into()),
                Some(used) => self.of(used, depth + 1),
                None => None,
            };
            values.extend(value.map(|value| (name.as_str(), value)));
        }
        let content = expansion::expand(template, |name| values.get(name));
        self.known.insert(&row.name, content.clone());
        Some(content)
    }
}

fn rows(left: Option<Sides>, right: Option<Sides>) -> Vec<Pair> {
    let (left, mut right) = (left.unwrap_or_default(), right.unwrap_or_default());
    let mut rows: Vec<Pair> = Vec::new();
    for ((section, name), (side, is_per_pod)) in left {
        let other = right.remove(&(section, name.clone()));
        let is_per_pod = is_per_pod || other.as_ref().is_some_and(|(_, is_per_pod)| *is_per_pod);
        let other = other.map(|(side, _)| side);
        let state = other.as_ref().map_or(PairState::OnlyLeft, |other| state(&side, other));
        rows.push(Pair { section, name, state, is_per_pod, left: Some(side), right: other });
    }
    rows.extend(right.into_iter().map(|((section, name), (side, is_per_pod))| Pair {
        section,
        name,
        state: PairState::OnlyRight,
        is_per_pod,
        left: None,
        right: Some(side),
    }));
    rows.sort_by(|a, b| (a.section, &a.name).cmp(&(b.section, &b.name)));
    rows
}

fn state(left: &Side, right: &Side) -> PairState {
    match (&left.content, &right.content) {
        (Some(a), Some(b)) if a.bytes == b.bytes && left.mode == right.mode => PairState::Equal,
        (Some(_), Some(_)) => PairState::Different,
        _ => PairState::Unknown,
    }
}
