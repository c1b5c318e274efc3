//! Locations over the discovery of a real server.

use super::*;
use crate::k8s::discovery::{DiscoveryContent, DiscoveryPart, read_groups, read_resources};

const API: &[u8] = include_bytes!("../../../tests/fixtures/k8s/api-aggregated.json");
const APIS: &[u8] = include_bytes!("../../../tests/fixtures/k8s/apis-aggregated.json");
const PLAIN_API: &[u8] = include_bytes!("../../../tests/fixtures/k8s/api.json");
const PLAIN_APIS: &[u8] = include_bytes!("../../../tests/fixtures/k8s/apis.json");
const CORE: &[u8] = include_bytes!("../../../tests/fixtures/k8s/api-v1.json");

fn discovery() -> Discovery {
    discovered(API, APIS)
}

fn discovered(core: &[u8], named: &[u8]) -> Discovery {
    let mut discovery = Discovery::default();
    for (part, body) in DiscoveryPart::GROUPS.into_iter().zip([core, named]) {
        discovery.store(part, read_groups(body).map(DiscoveryContent::Groups));
    }
    discovery
}

/// Where the words lead, with no namespace chosen.
fn goes(words: &str) -> String {
    goes_in(words, None)
}

fn goes_in(words: &str, namespace: Option<&str>) -> String {
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
fn all_names_of_a_resource_lead_to_it() {
    for word in ["po", "pod", "pods", "Pod", "PODS", "pods.v1", "pods.v1."] {
        assert_eq!(goes(word), "/api/v1/pods", "{word}");
    }
    for word in ["deploy.apps", "deployments.v1.apps", "Deployment", "deploy", "deploy.ap"] {
        assert_eq!(goes(word), "/apis/apps/v1/deployments", "{word}");
    }
    assert_eq!(goes("widgets.factory.example.com"), "/apis/factory.example.com/v1/widgets");
    assert_eq!(goes("hpa"), "/apis/autoscaling/v2/horizontalpodautoscalers");
    assert_eq!(goes("hpa.v1.autoscaling"), "/apis/autoscaling/v1/horizontalpodautoscalers");
}

#[test]
fn core_comes_first_and_a_group_can_be_named() {
    assert_eq!(goes("events"), "/api/v1/events");
    assert_eq!(goes("events.events.k8s.io"), "/apis/events.k8s.io/v1/events");
}

#[test]
fn an_object_is_named_with_a_slash_or_a_space() {
    for words in ["po/db-0 -n shop", "po db-0 -n shop", "-n shop pod db-0", "pods/db-0 -nshop"] {
        assert_eq!(goes(words), "/api/v1/namespaces/shop/pods/db-0", "{words}");
    }
    assert_eq!(goes("po/db-0"), "/api/v1/namespaces/default/pods/db-0");
    assert_eq!(goes_in("po/db-0", Some("shop")), "/api/v1/namespaces/shop/pods/db-0");
    assert_eq!(goes_in("po/db-0 -n b", Some("shop")), "/api/v1/namespaces/b/pods/db-0");
    assert_eq!(goes_in("no/node1 -n b", Some("shop")), "/api/v1/nodes/node1");
    assert_eq!(goes("po/db-0/log"), "/api/v1/namespaces/default/pods/db-0/log");
}

#[test]
fn a_collection_is_of_the_chosen_namespace_or_of_all() {
    assert_eq!(goes("po"), "/api/v1/pods");
    assert_eq!(goes("po --namespace=shop"), "/api/v1/namespaces/shop/pods");
    assert_eq!(goes_in("po", Some("shop")), "/api/v1/namespaces/shop/pods");
    assert_eq!(goes_in("po -A", Some("shop")), "/api/v1/pods");
    assert_eq!(goes_in("nodes", Some("shop")), "/api/v1/nodes");
}

#[test]
fn ns_and_a_name_choose_the_namespace() {
    assert_eq!(goes("ns shop"), "namespace shop");
    assert_eq!(goes("ns"), "/api/v1/namespaces");
    assert_eq!(goes("ns/shop"), "/api/v1/namespaces/shop");
}

#[test]
fn groups_and_versions_are_places_too() {
    assert_eq!(goes("batch"), "/apis/batch");
    assert_eq!(goes("batch/v1"), "/apis/batch/v1");
    assert_eq!(goes("core"), "/api");
    assert_eq!(goes("v1"), "/api/v1");
    assert_eq!(goes("metrics.k8s.io"), "/apis/metrics.k8s.io");
}

#[test]
fn a_path_is_taken_as_it_is_also_out_of_a_url() {
    assert_eq!(goes("/apis/batch/v1/jobs"), "/apis/batch/v1/jobs");
    assert_eq!(goes("apis/batch/v1/jobs/"), "/apis/batch/v1/jobs");
    assert_eq!(goes("/"), "/");
    assert_eq!(goes("api"), "/api");
    assert_eq!(goes("https://10.0.0.1:6443/api/v1/pods"), "/api/v1/pods");
    let location = parse("/api/v1/pods?limit=5&fieldSelector=metadata.name%3Dx&watch").unwrap();
    let Location::Path { path, query } = location else { panic!() };
    let query: Vec<(&str, &str)> = query.iter().map(|(n, v)| (&**n, &**v)).collect();
    assert_eq!(path.to_string(), "/api/v1/pods");
    assert_eq!(query, [("limit", "5"), ("fieldSelector", "metadata.name=x"), ("watch", "")]);
}

#[test]
fn an_unknown_word_is_answered_with_near_ones() {
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
fn words_that_make_no_location_are_refused() {
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
    let resources = read_resources(&core, CORE).map(DiscoveryContent::Resources);
    discovery.store(DiscoveryPart::Resources(core), resources);
    assert!(needs("po", &discovery).is_empty());
    assert_eq!(needs("jobs", &discovery).len(), all - 1);
    assert_eq!(needs("jobs.batch", &discovery), ["/apis/batch/v1"]);
    assert!(needs("batch", &discovery).is_empty());
    assert!(needs("/apis/x/y", &discovery).is_empty());
}

#[test]
fn words_go_on_from_discovery_namespaces_and_names() {
    let namespaces = [Namespace::new("shop"), Namespace::new("team-a")];
    let goes_on = |prefix: &str| complete(prefix, &discovery(), &namespaces, &["db-0", "db-1"]);
    assert_eq!(goes_on("cronj"), ["cronjobs"]);
    assert_eq!(goes_on("event"), ["events", "events.events.k8s.io", "events.k8s.io"]);
    assert!(goes_on("").contains(&"pods".to_owned()));
    assert_eq!(goes_on("ns s"), ["ns shop"]);
    assert_eq!(goes_on("po -n te"), ["po -n team-a"]);
    assert_eq!(goes_on("po db"), ["po db-0", "po db-1"]);
    assert_eq!(goes_on("po/db-1"), ["po/db-1"]);
    assert!(goes_on("nonsense").is_empty());
    assert!(goes_on("po db-0 x").is_empty());
}

#[test]
fn paths_go_on_by_one_segment() {
    let namespaces = [Namespace::new("shop"), Namespace::new("team-a")];
    let goes_on = |prefix: &str| complete(prefix, &discovery(), &namespaces, &[]);
    assert_eq!(goes_on("/"), ["/api", "/apis"]);
    assert_eq!(goes_on("/apis/ba"), ["/apis/batch"]);
    assert_eq!(goes_on("/apis/batch/"), ["/apis/batch/v1"]);
    assert_eq!(
        goes_on("/apis/batch/v1/"),
        ["/apis/batch/v1/cronjobs", "/apis/batch/v1/namespaces", "/apis/batch/v1/jobs"]
    );
    assert_eq!(goes_on("/apis/batch/v1/namespaces/s"), ["/apis/batch/v1/namespaces/shop"]);
    assert_eq!(
        goes_on("/apis/batch/v1/namespaces/shop/j"),
        ["/apis/batch/v1/namespaces/shop/jobs"]
    );
}
