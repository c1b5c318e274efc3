//! Opening and closing nodes: what is asked when, and what becomes of the answers.

mod again;
mod counts;
mod namespaces;
mod pages;

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

use crate::app::message::{Question, Want};
use crate::app::model::{Model, Overlay, Purpose};
use crate::app::prompt::Prompt;
use crate::app::{rights, watches};
use crate::k8s::discovery::{DiscoveredVersion, Resource};
use crate::k8s::failure::Failure;
use crate::k8s::names::{GroupVersion, Scope};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::Ticket;
use crate::k8s::request::{Form, Request};
use crate::tree::node::{Load, NodeKind};
use crate::tree::{NodeId, RowRef};

pub(super) use again::{again, catch_up, look_whether_served, mark_old, pause};
pub(super) use counts::{ask_counts, counted};
use namespaces::open_namespaces;
pub(super) use namespaces::{choose_namespace, know_namespace, namespaces, refresh_namespaces};
use pages::{first_page, next_page};
pub(super) use pages::{
    load_all, more, page, reload, reloaded, row, row_request, search_rest, select, stop,
    table_request,
};

/// How many objects a page holds; kubectl's chunk size.
const PAGE: usize = 500;

/// Opens a node: shows what it has, and asks for what it has not.
pub(super) fn open(model: &mut Model, id: NodeId) {
    let Some(node) = model.tree.get(id) else { return };
    if let NodeKind::TypeNamespace(_) = node.kind {
        model.overlay = Overlay::Prompt(Prompt::namespace(id));
        return;
    }
    if let NodeKind::ThisPod(_) = node.kind {
        model.overlay = Overlay::Prompt(Prompt::this_pod());
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

/// Asks for the children of a node, whether it has some already or not.
pub(super) fn load(model: &mut Model, id: NodeId) {
    let Some(node) = model.tree.get(id) else { return };
    let kind = node.kind.clone();
    if kind.opens_collection().is_some() {
        first_page(model, id);
        return;
    }
    match kind {
        NodeKind::Root | NodeKind::Api | NodeKind::Apis => super::connect::discover(model),
        NodeKind::Group { .. } => show_discovery(model, id),
        NodeKind::Version { version, .. } => open_version(model, id, &version),
        NodeKind::Resource { resource, .. } | NodeKind::OtherNamespaces(resource) => {
            open_namespaces(model, id, &resource);
        }
        NodeKind::Object { resource, path } => {
            let kinds = subresources(&resource, &path);
            model.tree.set_children(id, kinds);
        }
        NodeKind::Subresource { path: ApiPath::Subresource { object, .. }, is_pod_log: true } => {
            let request = Request::get(ApiPath::Object(object), Form::Json);
            ask_for(model, id, Purpose::Containers(id), Question { request, want: Want::Value });
        }
        _ => {}
    }
}

fn ask_for(model: &mut Model, id: NodeId, purpose: Purpose, question: Question) -> Ticket {
    if let Some(Load::Loading(old)) = model.tree.get(id).map(|node| node.load.clone()) {
        model.cancel(old);
    }
    let ticket = model.ask(purpose, question);
    model.tree.set_load(id, Load::Loading(ticket));
    ticket
}

/// Closes a node; what is still on the way for it is not awaited any more.
pub(super) fn close(model: &mut Model, id: NodeId) {
    model.tree.close(id);
    model.tree.change(id, |node| {
        node.loads_all = false;
        node.again = None;
    });
    if let Some(Load::Loading(ticket)) = model.tree.get(id).map(|node| node.load.clone())
        && !matches!(model.tree.get(id).map(|n| &n.kind), Some(NodeKind::Api | NodeKind::Apis))
    {
        // The namespaces may be awaited for other resources too.
        if model.namespaces.load != Load::Loading(ticket) {
            model.cancel(ticket);
        } else if !awaited_elsewhere(model, id, ticket) {
            model.cancel(ticket);
            model.namespaces.load = Load::NotLoaded;
        }
        let has_some = model
            .tree
            .get(id)
            .is_some_and(|node| node.collection.is_some() || !node.children.is_empty());
        model.tree.set_load(id, if has_some { Load::Ready } else { Load::NotLoaded });
        // It may have waited for what was on the way.
        watches::resume(model, id);
    }
}

/// Whether another open node awaits the same answer.
fn awaited_elsewhere(model: &Model, id: NodeId, ticket: Ticket) -> bool {
    let mut others = model.tree.ids().filter(|other| *other != id);
    others.any(|other| {
        model.tree.get(other).is_some_and(|node| node.open && node.load == Load::Loading(ticket))
    })
}

/// Gives the nodes of groups and versions the children that discovery tells of.
pub(super) fn show_discovery(model: &mut Model, id: NodeId) {
    let Some(node) = model.tree.get(id) else { return };
    let groups = &model.discovery.groups;
    let versions = |versions: &[DiscoveredVersion]| -> Vec<NodeKind> {
        versions.iter().map(version_kind).collect()
    };
    let kinds = match &node.kind {
        NodeKind::Api => groups
            .iter()
            .filter(|group| group.group.is_core())
            .flat_map(|group| versions(&group.versions))
            .collect(),
        NodeKind::Apis => groups
            .iter()
            .filter(|group| !group.group.is_core())
            .map(|group| NodeKind::Group {
                group: group.group.clone(),
                stale: group.versions.iter().any(|version| version.stale),
            })
            .collect(),
        NodeKind::Group { group, .. } => groups
            .iter()
            .filter(|other| other.group == *group)
            .flat_map(|group| versions(&group.versions))
            .collect(),
        _ => return,
    };
    replace(model, id, kinds);
    let children = model.tree.get(id).map(|node| node.children.clone()).unwrap_or_default();
    for child in children {
        let Some(node) = model.tree.get(child) else { continue };
        if node.load != Load::NotLoaded {
            match node.kind.clone() {
                NodeKind::Version { version, .. } => open_version(model, child, &version),
                _ => show_discovery(model, child),
            }
        }
    }
}

fn version_kind(version: &DiscoveredVersion) -> NodeKind {
    NodeKind::Version {
        version: version.group_version.clone(),
        preferred: version.preferred,
        stale: version.stale,
    }
}

/// The resources of a version: from discovery, or asked for where it has none.
fn open_version(model: &mut Model, id: NodeId, version: &GroupVersion) {
    let known = find_version(model, version)
        .and_then(|found| found.resources.clone())
        .filter(|resources| !resources.is_empty());
    if let Some(resources) = known {
        show_resources(model, id, resources);
        return;
    }
    let request = Request::get(ApiPath::Version(version.clone()), Form::Json);
    let want = Want::Resources(version.clone());
    ask_for(model, id, Purpose::Resources(id), Question { request, want });
}

fn find_version<'a>(model: &'a Model, version: &GroupVersion) -> Option<&'a DiscoveredVersion> {
    let versions = model.discovery.groups.iter().flat_map(|group| &group.versions);
    versions.into_iter().find(|other| other.group_version == *version)
}

