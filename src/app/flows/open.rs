//! Opening and closing nodes.

use std::sync::Arc;

use serde_json::Value;

use crate::app::flows::{
    contents, discover, list, namespaces, problems, read, retry, rights, several,
};
use crate::app::model::Model;
use crate::app::question::Question;
use crate::app::state::overlay::Overlay;
use crate::app::state::prompt::{Prompt, PromptKind};
use crate::k8s::discovery::Resource;
use crate::k8s::failure::Failure;
use crate::k8s::names::Namespace;
use crate::k8s::paging::PageSize;
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::Ticket;
use crate::object::logs::{MOST, has_logs};
use crate::tree::node::{Load, NodeKind};
use crate::tree::{NodeId, ROOT, RowRef};

/// Opens a node: shows what is loaded below it, and fetches the rest.
pub(in crate::app) fn open(model: &mut Model, id: NodeId) {
    let Some(node) = model.tree.get(id) else { return };
    if node.kind == NodeKind::Problems {
        problems::open(model);
        return;
    }
    let prompt = match node.kind {
        NodeKind::TypeNamespace(_) => Some(PromptKind::Namespace(id)),
        NodeKind::ThisPod(_) => Some(PromptKind::ThisPod),
        _ => None,
    };
    if let Some(kind) = prompt {
        model.overlay = Overlay::Prompt(Prompt::new(kind, ""));
        return;
    }
    if !node.can_open() {
        return;
    }
    let is_new = matches!(node.load, Load::NotLoaded | Load::Failed(_));
    let kind = node.kind.clone();
    rights::of_node(model, &kind);
    model.tree.open(id);
    if is_new {
        load(model, id);
    }
}

/// Fetches the children of a node, whether it has some already or not.
pub(in crate::app) fn load(model: &mut Model, id: NodeId) {
    let Some(node) = model.tree.get(id) else { return };
    let kind = node.kind.clone();
    if kind.opens_collection().is_some() {
        list::first_page(model, id);
        return;
    }
    match kind {
        NodeKind::Root | NodeKind::Api | NodeKind::Apis => discover::groups(model),
        NodeKind::Group { .. } => discover::show(model, id),
        NodeKind::Version { version, .. } => discover::open_version(model, id, &version),
        NodeKind::Resource { resource, .. } | NodeKind::OtherNamespaces(resource) => {
            namespaces::open(model, id, &resource);
        }
        NodeKind::Object { resource, path } => {
            let mut kinds = subresources(&resource, &path);
            // One that was requested keeps its row.
            let present = model.tree.get(id).map(|node| node.children.clone()).unwrap_or_default();
            let present = present.iter().filter_map(|child| model.tree.get(*child));
            let requested = present.map(|node| &node.kind).filter(|kind| !kinds.contains(kind));
            let requested: Vec<NodeKind> = requested.cloned().collect();
            kinds.extend(requested);
            model.tree.set_children(id, kinds);
            if path.gvr.is_core("namespaces") {
                contents::load(model, id, &Namespace::new(&path.name));
            }
        }
        NodeKind::Contents(namespace) => contents::load(model, id, &namespace),
        NodeKind::EmptyKinds { .. } => contents::open_others(model, id),
        NodeKind::Several(of) => several::load(model, id, &of),
        NodeKind::Subresource { path: ApiPath::Subresource { object, .. }, is_pod_log: true } => {
            list::fetch(model, id, Question::log_containers(id, object));
        }
        _ => {}
    }
}

/// Closes a node, and cancels its requests.
pub(in crate::app) fn close(model: &mut Model, id: NodeId) {
    model.tree.close(id);
    model.tree.change(id, |node| node.loads_all = false);
    retry::cancel(model, id);
    several::stop(model, id);
    let Some(node) = model.tree.get(id) else { return };
    let Load::Loading(ticket) = node.load else { return };
    if matches!(node.kind, NodeKind::Api | NodeKind::Apis) {
        return;
    }
    // Other resources may wait for the same namespaces.
    if model.namespaces.load != Load::Loading(ticket) {
        model.cancel(ticket);
    } else if !awaited_elsewhere(model, id, ticket) {
        model.cancel(ticket);
        model.namespaces.load = Load::NotLoaded;
    }
    // A collection has a row for the other namespaces even if it was not listed.
    let has_some = model.tree.get(id).is_some_and(|node| match node.kind.opens_collection() {
        Some(_) => node.collection.is_some(),
        None => !node.children.is_empty(),
    });
    model.tree.set_load(id, if has_some { Load::Ready } else { Load::NotLoaded });
}

/// True if another open node awaits the same answer.
fn awaited_elsewhere(model: &Model, id: NodeId, ticket: Ticket) -> bool {
    let mut others = model.tree.ids().filter(|other| *other != id);
    others.any(|other| {
        model.tree.get(other).is_some_and(|node| node.open && node.load == Load::Loading(ticket))
    })
}

