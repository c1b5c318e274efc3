//! What is known where the sources of a container changed after its start, or are missing.

use kubewalk::downward::compare::Verdict;
use kubewalk::downward::{EnvRow, Lookup, Options, OriginKind, State, compute};
use serde_json::json;

use super::recorded::{Recorded, container, file, variable, volume};
use super::support::found;

fn note(row: &EnvRow) -> &str {
    row.origin.note.as_deref().unwrap_or_default()
}

#[test]
fn a_running_container_whose_sources_were_deleted_has_unknown_values() {
    let recorded = Recorded::named("deleted-sources");
    let view = recorded.view();
    let main = container(&view, "main");
    assert_eq!(main.error, None);
    let warning = "a restart would be refused: configmap \"cmdel\" not found";
    assert_eq!(main.warning.as_deref(), Some(warning));
    for (name, why) in [
        (
            "D1",
            "its ConfigMap cmdel was deleted after the container started; a restart would be refused: configmap \"cmdel\" not found",
        ),
        (
            "D2",
            "its Secret secdel was deleted after the container started; a restart would be refused: secret \"secdel\" not found",
        ),
    ] {
        let row = variable(&view, name);
        assert_eq!((row.origin.state, note(row)), (State::Unknown, why), "{name}");
    }
    let comparison = recorded.comparison("main");
    assert!(!comparison.fails(), "{comparison:#?}");
    assert_eq!(comparison.env.iter().filter(|row| row.verdict == Verdict::Equal).count(), 8);
}

#[test]
fn a_volume_whose_sources_were_deleted_keeps_its_files() {
    let recorded = Recorded::named("deleted-sources");
    let view = recorded.view();
    let pd = volume(&view, "pd");
    assert_eq!(pd.error, None);
    let warning =
        "it cannot be updated: [configmap \"cmdel\" not found, secret \"secdel\" not found]";
    assert_eq!(pd.warning.as_deref(), Some(warning));
    assert!(pd.files.iter().all(|file| file.is_any && !file.origin.live), "{pd:#?}");
    let comparison = recorded.comparison("main");
    for (path, is_secret) in [("/pd/A", true), ("/pd/S", true)] {
        let row = comparison.files.iter().find(|row| row.name == path).unwrap();
        assert_eq!(row.verdict, Verdict::OnlyActual);
        assert_eq!(!row.actual.as_ref().unwrap().secret.is_empty(), is_secret, "{path}");
    }
}

#[test]
fn deleted_sources_of_all_variables_leave_their_names_unknown() {
    let view = Recorded::named("deleted-envfrom").view();
    let main = container(&view, "main");
    assert_eq!(main.error, None);
    let any: Vec<_> = main.env.iter().filter(|row| row.is_any).collect();
    let from: Vec<_> = any.iter().map(|row| row.origin.from.as_str()).collect();
    assert_eq!(from, ["configMap cmdel", "secret secdel"]);
    assert!(
        note(any[0]).starts_with("its ConfigMap cmdel was deleted after the container started")
    );
}

#[test]
fn a_container_that_has_not_started_is_refused_for_a_missing_source() {
    let mut recorded = Recorded::named("deleted-sources");
    recorded.value["pod"]["status"]["containerStatuses"][0]["state"] =
        json!({"waiting": {"reason": "CreateContainerConfigError"}});
    let view = recorded.view();
    let error = container(&view, "main").error.as_deref();
    assert_eq!(error, Some("configmap \"cmdel\" not found"));
    assert!(volume(&view, "pd").error.is_some());
}

#[test]
fn a_key_that_was_removed_leaves_its_variable_unknown() {
    let mut recorded = Recorded::named("changed-sources");
    for object in recorded.value["objects"].as_array_mut().unwrap() {
        if let Some(data) = object["data"].as_object_mut() {
            data.retain(|key, _| key != "A" && key != "S");
        }
    }
    let view = recorded.view();
    assert_eq!(container(&view, "main").error, None);
    let row = variable(&view, "SS");
    assert_eq!(row.origin.state, State::Unknown);
    let why = "the key S of its Secret sec was removed after the container started";
    assert!(note(row).starts_with(why), "{}", note(row));
    assert!(row.origin.secret);
}

#[test]
fn variables_of_sources_that_were_written_after_the_pod_may_be_old() {
    let recorded = Recorded::named("changed-sources");
    let view = recorded.view();
    for name in ["CA", "SS", "X"] {
        let row = variable(&view, name);
        assert!(row.origin.may_be_old && note(row).starts_with("may be old"), "{name}: {row:?}");
    }
    // Nothing shows that for the others.
    for name in ["LC", "RM", "KUBERNETES_SERVICE_HOST"] {
        assert!(!variable(&view, name).origin.may_be_old, "{name}");
    }
}

