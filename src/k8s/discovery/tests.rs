//! Discovery from the documents of a real server.

use super::*;

const API: &[u8] = include_bytes!("../../../tests/fixtures/k8s/api-aggregated.json");
const APIS: &[u8] = include_bytes!("../../../tests/fixtures/k8s/apis-aggregated.json");
const PLAIN_API: &[u8] = include_bytes!("../../../tests/fixtures/k8s/api.json");
const PLAIN_APIS: &[u8] = include_bytes!("../../../tests/fixtures/k8s/apis.json");
const CORE: &[u8] = include_bytes!("../../../tests/fixtures/k8s/api-v1.json");
const BATCH: &[u8] = include_bytes!("../../../tests/fixtures/k8s/apis-batch-v1.json");
const APPS: &[u8] = include_bytes!("../../../tests/fixtures/k8s/apis-apps-v1.json");
const ROOT: &[u8] = include_bytes!("../../../tests/fixtures/k8s/root.json");

fn aggregated() -> Discovery {
    let mut discovery = Discovery::default();
    for (part, body) in DiscoveryPart::GROUPS.into_iter().zip([API, APIS]) {
        discovery
            .store(part, parse_groups(&Bytes::from_static(body)).map(DiscoveryContent::Groups));
    }
    discovery
}

/// Sorts the resources: Kubernetes orders them differently in the two forms.
fn sorted(resources: &[Arc<Resource>]) -> Vec<Arc<Resource>> {
    let mut sorted = resources.to_vec();
    sorted.sort_by(|a, b| a.gvr.cmp(&b.gvr));
    sorted
}

#[test]
fn both_forms_have_the_same_resources() {
    let discovery = aggregated();
    for (version, body) in [("v1", CORE), ("batch/v1", BATCH), ("apps/v1", APPS)] {
        let version = GroupVersion::parse(version);
        let plain = parse_resources(&version, body).unwrap();
        let known = discovery.version(&version).unwrap().resources.clone().unwrap();
        assert_eq!(sorted(&plain), sorted(&known), "{version}");
    }
}

#[test]
fn both_forms_have_the_same_groups_and_versions() {
    let mut plain = parse_groups(&Bytes::from_static(PLAIN_API)).unwrap();
    plain.extend(parse_groups(&Bytes::from_static(PLAIN_APIS)).unwrap());
    let names = |groups: &[DiscoveredGroup]| -> Vec<String> {
        let versions = groups.iter().flat_map(|group| &group.versions);
        versions.map(|v| format!("{} {}", v.group_version, v.preferred)).collect()
    };
    assert_eq!(names(&plain), names(&aggregated().groups));
    assert_eq!(plain[0].group, Group::core());
    assert!(plain.iter().flat_map(|g| &g.versions).all(|v| v.resources.is_none()));
}

#[test]
fn the_subresources_of_a_pod_are_sorted_by_name() {
    let discovery = aggregated();
    let pods = discovery.resource(&Gvr::new("", "v1", "pods")).unwrap();
    assert_eq!((&*pods.kind, pods.scope), ("Pod", Scope::Namespaced));
    assert_eq!((&*pods.singular, &*pods.short_names[0]), ("pod", "po"));
    assert!(pods.can("watch") && !pods.can("fly"));
    let names: Vec<&str> = pods.subresources.iter().map(|s| &*s.name).collect();
    assert!(names.is_sorted());
    assert!(names.contains(&"log") && names.contains(&"status"));
    let log = pods.subresources.iter().find(|s| &*s.name == "log").unwrap();
    assert!(log.can("get") && !log.can("update"));
}

#[test]
fn a_version_whose_server_is_down_is_stale() {
    let discovery = aggregated();
    let metrics = discovery.version(&GroupVersion::new("metrics.k8s.io", "v1beta1")).unwrap();
    assert!(metrics.stale);
    assert_eq!(discovery.versions().filter(|version| version.stale).count(), 1);
}

#[test]
fn the_preferred_version_comes_first_in_the_plain_form() {
    let body = br#"{"kind":"APIGroupList","groups":[{"name":"x","versions":[{"version":"v1"},
        {"version":"v2"}],"preferredVersion":{"groupVersion":"x/v2","version":"v2"}},
        {"name":"y","versions":null}]}"#;
    let groups = parse_groups(&Bytes::from_static(body)).unwrap();
    let versions: Vec<_> =
        groups[0].versions.iter().map(|v| (v.group_version.to_string(), v.preferred)).collect();
    assert_eq!(versions, [("x/v2".to_owned(), true), ("x/v1".to_owned(), false)]);
    assert!(groups[1].versions.is_empty());
}

