//! Tests of the rows and of the rules on small objects.

use bytes::Bytes;
use serde_json::json;

use super::*;
use crate::k8s::discovery::{DiscoveryContent, DiscoveryPart, parse_groups};

const CORE: &[u8] = include_bytes!("../../../tests/fixtures/k8s/api-aggregated.json");
const APIS: &[u8] = include_bytes!("../../../tests/fixtures/k8s/apis-aggregated.json");

fn discovery() -> Discovery {
    let groups =
        |body| Ok(DiscoveryContent::Groups(parse_groups(&Bytes::from_static(body)).unwrap()));
    let mut discovery = Discovery::default();
    discovery.store(DiscoveryPart::CoreGroup, groups(CORE));
    discovery.store(DiscoveryPart::NamedGroups, groups(APIS));
    discovery
}

/// The lists of an object: label, request and rule.
fn lists(object: &Value) -> Vec<String> {
    let row = |related: &Related| {
        let keep = related.keep.describe().map(|rule| format!(" ({rule})")).unwrap_or_default();
        format!("{}: {}{keep}", related.label, related.request().path_and_query())
    };
    of(object, &discovery()).iter().map(row).collect()
}

#[test]
fn a_cron_job_has_its_jobs_and_events() {
    let object = json!({"apiVersion": "batch/v1", "kind": "CronJob",
        "metadata": {"name": "report", "namespace": "shop", "uid": "u1"}});
    assert_eq!(
        lists(&object),
        [
            "jobs: /apis/batch/v1/namespaces/shop/jobs?includeObject=Metadata (owned by it)",
            "events: /api/v1/namespaces/shop/events?includeObject=None\
         &fieldSelector=involvedObject.uid%3Du1",
        ]
    );
}

#[test]
fn an_empty_selector_lists_nothing_where_it_selects_nothing() {
    let service = |selector: Value| {
        let object = json!({"apiVersion": "v1", "kind": "Service",
            "metadata": {"name": "s", "namespace": "shop", "uid": "u"},
            "spec": {"selector": selector}});
        lists(&object).iter().any(|list| list.starts_with("pods"))
    };
    assert!(service(json!({"app": "web"})));
    assert!(!service(json!({})) && !service(json!(null)) && !service(json!({"app": "a,b"})));
}

#[test]
fn only_what_has_a_scale_has_autoscalers() {
    for (version, kind, has_some) in [
        ("apps/v1", "Deployment", true),
        ("apps/v1", "StatefulSet", true),
        ("apps/v1", "DaemonSet", false),
        ("batch/v1", "Job", false),
    ] {
        let object = json!({"apiVersion": version, "kind": kind,
            "metadata": {"name": "w", "namespace": "shop", "uid": "u"},
            "spec": {"template": {"metadata": {"labels": {"app": "web"}}}}});
        assert_eq!(lists_of(&object, "autoscalers").len(), usize::from(has_some), "{kind}");
    }
}

#[test]
fn the_events_of_a_node_are_found_by_its_name_in_default() {
    let object =
        json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1", "uid": "u"}});
    let lists = lists(&object);
    assert!(
        lists.contains(
            &"events: /api/v1/namespaces/default/events?includeObject=None\
          &fieldSelector=involvedObject.kind%3DNode%2CinvolvedObject.name%3Dn1"
                .to_owned()
        ),
        "{lists:?}"
    );
}

#[test]
fn rules_keep_what_belongs() {
    let owned = json!({"metadata": {"name": "data-db-1", "ownerReferences":
        [{"kind": "ReplicaSet", "name": "web-1", "uid": "u1"}]}});
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec":
        {"containers": [{"env": [{"valueFrom": {"configMapKeyRef": {"name": "c", "key": "k"}}}]}]}});
    let binding = |subject: Value| {
        json!({"roleRef": {"kind": "Role", "name": "r"},
        "subjects": [subject]})
    };
    let account = Keep::Subject("shop".to_owned(), "web".to_owned());
    for (keep, object, expected) in [
        (Keep::OwnedBy("u1".into()), &owned, true),
        (Keep::OwnedBy("u2".into()), &owned, false),
        (Keep::OwnedByPrefix("web-".into()), &owned, true),
        (Keep::OwnedByPrefix("we-".into()), &owned, false),
        (Keep::Numbered(vec!["data-db-".into()]), &owned, true),
        (Keep::Numbered(vec!["data-".into()]), &owned, false),
        (Keep::Names("configmaps", "c".into()), &pod, true),
        (Keep::Names("secrets", "c".into()), &pod, false),
        (Keep::RoleRef("Role".into(), "r".into()), &binding(json!({})), true),
        (Keep::RoleRef("ClusterRole".into(), "r".into()), &binding(json!({})), false),
        (
            account.clone(),
            &binding(json!({"kind": "ServiceAccount", "name": "web",
            "namespace": "shop"})),
            true,
        ),
        (
            account.clone(),
            &binding(json!({"kind": "ServiceAccount", "name": "web",
            "namespace": "other"})),
            false,
        ),
        (
            account.clone(),
            &binding(json!({"kind": "Group", "name": "system:serviceaccounts:shop"})),
            true,
        ),
        (account, &binding(json!({"kind": "User", "name": "web"})), false),
    ] {
        assert_eq!(keep.keeps(object), expected, "{keep:?} {object}");
    }
}

