//! What the specs of pods and of pod templates refer to.

use crate::object::links::rule::{
    Empty, PODS, Rule, Special, To, object, reference, rule, selected, special,
};

pub(super) const TABLE: &[Rule] = &[
    object(PODS, "{pod}.nodeName", "", "nodes"),
    object("Pod", "status.nominatedNodeName", "", "nodes"),
    object(PODS, "{pod}.serviceAccountName", "", "serviceaccounts"),
    object(PODS, "{pod}.serviceAccount", "", "serviceaccounts"),
    object(PODS, "{pod}.imagePullSecrets[*].name", "", "secrets").optional(),
    object(PODS, "{pod}.priorityClassName", "scheduling.k8s.io", "priorityclasses"),
    object(PODS, "{pod}.runtimeClassName", "node.k8s.io", "runtimeclasses"),
    object(PODS, "{pod}.schedulingGroup.podGroupName", "scheduling.k8s.io", "podgroups"),
    object(
        PODS,
        "{pod}.resourceClaims[*].resourceClaimName",
        "resource.k8s.io",
        "resourceclaims",
    ),
    object(
        PODS,
        "{pod}.resourceClaims[*].resourceClaimTemplateName",
        "resource.k8s.io",
        "resourceclaimtemplates",
    ),
    object(
        "Pod",
        "status.resourceClaimStatuses|nodeAllocatableResourceClaimStatuses[*].resourceClaimName",
        "resource.k8s.io",
        "resourceclaims",
    ),
    object(
        "Pod",
        "status.extendedResourceClaimStatus.resourceClaimName",
        "resource.k8s.io",
        "resourceclaims",
    ),
    // Containers.
    object(
        PODS,
        "{pod}.containers|initContainers|ephemeralContainers[*].env[*].valueFrom.configMapKeyRef.name",
        "",
        "configmaps",
    )
    .optional_if("optional"),
    rule(
        PODS,
        "{pod}.containers|initContainers|ephemeralContainers[*].env[*].valueFrom.configMapKeyRef.key",
        To::Key("", "configmaps", "name"),
    )
    .optional_if("optional"),
    object(
        PODS,
        "{pod}.containers|initContainers|ephemeralContainers[*].env[*].valueFrom.secretKeyRef.name",
        "",
        "secrets",
    )
    .optional_if("optional"),
    rule(
        PODS,
        "{pod}.containers|initContainers|ephemeralContainers[*].env[*].valueFrom.secretKeyRef.key",
        To::Key("", "secrets", "name"),
    )
    .optional_if("optional"),
    rule(
        PODS,
        "{pod}.containers|initContainers|ephemeralContainers[*].env[*].valueFrom.fileKeyRef.volumeName",
        To::Item("{pod}.volumes"),
    ),
    special(
        PODS,
        "{pod}.containers|initContainers|ephemeralContainers[*].env[*].valueFrom.fieldRef.fieldPath",
        Special::Field,
    ),
    rule(
        PODS,
        "{pod}.containers|initContainers|ephemeralContainers[*].env[*].valueFrom.resourceFieldRef.containerName",
        To::Item("{pod}.containers|initContainers"),
    ),
    object(
        PODS,
        "{pod}.containers|initContainers|ephemeralContainers[*].envFrom[*].configMapRef.name",
        "",
        "configmaps",
    )
    .optional_if("optional"),
    object(
        PODS,
        "{pod}.containers|initContainers|ephemeralContainers[*].envFrom[*].secretRef.name",
        "",
        "secrets",
    )
    .optional_if("optional"),
    rule(
        PODS,
        "{pod}.containers|initContainers|ephemeralContainers[*].volumeMounts|volumeDevices[*].name",
        To::Item("{pod}.volumes"),
    ),
    rule(
        PODS,
        "{pod}.ephemeralContainers[*].targetContainerName",
        To::Item("{pod}.containers|initContainers"),
    ),
    rule(
        PODS,
        "{pod}.containers|initContainers|ephemeralContainers[*].resources.claims[*].name",
        To::Item("{pod}.resourceClaims"),
    ),
    // Volumes.
    object(PODS, "{pod}.volumes[*].configMap.name", "", "configmaps").optional_if("optional"),
    rule(
        PODS,
        "{pod}.volumes[*].configMap.items[*].key",
        To::Key("", "configmaps", "../../name"),
    )
    .optional_if("../../optional"),
    object(PODS, "{pod}.volumes[*].secret.secretName", "", "secrets").optional_if("optional"),
    rule(
        PODS,
        "{pod}.volumes[*].secret.items[*].key",
        To::Key("", "secrets", "../../secretName"),
    )
    .optional_if("../../optional"),
    object(PODS, "{pod}.volumes[*].projected.sources[*].configMap.name", "", "configmaps")
        .optional_if("optional"),
    rule(
        PODS,
        "{pod}.volumes[*].projected.sources[*].configMap.items[*].key",
        To::Key("", "configmaps", "../../name"),
    )
    .optional_if("../../optional"),
    object(PODS, "{pod}.volumes[*].projected.sources[*].secret.name", "", "secrets")
        .optional_if("optional"),
    rule(
        PODS,
        "{pod}.volumes[*].projected.sources[*].secret.items[*].key",
        To::Key("", "secrets", "../../name"),
    )
    .optional_if("../../optional"),
    special(
        PODS,
        "{pod}.volumes[*].downwardAPI.items[*].fieldRef.fieldPath",
        Special::Field,
    ),
    special(
        PODS,
        "{pod}.volumes[*].projected.sources[*].downwardAPI.items[*].fieldRef.fieldPath",
        Special::Field,
    ),
    rule(
        PODS,
        "{pod}.volumes[*].downwardAPI.items[*].resourceFieldRef.containerName",
        To::Item("{pod}.containers|initContainers"),
    ),
    rule(
        PODS,
        "{pod}.volumes[*].projected.sources[*].downwardAPI.items[*].resourceFieldRef.containerName",
        To::Item("{pod}.containers|initContainers"),
    ),
    object(
        PODS,
        "{pod}.volumes[*].projected.sources[*].clusterTrustBundle.name",
        "certificates.k8s.io",
        "clustertrustbundles",
    )
    .optional_if("optional"),
    rule(
        PODS,
        "{pod}.volumes[*].projected.sources[*].clusterTrustBundle.signerName",
        To::WithField("certificates.k8s.io", "clustertrustbundles", "spec.signerName"),
    ),
    object(
        PODS,
        "{pod}.volumes[*].persistentVolumeClaim.claimName",
        "",
        "persistentvolumeclaims",
    ),
    special("Pod", "spec.volumes[*].ephemeral", Special::EphemeralClaim).may_be(),
    object(
        PODS,
        "{pod}.volumes[*].ephemeral.volumeClaimTemplate.spec.storageClassName",
        "storage.k8s.io",
        "storageclasses",
    ),
    object(
        PODS,
        "{pod}.volumes[*].ephemeral.volumeClaimTemplate.spec.volumeAttributesClassName",
        "storage.k8s.io",
        "volumeattributesclasses",
    ),
    object(
        PODS,
        "{pod}.volumes[*].ephemeral.volumeClaimTemplate.spec.volumeName",
        "",
        "persistentvolumes",
    ),
    reference(PODS, "{pod}.volumes[*].ephemeral.volumeClaimTemplate.spec.dataSource.name"),
    reference(PODS, "{pod}.volumes[*].ephemeral.volumeClaimTemplate.spec.dataSourceRef.name")
        .within("namespace"),
    object(PODS, "{pod}.volumes[*].csi.driver", "storage.k8s.io", "csidrivers").may_be(),
    object(PODS, "{pod}.volumes[*].csi.nodePublishSecretRef.name", "", "secrets"),
    object(
        PODS,
        "{pod}.volumes[*].cephfs|cinder|flexVolume|iscsi|rbd|scaleIO|storageos.secretRef.name",
        "",
        "secrets",
    ),
    object(PODS, "{pod}.volumes[*].azureFile.secretName", "", "secrets"),
    object(PODS, "{pod}.volumes[*].glusterfs.endpoints", "", "endpoints"),
    // Scheduling.
    selected(PODS, "{pod}.nodeSelector", "", "nodes", Empty::None),
    special(
        PODS,
        "{pod}.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[*]",
        Special::NodeTerm,
    ),
    special(
        PODS,
        "{pod}.affinity.podAffinity|podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[*].labelSelector",
        Special::PodsElsewhere,
    ),
    special(
        PODS,
        "{pod}.affinity.podAffinity|podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[*].podAffinityTerm.labelSelector",
        Special::PodsElsewhere,
    ),
    selected(PODS, "{pod}.topologySpreadConstraints[*].labelSelector", "", "pods", Empty::None),
];