#[test]
fn a_subresource_without_its_resource_gets_one() {
    let body = br#"{"kind":"APIResourceList","resources":[
        {"name":"selves/review","namespaced":true,"kind":"Review","verbs":["create"]}]}"#;
    let resources = parse_resources(&GroupVersion::new("x", "v1"), body).unwrap();
    assert_eq!(resources.len(), 1);
    assert_eq!(&*resources[0].gvr.resource, "selves");
    assert_eq!((&*resources[0].kind, resources[0].verbs.len()), ("", 0));
    assert_eq!(&*resources[0].subresources[0].name, "review");
    assert_eq!(resources[0].scope, Scope::Namespaced);
}

#[test]
fn entries_of_another_form_are_skipped() {
    let body = br#"{"kind":"APIGroupDiscoveryList","items":[null,{"metadata":{"name":7}},
        {"metadata":{"name":"a"},"versions":[null,{"version":1},{"version":"v1","resources":[null,
            {"resource":5},{"resource":"bs","verbs":null,"subresources":[null,{"subresource":"status"}]}]}]}]}"#;
    let groups = parse_groups(&Bytes::from_static(body)).unwrap();
    assert_eq!((groups.len(), groups[0].versions.len()), (1, 1));
    let resources = groups[0].versions[0].resources.as_deref().unwrap();
    assert_eq!((resources.len(), resources[0].subresources.len()), (1, 1));
    let plain = br#"{"kind":"APIResourceList","resources":[null,{"name":1},
        {"name":"bs","namespaced":null},{"name":"cs","namespaced":true}]}"#;
    let resources = parse_resources(&GroupVersion::new("a", "v1"), plain).unwrap();
    let scopes: Vec<Scope> = resources.iter().map(|resource| resource.scope).collect();
    assert_eq!(scopes, [Scope::Cluster, Scope::Namespaced]);
    let paths = parse_non_resource_paths(br#"{"paths":["/livez",null,3]}"#).unwrap();
    assert_eq!(paths, ["/livez"]);
}

#[test]
fn a_list_without_any_readable_entry_is_unreadable() {
    let body = br#"{"kind":"APIGroupDiscoveryList","items":[null,{"metadata":{"name":7}}]}"#;
    assert_eq!(parse_groups(&Bytes::from_static(body)).unwrap_err().kind, FailureKind::Malformed);
    let only_null = br#"{"kind":"APIGroupDiscoveryList","items":[null]}"#;
    assert_eq!(parse_groups(&Bytes::from_static(only_null)), Ok(Vec::new()));
}

#[test]
fn the_root_gives_the_paths_outside_the_api() {
    let paths = parse_non_resource_paths(ROOT).unwrap();
    assert!(paths.iter().any(|path| path == "/livez"));
    assert!(paths.iter().any(|path| path == "/.well-known/openid-configuration"));
    assert!(paths.is_sorted());
    assert!(!paths.iter().any(|path| path == "/api" || path.starts_with("/apis")));
}

#[test]
fn answers_of_another_kind_are_refused() {
    let status = br#"{"kind":"Status","apiVersion":"v1"}"#;
    let version = GroupVersion::new("", "v1");
    assert_eq!(
        parse_groups(&Bytes::from_static(status)).unwrap_err().message,
        "the answer is Status, not a list of API groups"
    );
    assert!(parse_resources(&version, status).is_err());
    assert!(parse_non_resource_paths(status).is_err());
    assert!(
        parse_groups(&Bytes::from_static(b"<html>"))
            .unwrap_err()
            .message
            .contains("cannot be read")
    );
    assert!(parse_resources(&version, b"").is_err());
}

#[test]
fn usual_and_unusual_verbs_are_read() {
    for (json, verbs) in [
        (r#"["get","patch","update"]"#, &["get", "patch", "update"][..]),
        (r#"[ "get", "patch", "update" ]"#, &["get", "patch", "update"]),
        (
            r#"["create","delete","deletecollection","get","list","patch","update","watch"]"#,
            &["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
        ),
        (r#"["a\u0062",""]"#, &["ab", ""]),
        ("[]", &[]),
        ("null", &[]),
    ] {
        let body =
            format!(r#"{{"kind":"APIResourceList","resources":[{{"name":"as","verbs":{json}}}]}}"#);
        let resources = parse_resources(&GroupVersion::new("a", "v1"), body.as_bytes()).unwrap();
        assert!(resources[0].verbs.iter().map(|verb| &**verb).eq(verbs.iter().copied()), "{json}");
    }
}
