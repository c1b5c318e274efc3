//! What the objects of storage, devices and nodes refer to.

use crate::object::links::rule::{
    Empty, Rule, Special, To, object, reference, rule, selected, special,
};

pub(super) const TABLE: &[Rule] = &[
    object("storage.k8s.io/StorageClass", "provisioner", "storage.k8s.io", "csidrivers").may_be(),
    special("storage.k8s.io/StorageClass", "parameters[*]", Special::StorageSecret),
    object("storage.k8s.io/VolumeAttributesClass", "driverName", "storage.k8s.io", "csidrivers")
        .may_be(),
    object("storage.k8s.io/VolumeAttachment", "spec.nodeName", "", "nodes"),
    object(
        "storage.k8s.io/VolumeAttachment",
        "spec.source.persistentVolumeName",
        "",
        "persistentvolumes",
    ),
    object("storage.k8s.io/VolumeAttachment", "spec.attacher", "storage.k8s.io", "csidrivers")
        .may_be(),
    object("storage.k8s.io/CSINode", "metadata.name", "", "nodes"),
    object("storage.k8s.io/CSINode", "spec.drivers[*].name", "storage.k8s.io", "csidrivers")
        .may_be(),
    object(
        "storage.k8s.io/CSIStorageCapacity",
        "storageClassName",
        "storage.k8s.io",
        "storageclasses",
    ),
    selected("storage.k8s.io/CSIStorageCapacity", "nodeTopology", "", "nodes", Empty::All),
    object(
        "resource.k8s.io/ResourceClaim",
        "spec.devices.requests[*].exactly.deviceClassName",
        "resource.k8s.io",
        "deviceclasses",
    ),
    object(
        "resource.k8s.io/ResourceClaim",
        "spec.devices.requests[*].firstAvailable[*].deviceClassName",
        "resource.k8s.io",
        "deviceclasses",
    ),
    object(
        "resource.k8s.io/ResourceClaimTemplate",
        "spec.spec.devices.requests[*].exactly.deviceClassName",
        "resource.k8s.io",
        "deviceclasses",
    ),
    object(
        "resource.k8s.io/ResourceClaimTemplate",
        "spec.spec.devices.requests[*].firstAvailable[*].deviceClassName",
        "resource.k8s.io",
        "deviceclasses",
    ),
    reference("resource.k8s.io/ResourceClaim", "status.reservedFor[*].name"),
    rule(
        "resource.k8s.io/ResourceClaim",
        "status.allocation.devices.results[*].driver",
        To::WithField("resource.k8s.io", "resourceslices", "spec.driver"),
    )
    .may_be(),
    rule(
        "resource.k8s.io/ResourceClaim",
        "status.devices[*].driver",
        To::WithField("resource.k8s.io", "resourceslices", "spec.driver"),
    )
    .may_be(),
    special(
        "resource.k8s.io/ResourceClaim",
        "status.allocation.nodeSelector.nodeSelectorTerms[*]",
        Special::NodeTerm,
    ),
    special(
        "resource.k8s.io/ResourceSlice",
        "spec.nodeSelector.nodeSelectorTerms[*]",
        Special::NodeTerm,
    ),
    special(
        "resource.k8s.io/ResourceSlice",
        "spec.devices[*].nodeSelector.nodeSelectorTerms[*]",
        Special::NodeTerm,
    ),
    object("resource.k8s.io/ResourceSlice", "spec.nodeName", "", "nodes"),
    object("resource.k8s.io/ResourceSlice", "spec.devices[*].nodeName", "", "nodes"),
    rule(
        "resource.k8s.io/DeviceTaintRule",
        "spec.deviceSelector.driver",
        To::WithField("resource.k8s.io", "resourceslices", "spec.driver"),
    ),
    selected("node.k8s.io/RuntimeClass", "scheduling.nodeSelector", "", "nodes", Empty::None),
];
