//! What failed for now is asked for again: after the pause that the server asked for, and when a
//! server that was away is back.

use std::time::Duration;

use crate::app::connect;
use crate::app::effect::Effect;
use crate::app::message::Timer;
use crate::app::model::Model;
use crate::app::retry;
use crate::k8s::failure::{Failure, FailureKind};
use crate::tree::node::{Live, Load, NodeKind};
use crate::tree::{NodeId, ROOT};

use super::namespaces::ask_namespaces;
use super::{PAGE, load, next_page, reload};

/// So many times in a row something is asked for again by itself.
pub(super) const MOST_TRIES: u32 = 4;

/// The pause before something that failed is asked for again by itself, where it is: where the
/// server asked to wait, or to be asked more slowly.
pub(in crate::app) fn pause(failure: &Failure, tries: u32) -> Option<Duration> {
    let growing = (failure.kind == FailureKind::Throttled).then(|| Duration::from_secs(1 << tries));
    let asked = failure.wait.filter(|_| !matches!(failure.kind, FailureKind::NotYet));
    asked.or(growing).filter(|_| tries < MOST_TRIES)
}

/// A node's children or rows did not come. Whether they are asked for again by themselves.
pub(super) fn failed(model: &mut Model, id: NodeId, failure: Failure) -> bool {
    let tries = model.tree.get(id).map_or(0, |node| node.tries);
    let pause = pause(&failure, tries);
    let again = pause.map(|pause| {
        model.effects.push(Effect::After(Timer::Node(id), pause));
        model.after(pause)
    });
    model.tree.change(id, |node| {
        node.load = Load::Failed(failure);
        node.again = again;
        node.tries = if again.is_some() { tries + 1 } else { 0 };
    });
    again.is_some()
}

/// What was asked for came.
pub(super) fn came(model: &mut Model, id: NodeId) {
    model.tree.change(id, |node| {
        node.again = None;
        node.tries = 0;
    });
}

/// The pause before a node is asked for again is over.
pub(in crate::app) fn again(model: &mut Model, id: NodeId) {
    let Some(node) = model.tree.get(id) else { return };
    if node.again.is_none() || !matches!(node.load, Load::Failed(_)) {
        return;
    }
    let has_rows = node.collection.is_some();
    model.tree.change(id, |node| node.again = None);
    if has_rows {
        next_page(model, id);
    } else {
        load(model, id);
    }
}

/// The server is away: what was read may be old.
pub(in crate::app) fn mark_old(model: &mut Model) {
    let ids: Vec<NodeId> = model.tree.ids().collect();
    for id in ids {
        if model.tree.get(id).is_some_and(|node| node.collection.is_some()) {
            model.tree.change(id, |node| node.old = true);
        }
    }
}

/// The server is back: what is open and failed is asked for again, and what is old is read again.
/// Long collections are left until the cursor is on them, where a watch tells what they missed.
pub(in crate::app) fn catch_up(model: &mut Model) {
    let names_failed =
        matches!(&model.namespaces.load, Load::Failed(failure) if retry::may_pass(failure));
    if names_failed {
        ask_namespaces(model, None);
    }
    let ids: Vec<NodeId> = model.tree.ids().filter(|id| is_open(model, *id)).collect();
    for id in ids {
        let Some(node) = model.tree.get(id) else { continue };
        let is_top = matches!(node.kind, NodeKind::Root | NodeKind::Api | NodeKind::Apis);
        let failed = matches!(&node.load, Load::Failed(failure) if retry::may_pass(failure));
        let rows = node.collection.as_ref().map(|collection| collection.rows().len());
        // A watch tells what was missed, where there is one.
        let is_watched = model.watched == Some(id) && !matches!(node.live, Live::NotLive(_));
        match rows {
            Some(rows) if node.old && !is_watched && rows <= PAGE => reload(model, id),
            None if failed && !is_top => load(model, id),
            _ => {}
        }
    }
}

/// Whether a node is open and on screen, or would be further down.
fn is_open(model: &Model, id: NodeId) -> bool {
    let mut at = Some(id);
    while let Some(node) = at.filter(|at| *at != ROOT).and_then(|at| model.tree.get(at)) {
        if !node.open {
            return false;
        }
        at = node.parent;
    }
    true
}

/// A resource answers with 404: discovery is read again, which tells whether it is still there.
pub(in crate::app) fn look_whether_served(model: &mut Model) {
    if !model.discovery.groups.is_empty() {
        connect::discover(model);
    }
}
