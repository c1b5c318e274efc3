//! Tests of the rules on small objects.

mod fields;

use serde_json::json;

use super::*;
use crate::k8s::discovery::{DiscoveryContent, DiscoveryPart, parse_groups};

/// A group of aggregated discovery: its name, its version, and its resources as plural, kind, scope.
fn group(name: &str, version: &str, resources: &[(&str, &str, &str)]) -> Value {
    let resources: Vec<Value> = resources
        .iter()
        .map(|(plural, kind, scope)| {
            json!({"resource": plural, "scope": scope, "verbs": ["get", "list"],
                   "responseKind": {"kind": kind}, "singularResource": ""})
        })
        .collect();
    let versions = json!([{"version": version, "resources": resources, "freshness": "Current"}]);
    json!({"metadata": {"name": name}, "versions": versions})
}

fn discovery(others: &[Value]) -> Discovery {
    const N: &str = "Namespaced";
    const C: &str = "Cluster";
    let core = group(
        "",
        "v1",
        &[
            ("pods", "Pod", N),
            ("services", "Service", N),
            ("configmaps", "ConfigMap", N),
            ("secrets", "Secret", N),
            ("serviceaccounts", "ServiceAccount", N),
            ("persistentvolumeclaims", "PersistentVolumeClaim", N),
            ("persistentvolumes", "PersistentVolume", C),
            ("namespaces", "Namespace", C),
            ("nodes", "Node", C),
        ],
    );
    let mut named = vec![
        group("apps", "v1", &[("deployments", "Deployment", N), ("replicasets", "ReplicaSet", N)]),
        group(
            "rbac.authorization.k8s.io",
            "v1",
            &[("roles", "Role", N), ("clusterroles", "ClusterRole", C)],
        ),
    ];
    named.extend_from_slice(others);
    let list = |items: Vec<Value>| {
        let list = json!({"kind": "APIGroupDiscoveryList", "items": items}).to_string();
        Ok(DiscoveryContent::Groups(parse_groups(&list.into()).unwrap()))
    };
    let mut discovery = Discovery::default();
    discovery.store(DiscoveryPart::CoreGroup, list(vec![core]));
    discovery.store(DiscoveryPart::NamedGroups, list(named));
    discovery
}

/// The links of an object: path, target, and `?` if it is uncertain.
fn links(object: &Value, discovery: &Discovery) -> Vec<String> {
    let links = Links::find(object, discovery);
    let skipped = [".kind", ".apiVersion", ".metadata.namespace"];
    let links = links.iter().filter(|(at, _)| !skipped.contains(at));
    links
        .map(|(at, link)| format!("{at} {}{}", link.target, if link.is_sure { "" } else { " ?" }))
        .collect()
}

fn custom(spec: &Value) -> Value {
    json!({"apiVersion": "example.com/v1", "kind": "Thing",
           "metadata": {"name": "x", "namespace": "shop"}, "spec": spec})
}

#[test]
fn names_that_no_object_can_have_give_no_link() {
    for name in ["", ".", "..", "a/b/c", "../../x", "a%2Fb", "a b", "a\u{1b}[2J", &"x".repeat(4096)]
    {
        let object = custom(&json!({"secretName": name, "ref": {"apiVersion": "v1", "kind": "Pod",
            "name": name}, "podRef": {"name": name}}));
        assert_eq!(links(&object, &discovery(&[])), [""; 0], "{name:?}");
        let pod = json!({"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": "p", "namespace": "shop"}, "spec": {"nodeName": name,
            "volumes": [{"configMap": {"name": name}}]}});
        assert_eq!(links(&pod, &discovery(&[])), [""; 0], "{name:?}");
    }
}

#[test]
fn a_namespace_that_no_object_can_be_in_gives_no_link() {
    let object = custom(&json!({"secretRef": {"name": "a", "namespace": "../kube-system"}}));
    assert_eq!(links(&object, &discovery(&[])), [""; 0]);
}

#[test]
fn unusual_names_are_percent_encoded() {
    let binding = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
        "metadata": {"name": "b"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io",
        "kind": "ClusterRole", "name": "a?x=1#ü"}});
    assert_eq!(
        links(&binding, &discovery(&[])),
        [".roleRef.name /apis/rbac.authorization.k8s.io/v1/clusterroles/a%3Fx=1%23%C3%BC"]
    );
}

