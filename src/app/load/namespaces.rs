//! The namespaces of the cluster: listed once, shown below every resource that has some, and chosen.

use std::sync::Arc;

use crate::app::message::{Question, Want};
use crate::app::model::{Model, Purpose};
use crate::app::{rights, watches};
use crate::k8s::discovery::Resource;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::{Gvr, Namespace, Scope};
use crate::k8s::path::ApiPath;
use crate::k8s::request::{Form, Request};
use crate::k8s::table::Page;
use crate::tree::NodeId;
use crate::tree::node::{Count, Load, NodeKind};

use super::{PAGE, close};

/// The namespaces below a resource: those known now, and all of them once they are read.
pub(super) fn open_namespaces(model: &mut Model, id: NodeId, resource: &Arc<Resource>) {
    show_namespaces(model, id, resource);
    if matches!(model.namespaces.load, Load::NotLoaded | Load::Failed(_)) {
        ask_namespaces(model, None);
    }
    if matches!(model.namespaces.load, Load::Loading(_)) {
        model.tree.set_load(id, model.namespaces.load.clone());
    }
}

pub(super) fn ask_namespaces(model: &mut Model, continue_token: Option<String>) {
    let path = ApiPath::Collection { gvr: Gvr::new("", "v1", "namespaces"), namespace: None };
    let mut request = Request::get(path, Form::Metadata).with("limit", PAGE.to_string());
    if let Some(token) = continue_token {
        request = request.with("continue", token);
    }
    let ticket = model.ask(Purpose::Namespaces, Question { request, want: Want::Page });
    model.namespaces.load = Load::Loading(ticket);
}

fn show_namespaces(model: &mut Model, id: NodeId, resource: &Arc<Resource>) {
    let others = matches!(model.tree.get(id).map(|n| &n.kind), Some(NodeKind::OtherNamespaces(_)));
    let chosen = model.namespace().filter(|_| others);
    let names = model.namespaces.names.iter().filter(|name| Some(*name) != chosen);
    let mut kinds = vec![NodeKind::AllNamespaces(Arc::clone(resource))];
    kinds.extend(names.map(|namespace| NodeKind::Namespace {
        resource: Arc::clone(resource),
        namespace: namespace.clone(),
    }));
    if matches!(model.namespaces.load, Load::Failed(_)) {
        kinds.push(NodeKind::TypeNamespace(Arc::clone(resource)));
    }
    model.tree.set_children(id, kinds);
}

/// A page of the cluster's namespaces came, or they are not to be listed.
pub(in crate::app) fn namespaces(model: &mut Model, result: Result<Page, Failure>) {
    model.namespaces.load = match result {
        Ok(page) => {
            let names = page.rows.iter().map(|row| Namespace::new(row.name()));
            model.namespaces.names.extend(names);
            if let Some(token) = page.continue_token {
                ask_namespaces(model, Some(token));
                return;
            }
            Load::Ready
        }
        Err(Failure { kind: FailureKind::Gone, token: Some(token), .. }) => {
            ask_namespaces(model, Some(token.into()));
            return;
        }
        Err(failure) => Load::Failed(failure),
    };
    if matches!(model.namespaces.load, Load::Failed(_)) {
        rights::of_named(model);
    }
    show_everywhere(model);
}

/// A namespace is known without being listed: its row comes, and what is allowed in it is asked.
pub(in crate::app) fn know_namespace(model: &mut Model, namespace: Namespace) {
    rights::of(model, namespace.clone());
    if model.namespaces.names.insert(namespace) {
        show_everywhere(model);
    }
}

/// Shows the namespaces below every node that was opened into them.
fn show_everywhere(model: &mut Model) {
    let opened: Vec<_> = model
        .tree
        .ids()
        .filter_map(|id| {
            let node = model.tree.get(id)?;
            let is_asked = node.load != Load::NotLoaded && node.collection.is_none();
            match &node.kind {
                NodeKind::Resource { resource, chosen: None }
                | NodeKind::OtherNamespaces(resource)
                    if is_asked && resource.scope == Scope::Namespaced =>
                {
                    Some((id, Arc::clone(resource)))
                }
                _ => None,
            }
        })
        .collect();
    for (id, resource) in opened {
        show_namespaces(model, id, &resource);
    }
}

/// Asks for the cluster's namespaces again, for all nodes that show them.
pub(in crate::app) fn refresh_namespaces(model: &mut Model, id: NodeId) {
    if matches!(model.namespaces.load, Load::Loading(_)) {
        return;
    }
    ask_namespaces(model, None);
    model.tree.set_load(id, model.namespaces.load.clone());
    let children = model.tree.get(id).map(|node| node.children.clone()).unwrap_or_default();
    for child in children {
        model.tree.change(child, |node| node.count = Count::NotLoaded);
    }
}

/// Lets all resources open into the chosen namespace; those that were open close.
pub(in crate::app) fn choose_namespace(model: &mut Model) {
    let ids: Vec<NodeId> = model.tree.ids().collect();
    let chosen = model.namespace().cloned();
    for id in ids {
        let Some(NodeKind::Resource { resource, .. }) = model.tree.get(id).map(|n| n.kind.clone())
        else {
            continue;
        };
        if resource.scope == Scope::Namespaced {
            close(model, id);
            let kind = NodeKind::Resource { resource, chosen: chosen.clone() };
            model.tree.start_again(id, kind);
        }
    }
    watches::follow_cursor(model);
    // The row under the cursor may have another answer now.
    model.attended = None;
}
