//! The pod that we run in: the first row below the root, there even where nothing may be listed.

use std::sync::Arc;

use serde_json::Value;

use crate::app::message::{Question, Want};
use crate::app::model::{Model, Purpose};
use crate::app::{load, reading};
use crate::downward::inside::{Clue, Here};
use crate::k8s::discovery::{Resource, Subresource};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::{Gvr, Namespace, Scope};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};
use crate::keymap::{Action, Mode};
use crate::tree::node::NodeKind;
use crate::tree::{NodeId, ROOT, RowRef};

/// How many pods are asked for at a time.
const PAGE: &str = "500";

/// What tells the namespace where the user did.
const TYPED: &str = "what was typed";

/// It is known now what a process here can tell.
pub(super) fn found(model: &mut Model, mut here: Here) {
    if !here.is_pod() {
        return;
    }
    if here.pod.namespace.is_none() {
        // What was typed is not to be typed again.
        here.pod.namespace = model.here.take().and_then(|before| before.pod.namespace);
    }
    if let Some(namespace) = &here.pod.namespace {
        load::know_namespace(model, Namespace::new(&namespace.value));
    }
    model.here = Some(here);
    show(model);
}

/// Puts the row of this pod, as far as it is known, before all others.
pub(super) fn show(model: &mut Model) {
    let (Some(this), Some(root)) = (kind(model), model.tree.get(ROOT)) else { return };
    let old = root.children.iter().filter_map(|id| Some(model.tree.get(*id)?.kind.clone()));
    let others: Vec<NodeKind> = old.filter(|kind| !is_row(kind)).collect();
    if model.connection().is_some() {
        let load = root.load.clone();
        let stays = row(model).is_some_and(|id| model.tree.cursor() == RowRef::Node(id));
        model.tree.set_children(ROOT, std::iter::once(this).chain(others).collect());
        model.tree.set_load(ROOT, load);
        if let Some(id) = row(model).filter(|_| stays) {
            model.tree.select(RowRef::Node(id));
        }
    }
}

/// The row of this pod, where its name is known.
pub(super) fn kind(model: &Model) -> Option<NodeKind> {
    let pod = &model.here.as_ref()?.pod;
    let name = pod.names.first()?.value.as_str().into();
    let Some(namespace) = namespace(model) else { return Some(NodeKind::ThisPod(name)) };
    let gvr = Gvr::new("", "v1", "pods");
    let path = ObjectPath { gvr: gvr.clone(), namespace: Some(namespace), name };
    let known = model.discovery.groups.iter().flat_map(|group| &group.versions);
    let pods = known
        .flat_map(|version| version.resources.iter().flatten())
        .find(|resource| resource.gvr == gvr);
    let resource = pods.map_or_else(|| Arc::new(pods_of_every_server(gvr)), Arc::clone);
    Some(NodeKind::Object { resource, path })
}

/// Its namespace: as it was found here, or else the one that the user chose.
fn namespace(model: &Model) -> Option<Namespace> {
    let found = model.here.as_ref()?.pod.namespace.as_ref();
    found.map(|clue| Namespace::new(&clue.value)).or_else(|| {
        let connection = model.connection()?;
        connection.namespace.clone().or_else(|| connection.endpoint.default_namespace.clone())
    })
}

/// The namespace of this pod was typed.
pub(super) fn is_in(model: &mut Model, namespace: &str) {
    let clue = Clue { value: namespace.to_owned(), from: TYPED.to_owned() };
    model.namespaces.names.insert(Namespace::new(namespace));
    if let Some(here) = &mut model.here {
        here.pod.namespace = Some(clue);
    }
    show(model);
    open(model);
}

/// The answer of the row came. A hostname may be cut, or be that of another pod; then the uid tells
/// which pod of the namespace this is.
pub(super) fn check(model: &mut Model) {
    if std::mem::replace(&mut model.checked, model.reading.revision) == model.reading.revision {
        return;
    }
    let (Some(here), Some(shown)) = (&model.here, &model.reading.shown) else { return };
    let Some(NodeKind::Object { path, .. }) = kind(model) else { return };
    let (Some(_), Some(namespace)) = (&here.pod.uid, path.namespace.clone()) else { return };
    if shown.request.path != ApiPath::Object(path) {
        return;
    }
    let is_it = if let Some(failure) = &shown.failure {
        failure.kind != FailureKind::NotFound
    } else {
        let body = model.reading.pane.document().map(|document| document.body());
        let object = body.and_then(|body| serde_json::from_slice::<Value>(body).ok());
        object.is_none_or(|object| here.pod.is(&object))
    };
    if !is_it {
        model.notify("That is not the pod that this runs in; its uid is looked for");
        list(model, namespace, None);
    }
}

fn list(model: &mut Model, namespace: Namespace, from: Option<&str>) {
    let path =
        ApiPath::Collection { gvr: Gvr::new("", "v1", "pods"), namespace: Some(namespace.clone()) };
    let mut request = Request::get(path, Form::Metadata).with("limit", PAGE);
    if let Some(token) = from {
        request = request.with("continue", token);
    }
    model.ask(Purpose::ThisPod(namespace), Question { request, want: Want::Value });
}

/// Pods of the namespace came, among which this one may be.
pub(super) fn listed(
    model: &mut Model,
    namespace: &Namespace,
    result: Result<Arc<Value>, Failure>,
) {
    let Some(here) = &mut model.here else { return };
    let pods = match result {
        Ok(pods) => pods,
        Err(failure) => return model.trouble(&failure),
    };
    let mut items = pods["items"].as_array().into_iter().flatten();
    let found = items.find(|pod| here.pod.is(pod)).and_then(|pod| pod["metadata"]["name"].as_str());
    let next = pods["metadata"]["continue"].as_str().filter(|token| !token.is_empty());
    match (found, next) {
        (Some(name), _) => {
            here.pod.names.insert(0, Clue { value: name.to_owned(), from: "its uid".to_owned() });
            let was_there = row(model).is_some_and(|id| model.tree.cursor() == RowRef::Node(id));
            show(model);
            if was_there {
                open(model);
            }
        }
        (None, Some(token)) => list(model, namespace.clone(), Some(token)),
        (None, None) => {
            let text = format!("no pod in namespace {namespace} has the uid of this one");
            let was_typed = here.pod.namespace.take_if(|clue| clue.from == TYPED).is_some();
            let keys = &model.keymap;
            let hint = if was_typed {
                format!("{} asks for another", keys.key(Mode::Tree, Action::Open))
            } else {
                format!("Choose another by {}ns", keys.key(Mode::Anywhere, Action::GoTo))
            };
            model.trouble(&Failure::new(FailureKind::NotFound, text, hint));
            show(model);
        }
    }
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
    let Some(id) = row(model) else {
        model.notify("This does not run in a pod of which the name is known");
        return;
    };
    model.tree.select(RowRef::Node(id));
    load::open(model, id);
    reading::enter(model, RowRef::Node(id));
}

/// Its node, while there is one.
fn row(model: &Model) -> Option<NodeId> {
    let first = *model.tree.get(ROOT)?.children.first()?;
    is_row(&model.tree.get(first)?.kind).then_some(first)
}

/// Whether that is the row of this pod, below the root.
fn is_row(kind: &NodeKind) -> bool {
    matches!(kind, NodeKind::Object { .. } | NodeKind::ThisPod(_))
}
