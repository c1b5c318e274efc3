//! What is on screen stays live: one watch for the collection under the cursor, one for the object
//! that was opened.

use std::time::Duration;

use jiff::Timestamp;

use crate::app::effect::Effect;
use crate::app::message::{ObjectChange, Timer, WatchOf};
use crate::app::model::Model;
use crate::app::retry;
use crate::app::{load, logs, marks};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::request::Ticket;
use crate::k8s::table::Delta;
use crate::tree::NodeId;
use crate::tree::node::{Live, Load, Node};

/// The server ends a watch after this many seconds; it is then taken up again, so that a connection
/// that died unnoticed does not stay for long.
const WATCH_SECONDS: u32 = 290;

/// A server that has not seen a version yet is listed again instead of asked for so many times.
const PATIENCE: u32 = 3;

/// Lets the watch of the collection follow the cursor.
pub(super) fn follow_cursor(model: &mut Model) {
    let wanted = model.tree.collection_at(model.tree.cursor());
    if wanted == model.watched {
        return;
    }
    end_collection(model);
    model.watched = wanted;
    if let Some(id) = wanted {
        start(model, id);
    }
}

/// Takes the watch of a collection up, if it is the one under the cursor.
pub(super) fn resume(model: &mut Model, id: NodeId) {
    follow_cursor(model);
    let is_idle = model.tree.get(id).is_some_and(|node| node.live == Live::Idle);
    if model.watched == Some(id) && is_idle {
        start(model, id);
    }
}

/// Lets the watch of a collection go on from the list that was just read.
pub(super) fn restart(model: &mut Model, id: NodeId) {
    leave(model, id);
    resume(model, id);
}

/// The list was not read that the watch of a collection was to go on from: both are tried again,
/// unless the server refuses.
pub(super) fn list_failed(model: &mut Model, id: NodeId, failure: &Failure) {
    let Some(node) = model.tree.get(id) else { return };
    let waits = matches!(node.live, Live::Idle | Live::Pausing);
    if waits && model.watched == Some(id) && node.collection.is_some() {
        let mut failures = node.watch_failures;
        let next = next(Some(failure.clone()), &mut failures);
        let (live, again) = after(model, WatchOf::Collection, next);
        model.tree.change(id, |node| {
            node.watch_failures = failures;
            node.live = live;
            node.again = again;
        });
    }
}

fn start(model: &mut Model, id: NodeId) {
    let Some(node) = model.tree.get(id) else { return };
    let can_watch = node.kind.resource().is_some_and(|resource| resource.can("watch"));
    let (Some(collection), Some(request)) = (&node.collection, load::table_request(model, id))
    else {
        return;
    };
    let live = if can_watch && !collection.resource_version.is_empty() {
        let request = request
            .with("watch", "1")
            .with("allowWatchBookmarks", "true")
            .with("timeoutSeconds", WATCH_SECONDS.to_string())
            .with("resourceVersion", collection.resource_version.clone());
        let columns = collection.columns.clone();
        let ticket = model.ticket();
        model.watch = Some(ticket);
        model.effects.push(Effect::WatchCollection { ticket, request, columns });
        Live::Opening(ticket)
    } else {
        Live::NotLive("the server offers no watch for it".to_owned())
    };
    model.tree.change(id, |node| {
        node.live = live;
        node.again = None;
    });
}

/// A watch is open.
pub(super) fn opened(model: &mut Model, ticket: Ticket) {
    if model.reading.live == Live::Opening(ticket) {
        model.reading.live = Live::Watching(ticket);
        model.reading.old = false;
    }
    let Some(id) = model.watched.filter(|id| is_watched(model, *id, ticket)) else { return };
    model.tree.change(id, |node| {
        node.live = Live::Watching(ticket);
        node.old = false;
    });
}

/// The server is back: watches that pause are taken up at once, and those that seem to be open go on
/// over a new connection, for nobody knows what became of theirs.
pub(super) fn take_up(model: &mut Model) {
    if let Some(ticket) = model.reading.live.ticket().filter(|_| model.reading.old) {
        model.cancel(ticket);
        model.reading.live = Live::Pausing;
    }
    if model.reading.live == Live::Pausing {
        again(model, WatchOf::Object);
    }
    let seems_open = |node: &Node| node.old && node.live.ticket().is_some();
    if let Some(id) = model.watched.filter(|id| model.tree.get(*id).is_some_and(seems_open)) {
        drop_watch(model);
        model.tree.change(id, |node| node.live = Live::Pausing);
    }
    again(model, WatchOf::Collection);
}

