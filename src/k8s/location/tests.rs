//! Locations with the discovery of a real server.

use bytes::Bytes;

use super::*;
use crate::k8s::discovery::{DiscoveryContent, DiscoveryPart, parse_groups, parse_resources};

const API: &[u8] = include_bytes!("../../../tests/fixtures/k8s/api-aggregated.json");
const APIS: &[u8] = include_bytes!("../../../tests/fixtures/k8s/apis-aggregated.json");
const PLAIN_API: &[u8] = include_bytes!("../../../tests/fixtures/k8s/api.json");
const PLAIN_APIS: &[u8] = include_bytes!("../../../tests/fixtures/k8s/apis.json");
const CORE: &[u8] = include_bytes!("../../../tests/fixtures/k8s/api-v1.json");

fn discovery() -> Discovery {
    discovered(API, APIS)
}

fn discovered(core: &'static [u8], named: &'static [u8]) -> Discovery {
    let mut discovery = Discovery::default();
    for (part, body) in DiscoveryPart::GROUPS.into_iter().zip([core, named]) {
        discovery
            .store(part, parse_groups(&Bytes::from_static(body)).map(DiscoveryContent::Groups));
    }
    discovery
}

/// The path of the words, without a default namespace.
fn found(words: &str) -> String {
    found_in(words, None)
}

fn found_in(words: &str, namespace: Option<&str>) -> String {
    let namespace = namespace.map(Namespace::new);
    match resolve(words, &discovery(), namespace.as_ref()).unwrap() {
        Resolution::Found(located) => located.path.to_string(),
        Resolution::Namespace(namespace) => format!("namespace {namespace}"),
        Resolution::Needs(parts) => panic!("{words} needs {parts:?}"),
    }
}

fn resolve(
    words: &str,
    discovery: &Discovery,
    chosen: Option<&Namespace>,
) -> Result<Resolution, Failure> {
    Locator::parse(words)?.resolve(discovery, NamespaceDefaults { chosen, fallback: None })
}

#[test]
fn a_resource_has_several_names() {
    for word in ["po", "pod", "pods", "Pod", "PODS", "pods.v1", "pods.v1."] {
        assert_eq!(found(word), "/api/v1/pods", "{word}");
    }
    for word in ["deploy.apps", "deployments.v1.apps", "Deployment", "deploy", "deploy.ap"] {
        assert_eq!(found(word), "/apis/apps/v1/deployments", "{word}");
    }
    assert_eq!(found("widgets.factory.example.com"), "/apis/factory.example.com/v1/widgets");
    assert_eq!(found("hpa"), "/apis/autoscaling/v2/horizontalpodautoscalers");
    assert_eq!(found("hpa.v1.autoscaling"), "/apis/autoscaling/v1/horizontalpodautoscalers");
}

#[test]
fn core_is_first_and_a_group_can_be_named() {
    assert_eq!(found("events"), "/api/v1/events");
    assert_eq!(found("events.events.k8s.io"), "/apis/events.k8s.io/v1/events");
}

#[test]
fn an_object_is_named_with_a_slash_or_a_space() {
    for words in ["po/db-0 -n shop", "po db-0 -n shop", "-n shop pod db-0", "pods/db-0 -nshop"] {
        assert_eq!(found(words), "/api/v1/namespaces/shop/pods/db-0", "{words}");
    }
    assert_eq!(found("po/db-0"), "/api/v1/namespaces/default/pods/db-0");
    assert_eq!(found_in("po/db-0", Some("shop")), "/api/v1/namespaces/shop/pods/db-0");
    assert_eq!(found_in("po/db-0 -n b", Some("shop")), "/api/v1/namespaces/b/pods/db-0");
    assert_eq!(found_in("no/node1 -n b", Some("shop")), "/api/v1/nodes/node1");
    assert_eq!(found("po/db-0/log"), "/api/v1/namespaces/default/pods/db-0/log");
}

#[test]
fn a_collection_is_of_the_chosen_namespace_or_of_all() {
    assert_eq!(found("po"), "/api/v1/pods");
    assert_eq!(found("po --namespace=shop"), "/api/v1/namespaces/shop/pods");
    assert_eq!(found_in("po", Some("shop")), "/api/v1/namespaces/shop/pods");
    assert_eq!(found_in("po -A", Some("shop")), "/api/v1/pods");
    assert_eq!(found_in("nodes", Some("shop")), "/api/v1/nodes");
}

#[test]
fn ns_and_a_name_choose_the_namespace() {
    assert_eq!(found("ns shop"), "namespace shop");
    assert_eq!(found("ns"), "/api/v1/namespaces");
    assert_eq!(found("ns/shop"), "/api/v1/namespaces/shop");
}

#[test]
fn groups_and_versions_are_locations() {
    assert_eq!(found("batch"), "/apis/batch");
    assert_eq!(found("batch/v1"), "/apis/batch/v1");
    assert_eq!(found("core"), "/api");
    assert_eq!(found("v1"), "/api/v1");
    assert_eq!(found("metrics.k8s.io"), "/apis/metrics.k8s.io");
}

