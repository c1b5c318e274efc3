//! The pages of a collection: the first, the next, all of them, and all again.

use crate::app::message::{Question, Want};
use crate::app::model::{Model, Purpose};
use crate::app::{rights, select, watches};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::request::{Form, Request};
use crate::k8s::table::Page;
use crate::keymap::{Action, Mode};
use crate::tree::NodeId;
use crate::tree::collection::Collection;
use crate::tree::node::{Load, Node, NodeKind};

use super::again::{self, MOST_TRIES};
use super::{PAGE, ask_for, load, look_whether_served};

/// The list of a node's collection as a table, without a query for pages. Rows over all namespaces
/// must tell theirs.
pub(in crate::app) fn table_request(model: &Model, id: NodeId) -> Option<Request> {
    let node = model.tree.get(id)?;
    Some(node.selector.of(whole_request(node)?))
}

/// The same list, of whatever is selected.
fn whole_request(node: &Node) -> Option<Request> {
    let path = node.kind.opens_collection()?;
    let over_all = matches!(node.kind, NodeKind::AllNamespaces(_));
    let object = if over_all { "Metadata" } else { "None" };
    Some(Request::get(path, Form::Table).with("includeObject", object))
}

/// The row of one object of a node's collection, be it of the selection or not.
pub(in crate::app) fn row_request(model: &Model, id: NodeId, name: &str) -> Option<Request> {
    let request = whole_request(model.tree.get(id)?)?;
    Some(request.with("fieldSelector", format!("metadata.name={name}")))
}

pub(super) fn first_page(model: &mut Model, id: NodeId) {
    let Some(request) = table_request(model, id) else { return };
    let request = request.with("limit", PAGE.to_string());
    ask_for(model, id, Purpose::Page(id), Question { request, want: Want::Page });
}

/// Asks for the next page of a collection.
pub(in crate::app) fn next_page(model: &mut Model, id: NodeId) {
    let Some(node) = model.tree.get(id) else { return };
    if matches!(node.load, Load::Loading(_)) {
        return;
    }
    let token = node.collection.as_ref().and_then(|c| c.continue_token.clone());
    let want = if node.loads_all { Want::Pages } else { Want::Page };
    let (Some(request), Some(token)) = (table_request(model, id), token) else { return };
    let request = request.with("limit", PAGE.to_string()).with("continue", token);
    ask_for(model, id, Purpose::Page(id), Question { request, want });
}

/// Reads a collection again, as many rows as there are; the old ones show until then.
pub(in crate::app) fn reload(model: &mut Model, id: NodeId) {
    let Some(node) = model.tree.get(id) else { return };
    let Some(collection) = &node.collection else {
        load(model, id);
        return;
    };
    let wanted = if node.selects_anew { 0 } else { collection.rows().len() };
    let Some(request) = table_request(model, id) else { return };
    let request = request.with("limit", PAGE.to_string());
    model.tree.change(id, |node| node.mixed = false);
    let purpose = Purpose::Reload(id, None, wanted);
    ask_for(model, id, purpose, Question { request, want: Want::Page });
}

/// Reads the part of a collection that is selected, if it was read before.
pub(in crate::app) fn select(model: &mut Model, id: NodeId) {
    if model.tree.get(id).is_some_and(|node| node.load != Load::NotLoaded) {
        reload(model, id);
    }
}

/// A page of a collection came.
pub(in crate::app) fn page(model: &mut Model, id: NodeId, result: Result<Page, Failure>) {
    let page = match result {
        Ok(page) => page,
        Err(failure) => {
            let has_some = model.tree.get(id).is_some_and(|node| node.collection.is_some());
            if has_some && failure.kind == FailureKind::Gone {
                too_old(model, id, failure);
            } else {
                page_failed(model, id, failure);
            }
            return;
        }
    };
    let rows = model.tree.get(id).and_then(|node| node.collection.as_ref());
    if rows.is_some_and(|rows| rows.columns != page.columns) {
        other_columns(model, id);
        return;
    }
    again::came(model, id);
    if model.tree.get(id).is_some_and(|node| node.collection.is_some()) {
        model.tree.add_page(id, page);
        go_on(model, id);
    } else {
        // Objects that were named while there was no list are in it now.
        model.tree.set_children(id, Vec::new());
        model.tree.set_collection(id, Collection::new(page));
        let kind = model.tree.get(id).map(|node| node.kind.clone());
        if let Some(path) = kind.as_ref().and_then(NodeKind::opens_collection) {
            rights::outdated(model, &path);
        }
        if let Some(NodeKind::Resource { resource, chosen: Some(_) }) = kind {
            model.tree.set_children(id, vec![NodeKind::OtherNamespaces(resource)]);
        }
    }
    watches::resume(model, id);
}

/// What is still missing comes too, once all was asked for.
fn go_on(model: &mut Model, id: NodeId) {
    if model.tree.get(id).is_some_and(|node| node.loads_all && node.has_more()) {
        next_page(model, id);
    }
}

fn page_failed(model: &mut Model, id: NodeId, failure: Failure) {
    select::failed(model, id, &failure);
    if failure.kind == FailureKind::NotFound {
        look_whether_served(model);
    }
    let is_first = model.tree.get(id).is_some_and(|node| node.collection.is_none());
    if is_first {
        let kind = model.tree.get(id).map(|node| node.kind.clone()).unwrap_or_default();
        if failure.kind == FailureKind::Forbidden {
            for object in rights::named_objects(model, &kind) {
                model.tree.add_once(id, object);
            }
        }
        if let NodeKind::Resource { resource, chosen: Some(_) } = kind {
            model.tree.add_once(id, NodeKind::OtherNamespaces(resource));
        }
    } else {
        model.trouble(&failure);
    }
    watches::list_failed(model, id, &failure);
    if !again::failed(model, id, failure) {
        model.tree.change(id, |node| node.loads_all = false);
    }
}

