//! Problems: what belongs together, and what explains what.

use kubewalk::k8s::names::{Gvr, Namespace};
use kubewalk::k8s::path::ObjectPath;
use kubewalk::object::health::{
    Hint, Judged, Level, Owner, Problem, Reason, Record, Report, RowHealth, Source, fold,
};

fn path(resource: &str, namespace: &str, name: &str) -> ObjectPath {
    let (group, resource) = resource.split_once('/').unwrap_or(("", resource));
    ObjectPath {
        gvr: Gvr::new(group, "v1", resource),
        namespace: Some(Namespace::new(namespace)).filter(|_| !namespace.is_empty()),
        name: name.into(),
    }
}

fn reason(level: Level, sentence: &str, related: Vec<ObjectPath>) -> Reason {
    Reason {
        rule: "test",
        level,
        sentence: sentence.to_owned(),
        evidence: ".status".to_owned(),
        source: Source::Object,
        related,
        hint: Hint::None,
        since: None,
    }
}

/// An object in namespace `shop` with its uid, owned as in `ReplicaSet web-1`.
fn judged(resource: &str, name: &str, level: Level, owner: &str) -> Judged {
    let owner = owner.split_once(' ').map(|(kind, name)| Owner {
        kind: kind.to_owned(),
        name: name.to_owned(),
        uid: format!("uid of {name}"),
    });
    Judged {
        path: path(resource, "shop", name),
        uid: Some(format!("uid of {name}")),
        owners: owner.into_iter().collect(),
        reasons: vec![reason(level, &format!("{name} fails"), Vec::new())],
    }
}

fn row(resource: &str, name: &str, level: Level, text: &'static str) -> Judged {
    let health = RowHealth { level, reason: text.into(), is_certain: true };
    Judged::of_row(path(resource, "shop", name), &health).unwrap()
}

fn names(paths: &[ObjectPath]) -> Vec<&str> {
    paths.iter().map(|path| &*path.name).collect()
}

fn listed(problems: &[Problem]) -> Vec<(&str, Level)> {
    problems.iter().map(|problem| (&*problem.path.name, problem.level)).collect()
}

#[test]
fn pods_are_folded_under_the_workload_that_owns_them() {
    let problems = fold(vec![
        judged("pods", "web-1-a", Level::Broken, "ReplicaSet web-1"),
        judged("pods", "web-1-b", Level::Broken, "ReplicaSet web-1"),
        judged("apps/replicasets", "web-1", Level::Broken, "Deployment web"),
        judged("apps/deployments", "web", Level::Warning, ""),
        judged("pods", "alone", Level::Broken, ""),
    ]);
    assert_eq!(listed(&problems), [("web", Level::Broken), ("alone", Level::Broken)]);
    assert_eq!(names(&problems[0].effects), ["web-1-a", "web-1-b", "web-1"]);
    assert_eq!(problems[0].reasons[0].sentence, "web fails");
}

#[test]
fn a_pod_below_a_healthy_replica_set_is_folded_under_its_deployment() {
    let pod = serde_json::json!({"metadata": {
        "labels": {"pod-template-hash": "5f7cd98cbf"},
        "ownerReferences": [{"kind": "ReplicaSet", "name": "web-5f7cd98cbf", "uid": "r", "controller": true}],
    }});
    let health = kubewalk::object::health::Health {
        reasons: vec![reason(Level::Warning, "restarted", Vec::new())],
        ..Default::default()
    };
    let pod = Judged::of_object(path("pods", "shop", "web-5f7cd98cbf-x"), &pod, &health).unwrap();
    let problems = fold(vec![pod, judged("apps/deployments", "web", Level::Warning, "")]);
    assert_eq!(listed(&problems), [("web", Level::Warning)]);
}

#[test]
fn pods_of_rows_are_folded_by_the_names_that_controllers_give() {
    let problems = fold(vec![
        row("apps/replicasets", "web-5f7cd98cbf", Level::Broken, "0 of 2 ready"),
        row("pods", "web-5f7cd98cbf-x2x4z", Level::Broken, "crash loop, 9 restarts"),
        row("pods", "web-5f7cd98cbf-other", Level::Broken, "crash loop, 9 restarts"),
        row("apps/deployments", "web", Level::Broken, "0 of 2 ready"),
        row("apps/statefulsets", "db", Level::Warning, "1 of 2 ready"),
        row("pods", "db-1", Level::Broken, "failed"),
    ]);
    assert_eq!(
        listed(&problems),
        [("web", Level::Broken), ("web-5f7cd98cbf-other", Level::Broken), ("db", Level::Broken)]
    );
}

