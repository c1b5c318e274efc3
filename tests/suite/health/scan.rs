//! The search for problems in a generated cluster: which requests are sent, and how many.

use std::collections::VecDeque;

use kubewalk::k8s::failure::Failure;
use kubewalk::k8s::names::Namespace;
use kubewalk::k8s::request::{Form, Request};
use kubewalk::object::health::Level;
use kubewalk::object::problems::{Limits, Outcome, Scan};
use kubewalk::object::search::{Next, Search as _, SearchScope};
use serde_json::json;

use super::case::now;
use crate::support::cluster::Cluster;

/// Drives a scan to its end. Returns its outcome and the most requests that were open at once.
fn drive(cluster: &Cluster, scope: SearchScope, limits: Limits) -> (Outcome, usize) {
    let mut scan = Scan::new(scope, &cluster.discovery(), limits);
    let most = cluster.drive(&mut scan);
    (scan.finish(), most)
}

fn everything() -> SearchScope {
    SearchScope::All { known: vec![Namespace::new("ns1")] }
}

fn status(code: u16, reason: &str) -> String {
    json!({"kind": "Status", "code": code, "reason": reason, "message": reason}).to_string()
}

#[test]
fn pods_of_a_large_cluster_are_listed_namespace_by_namespace() {
    let cluster = Cluster::new(200, 500, 50_000, 200);
    let (outcome, most) = drive(&cluster, everything(), Limits::default());
    assert_eq!(most, 6);
    assert_eq!(outcome.problems.len(), 200, "the first pod of each namespace");
    let sent = cluster.paths();
    // A page of pods, the namespaces, pods of each, the other kinds, and the pods that crash.
    assert!(sent.len() < 200 + 200 + 200 + 20, "{}", sent.len());
    let texts = cluster.sent.borrow();
    assert!(
        !texts.iter().any(|text| text.contains("includeObject=Metadata")),
        "no metadata is read"
    );
    assert!(outcome.is_complete && !outcome.is_forbidden);
    assert!(outcome.read >= 100_000, "{}", outcome.read);
}

#[test]
fn no_request_is_sent_twice_and_none_for_secrets() {
    let cluster = Cluster::new(3, 700, 300, 2);
    _ = drive(&cluster, everything(), Limits::default());
    let mut sent = cluster.sent.borrow().clone();
    let all = sent.len();
    sent.sort();
    sent.dedup();
    assert_eq!(sent.len(), all);
    assert!(!sent.iter().any(|text| text.contains("secrets")));
}

#[test]
fn a_page_with_findings_is_read_again_with_metadata_at_the_same_version() {
    let cluster = Cluster::new(3, 400, 700, 0);
    let (outcome, _) = drive(&cluster, everything(), Limits::default());
    let sent = cluster.sent.borrow();
    let again: Vec<&String> = sent.iter().filter(|text| text.contains("=Metadata")).collect();
    // Pods 0 and 700 of 1,200 crash: the last page is not read again.
    assert_eq!(again.len(), 2, "{again:?}");
    assert!(
        again[0].ends_with("limit=500&resourceVersion=7&resourceVersionMatch=Exact"),
        "{again:?}"
    );
    assert!(again[1].ends_with("limit=500&continue=500"), "{again:?}");
    let namespaces: Vec<String> = outcome
        .problems
        .iter()
        .map(|problem| problem.path.namespace.as_ref().unwrap().to_string())
        .collect();
    assert_eq!(namespaces, ["ns0", "ns1"]);
}

#[test]
fn one_namespace_is_read_without_the_cluster() {
    let cluster = Cluster::new(3, 10, 5, 1);
    let scope = SearchScope::Namespace(Namespace::new("ns2"));
    let (outcome, _) = drive(&cluster, scope, Limits::default());
    assert_eq!(outcome.problems.len(), 2);
    assert!(cluster.paths().iter().all(|path| path.contains("/namespaces/ns2/")));
}

