//! The states of a value (known, pending, unknown, refused) and its explanation.

use kubewalk::downward::catalogue::catalogue;
use kubewalk::downward::{
    EnvRow, FileRow, Lookup, Options, State, Surroundings, View, compute, mark_fresh, needs,
};
use serde_json::{Value, json};

use super::support::{found, object};

fn pod(container: &Value) -> Value {
    json!({"kind": "Pod", "metadata": {"name": "p", "namespace": "ns", "uid": "u",
        "labels": {"app": "web"}},
        "spec": {"nodeName": "n1", "enableServiceLinks": true, "containers": [container],
            "volumes": [{"name": "v", "downwardAPI": {"defaultMode": 420, "items": [
                {"path": "mem", "resourceFieldRef": {"containerName": "web", "resource": "limits.memory"}},
                {"path": "labels", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.labels"}}]}}]},
        "status": {"podIPs": [{"ip": "10.0.0.9"}]}})
}

fn with_env(env: &Value) -> Value {
    pod(&json!({"name": "web", "env": env}))
}

fn field(name: &str, path: &str) -> Value {
    json!({"name": name, "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": path}}})
}

fn resource(name: &str, resource: &str, divisor: &str) -> Value {
    json!({"name": name, "valueFrom": {"resourceFieldRef": {"resource": resource, "divisor": divisor}}})
}

fn node() -> Value {
    json!({"metadata": {"name": "n1"}, "status": {"allocatable": {"cpu": "2", "memory": "24576000Ki"},
        "addresses": [{"type": "InternalIP", "address": "10.0.0.1"}]}})
}

fn around() -> Surroundings {
    Surroundings {
        node: found(&node()),
        services: Lookup::Found(Vec::new()),
        kubernetes: Lookup::Missing,
        ..Surroundings::default()
    }
}

fn view(pod: &Value, around: &Surroundings) -> View {
    compute(&object(pod), around, Options { kubelet_annotations: false, ..Options::default() })
}

fn row<'v>(view: &'v View, name: &str) -> &'v EnvRow {
    view.containers[0].env.iter().find(|row| row.name == name).unwrap()
}

fn file<'v>(view: &'v View, path: &str) -> &'v FileRow {
    view.volumes[0].files.iter().find(|row| row.path == path).unwrap()
}

fn text(row: &EnvRow) -> &str {
    row.content.as_ref().unwrap().text().unwrap()
}

#[test]
fn a_value_names_its_source_and_the_lines_it_comes_from() {
    let view = view(
        &with_env(&json!([
            resource("MEM", "limits.memory", "1Mi"),
            field("APP", "metadata.labels['app']")
        ])),
        &around(),
    );
    let row_of_memory = row(&view, "MEM");
    assert_eq!(text(row_of_memory), "24000");
    assert_eq!(
        row_of_memory.origin.explanation,
        "no limit on `web`, so the node's allocatable memory: 25,165,824,000 bytes / 1Mi, rounded up"
    );
    assert_eq!(row_of_memory.origin.from, "limits.memory");
    assert_eq!(row_of_memory.origin.path, ".spec.containers[0].env[0]");
    let label = &row(&view, "APP").origin;
    assert_eq!((label.from.as_str(), label.live), ("label app", false));
    assert_eq!(label.source.as_deref(), Some(".metadata.labels.app"));
    let file = &file(&view, "labels").origin;
    assert_eq!((file.path.as_str(), file.live), (".spec.volumes[0].downwardAPI.items[1]", true));
}

#[test]
fn with_a_forbidden_node_only_its_rows_are_unknown() {
    let pod = with_env(
        &json!([resource("MEM", "limits.memory", "0"), resource("REQ", "requests.memory", "0"),
        field("HOST", "status.hostIP"), {"name": "USES", "value": "$(MEM)"}]),
    );
    let around = Surroundings { node: Lookup::Unknown("nodes is forbidden".into()), ..around() };
    let view = view(&pod, &around);
    let note = row(&view, "MEM").origin.note.clone();
    assert_eq!(
        note.as_deref(),
        Some("nodes is forbidden: the value is the node's allocatable memory")
    );
    for (name, state) in [
        ("MEM", State::Unknown),
        ("REQ", State::Known),
        ("HOST", State::Unknown),
        ("USES", State::Unknown),
    ] {
        assert_eq!(row(&view, name).origin.state, state, "{name}");
    }
    assert_eq!(file(&view, "mem").origin.state, State::Unknown);
    assert_eq!(file(&view, "labels").origin.state, State::Known);
}

