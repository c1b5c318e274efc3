//! The pages of a collection: the first, the next, all of them, and all again.

use crate::app::flows::{retry, rights};
use crate::app::model::{Model, Reload};
use crate::app::question::{Purpose, Question};
use crate::app::state::watch::Live;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::paging::PageSize;
use crate::k8s::request::{Form, Request, Ticket};
use crate::k8s::table::Page;
use crate::keymap::{Action, Mode};
use crate::tree::NodeId;
use crate::tree::collection::Collection;
use crate::tree::node::{Load, Node, NodeKind};

/// How many objects of a list are read before it pauses, if a rule keeps only some of them.
const READ_AT_ONCE: u64 = 5_000;

/// Returns the request that lists a node's collection as a table, without paging. Rows over all
/// namespaces need their objects' metadata, which has the namespace.
pub(in crate::app) fn request(model: &Model, id: NodeId) -> Option<Request> {
    let node = model.tree.get(id)?;
    Some(match node.related() {
        Some(related) if related.after.is_some() => return None,
        Some(related) => related.request_of(&node.selector),
        None => node.selector.of(unselected(node)?),
    })
}

/// Returns the same request without a selector.
fn unselected(node: &Node) -> Option<Request> {
    if let Some(related) = node.related() {
        return Some(related.request());
    }
    let path = node.kind.opens_collection()?;
    let over_all = matches!(node.kind, NodeKind::AllNamespaces(_));
    let object = if over_all { "Metadata" } else { "None" };
    Some(Request::get(path, Form::Table).with("includeObject", object))
}

/// Sends a request for a node's children or rows, in place of one that was sent before.
pub(in crate::app) fn fetch(model: &mut Model, id: NodeId, question: Question) {
    if let Some(Load::Loading(old)) = model.tree.get(id).map(|node| node.load.clone()) {
        model.cancel(old);
    }
    let related = model.tree.get(id).and_then(|node| node.related().cloned());
    let ticket = model.send(question.of_related(related));
    model.tree.set_load(id, Load::Loading(ticket));
}

/// Fetches the first page of a collection.
pub(in crate::app) fn first_page(model: &mut Model, id: NodeId) {
    let after = model.tree.get(id).and_then(|node| node.related()?.after.clone());
    if let Some(after) = after {
        fetch(model, id, Question::completion(id, after.request().clone()));
        return;
    }
    let Some(request) = request(model, id) else { return };
    fetch(model, id, Question::page(id, PageSize::FIRST.page(request, None), false));
}

/// Fetches the next page of a collection.
pub(in crate::app) fn next_page(model: &mut Model, id: NodeId) {
    let Some(node) = model.tree.get(id) else { return };
    if matches!(node.load, Load::Loading(_)) {
        return;
    }
    let Some(collection) = &node.collection else { return };
    let (size, token, all) = (
        collection.next_size,
        collection.continue_token.clone(),
        node.loads_all && node.stops_at.is_none(),
    );
    let (Some(request), Some(_)) = (request(model, id), &token) else { return };
    fetch(model, id, Question::page(id, size.page(request, token), all));
}

/// Fetches the row of one object by its name, whether it is selected or not.
pub(in crate::app) fn row(model: &mut Model, id: NodeId, name: &str) -> Option<Ticket> {
    let request = unselected(model.tree.get(id)?)?;
    Some(model.send(Question::row(id, request, name)))
}

/// Handles the row of one object that is navigated to.
pub(in crate::app) fn row_received(model: &mut Model, id: NodeId, result: Result<Page, Failure>) {
    match result {
        Ok(page) => model.tree.insert_rows(id, page.rows),
        Err(failure) => model.report(&failure),
    }
}

/// Lists a collection again, as many rows as it has; the old ones are shown until then.
pub(in crate::app) fn reload(model: &mut Model, id: NodeId) {
    let Some(node) = model.tree.get(id) else { return };
    let Some(collection) = &node.collection else {
        first_page(model, id);
        return;
    };
    let wanted = if node.selects_anew { 0 } else { collection.rows().len() };
    let Some(request) = request(model, id) else { return };
    model.tree.change(id, |node| node.mixed = false);
    model.reloads.insert(id, Reload { gathered: None, wanted });
    fetch(model, id, Question::reload(id, PageSize::FIRST.page(request, None)));
}

/// Shows what has arrived of a first page, if nothing else is known of its collection.
pub(in crate::app) fn arriving(model: &mut Model, ticket: Ticket, page: Page) {
    let purpose = model.pending.get(&ticket).map(|pending| &pending.purpose);
    let Some(&Purpose::Page { node: id, .. }) = purpose else { return };
    let known = model.tree.get(id).and_then(|node| node.collection.as_ref());
    if known.is_none_or(|known| known.is_arriving) {
        model.tree.set_collection(id, Collection::arriving(page));
        model.tree.set_load(id, Load::Loading(ticket));
    }
}

