//! The differences between recorded objects, and between small ones with one peculiarity each.

use kubewalk::k8s::path::ApiPath;
use kubewalk::k8s::request::{Form, Request};
use kubewalk::object::diff::{Diff, Difference, Group, Options, diff, inline};
use kubewalk::object::path::{list, text};
use serde_json::{Value, json};

use crate::health::rollout::{bodies, steps};
use crate::support::app::App;

/// An object of the last recorded list of the rollout.
pub(super) fn at_the_end(collection: &str, name: &str) -> Value {
    let bodies = bodies(collection, false, false);
    let body: Value = serde_json::from_str(bodies.last().unwrap()).unwrap();
    let kind = text(&body, ".kind").trim_end_matches("List").to_owned();
    let mut items = list(&body, ".items").iter();
    let found = items.find(|item| text(item, ".metadata.name") == name);
    let mut found = found.unwrap_or_else(|| panic!("no {name}")).clone();
    found["kind"] = json!(kind);
    found
}

/// A version of the Deployment `gateway` from the recorded watch.
pub(super) fn gateway(version: &str) -> Value {
    let mut steps = steps("/deployments", "gateway").into_iter();
    steps.find(|it| text(it, ".metadata.resourceVersion") == version).unwrap()
}

fn of_demo(path: &str) -> Value {
    let request = Request::get(ApiPath::parse(path), Form::Json);
    serde_json::from_slice(&App::demo().exchange(&request).body).unwrap()
}

fn line(row: &Difference) -> String {
    let side = |value: &Option<Value>| value.as_ref().map_or_else(|| "–".to_owned(), inline);
    format!("{} {} {} → {}", row.op.name(), row.path, side(&row.left), side(&row.right))
}

/// The differences that count, a line each.
pub(super) fn lines(found: &Diff) -> Vec<String> {
    found.differences().map(line).collect()
}

fn plain(left: &Value, right: &Value) -> Diff {
    diff(left, right, &Options::default())
}

fn keeping(groups: &[Group]) -> Options {
    Options { kept: groups.to_vec(), ..Options::default() }
}

/// The number of differences that are left out, with their groups.
fn left_out(found: &Diff) -> String {
    found.left_out_text().unwrap_or_default()
}

#[test]
fn pods_of_one_replica_set_are_the_same() {
    let pods = ["gateway-775545c9cc-d8hgc", "gateway-775545c9cc-flzgz"];
    let [left, right] = pods.map(|name| at_the_end("/pods", name));
    let found = plain(&left, &right);
    assert_eq!(lines(&found), [""; 0]);
    assert_eq!(left_out(&found), "10 (names 4, server 3, node 3)");
}

#[test]
fn pods_of_one_stateful_set_are_the_same() {
    let [left, right] =
        ["db-0", "db-1"].map(|name| of_demo(&format!("/api/v1/namespaces/shop/pods/{name}")));
    let found = plain(&left, &right);
    assert_eq!(lines(&found), [""; 0]);
    assert_eq!(left_out(&found), "23 (status 8, names 7, server 4, node 4)");
}

#[test]
fn an_undone_rollout_differs_in_its_template_and_the_cause() {
    let found = plain(&gateway("22378"), &gateway("22385"));
    assert_eq!(
        lines(&found),
        [
            r#"change .metadata.annotations['kubernetes.io/change-cause'] "gateway 1.8" → "gateway 1.7""#,
            r#"change .spec.template.metadata.labels.version "1.8" → "1.7""#,
            "change .spec.template.spec.containers[name=gateway].image registry.example.com/gateway:1.8 → busybox:1.35",
        ]
    );
    assert_eq!(left_out(&found), "3 (server 3)");
}