#[test]
fn a_filtered_table_has_the_rows_that_belong() {
    let row = |uid: &str| {
        json!({"cells": [uid], "object":
        {"metadata": {"ownerReferences": [{"uid": uid}]}}})
    };
    let table = json!({"kind": "Table", "rows": [row("a"), row("b")]}).to_string();
    let mut lists = of(
        &json!({"apiVersion": "batch/v1", "kind": "CronJob",
            "metadata": {"name": "report", "namespace": "shop", "uid": "b"}}),
        &discovery(),
    );
    let (filtered, read) = lists.remove(0).filtered(table.into());
    assert_eq!(read, 2);
    let filtered: Value = serde_json::from_slice(&filtered).unwrap();
    assert_eq!(filtered["rows"].as_array().unwrap().len(), 1);
    assert_eq!(filtered["rows"][0]["cells"], json!(["b"]));
}

/// The lists of an object whose labels begin so.
fn lists_of(object: &Value, begin: &str) -> Vec<String> {
    let mut lists = lists(object);
    lists.retain(|list| list.starts_with(begin));
    lists
}

#[test]
fn a_token_has_its_account() {
    let secret = |annotations: Value| {
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "t",
            "namespace": "shop", "uid": "u", "annotations": annotations}})
    };
    let account = "serviceaccounts: /api/v1/namespaces/shop/serviceaccounts";
    let token = secret(json!({"kubernetes.io/service-account.name": "web"}));
    let expected = format!("{account}?includeObject=None&fieldSelector=metadata.name%3Dweb");
    assert_eq!(lists_of(&token, account)[0], expected);
    let users = "serviceaccounts: /api/v1/namespaces/shop/serviceaccounts?includeObject=Object";
    assert!(lists_of(&secret(json!({})), account).iter().all(|list| list.starts_with(users)));
}

fn policy(peers: &Value) -> Value {
    json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
        "metadata": {"name": "p", "namespace": "shop", "uid": "u"},
        "spec": {"podSelector": {}, "ingress": [{"from": peers}]}})
}

#[test]
fn each_selector_of_a_network_policy_has_its_peers() {
    let pods = json!({"matchLabels": {"app": "web"}});
    let team = json!({"matchLabels": {"kubernetes.io/metadata.name": "team-a"}});
    for (peer, expected) in [
        (
            json!({"podSelector": pods}),
            "from pods: /api/v1/namespaces/shop/pods?includeObject=None&labelSelector=app%3Dweb",
        ),
        (
            json!({"namespaceSelector": {"matchLabels": {"env": "dev"}}}),
            "from namespaces: /api/v1/namespaces?includeObject=None&labelSelector=env%3Ddev",
        ),
        (
            json!({"podSelector": pods, "namespaceSelector": team}),
            "from pods: /api/v1/namespaces/team-a/pods?includeObject=None&labelSelector=app%3Dweb",
        ),
        (
            json!({"podSelector": pods, "namespaceSelector": {}}),
            "from pods: /api/v1/pods?includeObject=Metadata&labelSelector=app%3Dweb",
        ),
    ] {
        // The same peer twice is one row.
        let policy = policy(&json!([peer, peer, {"ipBlock": {"cidr": "10.0.0.0/8"}}]));
        assert_eq!(lists_of(&policy, "from"), [expected], "{peer}");
    }
}

