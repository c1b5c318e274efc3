//! What a pod hangs on: the missing object or key, and what exists instead.

use kubewalk::downward::render::{Display, Output, render};
use kubewalk::downward::{Lookup, Names, Options, Surroundings, View, compute};
use kubewalk::k8s::path::ApiPath;
use serde_json::{Value, json};

use super::support::{found, object};

fn pod() -> Value {
    json!({
        "kind": "Pod",
        "metadata": {"name": "p", "namespace": "payments", "uid": "u"},
        "spec": {"enableServiceLinks": false, "nodeName": "n", "containers": [{"name": "main",
            "env": [{"name": "REGION", "valueFrom": {"configMapKeyRef":
                {"name": "ledger-config", "key": "regoin"}}}],
            "volumeMounts": [{"name": "keys", "mountPath": "/keys"}]}],
            "volumes": [{"name": "keys", "secret":
                {"secretName": "exporter-keys", "defaultMode": 420}}]},
        "status": {"phase": "Pending"},
    })
}

fn around(names: Names) -> Surroundings {
    let config = json!({"kind": "ConfigMap", "metadata": {"name": "ledger-config"},
        "data": {"LOG_LEVEL": "info", "region": "eu"}});
    Surroundings {
        kubernetes: Lookup::Missing,
        config_maps: [("ledger-config".to_owned(), found(&config))].into(),
        secrets: [("exporter-keys".to_owned(), Lookup::Missing)].into(),
        secret_names: names,
        ..Surroundings::default()
    }
}

fn view(names: Names) -> View {
    compute(&object(&pod()), &around(names), Options::default())
}

fn listed(names: &[&str], more: u64) -> Names {
    Names::Listed { names: names.iter().map(|name| (*name).to_owned()).collect(), more }
}

#[test]
fn a_missing_key_is_named_with_the_keys_that_exist() {
    assert_eq!(
        view(Names::NotListed).containers[0].error.as_deref(),
        Some(
            "ConfigMap ledger-config has no key regoin; it has LOG_LEVEL and region \
             (kubelet: couldn't find key regoin in ConfigMap payments/ledger-config)"
        )
    );
}

#[test]
fn a_missing_object_is_named_with_the_objects_that_exist() {
    let kubelet = "(kubelet: secret \"exporter-keys\" not found)";
    for (names, instead) in [
        (listed(&["exporter-key", "ledger-db"], 0), "it has exporter-key and ledger-db"),
        (listed(&[], 0), "it has no Secrets"),
        (Names::Forbidden, "you may not list secrets"),
    ] {
        let expected =
            format!("Secret exporter-keys does not exist in payments; {instead} {kubelet}");
        assert_eq!(view(names).volumes[0].error.as_ref(), Some(&expected));
    }
}

#[test]
fn of_many_objects_the_nearest_names_are_given_and_the_others_counted() {
    let mut names: Vec<String> = (0..30).map(|at| format!("other-{at:02}")).collect();
    names.push("exporter-key".to_owned());
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let view = view(listed(&names, 100));
    let error = view.volumes[0].error.as_ref().unwrap();
    assert!(error.contains("; it has exporter-key, other-00, "), "{error}");
    assert!(error.contains(" and 123 more (kubelet: "), "{error}");
}

#[test]
fn what_exists_instead_is_not_named_before_it_is_listed() {
    let view = view(Names::NotListed);
    assert_eq!(view.volumes[0].error.as_deref(), Some("secret \"exporter-keys\" not found"));
}

#[test]
fn every_form_of_the_view_names_what_exists_instead() {
    let view = view(listed(&["exporter-key"], 0));
    for output in [Output::Text, Output::Json, Output::Yaml] {
        let text = String::from_utf8(render(&view, output, &Display::default()).unwrap()).unwrap();
        for sentence in [
            "ConfigMap ledger-config has no key regoin; it has LOG_LEVEL and region",
            "Secret exporter-keys does not exist in payments; it has exporter-key",
        ] {
            assert!(text.contains(sentence), "{output:?}\n{text}");
        }
    }
}

