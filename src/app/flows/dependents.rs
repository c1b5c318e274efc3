//! What an object owns, of whatever kind: one list for each kind, a few at a time, when its row is opened.

use std::sync::Arc;

use crate::app::flows::rights;
use crate::app::model::Model;
use crate::app::question::Question;
use crate::app::state::dependents::{Listed, OwnedObjects};
use crate::app::state::events::OwnedPage;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::request::{AT_ONCE, Ticket};
use crate::object::related::{Dependents, Related};
use crate::tree::node::{Count, Load, NodeKind};
use crate::tree::{NodeId, Tree};

/// Looks for what an object owns, again if that was done before.
pub(in crate::app) fn load(model: &mut Model, id: NodeId, dependents: &Dependents) {
    stop(model, id);
    let listed = |list: &Related| match rights::reason(model, &list.path()) {
        Some(_) => Listed::Forbidden,
        None => Listed::Reading(0),
    };
    let lists = dependents.lists.iter();
    let lists: Vec<_> = lists.map(|list| (Arc::clone(list), listed(list))).collect();
    let is_waiting = |at: &usize| matches!(lists[*at].1, Listed::Reading(_));
    let waiting = (0..lists.len()).filter(is_waiting).collect();
    let owned = OwnedObjects { lists, waiting, ..OwnedObjects::default() };
    model.dependents.insert(id, owned);
    model.tree.set_children(id, Vec::new());
    send(model, id);
}

/// Sends the next requests.
fn send(model: &mut Model, id: NodeId) {
    while let Some(owned) = model.dependents.get_mut(&id)
        && owned.open.len() < AT_ONCE
        && let Some(at) = owned.waiting.pop_front()
    {
        request(model, id, at, None);
    }
}

fn request(model: &mut Model, id: NodeId, at: usize, token: Option<String>) {
    let Some(owned) = model.dependents.get(&id) else { return };
    let Some((list, _)) = owned.lists.get(at) else { return };
    let ticket = model.send(Question::dependents(id, Arc::clone(list), token));
    if let Some(owned) = model.dependents.get_mut(&id) {
        owned.open.push((ticket, at));
    }
}

/// Handles a page of a list.
pub(in crate::app) fn received(
    model: &mut Model,
    id: NodeId,
    ticket: Ticket,
    result: Result<OwnedPage, Failure>,
) {
    let Some(owned) = model.dependents.get_mut(&id) else { return };
    let Some(place) = owned.open.iter().position(|(open, _)| *open == ticket) else { return };
    let (_, at) = owned.open.remove(place);
    let listed = &mut owned.lists[at].1;
    let known = if let Listed::Reading(known) = listed { *known } else { 0 };
    let mut next = None;
    *listed = match result {
        Ok(page) => {
            let number = known + page.uids.len() as u64;
            next = page.continue_token;
            if next.is_some() { Listed::Reading(number) } else { Listed::Owned(number) }
        }
        Err(failure) if failure.kind == FailureKind::Forbidden => Listed::Forbidden,
        // A kind that is gone by now.
        Err(failure) if failure.kind == FailureKind::NotFound => Listed::Owned(known),
        Err(_) => Listed::Failed,
    };
    if next.is_some() {
        request(model, id, at, next);
    }
    show(model, id);
    send(model, id);
}

/// Shows the lists that have owned objects. Each is a list of its own.
fn show(model: &mut Model, id: NodeId) {
    let Some(owned) = model.dependents.get(&id) else { return };
    let found: Vec<_> = owned.found().map(|(list, number)| (Arc::clone(list), number)).collect();
    let kinds = found.iter().map(|(list, _)| NodeKind::Related(Arc::clone(list))).collect();
    model.tree.set_children(id, kinds);
    let children = model.tree.get(id).map(|node| node.children.clone()).unwrap_or_default();
    for (child, (_, number)) in children.into_iter().zip(found) {
        model.tree.change(child, |node| node.count = Count::Known(number));
    }
}

/// Stops reading the lists of a node. Returns true if some were being read.
pub(in crate::app) fn stop(model: &mut Model, id: NodeId) -> bool {
    let Some(owned) = model.dependents.get_mut(&id).filter(|owned| owned.is_running()) else {
        return false;
    };
    owned.is_stopped = true;
    owned.waiting.clear();
    for (ticket, _) in std::mem::take(&mut owned.open) {
        model.cancel(ticket);
    }
    model.tree.set_load(id, Load::Ready);
    true
}

/// Stops reading the lists around the cursor. Returns true if some were being read.
pub(in crate::app) fn stop_at_cursor(model: &mut Model) -> bool {
    let mut at = Some(Tree::node_of(model.tree.cursor()));
    while let Some(id) = at {
        if stop(model, id) {
            return true;
        }
        at = model.tree.get(id).and_then(|node| node.parent);
    }
    false
}
