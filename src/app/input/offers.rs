//! Which keys do something for what is selected: the footer shows these.

use crate::app::flows::{links, report};
use crate::app::model::Model;
use crate::app::start_screen;
use crate::app::state::overlay::Overlay;
use crate::k8s::names::Gvr;
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::keymap::Action;
use crate::object::logs::has_logs;
use crate::tree::RowRef;
use crate::tree::node::{Node, NodeKind};

/// The resources of objects with a pod template, besides custom ones.
const WORKLOADS: [&str; 8] = [
    "deployments",
    "replicasets",
    "statefulsets",
    "daemonsets",
    "jobs",
    "cronjobs",
    "replicationcontrollers",
    "podtemplates",
];

/// True if an action does something at the moment.
#[must_use]
pub fn offers(model: &Model, action: Action) -> bool {
    if !start_screen::offers(model, action) {
        return false;
    }
    if action == Action::Report {
        return report::offers(model);
    }
    if model.alone || model.start_screen().is_some() || model.connection().is_none() {
        return true;
    }
    let object = object(model);
    let is_pod = object.as_ref().is_some_and(|object| object.gvr.is_core("pods"));
    let rows = model.collection().and_then(|id| model.tree.get(id));
    let collection = rows.and_then(|node| node.collection.as_ref());
    match action {
        Action::ContainerView => {
            model.container_view || object.is_some_and(|object| is_workload(&object.gvr))
        }
        Action::Follow => object.is_some_and(|of| has_logs(&of.gvr)) || is_log(model),
        Action::Previous => is_pod || is_log(model),
        Action::Compare => model.container_view && is_pod,
        Action::History => model.reading.opened_object().is_some(),
        Action::Managers => model.reading.managed().is_some(),
        Action::Diff if matches!(model.overlay, Overlay::History(_)) => true,
        Action::Diff => model.mark.is_some() && object.is_some(),
        Action::Events | Action::FollowLink
            if matches!(model.overlay, Overlay::Problems | Overlay::Find) =>
        {
            false
        }
        Action::Events if matches!(model.overlay, Overlay::Events) => model.events.object.is_some(),
        Action::Events => object.is_some() || collection.is_some(),
        Action::FollowLink => match model.overlay {
            Overlay::Events => !model.events.rows.is_empty(),
            _ => links::offers(model),
        },
        Action::Reasons => !model.health.health.reasons.is_empty(),
        Action::Unmask => {
            let document = model.reading.pane.document();
            model.reading.rows().is_none() && document.is_some_and(|it| it.has_secrets())
        }
        Action::Filter => filters(model),
        Action::Sort | Action::Wide => collection.is_some(),
        Action::LoadAll if is_log(model) => {
            let log = model.reading.log.as_ref().and_then(|log| log.containers);
            log.is_some_and(|containers| containers.left_out > 0)
        }
        Action::LoadAll => rows.is_some_and(Node::has_more),
        Action::Attention => {
            collection.is_some_and(|it| it.shows_needing() || it.needing() != (0, 0))
        }
        Action::Format => model.reading.subject.is_some(),
        Action::NextMatch if model.comparison.is_some() => true,
        Action::NextMatch => !model.reading.pane.words().is_empty(),
        _ => true,
    }
}

/// Returns the selected object: of the table if it has the focus, else of the tree.
fn object(model: &Model) -> Option<ObjectPath> {
    let row = model.table().and_then(|id| model.table_row(id)).unwrap_or(model.tree.cursor());
    match model.tree.path(row)? {
        ApiPath::Object(object) => Some(object),
        _ => None,
    }
}

fn is_workload(gvr: &Gvr) -> bool {
    gvr.is_core("pods") || WORKLOADS.contains(&&*gvr.resource)
}

fn is_log(model: &Model) -> bool {
    let RowRef::Node(id) = model.tree.cursor() else { return false };
    model.tree.get(id).is_some_and(|node| {
        matches!(node.kind, NodeKind::ContainerLog { .. } | NodeKind::Logs { .. })
    })
}

/// True if the cursor is on or among several rows, which a filter can reduce.
fn filters(model: &Model) -> bool {
    let cursor = model.tree.cursor();
    let around = |id| {
        let node = model.tree.get(id);
        node.is_some_and(|node| node.collection.is_some() || node.children.len() > 1)
    };
    match cursor {
        RowRef::Node(id) if model.tree.get(id).is_some_and(|node| node.open) => around(id),
        row => model.tree.parent(row).is_some_and(around),
    }
}