#[test]
fn between_versions_of_one_object_the_status_counts() {
    let found = plain(&gateway("22221"), &gateway("22453"));
    assert_eq!(
        lines(&found),
        [
            r#"change .metadata.annotations['kubernetes.io/change-cause'] "gateway 1.8" → "gateway 1.7""#,
            r#"change .spec.template.metadata.labels.version "1.8" → "1.7""#,
            "change .spec.template.spec.containers[name=gateway].image registry.example.com/gateway:1.8 → busybox:1.35",
            "change .status.terminatingReplicas 0 → 1",
            "change .status.conditions[type=Progressing].lastUpdateTime 2026-11-26T10:45:12Z → 2026-11-26T10:49:04Z",
            "change .status.conditions[type=Progressing].lastTransitionTime 2026-11-26T10:45:10Z → 2026-11-26T10:48:59Z",
        ]
    );
    assert_eq!(left_out(&found), "5 (server 4, applied 1)");
}

#[test]
fn the_only_containers_of_two_deployments_are_compared_with_each_other() {
    let [left, right] = ["gateway", "ledger"].map(|name| at_the_end("/deployments", name));
    let found = plain(&left, &right);
    assert_eq!(
        lines(&found),
        [
            "change .metadata.labels.app gateway → ledger",
            r#"remove .metadata.annotations['kubernetes.io/change-cause'] "gateway 1.7" → –"#,
            "change .spec.replicas 3 → 2",
            "change .spec.selector.matchLabels.app gateway → ledger",
            "change .spec.template.metadata.labels.app gateway → ledger",
            r#"change .spec.template.metadata.labels.version "1.7" → v1"#,
            r#"remove .spec.template.spec.volumes [{"name":"podinfo","downwardAPI":{"items":[{"path":"labels","fieldRef":{"apiVersion":"v1","fieldPath":"metadata.labels"}}],"defaultMode":420}}] → –"#,
            "change .spec.template.spec.containers[name=gateway → ledger].name gateway → ledger",
            r#"change .spec.template.spec.containers[name=gateway → ledger].command[2] "echo gateway 1.7 on $(POD_NAME); while true; do echo $(date) served; sleep 7; done" → "echo starting ledger v1; echo loading accounts; x=a; while true; do x=$x$x; done""#,
            r#"remove .spec.template.spec.containers[name=gateway → ledger].ports [{"name":"http","containerPort":8080,"protocol":"TCP"}] → –"#,
            r#"remove .spec.template.spec.containers[name=gateway → ledger].env[name=POD_NAME] {"name":"POD_NAME","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"metadata.name"}}} → –"#,
            r#"remove .spec.template.spec.containers[name=gateway → ledger].env[name=VERSION] {"name":"VERSION","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"metadata.labels['version']"}}} → –"#,
            r#"add .spec.template.spec.containers[name=gateway → ledger].env[name=MEMORY_LIMIT] – → {"name":"MEMORY_LIMIT","valueFrom":{"resourceFieldRef":{"resource":"limits.memory","divisor":"1Mi"}}}"#,
            r#"add .spec.template.spec.containers[name=gateway → ledger].env[name=LOG_LEVEL] – → {"name":"LOG_LEVEL","valueFrom":{"configMapKeyRef":{"name":"ledger-config","key":"LOG_LEVEL"}}}"#,
            "change .spec.template.spec.containers[name=gateway → ledger].resources.limits.memory 16Mi → 24Mi",
            "add .spec.template.spec.containers[name=gateway → ledger].resources.limits.cpu – → 200m",
            "change .spec.template.spec.containers[name=gateway → ledger].resources.requests.cpu 5m → 10m",
            "change .spec.template.spec.containers[name=gateway → ledger].resources.requests.memory 4Mi → 12Mi",
            r#"remove .spec.template.spec.containers[name=gateway → ledger].volumeMounts [{"name":"podinfo","mountPath":"/etc/podinfo"}] → –"#,
            r#"remove .spec.template.spec.containers[name=gateway → ledger].readinessProbe {"exec":{"command":["true"]},"timeoutSeconds":1,"periodSeconds":5,"successThreshold":1,"failureThreshold":3} → –"#,
            "add .spec.template.spec.serviceAccountName – → ledger",
            "add .spec.template.spec.serviceAccount – → ledger",
            "change .spec.progressDeadlineSeconds 60 → 600",
        ]
    );
    assert_eq!(left_out(&found), "22 (status 14, server 5, applied 2, names 1)");
}

