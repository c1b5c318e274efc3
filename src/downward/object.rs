//! A pod, or an object with a pod template, decoded once.

use std::sync::Arc;

use serde_json::{Value, json};

use super::decode::{self, Undecodable};
use super::defaults;
use super::pod::Pod;
use super::view::Identity;

/// A pod, or an object whose controller makes pods from a template, decoded once per version.
/// Clones share the decoded parts.
#[derive(Clone, Debug)]
pub struct PodObject(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    value: Value,
    /// The pod with the API's defaults, where it is not the object as it is.
    completed: Option<Value>,
    pod: Pod,
    place: &'static str,
    identity: Identity,
    added_labels: &'static [&'static str],
    notes: Vec<String>,
}

/// Why the body of an answer gives no object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is not JSON, or not what a JSON parser takes.
    #[error("This answer cannot be read as an object: {0}")]
    NotJson(String),
    /// No kubelet could read the object.
    #[error(transparent)]
    Undecodable(#[from] Undecodable),
}

/// The kinds that make pods, where they keep the template, and the labels that their controllers
/// add.
const WORKLOADS: [(&str, &str, &[&str]); 8] = [
    ("Deployment", ".spec.template", &["pod-template-hash"]),
    ("ReplicaSet", ".spec.template", &[]),
    (
        "StatefulSet",
        ".spec.template",
        &[
            "apps.kubernetes.io/pod-index",
            "controller-revision-hash",
            "statefulset.kubernetes.io/pod-name",
        ],
    ),
    ("DaemonSet", ".spec.template", &["controller-revision-hash", "pod-template-generation"]),
    ("ReplicationController", ".spec.template", &[]),
    ("Job", ".spec.template", JOB_LABELS),
    ("CronJob", ".spec.jobTemplate.spec.template", JOB_LABELS),
    ("PodTemplate", ".template", &[]),
];

const JOB_LABELS: &[&str] = &[
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-name",
    "controller-uid",
    "job-name",
];

/// True if the object is a pod or has a pod template: it is of a kind of Kubernetes that has one, or
/// has containers in `.spec.template.spec`, as most custom workloads have.
#[must_use]
pub fn has_containers(object: &Value) -> bool {
    object["kind"] == "Pod" || workload(object).is_some()
}

/// Where the object has its pod template, and the labels that its controller adds.
fn workload(object: &Value) -> Option<Workload> {
    let kind = object["kind"].as_str().filter(|kind| !matches!(*kind, "" | "Pod"))?;
    let known = WORKLOADS.iter().find(|(workload, ..)| *workload == kind);
    let is_custom = || object["spec"]["template"]["spec"]["containers"].is_array();
    match known {
        Some((kind, place, added_labels)) => Some(Workload { kind, place, added_labels }),
        None if is_custom() => {
            Some(Workload { kind: "workload", place: ".spec.template", added_labels: &[] })
        }
        None => None,
    }
}

struct Workload {
    /// What a failure calls it.
    kind: &'static str,
    place: &'static str,
    added_labels: &'static [&'static str],
}

/// True if the API server has stored the object: besides a uid, which can be written by hand, it has a
/// `resourceVersion` or a status.
pub(super) fn is_stored(object: &Value) -> bool {
    let metadata = &object["metadata"];
    let is_set = |field: &str| metadata[field].as_str().is_some_and(|text| !text.is_empty());
    let has_status = object["status"].as_object().is_some_and(|status| !status.is_empty());
    is_set("uid") && (is_set("resourceVersion") || has_status)
}

