//! Retrying the rows or children of a node that could not be fetched.

use std::time::Duration;

use crate::app::model::Model;
use crate::k8s::failure::{Failure, FailureKind};
use crate::tree::NodeId;
use crate::tree::node::Load;

/// The largest number of automatic retries in a row.
pub(in crate::app) const MAX_TRIES: u32 = 4;

/// Returns the pause before a request is retried automatically: if the server asked to wait or to
/// slow down.
pub(in crate::app) fn pause(failure: &Failure, tries: u32) -> Option<Duration> {
    let growing = (failure.kind == FailureKind::Throttled).then(|| Duration::from_secs(1 << tries));
    let requested = failure.wait.filter(|_| !matches!(failure.kind, FailureKind::NotYet));
    requested.or(growing).filter(|_| tries < MAX_TRIES)
}

/// Notes that a node's children or rows could not be fetched. Returns true if a retry was scheduled.
pub(in crate::app) fn failed(model: &mut Model, id: NodeId, failure: Failure) -> bool {
    let tries = model.tree.get(id).map_or(0, |node| node.tries);
    let retry_at = pause(&failure, tries).map(|pause| model.after(pause));
    match retry_at {
        Some(at) => _ = model.retries.insert(id, at),
        None => _ = model.retries.remove(&id),
    }
    model.tree.change(id, |node| {
        node.load = Load::Failed(failure);
        node.retry_at = retry_at;
        node.tries = if retry_at.is_some() { tries + 1 } else { 0 };
    });
    retry_at.is_some()
}

/// Notes that a node's children or rows arrived.
pub(in crate::app) fn succeeded(model: &mut Model, id: NodeId) {
    model.retries.remove(&id);
    model.tree.change(id, |node| {
        node.retry_at = None;
        node.tries = 0;
    });
}

/// Cancels the retry of a node.
pub(in crate::app) fn cancel(model: &mut Model, id: NodeId) {
    model.retries.remove(&id);
    model.tree.change(id, |node| node.retry_at = None);
}
