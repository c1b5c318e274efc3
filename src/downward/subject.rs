//! The pod that an object is, or would make.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::decode::Undecodable;
use super::defaults;
use super::view::Identity;

/// A pod to compute the view of.
pub(super) struct Subject<'a> {
    pub(super) pod: Cow<'a, Value>,
    /// Where the pod is in the object: empty, or as `.spec.template`.
    pub(super) place: &'static str,
    pub(super) identity: Identity,
    /// Labels that a controller adds to its pods.
    pub(super) added_labels: &'static [&'static str],
    pub(super) notes: Vec<String>,
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

/// Whether an object of this kind is a pod or makes pods.
#[must_use]
pub fn has_containers(kind: &str) -> bool {
    kind == "Pod" || WORKLOADS.iter().any(|(workload, ..)| *workload == kind)
}

/// The pod of an object. An object with a uid is taken as it is; a manifest, and a workload's
/// template, first gets the API's defaults.
pub(super) fn of(object: &Value) -> Result<Subject<'_>, Undecodable> {
    let text = |pointer: &str| {
        object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let identity = Identity {
        namespace: text("/metadata/namespace"),
        name: text("/metadata/name"),
        uid: text("/metadata/uid"),
    };
    let kind = text("/kind");
    let workload = WORKLOADS.iter().find(|(workload, ..)| *workload == kind);
    if let Some((kind, place, added_labels)) = workload {
        let template = object.pointer(&place.replace('.', "/"));
        let Some(template) = template.filter(|template| template.is_object()) else {
            let reason = "it has no pod template".to_owned();
            return Err(Undecodable {
                object: kind,
                name: String::new(),
                place: (*place).to_owned(),
                reason,
            });
        };
        let mut pod = template.clone();
        if !pod["metadata"].is_object() {
            pod["metadata"] = json!({});
        }
        // Templates may say these, but no pod gets them from there.
        for own in ["name", "uid"] {
            pod["metadata"][own] = Value::Null;
        }
        pod["metadata"]["namespace"] = json!(identity.namespace);
        pod["status"] = Value::Null;
        defaults::apply(&mut pod);
        let mut notes =
            vec![format!("the template of a {kind}, with the API's defaults: no pod yet")];
        if !added_labels.is_empty() {
            let labels = added_labels.join(", ");
            notes.push(format!("its pods also get labels from their controller: {labels}"));
        }
        return Ok(Subject { pod: Cow::Owned(pod), place, identity, added_labels, notes });
    }
    let looks_like_a_pod =
        kind == "Pod" || kind.is_empty() && object["spec"]["containers"].is_array();
    if !looks_like_a_pod {
        let what = if kind.is_empty() { "an object without a kind".to_owned() } else { kind };
        let reason = format!("{what} is neither a pod nor a workload with a pod template");
        return Err(Undecodable {
            object: "object",
            name: String::new(),
            place: String::new(),
            reason,
        });
    }
    let (mut pod, mut notes) = (Cow::Borrowed(object), Vec::new());
    if identity.uid.is_empty() {
        defaults::apply(pod.to_mut());
        notes.push("a manifest: the API's defaults are put in".to_owned());
    }
    Ok(Subject { pod, place: "", identity, added_labels: &[], notes })
}