#[test]
fn a_path_is_used_as_it_is_also_from_a_url() {
    assert_eq!(found("/apis/batch/v1/jobs"), "/apis/batch/v1/jobs");
    assert_eq!(found("apis/batch/v1/jobs/"), "/apis/batch/v1/jobs");
    assert_eq!(found("/"), "/");
    assert_eq!(found("api"), "/api");
    assert_eq!(found("https://10.0.0.1:6443/api/v1/pods"), "/api/v1/pods");
    let location = parse("/api/v1/pods?limit=5&fieldSelector=metadata.name%3Dx&watch").unwrap();
    let Location::Path { path, query } = location else { panic!() };
    let query: Vec<(&str, &str)> = query.iter().map(|(n, v)| (&**n, &**v)).collect();
    assert_eq!(path.to_string(), "/api/v1/pods");
    assert_eq!(query, [("limit", "5"), ("fieldSelector", "metadata.name=x"), ("watch", "")]);
}

#[test]
fn an_unknown_word_is_refused_with_similar_names() {
    let mut discovery = discovery();
    let metrics = GroupVersion::new("metrics.k8s.io", "v1beta1");
    let none = Ok(DiscoveryContent::Resources(Vec::new()));
    discovery.store(DiscoveryPart::Resources(metrics), none);
    let failure = |words: &str| resolve(words, &discovery, None).unwrap_err();
    let typo = failure("pdos");
    assert_eq!(typo.kind, FailureKind::Input);
    assert!(typo.message.contains("`pdos`"), "{typo}");
    assert!(typo.hint.starts_with("Did you mean pods"), "{typo}");
    assert!(failure("deploymnet.apps").hint.contains("deployments"));
    assert!(failure("bacth").hint.contains("batch"));
    assert!(failure("xyzzyxyzzy").hint.starts_with("Give an API path"));
    assert!(failure("pods.nowhere.io").hint.contains("pods"));
    assert_eq!(failure("batch/v7").to_string(), "the group batch has no version `v7`. It has v1");
}

#[test]
fn invalid_words_are_refused() {
    for words in ["", "  ", "po a b", "po/a b", "po -n", "po -x", "po --namespace="] {
        assert_eq!(parse(words).unwrap_err().kind, FailureKind::Input, "{words}");
    }
}

#[test]
fn plain_discovery_needs_the_versions_that_may_have_the_word() {
    let mut discovery = discovered(PLAIN_API, PLAIN_APIS);
    let needs = |words: &str, discovery: &Discovery| -> Vec<String> {
        match resolve(words, discovery, None).unwrap() {
            Resolution::Needs(parts) => parts.iter().map(|part| part.path().to_string()).collect(),
            _ => Vec::new(),
        }
    };
    let all = discovery.versions().count();
    let first = needs("po", &discovery);
    assert_eq!((first.len(), &*first[0]), (all, "/api/v1"));
    let core = GroupVersion::new("", "v1");
    let resources = parse_resources(&core, CORE).map(DiscoveryContent::Resources);
    discovery.store(DiscoveryPart::Resources(core), resources);
    assert!(needs("po", &discovery).is_empty());
    assert_eq!(needs("jobs", &discovery).len(), all - 1);
    assert_eq!(needs("jobs.batch", &discovery), ["/apis/batch/v1"]);
    assert!(needs("batch", &discovery).is_empty());
    assert!(needs("/apis/x/y", &discovery).is_empty());
}

#[test]
fn words_are_completed_from_discovery_namespaces_and_names() {
    let namespaces = [Namespace::new("shop"), Namespace::new("team-a")];
    let completed = |prefix: &str| complete(prefix, &discovery(), &namespaces, &["db-0", "db-1"]);
    assert_eq!(completed("cronj"), ["cronjobs"]);
    assert_eq!(completed("event"), ["events", "events.events.k8s.io", "events.k8s.io"]);
    assert!(completed("").contains(&"pods".to_owned()));
    assert_eq!(completed("ns s"), ["ns shop"]);
    assert_eq!(completed("po -n te"), ["po -n team-a"]);
    assert_eq!(completed("po db"), ["po db-0", "po db-1"]);
    assert_eq!(completed("po/db-1"), ["po/db-1"]);
    assert!(completed("nonsense").is_empty());
    assert!(completed("po db-0 x").is_empty());
}

#[test]
fn paths_are_completed_by_one_segment() {
    let namespaces = [Namespace::new("shop"), Namespace::new("team-a")];
    let completed = |prefix: &str| complete(prefix, &discovery(), &namespaces, &[]);
    assert_eq!(completed("/"), ["/api", "/apis"]);
    assert_eq!(completed("/apis/ba"), ["/apis/batch"]);
    assert_eq!(completed("/apis/batch/"), ["/apis/batch/v1"]);
    assert_eq!(
        completed("/apis/batch/v1/"),
        ["/apis/batch/v1/cronjobs", "/apis/batch/v1/namespaces", "/apis/batch/v1/jobs"]
    );
    assert_eq!(completed("/apis/batch/v1/namespaces/s"), ["/apis/batch/v1/namespaces/shop"]);
    assert_eq!(
        completed("/apis/batch/v1/namespaces/shop/j"),
        ["/apis/batch/v1/namespaces/shop/jobs"]
    );
}
