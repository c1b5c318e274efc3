//! How many objects a namespace has of a resource, told at its row before it is opened: asked for the
//! rows in view once the cursor rests, a few at a time, and no longer where the server is slow.

use jiff::{SignedDuration, Timestamp};

use crate::app::message::{Question, Want};
use crate::app::model::{Model, Pending, Purpose};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::rules::May;
use crate::k8s::table::Page;
use crate::tree::node::{Count, Load, NodeKind};
use crate::tree::{NodeId, RowRef};

use super::table_request;

/// So many are asked for at the same time.
const AT_ONCE: usize = 4;

/// A server that takes longer is not asked for more of a resource.
const SLOW: SignedDuration = SignedDuration::from_millis(500);

/// Asks for the counts that are missing in view.
pub(in crate::app) fn ask_counts(model: &mut Model) {
    // Of a recording the rows are there or not, and nothing is gained by asking first.
    if model.connection().is_none_or(|connection| connection.endpoint.kind.is_recorded()) {
        return;
    }
    let is_count = |pending: &&Pending| matches!(pending.purpose, Purpose::Count(..));
    let under_way = model.pending.values().filter(is_count).count();
    let missing: Vec<NodeId> = model
        .tree
        .window()
        .filter_map(|place| match place {
            RowRef::Node(id) => Some(id).filter(|id| is_missing(model, *id)),
            _ => None,
        })
        .take(AT_ONCE.saturating_sub(under_way))
        .collect();
    for id in missing {
        let Some(request) = table_request(model, id) else { continue };
        let request = request.with("limit", "1");
        model.ask(Purpose::Count(id, model.now), Question { request, want: Want::Page });
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

/// The first object of a namespace came, and how many there are behind it; or it did not.
pub(in crate::app) fn counted(
    model: &mut Model,
    (id, asked): (NodeId, Timestamp),
    result: Result<Page, Failure>,
) {
    let is_refused = |failure: &Failure| failure.kind == FailureKind::Forbidden;
    let gives_up = result.as_ref().err().is_some_and(|failure| !is_refused(failure))
        || model.now.duration_since(asked) > SLOW;
    let resource = model.tree.get(id).and_then(|node| node.kind.resource());
    if let Some(gvr) = resource.map(|resource| resource.gvr.clone()).filter(|_| gives_up) {
        model.uncounted.insert(gvr);
    }
    let count = result.ok().and_then(|page| {
        let behind = if page.continue_token.is_some() { page.remaining? } else { 0 };
        Some(page.rows.len() as u64 + behind)
    });
    model.tree.change(id, |node| node.count = count.map_or(Count::Unknown, Count::Known));
    ask_counts(model);
}
