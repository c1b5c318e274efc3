//! What the objects of the core group refer to, apart from pods.

use crate::object::links::rule::{
    Empty, Rule, Special, VOLUMES, object, reference, selected, special,
};

pub(super) const TABLE: &[Rule] = &[
    object("PersistentVolumeClaim", "spec.volumeName", "", "persistentvolumes"),
    object(
        "PersistentVolumeClaim",
        "spec.storageClassName",
        "storage.k8s.io",
        "storageclasses",
    ),
    object(
        "PersistentVolumeClaim",
        "spec.volumeAttributesClassName",
        "storage.k8s.io",
        "volumeattributesclasses",
    ),
    object(
        "PersistentVolumeClaim",
        "status.currentVolumeAttributesClassName",
        "storage.k8s.io",
        "volumeattributesclasses",
    ),
    object(
        "PersistentVolumeClaim",
        "status.modifyVolumeStatus.targetVolumeAttributesClassName",
        "storage.k8s.io",
        "volumeattributesclasses",
    ),
    reference("PersistentVolumeClaim", "spec.dataSource.name"),
    reference("PersistentVolumeClaim", "spec.dataSourceRef.name").within("namespace"),
    selected("PersistentVolumeClaim", "spec.selector", "", "persistentvolumes", Empty::None),
    object(VOLUMES, "{volume}.claimRef.name", "", "persistentvolumeclaims")
        .within("namespace"),
    // The class of a bound volume may be a plain label without an object.
    object(VOLUMES, "{volume}.storageClassName", "storage.k8s.io", "storageclasses")
        .may_be(),
    object(
        VOLUMES,
        "{volume}.volumeAttributesClassName",
        "storage.k8s.io",
        "volumeattributesclasses",
    ),
    object(VOLUMES, "{volume}.csi.driver", "storage.k8s.io", "csidrivers").may_be(),
    object(
        VOLUMES,
        "{volume}.csi.controllerPublishSecretRef|nodeStageSecretRef|nodePublishSecretRef|controllerExpandSecretRef|nodeExpandSecretRef.name",
        "",
        "secrets",
    )
    .within("namespace"),
    object(
        VOLUMES,
        "{volume}.cephfs|cinder|flexVolume|iscsi|rbd|scaleIO|storageos.secretRef.name",
        "",
        "secrets",
    )
    .within("namespace"),
    object(VOLUMES, "{volume}.azureFile.secretName", "", "secrets")
        .within("secretNamespace")
        .or_within("../claimRef.namespace"),
    object(VOLUMES, "{volume}.glusterfs.endpoints", "", "endpoints")
        .within("endpointsNamespace")
        .or_within("../claimRef.namespace"),
    special(
        VOLUMES,
        "{volume}.nodeAffinity.required.nodeSelectorTerms[*]",
        Special::NodeTerm,
    ),
    selected("Service", "spec.selector", "", "pods", Empty::None),
    special("Service", "spec.externalName", Special::ServiceHost).may_be(),
    reference("Endpoints", "subsets[*].addresses|notReadyAddresses[*].targetRef.name")
        .within("namespace"),
    object("Endpoints", "subsets[*].addresses|notReadyAddresses[*].nodeName", "", "nodes"),
    object("ServiceAccount", "secrets[*].name", "", "secrets"),
    object("ServiceAccount", "imagePullSecrets[*].name", "", "secrets").optional(),
    object(
        "Secret",
        "metadata.annotations['kubernetes.io/service-account.name']",
        "",
        "serviceaccounts",
    ),
    reference("Event", "involvedObject|related.name").within("namespace"),
    special("Event", "involvedObject|related.fieldPath", Special::EventPart),
    reference("events.k8s.io/Event", "regarding|related.name").within("namespace"),
    special("events.k8s.io/Event", "regarding|related.fieldPath", Special::EventPart),
    special(
        "ResourceQuota",
        "spec.scopeSelector.matchExpressions[*].values[*]",
        Special::QuotaScope,
    ),
    object("Node", "spec.configSource.configMap.name", "", "configmaps").within("namespace"),
    special("Node", "status.volumesAttached[*].name", Special::AttachedDriver).may_be(),
    special("Node", "status.volumesInUse[*]", Special::AttachedDriver).may_be(),
    selected("ReplicationController", "spec.selector", "", "pods", Empty::None),
];
