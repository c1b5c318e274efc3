//! Real clusters: one that is well but for a few pods, and one with many faults.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use jiff::Timestamp;
use kubewalk::api::client::Client;
use kubewalk::api::har::Recording;
use kubewalk::k8s::discovery::{Resource, parse_groups};
use kubewalk::k8s::names::Namespace;
use kubewalk::k8s::path::ApiPath;
use kubewalk::k8s::request::{Form, Request};
use kubewalk::k8s::table::{Row, parse_page};
use kubewalk::object::health::{Answer, Health, Level, Related, RowJudge, judge, take_items};
use kubewalk::object::path::{find, text};
use serde_json::Value;

use crate::support::{golden, recordings};

/// A recorded cluster.
struct Cluster {
    client: Client,
    now: Timestamp,
    answers: HashMap<String, Arc<Answer>>,
}

impl Cluster {
    fn of(recording: &Arc<Recording>) -> Self {
        let now = recording.recorded_at().unwrap();
        Self { client: Client::replay(recording.clone()), now, answers: HashMap::new() }
    }

    /// All kinds that can be listed, in the version that the server prefers; events once.
    async fn resources(&self) -> Vec<Arc<Resource>> {
        let mut resources = Vec::new();
        for path in [ApiPath::Api, ApiPath::Apis] {
            let groups = self.client.send(&Request::get(path, Form::Discovery)).await.unwrap();
            for group in parse_groups(&groups.body).unwrap() {
                let preferred = group.versions.iter().find(|version| version.preferred).unwrap();
                if preferred.stale || preferred.group_version.group.as_str() == "events.k8s.io" {
                    continue;
                }
                let listed = preferred.resources.iter().flatten();
                resources.extend(listed.filter(|resource| resource.can("list")).cloned());
            }
        }
        resources
    }

    /// All objects of all kinds.
    async fn objects(&self) -> Vec<Value> {
        let mut objects = Vec::new();
        for resource in self.resources().await {
            objects.extend(self.list(&resource).await);
        }
        objects
    }

    async fn list(&self, resource: &Resource) -> Vec<Value> {
        let path = ApiPath::Collection { gvr: resource.gvr.clone(), namespace: None };
        let list = self.client.send(&Request::get(path, Form::Json)).await.unwrap();
        take_items(&mut serde_json::from_slice(&list.body).unwrap())
    }

    /// Judges an object with all the answers that it wants.
    async fn judge(&mut self, object: &Value) -> Health {
        let mut related = Related::default();
        loop {
            let health = judge(object, self.now, &related);
            let open: Vec<_> =
                health.wants.iter().filter(|want| related.get(&want.request).is_none()).collect();
            if open.is_empty() {
                return health;
            }
            for want in open {
                let key = format!("{:?}", want.request);
                if !self.answers.contains_key(&key) {
                    let answer = match self.client.send(&want.request).await {
                        Ok(exchange) => Answer::read(&exchange, self.now),
                        Err(_) => Answer::Withheld,
                    };
                    self.answers.insert(key.clone(), Arc::new(answer));
                }
                related.insert(want.request.clone(), self.answers[&key].clone());
            }
        }
    }
}

/// `Pod payments/audit`.
fn title(object: &Value) -> String {
    let namespace = text(object, ".metadata.namespace");
    let slash = if namespace.is_empty() { "" } else { "/" };
    format!("{} {namespace}{slash}{}", text(object, ".kind"), text(object, ".metadata.name"))
}

/// All findings of a recording, notes included.
async fn findings(recording: &Arc<Recording>, least: Level) -> Vec<(String, Health)> {
    let mut cluster = Cluster::of(recording);
    let mut found = Vec::new();
    for object in cluster.objects().await.iter().filter(|object| text(object, ".kind") != "Event") {
        let mut health = cluster.judge(object).await;
        for reason in &health.reasons {
            assert!(find(object, &reason.evidence).is_some(), "{reason:?}");
        }
        health.reasons.retain(|reason| reason.level >= least);
        if !health.reasons.is_empty() {
            found.push((title(object), health));
        }
    }
    found
}

#[tokio::test]
async fn objects_of_a_healthy_cluster_have_no_findings() {
    // What was broken on purpose in that cluster, the API whose server is gone, and containers that were
    // killed a minute ago.
    let broken = [
        "Pod default/curl-with-ambassador",
        "Pod default/downward",
        "Pod default/downward-env",
        "Pod shop/db-0",
        "Pod team-a/broken-config",
        "Pod team-a/crashy",
        "Pod team-a/unschedulable",
        "APIService v1beta1.metrics.k8s.io",
        "HorizontalPodAutoscaler shop/frontend",
    ];
    let found = findings(&recordings::cluster(), Level::Unknown).await;
    let titles: Vec<&str> = found.iter().map(|(title, _)| &**title).collect();
    let others: Vec<_> = found.iter().filter(|(title, _)| !broken.contains(&&**title)).collect();
    assert!(others.is_empty(), "{others:?}");
    assert_eq!(titles.len(), broken.len(), "{titles:?}");
    for (title, health) in &found[..4] {
        assert!(health.reasons.iter().all(|reason| reason.rule == "pod.restarted"), "{title}");
    }
}

/// The distance between two levels, with unknown as far from broken as ok.
fn steps(level: Level) -> i32 {
    match level {
        Level::Ok | Level::Unknown => 0,
        Level::Progressing => 1,
        Level::Warning => 2,
        Level::Broken => 3,
    }
}

#[tokio::test]
async fn a_row_that_is_certain_and_its_object_differ_by_one_level_at_most() {
    let mut compared = 0;
    for recording in [recordings::cluster(), recordings::named("trouble")] {
        let cluster = Cluster::of(&recording);
        for resource in cluster.resources().await {
            let path = ApiPath::Collection { gvr: resource.gvr.clone(), namespace: None };
            let table = cluster.client.send(&Request::get(path, Form::Table)).await.unwrap();
            let Ok(page) = parse_page(&table.body, cluster.now) else { continue };
            let judge_rows = RowJudge::new(&resource.gvr, &page.columns);
            for object in cluster.list(&resource).await {
                let is_same = |row: &&Row| {
                    let namespace = row.namespace.as_ref().map_or("", Namespace::as_str);
                    row.name() == text(&object, ".metadata.name")
                        && namespace == text(&object, ".metadata.namespace")
                };
                let Some(row) = page.rows.iter().find(is_same) else { continue };
                let (row, whole) = (
                    judge_rows.judge(row, cluster.now),
                    judge(&object, cluster.now, &Related::default()),
                );
                let distance = (steps(row.level) - steps(whole.level)).abs();
                assert!(!row.is_certain || distance <= 1, "{}: {row:?} {whole:?}", title(&object));
                compared += 1;
            }
        }
    }
    assert!(compared > 200, "{compared}");
}

#[tokio::test]
async fn every_fault_of_a_broken_cluster_is_found_and_explained() {
    let mut lines = String::new();
    for (title, health) in findings(&recordings::named("trouble"), Level::Ok).await {
        writeln!(lines, "{title}: {}", health.level.word()).unwrap();
        for reason in health.reasons {
            let (rule, level, sentence) = (reason.rule, reason.level.word(), reason.sentence);
            writeln!(lines, "  {level} {rule}: {sentence}  ({})", reason.evidence).unwrap();
        }
    }
    golden::is_current("tests/fixtures/health/trouble.txt", &lines);
}
