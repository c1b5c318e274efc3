//! Discovery: the groups, versions and resources of the server, and the non-resource paths.

use std::collections::HashSet;
use std::sync::Arc;

use crate::app::answer::Reply;
use crate::app::flows::{read, retry, server, this_pod_row};
use crate::app::model::Model;
use crate::app::question::{Purpose, Question};
use crate::app::state::connection::Standing;
use crate::k8s::discovery::{
    DiscoveredVersion, DiscoveryContent, DiscoveryPart, Resource, WELL_KNOWN_PATHS,
};
use crate::k8s::failure::{Failure, FailureKind, advice};
use crate::k8s::names::{GroupVersion, Scope};
use crate::tree::node::{Load, NodeKind};
use crate::tree::{NodeId, ROOT};

/// Fetches everything that the root shows.
pub(in crate::app) fn root(model: &mut Model) {
    groups(model);
    model.root = None;
    let ticket = model.send(Question::paths());
    model.tree.set_load(ROOT, Load::Loading(ticket));
}

/// Fetches the groups, versions and resources: two requests.
pub(in crate::app) fn groups(model: &mut Model) {
    for part in DiscoveryPart::GROUPS {
        let node = top(model, &part);
        let ticket = model.send(Question::discovery(part));
        if let Some(id) = node {
            model.tree.set_load(id, Load::Loading(ticket));
        }
    }
}

/// Returns the node that shows the groups of a part.
fn top(model: &Model, part: &DiscoveryPart) -> Option<NodeId> {
    match part {
        DiscoveryPart::CoreGroup => model.tree.top(&NodeKind::Api),
        DiscoveryPart::NamedGroups => model.tree.top(&NodeKind::Apis),
        DiscoveryPart::Resources(_) => None,
    }
}

/// Fetches discovery again if it is wanted and known already: a resource answered 404, so it may no
/// longer be served.
pub(in crate::app) fn settle(model: &mut Model) {
    if std::mem::take(&mut model.discovery_wanted) && !model.discovery.groups.is_empty() {
        groups(model);
    }
}

/// Handles a part of discovery.
pub(in crate::app) fn received(
    model: &mut Model,
    part: &DiscoveryPart,
    result: Result<DiscoveryContent, Failure>,
) {
    let failure = result.as_ref().err().cloned();
    model.discovery.store(part.clone(), result);
    if let DiscoveryPart::Resources(version) = part {
        resources_received(model, version, failure);
        return;
    }
    server::note_outcome(model, failure.as_ref());
    let Some(id) = top(model, part) else { return };
    if let Some(failure) = failure {
        model.tree.set_load(id, Load::Failed(failure));
        model.unusable = unusable(model);
        return;
    }
    model.unusable = None;
    show(model, id);
    if model.tree.get(id).is_some_and(|node| !node.open) {
        model.tree.open(id);
    }
}

/// Shows the resources of a version below its node, if that waits for them.
fn resources_received(model: &mut Model, version: &GroupVersion, failure: Option<Failure>) {
    let is_it = |id: &NodeId| {
        let node = model.tree.get(*id);
        node.is_some_and(|node| {
            let is_version =
                matches!(&node.kind, NodeKind::Version { version: it, .. } if it == version);
            is_version && matches!(node.load, Load::Loading(_))
        })
    };
    let Some(id) = model.tree.ids().find(is_it) else { return };
    if let Some(failure) = failure {
        retry::failed(model, id, failure);
        return;
    }
    retry::succeeded(model, id);
    let resources = model.discovery.version(version).and_then(|it| it.resources.clone());
    show_resources(model, id, &resources.unwrap_or_default());
}

