//! Who set a field, after `managedFields` as servers write them.

use crate::support::recordings::CLUSTER;
use jiff::Timestamp;
use kubewalk::object::managers::{Managers, last_write, sentence};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::cli::{Run, run};

fn now() -> Timestamp {
    "2026-11-26T10:02:00Z".parse().unwrap()
}

fn entry(manager: &str, subresource: &str, time: &str, fields: Value) -> Value {
    let mut entry = json!({
        "manager": manager, "operation": "Update", "apiVersion": "apps/v1",
        "fieldsType": "FieldsV1",
    });
    entry["fieldsV1"] = fields;
    if !subresource.is_empty() {
        entry["subresource"] = subresource.into();
    }
    if !time.is_empty() {
        entry["time"] = format!("2026-11-26T{time}Z").into();
    }
    entry
}

/// A Deployment that was applied, scaled, changed by a rollout and written by its controller.
fn gateway() -> Value {
    let applied = json!({
        "f:metadata": {"f:annotations": {".": {}}, "f:labels": {".": {}, "f:app": {}}},
        "f:spec": {
            "f:selector": {},
            "f:template": {
                "f:metadata": {"f:labels": {".": {}, "f:app": {}}},
                "f:spec": {
                    "f:containers": {"k:{\"name\":\"gateway\"}": {
                        ".": {},
                        "f:name": {},
                        "f:ports": {
                            ".": {},
                            "k:{\"containerPort\":8080,\"protocol\":\"TCP\"}":
                                {".": {}, "f:containerPort": {}, "f:protocol": {}},
                        },
                    }},
                    "f:volumes": {".": {}, "k:{\"name\":\"podinfo\"}": {
                        ".": {}, "f:downwardAPI": {".": {}, "f:items": {}}, "f:name": {},
                    }},
                },
            },
        },
    });
    let changed = json!({
        "f:metadata": {"f:annotations": {"f:kubernetes.io/change-cause": {}}},
        "f:spec": {"f:template": {
            "f:metadata": {"f:labels": {"f:version": {}}},
            "f:spec": {"f:containers": {"k:{\"name\":\"gateway\"}": {"f:image": {}}}},
        }},
    });
    let written = json!({
        "f:metadata": {"f:annotations": {"f:deployment.kubernetes.io/revision": {}}},
        "f:status": {"f:replicas": {}},
    });
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": "gateway",
            "uid": "1",
            "labels": {"app": "gateway"},
            "annotations": {
                "kubernetes.io/change-cause": "gateway 1.7",
                "deployment.kubernetes.io/revision": "3",
            },
            "managedFields": [
                entry("kubectl", "scale", "", json!({"f:spec": {"f:replicas": {}}})),
                entry("kubectl-client-side-apply", "", "09:37:07", applied),
                entry("kubectl", "", "09:41:25", changed),
                entry("kube-controller-manager", "status", "09:42:03", written),
            ],
        },
        "spec": {
            "replicas": 3,
            "selector": {"matchLabels": {"app": "gateway"}},
            "template": {
                "metadata": {"labels": {"app": "gateway", "version": "1.7"}},
                "spec": {
                    "containers": [{
                        "name": "gateway",
                        "image": "busybox:1.35",
                        "ports": [{"containerPort": 8080, "protocol": "TCP"}],
                    }],
                    "volumes": [{"name": "podinfo", "downwardAPI": {"items": [{"path": "labels"}]}}],
                },
            },
        },
        "status": {"replicas": 3},
    })
}

fn who(object: &Value, path: &str) -> String {
    sentence(&Managers::of(object).owners(path), now(), None)
}

