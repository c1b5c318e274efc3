//! References in objects of real clusters.

use super::on;

/// The recording, the object, the field, and what follows its path.
const EXAMPLES: &[(&str, &str, &str, &str)] = &[
    (
        "cluster",
        "/api/v1/namespaces/shop/pods/frontend-78979fc966-fpzhk",
        ".metadata.ownerReferences[0].name",
        "/apis/apps/v1/namespaces/shop/replicasets/frontend-78979fc966 sure",
    ),
    (
        "cluster",
        "/api/v1/namespaces/shop/pods/frontend-78979fc966-fpzhk",
        ".spec.serviceAccountName",
        "/api/v1/namespaces/shop/serviceaccounts/frontend sure",
    ),
    (
        "cluster",
        "/api/v1/namespaces/shop/pods/frontend-78979fc966-fpzhk",
        ".spec.nodeName",
        "/api/v1/nodes/node1 sure",
    ),
    (
        "cluster",
        "/api/v1/namespaces/shop/pods/frontend-78979fc966-fpzhk",
        ".spec.containers[0].envFrom[1].secretRef.name",
        "/api/v1/namespaces/shop/secrets/db-credentials sure",
    ),
    (
        "cluster",
        "/api/v1/namespaces/shop/pods/frontend-78979fc966-fpzhk",
        ".spec.containers[0].env[14].valueFrom.configMapKeyRef.name",
        "/api/v1/namespaces/shop/configmaps/nope optional",
    ),
    (
        "cluster",
        "/api/v1/namespaces/shop/pods/frontend-78979fc966-fpzhk",
        ".spec.volumes[1].projected.sources[1].configMap.items[0].key",
        "/api/v1/namespaces/shop/configmaps/frontend-config .data['app.properties'] sure",
    ),
    (
        "cluster",
        "/api/v1/namespaces/shop/pods/frontend-78979fc966-fpzhk",
        ".spec.containers[0].volumeMounts[0].name",
        ".spec.volumes[0] sure",
    ),
    (
        "cluster",
        "/apis/rbac.authorization.k8s.io/v1/namespaces/team-a/rolebindings/viewer",
        ".roleRef.name",
        "/apis/rbac.authorization.k8s.io/v1/clusterroles/view sure",
    ),
    (
        "cluster",
        "/apis/rbac.authorization.k8s.io/v1/clusterroles/view",
        ".aggregationRule.clusterRoleSelectors[0]",
        "/apis/rbac.authorization.k8s.io/v1/clusterroles?labelSelector=rbac.authorization.k8s.io%2Faggregate-to-view%3Dtrue sure",
    ),
    (
        "cluster",
        "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices/db-n2zpm",
        ".endpoints[1].targetRef.name",
        "/api/v1/namespaces/shop/pods/db-0 sure",
    ),
    (
        "cluster",
        "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices/db-n2zpm",
        ".metadata.labels['kubernetes.io/service-name']",
        "/api/v1/namespaces/shop/services/db sure",
    ),
    (
        "cluster",
        "/apis/networking.k8s.io/v1/ipaddresses/10.0.0.1",
        ".spec.parentRef.name",
        "/api/v1/namespaces/default/services/kubernetes sure",
    ),
    (
        "cluster",
        "/apis/apps/v1/namespaces/shop/statefulsets/db",
        ".status.currentRevision",
        "/apis/apps/v1/namespaces/shop/controllerrevisions/db-75cf89d6f9 sure",
    ),
    (
        "cluster",
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.factory.example.com",
        ".spec.versions[1].name",
        "/apis/factory.example.com/v1alpha1/widgets sure",
    ),
    (
        "trouble",
        "/api/v1/namespaces/payments/pods/audit",
        ".spec.containers[0].env[0].valueFrom.configMapKeyRef.key",
        "/api/v1/namespaces/payments/configmaps/ledger-config .data.regoin sure no-key",
    ),
    (
        "trouble",
        "/api/v1/namespaces/payments/pods/exporter",
        ".spec.volumes[0].secret.secretName",
        "/api/v1/namespaces/payments/secrets/exporter-keys sure not-found",
    ),
    (
        "trouble",
        "/api/v1/namespaces/payments/pods/archiver",
        ".spec.volumes[0].persistentVolumeClaim.claimName",
        "/api/v1/namespaces/payments/persistentvolumeclaims/archive sure found",
    ),
    (
        "trouble",
        "/api/v1/namespaces/payments/persistentvolumeclaims/archive",
        ".spec.storageClassName",
        "/apis/storage.k8s.io/v1/storageclasses/fast sure not-found",
    ),
    (
        "trouble",
        "/apis/networking.k8s.io/v1/namespaces/payments/ingresses/gateway",
        ".spec.rules[0].http.paths[0].backend.service.port.name",
        "/api/v1/namespaces/payments/services/gateway .spec.ports[name=http] sure found",
    ),
    (
        "trouble",
        "/apis/networking.k8s.io/v1/namespaces/payments/ingresses/gateway",
        ".spec.rules[0].http.paths[1].backend.service.name",
        "/api/v1/namespaces/payments/services/ledgers sure not-found",
    ),
    (
        "trouble",
        "/api/v1/namespaces/payments/services/ledger",
        ".spec.selector",
        "/api/v1/namespaces/payments/pods?labelSelector=app%3Dledgr sure",
    ),
    (
        "trouble",
        "/apis/rbac.authorization.k8s.io/v1/namespaces/payments/rolebindings/ledger",
        ".roleRef.name",
        "/apis/rbac.authorization.k8s.io/v1/namespaces/payments/roles/ledger sure found",
    ),
    (
        "trouble",
        "/apis/rbac.authorization.k8s.io/v1/namespaces/payments/rolebindings/ledger",
        ".subjects[0].name",
        "/api/v1/namespaces/payments/serviceaccounts/ledger sure found",
    ),
    (
        "trouble",
        "/apis/autoscaling/v2/namespaces/payments/horizontalpodautoscalers/gateway",
        ".spec.scaleTargetRef.name",
        "/apis/apps/v1/namespaces/payments/deployments/gateway sure found",
    ),
    (
        "trouble",
        "/api/v1/namespaces/team-a/pods/broken-config",
        ".spec.containers[0].envFrom[0].configMapRef.name",
        "/api/v1/namespaces/team-a/configmaps/missing sure not-found",
    ),
    (
        "trouble",
        "/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io",
        ".spec.service.name",
        "/api/v1/namespaces/kube-system/services/metrics-server sure not-found",
    ),
    (
        "trouble",
        "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node1",
        ".spec.holderIdentity",
        "/api/v1/nodes/node1 may-be found",
    ),
    (
        "trouble",
        "/apis/storage.k8s.io/v1/csinodes/node1",
        ".metadata.ownerReferences[0].name",
        "/api/v1/nodes/node1 sure found",
    ),
    (
        "trouble",
        "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas/kube-scheduler",
        ".spec.priorityLevelConfiguration.name",
        "/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations/workload-high sure found",
    ),
    (
        "trouble",
        "/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/db-from-frontend",
        ".spec.ingress[0].from[0].podSelector",
        "/api/v1/namespaces/shop/pods?labelSelector=app%3Dfrontend sure",
    ),
];

#[test]
fn the_references_of_real_objects_lead_where_they_should() {
    for (recording, object, field, expected) in EXAMPLES {
        let check = if *recording == "cluster" { "" } else { " --check" };
        let (_, out, err) = on(recording, &format!("links {object}{check}"));
        let lines = out.lines().filter_map(|line| line.split_once('\t'));
        let mut found = lines.filter(|(at, _)| at == field);
        let target = found.next().map(|(_, rest)| rest.replace('\t', " "));
        assert_eq!(target.as_deref(), Some(*expected), "{object} {field}\n{out}{err}");
    }
}
