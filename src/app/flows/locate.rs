//! Typed locations: resolved as soon as discovery knows enough, then opened.

use crate::app::flows::{discover, jump, open, read, this_pod_row};
use crate::app::model::Model;
use crate::app::question::Question;
use crate::app::state::connection::Standing;
use crate::k8s::location::{Locator, NamespaceDefaults, Resolution};
use crate::k8s::names::{Namespace, Scope};
use crate::tree::node::{Load, NodeKind};
use crate::tree::{NodeId, RowRef};

/// Opens a typed location, once discovery knows what it means.
pub(in crate::app) fn go_to(model: &mut Model, words: &str) {
    model.words = Some(words.to_owned());
    model.discovery.forget_failures();
    if model.connection().is_none() {
        model.notify("The location opens once a server is connected");
    }
    settle(model);
}

/// Resolves the typed location that waits, if enough is known by now.
pub(in crate::app) fn settle(model: &mut Model) {
    let Some(words) = &model.words else { return };
    let locator = match Locator::parse(words) {
        Ok(locator) => locator,
        Err(failure) => {
            model.words = None;
            model.report(&failure);
            return;
        }
    };
    let Some(connection) = model.connection() else { return };
    // Without any groups the location waits for discovery, which is fetched again by `r` or
    // automatically.
    let waits = locator.needs_discovery() && model.discovery.groups.is_empty();
    if waits || discover::is_loading(model) {
        return;
    }
    let defaults = NamespaceDefaults {
        chosen: connection.namespace.as_ref(),
        fallback: connection.endpoint.default_namespace.as_ref(),
    };
    match locator.resolve(&model.discovery, defaults) {
        Ok(Resolution::Needs(parts)) => {
            for part in parts {
                model.send(Question::discovery(part));
            }
            return;
        }
        Ok(Resolution::Found(located)) => {
            let selector = located.selector();
            jump::to(model, located.path, selector, located.is_of_all);
        }
        Ok(Resolution::Namespace(namespace)) => choose_namespace(model, &namespace),
        Err(failure) => model.report(&failure),
    }
    model.words = None;
}

/// Chooses the namespace that namespaced resources open into; those that are open are closed.
fn choose_namespace(model: &mut Model, namespace: &Namespace) {
    let Standing::Connected(connection) = &mut model.standing else { return };
    connection.namespace = Some(namespace.clone());
    let namespaces = &model.namespaces;
    let is_missing = namespaces.load == Load::Ready && !namespaces.names.contains(namespace);
    model.know_namespace(namespace.clone());
    if is_missing {
        model.warn(format!("No namespace {namespace} was listed; resources open into it now"));
    } else {
        model.notify(format!("Namespaced resources open into {namespace} now"));
    }
    let ids: Vec<NodeId> = model.tree.ids().collect();
    for id in ids {
        let Some(NodeKind::Resource { resource, .. }) = model.tree.get(id).map(|n| n.kind.clone())
        else {
            continue;
        };
        if resource.scope == Scope::Namespaced {
            open::close(model, id);
            let kind = NodeKind::Resource { resource, chosen: Some(namespace.clone()) };
            model.tree.start_again(id, kind);
        }
    }
    model.watched = model.tree.collection_at(model.tree.cursor());
    // The row at the cursor may have another answer now.
    model.attended = None;
    this_pod_row::show(model);
    show_contents(model);
}

/// Shows the row of the chosen namespace at the root, and opens it unless the cursor is where the chosen
/// namespace shows: at a namespaced resource.
fn show_contents(model: &mut Model) {
    let cursor = model.tree.cursor();
    let at = model.tree.get(cursor.node()).and_then(|node| node.kind.resource());
    let stays = at.is_some_and(|resource| resource.scope == Scope::Namespaced);
    discover::show_top(model);
    let Some(id) =
        discover::chosen_namespace(model).and_then(|kind| model.tree.top(&kind)).filter(|_| !stays)
    else {
        return;
    };
    model.tree.select(RowRef::Node(id));
    open::open(model, id);
    read::enter(model, RowRef::Node(id));
}