#[test]
fn fields_of_custom_resources_are_understood_by_their_names_and_shapes() {
    let object = custom(&json!({
        "secretName": "tls",
        "auth": {"bootstrapTokenSecretRef": {"name": "boot", "key": "token"}},
        "target": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        "owner": {"kind": "Pod", "name": "p", "namespace": "other"},
        "nodeRef": {"name": "n1"},
        "hostnames": ["a"],
        "unknownRef": {"name": "z"},
        "self": "/api/v1/namespaces/shop/pods/q",
    }));
    assert_eq!(
        links(&object, &discovery(&[])),
        [
            ".spec.auth.bootstrapTokenSecretRef.key /api/v1/namespaces/shop/secrets/boot ?",
            ".spec.auth.bootstrapTokenSecretRef.name /api/v1/namespaces/shop/secrets/boot ?",
            ".spec.nodeRef.name /api/v1/nodes/n1 ?",
            ".spec.owner.name /api/v1/namespaces/other/pods/p",
            ".spec.owner.namespace /api/v1/namespaces/other",
            ".spec.secretName /api/v1/namespaces/shop/secrets/tls ?",
            ".spec.self /api/v1/namespaces/shop/pods/q ?",
            ".spec.target.name /apis/apps/v1/namespaces/shop/deployments/web",
        ]
    );
}

#[test]
fn a_kind_of_two_groups_is_that_of_the_objects_own_group_else_of_core() {
    let knative = group("serving.knative.dev", "v1", &[("services", "Service", "Namespaced")]);
    let discovery = discovery(&[knative]);
    let reference = json!({"target": {"kind": "Service", "name": "s"}});
    let mut object = custom(&reference);
    assert_eq!(
        links(&object, &discovery),
        [".spec.target.name /api/v1/namespaces/shop/services/s"]
    );
    object["apiVersion"] = json!("serving.knative.dev/v1");
    assert_eq!(
        links(&object, &discovery),
        [".spec.target.name /apis/serving.knative.dev/v1/namespaces/shop/services/s"]
    );
}

#[test]
fn a_kind_of_several_other_groups_is_a_choice() {
    let one = group("one.io", "v1", &[("gateways", "Gateway", "Namespaced")]);
    let two = group("two.io", "v1", &[("gateways", "Gateway", "Namespaced")]);
    let object = custom(&json!({"target": {"kind": "Gateway", "name": "g"}}));
    assert_eq!(
        links(&object, &discovery(std::slice::from_ref(&one))),
        [".spec.target.name /apis/one.io/v1/namespaces/shop/gateways/g ?"]
    );
    assert_eq!(
        links(&object, &discovery(&[one, two])),
        [".spec.target.name /apis/one.io/v1/namespaces/shop/gateways/g or \
         /apis/two.io/v1/namespaces/shop/gateways/g ?"]
    );
}

#[test]
fn a_group_that_is_not_served_is_said_and_not_shown_as_a_link() {
    let object = custom(&json!({"ref": {"apiGroup": "gone.io", "kind": "Thing", "name": "t"}}));
    let links = Links::find(&object, &discovery(&[]));
    assert_eq!(links.shown_at(".spec.ref.name"), None);
    let (_, link) = links.followed_at(".spec.ref.name").unwrap();
    assert_eq!(link.target, Target::Nowhere("Thing is not served here".to_owned()));
}

#[test]
fn a_namespaced_target_of_a_cluster_scoped_object_needs_a_namespace() {
    let object = json!({"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "x"},
        "spec": {"target": {"apiVersion": "v1", "kind": "Pod", "name": "p"}}});
    let links = Links::find(&object, &discovery(&[]));
    let (_, link) = links.followed_at(".spec.target.name").unwrap();
    assert_eq!(link.target, Target::Nowhere("The namespace of this Pod is not given".to_owned()));
}

#[test]
fn the_lines_of_a_selector_and_the_key_of_a_reference_follow_too() {
    let service = json!({"apiVersion": "v1", "kind": "Service",
        "metadata": {"name": "s", "namespace": "shop"},
        "spec": {"selector": {"app.kubernetes.io/name": "web"}}});
    let links = Links::find(&service, &discovery(&[]));
    let (at, link) = links.followed_at(".spec.selector['app.kubernetes.io/name']").unwrap();
    assert_eq!(at, ".spec.selector");
    let target = "/api/v1/namespaces/shop/pods?labelSelector=app.kubernetes.io%2Fname%3Dweb";
    assert_eq!(link.target.to_string(), target);
    let binding = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
        "metadata": {"name": "b", "namespace": "shop"}, "roleRef": {"name": "r", "kind": "Role",
        "apiGroup": "rbac.authorization.k8s.io"}});
    let links = Links::find(&binding, &discovery(&[]));
    for path in [".roleRef", ".roleRef.kind", ".roleRef.apiGroup"] {
        assert_eq!(links.followed_at(path).map(|(at, _)| at), Some(".roleRef.name"), "{path}");
    }
}

#[test]
fn an_object_has_at_most_20_000_links() {
    let many: Vec<Value> = (0..30_000).map(|at| json!({"secretName": format!("s{at}")})).collect();
    let links = Links::find(&custom(&json!({"all": many})), &discovery(&[]));
    assert_eq!(links.iter().count(), MAX_LINKS);
}
