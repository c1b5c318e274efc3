//! The number of objects in each namespace, shown at its row before it is opened: fetched for the rows
//! in view once the cursor rests, a few at a time, and no longer if the server is slow.

use jiff::{SignedDuration, Timestamp};

use crate::app::flows::list;
use crate::app::model::{Model, Pending};
use crate::app::question::{Purpose, Question};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::rules::May;
use crate::k8s::table::Page;
use crate::tree::node::{Count, Load, NodeKind};
use crate::tree::{NodeId, RowRef};

/// The number of requests at the same time.
const AT_ONCE: usize = 4;

/// If a server takes longer, no more objects of the resource are counted.
const SLOW: SignedDuration = SignedDuration::from_millis(500);

/// Fetches the counts that are missing in view.
pub(in crate::app) fn fetch(model: &mut Model) {
    // A recording has the rows or not: counting first gains nothing.
    if model.connection().is_none() || model.is_replay() {
        return;
    }
    let is_count = |pending: &&Pending| matches!(pending.purpose, Purpose::Count(_));
    let under_way = model.pending.values().filter(is_count).count();
    let missing: Vec<NodeId> = model
        .tree
        .window()
        .filter_map(|row| match row {
            RowRef::Node(id) => Some(id).filter(|id| is_missing(model, *id)),
            _ => None,
        })
        .take(AT_ONCE.saturating_sub(under_way))
        .collect();
    for id in missing {
        let Some(request) = list::request(model, id) else { continue };
        model.send(Question::count(id, request));
        model.tree.change(id, |node| node.count = Count::Loading);
    }
}

fn is_missing(model: &Model, id: NodeId) -> bool {
    let Some(node) = model.tree.get(id) else { return false };
    let NodeKind::Namespace { resource, .. } = &node.kind else { return false };
    node.count == Count::NotLoaded
        && node.load == Load::NotLoaded
        && resource.can("list")
        && !model.uncounted.contains(&resource.gvr)
        && node.kind.path().is_some_and(|path| model.rights.may_read(&path) != May::No)
}

/// Handles the first object of a namespace, and the number of those behind it.
pub(in crate::app) fn received(
    model: &mut Model,
    id: NodeId,
    sent: Timestamp,
    result: Result<Page, Failure>,
) {
    let is_refused = |failure: &Failure| failure.kind == FailureKind::Forbidden;
    let gives_up = result.as_ref().err().is_some_and(|failure| !is_refused(failure))
        || model.now.duration_since(sent) > SLOW;
    let resource = model.tree.get(id).and_then(|node| node.kind.resource());
    if let Some(gvr) = resource.map(|resource| resource.gvr.clone()).filter(|_| gives_up) {
        model.uncounted.insert(gvr);
    }
    let count = result.ok().and_then(|page| {
        let behind = if page.continue_token.is_some() { page.remaining? } else { 0 };
        Some(page.rows.len() as u64 + behind)
    });
    model.tree.change(id, |node| node.count = count.map_or(Count::Unknown, Count::Known));
    fetch(model);
}