/// The version that the pages of a collection were read at is too old. With the server's token for
/// the rest as it is now one can go on, if the pages may be of different versions; without one the
/// collection is read from its beginning.
fn too_old(model: &mut Model, id: NodeId, failure: Failure) {
    let tries = model.tree.get(id).map_or(0, |node| node.tries);
    if tries >= MOST_TRIES {
        page_failed(model, id, failure);
        return;
    }
    model.tree.change(id, |node| {
        node.tries = tries + 1;
        node.load = Load::Ready;
    });
    if let Some(token) = failure.token {
        say_mixed(model, id);
        model.tree.change(id, |node| {
            if let Some(collection) = &mut node.collection {
                collection.continue_token = Some(token.into());
            }
        });
        next_page(model, id);
    } else {
        model.notify("The list changed while it was read: it is read again");
        reload(model, id);
    }
}

/// A page has other columns than those before it: its definition changed, or the server refused it as
/// a table. The rest is asked for once more when it is wanted, lest that goes on for ever.
fn other_columns(model: &mut Model, id: NodeId) {
    let text = "the columns of the list changed while it was read";
    let failure = Failure::new(FailureKind::Malformed, text, "Refresh to ask again");
    model.tree.change(id, |node| node.loads_all = false);
    too_old(model, id, failure);
}

fn say_mixed(model: &mut Model, id: NodeId) {
    let key = model.keymap.key(Mode::Anywhere, Action::Refresh);
    let text = "The list changed while it was read: it may be inconsistent";
    model.notify(format!("{text}, {key} reads it again"));
    model.tree.change(id, |node| node.mixed = true);
}

/// A page of a collection that is read again came.
pub(in crate::app) fn reloaded(
    model: &mut Model,
    (id, gathered, wanted): (NodeId, Option<Page>, usize),
    result: Result<Page, Failure>,
) {
    let page = match (gathered, result) {
        (None, Ok(page)) => page,
        (Some(gathered), Ok(page)) if gathered.columns != page.columns => {
            other_columns(model, id);
            return;
        }
        (Some(mut gathered), Ok(page)) => {
            gathered.rows.extend(page.rows);
            gathered.continue_token = page.continue_token;
            gathered.remaining = page.remaining;
            gathered
        }
        (Some(mut gathered), Err(failure)) if failure.token.is_some() => {
            say_mixed(model, id);
            gathered.continue_token = failure.token.map(Into::into);
            gathered
        }
        (_, Err(failure)) => {
            page_failed(model, id, failure);
            return;
        }
    };
    let next = page.continue_token.clone().filter(|_| page.rows.len() < wanted);
    if let (Some(token), Some(request)) = (next, table_request(model, id)) {
        let request = request.with("limit", PAGE.to_string()).with("continue", token);
        let purpose = Purpose::Reload(id, Some(page), wanted);
        ask_for(model, id, purpose, Question { request, want: Want::Page });
        return;
    }
    again::came(model, id);
    model.tree.set_collection(id, Collection::new(page));
    model.tree.change(id, |node| node.old = false);
    watches::restart(model, id);
    go_on(model, id);
}

/// The row of one object that is gone to came, or the object is not in the list.
pub(in crate::app) fn row(model: &mut Model, id: NodeId, result: Result<Page, Failure>) {
    match result {
        Ok(page) => {
            let rows = page.rows;
            model.tree.insert_rows(id, rows);
        }
        Err(failure) => model.trouble(&failure),
    }
}

/// ⏎ at the end of a filter: the pages that are missing are loaded and searched too.
pub(in crate::app) fn search_rest(model: &mut Model, id: NodeId) {
    if model.tree.get(id).is_some_and(|node| node.filter.is_some() && node.has_more()) {
        more(model, id);
    }
}

/// Loads all pages of the collection under the cursor.
pub(in crate::app) fn load_all(model: &mut Model) {
    let Some(id) = model.tree.collection_at(model.tree.cursor()) else { return };
    model.tree.change(id, |node| node.loads_all = true);
    next_page(model, id);
}

/// Stops loading the pages of the collection under the cursor; what came of them stays. Whether
/// there were any to come.
pub(in crate::app) fn stop(model: &mut Model) -> bool {
    let Some(id) = model.tree.collection_at(model.tree.cursor()) else { return false };
    let Some(node) = model.tree.get(id).filter(|node| node.loads_all) else { return false };
    let Load::Loading(ticket) = node.load else { return false };
    model.cancel(ticket);
    model.tree.change(id, |node| node.loads_all = false);
    model.tree.set_load(id, Load::Ready);
    watches::resume(model, id);
    true
}

/// Where ⏎ on the last row of a collection leads.
pub(in crate::app) fn more(model: &mut Model, id: NodeId) {
    let is_filtered = model
        .tree
        .get(id)
        .and_then(|n| n.collection.as_ref())
        .is_some_and(|c| c.filter().is_some());
    if is_filtered {
        model.tree.change(id, |node| node.loads_all = true);
    }
    next_page(model, id);
}
