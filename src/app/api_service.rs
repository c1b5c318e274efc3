//! Why a version of the API is stale or fails: what the aggregator knows of the service behind it,
//! asked for when the answer of such a row is shown.

use std::sync::Arc;

use serde_json::Value;

use crate::app::message::{Question, Want};
use crate::app::model::{Model, Purpose};
use crate::k8s::api_service;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::GroupVersion;
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};
use crate::tree::node::{Load, Node, NodeKind};
use crate::tree::{RowRef, Tree};

/// An answer was shown: where it is of a version that is stale or fails, its `APIService` is asked.
pub(super) fn look(model: &mut Model) {
    model.reading.behind.clear();
    let Some(version) = in_trouble(model) else { return };
    let path = api_service::path(&version);
    let request = Request::get(ApiPath::Object(path.clone()), Form::Json);
    model.ask(Purpose::ApiService(path), Question { request, want: Want::Value });
}

/// The `APIService` came, or it may not be read.
pub(super) fn told(model: &mut Model, path: &ObjectPath, result: Result<Arc<Value>, Failure>) {
    if in_trouble(model).map(|version| api_service::path(&version)).as_ref() != Some(path) {
        return;
    }
    model.reading.behind = match result {
        Ok(service) => api_service::sentences(&service),
        Err(failure) if failure.kind == FailureKind::Forbidden => {
            vec![format!("403: its APIService {} may not be read, which would tell why", path.name)]
        }
        Err(failure) => {
            vec![format!("Its APIService {} cannot be read: {}", path.name, failure.message)]
        }
    };
}

/// The version under the cursor, or the first of the group, that is stale or fails.
fn in_trouble(model: &Model) -> Option<GroupVersion> {
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
