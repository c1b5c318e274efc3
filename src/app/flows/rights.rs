//! The user's rights: rules are requested once for each namespace that was chosen, opened or named,
//! and predict what the server refuses.

use std::collections::BTreeSet;

use crate::app::model::Model;
use crate::app::question::Question;
use crate::app::state::rights::{names, namespace_of};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::{Gvr, Namespace, Scope};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::rules::{May, Rules};
use crate::tree::node::NodeKind;

/// The largest number of namespaces whose rules are requested before they are opened.
const MAX_NAMESPACES: usize = 16;

/// Returns why an answer is not fetched automatically: the server would only refuse it.
#[must_use]
pub(in crate::app) fn reason(model: &Model, path: &ApiPath) -> Option<&'static str> {
    // The root is the first row of every session, and its failure has a hint how to continue.
    let is_refused = *path != ApiPath::Root && model.rights.may_read(path) == May::No;
    is_refused.then_some("the rules do not let you read this")
}

/// Returns what to try after the server refused a path; `None` if there is nothing special to say.
#[must_use]
pub(in crate::app) fn hint(model: &Model, path: &ApiPath, failure: &Failure) -> Option<String> {
    if failure.kind != FailureKind::Forbidden {
        return None;
    }
    match path {
        ApiPath::Collection { gvr, .. } if is_namespaced(model, gvr) => {
            let allowed = model.rights.listed_in(gvr);
            let (first, place) = (allowed.first()?, names(&allowed, "namespaces"));
            Some(format!("You may list it in {place}; `:ns {first}` goes there"))
        }
        ApiPath::Collection { .. } => {
            let named = model.rights.named_in(path);
            let known = format!(", or open {}", names(&named, "of those below"));
            let known = if named.is_empty() { "" } else { &known };
            Some(format!("Ask for the right to list this{known}"))
        }
        ApiPath::Root => Some("Open a row below: it may be readable all the same".to_owned()),
        _ => None,
    }
}

fn is_namespaced(model: &Model, gvr: &Gvr) -> bool {
    let resource = model.discovery.resource(gvr);
    resource.is_none_or(|resource| resource.scope == Scope::Namespaced)
}

/// Requests the rules where the walk begins, and again those that are known.
pub(in crate::app) fn begin(model: &mut Model) {
    let Some(connection) = model.connection() else { return };
    let meant = connection.namespace.iter().chain(&connection.endpoint.default_namespace);
    let meant: BTreeSet<Namespace> = meant.cloned().collect();
    model.rights.refresh();
    model.rights.wanted.extend(meant);
    if model.rights.wanted.is_empty() {
        // The rules of any namespace include the cluster-wide ones.
        model.rights.wanted.insert(Namespace::new("default"));
    }
}

/// Requests the rules of the known namespaces, because the server does not list them.
pub(in crate::app) fn of_known_namespaces(model: &mut Model) {
    let known: Vec<Namespace> =
        model.namespaces.names.iter().take(MAX_NAMESPACES).cloned().collect();
    for namespace in known {
        model.rights.want(namespace);
    }
}

/// Requests the rules of the namespace that a node is in.
pub(in crate::app) fn of_node(model: &mut Model, kind: &NodeKind) {
    if let Some(namespace) = kind.path().as_ref().and_then(namespace_of) {
        model.rights.want(namespace);
    }
}

/// Sends the requests for the rules that are wanted.
pub(in crate::app) fn settle(model: &mut Model) {
    if model.rights.wanted.is_empty() || model.connection().is_none() {
        return;
    }
    for namespace in std::mem::take(&mut model.rights.wanted) {
        model.rights.requested(namespace.clone());
        model.send(Question::rules(namespace));
    }
}

/// Handles the rules of a namespace.
pub(in crate::app) fn received(
    model: &mut Model,
    namespace: Namespace,
    result: Result<Rules, Failure>,
) {
    let rules = result.ok();
    // A user who may not list the namespaces may be given some by name.
    let named = rules.iter().flat_map(|rules| rules.names(&Gvr::new("", "v1", "namespaces")));
    let named: Vec<Namespace> = named.take(MAX_NAMESPACES).map(Namespace::new).collect();
    model.rights.received(namespace, rules);
    for namespace in named {
        model.know_namespace(namespace);
    }
}

/// Returns the objects of a refused list that may be read all the same.
pub(in crate::app) fn named_objects(model: &Model, kind: &NodeKind) -> Vec<NodeKind> {
    let (Some(resource), Some(collection)) = (kind.resource(), kind.opens_collection()) else {
        return Vec::new();
    };
    let namespace = namespace_of(&collection);
    let object = |name: String| NodeKind::Object {
        resource: resource.clone(),
        path: ObjectPath {
            gvr: resource.gvr.clone(),
            namespace: namespace.clone(),
            name: name.into(),
        },
    };
    model.rights.named_in(&collection).into_iter().map(object).collect()
}
