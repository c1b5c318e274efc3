//! A pod, or an object with a pod template, decoded once.

use std::sync::Arc;

use serde_json::{Value, json};

use super::decode::{self, Undecodable};
use super::defaults;
use super::pod::{EnvVar, FieldRef, Pod, ValueFrom};
use super::view::Identity;

/// A pod, or an object whose controller makes pods from a template, decoded once per version.
/// Clones share the decoded parts.
#[derive(Clone, Debug)]
pub struct PodObject(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    value: Value,
    /// The pod with the API's defaults; `None` if the object is a stored pod.
    completed: Option<Value>,
    pod: Pod,
    place: &'static str,
    identity: Identity,
    added_labels: &'static [&'static str],
    added_annotations: &'static [&'static str],
    notes: Vec<String>,
}

/// Why the body of an answer is not an object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is not valid JSON.
    #[error("This answer cannot be read as an object: {0}")]
    NotJson(String),
    /// No kubelet could read the object.
    #[error(transparent)]
    Undecodable(#[from] Undecodable),
}

/// A kind whose controller makes pods.
struct Workload {
    kind: &'static str,
    /// The path of the template.
    template: &'static str,
    /// The labels that the controller adds.
    labels: &'static [&'static str],
}

const WORKLOADS: [Workload; 8] = [
    Workload { kind: "Deployment", template: ".spec.template", labels: &["pod-template-hash"] },
    Workload { kind: "ReplicaSet", template: ".spec.template", labels: &[] },
    Workload {
        kind: "StatefulSet",
        template: ".spec.template",
        labels: &[
            "apps.kubernetes.io/pod-index",
            "controller-revision-hash",
            "statefulset.kubernetes.io/pod-name",
        ],
    },
    Workload {
        kind: "DaemonSet",
        template: ".spec.template",
        labels: &["controller-revision-hash", "pod-template-generation"],
    },
    Workload { kind: "ReplicationController", template: ".spec.template", labels: &[] },
    Workload { kind: "Job", template: ".spec.template", labels: JOB_LABELS },
    Workload { kind: "CronJob", template: ".spec.jobTemplate.spec.template", labels: JOB_LABELS },
    Workload { kind: "PodTemplate", template: ".template", labels: &[] },
];

const JOB_LABELS: &[&str] = &[
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-name",
    "controller-uid",
    "job-name",
];

/// The labels of the pods of an indexed Job.
const INDEXED_JOB_LABELS: &[&str] = &[
    "batch.kubernetes.io/controller-uid",
    INDEX,
    "batch.kubernetes.io/job-name",
    "controller-uid",
    "job-name",
];

/// The label and the annotation with the index of a pod of an indexed Job.
const INDEX: &str = "batch.kubernetes.io/job-completion-index";

/// The variable with that index (`addCompletionIndexEnvVariable`).
const INDEX_VARIABLE: &str = "JOB_COMPLETION_INDEX";

/// A custom workload.
const CUSTOM: Workload = Workload { kind: "workload", template: ".spec.template", labels: &[] };

/// True if the object is a pod or has a pod template: it is of a kind of Kubernetes that has one,
/// or has containers in `.spec.template.spec`, as most custom workloads have.
#[must_use]
pub fn has_containers(object: &Value) -> bool {
    object["kind"] == "Pod" || workload(object).is_some()
}

/// Returns the workload kind of an object.
fn workload(object: &Value) -> Option<&'static Workload> {
    let kind = object["kind"].as_str().filter(|kind| !matches!(*kind, "" | "Pod"))?;
    let known = WORKLOADS.iter().find(|workload| workload.kind == kind);
    let is_custom = object["spec"]["template"]["spec"]["containers"].is_array();
    known.or(is_custom.then_some(&CUSTOM))
}