#[test]
fn the_pages_of_a_large_namespace_grow() {
    let cluster = Cluster::new(1, 4_000, 5_000, 0);
    let scope = SearchScope::Namespace(Namespace::new("ns0"));
    _ = drive(&cluster, scope, Limits::default());
    let sent = cluster.sent.borrow();
    let pages = sent.iter().filter(|text| text.contains("/pods?") && text.contains("limit="));
    let limits: Vec<&str> = pages
        .map(|text| text.split_once("limit=").unwrap().1.split('&').next().unwrap())
        .take(4)
        .collect();
    assert_eq!(limits, ["500", "1000", "2000", "2000"]);
}

#[test]
fn without_rights_over_all_namespaces_those_that_may_be_listed_are() {
    let forbidden = status(403, "Forbidden");
    let cluster = Cluster::new(3, 10, 5, 1)
        .with("/api/v1/pods?", 403, &*forbidden)
        .with("/namespaces/ns0/pods?", 403, &*forbidden)
        .with("/namespaces/ns2/pods?", 403, &*forbidden);
    let (outcome, _) = drive(&cluster, everything(), Limits::default());
    assert_eq!(outcome.problems.len(), 2);
    let others = cluster.paths().into_iter().filter(|path| path.contains("/deployments"));
    assert_eq!(others.collect::<Vec<_>>(), ["/apis/apps/v1/namespaces/ns1/deployments"]);
    let skipped = outcome.skipped.iter().find(|skipped| skipped.what == "pods in 2 namespaces");
    assert_eq!(skipped.unwrap().why, "forbidden");
    assert!(outcome.is_complete, "what is forbidden is no failure");
}

#[test]
fn known_namespaces_are_tried_if_none_may_be_listed() {
    let forbidden = status(403, "Forbidden");
    let cluster = Cluster::new(3, 10, 5, 0).with("/api/v1/pods?", 403, &*forbidden).with(
        "/api/v1/namespaces?",
        403,
        &*forbidden,
    );
    let (outcome, _) = drive(&cluster, everything(), Limits::default());
    let of: Vec<_> =
        outcome.problems.iter().map(|problem| problem.path.namespace.clone()).collect();
    assert_eq!(of, [Some(Namespace::new("ns1")), Some(Namespace::new("ns1"))]);
}

#[test]
fn if_everything_is_forbidden_it_is_reported() {
    let cluster = Cluster::new(1, 1, 1, 1).with("/", 403, status(403, "Forbidden"));
    for scope in [everything(), SearchScope::Namespace(Namespace::new("ns0"))] {
        let (outcome, _) = drive(&cluster, scope, Limits::default());
        assert!(outcome.is_forbidden && outcome.problems.is_empty());
        assert!(outcome.skipped.iter().all(|skipped| skipped.why == "forbidden"));
    }
}

#[test]
fn a_throttling_server_gets_fewer_requests_at_a_time() {
    let cluster = Cluster::new(1, 10, 5, 40).with("things1?", 429, status(429, "TooManyRequests"));
    let mut scan = Scan::new(everything(), &cluster.discovery(), Limits::default());
    let (mut open, mut pauses, mut most_after) = (VecDeque::new(), 0, 0);
    loop {
        match scan.next() {
            Next::Send(request) => {
                open.push_back(request);
                if pauses > 2 {
                    most_after = most_after.max(open.len());
                }
            }
            Next::Wait => {
                let request = open.pop_front().unwrap();
                let exchange = cluster.answer(&request);
                scan.answer(&request, exchange.good(), now());
            }
            Next::Pause(_) => pauses += 1,
            Next::Done => break,
        }
    }
    assert_eq!((pauses, most_after), (10, 1), "and in the end it is left out");
    let outcome = scan.finish();
    assert!(!outcome.is_complete);
    assert!(outcome.skipped.iter().any(|skipped| skipped.what == "things1.example.com"));
}

#[test]
fn limits_report_what_they_omit() {
    let cluster = Cluster::new(20, 500, 5, 3);
    let limits = Limits { requests: 12, objects: 2, ..Limits::default() };
    let (outcome, _) = drive(&cluster, everything(), limits);
    assert_eq!(cluster.sent.borrow().len(), 12);
    assert!(!outcome.is_complete && !outcome.problems.is_empty());
    let why = "more than 12 requests";
    assert!(outcome.skipped.iter().any(|skipped| skipped.why == why), "{:?}", outcome.skipped);
}

