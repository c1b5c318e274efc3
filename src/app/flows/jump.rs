//! Jumping to a path: opens the nodes above it level by level, and keeps the history of locations.

use std::sync::Arc;

use crate::app::flows::{list, open, places, read, select};
use crate::app::model::Model;
use crate::app::state::navigation::Jump;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::{Gvr, Namespace, Scope};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::selector::Selector;
use crate::k8s::table::Row;
use crate::object::health::similar;
use crate::object::logs::has_logs;
use crate::tree::collection::{Collection, RowKey};
use crate::tree::node::{Load, NodeKind};
use crate::tree::{NodeId, ROOT, RowRef, Tree};

/// How far a path can be followed with the nodes that are loaded.
enum Reach {
    /// To this row.
    At(RowRef),
    /// The node of this row must be opened first.
    Open(RowRef),
    /// An answer is awaited.
    Wait,
    /// The namespace is not listed below this node.
    Namespace(NodeId, Namespace),
    /// The object is not among the loaded rows of this node.
    Row(NodeId, ObjectPath),
    /// The object belongs below this node, whose rows cannot be listed.
    Unlisted(NodeId, ObjectPath),
    /// The subresource has no row of its own yet below this object.
    Subresource(NodeId, NodeKind),
    /// The non-resource path is not listed, and belongs below this node.
    UnlistedPath(NodeId, Arc<str>),
    /// A node above the path could not be loaded.
    Failed(NodeId, Failure),
    /// The path does not exist.
    NotFound(Failure),
}

/// Jumps to a path and adds it to the history. With `all_namespaces`, the path of a resource means its
/// row for all namespaces.
pub(in crate::app) fn to(
    model: &mut Model,
    path: ApiPath,
    selector: Selector,
    all_namespaces: bool,
) {
    model.notice = None;
    remember(model, &path);
    model.jump = Some(Jump { all_namespaces, ..Jump::to(path, selector) });
    settle(model);
}

/// Adds a path to the history after the current one, and drops the forward history.
pub(in crate::app) fn remember(model: &mut Model, path: &ApiPath) {
    let from = model.tree.path(model.tree.cursor());
    let history = &mut model.history;
    history.paths.truncate(history.at + 1);
    for path in from.iter().chain([path]) {
        if history.paths.last() != Some(path) {
            history.paths.push(path.clone());
        }
    }
    history.at = history.paths.len().saturating_sub(1);
}

/// Jumps back (−1) or forward (+1) in the history.
pub(in crate::app) fn travel(model: &mut Model, by: isize) {
    let to = model.history.at.checked_add_signed(by).filter(|to| *to < model.history.paths.len());
    let Some(to) = to else {
        model.notify(if by < 0 { "No earlier location" } else { "No later location" });
        return;
    };
    let path = model.history.paths[to].clone();
    places::returns_to(model, &path);
    model.history.at = to;
    model.jump = Some(Jump::to(path, Selector::default()));
    settle(model);
}

