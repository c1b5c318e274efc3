//! Objects and rows that no API server would send: fields of other types, missing, or hostile.

use std::io::Read as _;

use flate2::read::GzDecoder;
use kubewalk::k8s::names::Gvr;
use kubewalk::k8s::table::{Column, Row};
use kubewalk::object::health::{Level, Related, judge, judge_row};
use kubewalk::object::path::{find, list, text};
use kubewalk::text::is_unsafe;
use serde_json::{Value, json};

use super::case::{cases, now};

/// Values that a field may be replaced by.
fn junk() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(9_223_372_036_854_775_807_u64),
        json!(1e300),
        json!(""),
        json!("\u{1b}[2J\u{202e}\n{}{{}} : ,, a/b ü"),
        json!("9999-12-31T23:59:59Z"),
        json!("0001-01-01T00:00:00Z"),
        json!([]),
        json!([null, 3, "x", [], {}]),
        json!({}),
        json!({"a": {"b": []}}),
    ]
}

/// Replaces each value of an object in turn, and calls `visit` with each result.
fn for_each_mutation(object: &Value, visit: &mut impl FnMut(&Value)) {
    fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                    pointers(value, &at, found);
                    found.push(at);
                }
            }
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    let at = format!("{at}/{index}");
                    pointers(value, &at, found);
                    found.push(at);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    pointers(object, "", &mut found);
    let junk = junk();
    for (index, pointer) in found.iter().enumerate() {
        // Which value differs from place to place.
        let mut mutated = object.clone();
        *mutated.pointer_mut(pointer).unwrap() = junk[index * 5 % junk.len()].clone();
        visit(&mutated);
    }
}

fn objects() -> Vec<Value> {
    let files = [
        "examples.yaml",
        "rules/pods.yaml",
        "rules/containers.yaml",
        "rules/deployments.yaml",
        "rules/replicas.yaml",
        "rules/jobs.yaml",
        "rules/scaling.yaml",
        "rules/storage.yaml",
        "rules/services.yaml",
        "rules/ingresses.yaml",
        "rules/cluster.yaml",
        "rules/custom.yaml",
    ];
    files.into_iter().flat_map(cases).map(|case| case.object).collect()
}

#[test]
fn a_mutated_object_is_judged_with_evidence_that_exists_and_text_that_is_safe() {
    let mut judged = 0;
    for object in objects() {
        for_each_mutation(&object, &mut |mutated| {
            let health = judge(mutated, now(), &Related::default());
            for reason in &health.reasons {
                assert!(find(mutated, &reason.evidence).is_some(), "{reason:?} {mutated}");
                assert!(!reason.sentence.contains(is_unsafe), "{reason:?}");
                assert!(reason.sentence.chars().count() <= 401, "{reason:?}");
            }
            judged += 1;
        });
    }
    assert!(judged > 3_000, "{judged}");
}

#[test]
fn judging_twice_gives_the_same() {
    for object in objects() {
        let once = judge(&object, now(), &Related::default());
        assert_eq!(judge(&object, now(), &Related::default()), once);
    }
}

#[test]
fn the_level_changes_no_earlier_than_announced() {
    for object in objects() {
        let health = judge(&object, now(), &Related::default());
        let Some(next) = health.next else { continue };
        assert!(next > now(), "{object}");
        let before = next - jiff::SignedDuration::from_secs(1);
        if before > now() {
            let later = judge(&object, before, &Related::default());
            assert_eq!(later.level, health.level, "{object}");
        }
    }
}

#[test]
fn a_secret_in_an_object_is_never_part_of_a_sentence() {
    let pod = json!({
        "apiVersion": "v1", "kind": "Secret",
        "metadata": {"name": "keys", "deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": ["a/b"]},
        "data": {"password": "aHVudGVyMg=="},
        "stringData": {"password": "hunter2"},
    });
    let health = judge(&pod, now(), &Related::default());
    assert_eq!(health.level, Level::Broken);
    let shown = format!("{health:?}");
    assert!(!shown.contains("hunter2") && !shown.contains("aHVudGVyMg"));
}