#[test]
fn the_text_of_a_container_begins_with_the_volume_that_it_waits_for() {
    let mut pod = pod();
    pod["spec"]["containers"][0]["env"] = json!([{"name": "A", "value": "1"}]);
    let view = compute(&object(&pod), &around(Names::NotListed), Options::default());
    let text = render(&view, Output::Text, &Display::default()).unwrap();
    let text = String::from_utf8(text).unwrap();
    let mut lines = text.lines().skip_while(|line| *line != "container main").skip(1);
    let waits = "  waits for volume keys: secret \"exporter-keys\" not found";
    assert_eq!(lines.next(), Some(waits), "{text}");
}

#[test]
fn a_container_that_runs_shows_why_a_restart_would_be_refused() {
    let mut pod = pod();
    pod["status"]["containerStatuses"] =
        json!([{"name": "main", "state": {"running": {"startedAt": "2026-11-26T10:00:00Z"}}}]);
    let view = compute(&object(&pod), &around(listed(&["other"], 0)), Options::default());
    let warning = view.containers[0].warning.as_deref().unwrap();
    let sentence = "ConfigMap ledger-config has no key regoin; it has LOG_LEVEL and region";
    assert!(warning.starts_with(&format!("a restart would be refused: {sentence}")), "{warning}");
    let warning = view.volumes[0].warning.as_deref().unwrap();
    assert!(warning.contains("does not exist in payments; it has other"), "{warning}");
}

#[test]
fn the_volume_behind_a_claim_is_described_as_far_as_it_can_be_read() {
    let pod = json!({
        "kind": "Pod",
        "metadata": {"name": "p", "namespace": "shop", "uid": "u"},
        "spec": {"enableServiceLinks": false, "containers": [{"name": "main",
            "volumeMounts": [{"name": "data", "mountPath": "/data"}]}],
            "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "archive"}}]},
    });
    let about = |around: &Surroundings| {
        let view = compute(&object(&pod), around, Options::default());
        view.containers[0].process.as_ref().unwrap().mounts[0].about.text().unwrap().to_owned()
    };
    let mut around = Surroundings::default();
    assert_eq!(about(&around), "persistentVolumeClaim archive");
    around.claims.insert("archive".to_owned(), Lookup::Missing);
    assert_eq!(about(&around), "persistentVolumeClaim archive, which does not exist");
    let claim = json!({"spec": {"storageClassName": "fast"}, "status": {"phase": "Pending"}});
    around.claims.insert("archive".to_owned(), found(&claim));
    assert_eq!(about(&around), "persistentVolumeClaim archive, Pending, class fast");
    let claim = json!({"spec": {"storageClassName": "fast", "volumeName": "pv1"},
        "status": {"phase": "Bound", "capacity": {"storage": "10Gi"},
            "accessModes": ["ReadWriteOnce"]}});
    around.claims.insert("archive".to_owned(), found(&claim));
    let bound = "persistentVolumeClaim archive → pv pv1, 10Gi, class fast, ReadWriteOnce";
    assert_eq!(about(&around), bound);
    let view = compute(&object(&pod), &around, Options::default());
    let origin = &view.containers[0].process.as_ref().unwrap().mounts[0].origin;
    let claim = "/api/v1/namespaces/shop/persistentvolumeclaims/archive";
    assert_eq!(ApiPath::Object(origin.object_path().unwrap()).to_string(), claim);
    let volume = json!({"spec": {"capacity": {"storage": "10Gi"}, "claimRef": {"name": "archive"},
        "accessModes": ["ReadWriteOnce"], "csi": {"driver": "disk.example.com",
            "volumeAttributes": {"secret": "x"}}}});
    around.volumes.insert("pv1".to_owned(), found(&volume));
    assert_eq!(about(&around), format!("{bound}, csi driver disk.example.com"));
    around.volumes.insert("pv1".to_owned(), Lookup::Unknown("forbidden".to_owned()));
    assert_eq!(about(&around), bound);
}