#[test]
fn the_peers_of_selected_namespaces_are_known_after_the_namespaces() {
    let policy = policy(&json!([{"podSelector": {"matchLabels": {"app": "web"}},
        "namespaceSelector": {"matchLabels": {"env": "dev"}}}]));
    let lists = of(&policy, &discovery());
    let peers = lists.iter().find(|list| list.label == "from pods").unwrap();
    let request = peers.after.as_ref().unwrap().request().path_and_query();
    assert_eq!(request, "/api/v1/namespaces?labelSelector=env%3Ddev");
    let namespaces = json!({"items": [{"metadata": {"name": "a"}}, {"metadata": {"name": "b"}}]});
    let peers = peers.completed(&namespaces).unwrap();
    assert_eq!(peers.after, None);
    let pod = |namespace: &str| json!({"metadata": {"name": "p", "namespace": namespace}});
    assert!(peers.keep.keeps(&pod("a")) && peers.keep.keeps(&pod("b")));
    assert!(!peers.keep.keeps(&pod("shop")));
    assert_eq!(peers.keep.needs(), "Metadata");
}

#[test]
fn the_pods_of_an_autoscaler_are_those_that_the_scale_of_its_target_selects() {
    let scaler = json!({"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web", "namespace": "shop", "uid": "u"},
        "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}}});
    let lists = of(&scaler, &discovery());
    let pods = lists.iter().find(|list| list.label == "pods").unwrap();
    let scale = pods.after.as_ref().unwrap().request().path_and_query();
    assert_eq!(scale, "/apis/apps/v1/namespaces/shop/deployments/web/scale");
    let pods_of = |scale: Value| pods.completed(&scale);
    let found = pods_of(json!({"status": {"selector": "app=web,tier in (a,b)"}})).unwrap();
    let request = found.request().path_and_query();
    assert!(request.contains("labelSelector=app%3Dweb%2Ctier%20in%20"), "{request}");
    let failure = pods_of(json!({"status": {"replicas": 3}})).unwrap_err();
    assert!(failure.message.ends_with("/web/scale has no selector of pods"), "{failure}");
}

#[test]
fn a_pod_has_rows_for_the_claims_that_were_made_for_it() {
    let pod = |spec: Value| {
        json!({"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": "p", "namespace": "shop", "uid": "u"}, "spec": spec})
    };
    let claims = |spec: Value| {
        let mut lists = lists(&pod(spec));
        lists.retain(|list| list.contains("claims"));
        lists
    };
    assert_eq!(claims(json!({"volumes": [{"name": "data", "emptyDir": {}}]})), [""; 0]);
    assert_eq!(
        claims(json!({"resourceClaims": [{"name": "gpu", "resourceClaimTemplateName": "t"}],
            "volumes": [{"name": "data", "ephemeral": {}}]})),
        [
            "resourceclaims: /apis/resource.k8s.io/v1/namespaces/shop/resourceclaims\
             ?includeObject=Metadata (owned by it)",
            "persistentvolumeclaims: /api/v1/namespaces/shop/persistentvolumeclaims\
             ?includeObject=Metadata (owned by it)",
        ]
    );
}

#[test]
fn a_device_class_has_the_slices_of_the_drivers_that_it_names() {
    let class = json!({"apiVersion": "resource.k8s.io/v1", "kind": "DeviceClass",
        "metadata": {"name": "gpu", "uid": "u"}, "spec": {"selectors": [
            {"cel": {"expression": "device.driver == 'gpu.example.com' && true"}},
            {"cel": {"expression": "device.attributes['x'].y > 1"}}]}});
    assert_eq!(
        lists_of(&class, "resource"),
        [
            "resourceslices: /apis/resource.k8s.io/v1/resourceslices?includeObject=None\
             &fieldSelector=spec.driver%3Dgpu.example.com",
            "resourceclaims: /apis/resource.k8s.io/v1/resourceclaims?includeObject=Object \
             (naming it)",
        ]
    );
}

#[test]
fn the_parameters_of_an_admission_policy_are_the_objects_of_their_kind() {
    let policy = json!({"apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy", "metadata": {"name": "p", "uid": "u"},
        "spec": {"paramKind": {"apiVersion": "v1", "kind": "ConfigMap"}}});
    let expected = "parameters: /api/v1/configmaps?includeObject=Metadata";
    assert_eq!(lists_of(&policy, "parameters"), [expected]);
}

