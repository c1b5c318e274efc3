//! Values and files that are odd, and what becomes of them in a real container.

use kubewalk::downward::compare::Verdict;
use kubewalk::downward::inputs::view_of;
use kubewalk::downward::render::{Display, Output, render};
use kubewalk::downward::{Options, OriginKind, State, quoting};
use serde_json::{Value, json};

use super::recorded::{Recorded, container, file, fixture, variable, volume};

#[test]
fn each_byte_that_is_not_utf_8_is_replaced_in_the_environment() {
    for name in ["not-utf8-key", "not-utf8-envfrom"] {
        let recorded = Recorded::named(name);
        assert!(!recorded.comparison("main").fails(), "{name}");
    }
    let view = Recorded::named("not-utf8-key").view();
    let content = variable(&view, "Y").content.as_ref().unwrap();
    assert_eq!(content.text(), Some("[\u{fffd}\u{fffd}\u{fffd}]"));
    assert_eq!(content.secret.first(), Some(&(1..10)));
}

#[test]
fn a_cut_sequence_is_replaced_byte_by_byte() {
    let mut recorded = Recorded::named("not-utf8-key");
    for object in recorded.value["objects"].as_array_mut().unwrap() {
        if object["metadata"]["name"] == "s-bin" {
            object["data"]["BIN"] = json!("4oJB");
        }
    }
    let view = recorded.view();
    let content = variable(&view, "X").content.as_ref().unwrap();
    assert_eq!(content.text(), Some("\u{fffd}\u{fffd}A"));
}

#[test]
fn an_empty_home_is_set_by_the_runtime() {
    let recorded = Recorded::named("empty-home");
    let view = recorded.view();
    let home = variable(&view, "HOME");
    assert_eq!((home.origin.state, &home.content), (State::Unknown, &None));
    assert!(home.origin.note.as_deref().unwrap().contains("the runtime sets an empty HOME"));
    for name in ["HOSTNAME", "TERM"] {
        assert_eq!(variable(&view, name).content.as_ref().unwrap().bytes, b"", "{name}");
    }
    assert!(!recorded.comparison("main").fails());
}

#[test]
fn a_variable_that_no_process_can_have_keeps_its_container_from_starting() {
    for (name, why) in [
        ("variable-with-nul", "has a NUL byte, which no process can have in its environment"),
        ("variable-too-large", "and Linux takes at most 131072 for a variable"),
    ] {
        let view = Recorded::named(name).view();
        let warning = container(&view, "main").warning.as_deref().unwrap();
        assert!(warning.starts_with("the container cannot start: "), "{warning}");
        assert!(warning.contains(why), "{warning}");
        let text = render(&view, Output::Text, &Display::default()).unwrap();
        assert!(String::from_utf8(text).unwrap().contains("the container cannot start: "));
    }
}

#[test]
fn two_spellings_of_one_path_are_one_file_that_is_not_known() {
    let recorded = Recorded::named("one-path-twice");
    let view = recorded.view();
    let files = &volume(&view, "p").files;
    assert_eq!(files.len(), 1, "{files:?}");
    let origin = &files[0].origin;
    assert_eq!((files[0].path.as_str(), origin.state), ("k", State::Unknown));
    assert_eq!(origin.kind, OriginKind::Several);
    assert!(origin.from.contains("configMap c1 key A") && origin.from.contains("secret s1 key A"));
    assert!(origin.secret);
    assert!(!recorded.comparison("main").fails());
}

#[test]
fn a_file_may_be_named_star() {
    let recorded = Recorded::named("file-named-star");
    let view = recorded.view();
    let row = file(&view, "d", "*");
    assert!(!row.is_any && row.content.is_some(), "{row:?}");
    let comparison = recorded.comparison("main");
    let star = comparison.files.iter().find(|row| row.name.ends_with("/*")).unwrap();
    assert_eq!(star.verdict, Verdict::Equal);
}

#[test]
fn a_volume_that_nothing_mounts_is_not_refused() {
    let view = Recorded::named("volume-unmounted").view();
    assert_eq!(volume(&view, "d").error, None);
    let text = render(&view, Output::Text, &Display::default()).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("in no container: the kubelet does not set it up"), "{text}");
    assert!(!text.contains("refused by the kubelet"), "{text}");
}

#[test]
fn a_volume_that_nothing_mounts_is_refused_in_one_message_before_the_start() {
    let mut recorded = Recorded::named("volume-unmounted");
    recorded.value["pod"]["status"] = json!({});
    let view = recorded.view();
    assert_eq!(volume(&view, "d").error.as_deref(), Some("container ghost not found"));
    let text = render(&view, Output::Text, &Display::default()).unwrap();
    assert!(!String::from_utf8(text).unwrap().contains("refused by the kubelet"));
}