/// Returns why the server is not usable, if nothing that is an API server answers.
fn unusable(model: &Model) -> Option<Failure> {
    let failed = |kind: &NodeKind| match &model.tree.get(model.tree.top(kind)?)?.load {
        Load::Failed(failure) => Some(failure.clone()),
        _ => None,
    };
    let (api, apis) = (failed(&NodeKind::Api)?, failed(&NodeKind::Apis)?);
    if !model.discovery.groups.is_empty() {
        return None;
    }
    match (api.kind, apis.kind) {
        (kind, _) if kind.is_unreachable() => Some(api),
        (FailureKind::Tls | FailureKind::NotAnApi | FailureKind::Malformed, _) => Some(api),
        // Every API server has both paths.
        (FailureKind::NotFound, FailureKind::NotFound) => Some(Failure::new(
            FailureKind::NotAnApi,
            "the service there is not a Kubernetes API server: it has neither /api nor /apis",
            advice(FailureKind::NotAnApi),
        )),
        _ => None,
    }
}

/// Shows what discovery knows below `/api`, `/apis`, a group, and the versions below them.
pub(in crate::app) fn show(model: &mut Model, id: NodeId) {
    let Some(node) = model.tree.get(id) else { return };
    let groups = &model.discovery.groups;
    let versions = |versions: &[DiscoveredVersion]| -> Vec<NodeKind> {
        versions.iter().map(version_kind).collect()
    };
    let kinds = match &node.kind {
        NodeKind::Api => groups
            .iter()
            .filter(|group| group.group.is_core())
            .flat_map(|group| versions(&group.versions))
            .collect(),
        NodeKind::Apis => groups
            .iter()
            .filter(|group| !group.group.is_core())
            .map(|group| NodeKind::Group {
                group: group.group.clone(),
                stale: group.versions.iter().any(|version| version.stale),
            })
            .collect(),
        NodeKind::Group { group, .. } => groups
            .iter()
            .filter(|other| other.group == *group)
            .flat_map(|group| versions(&group.versions))
            .collect(),
        _ => return,
    };
    replace(model, id, kinds);
    let children = model.tree.get(id).map(|node| node.children.clone()).unwrap_or_default();
    for child in children {
        let Some(node) = model.tree.get(child) else { continue };
        if node.load != Load::NotLoaded {
            match node.kind.clone() {
                NodeKind::Version { version, .. } => open_version(model, child, &version),
                _ => show(model, child),
            }
        }
    }
}

fn version_kind(version: &DiscoveredVersion) -> NodeKind {
    NodeKind::Version {
        version: version.group_version.clone(),
        preferred: version.preferred,
        stale: version.stale,
    }
}

/// Shows the resources of a version: those of discovery, or fetches them if it has none.
pub(in crate::app) fn open_version(model: &mut Model, id: NodeId, version: &GroupVersion) {
    let known = model.discovery.version(version).and_then(|found| found.resources.clone());
    if let Some(resources) = known.filter(|resources| !resources.is_empty()) {
        show_resources(model, id, &resources);
        return;
    }
    if let Some(Load::Loading(old)) = model.tree.get(id).map(|node| node.load.clone()) {
        model.cancel(old);
    }
    let part = DiscoveryPart::Resources(version.clone());
    let ticket = model.send(Question::discovery(part));
    model.tree.set_load(id, Load::Loading(ticket));
}

fn show_resources(model: &mut Model, id: NodeId, resources: &[Arc<Resource>]) {
    let chosen = model.namespace().cloned();
    let kinds = resources
        .iter()
        .map(|resource| {
            let chosen = chosen.clone().filter(|_| resource.scope == Scope::Namespaced);
            NodeKind::Resource { resource: resource.clone(), chosen }
        })
        .collect();
    replace(model, id, kinds);
}

/// Replaces the children of a node, and reports those that are no longer served.
fn replace(model: &mut Model, id: NodeId, kinds: Vec<NodeKind>) {
    let served: HashSet<String> = kinds.iter().map(NodeKind::label).collect();
    let had = model.tree.get(id).into_iter().flat_map(|node| &node.children);
    let labels = had.filter_map(|child| Some(model.tree.get(*child)?.kind.label()));
    let gone: Vec<String> = labels.filter(|label| !served.contains(label)).collect();
    if !gone.is_empty() {
        model.notify(format!("No longer served: {}", gone.join(", ")));
    }
    model.tree.set_children(id, kinds);
}

/// True if a part of discovery is being fetched.
pub(in crate::app) fn is_loading(model: &Model) -> bool {
    model.is_pending(|purpose| matches!(purpose, Purpose::Discovery(_)))
}

