//! The `APIService` behind an unavailable version of the API, which explains why. It is fetched when the
//! answer of such a row is shown.

use std::sync::Arc;

use serde_json::Value;

use crate::app::model::Model;
use crate::app::question::Question;
use crate::k8s::api_service;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::GroupVersion;
use crate::k8s::path::ObjectPath;
use crate::tree::node::{Load, Node, NodeKind};
use crate::tree::{RowRef, Tree};

/// Fetches the `APIService` behind the shown answer, if its version is stale or fails.
pub(in crate::app) fn check(model: &mut Model) {
    model.reading.behind.clear();
    let Some(version) = unavailable(model) else { return };
    model.send(Question::api_service(&version));
}

/// Handles the `APIService`.
pub(in crate::app) fn received(
    model: &mut Model,
    path: &ObjectPath,
    result: Result<Arc<Value>, Failure>,
) {
    if unavailable(model).map(|version| api_service::path(&version)).as_ref() != Some(path) {
        return;
    }
    model.reading.behind = match result {
        Ok(service) => api_service::sentences(&service),
        Err(failure) if failure.kind == FailureKind::Forbidden => {
            vec![format!("403: its APIService {} may not be read; it would explain why", path.name)]
        }
        Err(failure) => {
            vec![format!("Its APIService {} cannot be read: {}", path.name, failure.message)]
        }
    };
}

/// Returns the version at the cursor, or the first one of the group at the cursor, that is stale or
/// fails.
fn unavailable(model: &Model) -> Option<GroupVersion> {
    let RowRef::Node(id) = model.tree.cursor() else { return None };
    let node = model.tree.get(id)?;
    let fails = model.reading.shown.as_ref().is_some_and(|shown| shown.status >= 500);
    match &node.kind {
        NodeKind::Version { version, stale, .. } => {
            (*stale || fails || has_failed(node)).then(|| version.clone())
        }
        NodeKind::Group { group, .. } => {
            let known = model.discovery.group(group)?.versions.iter();
            let mut known = known.map(|version| (&version.group_version, version.stale));
            let failed: Vec<_> = failed_versions(&model.tree, node).collect();
            let is_it = |(version, stale): &(&GroupVersion, bool)| {
                fails || *stale || failed.contains(version)
            };
            known.find(is_it).map(|(version, _)| version.clone())
        }
        _ => None,
    }
}

/// Returns the versions of a group that could not be loaded.
fn failed_versions<'a>(
    tree: &'a Tree,
    group: &'a Node,
) -> impl Iterator<Item = &'a GroupVersion> + use<'a> {
    let children = group.children.iter().filter_map(|child| tree.get(*child));
    children.filter(|child| has_failed(child)).filter_map(|child| match &child.kind {
        NodeKind::Version { version, .. } => Some(version),
        _ => None,
    })
}

fn has_failed(node: &Node) -> bool {
    matches!(node.load, Load::Failed(_))
}