/// Continues the jump as far as the loaded nodes allow, and fetches what is missing next.
pub(in crate::app) fn settle(model: &mut Model) {
    // Each turn opens one level; no path has more than a few.
    for _ in 0..16 {
        let Some(jump) = model.jump.clone() else { return };
        match reach(&model.tree, &jump.path) {
            Reach::At(row) => match all_namespaces(&model.tree, row, &jump) {
                None => {
                    model.jump = None;
                    arrive(model, row, jump.selector);
                    return;
                }
                Some(Err(id)) => open::open(model, id),
                Some(Ok(all)) => {
                    model.jump = None;
                    arrive(model, all, jump.selector);
                    return;
                }
            },
            Reach::Open(row) => {
                let Some(id) = open::node_of(model, row) else { return };
                open::open(model, id);
            }
            Reach::Wait => return,
            Reach::Namespace(id, namespace) => open::add_namespace(model, id, namespace),
            Reach::Row(id, object) if jump.requested.is_none() => {
                let requested = list::row(model, id, &object.name);
                model.jump = requested.is_some().then_some(Jump { requested, ..jump });
                return;
            }
            Reach::Row(..) if jump.requested.is_some_and(|ticket| model.awaits(ticket)) => return,
            Reach::Unlisted(id, object) => {
                let resource = model.tree.get(id).and_then(|node| node.kind.resource().cloned());
                let Some(resource) = resource else { return };
                model.tree.add(id, NodeKind::Object { resource, path: object });
                model.tree.open(id);
            }
            Reach::Row(id, object) => {
                model.jump = None;
                let text = format!("{} is not in {}", object.name, object.collection());
                let rows = model.tree.get(id).and_then(|node| node.collection.as_ref());
                let names = rows.into_iter().flat_map(Collection::rows).map(Row::name);
                let hint = similar::meant(&object.name, names).map_or_else(
                    || "Check the name and the namespace".to_owned(),
                    |meant| format!("Did you mean {meant}?"),
                );
                model.report(&Failure::new(FailureKind::NotFound, text, hint));
                arrive(model, RowRef::Node(id), Selector::default());
                return;
            }
            Reach::Subresource(id, kind) => {
                model.tree.add_once(id, kind);
                model.tree.open(id);
            }
            Reach::UnlistedPath(id, path) => {
                model.tree.add(id, NodeKind::NonResource { path, listed: true });
            }
            Reach::Failed(id, _) if jump.retried != Some(id) => {
                model.jump = Some(Jump { retried: Some(id), ..jump });
                open::load(model, id);
            }
            Reach::Failed(_, failure) | Reach::NotFound(failure) => {
                model.jump = None;
                model.report(&failure);
                return;
            }
        }
    }
}

/// With a namespace chosen, with `-A` or with a selector, the path of a namespaced resource means its row
/// for all namespaces. Returns that row, or else the node to open first; `None` if the path means the
/// resource's own row.
fn all_namespaces(tree: &Tree, row: RowRef, jump: &Jump) -> Option<Result<RowRef, NodeId>> {
    let (RowRef::Node(id), ApiPath::Collection { namespace: None, .. }) = (row, &jump.path) else {
        return None;
    };
    let node = tree.get(id)?;
    let child_of = |id: NodeId, is_it: fn(&NodeKind) -> bool| {
        let node = tree.get(id)?;
        node.children.iter().copied().find(|c| tree.get(*c).is_some_and(|c| is_it(&c.kind)))
    };
    let is_all = |kind: &NodeKind| matches!(kind, NodeKind::AllNamespaces(_));
    match &node.kind {
        NodeKind::Resource { chosen: Some(_), .. } => {}
        NodeKind::Resource { resource, .. }
            if resource.scope == Scope::Namespaced
                && (jump.all_namespaces || !jump.selector.is_everything()) =>
        {
            let is_read = node.open && node.load == Load::Ready;
            return match child_of(id, is_all).filter(|_| node.open) {
                Some(all) => Some(Ok(RowRef::Node(all))),
                None if is_read || matches!(node.load, Load::Failed(_)) => None,
                None => Some(Err(id)),
            };
        }
        _ => return None,
    }
    let others = child_of(id, |kind| matches!(kind, NodeKind::OtherNamespaces(_)));
    let Some(others) = others.filter(|_| node.open) else { return Some(Err(id)) };
    match child_of(others, is_all) {
        Some(all) if tree.get(others)?.open => Some(Ok(RowRef::Node(all))),
        _ => Some(Err(others)),
    }
}

/// Ends a jump: moves the cursor to the row and fetches its answer, as ⏎ does.
fn arrive(model: &mut Model, row: RowRef, selector: Selector) {
    model.tree.select(row);
    model.tree.unhide_cursor();
    model.tree.show_below_cursor(model.tree.height() / 3);
    let row = model.tree.cursor();
    if !selector.is_everything() {
        select::choose(model, Tree::node_of(row), selector);
    }
    if let RowRef::Node(id) = row
        && model.tree.get(id).is_some_and(|node| !matches!(node.kind, NodeKind::Object { .. }))
    {
        open::open(model, id);
    }
    read::enter(model, row);
}

