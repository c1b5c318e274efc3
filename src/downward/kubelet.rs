//! A pod as the kubelet has it, with the objects around it: the input of all computations.

use std::cell::Cell;
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::Options;
use super::age::{self, Freeze};
use super::object::PodObject;
use super::place;
use super::pod::{Container, Pod};
use super::resolved::Resolved;
use super::services::{self, Variables};
use super::status::ContainerStatus;
use super::surroundings::{Lookup, Surroundings};
use super::view::{ContainerKind, State};

/// The reasons for which the kubelet rejects a pod, besides those that begin with `OutOf`.
const ADMISSION: [&str; 7] = [
    "NodeAffinity",
    "UnexpectedAdmissionError",
    "TopologyAffinityError",
    "AppArmor",
    "PodOSNotSupported",
    "InvalidNodeInfo",
    "SysctlForbidden",
];

const SOURCE: &str = "kubernetes.io/config.source";
/// The annotation whose value only the kubelet knows.
pub(super) const SEEN: &str = "kubernetes.io/config.seen";
const HASH: &str = "kubernetes.io/config.hash";
const MIRROR: &str = "kubernetes.io/config.mirror";
/// The placeholder for the time in [`SEEN`].
pub(super) const SEEN_UNKNOWN: &str = "<set by the kubelet>";

/// A pod as the kubelet has it, with the objects around it.
pub(super) struct Kubelet<'a> {
    pub(super) pod: &'a Pod,
    /// The same as JSON.
    pub(super) pod_value: &'a Value,
    pub(super) around: &'a Surroundings,
    pub(super) options: Options,
    /// The annotations that containers see.
    pub(super) annotations: BTreeMap<&'a str, &'a str>,
    /// The uid that containers see.
    pub(super) uid: &'a str,
    /// Labels that a controller will add.
    pub(super) added_labels: &'a [&'a str],
    /// Annotations that a controller will add.
    pub(super) added_annotations: &'a [&'a str],
    /// The variables of Services, which are the same for all containers.
    pub(super) services: Variables<'a>,
    /// The number of bytes that further values may take.
    left: Cell<usize>,
}

/// The maximum number of bytes of all values of a view. Real pods stay far below; the values of one
/// that is made to be slow, with thousands of references to a large object, are unknown beyond it.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// A container with its kind and its path in the pod.
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

impl<'a> Kubelet<'a> {
    pub(super) fn new(object: &'a PodObject, around: &'a Surroundings, options: Options) -> Self {
        let pod = object.pod();
        let (annotations, uid) = as_the_kubelet_has_them(pod, options.kubelet_annotations);
        Self {
            pod,
            pod_value: object.pod_value(),
            around,
            options,
            annotations,
            uid,
            added_labels: object.added_labels(),
            added_annotations: object.added_annotations(),
            services: services::variables(pod, around),
            left: Cell::new(MAX_BYTES),
        }
    }

    /// Returns why the node is not known.
    pub(super) fn why_no_node(&self) -> String {
        match &self.around.node {
            Lookup::Missing => format!("node {} does not exist", self.pod.spec.node_name),
            other => other.reason().to_owned(),
        }
    }

    /// True if the maximum size of all values is reached.
    pub(super) fn is_full(&self) -> bool {
        self.left.get() == 0
    }

    /// Counts the size of a value. Beyond the maximum the value becomes unknown.
    pub(super) fn held(&self, resolved: Resolved) -> Resolved {
        let size = resolved.content.as_ref().map_or(0, |content| content.bytes.len());
        let left = self.left.get().saturating_sub(size);
        self.left.set(left);
        if left > 0 || resolved.state != State::Known {
            return resolved;
        }
        resolved.unknown("the values are too large")
    }

    /// True if the API server has created the pod; false for a manifest or a template.
    pub(super) fn is_created(&self) -> bool {
        !self.pod.metadata.uid.is_empty()
    }

    /// Returns why the node rejected the pod (`rejectPod`): no container of it starts.
    pub(super) fn rejection(&self) -> Option<String> {
        let status = &self.pod.status;
        let has_started = self.statuses().any(|status| status.started_at().is_some());
        let is_rejected = status.phase == "Failed"
            && !has_started
            && (status.message.starts_with("Pod was rejected")
                || status.reason.starts_with("OutOf")
                || ADMISSION.contains(&status.reason.as_str()));
        is_rejected.then(|| {
            let message = status.message.strip_prefix("Pod was rejected: ");
            let message = message.unwrap_or(&status.message);
            match (status.reason.as_str(), message) {
                (reason, "") => format!("rejected by the node: {reason}"),
                (reason, message) => format!("rejected by the node: {reason}: {message}"),
            }
        })
    }

    /// Returns the start of a container, when its environment was frozen.
    pub(super) fn freeze_of(&self, placed: Placed<'_>) -> Option<Freeze<'a>> {
        let time = self.status_of(placed)?.started_at()?;
        Some(Freeze { time, what: "the container started" })
    }

    /// True if the pod's deletion was requested: the kubelet no longer updates its volumes.
    pub(super) fn is_ending(&self) -> bool {
        !self.pod.metadata.deletion_timestamp.is_empty()
    }

    /// Returns when the pod's deletion was requested, in RFC 3339: the grace period before the
    /// deletion timestamp.
    pub(super) fn end(&self) -> Option<String> {
        let metadata = &self.pod.metadata;
        let time: Timestamp = metadata.deletion_timestamp.parse().ok()?;
        let grace = metadata.deletion_grace_period_seconds.unwrap_or(0);
        let requested = time.as_second().checked_sub(grace)?;
        Some(Timestamp::from_second(requested).ok()?.to_string())
    }

    /// True if the mounted volumes are set up, which they are before the first container starts.
    pub(super) fn is_set_up(&self) -> bool {
        self.statuses().any(|status| status.started_at().is_some())
    }

    /// True if an object that was created at that time, in RFC 3339, is younger than the first use
    /// of an object of its name by the container, or by a volume if there is no container.
    pub(super) fn is_younger_than_use(&self, created: &str, container: Option<Placed<'_>>) -> bool {
        let of_container = container.and_then(|placed| self.status_of(placed));
        let is_younger = |status: &ContainerStatus| {
            let started = status.started_at();
            let since_pod = || age::is_after(created, &self.pod.status.start_time);
            started.is_some_and(|started| age::is_after(created, started))
                || status.restart_count > 0 && since_pod()
        };
        match container {
            Some(_) => of_container.is_some_and(is_younger),
            None => self.statuses().any(is_younger),
        }
    }

    fn statuses(&self) -> impl Iterator<Item = &'a ContainerStatus> {
        let status = &self.pod.status;
        let regular = status.container_statuses.iter();
        regular.chain(&status.init_container_statuses).chain(&status.ephemeral_container_statuses)
    }

    pub(super) fn is_scheduled(&self) -> bool {
        !self.pod.spec.node_name.is_empty()
    }

    /// Returns all containers in the order of the view.
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

    /// Returns the kubelet's message about an object that does not exist.
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

/// Returns the annotations and the uid that containers see. The kubelet adds two annotations, and
/// reads a static pod from a file: its object is a mirror pod with another uid
/// (`pkg/kubelet/config`, `mirror_client.go`).
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
