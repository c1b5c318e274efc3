//! The pod that we run in: the first row below the root, there even where nothing may be listed.

use std::sync::Arc;

use crate::app::model::Model;
use crate::app::tree::node::NodeKind;
use crate::app::tree::{Place, ROOT};
use crate::app::{load, reading};
use crate::downward::inside::Here;
use crate::k8s::discovery::{Resource, Subresource};
use crate::k8s::names::{Gvr, Namespace, Scope};
use crate::k8s::path::ObjectPath;

/// It is known now what a process here can tell.
pub(super) fn found(model: &mut Model, here: Here) {
    if !here.is_pod() {
        return;
    }
    if let Some(namespace) = &here.pod.namespace {
        load::know_namespace(model, Namespace::new(&namespace.value));
    }
    model.here = Some(here);
    let (Some(this), Some(root)) = (kind(model), model.tree.get(ROOT)) else { return };
    let old = root.children.iter().filter_map(|id| Some(model.tree.get(*id)?.kind.clone()));
    let others: Vec<NodeKind> = old.filter(|kind| !kind.is_same(&this)).collect();
    if model.connection().is_some() {
        let load = root.load.clone();
        model.tree.set_children(ROOT, std::iter::once(this).chain(others).collect());
        model.tree.set_load(ROOT, load);
    }
}

/// The row of this pod, where its name and its namespace are known.
pub(super) fn kind(model: &Model) -> Option<NodeKind> {
    let pod = &model.here.as_ref()?.pod;
    let namespace = Namespace::new(&pod.namespace.as_ref()?.value);
    let name = pod.names.first()?.value.as_str().into();
    let gvr = Gvr::new("", "v1", "pods");
    let path = ObjectPath { gvr: gvr.clone(), namespace: Some(namespace), name };
    let known = model.discovery.groups.iter().flat_map(|group| &group.versions);
    let pods = known
        .flat_map(|version| version.resources.iter().flatten())
        .find(|resource| resource.gvr == gvr);
    let resource = pods.map_or_else(|| Arc::new(pods_of_every_server(gvr)), Arc::clone);
    Some(NodeKind::Object { resource, path })
}

/// What every server has of pods, for where discovery is not to be read.
fn pods_of_every_server(gvr: Gvr) -> Resource {
    let verbs = || ["get", "list", "watch"].map(Arc::from).to_vec();
    let below = |name: &str, kind: &str| Subresource {
        name: name.into(),
        kind: kind.into(),
        verbs: vec!["get".into()],
    };
    Resource {
        gvr,
        kind: "Pod".into(),
        scope: Scope::Namespaced,
        singular: "pod".into(),
        short_names: vec!["po".into()],
        categories: Vec::new(),
        verbs: verbs(),
        subresources: vec![below("log", "Pod"), below("status", "Pod")],
    }
}

/// Goes to the row of this pod and opens it.
pub(super) fn open(model: &mut Model) {
    let this = kind(model);
    let root = model.tree.get(ROOT);
    let id = root.and_then(|root| {
        root.children.iter().copied().find(|id| {
            model
                .tree
                .get(*id)
                .zip(this.as_ref())
                .is_some_and(|(node, this)| node.kind.is_same(this))
        })
    });
    let Some(id) = id else {
        model.notify("This does not run in a pod whose name and namespace are known");
        return;
    };
    model.tree.select(Place::Node(id));
    load::open(model, id);
    reading::enter(model, Place::Node(id));
}
