//! The log of a pod: that of its only container, or of the one that fails.

use crate::app::flows::{jump, list, log};
use crate::app::model::Model;
use crate::app::question::Question;
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::selector::Selector;
use crate::k8s::table::Delta;
use crate::keymap::Action;
use crate::tree::node::{Load, NodeKind};
use crate::tree::{NodeId, RowRef};

/// Changes the options of the log at the cursor, and shows it. On a pod, that is the log of its only
/// container, or of the one that fails.
pub(in crate::app) fn change(model: &mut Model, action: Action) {
    if log::change(model, action) {
        return;
    }
    match model.tree.path(model.tree.cursor()) {
        Some(ApiPath::Object(pod)) if pod.gvr.is_core("pods") => {
            model.wanted_log = Some((pod.clone(), action));
            jump::to(model, pod.subresource("log"), Selector::default(), false);
        }
        _ => model.notify("This key is for the log of a pod or of a container"),
    }
}

/// Opens the log of a container once the containers of the pod are known.
pub(in crate::app) fn settle(model: &mut Model) {
    let Some((pod, action)) = model.wanted_log.clone() else { return };
    let Some(node) = log_node(model, &pod).and_then(|id| model.tree.get(id)) else {
        // The pod is being opened, unless the jump to it failed.
        if model.jump.is_none() {
            model.wanted_log = None;
        }
        return;
    };
    if model.jump.is_some() || matches!(node.load, Load::Loading(_) | Load::NotLoaded) {
        return;
    }
    let (containers, load) = (node.children.clone(), node.load.clone());
    model.wanted_log = None;
    if let Load::Failed(failure) = load {
        model.report(&failure);
        return;
    }
    let fails = |id: &&NodeId| {
        let kind = model.tree.get(**id).map(|node| &node.kind);
        matches!(kind, Some(NodeKind::ContainerLog { fails: true, .. }))
    };
    let chosen = match containers.as_slice() {
        [only] => Some(*only),
        several => several.iter().find(fails).copied(),
    };
    match chosen {
        Some(id) => {
            model.tree.select(RowRef::Node(id));
            log::change(model, action);
        }
        None => model.notify(format!(
            "The pod has {} containers and none fails; choose one of them",
            containers.len()
        )),
    }
}

/// Returns the node that opens into the containers of a pod.
fn log_node(model: &Model, pod: &ObjectPath) -> Option<NodeId> {
    let path = pod.subresource("log");
    let is_it = |id: &NodeId| {
        let kind = model.tree.get(*id).map(|node| &node.kind);
        matches!(kind, Some(NodeKind::Subresource { path: it, is_pod_log: true }) if *it == path)
    };
    model.tree.ids().find(is_it)
}

/// Fetches the states of the containers that are shown below pods whose rows changed.
pub(in crate::app) fn rows_changed(model: &mut Model, collection: NodeId, deltas: &[Delta]) {
    let Some(node) = model.tree.get(collection) else { return };
    let pods = node.opened.iter().filter_map(|(_, id)| match &model.tree.get(*id)?.kind {
        NodeKind::Object { path, .. } if path.gvr.is_core("pods") => Some(path.clone()),
        _ => None,
    });
    let changed = |pod: &ObjectPath| {
        deltas.iter().any(|delta| {
            matches!(delta, Delta::Applied(row) if *row.name() == *pod.name
                && row.namespace.as_ref().is_none_or(|it| pod.namespace.as_ref() == Some(it)))
        })
    };
    let pods: Vec<ObjectPath> = pods.filter(changed).collect();
    for pod in pods {
        let Some(id) = log_node(model, &pod) else { continue };
        let is_shown = model.tree.get(id).is_some_and(|node| node.open && node.load == Load::Ready);
        if is_shown {
            list::fetch(model, id, Question::log_containers(id, pod));
        }
    }
}
