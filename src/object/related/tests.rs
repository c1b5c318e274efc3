//! Tests of the rows and of the rules on small objects.

use serde_json::json;

use super::*;
use crate::k8s::discovery::{DiscoveryContent, DiscoveryPart, parse_groups};

const CORE: &[u8] = include_bytes!("../../../tests/fixtures/k8s/api-aggregated.json");
const APIS: &[u8] = include_bytes!("../../../tests/fixtures/k8s/apis-aggregated.json");

fn discovery() -> Discovery {
    let groups = |body| Ok(DiscoveryContent::Groups(parse_groups(body).unwrap()));
    let mut discovery = Discovery::default();
    discovery.store(DiscoveryPart::CoreGroup, groups(CORE));
    discovery.store(DiscoveryPart::NamedGroups, groups(APIS));
    discovery
}

/// The lists of an object: label, request and rule.
fn lists(object: &Value) -> Vec<String> {
    let row = |related: &Related| {
        let keep = related.keep.describe().map(|rule| format!(" ({rule})")).unwrap_or_default();
        format!("{}: {}{keep}", related.label, related.request().path_and_query())
    };
    of(object, &discovery()).iter().map(row).collect()
}

#[test]
fn a_cron_job_has_its_jobs_and_events() {
    let object = json!({"apiVersion": "batch/v1", "kind": "CronJob",
        "metadata": {"name": "report", "namespace": "shop", "uid": "u1"}});
    assert_eq!(
        lists(&object),
        [
            "jobs: /apis/batch/v1/namespaces/shop/jobs?includeObject=Metadata (owned by it)",
            "events: /api/v1/namespaces/shop/events?includeObject=None\
         &fieldSelector=involvedObject.uid%3Du1",
        ]
    );
}

#[test]
fn an_empty_selector_lists_nothing_where_it_selects_nothing() {
    let service = |selector: Value| {
        let object = json!({"apiVersion": "v1", "kind": "Service",
            "metadata": {"name": "s", "namespace": "shop", "uid": "u"},
            "spec": {"selector": selector}});
        lists(&object).iter().any(|list| list.starts_with("pods"))
    };
    assert!(service(json!({"app": "web"})));
    assert!(!service(json!({})) && !service(json!(null)) && !service(json!({"app": "a,b"})));
}

#[test]
fn the_events_of_a_node_are_found_by_its_name_in_default() {
    let object =
        json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1", "uid": "u"}});
    let lists = lists(&object);
    assert!(
        lists.contains(
            &"events: /api/v1/namespaces/default/events?includeObject=None\
          &fieldSelector=involvedObject.kind%3DNode%2CinvolvedObject.name%3Dn1"
                .to_owned()
        ),
        "{lists:?}"
    );
}

#[test]
fn rules_keep_what_belongs() {
    let owned = json!({"metadata": {"name": "data-db-1", "ownerReferences":
        [{"kind": "ReplicaSet", "name": "web-1", "uid": "u1"}]}});
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec":
        {"containers": [{"env": [{"valueFrom": {"configMapKeyRef": {"name": "c", "key": "k"}}}]}]}});
    let binding = |subject: Value| {
        json!({"roleRef": {"kind": "Role", "name": "r"},
        "subjects": [subject]})
    };
    let account = Keep::Subject("shop".to_owned(), "web".to_owned());
    for (keep, object, expected) in [
        (Keep::OwnedBy("u1".into()), &owned, true),
        (Keep::OwnedBy("u2".into()), &owned, false),
        (Keep::OwnedByPrefix("web-".into()), &owned, true),
        (Keep::OwnedByPrefix("we-".into()), &owned, false),
        (Keep::Numbered(vec!["data-db-".into()]), &owned, true),
        (Keep::Numbered(vec!["data-".into()]), &owned, false),
        (Keep::Names("configmaps", "c".into()), &pod, true),
        (Keep::Names("secrets", "c".into()), &pod, false),
        (Keep::RoleRef("Role".into(), "r".into()), &binding(json!({})), true),
        (Keep::RoleRef("ClusterRole".into(), "r".into()), &binding(json!({})), false),
        (
            account.clone(),
            &binding(json!({"kind": "ServiceAccount", "name": "web",
            "namespace": "shop"})),
            true,
        ),
        (
            account.clone(),
            &binding(json!({"kind": "ServiceAccount", "name": "web",
            "namespace": "other"})),
            false,
        ),
        (
            account.clone(),
            &binding(json!({"kind": "Group", "name": "system:serviceaccounts:shop"})),
            true,
        ),
        (account, &binding(json!({"kind": "User", "name": "web"})), false),
    ] {
        assert_eq!(keep.keeps(object), expected, "{keep:?} {object}");
    }
}

#[test]
fn a_filtered_table_has_the_rows_that_belong() {
    let row = |uid: &str| {
        json!({"cells": [uid], "object":
        {"metadata": {"ownerReferences": [{"uid": uid}]}}})
    };
    let table = json!({"kind": "Table", "rows": [row("a"), row("b")]}).to_string();
    let mut lists = of(
        &json!({"apiVersion": "batch/v1", "kind": "CronJob",
            "metadata": {"name": "report", "namespace": "shop", "uid": "b"}}),
        &discovery(),
    );
    let (filtered, read) = lists.remove(0).filtered(table.into());
    assert_eq!(read, 2);
    let filtered: Value = serde_json::from_slice(&filtered).unwrap();
    assert_eq!(filtered["rows"].as_array().unwrap().len(), 1);
    assert_eq!(filtered["rows"][0]["cells"], json!(["b"]));
}