#[test]
fn a_missing_optional_value_is_equal_if_it_is_missing_inside() {
    let recorded = Recorded::named("optional-missing");
    let comparison = recorded.comparison("main");
    assert!(!comparison.fails(), "{comparison:#?}");
    assert_eq!(comparison.count(Verdict::Unreadable), 0);
    let row = comparison.files.iter().find(|row| row.name == "/m/p/b").unwrap();
    assert_eq!(row.verdict, Verdict::Equal);
}

#[test]
fn a_key_of_a_file_of_a_volume_that_nothing_mounts_is_refused() {
    let view = Recorded::named("file-key-unmounted").view();
    let why = "cannot find the volume \"ed\" referenced by FileKeyRef";
    assert_eq!(container(&view, "main").error.as_deref(), Some(why));
}

#[test]
fn a_volume_that_cannot_be_set_up_names_what_is_missing() {
    for (name, at, why) in [
        ("volume-without-configmap", "c", "configmap \"nope\" not found"),
        ("volume-without-secret", "s", "secret \"nope\" not found"),
        ("volume-without-key", "c", "ConfigMap c1 has no key nokey; it has "),
    ] {
        let view = Recorded::named(name).view();
        let error = volume(&view, at).error.as_deref().unwrap();
        assert!(error.starts_with(why), "{error}");
    }
}

#[test]
fn values_that_depend_on_a_pending_value_are_pending_at_any_depth() {
    let mut recorded = Recorded::named("gated");
    recorded.value["pod"] = recorded.value["pod_before_start"].clone();
    recorded.value["objects"] = json!([]);
    let view = recorded.view();
    for name in ["P", "N", "C", "X", "Y", "P2"] {
        let row = variable(&view, name);
        assert_eq!((row.origin.state, &row.content), (State::Pending, &None), "{name}");
    }
    let lines = render(&view, Output::Env, &Display::default()).unwrap();
    let lines = String::from_utf8(lines).unwrap();
    assert!(lines.contains("# X pending: P is not set yet\n"), "{lines}");
}

#[test]
fn a_scheduled_pod_without_an_address_has_pending_values_too() {
    let mut recorded = Recorded::named("gated");
    let mut pod = recorded.value["pod_before_start"].clone();
    pod["spec"]["nodeName"] = json!("n1");
    recorded.value["pod"] = pod;
    recorded.value["objects"] = json!([{"kind": "Node", "metadata": {"name": "n1"},
        "status": {"allocatable": {"cpu": "2"}}}]);
    let view = recorded.view();
    assert_eq!(variable(&view, "C").content.as_ref().unwrap().text(), Some("2"));
    for name in ["P", "X", "Y", "P2"] {
        assert_eq!(variable(&view, name).origin.state, State::Pending, "{name}");
    }
}

#[test]
fn the_labels_that_a_controller_adds_are_pending() {
    let mut recorded = Recorded::named("deployment-and-pod");
    recorded.value["pod"] = recorded.value["workload"].clone();
    let view = recorded.view();
    let labels = file(&view, "d", "labels");
    assert_eq!((labels.origin.state, &labels.content), (State::Pending, &None));
    let note = labels.origin.note.as_deref();
    assert_eq!(note, Some("the controller of the pod adds pod-template-hash"));
    assert!(view.notes[0].ends_with("1 pod runs"), "{:?}", view.notes);
}

#[test]
fn a_pod_of_a_deployment_has_the_labels_of_its_controller() {
    let recorded = Recorded::named("deployment-and-pod");
    assert!(!recorded.comparison("main").fails());
}

#[test]
fn a_pod_of_an_indexed_job_gets_its_index() {
    let template = json!({"spec": {"containers": [{"name": "main"}], "volumes": [{"name": "d",
        "downwardAPI": {"items": [{"path": "a", "fieldRef": {"fieldPath": "metadata.annotations"}},
        {"path": "i", "fieldRef": {"fieldPath":
            "metadata.annotations['batch.kubernetes.io/job-completion-index']"}}]}}]}});
    let job = json!({"kind": "Job", "metadata": {"name": "j", "namespace": "ns", "uid": "u"},
        "spec": {"completionMode": "Indexed", "template": template}, "status": {"active": 3}});
    let recorded = Recorded { value: json!({"pod": job, "objects": [], "node": null}) };
    let view = recorded.view();
    let index = variable(&view, "JOB_COMPLETION_INDEX");
    assert_eq!(index.origin.state, State::Pending);
    assert_eq!(index.origin.path, "", "the template does not have it");
    for path in ["a", "i"] {
        assert_eq!(file(&view, "d", path).origin.state, State::Pending, "{path}");
    }
    assert!(view.notes[0].ends_with("3 pods run"), "{:?}", view.notes);
}

