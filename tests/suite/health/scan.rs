//! The search for problems in a generated cluster: which requests are sent, and how many.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use kubewalk::k8s::discovery::{Discovery, DiscoveryContent, DiscoveryPart, parse_groups};
use kubewalk::k8s::failure::Failure;
use kubewalk::k8s::names::Namespace;
use kubewalk::k8s::request::{Exchange, Form, Request};
use kubewalk::object::health::Level;
use kubewalk::object::problems::{Limits, Outcome, Scan};
use kubewalk::object::search::{Next, Search as _, SearchScope};
use serde_json::{Value, json};

use super::case::{now, shown};

/// A cluster of pods and custom kinds.
struct Cluster {
    namespaces: usize,
    /// Pods in each namespace.
    pods: usize,
    /// One of that many pods crashes.
    crashes: usize,
    kinds: usize,
    /// What was sent.
    sent: RefCell<Vec<String>>,
    /// Answers that differ, by what the path and query contain.
    special: Vec<(&'static str, u16, String)>,
}

impl Cluster {
    fn new(namespaces: usize, pods: usize, crashes: usize, kinds: usize) -> Self {
        let (sent, special) = (RefCell::default(), Vec::new());
        Self { namespaces, pods, crashes, kinds, sent, special }
    }

    fn with(mut self, part: &'static str, status: u16, body: impl Into<String>) -> Self {
        self.special.push((part, status, body.into()));
        self
    }

    fn discovery(&self) -> Discovery {
        let resource = |name: &str, kind: &str, scope: &str| json!({"resource": name, "responseKind": {"kind": kind}, "scope": scope, "verbs": ["get", "list"]});
        let group = |name: &str, resources: Vec<Value>| json!({"metadata": {"name": name}, "versions": [{"version": "v1", "resources": resources}]});
        let list = |groups: Vec<Value>| {
            let list = json!({"kind": "APIGroupDiscoveryList", "items": groups}).to_string();
            DiscoveryContent::Groups(parse_groups(list.as_bytes()).unwrap())
        };
        let custom: Vec<Value> = (0..self.kinds)
            .map(|kind| resource(&format!("things{kind}"), "Thing", "Namespaced"))
            .collect();
        let core = [("pods", "Pod"), ("services", "Service")];
        let core = core.map(|(name, kind)| resource(name, kind, "Namespaced"));
        let core = [resource("namespaces", "Namespace", "Cluster")].into_iter().chain(core);
        let apps =
            ["deployments", "replicasets"].map(|name| resource(name, "Deployment", "Namespaced"));
        let mut discovery = Discovery::default();
        discovery.store(DiscoveryPart::CoreGroup, Ok(list(vec![group("", core.collect())])));
        let named = vec![group("apps", apps.to_vec()), group("example.com", custom)];
        discovery.store(DiscoveryPart::NamedGroups, Ok(list(named)));
        discovery
    }

    fn answer(&self, request: &Request) -> Exchange {
        let text = shown(request);
        self.sent.borrow_mut().push(text.clone());
        let special = self.special.iter().find(|(part, ..)| text.contains(part));
        let (status, body) = match special {
            Some((_, status, body)) => (*status, body.clone()),
            None => (200, self.body(request, &text).to_string()),
        };
        Exchange {
            request: request.clone(),
            status,
            content_type: "application/json".to_owned(),
            warnings: Vec::new(),
            audited: true,
            location: None,
            retry_after: None,
            body: Bytes::from(body),
            cut_at: None,
            elapsed: Duration::ZERO,
        }
    }