/// Handles a page of a collection.
pub(in crate::app) fn page_received(model: &mut Model, id: NodeId, result: Result<Page, Failure>) {
    let known = model.tree.get(id).and_then(|node| node.collection.as_ref());
    if result.is_err() && known.is_some_and(|known| known.is_arriving) {
        model.tree.drop_collection(id);
    }
    let page = match result {
        Ok(page) => page,
        Err(failure) => {
            let has_some = model.tree.get(id).is_some_and(|node| node.collection.is_some());
            if has_some && failure.kind == FailureKind::Gone {
                expired(model, id, failure);
            } else if !was_too_much(model, id, &failure) {
                failed(model, id, failure);
            }
            return;
        }
    };
    let rows = model.tree.get(id).and_then(|node| node.collection.as_ref());
    let rows = rows.filter(|rows| !rows.is_arriving);
    let is_more = rows.is_some();
    if rows.is_some_and(|rows| rows.columns != page.columns) {
        other_columns(model, id);
        return;
    }
    retry::succeeded(model, id);
    if is_more {
        model.tree.add_page(id, page);
        load_rest(model, id);
    } else {
        // The list has the objects that were named before it arrived.
        model.tree.set_children(id, Vec::new());
        model.tree.set_collection(id, Collection::new(page));
        read_on(model, id);
        let kind = model.tree.get(id).map(|node| node.kind.clone());
        if let Some(path) = kind.as_ref().and_then(NodeKind::opens_collection) {
            model.rights.was_read(&path);
        }
        if let Some(NodeKind::Resource { resource, chosen: Some(_) }) = kind {
            model.tree.set_children(id, vec![NodeKind::OtherNamespaces(resource)]);
        }
    }
    watch_cursor(model);
}

/// Makes the next page smaller if the one that failed was too much for the server. Returns true if it is
/// fetched again at once, in a smaller size.
fn was_too_much(model: &mut Model, id: NodeId, failure: &Failure) -> bool {
    let mut retried = None;
    model.tree.change(id, |node| {
        if let Some(collection) = &mut node.collection {
            let size = collection.next_size;
            retried = size.retried(failure);
            collection.next_size = retried.unwrap_or(size.after_failure(failure));
        }
        if retried.is_some() {
            node.load = Load::Ready;
        }
    });
    if retried.is_some() {
        next_page(model, id);
    }
    retried.is_some()
}

/// Reads on by itself where a rule keeps a few of many objects, but not without an end.
fn read_on(model: &mut Model, id: NodeId) {
    let Some(node) = model.tree.get(id).filter(|node| node.open && node.has_more()) else { return };
    if node.collection.as_ref().is_some_and(|collection| collection.read.is_some()) {
        model.tree.change(id, |node| {
            node.loads_all = true;
            node.stops_at = Some(READ_AT_ONCE);
        });
        load_rest(model, id);
    }
}

/// Fetches the next page if all are wanted.
fn load_rest(model: &mut Model, id: NodeId) {
    let read = model.tree.get(id).and_then(|node| {
        let read = node.collection.as_ref()?.read?;
        node.stops_at.map(|at| read >= at)
    });
    if read == Some(true) {
        model.tree.change(id, |node| node.loads_all = false);
        return;
    }
    if model.tree.get(id).is_some_and(|node| node.loads_all && node.has_more()) {
        next_page(model, id);
    }
}

/// Handles that a collection could not be listed.
pub(in crate::app) fn failed(model: &mut Model, id: NodeId, mut failure: Failure) {
    let path = model.tree.get(id).and_then(|node| node.kind.path());
    if let Some(hint) = path.and_then(|path| rights::hint(model, &path, &failure)) {
        failure.hint = hint;
    }
    model.reloads.remove(&id);
    if model.tree.get(id).is_some_and(|node| node.selects_anew) {
        // The rows are those of another selection.
        model.tree.drop_collection(id);
        model.report(&failure);
    }
    model.discovery_wanted |= failure.kind == FailureKind::NotFound;
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
        model.report(&failure);
    }
    if !retry::failed(model, id, failure) {
        model.tree.change(id, |node| node.loads_all = false);
    }
}

/// The version that the pages were read at has expired. With the server's token for the rest, the
/// next pages may be of another version; without one, the collection is listed from its beginning.
fn expired(model: &mut Model, id: NodeId, failure: Failure) {
    let tries = model.tree.get(id).map_or(0, |node| node.tries);
    if tries >= retry::MAX_TRIES {
        failed(model, id, failure);
        return;
    }
    model.tree.change(id, |node| {
        node.tries = tries + 1;
        node.load = Load::Ready;
    });
    if let Some(token) = failure.token {
        report_mixed(model, id);
        model.tree.change(id, |node| {
            if let Some(collection) = &mut node.collection {
                collection.continue_token = Some(token.into());
            }
        });
        next_page(model, id);
    } else {
        model.notify("The list changed while it was loaded; loading it again");
        reload(model, id);
    }
}