/// True if the API server has stored the object: besides a uid, which can be written by hand, it
/// has a `resourceVersion` or a status.
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
    /// The object is neither a pod nor a workload, or has a field of a wrong type or a bad
    /// quantity: then no kubelet could read it.
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
        if let Some(workload) = workload(&value) {
            return Self::of_workload(value, workload, identity);
        }
        if kind != "Pod" && !(kind.is_empty() && value["spec"]["containers"].is_array()) {
            let what = if kind.is_empty() { "an object without a kind".to_owned() } else { kind };
            let reason = format!("{what} is neither a pod nor a workload with a pod template");
            return Err(undecodable("object", "", reason));
        }
        let completed = identity.uid.is_empty().then(|| {
            notes.push("a manifest: the API's defaults are put in".to_owned());
            let mut pod = value.clone();
            if let Some(metadata) = pod["metadata"].as_object_mut() {
                metadata.remove("uid");
            }
            defaults::apply(&mut pod);
            pod
        });
        let pod = decode::object("Pod", completed.as_ref().unwrap_or(&value))?;
        let (added_labels, added_annotations): (&[&str], &[&str]) = (&[], &[]);
        Ok(Self(Arc::new(Parts {
            value,
            completed,
            pod,
            place: "",
            identity,
            added_labels,
            added_annotations,
            notes,
        })))
    }

    /// Decodes the pods that a workload makes.
    fn of_workload(
        value: Value,
        workload: &'static Workload,
        identity: Identity,
    ) -> Result<Self, Undecodable> {
        let Workload { kind, template: place, labels } = workload;
        let title = value["kind"].as_str().unwrap_or(kind).to_owned();
        let completed = of_template(&value, kind, place, &identity)?;
        let mut pod: Pod = decode::object("Pod", &completed)?;
        let job = if *kind == "CronJob" { "/spec/jobTemplate/spec" } else { "/spec" };
        let mode = value.pointer(job).and_then(|job| job["completionMode"].as_str());
        let is_indexed = matches!(*kind, "Job" | "CronJob") && mode == Some("Indexed");
        let (added_labels, added_annotations): (&[&str], &[&str]) =
            if is_indexed { (INDEXED_JOB_LABELS, &[INDEX]) } else { (labels, &[]) };
        if is_indexed {
            add_index(&mut pod);
        }
        let mut notes = vec![format!(
            "the template of a {title}, with the API's defaults: {}",
            match running(&value) {
                0 => "no pod yet".to_owned(),
                1 => "1 pod runs".to_owned(),
                pods => format!("{pods} pods run"),
            }
        )];
        if !added_labels.is_empty() {
            let labels = added_labels.join(", ");
            notes.push(format!("its pods also get labels from their controller: {labels}"));
        }
        Ok(Self(Arc::new(Parts {
            value,
            completed: Some(completed),
            pod,
            place,
            identity,
            added_labels,
            added_annotations,
            notes,
        })))
    }

    /// Decodes the body of an answer. Returns `None` if the object has no containers.
    ///
    /// # Errors
    /// Those of [`PodObject::new`], and a body that is not JSON.
    pub fn from_slice(body: &[u8]) -> Result<Option<Self>, Unreadable> {
        let value: Value =
            serde_json::from_slice(body).map_err(|error| Unreadable::NotJson(error.to_string()))?;
        Ok(has_containers(&value).then(|| Self::new(value)).transpose()?)
    }

    /// Returns the object as the API returned it.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.0.value
    }

    /// True for a pod, false for a workload.
    #[must_use]
    pub fn is_pod(&self) -> bool {
        self.0.place.is_empty()
    }

    /// Returns the object's namespace, name and uid.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.0.identity
    }

    /// Returns the names of all containers, in the order of the view.
    #[must_use]
    pub fn container_names(&self) -> Vec<&str> {
        self.pod().containers().map(|container| container.name.as_str()).collect()
    }

    /// True if both are versions of the same object.
    #[must_use]
    pub fn is_same_object(&self, other: &Self) -> bool {
        let kind = |object: &Self| object.value()["kind"].clone();
        self.identity() == other.identity() && kind(self) == kind(other)
    }

    /// Returns the name of the pod's node; `None` if it is not scheduled.
    #[must_use]
    pub fn node_name(&self) -> Option<&str> {
        Some(self.pod().spec.node_name.as_str()).filter(|name| !name.is_empty())
    }

    /// Returns the decoded pod, with the API's defaults.
    pub(super) fn pod(&self) -> &Pod {
        &self.0.pod
    }

    /// Returns the same pod as JSON.
    pub(super) fn pod_value(&self) -> &Value {
        self.0.completed.as_ref().unwrap_or(&self.0.value)
    }

    /// Returns the path of the pod in the object: empty, or such as `.spec.template`.
    pub(super) fn place(&self) -> &'static str {
        self.0.place
    }

    /// Returns the labels that the controller adds to its pods.
    pub(super) fn added_labels(&self) -> &'static [&'static str] {
        self.0.added_labels
    }

    /// Returns the annotations that the controller adds to its pods.
    pub(super) fn added_annotations(&self) -> &'static [&'static str] {
        self.0.added_annotations
    }

    /// Returns notes on the whole view, each a sentence.
    pub(super) fn notes(&self) -> &[String] {
        &self.0.notes
    }
}

impl PartialEq for PodObject {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.value == other.0.value
    }
}

/// Returns the pod that a workload's template describes, with the API's defaults.
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
    // Templates may set these, but pods do not get them from there.
    for own in ["name", "uid"] {
        pod["metadata"][own] = Value::Null;
    }
    pod["metadata"]["namespace"] = json!(identity.namespace);
    pod["status"] = Value::Null;
    defaults::apply(&mut pod);
    Ok(pod)
}

/// Returns the number of a workload's pods, by its status.
fn running(workload: &Value) -> u64 {
    let status = &workload["status"];
    let counts = ["replicas", "currentNumberScheduled", "active"];
    let count = counts.into_iter().find_map(|count| match &status[count] {
        // A CronJob lists its Jobs.
        Value::Array(jobs) => u64::try_from(jobs.len()).ok(),
        count => count.as_u64(),
    });
    count.unwrap_or(0)
}

/// Adds the variable with the index of an indexed Job's pod, as the controller does.
fn add_index(pod: &mut Pod) {
    let spec = &mut pod.spec;
    for container in spec.init_containers.iter_mut().chain(&mut spec.containers) {
        if container.env.iter().any(|variable| variable.name == INDEX_VARIABLE) {
            continue;
        }
        let field = FieldRef {
            api_version: "v1".to_owned(),
            field_path: format!("metadata.labels['{INDEX}']"),
        };
        container.env.push(EnvVar {
            name: INDEX_VARIABLE.to_owned(),
            value_from: Some(ValueFrom { field_ref: Some(field), ..ValueFrom::default() }),
            is_added_by_controller: true,
            ..EnvVar::default()
        });
    }
}

fn undecodable(object: &'static str, place: &str, reason: String) -> Undecodable {
    Undecodable { object, name: String::new(), place: place.to_owned(), reason }
}