fn reach(tree: &Tree, path: &ApiPath) -> Reach {
    let Some(parent) = path.parent() else { return Reach::At(RowRef::Node(ROOT)) };
    let above = match reach(tree, &parent) {
        Reach::At(row) => row,
        other => return other,
    };
    let RowRef::Node(id) = above else { return Reach::Open(above) };
    let Some(node) = tree.get(id) else { return Reach::Wait };
    if let ApiPath::Collection { namespace: Some(namespace), .. } = path {
        return match &node.kind {
            NodeKind::Resource { resource, .. } if !resource.can("list") => {
                Reach::NotFound(unlistable(&resource.gvr))
            }
            _ => reach_namespace(tree, id, namespace),
        };
    }
    if let (NodeKind::NonResource { .. } | NodeKind::Root, ApiPath::NonResource(wanted)) =
        (&node.kind, path)
    {
        return reach_path(tree, id, wanted);
    }
    if let (NodeKind::Object { resource, path: object }, ApiPath::Subresource { subresource, .. }) =
        (&node.kind, path)
        && !node.children.iter().any(|child| is_at(tree, *child, path))
        && (node.load == Load::Ready || !node.can_open())
        && (resource.readable().any(|sub| sub.name == *subresource)
            || &**subresource == "log" && has_logs(&object.gvr))
    {
        return Reach::Subresource(id, open::subresource(object, subresource));
    }
    if !node.can_open() && !matches!(node.kind, NodeKind::Root) {
        return reach_closed(tree, id, path);
    }
    if !node.open || node.load == Load::NotLoaded && !is_static(&node.kind) {
        return Reach::Open(above);
    }
    if let ApiPath::Object(object) = path {
        return reach_object(tree, id, object);
    }
    let is_it = |child: &NodeId| {
        tree.get(*child).is_some_and(|child| match (&child.kind, path) {
            // With a namespace chosen, the row's own path is the one in that namespace.
            (NodeKind::Resource { resource, .. }, ApiPath::Collection { gvr, .. }) => {
                resource.gvr == *gvr
            }
            (kind, path) => kind.path().as_ref() == Some(path),
        })
    };
    if let Some(child) = node.children.iter().copied().find(is_it) {
        return Reach::At(RowRef::Node(child));
    }
    match &node.load {
        Load::Loading(_) => Reach::Wait,
        Load::Failed(failure) if !matches!(node.kind, NodeKind::Root) => {
            Reach::Failed(id, failure.clone())
        }
        _ => Reach::NotFound(unknown(path)),
    }
}

fn is_at(tree: &Tree, id: NodeId, path: &ApiPath) -> bool {
    tree.get(id).is_some_and(|node| node.kind.path().as_ref() == Some(path))
}

/// True for nodes whose children are shown without being opened.
fn is_static(kind: &NodeKind) -> bool {
    matches!(kind, NodeKind::Root | NodeKind::NonResource { .. })
}

fn reach_namespace(tree: &Tree, id: NodeId, namespace: &Namespace) -> Reach {
    let Some(node) = tree.get(id) else { return Reach::Wait };
    let mut below = id;
    if let NodeKind::Resource { chosen: Some(chosen), .. } = &node.kind {
        if chosen == namespace {
            return Reach::At(RowRef::Node(id));
        }
        if !node.open || node.load == Load::NotLoaded {
            return Reach::Open(RowRef::Node(id));
        }
        let others = node.children.iter().copied().find(|child| {
            tree.get(*child).is_some_and(|c| matches!(c.kind, NodeKind::OtherNamespaces(_)))
        });
        match others {
            Some(others) => below = others,
            None => return Reach::Wait,
        }
    }
    let Some(node) = tree.get(below) else { return Reach::Wait };
    if let Some(child) = tree.namespace_child(below, namespace) {
        return if node.open {
            Reach::At(RowRef::Node(child))
        } else {
            Reach::Open(RowRef::Node(below))
        };
    }
    if !node.open || node.load == Load::NotLoaded {
        return Reach::Open(RowRef::Node(below));
    }
    match node.load {
        Load::Loading(_) => Reach::Wait,
        _ => Reach::Namespace(below, namespace.clone()),
    }
}