fn show_resources(model: &mut Model, id: NodeId, resources: Vec<Arc<Resource>>) {
    let chosen = model.namespace().cloned();
    let kinds = resources
        .into_iter()
        .map(|resource| {
            let chosen = chosen.clone().filter(|_| resource.scope == Scope::Namespaced);
            NodeKind::Resource { resource, chosen }
        })
        .collect();
    replace(model, id, kinds);
}

/// Gives a node the children that the server tells of; those that it had and that are not served
/// any more go with a notice.
fn replace(model: &mut Model, id: NodeId, kinds: Vec<NodeKind>) {
    let served: HashSet<String> = kinds.iter().map(NodeKind::label).collect();
    let had = model.tree.get(id).into_iter().flat_map(|node| &node.children);
    let labels = had.filter_map(|child| Some(model.tree.get(*child)?.kind.label()));
    let gone: Vec<String> = labels.filter(|label| !served.contains(label)).collect();
    if !gone.is_empty() {
        model.notify(format!("Not served any more: {}", gone.join(", ")));
    }
    model.tree.set_children(id, kinds);
}

/// The nodes below an object: the subresources that can be read.
fn subresources(resource: &Resource, path: &ObjectPath) -> Vec<NodeKind> {
    resource
        .readable()
        .map(|sub| NodeKind::Subresource {
            path: path.subresource(&sub.name),
            is_pod_log: &*sub.name == "log" && path.gvr.is_core("pods"),
        })
        .collect()
}

/// The resources of a version came from its plain document.
pub(super) fn resources(
    model: &mut Model,
    id: NodeId,
    result: Result<Vec<Arc<Resource>>, Failure>,
) {
    let resources = match result {
        Ok(resources) => resources,
        Err(failure) => {
            again::failed(model, id, failure);
            return;
        }
    };
    again::came(model, id);
    if let Some(NodeKind::Version { version, .. }) = model.tree.get(id).map(|n| n.kind.clone()) {
        let versions = model.discovery.groups.iter_mut().flat_map(|group| &mut group.versions);
        for known in versions.filter(|known| known.group_version == version) {
            known.resources = Some(resources.clone());
        }
    }
    show_resources(model, id, resources);
}

/// The pod came whose containers have logs.
pub(super) fn containers(model: &mut Model, id: NodeId, result: Result<Arc<Value>, Failure>) {
    let pod = match result {
        Ok(pod) => pod,
        Err(failure) => {
            again::failed(model, id, failure);
            return;
        }
    };
    let Some(NodeKind::Subresource { path: ApiPath::Subresource { object, .. }, .. }) =
        model.tree.get(id).map(|node| node.kind.clone())
    else {
        return;
    };
    let kinds = crate::k8s::pod::containers(&pod)
        .into_iter()
        .map(|container| NodeKind::ContainerLog {
            pod: object.clone(),
            name: container.name.into(),
            state: container.state.into(),
        })
        .collect();
    model.tree.set_children(id, kinds);
}

/// The node that stands for a place, made of its row where it must be.
pub(super) fn node_at(model: &mut Model, place: RowRef) -> Option<NodeId> {
    match place {
        RowRef::Node(id) => Some(id),
        RowRef::Row(id, at) => model.tree.node_of_row(id, at),
        RowRef::More(_) => None,
    }
}