#[test]
fn replica_sets_of_one_deployment_differ_in_what_was_rolled_out() {
    let sets = ["gateway-5f7cd98cbf", "gateway-775545c9cc"];
    let [left, right] = sets.map(|name| at_the_end("/replicasets", name));
    let found = plain(&left, &right);
    assert_eq!(
        lines(&found),
        [
            r#"change .metadata.labels.version "1.8" → "1.7""#,
            r#"change .metadata.annotations['kubernetes.io/change-cause'] "gateway 1.8" → "gateway 1.7""#,
            "change .spec.replicas 0 → 3",
            r#"change .spec.template.metadata.labels.version "1.8" → "1.7""#,
            "change .spec.template.spec.containers[name=gateway].image registry.example.com/gateway:1.8 → busybox:1.35",
        ]
    );
    assert_eq!(left_out(&found), "19 (server 6, status 5, applied 4, names 4)");
}

#[test]
fn conditions_are_paired_by_their_type() {
    let conditions = |types: [&str; 2]| {
        let conditions = types.map(|it| json!({"type": it, "status": "True"}));
        json!({"kind": "Deployment", "status": {"conditions": conditions}})
    };
    let (left, right) = (["Available", "Progressing"], ["Progressing", "Available"]);
    let found = diff(&conditions(left), &conditions(right), &keeping(&[Group::Status]));
    assert_eq!(lines(&found), [""; 0]);
}

#[test]
fn ports_with_other_numbers_are_paired_by_their_name() {
    let service = |port: u16, ip: &str| {
        let port = json!({"name": "p0-x", "port": port, "protocol": "UDP", "targetPort": port});
        json!({"kind": "Service", "spec": {"clusterIP": ip, "ports": [port]}})
    };
    let found = plain(&service(35018, "10.0.0.1"), &service(34313, "10.0.0.2"));
    assert_eq!(
        lines(&found),
        [
            "change .spec.ports[name=p0-x].port 35018 → 34313",
            "change .spec.ports[name=p0-x].targetPort 35018 → 34313"
        ]
    );
    assert_eq!(left_out(&found), "1 (node 1)");
}

fn pod(container: Value) -> Value {
    let containers = Value::Array(vec![container]);
    json!({"kind": "Pod", "spec": {"containers": containers}})
}

#[test]
fn a_port_without_a_protocol_is_the_one_with_tcp() {
    let left = pod(json!({"name": "a", "ports": [{"containerPort": 8080}]}));
    let right = pod(json!({"name": "a", "ports": [{"containerPort": 8080, "protocol": "TCP"}]}));
    let found = plain(&left, &right);
    assert_eq!(lines(&found), [""; 0]);
    assert_eq!(left_out(&found), "1 (defaults 1)");
}

#[test]
fn another_order_of_the_environment_is_one_difference() {
    let env = |names: [&str; 2]| {
        let env = names.map(|name| json!({"name": name, "value": name}));
        pod(json!({"name": "a", "env": env}))
    };
    let found = plain(&env(["A", "B"]), &env(["B", "A"]));
    let paths: Vec<(&str, &str)> =
        found.differences().map(|row| (row.op.name(), row.path.as_str())).collect();
    assert_eq!(paths, [("order", ".spec.containers[name=a].env")]);
}

#[test]
fn the_same_quantity_is_left_out_however_it_is_written() {
    let cpu = |cpu: Value| pod(json!({"name": "a", "resources": {"limits": {"cpu": cpu}}}));
    for (left, right) in [(json!(0.5), json!("500m")), (json!("1"), json!(1))] {
        let found = plain(&cpu(left), &cpu(right));
        assert_eq!(lines(&found), [""; 0]);
        assert_eq!(left_out(&found), "1 (spelling 1)");
    }
    let found = plain(&cpu(json!("500m")), &cpu(json!("501m")));
    assert_eq!(found.differences().count(), 1);
}