#[test]
fn the_managers_of_a_source_tell_which_of_its_keys_were_written_when() {
    let mut recorded = Recorded::named("changed-sources");
    for object in recorded.value["objects"].as_array_mut().unwrap() {
        object["metadata"]["managedFields"] = json!([
            {"manager": "kubectl-create", "time": "2026-11-26T09:50:02Z",
                "fieldsV1": {"f:data": {"f:S": {}, "f:T": {}, "f:C": {}}}},
            {"manager": "kubectl-edit", "time": "2026-11-26T09:50:31Z",
                "fieldsV1": {"f:data": {"f:A": {}}}}]);
    }
    let view = recorded.view();
    let why = "may be old: kubectl-edit wrote at 2026-11-26T09:50:31Z, the container started at \
               2026-11-26T09:50:05Z; one time covers all fields of a manager";
    assert_eq!(note(variable(&view, "CA")), why);
    assert!(!variable(&view, "SS").origin.may_be_old, "it was only created");
    assert!(variable(&view, "X").origin.may_be_old, "it uses CA");
}

#[test]
fn a_source_that_was_made_anew_may_be_old() {
    let mut recorded = Recorded::named("changed-sources");
    for object in recorded.value["objects"].as_array_mut().unwrap() {
        object["metadata"]["creationTimestamp"] = json!("2026-11-26T09:51:00Z");
    }
    let view = recorded.view();
    let why = "may be old: made anew at 2026-11-26T09:51:00Z, the container started at \
               2026-11-26T09:50:05Z";
    assert_eq!(note(variable(&view, "CA")), why);
}

#[test]
fn a_service_that_was_created_after_the_container_is_not_in_its_environment() {
    let recorded = Recorded::named("changed-services");
    let view = recorded.view();
    let row = variable(&view, "LATE_SERVICE_HOST");
    assert_eq!((row.origin.state, &row.content), (State::Skipped, &None));
    assert!(note(row).starts_with("created "), "{}", note(row));
    assert!(note(row).ends_with(" after the container started"), "{}", note(row));
    let comparison = recorded.comparison("main");
    let failed: Vec<_> = comparison.env.iter().filter(|row| row.fails()).collect();
    // Of a Service that was changed, the new ports are predicted, and the row says that it is old.
    assert!(failed.iter().all(|row| row.name.starts_with("WEB_")), "{failed:#?}");
    for row in failed {
        assert!(row.why.as_deref().unwrap().starts_with("may be old"), "{row:?}");
    }
}

#[test]
fn an_immutable_object_that_was_made_anew_is_unknown() {
    let recorded = Recorded::named("immutable-made-anew");
    let view = recorded.view();
    let why = "the immutable ConfigMap imm was made anew at 2026-11-26T10:05:52Z, and the kubelet \
               keeps the old one as long as a pod of its node uses it";
    assert_eq!(
        (variable(&view, "A").origin.state, note(variable(&view, "A"))),
        (State::Unknown, why)
    );
    let files = &volume(&view, "p").files;
    assert!(files.iter().all(|file| file.content.is_none()), "{files:?}");
    assert!(!recorded.comparison("main").fails());
}

#[test]
fn an_immutable_object_stays_unknown_after_a_restart() {
    let mut recorded = Recorded::named("immutable-made-anew");
    let status = &mut recorded.value["pod"]["status"]["containerStatuses"][0];
    status["restartCount"] = json!(1);
    status["state"]["running"]["startedAt"] = json!("2026-11-26T10:09:00Z");
    assert_eq!(variable(&recorded.view(), "A").origin.state, State::Unknown);
}

#[test]
fn an_immutable_object_for_which_the_pod_waited_is_known() {
    let mut recorded = Recorded::named("immutable-made-anew");
    let status = &mut recorded.value["pod"]["status"]["containerStatuses"][0];
    status["state"]["running"]["startedAt"] = json!("2026-11-26T10:09:00Z");
    assert_eq!(variable(&recorded.view(), "A").origin.state, State::Known);
}

#[test]
fn the_files_of_an_ending_pod_are_frozen() {
    let view = Recorded::named("terminating").view();
    for file in &volume(&view, "d").files {
        assert!(!file.origin.live, "{file:?}");
        let note = file.origin.note.as_deref().unwrap();
        assert!(note.contains("frozen: the pod is ending"), "{note}");
    }
}

#[test]
fn a_file_that_was_written_after_the_end_of_its_pod_may_be_old() {
    let mut recorded = Recorded::named("terminating");
    recorded.value["pod"]["metadata"]["managedFields"] = json!([{"manager": "kubectl-label",
        "time": "2026-11-26T09:51:49Z", "fieldsV1": {"f:metadata": {"f:labels": {"f:l": {}}}}}]);
    let view = recorded.view();
    let origin = &file(&view, "d", "l").origin;
    assert!(origin.may_be_old);
    let why = "may be old: kubectl-label wrote at 2026-11-26T09:51:49Z, its deletion was requested \
               at 2026-11-26T09:51:48Z";
    assert!(origin.note.as_deref().unwrap().starts_with(why), "{origin:?}");
}

