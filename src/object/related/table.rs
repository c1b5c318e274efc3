//! The lists of what belongs to an object that need no more than its name: data.

/// How the objects of a list belong to one of a name.
#[derive(Clone, Copy, Debug)]
pub(super) enum How {
    /// They have its name in this field, which the server selects.
    Selected(&'static str),
    /// They have its name in this field.
    Field(&'static str),
    /// An item of this list has its name in this field.
    Item(&'static str, &'static str),
    /// They name it, as the table of references says, by the plural name of its resource.
    Names(&'static str),
}

/// A list: of which kind, group and plural name of its resource, and how its objects belong.
pub(super) type Listing = (&'static str, &'static str, &'static str, How);

use How::{Field, Item, Names, Selected};

const CLASS: &str = ".spec.storageClassName";
const DRA: &str = "resource.k8s.io";
const FLOW: &str = "flowcontrol.apiserver.k8s.io";
const GATEWAY: &str = "gateway.networking.k8s.io";
const NET: &str = "networking.k8s.io";
const STORAGE: &str = "storage.k8s.io";
const VALIDATING: &str = "admissionregistration.k8s.io/ValidatingAdmissionPolicy";
const MUTATING: &str = "admissionregistration.k8s.io/MutatingAdmissionPolicy";
const ADMISSION: &str = "admissionregistration.k8s.io";

/// All of them, in the order of their rows.
pub(super) const TABLE: &[Listing] = &[
    ("Service", NET, "ingresses", Names("services")),
    ("Node", "", "pods", Selected("spec.nodeName")),
    ("Node", STORAGE, "csinodes", Selected("metadata.name")),
    ("Node", STORAGE, "volumeattachments", Field(".spec.nodeName")),
    ("Node", DRA, "resourceslices", Selected("spec.nodeName")),
    ("PersistentVolumeClaim", "", "pods", Names("persistentvolumeclaims")),
    ("PersistentVolume", STORAGE, "volumeattachments", Field(".spec.source.persistentVolumeName")),
    ("ConfigMap", "", "pods", Names("configmaps")),
    ("Secret", "", "pods", Names("secrets")),
    ("Secret", NET, "ingresses", Names("secrets")),
    ("Secret", "", "serviceaccounts", Names("secrets")),
    ("ServiceAccount", "", "pods", Selected("spec.serviceAccountName")),
    ("storage.k8s.io/StorageClass", "", "persistentvolumeclaims", Field(CLASS)),
    ("storage.k8s.io/StorageClass", "", "persistentvolumes", Field(CLASS)),
    ("storage.k8s.io/StorageClass", STORAGE, "csistoragecapacities", Field(".storageClassName")),
    ("storage.k8s.io/CSIDriver", STORAGE, "storageclasses", Field(".provisioner")),
    ("storage.k8s.io/CSIDriver", "", "persistentvolumes", Field(".spec.csi.driver")),
    ("storage.k8s.io/CSIDriver", STORAGE, "csinodes", Item(".spec.drivers", ".name")),
    ("networking.k8s.io/IngressClass", NET, "ingresses", Field(".spec.ingressClassName")),
    (
        "gateway.networking.k8s.io/GatewayClass",
        GATEWAY,
        "gateways",
        Field(".spec.gatewayClassName"),
    ),
    ("scheduling.k8s.io/PriorityClass", "", "pods", Field(".spec.priorityClassName")),
    ("node.k8s.io/RuntimeClass", "", "pods", Field(".spec.runtimeClassName")),
    ("resource.k8s.io/DeviceClass", DRA, "resourceclaims", Names("deviceclasses")),
    (
        "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration",
        FLOW,
        "flowschemas",
        Field(".spec.priorityLevelConfiguration.name"),
    ),
    (VALIDATING, ADMISSION, "validatingadmissionpolicybindings", Field(".spec.policyName")),
    (MUTATING, ADMISSION, "mutatingadmissionpolicybindings", Field(".spec.policyName")),
];

/// Kinds that the template of a pod may name, with the plural names of their resources.
pub(super) const NAMED_BY_TEMPLATES: &[(&str, &str)] = &[
    ("ConfigMap", "configmaps"),
    ("Secret", "secrets"),
    ("PersistentVolumeClaim", "persistentvolumeclaims"),
    ("ServiceAccount", "serviceaccounts"),
];

/// A resource whose objects have the template of a pod.
pub(super) struct Templated {
    pub(super) group: &'static str,
    pub(super) plural: &'static str,
    /// True if an object of another kind may control them: its template names the same.
    pub(super) may_be_controlled: bool,
}

/// The resources whose objects have the template of a pod, in the order of their rows.
pub(super) const TEMPLATED: &[Templated] = &[
    templated("apps", "deployments", false),
    templated("apps", "statefulsets", false),
    templated("apps", "daemonsets", false),
    templated("batch", "cronjobs", false),
    templated("batch", "jobs", true),
    templated("apps", "replicasets", true),
    templated("", "replicationcontrollers", true),
];

const fn templated(
    group: &'static str,
    plural: &'static str,
    may_be_controlled: bool,
) -> Templated {
    Templated { group, plural, may_be_controlled }
}