fn end_collection(model: &mut Model) {
    drop_watch(model);
    let Some(id) = model.watched.take() else { return };
    model.tree.change(id, |node| {
        if !matches!(node.live, Live::NotLive(_)) {
            node.live = Live::Idle;
        }
    });
}

/// Ends the watch of a collection that is to be asked otherwise; `restart` takes it up again.
pub(super) fn leave(model: &mut Model, id: NodeId) {
    if model.watched == Some(id) {
        drop_watch(model);
    }
    model.tree.change(id, |node| node.live = Live::Idle);
}

/// Stops the watch of the collection; its node may be gone already.
fn drop_watch(model: &mut Model) {
    if let Some(ticket) = model.watch.take() {
        model.cancel(ticket);
    }
}

/// Ends both watches.
pub(super) fn end_all(model: &mut Model) {
    end_collection(model);
    end_object(model);
}

/// The watch of the collection told something.
pub(super) fn deltas(model: &mut Model, ticket: Ticket, deltas: Vec<Delta>, version: String) {
    let Some(id) = model.watched.filter(|id| is_watched(model, *id, ticket)) else { return };
    model.tree.change(id, |node| node.old = false);
    retry::present(model);
    super::reading::outdated_by(model, id, &deltas);
    let deltas = marks::mark(model, id, deltas);
    model.tree.apply(id, deltas);
    model.tree.change(id, |node| {
        node.watch_failures = 0;
        if let Some(collection) = node.collection.as_mut().filter(|_| !version.is_empty()) {
            collection.resource_version = version;
        }
    });
}

fn is_watched(model: &Model, id: NodeId, ticket: Ticket) -> bool {
    model.watch == Some(ticket) && model.tree.get(id).is_some()
}

/// Watches the object that was opened, from where an earlier watch of it stood.
pub(super) fn start_object(model: &mut Model) {
    let reading = &model.reading;
    let Some(path) = reading.opened_object().cloned() else { return };
    if !matches!(reading.live, Live::Idle | Live::Pausing) {
        return;
    }
    let gvr = &path.gvr;
    let resources = model.discovery.groups.iter().flat_map(|group| &group.versions);
    let resource = resources
        .flat_map(|version| version.resources.iter().flatten())
        .find(|resource| resource.gvr == *gvr);
    if resource.is_some_and(|resource| !resource.can("watch")) {
        model.reading.live = Live::NotLive("the server offers no watch for it".to_owned());
        return;
    }
    let (from, shown) = (model.reading.watch_version.clone(), model.reading.version.clone());
    let ticket = model.ticket();
    model.reading.live = Live::Opening(ticket);
    model.reading.again = None;
    model.effects.push(Effect::WatchObject { ticket, path, from, shown });
}

/// Ends the watch of the object.
pub(super) fn end_object(model: &mut Model) {
    if let Some(ticket) = model.reading.live.ticket() {
        model.cancel(ticket);
    }
    model.reading.live = Live::Idle;
    model.reading.watch_version = None;
    model.reading.watch_failures = 0;
}

/// The watch of the object told something.
pub(super) fn object(model: &mut Model, ticket: Ticket, change: ObjectChange) {
    if model.reading.live.ticket() != Some(ticket) {
        return;
    }
    match change {
        ObjectChange::Following(version) => model.reading.watch_version = Some(version),
        ObjectChange::Version(version) => {
            model.reading.watch_failures = 0;
            model.reading.watch_version = Some(version);
        }
        ObjectChange::Now { reply, version } => {
            model.reading.gone = false;
            model.reading.watch_failures = 0;
            model.reading.watch_version = Some(version);
            super::reading::changed(model, reply);
        }
        ObjectChange::Gone => model.reading.gone = true,
    }
}

