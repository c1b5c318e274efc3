//! The history of an object, from the watch streams of a recorded rollout.

use jiff::{SignedDuration, Timestamp};
use kubewalk::app::message::{Message, ObjectChange};
use kubewalk::app::state::object_history::{Entry, ObjectHistory, Version, What};
use kubewalk::k8s::names::{Gvr, Namespace};
use kubewalk::k8s::path::ObjectPath;
use kubewalk::k8s::request::Ticket;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::health::rollout::bodies;
use crate::support::app::App;

/// A change of a watch, with the bytes of its object.
#[derive(serde::Deserialize)]
struct Line<'a> {
    r#type: &'a str,
    #[serde(borrow)]
    object: &'a RawValue,
}

/// The changes of each object of a collection's recorded watch.
fn changes(collection: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut found: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for body in bodies(collection, false, true) {
        for line in body.lines() {
            let line: Line<'_> = serde_json::from_str(line).unwrap();
            let object: Value = serde_json::from_str(line.object.get()).unwrap();
            let Some(name) = object["metadata"]["name"].as_str() else { continue };
            let change = (line.r#type.to_owned(), line.object.get().to_owned());
            match found.iter_mut().find(|(known, _)| known == name) {
                Some((_, changes)) => changes.push(change),
                None => found.push((name.to_owned(), vec![change])),
            }
        }
    }
    found
}

fn path(resource: &str, name: &str) -> ObjectPath {
    let group = if resource == "pods" { "" } else { "apps" };
    ObjectPath {
        gvr: Gvr::new(group, "v1", resource),
        namespace: Some(Namespace::new("payments")),
        name: name.into(),
    }
}

/// When a version was written last: the time at which a test receives it.
fn written(object: &str) -> Timestamp {
    crate::health::rollout::written(&serde_json::from_str(object).unwrap())
}

fn begin(path: ObjectPath, body: &str, now: Timestamp) -> ObjectHistory {
    ObjectHistory::new(path, Version::read(body.into()).unwrap(), now)
}

fn see(history: &mut ObjectHistory, body: &str, now: Timestamp) {
    history.see(Version::read(body.into()).unwrap(), now, None);
    note(history);
}

/// Notes all that waits.
fn note(history: &mut ObjectHistory) {
    while let Some(noting) = history.next(Ticket(1)) {
        history.noted(noting.run());
    }
}

/// A history after versions, each received when it was written.
fn history(resource: &str, name: &str, versions: &[&str]) -> ObjectHistory {
    let mut history = begin(path(resource, name), versions[0], written(versions[0]));
    for version in &versions[1..] {
        see(&mut history, version, written(version));
    }
    history
}

#[test]
fn every_recorded_version_is_rebuilt_byte_for_byte() {
    let mut count = 0;
    for resource in ["pods", "deployments", "replicasets", "events", "endpointslices"] {
        for (name, changes) in changes(&format!("/{resource}")) {
            let versions: Vec<&str> = changes.iter().map(|(_, object)| object.as_str()).collect();
            let now = Timestamp::UNIX_EPOCH;
            let mut history = begin(path(resource, &name), versions[0], now);
            for (at, version) in versions.iter().enumerate().skip(1) {
                // A second passes between them, so none are merged.
                let now = now + SignedDuration::from_secs(i64::try_from(at).unwrap());
                see(&mut history, version, now);
            }
            for (at, pair) in versions.windows(2).enumerate() {
                let [before, after] = history.versions(at).unwrap();
                assert_eq!(String::from_utf8(before).unwrap(), pair[0], "{resource} {name} {at}");
                assert_eq!(String::from_utf8(after).unwrap(), pair[1], "{resource} {name} {at}");
                count += 1;
            }
            assert!(history.size() < 2_000 * versions.len(), "{} bytes", history.size());
        }
    }
    assert!(count > 60, "{count}");
}

/// The entry of the Deployment `gateway` that led to a version.
fn entry(version: &str) -> Entry {
    let changes = changes("/deployments");
    let (_, changes) = changes.iter().find(|(name, _)| name == "gateway").unwrap();
    let versions: Vec<&str> = changes.iter().map(|(_, object)| object.as_str()).collect();
    let history = history("deployments", "gateway", &versions);
    history.entries.iter().find(|entry| entry.version == version).unwrap().clone()
}

fn fields(entry: &Entry) -> Vec<String> {
    let line = |it: &kubewalk::app::state::object_history::ChangedField| {
        format!("{} {} → {}", it.path, it.before, it.after)
    };
    entry.fields.iter().map(line).collect()
}

#[test]
fn the_controller_writes_the_revision_and_its_status() {
    let entry = entry("22224");
    assert_eq!(entry.managers, "kube-controller-manager (status)");
    assert_eq!(
        fields(&entry)[0],
        r#".metadata.annotations['deployment.kubernetes.io/revision'] "1" → "2""#
    );
}

#[test]
fn a_second_write_within_a_second_is_of_the_manager_that_owns_its_fields() {
    let changes = changes("/deployments");
    let (_, changes) = changes.iter().find(|(name, _)| name == "gateway").unwrap();
    let versions: Vec<&str> = changes.iter().map(|(_, object)| object.as_str()).collect();
    let history = history("deployments", "gateway", &versions);
    let same = "kube-controller-manager (status), same second";
    let found = history.entries.iter().find(|entry| entry.managers == same).unwrap();
    assert!(found.is_of_status(), "{found:?}");
}

#[test]
fn scaling_is_of_kubectl_and_has_a_new_generation() {
    let entry = entry("22331");
    assert_eq!(entry.managers, "kubectl (scale)");
    assert_eq!(entry.generation, Some(3));
    assert_eq!(fields(&entry), [".spec.replicas 3 → 4"]);
}

#[test]
fn an_undone_rollout_shows_the_image_before_and_after() {
    let entry = entry("22385");
    assert_eq!(entry.managers, "kubectl");
    assert_eq!(entry.generation, Some(4));
    assert_eq!(
        fields(&entry),
        [
            r#".metadata.annotations['kubernetes.io/change-cause'] "gateway 1.8" → "gateway 1.7""#,
            r#".spec.template.metadata.labels.version "1.8" → "1.7""#,
            ".spec.template.spec.containers[name=gateway].image registry.example.com/gateway:1.8 → busybox:1.35",
        ]
    );
}

#[test]
fn a_bound_pod_has_no_manager_and_its_node_is_new() {
    let changes = changes("/pods");
    let (name, changes) =
        changes.iter().find(|(_, changes)| changes[0].0 == "ADDED" && changes.len() > 2).unwrap();
    let versions: Vec<&str> = changes.iter().map(|(_, object)| object.as_str()).collect();
    let history = history("pods", name, &versions[..2]);
    let entry = &history.entries[0];
    assert_eq!(entry.managers, "no manager recorded");
    assert!(fields(entry).contains(&".spec.nodeName – → node1".to_owned()), "{:?}", fields(entry));
}

#[test]
fn a_deleted_object_and_one_of_its_name_are_entries() {
    let now = Timestamp::UNIX_EPOCH;
    let object = |uid: &str, version: &str| {
        format!(r#"{{"kind":"Pod","metadata":{{"uid":"{uid}","resourceVersion":"{version}"}}}}"#)
    };
    let mut history = begin(path("pods", "a"), &object("u-1", "1"), now);
    history.deleted(now);
    note(&mut history);
    see(&mut history, &object("u-2", "9"), now);
    let what: Vec<What> = history.entries.iter().map(|entry| entry.what).collect();
    assert_eq!(what, [What::Deleted, What::CreatedAgain]);
}

#[test]
fn a_hundred_changes_a_second_are_merged_and_bounded() {
    let object = |at: i64| {
        format!(
            r#"{{"kind":"Pod","metadata":{{"uid":"u","resourceVersion":"{at}"}},"status":{{"n":{at},"fill":"{}"}}}}"#,
            "x".repeat(6_000)
        )
    };
    let mut history = begin(path("pods", "a"), &object(0), Timestamp::UNIX_EPOCH);
    for at in 1..=6_000_i64 {
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_millis(at * 10);
        see(&mut history, &object(at), now);
    }
    assert!(history.entries.len() < 400, "{}", history.entries.len());
    assert!(history.size() < 1 << 20, "{} bytes", history.size());
    let merged: usize = history.entries.iter().map(|entry| entry.merged).sum();
    assert_eq!(merged, 6_000, "no change is lost");
    let [before, _] = history.versions(0).unwrap();
    assert_eq!(String::from_utf8(before).unwrap(), object(0));
}

#[test]
fn values_of_a_secret_are_not_in_its_entries() {
    let object = |password: &str, version: &str| {
        format!(
            r#"{{"kind":"Secret","metadata":{{"uid":"u","resourceVersion":"{version}"}},"data":{{"password":"{password}"}}}}"#
        )
    };
    let now = Timestamp::UNIX_EPOCH;
    let mut path = path("pods", "a");
    path.gvr = Gvr::new("", "v1", "secrets");
    let mut history = begin(path, &object("Y29ycmVjdCBob3JzZQ==", "1"), now);
    see(&mut history, &object("aHVudGVyMg==", "2"), now);
    let shown = format!("{:?}", history.entries[0].fields);
    assert_eq!(fields(&history.entries[0]), [".data.password ‹13 bytes› → ‹7 bytes›"]);
    assert!(!shown.contains("aHVudGVyMg"), "{shown}");
}

/// A version of the open object arrives from its watch.
pub(super) fn arrive(app: &mut App, body: &str) {
    let ticket = app.model.live_document().ticket().unwrap();
    let object = app.model.reading.opened_object().unwrap().clone();
    let body = body.to_owned();
    let reply = kubewalk::app::answer::object(&object, body.into(), std::time::Duration::ZERO);
    let version = reply.version.clone();
    let change = ObjectChange::Now { reply: Box::new(reply), version };
    app.message(Message::Object { ticket, change });
}

#[test]
fn versions_that_arrive_faster_than_they_are_noted_are_merged_with_the_last_of_them() {
    let object = |at: usize| {
        let fill = "x".repeat(300_000);
        format!(
            r#"{{"kind":"Pod","metadata":{{"uid":"u","resourceVersion":"{at}"}},"n":{at},"fill":"{fill}"}}"#
        )
    };
    let now = Timestamp::UNIX_EPOCH;
    let mut history = begin(path("pods", "a"), &object(0), now);
    history.see(Version::read(object(1).into()).unwrap(), now, None);
    let first = history.next(Ticket(1)).unwrap();
    for at in 2..=9 {
        history.see(Version::read(object(at).into()).unwrap(), now, None);
        assert!(history.next(Ticket(2)).is_none(), "one version is noted at a time");
    }
    history.noted(first.run());
    note(&mut history);
    let merged: Vec<usize> = history.entries.iter().map(|entry| entry.merged).collect();
    assert_eq!(merged, [1, 8]);
    let [before, after] = history.versions(1).unwrap();
    assert_eq!((before, after), (object(1).into_bytes(), object(9).into_bytes()));
}

#[test]
fn a_deletion_is_noted_after_the_versions_before_it() {
    let now = Timestamp::UNIX_EPOCH;
    let object = |version: usize| {
        format!(
            r#"{{"kind":"Pod","metadata":{{"uid":"u","resourceVersion":"{version}"}},"n":{version}}}"#
        )
    };
    let mut history = begin(path("pods", "a"), &object(1), now);
    history.see(Version::read(object(2).into()).unwrap(), now, None);
    history.deleted(now);
    assert_eq!(history.entries.len(), 0);
    note(&mut history);
    let what: Vec<What> = history.entries.iter().map(|entry| entry.what).collect();
    assert_eq!(what, [What::Changed, What::Deleted]);
}

#[test]
fn when_a_field_changed_is_known_unless_it_was_not_followed() {
    let object = |version: usize, image: &str, node: &str| {
        format!(
            r#"{{"kind":"Pod","metadata":{{"uid":"u","resourceVersion":"{version}"}},
            "spec":{{"node":"{node}","containers":[{{"name":"a","image":"{image}"}},{{"name":"b"}}]}}}}"#
        )
    };
    let at = |second| Timestamp::from_second(second).unwrap();
    let mut history = begin(path("pods", "a"), &object(1, "x", "m"), at(0));
    see(&mut history, &object(2, "y", "m"), at(10));
    let image = ".spec.containers[0].image";
    assert_eq!(history.changed_at(image), Some(at(10)));
    assert_eq!(history.changed_at(".spec.containers[0].name"), None);
    assert_eq!(history.changed_at(".spec.containers[1].image"), None);
    assert_eq!(history.changed_at(".spec"), None, "what contains it did not change itself");
    history.see(Version::read(object(3, "z", "n").into()).unwrap(), at(60), Some(at(20)));
    note(&mut history);
    assert_eq!(history.changed_at(image), None);
    see(&mut history, &object(4, "z", "o"), at(70));
    assert_eq!(history.changed_at(".spec.node"), Some(at(70)));
}