#[test]
fn more_findings_than_are_read_whole_are_shown_by_their_rows() {
    let cluster = Cluster::new(1, 100, 10, 0);
    let limits = Limits { objects: 3, ..Limits::default() };
    let (outcome, _) = drive(&cluster, everything(), limits);
    let rules: Vec<&str> = outcome.problems.iter().map(|problem| problem.reasons[0].rule).collect();
    assert_eq!(rules.iter().filter(|rule| **rule == "row").count(), 7);
    assert_eq!(rules.iter().filter(|rule| **rule == "pod.crash").count(), 3);
    assert_eq!(outcome.skipped[0].what, "7 objects with findings");
    assert!(outcome.is_complete, "they were found");
}

#[test]
fn a_stopped_scan_keeps_its_results() {
    let cluster = Cluster::new(2, 1500, 100, 0);
    let scope = SearchScope::Namespace(Namespace::new("ns0"));
    let mut scan = Scan::new(scope, &cluster.discovery(), Limits::default());
    let mut open = VecDeque::new();
    for _ in 0..40 {
        match scan.next() {
            Next::Send(request) => open.push_back(request),
            Next::Wait => {
                let request: Request = open.pop_front().unwrap();
                scan.answer(&request, cluster.answer(&request).good(), now());
            }
            _ => break,
        }
        if scan.progress().found > 0 {
            break;
        }
    }
    scan.stop("the time was up");
    assert_eq!(scan.next(), Next::Done);
    let outcome = scan.finish();
    assert!(!outcome.problems.is_empty() && !outcome.is_complete);
    assert_eq!(outcome.problems[0].level, Level::Broken);
    assert!(outcome.skipped.iter().any(|skipped| skipped.why == "the time was up"));
}

#[test]
fn an_expired_list_continues_with_the_new_token() {
    let gone = json!({"kind": "Status", "code": 410, "reason": "Expired", "message": "too old",
        "metadata": {"continue": "1000"}});
    let cluster = Cluster::new(1, 1200, 1100, 0).with("continue=500", 410, gone.to_string());
    let scope = SearchScope::Namespace(Namespace::new("ns0"));
    let (outcome, _) = drive(&cluster, scope, Limits::default());
    assert!(outcome.is_complete, "{:?}", outcome.skipped);
    assert_eq!(outcome.problems.len(), 2);
}

#[test]
fn a_kind_whose_rows_say_nothing_is_named_and_no_failure() {
    let cluster = Cluster::new(1, 1, 5, 1);
    let scope = SearchScope::Namespace(Namespace::new("ns0"));
    let (outcome, _) = drive(&cluster, scope, Limits::default());
    let blind = outcome.skipped.iter().find(|skipped| skipped.what == "things0.example.com");
    assert_eq!(blind.unwrap().why, "its rows say nothing about health");
    assert!(outcome.is_complete);
}

#[test]
fn an_unreadable_answer_is_a_failure_of_its_list_alone() {
    let cluster = Cluster::new(1, 10, 5, 0).with("/deployments?", 200, "{}");
    let (outcome, _) = drive(&cluster, everything(), Limits::default());
    assert!(!outcome.is_complete);
    assert_eq!(outcome.problems.len(), 2);
}

#[test]
fn answers_to_cancelled_requests_are_ignored() {
    let cluster = Cluster::new(1, 1, 5, 0);
    let mut scan = Scan::new(everything(), &cluster.discovery(), Limits::default());
    let other = Request::get(kubewalk::k8s::path::ApiPath::parse("/api/v1/nodes"), Form::Table);
    scan.answer(&other, Err(Failure::from_answer(500, b"")), now());
    assert!(matches!(scan.next(), Next::Send(_)));
}

#[test]
fn a_cluster_full_of_findings_is_listed_up_to_a_limit_and_counted() {
    let cluster = Cluster::new(1, 100_000, 1, 0);
    let scope = SearchScope::Namespace(Namespace::new("ns0"));
    let (outcome, _) = drive(&cluster, scope, Limits { objects: 5, ..Limits::default() });
    assert_eq!(outcome.problems.len(), 10_000);
    assert!(outcome.skipped.iter().any(|skipped| skipped.what == "90000 more rows with findings"));
}