#[test]
fn a_route_belongs_to_a_service_of_its_own_namespace_unless_it_names_another_one() {
    let route = |backend: Value| {
        json!({"metadata": {"name": "r", "namespace": "shop"},
            "spec": {"rules": [{"backendRefs": [{"name": "other"}, backend]}]}})
    };
    let keep = Keep::Routes("shop".into(), "web".into());
    for (backend, expected) in [
        (json!({"name": "web", "port": 80}), true),
        (json!({"name": "web", "group": "", "kind": "Service", "namespace": "shop"}), true),
        (json!({"name": "web", "namespace": "team-a"}), false),
        (json!({"name": "web", "group": "x.example.com", "kind": "Backend"}), false),
        (json!({"name": "web-2"}), false),
    ] {
        assert_eq!(keep.keeps(&route(backend.clone())), expected, "{backend}");
    }
    let mirror = json!({"metadata": {"namespace": "shop"}, "spec": {"rules": [{"filters": [
        {"requestMirror": {"backendRef": {"name": "web"}}}]}]}});
    assert!(keep.keeps(&mirror));
}

#[test]
fn a_service_has_a_list_of_each_kind_of_route_that_is_served() {
    let route = |version: &str, plural: &str| {
        json!({"resource": plural, "scope": "Namespaced", "singularResource": "",
            "verbs": ["get", "list"], "responseKind":
            {"group": "gateway.networking.k8s.io", "version": version, "kind": "Route"}})
    };
    let group = json!({"kind": "APIGroupDiscoveryList", "items": [{
        "metadata": {"name": "gateway.networking.k8s.io"}, "versions": [
            {"version": "v1", "resources": [route("v1", "httproutes"), route("v1", "gateways")]},
            {"version": "v1alpha2", "resources": [route("v1alpha2", "httproutes"),
                route("v1alpha2", "tcproutes")]}]}]});
    let groups = parse_groups(&group.to_string().into()).unwrap();
    let mut discovery = Discovery::default();
    discovery.store(DiscoveryPart::NamedGroups, Ok(DiscoveryContent::Groups(groups)));
    let service = json!({"apiVersion": "v1", "kind": "Service",
        "metadata": {"name": "web", "namespace": "shop", "uid": "u"}, "spec": {}});
    let lists = of(&service, &discovery);
    let paths: Vec<String> = lists.iter().map(|list| list.path().to_string()).collect();
    assert_eq!(
        paths,
        [
            "/apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes",
            "/apis/gateway.networking.k8s.io/v1alpha2/namespaces/shop/tcproutes",
        ]
    );
    assert!(lists.iter().all(Related::is_use));
}

#[test]
fn the_targets_of_an_object_are_each_listed_once() {
    let labels = |object: &Value| -> Vec<String> {
        let targets = targets(object, &discovery()).unwrap();
        targets.lists.iter().map(|list| list.label.clone()).collect()
    };
    let service = |name: &str| json!({"service": {"name": name, "port": {"number": 80}}});
    let ingress = json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
        "metadata": {"name": "i", "namespace": "shop"}, "spec": {
        "ingressClassName": "nginx", "tls": [{"secretName": "cert"}],
        "rules": [{"http": {"paths": [{"backend": service("web")}, {"backend": service("web")}]}}]}});
    assert_eq!(labels(&ingress), ["ingressclasses/nginx", "services/web", "secrets/cert"]);
    let binding = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
        "metadata": {"name": "b", "namespace": "shop"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
            "name": "system:auth-delegator"},
        "subjects": [{"kind": "ServiceAccount", "name": "web", "namespace": "team-a"},
            {"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "jane"}]});
    assert_eq!(
        labels(&binding),
        ["clusterroles/system:auth-delegator", "serviceaccounts/web -n team-a"]
    );
    let hooks = json!({"apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "w"},
        "webhooks": [{"clientConfig": {"service": {"name": "hook", "namespace": "ops"}}}]});
    assert_eq!(labels(&hooks), ["services/hook -n ops"]);
    let claim = json!({"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim",
        "metadata": {"name": "c", "namespace": "shop"},
        "status": {"reservedFor": [{"resource": "pods", "name": "p", "uid": "u"}]}});
    assert_eq!(labels(&claim), ["pods/p"]);
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}});
    assert_eq!(targets(&pod, &discovery()), None);
}

