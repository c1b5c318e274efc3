//! Opening and closing nodes: what is asked when, and what becomes of the answers.

use std::sync::Arc;

use crate::app::collection::Collection;
use serde_json::Value;

use crate::app::message::{Question, Ticket, Want};
use crate::app::model::{Model, Overlay, Purpose};
use crate::app::prompt::Prompt;
use crate::app::tree::node::{Live, Load, NodeKind};
use crate::app::tree::{NodeId, Place};
use crate::k8s::discovery::{DiscoveredVersion, Resource};
use crate::k8s::failure::Failure;
use crate::k8s::names::{GroupVersion, Gvr, Namespace, Scope};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};
use crate::k8s::table::Page;

/// How many objects a page holds; kubectl's chunk size.
pub(super) const PAGE: usize = 500;

/// Opens a node: shows what it has, and asks for what it has not.
pub(super) fn open(model: &mut Model, id: NodeId) {
    let Some(node) = model.tree.get(id) else { return };
    if let NodeKind::TypeNamespace(_) = node.kind {
        model.overlay = Overlay::Prompt(Prompt::namespace(id));
        return;
    }
    if !node.can_open() {
        return;
    }
    let is_new = matches!(node.load, Load::NotAsked | Load::Failed(_));
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
        NodeKind::Root | NodeKind::Api | NodeKind::Apis => super::session::discover(model),
        NodeKind::Group { .. } => show_discovery(model, id),
        NodeKind::Version { version, .. } => open_version(model, id, &version),
        NodeKind::Resource { resource, .. } => open_namespaces(model, id, &resource),
        NodeKind::OtherNamespaces(resource) => open_namespaces(model, id, &resource),
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
    if let Some(Load::Loading(ticket)) = model.tree.get(id).map(|node| node.load.clone())
        && !matches!(model.tree.get(id).map(|n| &n.kind), Some(NodeKind::Api | NodeKind::Apis))
    {
        model.cancel(ticket);
        let has_some = model
            .tree
            .get(id)
            .is_some_and(|node| node.collection.is_some() || !node.children.is_empty());
        model.tree.set_load(id, if has_some { Load::Ready } else { Load::NotAsked });
    }
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
    model.tree.set_children(id, kinds);
    let children = model.tree.get(id).map(|node| node.children.clone()).unwrap_or_default();
    for child in children {
        let Some(node) = model.tree.get(child) else { continue };
        if node.load != Load::NotAsked {
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
    model.tree.set_children(id, kinds);
}

/// Lets all resources open into the chosen namespace; those that were open close.
pub(super) fn choose_namespace(model: &mut Model) {
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
    super::watches::follow_cursor(model);
}

/// The namespaces below a resource: those known now, and all of them once they are read.
fn open_namespaces(model: &mut Model, id: NodeId, resource: &Arc<Resource>) {
    show_namespaces(model, id, resource);
    if matches!(model.namespaces.load, Load::NotAsked | Load::Failed(_)) {
        ask_namespaces(model, None);
    }
    if matches!(model.namespaces.load, Load::Loading(_)) {
        model.tree.set_load(id, model.namespaces.load.clone());
    }
}

fn ask_namespaces(model: &mut Model, continue_token: Option<String>) {
    let path = ApiPath::Collection { gvr: Gvr::new("", "v1", "namespaces"), namespace: None };
    let mut request = Request::get(path, Form::Metadata).with("limit", PAGE.to_string());
    if let Some(token) = continue_token {
        request = request.with("continue", token);
    }
    let ticket = model.ask(Purpose::Namespaces, Question { request, want: Want::Page });
    model.namespaces.load = Load::Loading(ticket);
}

fn show_namespaces(model: &mut Model, id: NodeId, resource: &Arc<Resource>) {
    let mut kinds = vec![NodeKind::AllNamespaces(Arc::clone(resource))];
    kinds.extend(model.namespaces.names.iter().map(|namespace| NodeKind::Namespace {
        resource: Arc::clone(resource),
        namespace: namespace.clone(),
    }));
    if matches!(model.namespaces.load, Load::Failed(_)) {
        kinds.push(NodeKind::TypeNamespace(Arc::clone(resource)));
    }
    model.tree.set_children(id, kinds);
}

/// A page of the cluster's namespaces came, or they are not to be listed.
pub(super) fn namespaces(model: &mut Model, result: Result<Page, Failure>) {
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
        Err(failure) => Load::Failed(failure),
    };
    let opened: Vec<_> = model
        .tree
        .ids()
        .filter_map(|id| {
            let node = model.tree.get(id)?;
            let is_asked = node.load != Load::NotAsked && node.collection.is_none();
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

/// The nodes below an object: the subresources that can be read.
fn subresources(resource: &Resource, path: &ObjectPath) -> Vec<NodeKind> {
    let readable = resource.subresources.iter().filter(|sub| NodeKind::is_readable(sub));
    readable
        .map(|sub| NodeKind::Subresource {
            path: path.subresource(&sub.name),
            is_pod_log: &*sub.name == "log" && path.gvr.is_core("pods"),
        })
        .collect()
}

/// The list of a node's collection as a table, without a query for pages. Rows over all namespaces
/// must tell theirs.
pub(super) fn table_request(model: &Model, id: NodeId) -> Option<Request> {
    let kind = &model.tree.get(id)?.kind;
    let path = kind.opens_collection()?;
    let object = if matches!(kind, NodeKind::AllNamespaces(_)) { "Metadata" } else { "None" };
    Some(Request::get(path, Form::Table).with("includeObject", object))
}

fn first_page(model: &mut Model, id: NodeId) {
    let Some(request) = table_request(model, id) else { return };
    let request = request.with("limit", PAGE.to_string());
    ask_for(model, id, Purpose::Page(id), Question { request, want: Want::Page });
}

/// Asks for the next page of a collection.
pub(super) fn next_page(model: &mut Model, id: NodeId) {
    let Some(node) = model.tree.get(id) else { return };
    if matches!(node.load, Load::Loading(_)) {
        return;
    }
    let token = node.collection.as_ref().and_then(|c| c.continue_token.clone());
    let (Some(request), Some(token)) = (table_request(model, id), token) else { return };
    let request = request.with("limit", PAGE.to_string()).with("continue", token);
    ask_for(model, id, Purpose::Page(id), Question { request, want: Want::Page });
}

/// Reads a collection again, as many rows as there are; the old ones show until then.
pub(super) fn reload(model: &mut Model, id: NodeId) {
    let Some(node) = model.tree.get(id) else { return };
    let Some(collection) = &node.collection else {
        load(model, id);
        return;
    };
    let wanted = collection.rows().len();
    let Some(request) = table_request(model, id) else { return };
    let request = request.with("limit", PAGE.to_string());
    let purpose = Purpose::Reload(id, None, wanted);
    ask_for(model, id, purpose, Question { request, want: Want::Page });
}

/// A page of a collection came.
pub(super) fn page(model: &mut Model, id: NodeId, result: Result<Page, Failure>) {
    let page = match result {
        Ok(page) => page,
        Err(failure) => {
            page_failed(model, id, failure);
            return;
        }
    };
    if model.tree.get(id).is_some_and(|node| node.collection.is_some()) {
        model.tree.add_page(id, page);
        search_on(model, id);
    } else {
        model.tree.set_collection(id, Collection::new(page));
        let kind = model.tree.get(id).map(|node| node.kind.clone());
        if let Some(NodeKind::Resource { resource, chosen: Some(_) }) = kind {
            model.tree.set_children(id, vec![NodeKind::OtherNamespaces(resource)]);
        }
    }
    super::watches::resume(model, id);
}

/// With a filter, what is still missing is searched once that was asked for.
fn search_on(model: &mut Model, id: NodeId) {
    if model.tree.get(id).is_some_and(|node| node.loads_all && node.has_more()) {
        next_page(model, id);
    }
}

fn page_failed(model: &mut Model, id: NodeId, failure: Failure) {
    let is_first = model.tree.get(id).is_some_and(|node| node.collection.is_none());
    if is_first {
        let kind = model.tree.get(id).map(|node| node.kind.clone());
        if let Some(NodeKind::Resource { resource, chosen: Some(_) }) = kind {
            model.tree.set_children(id, vec![NodeKind::OtherNamespaces(resource)]);
        }
    } else {
        model.trouble(&failure);
    }
    model.tree.change(id, |node| {
        node.loads_all = false;
        node.load = Load::Failed(failure);
    });
}

/// A page of a collection that is read again came.
pub(super) fn reloaded(
    model: &mut Model,
    (id, gathered, wanted): (NodeId, Option<Page>, usize),
    result: Result<Page, Failure>,
) {
    let page = match (gathered, result) {
        (None, Ok(page)) => page,
        (Some(mut gathered), Ok(page)) => {
            gathered.rows.extend(page.rows);
            gathered.continue_token = page.continue_token;
            gathered.remaining = page.remaining;
            gathered
        }
        (_, Err(failure)) => {
            page_failed(model, id, failure);
            return;
        }
    };
    let next = page.continue_token.clone().filter(|_| page.rows.len() < wanted);
    if let (Some(token), Some(request)) = (next, table_request(model, id)) {
        let request = request.with("limit", PAGE.to_string()).with("continue", token);
        let purpose = Purpose::Reload(id, Some(page), wanted);
        ask_for(model, id, purpose, Question { request, want: Want::Page });
        return;
    }
    model.tree.set_collection(id, Collection::new(page));
    model.tree.change(id, |node| node.live = Live::Idle);
    super::watches::resume(model, id);
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
            model.tree.change(id, |node| node.load = Load::Failed(failure));
            return;
        }
    };
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
            model.tree.change(id, |node| node.load = Load::Failed(failure));
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
        .map(|container| NodeKind::Container {
            pod: object.clone(),
            name: container.name.into(),
            state: container.state.into(),
        })
        .collect();
    model.tree.set_children(id, kinds);
}

/// The row of one object that is gone to came, or the object is not in the list.
pub(super) fn row(model: &mut Model, id: NodeId, result: Result<Page, Failure>) {
    match result {
        Ok(page) => {
            let rows = page.rows;
            model.tree.insert_rows(id, rows);
        }
        Err(failure) => model.trouble(&failure),
    }
}

/// Asks for the cluster's namespaces again, for all nodes that show them.
pub(super) fn refresh_namespaces(model: &mut Model, id: NodeId) {
    if matches!(model.namespaces.load, Load::Loading(_)) {
        return;
    }
    ask_namespaces(model, None);
    model.tree.set_load(id, model.namespaces.load.clone());
}

/// ⏎ at the end of a filter: the pages that are missing are loaded and searched too.
pub(super) fn search_rest(model: &mut Model, id: NodeId) {
    let is_filtered = model.tree.get(id).is_some_and(|node| node.filter.is_some());
    let shows_none = model
        .tree
        .get(id)
        .and_then(|node| node.collection.as_ref())
        .is_some_and(|collection| collection.shown() == 0);
    // What was found already is read first; with nothing found, the rest is wanted.
    if is_filtered && shows_none {
        more(model, id);
    }
}

/// Loads all pages of the collection under the cursor.
pub(super) fn load_all(model: &mut Model) {
    let Some(id) = model.tree.collection_at(model.tree.cursor()) else { return };
    model.tree.change(id, |node| node.loads_all = true);
    next_page(model, id);
}

/// Where ⏎ on the last row of a collection leads.
pub(super) fn more(model: &mut Model, id: NodeId) {
    let is_filtered = model
        .tree
        .get(id)
        .and_then(|n| n.collection.as_ref())
        .is_some_and(|c| c.filter().is_some());
    if is_filtered {
        model.tree.change(id, |node| node.loads_all = true);
    }
    next_page(model, id);
}

/// The node that stands for a place, made of its row where it must be.
pub(super) fn node_at(model: &mut Model, place: Place) -> Option<NodeId> {
    match place {
        Place::Node(id) => Some(id),
        Place::Row(id, at) => model.tree.node_of_row(id, at),
        Place::More(_) => None,
    }
}