/// A page has other columns than those before it: its definition changed, or the server refused it
/// as a table. The collection is listed again once; the rest is fetched when it is wanted.
fn other_columns(model: &mut Model, id: NodeId) {
    let text = "the columns of the list changed while it was loaded";
    let failure = Failure::new(FailureKind::Malformed, text, "Refresh to load it again");
    model.tree.change(id, |node| node.loads_all = false);
    expired(model, id, failure);
}

fn report_mixed(model: &mut Model, id: NodeId) {
    let key = model.keymap.key(Mode::Anywhere, Action::Refresh);
    let text = "The list changed while it was loaded and may be inconsistent";
    model.notify(format!("{text}; {key} loads it again"));
    model.tree.change(id, |node| node.mixed = true);
}

/// Handles a page of a collection that is listed again.
pub(in crate::app) fn reload_received(
    model: &mut Model,
    id: NodeId,
    result: Result<Page, Failure>,
) {
    let Some(Reload { gathered, wanted }) = model.reloads.remove(&id) else { return };
    let page = match (gathered, result) {
        (None, Ok(page)) => page,
        (Some(gathered), Ok(page)) if gathered.columns != page.columns => {
            other_columns(model, id);
            return;
        }
        (Some(mut gathered), Ok(page)) => {
            gathered.rows.extend(page.rows);
            gathered.continue_token = page.continue_token;
            gathered.next_size = page.next_size;
            gathered.remaining = page.remaining;
            gathered.read = page.read.map(|read| read + gathered.read.unwrap_or_default());
            gathered
        }
        (Some(mut gathered), Err(failure)) if failure.token.is_some() => {
            report_mixed(model, id);
            gathered.continue_token = failure.token.map(Into::into);
            gathered
        }
        (gathered, Err(failure)) => {
            let smaller = gathered.as_ref().and_then(|page| page.next_size.retried(&failure));
            let (Some(mut gathered), Some(smaller)) = (gathered, smaller) else {
                failed(model, id, failure);
                return;
            };
            gathered.next_size = smaller;
            gathered
        }
    };
    let next = page.continue_token.clone().filter(|_| page.rows.len() < wanted);
    if let (Some(_), Some(request)) = (&next, request(model, id)) {
        let request = page.next_size.page(request, next);
        model.reloads.insert(id, Reload { gathered: Some(page), wanted });
        fetch(model, id, Question::reload(id, request));
        return;
    }
    retry::succeeded(model, id);
    model.tree.set_collection(id, Collection::new(page));
    model.tree.change(id, |node| node.old = false);
    watch_cursor(model);
    read_on(model, id);
    load_rest(model, id);
}

/// Makes the collection at the cursor the watched one.
pub(in crate::app) fn watch_cursor(model: &mut Model) {
    model.watched = model.tree.collection_at(model.tree.cursor()).or(model.reading.rows());
}

/// True unless watching a node's collection has failed for good.
pub(in crate::app) fn can_watch(model: &Model, id: NodeId) -> bool {
    !matches!(model.live_rows(id), Live::NotLive(_))
}

/// Loads all pages of the collection at the cursor.
pub(in crate::app) fn load_all(model: &mut Model) {
    let Some(id) = model.collection() else { return };
    model.tree.change(id, |node| {
        node.loads_all = true;
        node.stops_at = None;
    });
    next_page(model, id);
}

/// Stops loading the pages of the collection at the cursor; those that arrived stay. Returns true if
/// any were being loaded.
pub(in crate::app) fn stop(model: &mut Model) -> bool {
    let Some(id) = model.collection() else { return false };
    let Some(node) = model.tree.get(id).filter(|node| node.loads_all) else { return false };
    let Load::Loading(ticket) = node.load else { return false };
    model.cancel(ticket);
    model.tree.change(id, |node| node.loads_all = false);
    model.tree.set_load(id, Load::Ready);
    watch_cursor(model);
    true
}

/// Cancels loading the rows of a collection that was not opened. Returns true if they were being loaded.
pub(in crate::app) fn abandon(model: &mut Model, id: NodeId) -> bool {
    let Some(node) = model.tree.get(id).filter(|node| !node.open) else { return false };
    let Load::Loading(ticket) = node.load else { return false };
    let load = if node.collection.is_some() { Load::Ready } else { Load::NotLoaded };
    model.cancel(ticket);
    model.tree.change(id, |node| node.loads_all = false);
    model.tree.set_load(id, load);
    true
}

/// Loads the next page, or all of them if the collection is filtered.
pub(in crate::app) fn more(model: &mut Model, id: NodeId) {
    let rows = model.tree.get(id).and_then(|node| node.collection.as_ref());
    if rows.is_some_and(Collection::is_reduced) {
        model.tree.change(id, |node| node.loads_all = true);
    }
    next_page(model, id);
}