#[test]
fn users_are_listed_with_the_place_at_which_they_name_the_object() {
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": "c", "namespace": "shop", "uid": "u"}});
    let users = of(&map, &discovery()).remove(0);
    let pod = |name: &str, env: Value| {
        json!({"cells": [name, "Running"], "object": {"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name}, "spec": {"containers": [{"env": env}]}}})
    };
    let key = |name: &str| json!({"name": name, "valueFrom": {"configMapKeyRef": {"name": "c", "key": "k"}}});
    let columns = json!([{"name": "Name", "format": "name"}, {"name": "Status"}]);
    let table = json!({"kind": "Table", "columnDefinitions": columns, "rows": [
        pod("a", json!([key("LEVEL")])), pod("b", json!([])),
        pod("c", json!([key("A"), key("B"), key("C")]))]});
    let (body, read) = users.filtered(table.to_string().into());
    let table: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(read, 3);
    assert_eq!(table["columnDefinitions"][2]["name"], "Where");
    assert_eq!(table["rows"][0]["cells"], json!(["a", "Running", "env LEVEL"]));
    assert_eq!(table["rows"][1]["cells"], json!(["c", "Running", "env A +2"]));
    // Changes have the same column.
    let event = json!({"type": "MODIFIED", "object": {"kind": "Table",
        "rows": [pod("a", json!([key("LEVEL")]))]}});
    let changed: Value = serde_json::from_slice(&users.changed(event.to_string().into())).unwrap();
    assert_eq!(changed["type"], "MODIFIED");
    assert_eq!(changed["object"]["rows"][0]["cells"], json!(["a", "Running", "env LEVEL"]));
}

#[test]
fn bindings_are_listed_with_the_subject_that_is_the_account() {
    let binding = |subjects: Value| json!({"subjects": subjects});
    let keep = Keep::Subject("shop".into(), "web".into());
    let group = json!({"kind": "Group", "name": "system:serviceaccounts"});
    let own = json!({"kind": "ServiceAccount", "name": "web", "namespace": "shop"});
    let place = |subjects: Value| keep.place(&binding(subjects));
    assert_eq!(place(json!([group])), "via group system:serviceaccounts");
    assert_eq!(place(json!([own, group])), "by its name +1");
}

#[test]
fn whatever_has_a_template_of_pods_is_among_the_users_of_what_pods_name() {
    let workloads = [
        "deployments",
        "statefulsets",
        "daemonsets",
        "cronjobs",
        "jobs",
        "replicasets",
        "replicationcontrollers",
    ];
    for kind in ["ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount"] {
        let object = json!({"apiVersion": "v1", "kind": kind,
            "metadata": {"name": "c", "namespace": "shop", "uid": "u"}});
        let lists = of(&object, &discovery());
        let of_templates = lists.iter().filter(|list| workloads.contains(&list.label.as_str()));
        let labels: Vec<&str> = of_templates.clone().map(|list| list.label.as_str()).collect();
        assert_eq!(labels, workloads, "{kind}");
        assert!(of_templates.clone().all(Related::is_use), "{kind}");
    }
}

#[test]
fn a_list_that_the_server_selects_by_a_field_says_what_it_means() {
    let words = |object: Value, label: &str| {
        let lists = of(&object, &discovery());
        lists.iter().find(|list| list.label == label).unwrap().describe()
    };
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount",
        "metadata": {"name": "web", "namespace": "shop", "uid": "u"}});
    assert_eq!(words(account.clone(), "pods"), "running as it");
    assert_eq!(words(account.clone(), "token secrets"), "naming it");
    assert_eq!(words(account, "events"), "about it");
    let node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1", "uid": "u"}});
    assert_eq!(words(node.clone(), "pods"), "on it");
    assert_eq!(words(node, "csinodes"), "n1");
}

#[test]
fn a_replica_set_is_a_user_unless_another_object_controls_it() {
    let claim = json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data", "namespace": "shop", "uid": "u"}});
    let lists = of(&claim, &discovery());
    let sets = lists.iter().find(|list| list.label == "replicasets").unwrap();
    let set = |owners: Value, claim: &str| {
        json!({"apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": {"name": "web", "ownerReferences": owners},
            "spec": {"template": {"spec": {"volumes":
                [{"name": "v", "persistentVolumeClaim": {"claimName": claim}}]}}}})
    };
    let owner = |is_controller: bool| json!([{"uid": "d", "controller": is_controller}]);
    for (object, expected) in [
        (set(json!([]), "data"), true),
        (set(json!(null), "data"), true),
        (set(owner(false), "data"), true),
        (set(owner(true), "data"), false),
        (set(json!([]), "other"), false),
    ] {
        assert_eq!(sets.keep.keeps(&object), expected, "{object}");
    }
    assert_eq!(sets.keep.place(&set(json!([]), "data")), "volume v");
}
