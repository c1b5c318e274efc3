//! All that the computation reads, decoded once.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::content::Content;
use super::object::PodObject;
use super::place;
use super::pod::{Container, ContainerStatus, Pod};
use super::surroundings::{Lookup, Surroundings};
use super::view::{ContainerKind, Origin, State};

const SOURCE: &str = "kubernetes.io/config.source";
/// The annotation whose value only the kubelet knows.
pub(super) const SEEN: &str = "kubernetes.io/config.seen";
const HASH: &str = "kubernetes.io/config.hash";
const MIRROR: &str = "kubernetes.io/config.mirror";
/// Stands for the time in [`SEEN`].
pub(super) const SEEN_UNKNOWN: &str = "<set by the kubelet>";

/// The pod as the kubelet has it, with its surroundings.
pub(super) struct Scene<'a> {
    pub(super) pod: &'a Pod,
    pub(super) around: &'a Surroundings,
    /// The annotations that containers see.
    pub(super) annotations: BTreeMap<&'a str, &'a str>,
    /// The uid that containers see.
    pub(super) uid: &'a str,
    /// Labels that a controller will add.
    pub(super) added_labels: &'a [&'a str],
    /// The bytes that the values may still take.
    left: Cell<usize>,
}

/// The bytes of all values of a view. Real pods stay far below; one that is made to be slow, with
/// thousands of references to a large object, becomes unknown beyond.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// A container with its kind and its place in the pod.
#[derive(Clone, Copy)]
pub(super) struct Placed<'a> {
    pub(super) container: &'a Container,
    pub(super) kind: ContainerKind,
    list: &'static str,
    at: usize,
}

impl Placed<'_> {
    pub(super) fn place(&self) -> String {
        place::index(self.list, self.at)
    }
}

impl<'a> Scene<'a> {
    pub(super) fn new(
        object: &'a PodObject,
        around: &'a Surroundings,
        kubelet_annotations: bool,
    ) -> Self {
        let pod = object.pod();
        let (annotations, uid) = as_the_kubelet_has_them(pod, kubelet_annotations);
        let added_labels = object.added_labels();
        Self { pod, around, annotations, uid, added_labels, left: Cell::new(MAX_BYTES) }
    }

    /// Why the node is not known.
    pub(super) fn why_no_node(&self) -> String {
        match &self.around.node {
            Lookup::Missing => format!("node {} does not exist", self.pod.spec.node_name),
            other => other.reason().to_owned(),
        }
    }

    /// Whether no value more can be held.
    pub(super) fn is_full(&self) -> bool {
        self.left.get() == 0
    }

    /// The answer, or that it is too much.
    pub(super) fn held(&self, answer: Answer) -> Answer {
        let size = answer.content.as_ref().map_or(0, |content| content.bytes.len());
        let left = self.left.get().saturating_sub(size);
        self.left.set(left);
        if left > 0 {
            return answer;
        }
        let unknown = Answer::without(State::Unknown, answer.from, "the values are too large");
        Answer { secret: answer.secret, source: answer.source, ..unknown }
    }

    /// Whether the API has created the pod: else it is a manifest or a template.
    pub(super) fn is_created(&self) -> bool {
        !self.pod.metadata.uid.is_empty()
    }

    pub(super) fn is_scheduled(&self) -> bool {
        !self.pod.spec.node_name.is_empty()
    }