    fn body(&self, request: &Request, text: &str) -> Value {
        let path = text.split('?').next().unwrap();
        let with_metadata = text.contains("includeObject=Metadata");
        let parameter = |name: &str| {
            let mut query = request.query.iter();
            query.find(|(known, _)| known == name).map(|(_, value)| value.as_str())
        };
        let start = parameter("continue").map_or(0, |token| token.parse().unwrap());
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        if request.form == Form::Json {
            return match parts[..] {
                [.., "namespaces", namespace, "pods", name] => self.pod(namespace, name),
                _ => json!({"kind": "List", "apiVersion": "v1", "metadata": {}, "items": []}),
            };
        }
        match parts[..] {
            ["api", "v1", "namespaces"] => {
                let rows = (0..self.namespaces)
                    .map(|at| json!({"cells": [format!("ns{at}"), "Active", "9d"]}));
                table(&["Name", "Status", "Age"], &rows.collect::<Vec<_>>(), self.namespaces, 0)
            }
            ["api", "v1", "pods"] => self.pods(None, start, with_metadata),
            ["api", "v1", "namespaces", namespace, "pods"] => {
                self.pods(Some(namespace), start, with_metadata)
            }
            _ => table(&["Name", "Age"], &[], 0, 0),
        }
    }

    fn pods(&self, namespace: Option<&str>, start: usize, with_metadata: bool) -> Value {
        let all = if namespace.is_some() { self.pods } else { self.pods * self.namespaces };
        let rows = (start..all.min(start + 500)).map(|at| {
            let owner = namespace.map_or_else(|| format!("ns{}", at / self.pods), str::to_owned);
            let name = format!("pod-{}", at % self.pods);
            let crashes = at % self.crashes == 0;
            let (ready, status, restarts) = if crashes {
                ("0/1", "CrashLoopBackOff", "9 (1m ago)")
            } else {
                ("1/1", "Running", "0")
            };
            let object = if with_metadata {
                json!({"metadata": {"name": name, "namespace": owner}})
            } else {
                Value::Null
            };
            json!({"cells": [name, ready, status, restarts, "9d"], "object": object})
        });
        table(
            &["Name", "Ready", "Status", "Restarts", "Age"],
            &rows.collect::<Vec<_>>(),
            all,
            start,
        )
    }

    fn pod(&self, namespace: &str, name: &str) -> Value {
        assert!(self.pods > 0);
        json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "namespace": namespace, "uid": format!("{namespace}/{name}")},
            "spec": {"containers": [{"name": "main"}]},
            "status": {"phase": "Running", "containerStatuses": [{
                "name": "main", "restartCount": 9, "state": {"waiting": {"reason": "CrashLoopBackOff"}},
            }]},
        })
    }

    fn paths(&self) -> Vec<String> {
        self.sent.borrow().iter().map(|text| text.split('?').next().unwrap().to_owned()).collect()
    }
}

/// A page of a Table that has `all` rows, from row `start` on.
fn table(columns: &[&str], rows: &[Value], all: usize, start: usize) -> Value {
    let end = start + rows.len();
    let metadata = if end < all {
        json!({"continue": end.to_string(), "remainingItemCount": all - end, "resourceVersion": "7"})
    } else {
        json!({"resourceVersion": "7"})
    };
    let format = |name: &str| if name == "Name" { "name" } else { "" };
    let columns: Vec<Value> =
        columns.iter().map(|name| json!({"name": name, "format": format(name)})).collect();
    json!({"kind": "Table", "metadata": metadata, "columnDefinitions": columns, "rows": rows})
}

/// Drives a scan to its end. Returns its outcome and the most requests that were open at once.
fn drive(cluster: &Cluster, scope: SearchScope, limits: Limits) -> (Outcome, usize) {
    let mut scan = Scan::new(scope, &cluster.discovery(), limits);
    let (mut open, mut most) = (VecDeque::new(), 0);
    loop {
        match scan.next() {
            Next::Send(request) => {
                open.push_back(request);
                most = most.max(open.len());
            }
            Next::Wait => {
                let request = open.pop_front().unwrap();
                let exchange = cluster.answer(&request);
                scan.answer(&request, exchange.good(), now());
            }
            Next::Pause(_) => {}
            Next::Done => break,
        }
    }
    assert!(open.is_empty());
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