#[test]
fn every_line_of_a_deployment_has_the_manager_that_set_it() {
    let gateway = gateway();
    let applied = "set by kubectl-client-side-apply (Update), 24m ago or before";
    let changed = "set by kubectl (Update), 20m ago or before";
    for (path, expected) in [
        (".spec.replicas", "set by kubectl (Update, scale), no time recorded"),
        (".spec.template.spec.containers[0].image", changed),
        (".spec.template.spec.containers[0]", applied),
        (".spec.template.metadata.labels.version", changed),
        (".spec.template.metadata.labels.app", applied),
        (".spec.template.metadata.labels", applied),
        (".metadata.annotations['kubernetes.io/change-cause']", changed),
        (
            ".metadata.annotations['deployment.kubernetes.io/revision']",
            "set by kube-controller-manager (Update, status), 19m ago or before",
        ),
        (
            ".spec.selector.matchLabels.app",
            "within a map set as a whole by kubectl-client-side-apply (Update), 24m ago or before",
        ),
        (".spec.template.spec.containers[0].ports[0].protocol", applied),
        (
            ".spec.template.spec.volumes[0].downwardAPI.items[0].path",
            "within a list set as a whole by kubectl-client-side-apply (Update), 24m ago or before",
        ),
        (".kind", "not tracked: the server writes it"),
        (".metadata.uid", "not tracked: the server writes it"),
        (".metadata.managedFields[0].manager", "not tracked: the server writes it"),
        (".spec.template", "contains fields of 2 managers"),
        (".spec.paused", "no manager recorded"),
    ] {
        assert_eq!(who(&gateway, path), expected, "{path}");
    }
}

#[test]
fn a_port_without_a_protocol_matches_the_key_with_tcp() {
    let mut gateway = gateway();
    let port = &mut gateway["spec"]["template"]["spec"]["containers"][0]["ports"][0];
    port.as_object_mut().unwrap().remove("protocol");
    let path = ".spec.template.spec.containers[0].ports[0].containerPort";
    assert_eq!(who(&gateway, path), "set by kubectl-client-side-apply (Update), 24m ago or before");
}

/// An object of one entry, or several.
fn object(fields: Value, entries: &[Value]) -> Value {
    let mut object = json!({"apiVersion": "apps/v1", "kind": "X"});
    let Value::Object(fields) = fields else { panic!("{fields}") };
    object.as_object_mut().unwrap().extend(fields);
    object["metadata"]["managedFields"] = entries.into();
    object
}

#[test]
fn several_owners_are_listed_the_latest_first() {
    let owns = |manager: &str, time: &str, fields: Value| {
        let mut entry =
            entry(manager, "status", time, json!({"f:status": {"f:conditions": fields}}));
        entry["operation"] = "Apply".into();
        entry
    };
    let element = "k:{\"type\":\"Ready\"}";
    let both = json!({element: {".": {}, "f:status": {}}});
    let one = json!({element: {".": {}, "f:status": {}, "f:message": {}}});
    let conditions =
        json!({"status": {"conditions": [{"type": "Ready", "status": "True", "message": ""}]}});
    let object = object(
        conditions,
        &[owns("first", "09:00:00", both), owns("service-cidr-controller", "10:00:00", one)],
    );
    assert_eq!(
        who(&object, ".status.conditions[0].status"),
        "applied by service-cidr-controller (status), 2m ago or before, and 1 more"
    );
    assert_eq!(
        who(&object, ".status.conditions[0].message"),
        "applied by service-cidr-controller (status), 2m ago or before"
    );
    assert_eq!(who(&object, ".status.conditions[0].type"), "no manager recorded");
}

#[test]
fn items_are_found_by_their_value_or_as_a_whole() {
    let finalizers = json!({"f:metadata": {
        "f:finalizers": {".": {}, "v:\"x/finalizer\"": {}},
        "f:ownerReferences": {".": {}, "k:{\"uid\":\"u-1\"}": {}},
    }});
    let metadata = json!({"metadata": {
        "finalizers": ["x/finalizer", "other"],
        "ownerReferences": [{"uid": "u-1", "name": "web"}],
    }});
    let object = object(metadata, &[entry("m", "", "10:00:00", finalizers)]);
    assert_eq!(who(&object, ".metadata.finalizers[0]"), "set by m (Update), 2m ago or before");
    assert_eq!(who(&object, ".metadata.finalizers[1]"), "no manager recorded");
    assert_eq!(
        who(&object, ".metadata.ownerReferences[0].name"),
        "within an item set as a whole by m (Update), 2m ago or before"
    );
}

