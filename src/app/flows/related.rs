//! The lists of what belongs to an object: rows below it, once it was opened. Each is requested when it is
//! opened itself.

use std::sync::Arc;

use serde_json::Value;

use crate::app::flows::open;
use crate::app::model::Model;
use crate::object::related;
use crate::tree::node::NodeKind;

/// Shows the lists of the object that was opened below its row.
pub(in crate::app) fn show(model: &mut Model, object: &Value) {
    let row = model.tree.cursor();
    let Some(opened) = model.reading.opened_object() else { return };
    // A namespace opens into its contents.
    if model.tree.object_at(row).as_ref() != Some(opened) || opened.gvr.is_core("namespaces") {
        return;
    }
    let lists = related::of(object, &model.discovery);
    let Some(id) = open::node_of(model, row).filter(|_| !lists.is_empty()) else { return };
    let Some(node) = model.tree.get(id) else { return };
    let NodeKind::Object { resource, path } = &node.kind else { return };
    let mut kinds = open::subresources(resource, path);
    let present = node.children.iter().filter_map(|child| model.tree.get(*child));
    let present: Vec<NodeKind> = present.map(|node| node.kind.clone()).collect();
    let others = present.iter().filter(|kind| kind.related().is_none() && !kinds.contains(kind));
    let others: Vec<NodeKind> = others.cloned().collect();
    kinds.extend(others);
    kinds.extend(lists.into_iter().map(|related| NodeKind::Related(Arc::new(related))));
    if kinds != present {
        model.tree.set_children(id, kinds);
    }
}
