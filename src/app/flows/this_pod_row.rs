//! The row of the pod that this process runs in: the first below the root, shown even if nothing may
//! be listed.

use std::sync::Arc;

use crate::app::model::Model;
use crate::k8s::discovery::{Resource, Subresource};
use crate::k8s::names::{Gvr, Namespace, Scope};
use crate::k8s::path::ObjectPath;
use crate::tree::node::NodeKind;
use crate::tree::{NodeId, ROOT, RowRef};

/// Shows the row of this pod, as far as it is known, before all others.
pub(in crate::app) fn show(model: &mut Model) {
    let (Some(this), Some(root)) = (kind(model), model.tree.get(ROOT)) else { return };
    let old = root.children.iter().filter_map(|id| Some(model.tree.get(*id)?.kind.clone()));
    let others: Vec<NodeKind> = old.filter(|kind| !is_row(kind)).collect();
    if model.connection().is_some() {
        let load = root.load.clone();
        let was_selected = is_at_cursor(model);
        model.tree.set_children(ROOT, std::iter::once(this).chain(others).collect());
        model.tree.set_load(ROOT, load);
        if let Some(id) = node(model).filter(|_| was_selected) {
            model.tree.select(RowRef::Node(id));
        }
    }
}

/// Returns what the row is, if the pod's name is known.
pub(in crate::app) fn kind(model: &Model) -> Option<NodeKind> {
    let pod = &model.here.as_ref()?.pod;
    let name = pod.names.first()?.value.as_str().into();
    let Some(namespace) = namespace(model) else { return Some(NodeKind::ThisPod(name)) };
    let gvr = Gvr::new("", "v1", "pods");
    let path = ObjectPath { gvr: gvr.clone(), namespace: Some(namespace), name };
    let known = model.discovery.resource(&gvr).map(Arc::clone);
    let resource = known.unwrap_or_else(|| Arc::new(pods_of_every_server(gvr)));
    Some(NodeKind::Object { resource, path })
}

/// Returns the node of the row, while there is one.
pub(in crate::app) fn node(model: &Model) -> Option<NodeId> {
    let first = *model.tree.get(ROOT)?.children.first()?;
    is_row(&model.tree.get(first)?.kind).then_some(first)
}

/// True if the cursor is on the row.
pub(in crate::app) fn is_at_cursor(model: &Model) -> bool {
    node(model).is_some_and(|id| model.tree.cursor() == RowRef::Node(id))
}

/// Returns the pod's namespace: as it was found in the pod, or else the one that the user chose.
fn namespace(model: &Model) -> Option<Namespace> {
    let found = model.here.as_ref()?.pod.namespace.as_ref();
    found.map(|clue| Namespace::new(&clue.value)).or_else(|| {
        let connection = model.connection()?;
        connection.namespace.clone().or_else(|| connection.endpoint.default_namespace.clone())
    })
}

fn is_row(kind: &NodeKind) -> bool {
    matches!(kind, NodeKind::Object { .. } | NodeKind::ThisPod(_))
}

/// Returns what every server serves of pods, for users who may not read discovery.
fn pods_of_every_server(gvr: Gvr) -> Resource {
    let below = |name: &str, kind: &str| Subresource {
        name: name.into(),
        kind: kind.into(),
        verbs: ["get".into()].into(),
    };
    Resource {
        gvr,
        kind: "Pod".into(),
        scope: Scope::Namespaced,
        singular: "pod".into(),
        short_names: vec!["po".into()],
        categories: Vec::new(),
        verbs: ["get", "list", "watch"].map(Arc::from).into(),
        subresources: vec![below("log", "Pod"), below("status", "Pod")],
    }
}