#[test]
fn an_entry_in_the_words_of_another_version_is_named_and_not_matched() {
    let mut scheduler = entry(
        "kube-scheduler",
        "",
        "10:00:00",
        json!({"f:note": {}, "f:regarding": {"f:kind": {}, "f:name": {}}, "f:reason": {}}),
    );
    scheduler["apiVersion"] = "events.k8s.io/v1".into();
    let mut event = object(json!({"message": "x", "reason": "Scheduled"}), &[scheduler]);
    event["apiVersion"] = "v1".into();
    assert_eq!(who(&event, ".message"), "recorded for events.k8s.io/v1, this is v1");
}

#[test]
fn an_object_without_managed_fields_says_so() {
    assert_eq!(who(&json!({"kind": "Pod"}), ".kind"), "no managedFields");
}

#[test]
fn the_last_write_is_that_of_the_newest_owner_with_a_time() {
    let gateway = gateway();
    let write = last_write(&gateway, ".spec.template.spec.containers[0].image").unwrap();
    assert_eq!((write.manager, write.time), ("kubectl", "2026-11-26T09:41:25Z"));
    assert_eq!(last_write(&gateway, ".spec.replicas"), None, "it has no time");
}

fn get(arguments: &[&str]) -> Run {
    run(&["get"].into_iter().chain(arguments.iter().copied()).collect::<Vec<_>>())
}

#[test]
fn get_prints_managers_with_their_full_names_beside_the_lines() {
    let arguments = ["deploy/gateway", "-n", "payments", "--managers", "--replay"];
    let replay = crate::cli::fixture("trouble.har.gz");
    let Run { out, err, code } = get(&[&arguments[..], &[&replay]].concat());
    assert_eq!((code, err.as_str()), (0, ""));
    let line = |text: &str| {
        out.lines().find(|line| line.ends_with(text)).unwrap_or_else(|| panic!("{out}"))
    };
    assert!(line("│ kind: Deployment").starts_with("· "), "{out}");
    assert!(line("│   replicas: 3").starts_with("kubectl (Update, scale) "), "{out}");
    assert!(!out.contains("managedFields"), "{out}");
}

#[test]
fn get_prints_managers_as_json_records() {
    let Run { out, code, .. } =
        get(&["po/db-0", "-n", "shop", "--managers", "-o", "json", "--replay", CLUSTER]);
    assert_eq!(code, 0);
    let records: Vec<Value> = serde_json::from_str(&out).unwrap();
    let record = records.iter().find(|it| it["path"] == ".spec.containers[0].image").unwrap();
    assert_eq!(record["how"], "field");
    assert_eq!(record["managers"][0]["manager"], "kube-controller-manager");
    assert_eq!(record["managers"][0]["operation"], "Update");
    let kind = records.iter().find(|it| it["path"] == ".kind").unwrap();
    assert_eq!(kind["how"], "none");
}

/// Tries of `fieldsV1`, well formed or not.
fn fields() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![Just(json!({})), Just(json!(1)), Just(json!(null)), Just(json!([]))];
    let element = prop_oneof![
        "f:[a-c]",
        Just(".".to_owned()),
        Just("k:{\"name\":\"a\"}".to_owned()),
        Just("v:1".to_owned()),
        "[kvi]:.{0,4}",
        ".{0,3}",
    ];
    leaf.prop_recursive(4, 32, 4, move |inner| {
        let map = proptest::collection::vec((element.clone(), inner), 0..4);
        map.prop_map(|pairs| Value::Object(pairs.into_iter().collect()))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_managed_fields_and_no_path_cause_a_panic(fields in fields(), path in "(\\.[a-c]|\\[[01]\\]|\\['.\\)){0,4}") {
        let spec = json!({"a": [{"name": "a"}, 1], "b": {"c": 1}});
        let object = object(spec, &[entry("m", "", "10:00:00", fields)]);
        prop_assert!(!who(&object, &path).is_empty());
    }
}