/// A watch ended: it is taken up again, unless it is forbidden or not offered.
pub(super) fn ended(model: &mut Model, ticket: Ticket, failure: Option<Failure>) {
    if model.reading.live.ticket() == Some(ticket) && model.reading.log.is_some() {
        retry::watch_ended(model, failure.as_ref());
        logs::ended(model, failure);
        return;
    }
    if model.reading.live.ticket() == Some(ticket) {
        retry::watch_ended(model, failure.as_ref());
        let failures = &mut model.reading.watch_failures;
        let next = next(failure, failures);
        if let Next::ListAgain(_) = next {
            model.reading.watch_version = None;
        }
        model.reading.old |= !matches!(next, Next::Never(_));
        (model.reading.live, model.reading.again) = after(model, WatchOf::Object, next);
        return;
    }
    let Some(id) = model.watched.filter(|id| is_watched(model, *id, ticket)) else { return };
    model.watch = None;
    if failure.as_ref().is_some_and(|failure| failure.kind == FailureKind::NotFound) {
        load::look_whether_served(model);
    }
    retry::watch_ended(model, failure.as_ref());
    let mut failures = model.tree.get(id).map_or(0, |node| node.watch_failures);
    let next = next(failure, &mut failures);
    let lists_first = matches!(next, Next::ListAgain(_));
    let at_once = next == Next::ListAgain(Duration::ZERO);
    let is_over = matches!(next, Next::Never(_));
    let (live, again) =
        if at_once { (Live::Idle, None) } else { after(model, WatchOf::Collection, next) };
    model.tree.change(id, |node| {
        node.watch_failures = failures;
        node.lists_first = lists_first && !at_once;
        node.live = live;
        node.again = again;
        node.old |= !is_over;
    });
    if at_once {
        load::reload(model, id);
    }
}

/// What follows the end of a watch.
#[derive(PartialEq)]
enum Next {
    /// It is taken up after a pause.
    Again(Duration),
    /// Its version is too old: list first, after a pause.
    ListAgain(Duration),
    /// It is not taken up.
    Never(String),
}

fn next(failure: Option<Failure>, failures: &mut u32) -> Next {
    let pause = |failures: u32| match failures {
        0 => Duration::from_millis(200),
        n => Duration::from_secs(1 << n.min(5).saturating_sub(1)),
    };
    let Some(failure) = failure else {
        let again = Next::Again(pause(*failures));
        *failures += 1;
        return again;
    };
    *failures += 1;
    let asked = failure.wait.unwrap_or_default();
    match failure.kind {
        FailureKind::NotYet if *failures < PATIENCE => Next::Again(asked.max(pause(1))),
        FailureKind::NotYet => Next::ListAgain(asked.max(pause(1))),
        FailureKind::Gone if *failures < 2 => Next::ListAgain(Duration::ZERO),
        FailureKind::Gone => Next::ListAgain(pause(*failures - 1)),
        // From the same version the same line would come again.
        FailureKind::Malformed => Next::ListAgain(pause(*failures)),
        FailureKind::NotRecorded => Next::Never("the recording ends here".to_owned()),
        FailureKind::Forbidden
        | FailureKind::NotFound
        | FailureKind::NotAcceptable
        | FailureKind::TooLong
        | FailureKind::Status(400 | 405) => Next::Never(failure.message),
        _ => Next::Again(asked.max(pause(*failures))),
    }
}

/// How a watch stands before what follows, and when it is taken up again.
fn after(model: &mut Model, of: WatchOf, next: Next) -> (Live, Option<Timestamp>) {
    match next {
        Next::Never(reason) => {
            // That a recording has no watches need not be said each time.
            if !model.connection().is_some_and(|c| c.endpoint.kind.is_recorded()) {
                model.notify(format!("Not live: {reason}"));
            }
            (Live::NotLive(reason), None)
        }
        Next::Again(pause) | Next::ListAgain(pause) => {
            model.effects.push(Effect::After(Timer::Watch(of), pause));
            (Live::Pausing, Some(model.after(pause)))
        }
    }
}

/// The pause before a watch is taken up again is over.
pub(super) fn again(model: &mut Model, of: WatchOf) {
    match of {
        WatchOf::Object => start_object(model),
        WatchOf::Log => logs::again(model),
        WatchOf::Collection => {
            let Some(id) = model.watched else { return };
            let Some(node) = model.tree.get(id).filter(|node| node.live == Live::Pausing) else {
                return;
            };
            match node.load {
                // Whatever comes of that takes it up.
                Load::Loading(_) => model.tree.change(id, |node| node.live = Live::Idle),
                Load::Failed(_) => list_first(model, id),
                _ if node.lists_first => list_first(model, id),
                _ => start(model, id),
            }
        }
    }
}

/// Reads the list again that a watch is to go on from.
fn list_first(model: &mut Model, id: NodeId) {
    model.tree.change(id, |node| {
        node.lists_first = false;
        node.live = Live::Idle;
    });
    load::reload(model, id);
}