#[test]
fn signs_that_a_newer_go_writes_as_they_are_are_noted() {
    let ranges = fixture("unicode-17-ranges");
    let ranges: Vec<(u32, u32)> = ranges
        .as_array()
        .unwrap()
        .iter()
        .map(|range| {
            let number = |at: usize| u32::try_from(range[at].as_u64().unwrap()).unwrap();
            (number(0), number(1))
        })
        .collect();
    let signs: Vec<char> =
        ranges.iter().flat_map(|(first, last)| *first..=*last).filter_map(char::from_u32).collect();
    assert_eq!(signs.len(), 10_615);
    for sign in [signs[0], signs[5000], signs[10_614]] {
        assert!(quoting::quote(&sign.to_string()).contains('\\'), "Go 1.26 escapes it");
        let mut recorded = Recorded::named("terminating");
        recorded.value["pod"]["metadata"]["annotations"]["a"] = json!(sign.to_string());
        let view = recorded.view();
        let note = file(&view, "d", "ann").origin.note.clone().unwrap();
        assert!(note.contains("Go 1.27"), "{note}");
    }
    let plain = Recorded::named("terminating").view();
    assert!(!file(&plain, "d", "ann").origin.note.as_deref().unwrap().contains("Go 1.27"));
}

#[test]
fn annotations_are_known_except_one_line() {
    let view = Recorded::named("changed-sources").view();
    let row = file(&view, "d", "ann");
    assert_eq!(row.origin.state, State::Known);
    let note = row.origin.note.as_deref().unwrap();
    assert!(note.starts_with("known except one line: "), "{note}");
}

#[test]
fn a_line_break_and_a_backslash_n_differ_in_text() {
    let mut recorded = Recorded::named("empty-home");
    let env = &mut recorded.value["pod"]["spec"]["containers"][0]["env"];
    *env = json!([{"name": "BREAK", "value": "a\nb"}, {"name": "SLASH", "value": "a\\nb"}]);
    let text = render(&recorded.view(), Output::Text, &Display::default()).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("  a\\nb "), "{text}");
    assert!(text.contains("  a\\\\nb "), "{text}");
}

#[test]
fn a_variable_has_one_row() {
    let mut recorded = Recorded::named("empty-home");
    let env = &mut recorded.value["pod"]["spec"]["containers"][0]["env"];
    *env = json!([
        {"name": "A", "valueFrom": {"secretKeyRef": {"name": "no", "key": "k", "optional": true}}},
        {"name": "A", "value": "later"},
        {"name": "B", "valueFrom": {"configMapKeyRef": {"name": "no", "key": "k", "optional": true}}},
        {"name": "B", "valueFrom": {"configMapKeyRef": {"name": "no", "key": "l", "optional": true}}}]);
    let view = recorded.view();
    let names: Vec<_> = container(&view, "main").env.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names.iter().filter(|name| **name == "A").count(), 1);
    assert_eq!(names.iter().filter(|name| **name == "B").count(), 1);
    assert_eq!(variable(&view, "A").content.as_ref().unwrap().text(), Some("later"));
}

#[test]
fn the_service_kubernetes_is_named_with_its_namespace() {
    let view = Recorded::named("empty-home").view();
    let from = &variable(&view, "KUBERNETES_SERVICE_HOST").origin.from;
    assert_eq!(from, "service default/kubernetes");
}

#[test]
fn the_document_has_its_additions_at_the_end() {
    let text =
        render(&Recorded::named("deleted-sources").view(), Output::Json, &Display::default());
    let document: Value = serde_json::from_slice(&text.unwrap()).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&document), ["pod", "containers", "volumes"]);
    let first = ["name", "kind", "error", "env", "warning"];
    let added = ["process", "mounts", "etcHosts", "resolvConf"];
    assert_eq!(keys(&document["containers"][0]), [&first[..], &added].concat());
    let process = ["command", "workingDir", "hostname", "user", "group", "groups", "limits"];
    assert_eq!(keys(&document["containers"][0]["process"])[..7], process);
    let property = keys(&document["containers"][0]["process"]["hostname"]);
    assert_eq!(property, ["value", "from", "state", "note"]);
    let volume = ["name", "kind", "error", "mounts", "files", "warning"];
    assert_eq!(keys(&document["volumes"][0]), volume);
}

#[test]
fn a_manifest_gets_the_default_modes_of_all_volumes() {
    let pod = json!({"kind": "Pod", "metadata": {"name": "p"}, "spec": {
        "containers": [{"name": "main", "volumeMounts": [{"name": "c", "mountPath": "/c"},
            {"name": "s", "mountPath": "/s"}]}],
        "volumes": [{"name": "c", "configMap": {"name": "c"}},
            {"name": "s", "secret": {"secretName": "s"}}]}});
    let config_map = json!({"kind": "ConfigMap", "metadata": {"name": "c", "namespace": "default"},
        "data": {"k": "v"}});
    let secret = json!({"kind": "Secret", "metadata": {"name": "s", "namespace": "default"},
        "stringData": {"k": "v"}});
    let view = view_of(&[pod, config_map, secret], None, None, Options::default()).unwrap();
    for name in ["c", "s"] {
        assert_eq!(volume(&view, name).error, None);
        assert_eq!(file(&view, name, "k").mode, 0o644);
    }
}
