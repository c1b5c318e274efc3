//! What may be listed: in the namespace, and in the whole cluster.

use super::super::Access;
use crate::k8s::answer;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::{Gvr, Namespace};
use crate::k8s::reviews::{ask_list_everywhere, rules_request};

/// What the panes of the screen need of the whole cluster.
const EVERYWHERE: [&str; 3] = ["pods", "nodes", "namespaces"];

/// What may be listed in a namespace, in words.
pub(super) async fn in_namespace(access: &Access, namespace: &Namespace) -> String {
    let answer = access.fetch(&rules_request(namespace)).await;
    let rules = match answer.and_then(|answer| answer::rules(&answer)) {
        Ok(rules) => rules,
        Err(failure) => return unknown(&failure),
    };
    let listable = rules.listable();
    let names: Vec<_> = listable.resources.into_iter().collect();
    let names = match (listable.all, &names[..]) {
        (true, _) => "everything".to_owned(),
        (false, []) => "nothing".to_owned(),
        (false, names) => names.join(", "),
    };
    // An authorizer other than RBAC may not be able to tell its rules.
    let more =
        if rules.is_incomplete() { "; there may be more that the server cannot tell" } else { "" };
    format!("{names}{more}")
}

/// What may be listed in the whole cluster, in words: of what the screen needs and of what is opened.
pub(super) async fn everywhere(access: &Access, opened: Option<Gvr>) -> String {
    let mut asked: Vec<Gvr> = EVERYWHERE.map(|name| Gvr::new("", "v1", name)).to_vec();
    asked.extend(opened.filter(|gvr| !asked.contains(gvr)));
    let mut allowed = Vec::new();
    let mut refused = Vec::new();
    for gvr in asked {
        let name = match gvr.group_version.group.as_str() {
            "" => gvr.resource.to_string(),
            group => format!("{}.{group}", gvr.resource),
        };
        let answer = access.fetch(&ask_list_everywhere(&gvr)).await;
        match answer.and_then(|answer| answer::allowed(&answer)) {
            Ok(true) => allowed.push(name),
            Ok(false) => refused.push(name),
            Err(failure) => return unknown(&failure),
        }
    }
    match (&allowed[..], &refused[..]) {
        (allowed, []) => allowed.join(", "),
        ([], refused) => format!("not {}", refused.join(", not ")),
        (allowed, refused) => format!("{}; not {}", allowed.join(", "), refused.join(", not ")),
    }
}

/// Why something is not known.
pub(super) fn unknown(failure: &Failure) -> String {
    match failure.kind {
        FailureKind::NotRecorded => "not recorded".to_owned(),
        _ => format!("unknown: {failure}"),
    }
}
