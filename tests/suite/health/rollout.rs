//! A recorded rollout that hangs, is scaled and undone, step by step from its watch events.

use std::io::Read as _;
use std::path::Path;

use flate2::read::GzDecoder;
use jiff::Timestamp;
use kubewalk::k8s::names::Gvr;
use kubewalk::k8s::table::{Delta, parse_delta, parse_page};
use kubewalk::object::health::{Health, Level, Related, judge, judge_row};
use kubewalk::object::path::{find, list, text, time};
use serde_json::Value;

/// The answers in the recording to requests of a collection: lists and watches, as objects or Tables.
pub(crate) fn bodies(collection: &str, is_table: bool, is_watch: bool) -> Vec<String> {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/recordings/rollout.har.gz");
    let mut text_of_file = String::new();
    GzDecoder::new(std::fs::File::open(file).unwrap()).read_to_string(&mut text_of_file).unwrap();
    let har: Value = serde_json::from_str(&text_of_file).unwrap();
    let is_wanted = |entry: &&Value| {
        let url = text(entry, ".request.url");
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let headers = list(entry, ".request.headers").iter();
        let is_of_table = headers.clone().any(|header| text(header, ".value").contains("as=Table"));
        let is_of_watch = query.contains("watch=1");
        path.ends_with(collection) && is_of_table == is_table && is_of_watch == is_watch
    };
    let entries = list(&har, ".log.entries").iter().filter(is_wanted);
    entries.map(|entry| text(entry, ".response.content.text").to_owned()).collect()
}

/// The objects of a collection's watch whose names begin so, in their order, until they are deleted.
pub(crate) fn steps(collection: &str, name: &str) -> Vec<Value> {
    let bodies = bodies(collection, false, true);
    let events = bodies.iter().flat_map(|body| body.lines());
    let events = events.map(|line| serde_json::from_str::<Value>(line).unwrap());
    let is_wanted = |event: &Value| {
        matches!(text(event, ".type"), "ADDED" | "MODIFIED")
            && text(event, ".object.metadata.name").starts_with(name)
    };
    events.filter(is_wanted).map(|mut event| event["object"].take()).collect()
}

/// When an object was written last.
pub(crate) fn written(object: &Value) -> Timestamp {
    let entries = list(object, ".metadata.managedFields").iter();
    entries.filter_map(|entry| time(entry, ".time")).max().unwrap()
}

fn judged(object: &Value) -> Health {
    judge(object, written(object), &Related::default())
}

/// The first rule of each step with its level; equal steps are merged.
fn story(steps: &[Value]) -> Vec<String> {
    let mut story: Vec<String> = steps
        .iter()
        .map(|object| {
            let health = judged(object);
            let first = health.first().map_or("", |reason| reason.rule);
            format!("{} {first}", health.level.word()).trim().to_owned()
        })
        .collect();
    story.dedup();
    story
}

#[test]
fn a_rollout_that_hangs_is_a_warning_after_its_deadline_and_ok_once_undone() {
    let steps = steps("/deployments", "gateway");
    let story = story(&steps);
    assert_eq!(
        story,
        [
            "progressing generation.lag",
            "progressing deploy.rollout",
            "warning deploy.stuck",
            // Scaled, which begins a new deadline; then undone.
            "progressing deploy.rollout",
            "progressing generation.lag",
            "progressing deploy.rollout",
            "ok",
            // Scaled down.
            "progressing generation.lag",
            "ok",
        ]
    );
}

#[test]
fn a_rollout_is_never_broken_while_the_old_pods_serve() {
    for object in steps("/deployments", "gateway") {
        let health = judged(&object);
        assert!(health.level < Level::Broken, "{:?}", health.reasons);
        for reason in health.reasons {
            assert!(find(&object, &reason.evidence).is_some(), "{reason:?}");
        }
    }
}

#[test]
fn pods_of_a_rollout_that_works_are_never_broken() {
    let image = |pod: &Value| text(pod, ".spec.containers[0].image").to_owned();
    let steps = steps("/pods", "gateway");
    let (good, bad): (Vec<Value>, Vec<Value>) =
        steps.into_iter().partition(|pod| image(pod) == "busybox:1.35");
    assert!(good.len() > 5 && bad.len() > 5);
    for pod in &good {
        let health = judged(pod);
        assert!(health.level <= Level::Progressing, "{:?}", health.reasons);
    }
    let is_pull = |pod: &Value| judged(pod).reasons.iter().any(|reason| reason.rule == "pod.pull");
    assert!(bad.iter().any(is_pull));
}

#[test]
fn rows_of_the_deployment_are_never_broken_either() {
    let now: Timestamp = "2026-11-26T10:48:00Z".parse().unwrap();
    let page = parse_page(bodies("/deployments", true, false)[0].as_bytes(), now).unwrap();
    let gvr = Gvr::new("apps", "v1", "deployments");
    let mut judged = 0;
    for line in bodies("/deployments", true, true)[0].lines() {
        let (delta, _) = parse_delta(line.as_bytes(), &page.columns, now).unwrap();
        if let Delta::Applied(row) = delta
            && row.name() == "gateway"
        {
            let health = judge_row(&gvr, &page.columns, &row, now);
            assert!(health.level < Level::Broken, "{row:?}: {health:?}");
            judged += 1;
        }
    }
    assert!(judged > 10);
}