impl Model {
    /// True if the groups are being fetched, or will be once the server is found.
    #[must_use]
    pub fn awaits_groups(&self) -> bool {
        let parts = DiscoveryPart::GROUPS.map(Purpose::Discovery);
        matches!(self.standing, Standing::Connecting)
            || self.is_pending(|purpose| parts.contains(purpose))
    }
}

/// Handles the answer of the root. If it may not be read, the well-known paths are shown.
pub(in crate::app) fn paths_received(
    model: &mut Model,
    result: Result<(Result<Vec<String>, Failure>, Reply), Failure>,
) {
    let (paths, reply) = match result {
        Ok((paths, reply)) => (paths, Ok(reply)),
        Err(failure) => (Err(failure.clone()), Err(failure)),
    };
    read::root::received(model, reply);
    let paths = paths.unwrap_or_else(|failure| {
        let known = WELL_KNOWN_PATHS.iter().map(|path| (*path).to_owned()).collect();
        model.tree.set_load(ROOT, Load::Failed(failure));
        known
    });
    nest(model, ROOT, "", &paths.iter().map(String::as_str).collect::<Vec<_>>());
}

/// Shows paths below a node by segment. They start with `prefix`, the path of the node.
fn nest(model: &mut Model, parent: NodeId, prefix: &str, paths: &[&str]) {
    let mut heads: Vec<(&str, Vec<&str>)> = Vec::new();
    for path in paths {
        let Some(rest) = path.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('/')) else {
            continue;
        };
        let tail = rest.find('/').map_or(0, |end| rest.len() - end);
        let head = &path[..path.len() - tail];
        if head.ends_with('/') {
            continue;
        }
        match heads.iter_mut().rev().find(|(known, _)| *known == head) {
            Some((_, below)) => below.push(path),
            None => heads.push((head, vec![path])),
        }
    }
    let mut kinds = if parent == ROOT { top_kinds(model) } else { Vec::new() };
    kinds.extend(heads.iter().map(|(head, below)| NodeKind::NonResource {
        path: (*head).into(),
        listed: below.contains(head),
    }));
    let Some(node) = model.tree.get(parent) else { return };
    let load = node.load.clone();
    // Most paths have nothing below them, and their rows need not be counted again.
    if kinds.is_empty() && node.children.is_empty() {
        model.tree.set_load(parent, Load::Ready);
    } else {
        model.tree.set_children(parent, kinds);
    }
    if matches!(load, Load::Failed(_)) {
        model.tree.set_load(parent, load);
    }
    let children = model.tree.get(parent).map(|node| node.children.clone()).unwrap_or_default();
    for child in children {
        let Some(NodeKind::NonResource { path, .. }) = model.tree.get(child).map(|node| &node.kind)
        else {
            continue;
        };
        if let Some((head, below)) = heads.iter().find(|(head, _)| *head == &**path) {
            nest(model, child, head, below);
        }
    }
}

/// Shows the rows of the root above its non-resource paths, as they are now.
pub(in crate::app) fn show_top(model: &mut Model) {
    let Some(root) = model.tree.get(ROOT) else { return };
    let load = root.load.clone();
    let kinds = root.children.iter().filter_map(|id| Some(model.tree.get(*id)?.kind.clone()));
    let paths: Vec<NodeKind> =
        kinds.filter(|kind| matches!(kind, NodeKind::NonResource { .. })).collect();
    let kinds = top_kinds(model).into_iter().chain(paths).collect();
    model.tree.set_children(ROOT, kinds);
    model.tree.set_load(ROOT, load);
}

/// Returns the row of the chosen namespace, if one is chosen.
pub(in crate::app) fn chosen_namespace(model: &Model) -> Option<NodeKind> {
    model.namespace().cloned().map(NodeKind::Contents)
}

/// Returns the rows of the root above its non-resource paths.
pub(in crate::app) fn top_kinds(model: &Model) -> Vec<NodeKind> {
    let fixed = [NodeKind::Problems, NodeKind::Api, NodeKind::Apis];
    this_pod_row::kind(model).into_iter().chain(chosen_namespace(model)).chain(fixed).collect()
}
