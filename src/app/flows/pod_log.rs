//! The logs of an object: of a pod with one container that of the container, else those of all containers.

use crate::app::flows::{jump, list, log};
use crate::app::model::Model;
use crate::app::question::Question;
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::selector::Selector;
use crate::k8s::table::Delta;
use crate::keymap::Action;
use crate::object::logs::has_logs;
use crate::tree::node::{Load, NodeKind};
use crate::tree::{NodeId, RowRef};

/// Changes the options of the log at the cursor, and shows it. On a pod, that is the log of its only
/// container; of several, or on a workload or a Service, those of all. Of the previous instances of a
/// pod's containers, it is that of the one that fails.
pub(in crate::app) fn change(model: &mut Model, action: Action) {
    if log::change(model, action) {
        return;
    }
    match model.tree.path(model.tree.cursor()) {
        Some(ApiPath::Object(pod)) if has_logs(&pod.gvr) => {
            model.wanted_log = Some((pod.clone(), action));
            jump::to(model, pod.subresource("log"), Selector::default(), false);
        }
        _ => {
            model.notify("This key is for the logs of a pod, a container, a workload or a Service");
        }
    }
}

/// Opens the log that is meant once the containers of the pod are known.
pub(in crate::app) fn settle(model: &mut Model) {
    let Some((object, action)) = model.wanted_log.clone() else { return };
    let path = object.subresource("log");
    let found = log_node(model, &path).and_then(|id| Some((id, model.tree.get(id)?)));
    let Some((id, node)) = found else {
        // The object is being opened, unless the jump to it failed.
        if model.jump.is_none() {
            model.wanted_log = None;
        }
        return;
    };
    let is_of_all = matches!(node.kind, NodeKind::Logs { .. });
    let is_loading = matches!(node.load, Load::Loading(_) | Load::NotLoaded);
    if model.jump.is_some() || is_loading && !is_of_all {
        return;
    }
    let (below, load) = (node.children.clone(), node.load.clone());
    model.wanted_log = None;
    if let Load::Failed(failure) = load {
        model.report(&failure);
        return;
    }
    let fails = |id: &&NodeId| {
        let kind = model.tree.get(**id).map(|node| &node.kind);
        matches!(kind, Some(NodeKind::ContainerLog { fails: true, .. }))
    };
    let failing = below.iter().find(fails).filter(|_| action == Action::Previous);
    // The first row below is that of all containers, if they are several.
    let chosen = if is_of_all { Some(id) } else { failing.or(below.first()).copied() };
    match chosen {
        Some(id) => {
            model.tree.select(RowRef::Node(id));
            log::change(model, action);
        }
        None => model.notify("The pod has no containers"),
    }
}

/// Returns the node of the logs of a workload, or the one that opens into the containers of a pod.
fn log_node(model: &Model, path: &ApiPath) -> Option<NodeId> {
    let is_it = |id: &NodeId| match model.tree.get(*id).map(|node| &node.kind) {
        Some(NodeKind::Subresource { path: it, is_pod_log: true }) => it == path,
        Some(NodeKind::Logs { of, .. }) => {
            !of.gvr.is_core("pods") && of.subresource("log") == *path
        }
        _ => false,
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
        let Some(id) = log_node(model, &pod.subresource("log")) else { continue };
        let is_shown = model.tree.get(id).is_some_and(|node| node.open && node.load == Load::Ready);
        if is_shown {
            list::fetch(model, id, Question::log_containers(id, pod));
        }
    }
}