fn reach_object(tree: &Tree, id: NodeId, object: &ObjectPath) -> Reach {
    let Some(node) = tree.get(id) else { return Reach::Wait };
    if let Some(child) = named_child(tree, id, object) {
        return Reach::At(RowRef::Node(child));
    }
    if let Some(collection) = &node.collection {
        let over_all = matches!(node.kind, NodeKind::AllNamespaces(_));
        let namespace = object.namespace.clone().filter(|_| over_all);
        let key = RowKey { namespace, name: object.name.clone() };
        return match collection.find(&key) {
            Some(at) => Reach::At(node.opened_at(at).map_or(RowRef::Row(id, at), RowRef::Node)),
            None => Reach::Row(id, object.clone()),
        };
    }
    match &node.load {
        Load::Loading(_) => Reach::Wait,
        Load::Failed(failure) if !is_refusal(failure) => Reach::Failed(id, failure.clone()),
        _ => Reach::Unlisted(id, object.clone()),
    }
}

/// Follows a non-resource path: each part of it is a node, whether the server listed it or not.
fn reach_path(tree: &Tree, id: NodeId, wanted: &Arc<str>) -> Reach {
    let Some(node) = tree.get(id) else { return Reach::Wait };
    let child = node.children.iter().copied().find(|child| {
        matches!(tree.get(*child).map(|child| &child.kind),
            Some(NodeKind::NonResource { path, .. }) if path == wanted)
    });
    match child {
        Some(child) if node.open => Reach::At(RowRef::Node(child)),
        Some(_) => Reach::Open(RowRef::Node(id)),
        None if matches!(node.load, Load::Loading(_)) => Reach::Wait,
        None => Reach::UnlistedPath(id, Arc::clone(wanted)),
    }
}

/// Follows a path below a resource that cannot be listed, whose objects can still be named.
fn reach_closed(tree: &Tree, id: NodeId, path: &ApiPath) -> Reach {
    let can_get = tree.get(id).and_then(|node| node.kind.resource()).is_some_and(|r| r.can("get"));
    match path {
        ApiPath::Object(object) if can_get => match named_child(tree, id, object) {
            Some(child) => Reach::At(RowRef::Node(child)),
            None => Reach::Unlisted(id, object.clone()),
        },
        _ => Reach::NotFound(unknown(path)),
    }
}

/// Returns the node of an object that was named and is not in the list.
fn named_child(tree: &Tree, id: NodeId, object: &ObjectPath) -> Option<NodeId> {
    tree.get(id)?.children.iter().copied().find(|child| {
        matches!(tree.get(*child).map(|c| &c.kind),
            Some(NodeKind::Object { path, .. }) if path == object)
    })
}

/// True if the server refuses to list, as opposed to a failure that a retry may resolve.
fn is_refusal(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        FailureKind::Forbidden
            | FailureKind::NotFound
            | FailureKind::NotRecorded
            | FailureKind::Status(405)
    )
}

fn unlistable(gvr: &Gvr) -> Failure {
    let text = format!("{gvr} cannot be listed");
    Failure::new(FailureKind::NotFound, text, "The resource does not support the verb list")
}

fn unknown(path: &ApiPath) -> Failure {
    let text = match path {
        ApiPath::Version(version) => format!("the server has no {version}"),
        path => format!("the server has no {path}"),
    };
    Failure::new(
        FailureKind::NotFound,
        text,
        "Check the spelling, or refresh the list of API groups",
    )
}