#[test]
fn values_of_an_unscheduled_pod_are_pending() {
    let mut pod =
        with_env(&json!([resource("MEM", "limits.memory", "0"), field("IP", "status.podIP"),
        field("NODE", "spec.host"), {"name": "USES", "value": "<$(NODE)>"}]));
    pod["spec"]["nodeName"] = json!("");
    pod["status"] = json!({});
    let view = view(&pod, &Surroundings { node: Lookup::NotLoaded, ..around() });
    for name in ["MEM", "IP", "NODE"] {
        assert_eq!(row(&view, name).origin.state, State::Pending, "{name}");
        assert_eq!(row(&view, name).origin.note.as_deref(), Some("set when scheduled"));
    }
    assert_eq!(row(&view, "USES").content, None);
    let origin = &row(&view, "USES").origin;
    assert_eq!(
        (origin.state, origin.note.as_deref()),
        (State::Pending, Some("NODE is not set yet"))
    );
}

#[test]
fn variables_that_a_forbidden_config_map_may_define_are_unknown() {
    let pod =
        pod(&json!({"name": "web", "envFrom": [{"prefix": "P_", "configMapRef": {"name": "x"}}],
        "env": [{"name": "A", "value": "$(P_X)"}, {"name": "B", "value": "$(Q_X)"}]}));
    let mut around = around();
    around.config_maps.insert("x".into(), Lookup::Unknown("configmaps is forbidden".into()));
    let forbidden = view(&pod, &around);
    assert_eq!(row(&forbidden, "P_*").origin.state, State::Unknown);
    assert_eq!(row(&forbidden, "A").origin.state, State::Unknown);
    assert_eq!(text(row(&forbidden, "B")), "$(Q_X)");
    around.config_maps.insert("x".into(), Lookup::Missing);
    let missing = view(&pod, &around);
    assert_eq!(missing.containers[0].error.as_deref(), Some("configmap \"x\" not found"));
    assert!(missing.containers[0].env.is_empty());
}

#[test]
fn a_missing_optional_key_keeps_an_earlier_value() {
    let key = |name: &str| {
        json!({"name": name, "valueFrom":
        {"secretKeyRef": {"name": "s", "key": "k", "optional": true}}})
    };
    let pod = with_env(&json!([{"name": "A", "value": "early"}, key("A"), key("B")]));
    let mut around = around();
    around.secrets.insert("s".into(), Lookup::Missing);
    let view = view(&pod, &around);
    assert_eq!(text(row(&view, "A")), "early");
    assert_eq!(row(&view, "B").origin.state, State::Skipped);
}

