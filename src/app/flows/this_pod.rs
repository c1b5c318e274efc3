//! The pod that this process runs in: found by its name, and checked by its uid.

use std::sync::Arc;

use serde_json::Value;

use crate::app::flows::{open, read, this_pod_row};
use crate::app::model::Model;
use crate::app::question::Question;
use crate::downward::inside::{Clue, Here};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::Namespace;
use crate::k8s::path::ApiPath;
use crate::keymap::{Action, Mode};
use crate::tree::RowRef;
use crate::tree::node::NodeKind;

/// Handles what a process in this pod can find out about the pod.
pub(in crate::app) fn found(model: &mut Model, mut here: Here) {
    if !here.is_pod() {
        return;
    }
    if here.pod.namespace.is_none() {
        // Keep the namespace that the user typed.
        here.pod.namespace = model.here.take().and_then(|before| before.pod.namespace);
    }
    if let Some(namespace) = &here.pod.namespace {
        model.know_namespace(Namespace::new(&namespace.value));
    }
    model.here = Some(here);
    this_pod_row::show(model);
}

/// Sets the namespace of this pod that the user typed, and opens the pod.
pub(in crate::app) fn set_namespace(model: &mut Model, namespace: &str) {
    let clue = Clue { value: namespace.to_owned(), from: "the prompt".to_owned() };
    model.namespaces.names.insert(Namespace::new(namespace));
    if let Some(here) = &mut model.here {
        here.pod.namespace = Some(clue);
    }
    model.typed_namespace = true;
    this_pod_row::show(model);
    open(model);
}

/// Checks each answer of the row once. A host name may be truncated or belong to another pod; the uid
/// then identifies this pod among those of the namespace.
pub(in crate::app) fn check(model: &mut Model) {
    if std::mem::replace(&mut model.checked, model.reading.revision) == model.reading.revision {
        return;
    }
    let (Some(here), Some(shown)) = (&model.here, &model.reading.shown) else { return };
    let Some(NodeKind::Object { path, .. }) = this_pod_row::kind(model) else { return };
    let (Some(_), Some(namespace)) = (&here.pod.uid, path.namespace.clone()) else { return };
    if shown.request.path != ApiPath::Object(path) {
        return;
    }
    let is_this = if let Some(failure) = &shown.failure {
        failure.kind != FailureKind::NotFound
    } else {
        let body = model.reading.pane.document().map(|document| document.body());
        let object = body.and_then(|body| serde_json::from_slice::<Value>(body).ok());
        object.is_none_or(|object| here.pod.is(&object))
    };
    if !is_this {
        model.notify("Another pod has this name. Searching for this pod by its uid");
        model.send(Question::this_pod(namespace, None));
    }
}

/// Handles a page of the pods of the namespace.
pub(in crate::app) fn listed(
    model: &mut Model,
    namespace: &Namespace,
    result: Result<Arc<Value>, Failure>,
) {
    let Some(here) = &mut model.here else { return };
    let pods = match result {
        Ok(pods) => pods,
        Err(failure) => return model.report(&failure),
    };
    let mut items = pods["items"].as_array().into_iter().flatten();
    let found = items.find(|pod| here.pod.is(pod)).and_then(|pod| pod["metadata"]["name"].as_str());
    let next = pods["metadata"]["continue"].as_str().filter(|token| !token.is_empty());
    match (found, next) {
        (Some(name), _) => {
            here.pod.names.insert(0, Clue { value: name.to_owned(), from: "its uid".to_owned() });
            let was_selected = this_pod_row::is_at_cursor(model);
            this_pod_row::show(model);
            if was_selected {
                open(model);
            }
        }
        (None, Some(token)) => {
            model.send(Question::this_pod(namespace.clone(), Some(token.to_owned())));
        }
        (None, None) => {
            let text = format!("no pod in namespace {namespace} has the uid of this one");
            let was_typed = std::mem::take(&mut model.typed_namespace);
            if was_typed {
                here.pod.namespace = None;
            }
            let keys = &model.keymap;
            let hint = if was_typed {
                format!("Press {} to type another", keys.key(Mode::Tree, Action::Open))
            } else {
                format!("Choose another with {}ns", keys.key(Mode::Anywhere, Action::GoTo))
            };
            model.report(&Failure::new(FailureKind::NotFound, text, hint));
            this_pod_row::show(model);
        }
    }
}

/// Moves to the row of this pod and opens it.
pub(in crate::app) fn open(model: &mut Model) {
    let Some(id) = this_pod_row::node(model) else {
        model.notify("kubewalk does not run in a pod, or the pod's name is not known");
        return;
    };
    model.tree.select(RowRef::Node(id));
    open::open(model, id);
    read::enter(model, RowRef::Node(id));
}