#[test]
fn a_deferred_resize_leaves_only_the_container_that_is_resized_unknown() {
    let recorded = Recorded::named("resize-deferred");
    let view = recorded.view();
    for name in ["LC", "LM"] {
        assert_eq!(variable(&view, name).origin.state, State::Unknown, "{name}");
    }
    for (name, value) in [("OC", "200"), ("SC", "200"), ("RC", "20"), ("RM", "20971520")] {
        let content = variable(&view, name).content.as_ref().unwrap();
        assert_eq!(content.text(), Some(value), "{name}");
    }
    for container in recorded.containers() {
        assert!(!recorded.comparison(&container).fails(), "{container}");
    }
}

#[test]
fn fields_written_at_the_creation_of_a_pod_do_not_mark_a_value_as_old() {
    let mut recorded = Recorded::named("changed-sources");
    let pod = &mut recorded.value["pod"];
    pod["metadata"]["managedFields"] = json!([{"manager": "kubectl-create",
        "time": "2026-11-26T09:50:02Z", "fieldsV1": {"f:metadata": {"f:labels": {"f:l": {}}}}}]);
    pod["status"]["containerStatuses"][0]["state"]["running"]["startedAt"] =
        json!("2026-11-26T09:50:02Z");
    assert!(!variable(&recorded.view(), "L").origin.may_be_old);
}

#[test]
fn the_resources_of_a_debug_container_are_as_old_as_the_container() {
    let mut recorded = Recorded::named("changed-sources");
    let pod = &mut recorded.value["pod"];
    pod["spec"]["ephemeralContainers"] = json!([{"name": "debug", "env": [{"name": "LIMIT",
        "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "0"}}}]}]);
    pod["status"]["ephemeralContainerStatuses"] =
        json!([{"name": "debug", "state": {"running": {"startedAt": "2026-11-26T10:00:00Z"}}}]);
    pod["metadata"]["managedFields"] = json!([{"manager": "kubectl-debug",
        "time": "2026-11-26T10:00:00Z", "subresource": "ephemeralcontainers", "fieldsV1": {"f:spec":
        {"f:ephemeralContainers": {"k:{\"name\":\"debug\"}": {"f:resources": {}}}}}}]);
    let view = recorded.view();
    let row = container(&view, "debug").env.iter().find(|row| row.name == "LIMIT").unwrap();
    assert!(!row.origin.may_be_old, "{row:?}");
}

#[test]
fn a_pod_rejected_by_its_node_shows_the_reason() {
    let mut recorded = Recorded::named("changed-sources");
    recorded.value["pod"]["status"] = json!({"phase": "Failed", "reason": "OutOfcpu",
        "message": "Pod was rejected: Node didn't have enough resource: cpu, requested: 9000"});
    let view = recorded.view();
    let why =
        "rejected by the node: OutOfcpu: Node didn't have enough resource: cpu, requested: 9000";
    assert_eq!(view.rejected.as_deref(), Some(why));
    assert_eq!(container(&view, "main").error.as_deref(), Some(why));
    assert!(view.notes.iter().any(|note| note == why), "{:?}", view.notes);
}

#[test]
fn a_value_without_a_start_is_not_old() {
    let mut recorded = Recorded::named("changed-sources");
    recorded.value["pod"]["status"]["containerStatuses"] = json!([]);
    let view = recorded.view();
    assert!(container(&view, "main").env.iter().all(|row| !row.origin.may_be_old));
}

#[test]
fn a_value_names_its_source_object() {
    let view = Recorded::named("changed-sources").view();
    let origin = &variable(&view, "CA").origin;
    let object = origin.object.as_ref().unwrap();
    assert_eq!(origin.kind, OriginKind::ConfigMap);
    assert_eq!((object.namespace.as_str(), object.name.as_str()), ("dw-lc", "cm"));
    assert_eq!(object.key.as_deref(), Some("A"));
}

#[test]
fn a_forbidden_source_is_not_taken_for_a_deleted_one() {
    let recorded = Recorded::named("changed-sources");
    let pod = recorded.pod();
    let mut around = recorded.around(&pod);
    around.config_maps.insert("cm".into(), Lookup::Unknown("configmaps is forbidden".into()));
    around.secrets.insert("sec".into(), found(&json!({"data": {"S": "Mg=="}})));
    let view = compute(&pod, &around, Options::default());
    assert_eq!(note(variable(&view, "CA")), "configmaps is forbidden");
    assert_eq!(container(&view, "main").warning, None);
}
