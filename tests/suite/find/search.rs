//! The search in a generated cluster: which requests are sent, and what is kept.

use kubewalk::k8s::failure::FailureKind;
use kubewalk::k8s::filter::Filter;
use kubewalk::k8s::names::Namespace;
use kubewalk::k8s::path::ApiPath;
use kubewalk::object::find::{Find, Found, Wanted};
use kubewalk::object::search::SearchScope;
use serde_json::json;

use crate::support::cluster::Cluster;

fn wanted(text: &str) -> Wanted {
    Wanted {
        filter: Filter::parse(text).unwrap().unwrap(),
        scope: SearchScope::All { known: vec![Namespace::new("ns1")] },
        kinds: Vec::new(),
        is_of_all_kinds: false,
        is_in_labels: false,
    }
}

/// Runs a search to its end. Returns what it found and the most requests that were open at once.
fn find(cluster: &Cluster, wanted: Wanted) -> (Found, usize) {
    let mut find = Find::new(wanted, &cluster.discovery()).unwrap();
    let most = cluster.drive(&mut find);
    (find.found(), most)
}

fn paths(found: &Found) -> Vec<String> {
    found.hits.iter().map(|hit| ApiPath::Object(hit.path.clone()).to_string()).collect()
}

#[test]
fn eight_requests_are_open_at_once_and_none_is_sent_twice() {
    let cluster = Cluster::new(3, 700, 1, 40);
    let (found, most) = find(&cluster, wanted("pod-69"));
    assert_eq!(most, 8);
    assert_eq!(found.hits.len(), 3 * 11, "pod-69 and pod-690 to pod-699 of each namespace");
    let mut sent = cluster.sent.borrow().clone();
    let all = sent.len();
    sent.sort();
    sent.dedup();
    assert_eq!(sent.len(), all);
}

#[test]
fn only_pages_with_hits_over_all_namespaces_are_read_again_for_their_namespaces() {
    let cluster = Cluster::new(3, 400, 1, 0);
    let (found, _) = find(&cluster, wanted("/^pod-7$/"));
    assert_eq!(
        paths(&found),
        ["ns0", "ns1", "ns2"].map(|ns| format!("/api/v1/namespaces/{ns}/pods/pod-7"))
    );
    let sent = cluster.sent.borrow();
    let again: Vec<&String> = sent.iter().filter(|text| text.contains("=Metadata")).collect();
    // The hits are rows 7, 407 and 807 of 1,200.
    assert_eq!(again.len(), 2, "{again:?}");
    assert!(again[0].contains("resourceVersion=7&resourceVersionMatch=Exact"), "{again:?}");
}

#[test]
fn a_page_of_one_namespace_is_read_once() {
    let cluster = Cluster::new(3, 400, 1, 0);
    let scope = SearchScope::Namespace(Namespace::new("ns2"));
    let (found, _) = find(&cluster, Wanted { scope, ..wanted("pod-39") });
    assert_eq!(found.hits.len(), 11);
    assert!(!cluster.sent.borrow().iter().any(|text| text.contains("=Metadata")));
    assert!(!cluster.paths().contains(&"/api/v1/namespaces".to_owned()), "of the cluster");
}

#[test]
fn hits_beyond_a_thousand_are_counted_and_not_located() {
    let cluster = Cluster::new(30, 500, 1, 0);
    let (found, _) = find(&cluster, wanted("pod-"));
    assert_eq!(found.hits.len(), 1_000);
    assert_eq!(found.more, 30 * 500 - 1_000);
    assert_eq!(found.read, 30 * 500 + 30, "and the namespaces");
    let again = cluster.sent.borrow().iter().filter(|text| text.contains("=Metadata")).count();
    assert!(again <= 8, "{again} pages were located");
}

#[test]
fn where_nothing_may_be_listed_over_all_namespaces_the_known_ones_are_tried() {
    let status = json!({"kind": "Status", "code": 403, "reason": "Forbidden"}).to_string();
    let cluster = Cluster::new(3, 10, 1, 1).with("/api/v1/pods?", 403, status);
    let (found, _) = find(&cluster, wanted("pod-7"));
    assert_eq!(paths(&found), ["/api/v1/namespaces/ns1/pods/pod-7"]);
    assert!(!found.skipped.iter().any(|skipped| skipped.what == "pods"), "{:?}", found.skipped);
}

#[test]
fn kinds_that_may_not_be_listed_are_named_and_do_not_make_the_search_incomplete() {
    let status = json!({"kind": "Status", "code": 403, "reason": "Forbidden"}).to_string();
    let cluster = Cluster::new(1, 10, 1, 0).with("services?", 403, status);
    let (found, _) = find(&cluster, wanted("pod-7"));
    let skipped: Vec<_> =
        found.skipped.iter().map(|it| (it.what.as_str(), it.why.as_str())).collect();
    assert_eq!(skipped, [("services", "forbidden")]);
    assert!(!found.is_incomplete);
    assert_eq!(found.done, found.kinds);
}

#[test]
fn a_kind_that_fails_makes_the_search_incomplete_and_the_others_go_on() {
    let cluster = Cluster::new(1, 10, 1, 0).with("services?", 500, "{}");
    let (found, _) = find(&cluster, wanted("pod-7"));
    assert_eq!(found.hits.len(), 1);
    assert!(found.is_incomplete);
    assert_eq!(found.skipped[0].what, "services");
}

#[test]
fn only_requested_kinds_are_read() {
    let cluster = Cluster::new(1, 10, 1, 9);
    let kinds = vec!["pods".to_owned(), "things3.example.com".to_owned()];
    let (found, _) = find(&cluster, Wanted { kinds, ..wanted("x") });
    assert_eq!((found.kinds, found.read), (2, 10));
    assert_eq!(cluster.paths(), ["/api/v1/pods", "/apis/example.com/v1/things3"]);
}

#[test]
fn a_kind_that_the_server_does_not_have_is_refused() {
    let kinds = vec!["po".to_owned()];
    let cluster = Cluster::new(1, 10, 1, 0);
    let failure = Find::new(Wanted { kinds, ..wanted("x") }, &cluster.discovery()).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Input);
    assert!(failure.message.contains("po"), "{failure}");
}

#[test]
fn lists_that_the_rules_deny_are_not_requested_but_named() {
    let cluster = Cluster::new(3, 40, 1, 0);
    let find = Find::new(wanted("pod-7"), &cluster.discovery()).unwrap();
    let is_pods =
        |path: &ApiPath| matches!(path, ApiPath::Collection { gvr, .. } if gvr.is_core("pods"));
    let mut find = find.without(|path| is_pods(path) && !path.is_of_one_namespace());
    cluster.drive(&mut find);
    let found = find.found();
    assert_eq!(paths(&found), ["/api/v1/namespaces/ns1/pods/pod-7"], "the known namespace is read");
    assert!(found.skipped.iter().all(|skipped| skipped.why != "forbidden"));
    let sent = cluster.sent.borrow().clone();
    assert!(sent.iter().all(|sent| !sent.starts_with("/api/v1/pods")), "{sent:?}");

    let cluster = Cluster::new(3, 40, 1, 0);
    let find = Find::new(wanted("pod-7"), &cluster.discovery()).unwrap();
    let mut find = find.without(is_pods);
    cluster.drive(&mut find);
    let found = find.found();
    let forbidden = found.skipped.iter().filter(|skipped| skipped.why == "forbidden");
    assert_eq!(forbidden.map(|skipped| skipped.what.as_str()).collect::<Vec<_>>(), ["pods"]);
    assert!(cluster.sent.borrow().iter().all(|sent| !sent.contains("/pods")));
}