impl PodObject {
    /// Decodes an object. A pod that the API server has stored is taken as it is; a manifest, and a
    /// workload's template, first gets the API's defaults. The uid of a manifest is dropped, as the
    /// API server drops it.
    ///
    /// # Errors
    /// The object is neither a pod nor a workload, or has a field of a wrong type or a bad quantity:
    /// then no kubelet could read it.
    pub fn new(value: Value) -> Result<Self, Undecodable> {
        let text = |pointer: &str| {
            value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let identity = Identity {
            namespace: text("/metadata/namespace"),
            name: text("/metadata/name"),
            uid: if is_stored(&value) { text("/metadata/uid") } else { String::new() },
        };
        let kind = text("/kind");
        let mut notes = Vec::new();
        let (completed, place, added_labels): (_, &str, &[&str]) = match workload(&value) {
            Some(Workload { kind: of_kind, place, added_labels }) => {
                let pod = of_template(&value, of_kind, place, &identity)?;
                notes
                    .push(format!("the template of a {kind}, with the API's defaults: no pod yet"));
                if !added_labels.is_empty() {
                    let labels = added_labels.join(", ");
                    notes.push(format!("its pods also get labels from their controller: {labels}"));
                }
                (Some(pod), place, added_labels)
            }
            None if kind == "Pod" || kind.is_empty() && value["spec"]["containers"].is_array() => {
                let manifest = identity.uid.is_empty().then(|| {
                    notes.push("a manifest: the API's defaults are put in".to_owned());
                    let mut pod = value.clone();
                    if let Some(metadata) = pod["metadata"].as_object_mut() {
                        metadata.remove("uid");
                    }
                    defaults::apply(&mut pod);
                    pod
                });
                (manifest, "", &[])
            }
            None => {
                let what =
                    if kind.is_empty() { "an object without a kind".to_owned() } else { kind };
                let reason = format!("{what} is neither a pod nor a workload with a pod template");
                return Err(undecodable("object", "", reason));
            }
        };
        let pod = decode::object("Pod", completed.as_ref().unwrap_or(&value))?;
        Ok(Self(Arc::new(Parts { value, completed, pod, place, identity, added_labels, notes })))
    }

    /// Decodes the body of an answer; `None` if it is JSON of a kind without containers.
    ///
    /// # Errors
    /// Those of [`PodObject::new`], and a body that is not JSON.
    pub fn from_slice(body: &[u8]) -> Result<Option<Self>, Unreadable> {
        let value: Value =
            serde_json::from_slice(body).map_err(|error| Unreadable::NotJson(error.to_string()))?;
        Ok(has_containers(&value).then(|| Self::new(value)).transpose()?)
    }

    /// The object as the API returned it.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.0.value
    }

    /// True for a pod, false for a workload.
    #[must_use]
    pub fn is_pod(&self) -> bool {
        self.0.place.is_empty()
    }

    /// The object's namespace, name and uid.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.0.identity
    }

    /// True if both are versions of the same object.
    #[must_use]
    pub fn is_same_object(&self, other: &Self) -> bool {
        let kind = |object: &Self| object.value()["kind"].clone();
        self.identity() == other.identity() && kind(self) == kind(other)
    }

    /// The node that the pod is on.
    #[must_use]
    pub fn node_name(&self) -> Option<&str> {
        Some(self.pod().spec.node_name.as_str()).filter(|name| !name.is_empty())
    }

    /// The pod with the API's defaults, decoded.
    pub(super) fn pod(&self) -> &Pod {
        &self.0.pod
    }

    /// The same as JSON.
    pub(super) fn pod_value(&self) -> &Value {
        self.0.completed.as_ref().unwrap_or(&self.0.value)
    }

    /// Where the pod is in the object: empty, or as `.spec.template`.
    pub(super) fn place(&self) -> &'static str {
        self.0.place
    }

    /// Labels that the controller adds to its pods.
    pub(super) fn added_labels(&self) -> &'static [&'static str] {
        self.0.added_labels
    }

    /// What a reader must know about the whole view, each a sentence.
    pub(super) fn notes(&self) -> &[String] {
        &self.0.notes
    }
}

impl PartialEq for PodObject {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.value == other.0.value
    }
}

/// The pod that a workload's template describes, with the API's defaults.
fn of_template(
    object: &Value,
    kind: &'static str,
    place: &'static str,
    identity: &Identity,
) -> Result<Value, Undecodable> {
    let template = object.pointer(&place.replace('.', "/"));
    let template = template.filter(|template| template.is_object());
    let mut pod = template
        .ok_or_else(|| undecodable(kind, place, "it has no pod template".to_owned()))?
        .clone();
    if !pod["metadata"].is_object() {
        pod["metadata"] = json!({});
    }
    // Templates may set these, but no pod gets them from there.
    for own in ["name", "uid"] {
        pod["metadata"][own] = Value::Null;
    }
    pod["metadata"]["namespace"] = json!(identity.namespace);
    pod["status"] = Value::Null;
    defaults::apply(&mut pod);
    Ok(pod)
}

fn undecodable(object: &'static str, place: &str, reason: String) -> Undecodable {
    Undecodable { object, name: String::new(), place: place.to_owned(), reason }
}