#[test]
fn an_argument_that_was_inserted_is_one_difference() {
    let args = |args: &[&str]| pod(json!({"name": "a", "args": args}));
    let found = plain(&args(&["a", "b", "c"]), &args(&["a", "x", "b", "c"]));
    assert_eq!(lines(&found), ["add .spec.containers[name=a].args[1] – → x"]);
    let found = plain(&args(&["a", "b", "c"]), &args(&["a", "x", "c"]));
    assert_eq!(lines(&found), ["change .spec.containers[name=a].args[1] b → x"]);
}

#[test]
fn of_secrets_only_the_sizes_are_in_the_result() {
    let secret = |namespace: &str, password: &str| {
        json!({
            "kind": "Secret",
            "metadata": {"name": "db", "namespace": namespace, "uid": namespace},
            "data": {"username": "YWRtaW4=", "password": password},
        })
    };
    // `correct horse` and `hunter2`.
    let (left, right) = (secret("shop", "Y29ycmVjdCBob3JzZQ=="), secret("dev", "aHVudGVyMg=="));
    let found = plain(&left, &right);
    assert_eq!(lines(&found), ["change .data.password ‹13 bytes› → ‹7 bytes›"]);
    assert!(found.rows.iter().any(|row| row.is_masked));
    let all = diff(&left, &right, &Options { all: true, ..Options::default() });
    assert!(!format!("{all:?}").contains("aHVudGVyMg"), "{all:?}");
    let shown = diff(&left, &right, &Options { shows_secrets: true, ..Options::default() });
    assert_eq!(lines(&shown), ["change .data.password Y29ycmVjdCBob3JzZQ== → aHVudGVyMg=="]);
}

#[test]
fn different_versions_of_a_kind_are_noted() {
    let scaler = |version: &str| json!({"kind": "HorizontalPodAutoscaler", "apiVersion": version});
    let found = plain(&scaler("autoscaling/v1"), &scaler("autoscaling/v2"));
    assert_eq!(
        found.notes,
        ["different versions: autoscaling/v1, autoscaling/v2; a field may have another name"]
    );
    assert_eq!(lines(&found), ["change .apiVersion autoscaling/v1 → autoscaling/v2"]);
}

#[test]
fn a_number_is_not_the_string_of_its_digits() {
    let service = |port: Value| json!({"kind": "Service", "spec": {"ports": [{"port": 80, "targetPort": port}]}});
    let found = plain(&service(json!(80)), &service(json!("80")));
    assert_eq!(lines(&found), ["change .spec.ports[port=80,protocol=TCP].targetPort 80 → \"80\""]);
}

#[test]
fn what_the_server_adds_to_a_manifest_is_left_out() {
    let manifest = json!({"kind": "Pod", "metadata": {"name": "a"}, "spec": {
        "containers": [{"name": "a", "image": "x"}]}});
    let live = json!({
        "kind": "Pod",
        "metadata": {"name": "a", "namespace": "shop", "uid": "1", "creationTimestamp": "2026-01-01"},
        "spec": {
            "containers": [{"name": "a", "image": "x", "imagePullPolicy": "Always", "resources": {},
                "terminationMessagePath": "/dev/termination-log",
                "volumeMounts": [{"name": "kube-api-access-x2x4z", "mountPath": "/var/run"}]}],
            "nodeName": "n1",
            "restartPolicy": "Always",
            "tolerations": [{"key": "node.kubernetes.io/not-ready", "operator": "Exists"}],
            "volumes": [{"name": "kube-api-access-x2x4z", "projected": {}}]
        },
        "status": {"phase": "Running"}
    });
    let found = plain(&manifest, &live);
    assert_eq!(lines(&found), [""; 0]);
    assert_eq!(left_out(&found), "12 (defaults 6, server 2, node 2, names 1, status 1)");
}

#[test]
fn an_ignored_path_is_left_out_even_between_versions() {
    let options = Options { ignored: vec![".spec.template".to_owned()], ..Options::default() };
    let found = diff(&gateway("22378"), &gateway("22385"), &options);
    let rows: Vec<&str> = found.differences().map(|row| row.path.as_str()).collect();
    assert_eq!(rows, [".metadata.annotations['kubernetes.io/change-cause']"]);
    assert!(left_out(&found).contains("ignored"), "{}", left_out(&found));
}
