//! Lists that are read together, a few at a time, when their row is opened: whatever an object owns, and what
//! it refers to.

use std::sync::Arc;

use crate::app::flows::rights;
use crate::app::model::Model;
use crate::app::question::Question;
use crate::app::state::events::OwnedPage;
use crate::app::state::several::{Listed, SeveralLists};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::Gvr;
use crate::k8s::request::{AT_ONCE, Ticket};
use crate::object::related::{Related, Several};
use crate::tree::node::{Count, Load, NodeKind};
use crate::tree::{NodeId, RowRef, Tree};

/// Reads the lists of a row, again if that was done before.
pub(in crate::app) fn load(model: &mut Model, id: NodeId, of: &Arc<Several>) {
    stop(model, id);
    let listed = |list: &Related| match rights::reason(model, &list.path()) {
        Some(_) => Listed::Forbidden,
        None => Listed::Reading(0),
    };
    let lists = of.lists.iter();
    let lists: Vec<_> = lists.map(|list| (Arc::clone(list), listed(list))).collect();
    let is_waiting = |at: &usize| matches!(lists[*at].1, Listed::Reading(_));
    let mut waiting: Vec<usize> = (0..lists.len()).filter(is_waiting).collect();
    if let Some(known) = owner(model, id).and_then(|gvr| model.owned_kinds.get(&gvr)) {
        waiting.sort_by_key(|at| !known.contains(&lists[*at].0.resource.gvr));
    }
    let (waiting, open, of) = (waiting.into(), Vec::new(), Arc::clone(of));
    model.several.insert(id, SeveralLists { of, lists, waiting, open, is_stopped: false });
    model.tree.set_children(id, Vec::new());
    show(model, id);
    send(model, id);
}

/// Sends the next requests.
fn send(model: &mut Model, id: NodeId) {
    while let Some(several) = model.several.get_mut(&id)
        && several.open.len() < AT_ONCE
        && let Some(at) = several.waiting.pop_front()
    {
        request(model, id, at, None);
    }
}

fn request(model: &mut Model, id: NodeId, at: usize, token: Option<String>) {
    let Some(several) = model.several.get(&id) else { return };
    let Some((list, _)) = several.lists.get(at) else { return };
    let ticket = model.send(Question::several(id, Arc::clone(list), token));
    if let Some(several) = model.several.get_mut(&id) {
        several.open.push((ticket, at));
    }
}

/// Handles a page of a list.
pub(in crate::app) fn received(
    model: &mut Model,
    id: NodeId,
    ticket: Ticket,
    result: Result<OwnedPage, Failure>,
) {
    let Some(several) = model.several.get_mut(&id) else { return };
    let Some(place) = several.open.iter().position(|(open, _)| *open == ticket) else { return };
    let (_, at) = several.open.remove(place);
    let listed = &mut several.lists[at].1;
    let known = if let Listed::Reading(known) = listed { *known } else { 0 };
    let mut next = None;
    *listed = match result {
        Ok(page) => {
            let number = known + page.number;
            next = page.continue_token;
            if next.is_some() { Listed::Reading(number) } else { Listed::Read(number) }
        }
        Err(failure) if failure.kind == FailureKind::Forbidden => Listed::Forbidden,
        // A kind that is gone by now.
        Err(failure) if failure.kind == FailureKind::NotFound => Listed::Read(known),
        Err(_) => Listed::Failed,
    };
    if next.is_some() {
        request(model, id, at, next);
    }
    remember(model, id, at);
    show(model, id);
    send(model, id);
}

/// Remembers that an owner of this kind has objects of that kind: their list is read first next time.
fn remember(model: &mut Model, id: NodeId, at: usize) {
    let Some(several) = model.several.get(&id).filter(|it| !it.of.what.are_named()) else { return };
    let Some((list, Listed::Read(1..) | Listed::Reading(1..))) = several.lists.get(at) else {
        return;
    };
    let kind = list.resource.gvr.clone();
    if let Some(owner) = owner(model, id) {
        model.owned_kinds.entry(owner).or_default().insert(kind);
    }
}

/// Returns the resource of the object above a row.
fn owner(model: &Model, id: NodeId) -> Option<Gvr> {
    let parent = model.tree.get(id)?.parent?;
    Some(model.tree.object_at(RowRef::Node(parent))?.gvr)
}

/// Shows the lists that have objects, and those of one object whether it exists or not. Each is a list of its
/// own.
fn show(model: &mut Model, id: NodeId) {
    let Some(several) = model.several.get(&id) else { return };
    if several.of.what.are_named() {
        let lists = several.lists.iter().map(|(list, _)| NodeKind::Related(Arc::clone(list)));
        let kinds = lists.collect();
        model.tree.set_children(id, kinds);
        return;
    }
    let found: Vec<_> = several.found().map(|(list, number)| (Arc::clone(list), number)).collect();
    let kinds = found.iter().map(|(list, _)| NodeKind::Related(Arc::clone(list))).collect();
    model.tree.set_children(id, kinds);
    let children = model.tree.get(id).map(|node| node.children.clone()).unwrap_or_default();
    for (child, (_, number)) in children.into_iter().zip(found) {
        model.tree.change(child, |node| node.count = Count::Known(number));
    }
}

/// Stops reading the lists of a node. Returns true if some were being read.
pub(in crate::app) fn stop(model: &mut Model, id: NodeId) -> bool {
    let Some(several) = model.several.get_mut(&id).filter(|several| several.is_running()) else {
        return false;
    };
    several.is_stopped = true;
    several.waiting.clear();
    for (ticket, _) in std::mem::take(&mut several.open) {
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