    /// All containers in the order of the view.
    pub(super) fn placed(&self) -> Vec<Placed<'a>> {
        let spec = &self.pod.spec;
        let init = spec.init_containers.iter().enumerate().map(|(at, container)| {
            let sidecar = container.restart_policy == "Always";
            let kind = if sidecar { ContainerKind::Sidecar } else { ContainerKind::Init };
            Placed { container, kind, list: ".spec.initContainers", at }
        });
        let regular = spec.containers.iter().enumerate().map(|(at, container)| Placed {
            container,
            kind: ContainerKind::Container,
            list: ".spec.containers",
            at,
        });
        let ephemeral =
            spec.ephemeral_containers.iter().enumerate().map(|(at, container)| Placed {
                container,
                kind: ContainerKind::Ephemeral,
                list: ".spec.ephemeralContainers",
                at,
            });
        init.chain(regular).chain(ephemeral).collect()
    }

    pub(super) fn status_of(&self, placed: Placed<'_>) -> Option<&'a ContainerStatus> {
        let status = &self.pod.status;
        let list = match placed.kind {
            ContainerKind::Container => &status.container_statuses,
            ContainerKind::Ephemeral => &status.ephemeral_container_statuses,
            _ => &status.init_container_statuses,
        };
        list.iter().find(|status| status.name == placed.container.name)
    }

    /// The kubelet's message about an object that does not exist.
    pub(super) fn not_found(&self, kind: &str, name: &str) -> String {
        let remark = self
            .around
            .missing_remark
            .as_ref()
            .map(|remark| format!(" ({remark})"))
            .unwrap_or_default();
        format!("{kind} {name:?} not found{remark}")
    }
}

/// The kubelet adds two annotations, and reads a static pod from a file: what the API shows of it is
/// its mirror pod, with a uid of its own (`pkg/kubelet/config`, `mirror_client.go`).
fn as_the_kubelet_has_them(pod: &Pod, adds: bool) -> (BTreeMap<&str, &str>, &str) {
    let metadata = &pod.metadata;
    let texts = metadata.annotations.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let mut annotations: BTreeMap<&str, &str> = texts.collect();
    let is_mirror = annotations.remove(MIRROR).is_some();
    let hash = annotations.get(HASH).copied().filter(|_| is_mirror);
    if adds && is_mirror {
        annotations.entry(SOURCE).or_insert("file");
        annotations.entry(SEEN).or_insert(SEEN_UNKNOWN);
    } else if adds {
        annotations.insert(SOURCE, "api");
        annotations.insert(SEEN, SEEN_UNKNOWN);
    }
    (annotations, hash.unwrap_or(&metadata.uid))
}

/// What one reference gives, before it becomes a row.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) content: Option<Content>,
    pub(super) state: State,
    pub(super) from: String,
    pub(super) note: Option<String>,
    pub(super) secret: bool,
    pub(super) source: Option<String>,
    pub(super) uses: Vec<String>,
    pub(super) explanation: String,
}

/// An answer, or the kubelet's refusal.
pub(super) type Outcome = Result<Answer, String>;

impl Answer {
    pub(super) fn known(from: impl Into<String>, content: impl Into<Content>) -> Self {
        let content = content.into();
        Self {
            secret: !content.secret.is_empty(),
            content: Some(content),
            state: State::Known,
            from: from.into(),
            note: None,
            source: None,
            uses: Vec::new(),
            explanation: String::new(),
        }
    }

    /// A value that cannot be told, and why.
    pub(super) fn without(state: State, from: impl Into<String>, note: impl Into<String>) -> Self {
        let note = note.into();
        Self {
            content: None,
            state,
            from: from.into(),
            explanation: note.clone(),
            note: Some(note),
            secret: false,
            source: None,
            uses: Vec::new(),
        }
    }

    pub(super) fn explained(self, explanation: impl Into<String>) -> Self {
        Self { explanation: explanation.into(), ..self }
    }

    pub(super) fn noted(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }

    pub(super) fn at(self, source: impl Into<String>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    pub(super) fn of_secret(self) -> Self {
        Self { secret: true, ..self }
    }

    /// The value with its origin, declared at `path`.
    pub(super) fn declared(self, path: String, live: bool) -> (Option<Content>, Origin) {
        let origin = Origin {
            from: self.from,
            state: self.state,
            note: self.note,
            live,
            secret: self.secret,
            path,
            source: self.source,
            uses: self.uses,
            may_be_old: false,
            explanation: self.explanation,
        };
        (self.content, origin)
    }
}
