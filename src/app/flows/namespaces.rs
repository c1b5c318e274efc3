//! The namespaces of the cluster: listed once, and shown below every namespaced resource.

use std::sync::Arc;

use crate::app::flows::rights;
use crate::app::model::Model;
use crate::app::question::Question;
use crate::k8s::discovery::Resource;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::{Namespace, Scope};
use crate::k8s::paging::PageSize;
use crate::k8s::table::Page;
use crate::tree::NodeId;
use crate::tree::node::{Count, Load, NodeKind};

/// Shows the known namespaces below a resource, and fetches all of them if that was not done.
pub(in crate::app) fn open(model: &mut Model, id: NodeId, resource: &Arc<Resource>) {
    show(model, id, resource);
    if matches!(model.namespaces.load, Load::NotLoaded | Load::Failed(_)) {
        fetch(model);
    }
    if matches!(model.namespaces.load, Load::Loading(_)) {
        model.tree.set_load(id, model.namespaces.load.clone());
    }
}

/// Fetches the namespaces, page by page.
pub(in crate::app) fn fetch(model: &mut Model) {
    fetch_page(model, PageSize::FIRST, None);
}

fn fetch_page(model: &mut Model, size: PageSize, token: Option<String>) {
    let ticket = model.send(Question::namespaces(size, token));
    model.namespaces.load = Load::Loading(ticket);
}

fn show(model: &mut Model, id: NodeId, resource: &Arc<Resource>) {
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

/// Handles a page of the namespaces.
pub(in crate::app) fn received(model: &mut Model, result: Result<Page, Failure>) {
    model.names.arrived = true;
    model.namespaces.load = match result {
        Ok(page) => {
            let names = page.rows.iter().map(|row| Namespace::new(row.name()));
            model.namespaces.names.extend(names);
            if let Some(token) = page.continue_token {
                fetch_page(model, page.next_size, Some(token));
                return;
            }
            Load::Ready
        }
        Err(Failure { kind: FailureKind::Gone, token: Some(token), .. }) => {
            fetch_page(model, PageSize::FIRST, Some(token.into()));
            return;
        }
        Err(failure) => Load::Failed(failure),
    };
    if matches!(model.namespaces.load, Load::Failed(_)) {
        rights::of_known_namespaces(model);
    }
    show_everywhere(model);
}

/// Shows namespaces that became known since.
pub(in crate::app) fn settle(model: &mut Model) {
    let is_loading = matches!(model.namespaces.load, Load::Loading(_));
    if !is_loading && model.namespaces.shown != model.namespaces.names.len() {
        show_everywhere(model);
    }
}

/// Shows the namespaces below every node that was opened into them.
fn show_everywhere(model: &mut Model) {
    model.namespaces.shown = model.namespaces.names.len();
    let opened: Vec<_> = model
        .tree
        .ids()
        .filter_map(|id| {
            let node = model.tree.get(id)?;
            let was_loaded = node.load != Load::NotLoaded && node.collection.is_none();
            match &node.kind {
                NodeKind::Resource { resource, chosen: None }
                | NodeKind::OtherNamespaces(resource)
                    if was_loaded && resource.scope == Scope::Namespaced =>
                {
                    Some((id, Arc::clone(resource)))
                }
                _ => None,
            }
        })
        .collect();
    for (id, resource) in opened {
        show(model, id, &resource);
    }
}

/// Fetches the namespaces again, for all nodes that show them.
pub(in crate::app) fn refresh(model: &mut Model, id: NodeId) {
    if matches!(model.namespaces.load, Load::Loading(_)) {
        return;
    }
    fetch(model);
    model.tree.set_load(id, model.namespaces.load.clone());
    let children = model.tree.get(id).map(|node| node.children.clone()).unwrap_or_default();
    for child in children {
        model.tree.change(child, |node| node.count = Count::NotLoaded);
    }
}
