//! What the user may list, in a namespace and in the whole cluster, as sentences.

use super::super::Access;
use crate::k8s::answer;
use crate::k8s::discovery::{Discovery, DiscoveryPart};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::{Group, Gvr, Namespace};
use crate::k8s::reviews::{list_request, rules_request};
use crate::k8s::rules::GroupResource;

/// The resources that the screen lists in the whole cluster.
const EVERYWHERE: [&str; 3] = ["pods", "nodes", "namespaces"];

/// The resources that the user may list in a namespace, of those that the server serves.
pub(super) async fn in_namespace(
    access: &Access,
    discovery: &mut Discovery,
    namespace: &Namespace,
) -> String {
    let answer = access.fetch(&rules_request(namespace)).await;
    let rules = match answer.and_then(|answer| answer::rules(&answer)) {
        Ok(rules) => rules,
        Err(failure) => return unknown(&failure),
    };
    let listable = rules.listable();
    let mut names = Vec::new();
    for resource in listable.resources {
        if is_served(access, discovery, &resource).await {
            names.push(resource.to_string());
        }
    }
    let names = match (listable.all, &names[..]) {
        (true, _) => "everything".to_owned(),
        (false, []) => "nothing".to_owned(),
        (false, names) => names.join(", "),
    };
    // Not every authorizer can list its rules.
    let more = if rules.is_incomplete() {
        "; there may be more, as the server does not know all rules"
    } else {
        ""
    };
    format!("{names}{more}")
}

/// The resources that the user may list in the whole cluster, of those that the screen needs and of
/// `opened`.
pub(super) async fn everywhere(
    access: &Access,
    discovery: &mut Discovery,
    opened: Option<Gvr>,
) -> String {
    let mut resources: Vec<Gvr> = EVERYWHERE.map(|name| Gvr::new("", "v1", name)).to_vec();
    resources.extend(opened.filter(|gvr| !resources.contains(gvr)));
    let mut allowed = Vec::new();
    let mut refused = Vec::new();
    for gvr in resources {
        let resource = GroupResource {
            resource: gvr.resource.to_string(),
            group: gvr.group_version.group.as_str().to_owned(),
        };
        if !is_served(access, discovery, &resource).await {
            continue;
        }
        let answer = access.fetch(&list_request(&gvr)).await;
        match answer.and_then(|answer| answer::allowed(&answer)) {
            Ok(true) => allowed.push(resource.to_string()),
            Ok(false) => refused.push(resource.to_string()),
            Err(failure) => return unknown(&failure),
        }
    }
    match (&allowed[..], &refused[..]) {
        ([], []) => "nothing".to_owned(),
        (allowed, []) => allowed.join(", "),
        ([], refused) => format!("not {}", refused.join(", not ")),
        (allowed, refused) => format!("{}; not {}", allowed.join(", "), refused.join(", not ")),
    }
}

/// False if discovery shows that the server does not serve the resource. What is unknown, since a
/// part of discovery failed, may be served.
async fn is_served(access: &Access, discovery: &mut Discovery, resource: &GroupResource) -> bool {
    let GroupResource { resource, group } = resource;
    let is_in = |other: &Group| group == "*" || group == other.as_str();
    let versions = discovery.versions().map(|version| version.group_version.clone());
    let versions: Vec<_> = versions.filter(|version| is_in(&version.group)).collect();
    let part = DiscoveryPart::of_group(&Group::new(group));
    let mut is_unknown = group == "*" || discovery.failure(&part).is_some();
    for version in versions {
        if resource == "*" {
            return true;
        }
        if discovery.resources(&version).is_none() && group != "*" {
            access.load_all(discovery, [DiscoveryPart::Resources(version.clone())]).await;
        }
        match discovery.resources(&version) {
            None => is_unknown = true,
            Some(known) if known.iter().any(|it| *it.gvr.resource == **resource) => return true,
            Some(_) => {}
        }
    }
    is_unknown
}

/// Why something is not known.
pub(super) fn unknown(failure: &Failure) -> String {
    match failure.kind {
        FailureKind::NotRecorded => "not recorded".to_owned(),
        _ => format!("unknown: {failure}"),
    }
}