#[test]
fn the_secret_part_of_a_value_is_marked() {
    let pod =
        with_env(&json!([{"name": "K", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
        {"name": "URL", "value": "a:$(K)@$(K)$(K)"}, {"name": "TWICE", "value": "<$(URL)>"}]));
    let mut around = around();
    around.secrets.insert("s".into(), found(&json!({"data": {"k": "c2VjcmV0"}})));
    let view = view(&pod, &around);
    assert_eq!(row(&view, "URL").content.as_ref().unwrap().secret, [2..8, 9..21]);
    assert_eq!(row(&view, "TWICE").content.as_ref().unwrap().secret, [3..9, 10..22]);
    assert!(row(&view, "TWICE").origin.secret);
}

#[test]
fn a_label_changed_after_the_start_marks_the_variable_as_possibly_old() {
    let mut pod = with_env(
        &json!([field("APP", "metadata.labels['app']"), {"name": "USES", "value": "$(APP)"},
        field("NAME", "metadata.name"), resource("REQ", "requests.cpu", "1m")]),
    );
    pod["spec"]["containers"][0]["resources"] = json!({"requests": {"cpu": "25m"}});
    pod["status"]["containerStatuses"] =
        json!([{"name": "web", "state": {"running": {"startedAt": "2026-11-23T06:00:00Z"}}}]);
    let managed = |time: &str| {
        json!([
        {"manager": "kubectl-create", "time": "2026-11-23T05:00:00Z", "fieldsV1": {"f:metadata": {"f:labels": {"f:app": {}}}}},
        {"manager": "kubectl-label", "time": time, "fieldsV1": {
            "f:metadata": {"f:labels": {".": {}, "f:app": {}}},
            "f:spec": {"f:containers": {"k:{\"name\":\"web\"}": {"f:resources": {"f:requests": {"f:cpu": {}}}}}}}}])
    };
    let old = |pod: &Value| -> Vec<String> {
        let view = view(pod, &around());
        let old = view.containers[0].env.iter().filter(|row| row.origin.may_be_old);
        old.map(|row| row.name.clone()).collect()
    };
    pod["metadata"]["managedFields"] = managed("2026-11-23T05:59:59Z");
    assert!(old(&pod).is_empty());
    pod["metadata"]["managedFields"] = managed("2026-11-23T06:00:00Z");
    assert_eq!(old(&pod), ["APP", "REQ", "USES"]);
    let mut view = view(&pod, &around());
    let note = row(&view, "APP").origin.note.clone().unwrap();
    assert_eq!(
        note,
        "may be old: kubectl-label wrote at 2026-11-23T06:00:00Z, the container started at \
         2026-11-23T06:00:00Z; one time covers all fields of a manager"
    );
    assert_eq!(file(&view, "labels").origin.note, None);
    mark_fresh(&mut view, &object(&pod), "2026-11-23T06:01:29Z");
    assert!(
        file(&view, "labels").origin.note.as_deref().unwrap().contains("within about a minute")
    );
}

#[test]
fn a_pending_resize_changes_the_file_but_not_the_environment() {
    let mut pod = with_env(&json!([
        resource("REQ", "requests.cpu", "1m"),
        resource("LIM", "limits.memory", "0")
    ]));
    pod["spec"]["containers"][0]["resources"] =
        json!({"requests": {"cpu": "25m", "memory": "1Mi"}, "limits": {"memory": "2Mi"}});
    pod["status"]["conditions"] = json!([{"type": "PodResizePending", "status": "True"}]);
    pod["status"]["containerStatuses"] = json!([{"name": "web",
        "allocatedResources": {"cpu": "15m", "memory": "1Mi"},
        "resources": {"limits": {"memory": "9007199254740988Ki"}}}]);
    let pending = view(&pod, &around());
    assert_eq!(text(row(&pending, "REQ")), "15");
    assert_eq!(row(&pending, "LIM").origin.state, State::Unknown);
    assert_eq!(file(&pending, "mem").content.as_ref().unwrap().text(), Some("2097152"));
    pod["status"]["conditions"] = json!([]);
    let done = view(&pod, &around());
    assert_eq!((text(row(&done, "REQ")), text(row(&done, "LIM"))), ("25", "2097152"));
}

#[test]
fn the_uid_of_a_static_pod_is_its_config_hash() {
    let mut pod = with_env(&json!([
        field("UID", "metadata.uid"),
        field("SEEN", "metadata.annotations['kubernetes.io/config.seen']"),
        field("SOURCE", "metadata.annotations['kubernetes.io/config.source']")
    ]));
    let api = compute(&object(&pod), &around(), Options::default());
    assert_eq!((text(row(&api, "UID")), text(row(&api, "SOURCE"))), ("u", "api"));
    assert_eq!(row(&api, "SEEN").origin.state, State::Unknown);
    pod["metadata"]["annotations"] = json!({"kubernetes.io/config.mirror": "h", "kubernetes.io/config.hash": "h",
        "kubernetes.io/config.source": "file", "kubernetes.io/config.seen": "2026-11-23T05:00:00.000000000Z"});
    let of_file = compute(&object(&pod), &around(), Options::default());
    assert_eq!((text(row(&of_file, "UID")), text(row(&of_file, "SOURCE"))), ("h", "file"));
    assert_eq!(text(row(&of_file, "SEEN")), "2026-11-23T05:00:00.000000000Z");
}

#[test]
fn a_mount_with_a_sub_path_is_never_updated() {
    let mut pod = with_env(&json!([{"name": "DIR", "value": "labels"}]));
    let mount =
        |expression: &str| json!([{"name": "v", "mountPath": "/l", "subPathExpr": expression}]);
    pod["spec"]["containers"][0]["volumeMounts"] = mount("$(DIR)");
    let pinned = view(&pod, &around());
    let sub_path = pinned.volumes[0].mounts[0].sub_path.as_ref();
    assert_eq!(sub_path.and_then(|part| part.text()), Some("labels"));
    assert!(!file(&pinned, "labels").origin.live);
    pod["spec"]["containers"][0]["volumeMounts"] = mount("$(NOPE)");
    assert_eq!(
        view(&pod, &around()).containers[0].error.as_deref(),
        Some("missing value for NOPE")
    );
}

#[test]
fn a_workload_shows_what_its_pods_will_see() {
    let template = json!({"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "env": [
        {"name": "APP", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['app']"}}},
        {"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        {"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
        {"name": "MEM", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory"}}}]}]}});
    for (kind, spec, place) in [
        ("Deployment", json!({"template": template}), ".spec.template"),
        (
            "CronJob",
            json!({"jobTemplate": {"spec": {"template": template}}}),
            ".spec.jobTemplate.spec.template",
        ),
    ] {
        let workload = json!({"kind": kind, "metadata": {"name": "w", "namespace": "ns", "uid": "u"}, "spec": spec});
        let view = view(&workload, &Surroundings { node: Lookup::NotLoaded, ..around() });
        assert_eq!(text(row(&view, "APP")), "web");
        assert_eq!(row(&view, "APP").origin.path, format!("{place}.spec.containers[0].env[0]"));
        for name in ["POD", "NODE", "MEM"] {
            assert_eq!(row(&view, name).origin.state, State::Pending, "{name}");
        }
        assert!(view.notes[0].contains("template"), "{:?}", view.notes);
    }
    let set = json!({"kind": "StatefulSet", "spec": {"template": template}});
    let around = around();
    let entries = catalogue(&object(&set), &around, Options::default());
    let index = entries.iter().find(|e| e.name.contains("pod-index")).unwrap();
    assert_eq!(index.env.as_ref().unwrap().origin.state, State::Pending);
}

#[test]
fn every_snippet_of_the_catalogue_produces_the_value_it_shows() {
    let mut pod = with_env(&json!([]));
    pod["metadata"]["labels"]["app.kubernetes.io/name"] = json!("x");
    pod["spec"]["initContainers"] =
        json!([{"name": "init", "resources": {"limits": {"hugepages-2Mi": "4Mi"}}}]);
    let entries = catalogue(&object(&pod), &around(), Options::default());
    assert!(entries.iter().any(|e| e.name == "metadata.labels['app.kubernetes.io/name']"));
    assert!(entries.iter().any(|e| e.name == "limits.hugepages-2Mi"));
    let labels = entries.iter().find(|e| e.name == "metadata.labels").unwrap();
    assert!(labels.env.is_none() && labels.volume.is_some());
    let ip = entries.iter().find(|e| e.name == "status.podIP").unwrap();
    assert!(ip.env.is_some() && ip.volume.is_none());
    for entry in entries {
        let mut pod = pod.clone();
        pod["metadata"]["uid"] = json!("u");
        let list = if entry.container.as_deref() == Some("init") {
            "initContainers"
        } else {
            "containers"
        };
        if let Some(env) = entry.env {
            let mut snippet: Value = serde_saphyr::from_str(&env.snippet).unwrap();
            if let Some(field) = snippet[0]["valueFrom"].get_mut("fieldRef") {
                field["apiVersion"] = json!("v1");
            }
            let name = snippet[0]["name"].as_str().unwrap().to_owned();
            pod["spec"][list][0]["env"] = snippet;
            let view = compute(&object(&pod), &around(), Options::default());
            assert_eq!(view.containers[0].error, None, "{}", env.snippet);
            let rows = view.containers.iter().flat_map(|c| &c.env);
            let row = rows.into_iter().find(|row| row.name == name).unwrap();
            assert_eq!(row.content, env.content, "{}", entry.name);
        }
        if let Some(volume) = entry.volume {
            pod["spec"]["volumes"][0]["downwardAPI"]["items"] =
                serde_saphyr::from_str(&volume.snippet).unwrap();
            let view = compute(&object(&pod), &around(), Options::default());
            assert_eq!(view.volumes[0].files[0].content, volume.content, "{}", entry.name);
        }
    }
}

#[test]
fn only_objects_that_a_pod_uses_are_requested() {
    let plain = needs(&object(&with_env(&json!([]))));
    assert_eq!(plain.node.as_deref(), Some("n1"), "a limit in a volume may fall back to the node");
    let mut pod = pod(&json!({"name": "web", "envFrom": [{"secretRef": {"name": "a"}}], "env": [
        {"name": "X", "valueFrom": {"configMapKeyRef": {"name": "b", "key": "k"}}}]}));
    pod["spec"]["volumes"] = json!([{"name": "v", "projected": {"defaultMode": 420,
        "sources": [{"configMap": {"name": "c"}}, {"secret": {"name": "d"}}]}}]);
    pod["spec"]["enableServiceLinks"] = json!(false);
    let needs = needs(&object(&pod));
    assert_eq!((needs.node, needs.services, needs.kubernetes), (None, false, true));
    assert!(needs.config_maps.iter().eq(["b", "c"]) && needs.secrets.iter().eq(["a", "d"]));
}

#[test]
fn a_map_of_256_kib_is_formatted_quickly() {
    let mut pod = with_env(&json!([resource("MEM", "limits.memory", "1e1000000000")]));
    for at in 0..4096 {
        pod["metadata"]["annotations"][format!("example.com/key-{at:05}")] =
            json!("\u{1}\"x".repeat(12));
    }
    pod["spec"]["volumes"][0]["downwardAPI"]["items"][1]["fieldRef"]["fieldPath"] =
        json!("metadata.annotations");
    let start = std::time::Instant::now();
    let view = view(&pod, &around());
    assert!(file(&view, "labels").content.as_ref().unwrap().bytes.len() > 256 * 1024);
    assert!(start.elapsed().as_millis() < 1500, "{:?}", start.elapsed());
}

#[test]
fn values_that_double_at_each_reference_are_limited() {
    let chain: Vec<Value> = (0..2000)
        .map(|at| match at {
            0 => json!({"name": "A0", "value": "0123456789"}),
            _ => json!({"name": format!("A{at}"), "value": format!("$(A{0})$(A{0})", at - 1)}),
        })
        .collect();
    let doubled = view(&with_env(&json!(chain)), &around());
    assert_eq!(text(row(&doubled, "A3")).len(), 80);
    assert_eq!(row(&doubled, "A30").origin.state, State::Unknown);
    let mut pod = with_env(&json!([]));
    pod["metadata"]["annotations"] = json!({"big": "x".repeat(256 * 1024)});
    let item =
        |at| json!({"path": format!("f{at}"), "fieldRef": {"fieldPath": "metadata.annotations"}});
    pod["spec"]["volumes"][0]["downwardAPI"]["items"] = (0..5000).map(item).collect();
    let many = view(&pod, &around());
    let size = |file: &FileRow| file.content.as_ref().map_or(0, |content| content.bytes.len());
    assert!(many.volumes[0].files.iter().map(size).sum::<usize>() < 65 * 1024 * 1024);
    assert_eq!(many.volumes[0].files.len(), 5000);
}