/// Returns the nodes below an object.
pub(in crate::app) fn subresources(resource: &Resource, path: &ObjectPath) -> Vec<NodeKind> {
    resource.below_objects().map(|sub| subresource(path, &sub.name)).collect()
}

/// Returns the node of a subresource of an object.
pub(in crate::app) fn subresource(path: &ObjectPath, name: &str) -> NodeKind {
    let is_pod_log = name == "log" && path.gvr.is_core("pods");
    if name == "log" && !is_pod_log && has_logs(&path.gvr) {
        return NodeKind::Logs { of: path.clone(), most: MOST, with_init: false };
    }
    NodeKind::Subresource { path: path.subresource(name), is_pod_log }
}

/// Handles the pod whose containers have logs.
pub(in crate::app) fn log_containers_received(
    model: &mut Model,
    id: NodeId,
    result: Result<Arc<Value>, Failure>,
) {
    let pod = match result {
        Ok(pod) => pod,
        Err(failure) => {
            retry::failed(model, id, failure);
            return;
        }
    };
    let Some(NodeKind::Subresource { path: ApiPath::Subresource { object, .. }, .. }) =
        model.tree.get(id).map(|node| node.kind.clone())
    else {
        return;
    };
    let containers = crate::k8s::pod::containers(&pod);
    let all = NodeKind::Logs { of: object.clone(), most: MOST, with_init: false };
    let all = (containers.len() > 1).then_some(all);
    let containers = containers.into_iter().map(|container| NodeKind::ContainerLog {
        pod: object.clone(),
        name: container.name.into(),
        state: container.state.into(),
        waits: false,
        fails: container.is_failing,
    });
    let kinds = all.into_iter().chain(containers).collect();
    model.tree.set_children(id, kinds);
}

/// Returns the node of a row, which is made of the row if necessary.
pub(in crate::app) fn node_of(model: &mut Model, row: RowRef) -> Option<NodeId> {
    match row {
        RowRef::Node(id) => Some(id),
        RowRef::Row(id, at) => model.tree.node_of_row(id, at),
        RowRef::More(_) => None,
    }
}

/// Adds a namespace that was named but not listed below a resource.
pub(in crate::app) fn add_namespace(model: &mut Model, id: NodeId, namespace: Namespace) {
    model.know_namespace(namespace.clone());
    namespaces::settle(model);
    let Some(resource) = model.tree.get(id).and_then(|node| node.kind.resource().cloned()) else {
        return;
    };
    if model.tree.namespace_child(id, &namespace).is_none() {
        model.tree.add(id, NodeKind::Namespace { resource, namespace });
    }
}

/// Opens the namespace that was typed for a resource, beside the row that prompted for it.
pub(in crate::app) fn named_namespace(model: &mut Model, id: NodeId, text: &str) {
    let Some(parent) = model.tree.get(id).and_then(|node| node.parent) else { return };
    let namespace = Namespace::new(text);
    add_namespace(model, parent, namespace.clone());
    if let Some(child) = model.tree.namespace_child(parent, &namespace) {
        let row = RowRef::Node(child);
        model.tree.select(row);
        open(model, child);
        read::enter(model, row);
    }
}

/// Retries a node that failed.
pub(in crate::app) fn retry_node(model: &mut Model, id: NodeId) {
    retry::cancel(model, id);
    let Some(node) = model.tree.get(id) else { return };
    if !matches!(node.load, Load::Failed(_)) {
        return;
    }
    if node.collection.is_some() {
        list::next_page(model, id);
    } else {
        load(model, id);
    }
}

/// Fetches what is open and failed while the server was away, and lists again what may be out of
/// date. Long collections wait until the cursor is on them, where a watch delivers what they missed.
pub(in crate::app) fn catch_up(model: &mut Model) {
    let may_recover =
        |load: &Load| matches!(load, Load::Failed(failure) if failure.kind.may_recover());
    if may_recover(&model.namespaces.load) {
        namespaces::fetch(model);
    }
    let is_shown = |id| is_open(model, id) || model.reading.rows() == Some(id);
    let ids: Vec<NodeId> = model.tree.ids().filter(|id| is_shown(*id)).collect();
    for id in ids {
        let Some(node) = model.tree.get(id) else { continue };
        let is_top = matches!(node.kind, NodeKind::Root | NodeKind::Api | NodeKind::Apis);
        let rows = node.collection.as_ref().map(|collection| collection.rows().len());
        // A watch delivers what was missed, where there is one.
        let is_watched = model.watched == Some(id) && list::can_watch(model, id);
        match rows {
            Some(rows) if node.old && !is_watched && rows <= PageSize::FIRST.objects() => {
                list::reload(model, id);
            }
            None if may_recover(&node.load) && !is_top => load(model, id),
            _ => {}
        }
    }
}

/// True if a node and all nodes above it are open.
fn is_open(model: &Model, id: NodeId) -> bool {
    let mut at = Some(id);
    while let Some(node) = at.filter(|at| *at != ROOT).and_then(|at| model.tree.get(at)) {
        if !node.open {
            return false;
        }
        at = node.parent;
    }
    true
}
