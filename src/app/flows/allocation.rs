//! What the pods of an open node request, and what an open node or pod uses: requested once when it is
//! opened, never for one that is only rested on.

use std::sync::Arc;

use serde_json::Value;

use crate::app::model::Model;
use crate::app::question::Question;
use crate::app::state::allocation::Allocation;
use crate::k8s::failure::Failure;
use crate::k8s::names::Gvr;
use crate::k8s::path::ObjectPath;
use crate::object::allocation::{PodSums, used_by};
use crate::object::path;

/// Follows the open object.
pub(in crate::app) fn settle(model: &mut Model) {
    let open = model.reading.opened_object().filter(|path| has_usage(path)).cloned();
    let open = open.filter(|_| model.reading.shown_subject().is_some());
    if model.allocation.path != open {
        for ticket in std::mem::take(&mut model.allocation).tickets {
            if model.awaits(ticket) {
                model.cancel(ticket);
            }
        }
        model.allocation.path.clone_from(&open);
        if let Some(path) = open {
            request(model, &path);
        }
    }
}

fn has_usage(path: &ObjectPath) -> bool {
    path.gvr.is_core("nodes") || path.gvr.is_core("pods")
}

fn request(model: &mut Model, path: &ObjectPath) {
    if path.gvr.is_core("nodes") {
        let ticket = model.send(Question::node_pods(&path.name, None));
        model.allocation.tickets.push(ticket);
    }
    let metrics = Gvr::new("metrics.k8s.io", "v1beta1", &path.gvr.resource);
    if model.discovery.resource(&metrics).is_some() {
        let object = ObjectPath { gvr: metrics, ..path.clone() };
        let ticket = model.send(Question::usage(object));
        model.allocation.tickets.push(ticket);
    }
}

/// Handles the pods of a page, summed up, and the token of the next page.
pub(in crate::app) fn pods_received(
    model: &mut Model,
    result: Result<(PodSums, Option<String>), Failure>,
) {
    match result {
        Ok((sums, token)) => {
            model.allocation.sums.join(&sums);
            let node = model.allocation.path.as_ref().map(|path| path.name.clone());
            if let (Some(token), Some(node)) = (token, node) {
                let ticket = model.send(Question::node_pods(&node, Some(token)));
                model.allocation.tickets.push(ticket);
            } else {
                model.allocation.is_read = true;
            }
        }
        Err(failure) => model.allocation.failure = Some(format!("Requests of its pods: {failure}")),
    }
    show(model);
}

/// Handles what an object uses. Where nothing measures it, nothing is shown.
pub(in crate::app) fn usage_received(model: &mut Model, result: Result<Arc<Value>, Failure>) {
    model.allocation.usage = result.ok();
    show(model);
}

fn show(model: &mut Model) {
    let Allocation { sums, is_read, usage, .. } = &model.allocation;
    let usage = usage.as_deref();
    if let (true, Some(node)) = (is_read, model.reading.judged.as_deref()) {
        model.allocation.rows = sums.beside(node, usage);
    } else if let Some(pod) = usage.filter(|usage| path::find(usage, ".containers").is_some()) {
        model.allocation.used = Some(used_by(pod));
    }
}

/// Compares what the pods request with another version of the node.
pub(in crate::app) fn changed(model: &mut Model) {
    if model.allocation.is_read {
        show(model);
    }
}