#[test]
fn no_judgement_wants_a_secret() {
    for object in objects() {
        for want in judge(&object, now(), &Related::default()).wants {
            assert!(!want.request.path.is_of_secrets(), "{:?}", want.request);
        }
    }
}

#[test]
fn odd_cells_are_judged_without_a_panic() {
    let resources = [
        ("", "pods"),
        ("apps", "deployments"),
        ("apps", "daemonsets"),
        ("apps", "replicasets"),
        ("apps", "statefulsets"),
        ("batch", "jobs"),
        ("batch", "cronjobs"),
        ("", "nodes"),
        ("", "persistentvolumeclaims"),
        ("", "persistentvolumes"),
        ("", "namespaces"),
        ("", "services"),
        ("", "events"),
        ("autoscaling", "horizontalpodautoscalers"),
        ("apiregistration.k8s.io", "apiservices"),
        ("", "resourcequotas"),
        ("certificates.k8s.io", "certificatesigningrequests"),
        ("storage.k8s.io", "volumeattachments"),
        ("a.io", "things"),
    ];
    let names = [
        "Name",
        "Age",
        "Ready",
        "Status",
        "Restarts",
        "Node",
        "Readiness Gates",
        "Up-to-date",
        "Available",
        "Desired",
        "Current",
        "Suspend",
        "Reclaim Policy",
        "Reason",
        "Type",
        "Targets",
        "External-IP",
        "Last Seen",
        "MaxPods",
        "Replicas",
        "Request",
        "Limit",
        "Condition",
        "Attached",
        "Phase",
        "State",
        "Health",
        "Message",
        "Synced",
    ];
    let cells = [
        "",
        "<none>",
        "<invalid>",
        "<unknown>",
        "1/0",
        "/",
        "-1/9999999999999999999999",
        "9 (",
        "9 ( ago)",
        "9 (5m ago)",
        "Init:",
        "Init:1/x",
        "99999999999y",
        "pods: 1/",
        ": /",
        "False (",
        "ü",
        ",",
        "Failed",
    ];
    let column = |name: &&str| Column {
        name: (*name).into(),
        is_name: *name == "Name",
        priority: 0,
        is_age: *name == "Age",
    };
    let columns: Vec<Column> = names.iter().map(column).collect();
    for (group, resource) in resources {
        for first in 0..cells.len() {
            for step in [0, 1, 7] {
                let row = (0..names.len() + 2).map(|at| cells[(first + at * step) % cells.len()]);
                let row = Row::new(None, "a", row, now());
                let health = judge_row(&Gvr::new(group, "v1", resource), &columns, &row, now());
                assert!(health.reason.chars().count() <= 40, "{health:?}");
                assert!(!health.reason.contains(is_unsafe), "{health:?}");
            }
        }
    }
}

#[test]
fn every_object_of_the_recordings_survives_without_its_parts() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/recordings/trouble.har.gz");
    let mut har = String::new();
    GzDecoder::new(std::fs::File::open(folder).unwrap()).read_to_string(&mut har).unwrap();
    let har: Value = serde_json::from_str(&har).unwrap();
    let mut judged = 0;
    for entry in list(&har, ".log.entries") {
        let url = text(entry, ".request.url");
        let is_object = !url.contains('?') && !url.contains("/log") && url.contains("/payments/");
        let body = text(entry, ".response.content.text");
        let object = serde_json::from_str::<Value>(body).unwrap_or_default();
        if !is_object || object.get("items").is_some() || object["metadata"]["uid"].is_null() {
            continue;
        }
        for part in ["metadata", "spec", "status", "kind", "apiVersion"] {
            let mut object = object.clone();
            object.as_object_mut().unwrap().remove(part);
            _ = judge(&object, now(), &Related::default());
            judged += 1;
        }
    }
    assert!(judged > 100, "{judged}");
}
