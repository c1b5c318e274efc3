//! The reference table: the fields of the built-in APIs that refer to something. Data, not code.
//!
//! The fields are those of Kubernetes 1.36 (`k8s.io/api`), whose documentation says what they name.

mod access;
mod core;
mod pods;
mod storage;
mod workloads;

use super::rule::{Rule, Special, To, object, reference, rule, special};

/// The tables, which are searched in this order.
pub(super) const TABLES: [&[Rule]; 6] =
    [ANY, pods::TABLE, core::TABLE, workloads::TABLE, access::TABLE, storage::TABLE];

/// Where the spec of a pod is, for each kind that has one.
pub(super) const POD_SPECS: [(&str, &str); 10] = [
    ("Pod", "spec"),
    ("ReplicationController", "spec.template.spec"),
    ("PodTemplate", "template.spec"),
    ("apps/Deployment", "spec.template.spec"),
    ("apps/ReplicaSet", "spec.template.spec"),
    ("apps/StatefulSet", "spec.template.spec"),
    ("apps/DaemonSet", "spec.template.spec"),
    ("apps/ControllerRevision", "data.spec.template.spec"),
    ("batch/Job", "spec.template.spec"),
    ("batch/CronJob", "spec.jobTemplate.spec.template.spec"),
];

/// Where the spec of a persistent volume is, for each kind that has one.
pub(super) const VOLUME_SPECS: [(&str, &str); 2] = [
    ("PersistentVolume", "spec"),
    ("storage.k8s.io/VolumeAttachment", "spec.source.inlineVolumeSpec"),
];

/// Every object.
const ANY: &[Rule] = &[
    object("*", "metadata.namespace", "", "namespaces"),
    reference("*", "metadata.ownerReferences[*].name"),
    special("*", "kind", Special::OwnCollection),
    rule("*", "apiVersion", To::Version),
    rule("*", "metadata.managedFields[*].apiVersion", To::Version),
    object("*", "metadata.labels['batch.kubernetes.io/job-name']", "batch", "jobs"),
    object("*", "metadata.labels['job-name']", "batch", "jobs"),
    special("*", "metadata.labels['controller-revision-hash']", Special::Revision),
    object("*", "metadata.labels['statefulset.kubernetes.io/pod-name']", "", "pods"),
    object("*", "metadata.labels['kubernetes.io/service-name']", "", "services"),
    object("*", "metadata.labels['kubernetes.io/hostname']", "", "nodes").may_be(),
    object("*", "metadata.annotations['volume.kubernetes.io/selected-node']", "", "nodes"),
    special("*", "metadata.labels['pod-template-hash']", Special::SameLabel),
    special("*", "metadata.labels.app", Special::SameLabel),
    special("*", "metadata.labels['app.kubernetes.io/name']", Special::SameLabel),
    special("*", "metadata.labels['app.kubernetes.io/instance']", Special::SameLabel),
    special("*", "metadata.labels['app.kubernetes.io/component']", Special::SameLabel),
    special("*", "metadata.labels['app.kubernetes.io/part-of']", Special::SameLabel),
    special("*", "metadata.annotations['meta.helm.sh/release-name']", Special::HelmRelease)
        .may_be(),
];
