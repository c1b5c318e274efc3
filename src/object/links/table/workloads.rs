//! What workloads, their scaling, and the objects of the network refer to.

use crate::object::links::rule::{
    Empty, Rule, Special, To, object, reference, rule, selected, special,
};

pub(super) const TABLE: &[Rule] = &[
    // Workloads.
    selected(
        "apps/Deployment apps/ReplicaSet apps/StatefulSet apps/DaemonSet batch/Job",
        "spec.selector",
        "",
        "pods",
        Empty::None,
    ),
    object("apps/StatefulSet", "spec.serviceName", "", "services").optional(),
    object("apps/StatefulSet", "status.currentRevision", "apps", "controllerrevisions"),
    object("apps/StatefulSet", "status.updateRevision", "apps", "controllerrevisions"),
    object(
        "apps/StatefulSet",
        "spec.volumeClaimTemplates[*].spec.storageClassName",
        "storage.k8s.io",
        "storageclasses",
    ),
    object(
        "apps/StatefulSet",
        "spec.volumeClaimTemplates[*].spec.volumeAttributesClassName",
        "storage.k8s.io",
        "volumeattributesclasses",
    ),
    object(
        "apps/StatefulSet",
        "spec.volumeClaimTemplates[*].spec.volumeName",
        "",
        "persistentvolumes",
    ),
    reference("apps/StatefulSet", "spec.volumeClaimTemplates[*].spec.dataSource.name"),
    reference("apps/StatefulSet", "spec.volumeClaimTemplates[*].spec.dataSourceRef.name")
        .within("namespace"),
    reference("batch/CronJob", "status.active[*].name").within("namespace"),
    reference("autoscaling/HorizontalPodAutoscaler", "spec.scaleTargetRef.name"),
    reference("autoscaling/HorizontalPodAutoscaler", "spec.metrics[*].object.describedObject.name"),
    reference(
        "autoscaling/HorizontalPodAutoscaler",
        "status.currentMetrics[*].object.describedObject.name",
    ),
    selected("policy/PodDisruptionBudget", "spec.selector", "", "pods", Empty::All),
    reference("scheduling.k8s.io/Workload", "spec.controllerRef.name"),
    object(
        "scheduling.k8s.io/PodGroup",
        "spec.podGroupTemplateRef.workload.workloadName",
        "scheduling.k8s.io",
        "workloads",
    ),
    // Network.
    object(
        "networking.k8s.io/Ingress",
        "spec.ingressClassName",
        "networking.k8s.io",
        "ingressclasses",
    ),
    object(
        "networking.k8s.io/Ingress",
        "metadata.annotations['kubernetes.io/ingress.class']",
        "networking.k8s.io",
        "ingressclasses",
    )
    .may_be(),
    object("networking.k8s.io/Ingress", "spec.defaultBackend.service.name", "", "services"),
    rule(
        "networking.k8s.io/Ingress",
        "spec.defaultBackend.service.port.name|number",
        To::Port("../name"),
    ),
    reference("networking.k8s.io/Ingress", "spec.defaultBackend.resource.name"),
    object(
        "networking.k8s.io/Ingress",
        "spec.rules[*].http.paths[*].backend.service.name",
        "",
        "services",
    ),
    rule(
        "networking.k8s.io/Ingress",
        "spec.rules[*].http.paths[*].backend.service.port.name|number",
        To::Port("../name"),
    ),
    reference("networking.k8s.io/Ingress", "spec.rules[*].http.paths[*].backend.resource.name"),
    object("networking.k8s.io/Ingress", "spec.tls[*].secretName", "", "secrets"),
    reference("networking.k8s.io/IngressClass", "spec.parameters.name").within("namespace"),
    reference("networking.k8s.io/IPAddress", "spec.parentRef.name").within("namespace"),
    selected("networking.k8s.io/NetworkPolicy", "spec.podSelector", "", "pods", Empty::All),
    special(
        "networking.k8s.io/NetworkPolicy",
        "spec.ingress[*].from[*].podSelector",
        Special::PodsElsewhere,
    ),
    special(
        "networking.k8s.io/NetworkPolicy",
        "spec.egress[*].to[*].podSelector",
        Special::PodsElsewhere,
    ),
    selected(
        "networking.k8s.io/NetworkPolicy",
        "spec.ingress[*].from[*].namespaceSelector",
        "",
        "namespaces",
        Empty::All,
    ),
    selected(
        "networking.k8s.io/NetworkPolicy",
        "spec.egress[*].to[*].namespaceSelector",
        "",
        "namespaces",
        Empty::All,
    ),
    reference("discovery.k8s.io/EndpointSlice", "endpoints[*].targetRef.name").within("namespace"),
    object("discovery.k8s.io/EndpointSlice", "endpoints[*].nodeName", "", "nodes"),
];