#[test]
fn a_row_shows_the_reason_of_its_pods() {
    let problems = fold(vec![
        row("apps/deployments", "web", Level::Broken, "0 of 2 ready"),
        judged("pods", "a", Level::Broken, "Deployment web"),
        row("pods", "b", Level::Broken, "failed"),
    ]);
    // Without a uid the row of the Deployment is no owner of that pod.
    assert_eq!(listed(&problems).len(), 3);
    let mut web = row("apps/deployments", "web", Level::Broken, "0 of 2 ready");
    web.uid = Some("uid of web".to_owned());
    let problems = fold(vec![web, judged("pods", "a", Level::Broken, "Deployment web")]);
    assert_eq!(problems[0].reasons[0].sentence, "0 of 2 ready: a fails");
}

#[test]
fn an_effect_is_listed_behind_its_cause_which_has_the_worst_level() {
    let claim = path("persistentvolumeclaims", "shop", "data");
    let mut pod = judged("pods", "app", Level::Broken, "");
    pod.reasons[0].related.push(claim.clone());
    let problems = fold(vec![
        pod,
        judged("persistentvolumeclaims", "data", Level::Warning, ""),
        judged("pods", "another", Level::Broken, ""),
    ]);
    assert_eq!(
        listed(&problems),
        [("data", Level::Broken), ("another", Level::Broken), ("app", Level::Broken)]
    );
    assert_eq!(problems[2].causes, [claim]);
    assert_eq!(names(&problems[0].effects), ["app"]);
}

#[test]
fn the_cause_of_a_pod_is_the_cause_of_its_workload() {
    let quota = path("resourcequotas", "shop", "small");
    let mut set = judged("apps/replicasets", "web-1", Level::Broken, "Deployment web");
    set.reasons[0].related.push(quota.clone());
    let problems = fold(vec![
        set,
        judged("apps/deployments", "web", Level::Broken, ""),
        judged("resourcequotas", "small", Level::Warning, ""),
    ]);
    assert_eq!(listed(&problems), [("small", Level::Broken), ("web", Level::Broken)]);
    assert_eq!(problems[1].causes, [quota]);
    assert_eq!(names(&problems[0].effects), ["web"]);
}

#[test]
fn pods_of_a_lost_node_are_folded_under_it() {
    let mut node = judged("nodes", "node1", Level::Broken, "");
    node.path.namespace = None;
    let mut pod = judged("pods", "app", Level::Broken, "");
    pod.reasons[0].related.push(node.path.clone());
    let problems = fold(vec![pod, node]);
    assert_eq!(listed(&problems), [("node1", Level::Broken)]);
    assert_eq!(names(&problems[0].effects), ["app"]);
}

#[test]
fn objects_that_claim_to_own_or_to_explain_each_other_are_listed() {
    let a = judged("a.io/things", "a", Level::Broken, "Thing b");
    let b = judged("a.io/things", "b", Level::Broken, "Thing a");
    assert!(!fold(vec![a.clone(), b.clone()]).is_empty());
    let (mut a, mut b) = (Judged { owners: vec![], ..a }, Judged { owners: vec![], ..b });
    a.reasons[0].related.push(b.path.clone());
    b.reasons[0].related.push(a.path.clone());
    let problems = fold(vec![a, b]);
    assert_eq!(problems.len(), 2);
    assert_eq!(problems.iter().map(|problem| problem.causes.len()).sum::<usize>(), 1);
}

#[test]
fn problems_are_sorted_worst_first_then_by_scope_namespace_and_name() {
    let mut node = judged("nodes", "z", Level::Broken, "");
    node.path.namespace = None;
    let mut other = judged("pods", "a", Level::Broken, "");
    other.path.namespace = Some(Namespace::new("aaa"));
    let problems = fold(vec![
        judged("pods", "w", Level::Warning, ""),
        judged("pods", "b", Level::Broken, ""),
        other,
        node,
        judged("pods", "b", Level::Broken, ""),
    ]);
    let names: Vec<_> = listed(&problems).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["z", "a", "b", "w"]);
}

#[test]
fn the_json_has_the_promised_fields() {
    let mut pod = judged("pods", "app", Level::Broken, "");
    pod.reasons[0].since = Some("2026-01-01T00:00:00Z".parse().unwrap());
    let problems = fold(vec![pod]);
    let records = problems.iter().map(|problem| Record::new(problem, "a hint".to_owned()));
    let report = Report { problems: records.collect(), read: 3, skipped: Vec::new() };
    let json = serde_json::to_string(&report).unwrap();
    assert_eq!(
        json,
        r#"{"problems":[{"level":"broken","group":"","version":"v1","resource":"pods","namespace":"shop","name":"app","rule":"test","sentence":"app fails","evidence":".status","hint":"a hint","since":"2026-01-01T00:00:00Z","causes":[],"effects":[]}],"read":3,"skipped":[]}"#
    );
    assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
}
