//! What the containers of two pods see, compared.

use kubewalk::downward::compare::{ContainerPair, Pair, PairState, compare_views};
use kubewalk::downward::{Lookup, Options, Surroundings, View, compute};
use serde_json::{Value, json};

use super::support::{found, object};

fn pod(name: &str, version: &str) -> Value {
    json!({
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "shop", "uid": name,
            "labels": {"app": "gateway", "version": version}},
        "spec": {"enableServiceLinks": false, "nodeName": "n", "containers": [{"name": "gateway",
            "env": [
                field("POD_NAME", "metadata.name"),
                field("POD_IP", "status.podIP"),
                field("VERSION", "metadata.labels['version']"),
                {"name": "PASSWORD", "valueFrom": {"secretKeyRef":
                    {"name": "s", "key": "password"}}},
                {"name": "DSN", "value": "amqp://$(POD_NAME)@$(POD_IP)/$(PASSWORD)"}],
            "volumeMounts": [{"name": "info", "mountPath": "/etc/podinfo"}]}],
            "volumes": [{"name": "info", "downwardAPI": {"defaultMode": 420, "items": [
                {"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}]}}]},
        "status": {"phase": "Running", "podIPs": [{"ip": format!("10.0.0.{}", name.len())}]},
    })
}

fn field(name: &str, path: &str) -> Value {
    json!({"name": name, "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": path}}})
}

fn view(pod: &Value, password: &str) -> View {
    let secret =
        json!({"kind": "Secret", "metadata": {"name": "s"}, "data": {"password": password}});
    let around = Surroundings {
        kubernetes: Lookup::Missing,
        secrets: [("s".to_owned(), found(&secret))].into(),
        ..Surroundings::default()
    };
    compute(&object(pod), &around, Options::default())
}

fn one(left: &View, right: &View) -> ContainerPair {
    let mut pairs = compare_views(left, right);
    assert_eq!(pairs.len(), 1);
    pairs.remove(0)
}

fn row<'p>(pair: &'p ContainerPair, name: &str) -> &'p Pair {
    pair.rows.iter().find(|row| row.name == name).unwrap()
}

#[test]
fn two_pods_of_one_template_differ_only_in_rows_per_pod() {
    let pair = one(&view(&pod("a", "1"), "eA=="), &view(&pod("bb", "1"), "eA=="));
    assert_eq!(pair.differences(), 0, "{:#?}", pair.rows);
    for name in ["POD_NAME", "POD_IP"] {
        assert!(row(&pair, name).is_per_pod);
        assert_eq!(row(&pair, name).state, PairState::Different);
    }
}

#[test]
fn a_value_that_uses_a_variable_per_pod_differs_only_if_something_else_does() {
    let (left, right) = (view(&pod("a", "1"), "eA=="), view(&pod("bb", "1"), "eA=="));
    let pair = one(&left, &right);
    assert_eq!(row(&pair, "DSN").state, PairState::Equal);
    assert!(!row(&pair, "DSN").is_per_pod);
}

#[test]
fn a_label_differs_in_the_environment_and_in_the_file() {
    let pair = one(&view(&pod("a", "1.7"), "eA=="), &view(&pod("b", "1.8"), "eA=="));
    assert_eq!(row(&pair, "VERSION").state, PairState::Different);
    assert_eq!(row(&pair, "/etc/podinfo/labels").state, PairState::Different);
    assert_eq!(pair.differences(), 2, "{:#?}", pair.rows);
}

#[test]
fn secrets_are_compared_by_their_bytes() {
    let pair = one(&view(&pod("a", "1"), "eA=="), &view(&pod("b", "1"), "eQ=="));
    assert_eq!(row(&pair, "PASSWORD").state, PairState::Different);
    let content = row(&pair, "PASSWORD").left.as_ref().unwrap().content.as_ref().unwrap();
    assert_eq!(content.secret, vec![0..1]);
}

#[test]
fn what_only_one_pod_has_is_on_its_side() {
    let mut other = pod("b", "1");
    other["spec"]["containers"][0]["env"].as_array_mut().unwrap().remove(2);
    other["spec"]["containers"][0]["env"].as_array_mut().unwrap().push(json!(
        {"name": "NEW", "value": "x"}));
    let pair = one(&view(&pod("a", "1"), "eA=="), &view(&other, "eA=="));
    assert_eq!(row(&pair, "VERSION").state, PairState::OnlyLeft);
    assert_eq!(row(&pair, "NEW").state, PairState::OnlyRight);
}

#[test]
fn a_value_that_is_not_known_on_one_side_is_no_difference() {
    let known = view(&pod("a", "1"), "eA==");
    let around = Surroundings { kubernetes: Lookup::Missing, ..Surroundings::default() };
    let unknown = compute(&object(&pod("b", "1")), &around, Options::default());
    let pair = one(&known, &unknown);
    assert_eq!(row(&pair, "PASSWORD").state, PairState::Unknown);
    assert_eq!(pair.differences(), 0);
}

#[test]
fn what_the_image_decides_is_unknown_on_both_sides() {
    let pair = one(&view(&pod("a", "1"), "eA=="), &view(&pod("b", "1"), "eA=="));
    assert!(row(&pair, "user").is_unknown_on_both_sides());
    assert!(!row(&pair, "VERSION").is_unknown_on_both_sides());
}

#[test]
fn the_only_containers_are_paired_whatever_their_names() {
    let mut other = pod("b", "1");
    other["spec"]["containers"][0]["name"] = json!("ledger");
    let pair = one(&view(&pod("a", "1"), "eA=="), &view(&other, "eA=="));
    assert_eq!((pair.left.as_deref(), pair.right.as_deref()), (Some("gateway"), Some("ledger")));
    other["spec"]["containers"].as_array_mut().unwrap().push(json!({"name": "second"}));
    let pairs = compare_views(&view(&pod("a", "1"), "eA=="), &view(&other, "eA=="));
    assert_eq!(pairs.len(), 3);
}
