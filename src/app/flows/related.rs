//! The lists of what belongs to an object: rows below it, once it was opened. Each is requested when it is
//! opened itself.

use std::sync::Arc;

use serde_json::Value;

use crate::app::flows::{list, open, read};
use crate::app::model::Model;
use crate::k8s::failure::Failure;
use crate::keymap::{Action, Mode};
use crate::object::related::{self, Keep};
use crate::tree::node::{Load, NodeKind};
use crate::tree::{NodeId, RowRef};

/// Shows the lists of the object that was opened below its row.
pub(in crate::app) fn show(model: &mut Model, object: &Value) {
    let row = model.tree.cursor();
    let Some(opened) = model.reading.opened_object() else { return };
    // A namespace opens into its contents.
    if model.tree.object_at(row).as_ref() != Some(opened) || opened.gvr.is_core("namespaces") {
        return;
    }
    let lists = related::of(object, &model.discovery);
    let has_owned = lists.iter().any(|list| matches!(list.keep, Keep::OwnedBy(_)));
    let dependents = related::dependents(object, &model.discovery, has_owned);
    let targets = related::targets(object, &model.discovery);
    let Some(id) = open::node_of(model, row).filter(|_| !lists.is_empty()) else { return };
    let Some(node) = model.tree.get(id) else { return };
    let NodeKind::Object { resource, path } = &node.kind else { return };
    let mut kinds = open::subresources(resource, path);
    let present = node.children.iter().filter_map(|child| model.tree.get(*child));
    let present: Vec<NodeKind> = present.map(|node| node.kind.clone()).collect();
    let is_list =
        |kind: &NodeKind| kind.related().is_some() || matches!(kind, NodeKind::Several(_));
    let others = present.iter().filter(|kind| !is_list(kind) && !kinds.contains(kind));
    let others: Vec<NodeKind> = others.cloned().collect();
    kinds.extend(others);
    kinds.extend(lists.into_iter().map(|related| NodeKind::Related(Arc::new(related))));
    let several = targets.into_iter().chain(dependents);
    kinds.extend(several.map(|several| NodeKind::Several(Arc::new(several))));
    if kinds != present {
        model.tree.set_children(id, kinds);
    }
    if model.wanted_use.take().as_ref() == model.tree.object_at(row).as_ref() {
        show_users(model, id);
    }
}

/// Selects and opens the first list of what uses the selected object, which is opened if it is not yet.
pub(in crate::app) fn used_by(model: &mut Model) {
    let row = model.tree.cursor();
    let Some(path) = model.tree.object_at(row) else {
        model.notify("This key is for what uses an object. Select one");
        return;
    };
    let shown = match row {
        RowRef::Node(id) => model.tree.get(id).is_some_and(|node| {
            let kinds =
                node.children.iter().filter_map(|child| Some(&model.tree.get(*child)?.kind));
            kinds.into_iter().any(|kind| kind.related().is_some())
        }),
        _ => false,
    };
    let node = open::node_of(model, row).filter(|_| shown);
    if let Some(id) = node {
        show_users(model, id);
    } else {
        model.wanted_use = Some(path);
        read::enter(model, row);
    }
}

fn show_users(model: &mut Model, id: NodeId) {
    let children = model.tree.get(id).map(|node| node.children.clone()).unwrap_or_default();
    let is_use = |child: &NodeId| {
        let kind = model.tree.get(*child).map(|node| &node.kind);
        kind.and_then(NodeKind::related).is_some_and(|list| list.is_use())
    };
    let Some(child) = children.into_iter().find(is_use) else {
        model.notify("No list is known of what uses an object of this kind");
        return;
    };
    let row = RowRef::Node(child);
    model.tree.open(id);
    model.tree.select(row);
    let list = model.tree.get(child).and_then(|node| node.related());
    if list.is_some_and(|list| list.is_of_every_pod()) {
        let key = model.keymap.key(Mode::Tree, Action::Open);
        model.notify(format!("Every pod gets this ConfigMap: {key} reads the pods all the same"));
        return;
    }
    open::open(model, child);
    read::enter(model, row);
}

/// Handles what a list of what belongs to an object needs to be known. Its first page is fetched next.
pub(in crate::app) fn completed(
    model: &mut Model,
    id: NodeId,
    result: Result<Arc<Value>, Failure>,
) {
    let Some(related) = model.tree.get(id).and_then(|node| node.related().cloned()) else { return };
    match result.and_then(|answer| related.completed(&answer)) {
        Ok(completed) => {
            model.tree.change(id, |node| {
                node.completed = Some(Arc::new(completed));
                node.load = Load::Ready;
            });
            list::first_page(model, id);
        }
        Err(failure) => list::failed(model, id, failure),
    }
}
