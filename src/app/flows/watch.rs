//! What watches and log streams deliver, and what follows when they end.

use std::time::Duration;

use crate::app::flows::{containers, events, history, list, log, marks, pod_log, read, server};
use crate::app::message::ObjectChange;
use crate::app::model::Model;
use crate::app::state::events::EventChange;
use crate::app::state::log::Containers;
use crate::app::state::watch::{Live, Next, Target};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::request::Ticket;
use crate::k8s::table::Delta;
use crate::tree::node::Load;

/// Returns what the stream of a ticket follows; `None` if it was closed.
fn target(model: &mut Model, ticket: Ticket) -> Option<Target> {
    model.watches.with(ticket).map(|watch| watch.target)
}

/// Handles that a stream is open.
pub(in crate::app) fn opened(model: &mut Model, ticket: Ticket) {
    let now = model.now;
    let Some(watch) = model.watches.with(ticket) else { return };
    watch.opened(ticket, now);
    match watch.target {
        Target::Rows(id, _) => model.tree.change(id, |node| node.old = false),
        Target::Object(_) => model.reading.old = false,
        Target::Log(_) => log::opened(model),
        Target::Source(_) | Target::Events(_) => {}
    }
}

/// Handles changed rows of a collection.
pub(in crate::app) fn rows(model: &mut Model, ticket: Ticket, deltas: Vec<Delta>, version: String) {
    let Some(Target::Rows(id, _)) = target(model, ticket) else { return };
    delivered(model, ticket);
    model.tree.change(id, |node| node.old = false);
    read::outdated_by(model, id, &deltas);
    pod_log::rows_changed(model, id, &deltas);
    let deltas = marks::mark(model, id, deltas);
    model.tree.apply(id, deltas);
    model.tree.change(id, |node| {
        if let Some(collection) = node.collection.as_mut().filter(|_| !version.is_empty()) {
            collection.resource_version = version;
        }
    });
}

/// Handles a change of the open object.
pub(in crate::app) fn object(model: &mut Model, ticket: Ticket, change: ObjectChange) {
    if !matches!(target(model, ticket), Some(Target::Object(_))) {
        return;
    }
    if !matches!(change, ObjectChange::Following(_) | ObjectChange::Gone) {
        delivered(model, ticket);
    }
    let version = match &change {
        ObjectChange::Following(version)
        | ObjectChange::Version(version)
        | ObjectChange::Now { version, .. } => Some(version.clone()),
        ObjectChange::Gone => None,
    };
    if let Some(watch) = model.watches.with(ticket).filter(|_| version.is_some()) {
        watch.version = version;
    }
    match change {
        ObjectChange::Now { reply, .. } => {
            history::seen(model, &reply);
            model.reading.gone = false;
            read::changed(model, *reply);
        }
        ObjectChange::Gone => {
            model.reading.gone = true;
            history::deleted(model);
        }
        ObjectChange::Following(_) => history::followed(model),
        ObjectChange::Version(_) => {}
    }
}

/// Handles a change of a source of the container's view.
pub(in crate::app) fn changed(model: &mut Model, ticket: Ticket, version: String, differs: bool) {
    let Some(Target::Source(number)) = target(model, ticket) else { return };
    delivered(model, ticket);
    if let Some(watch) = model.watches.with(ticket) {
        watch.version = Some(version);
    }
    if differs {
        containers::needs::changed(model, number);
    }
}

/// Handles changes of the listed events.
pub(in crate::app) fn events(
    model: &mut Model,
    ticket: Ticket,
    changes: Vec<EventChange>,
    version: String,
) {
    if matches!(target(model, ticket), Some(Target::Events(_))) {
        delivered(model, ticket);
        events::changed(model, changes, version);
    }
}

/// Handles new lines of the followed log.
pub(in crate::app) fn lines(model: &mut Model, ticket: Ticket, text: &[u8]) {
    if matches!(target(model, ticket), Some(Target::Log(_))) {
        delivered(model, ticket);
        log::lines(model, text);
    }
}

/// Handles the number of containers whose logs are read.
pub(in crate::app) fn reading(model: &mut Model, ticket: Ticket, containers: Containers) {
    if matches!(target(model, ticket), Some(Target::Log(_)))
        && let Some(log) = &mut model.reading.log
    {
        log.containers = Some(containers);
    }
}

/// A stream that delivers proves that the server answers.
fn delivered(model: &mut Model, ticket: Ticket) {
    if let Some(watch) = model.watches.with(ticket) {
        watch.delivered();
    }
    server::answered(model, model.now);
}

/// Handles the end of a stream: it is retried, unless it is forbidden or not offered.
pub(in crate::app) fn ended(model: &mut Model, ticket: Ticket, failure: Option<Failure>) {
    let Some(target) = target(model, ticket) else { return };
    server::watch_ended(model, failure.as_ref());
    let now = model.now;
    let Some(watch) = model.watches.get_mut(target) else { return };
    match target {
        Target::Rows(id, _) => {
            let is_missing = failure.as_ref().map(|failure| failure.kind);
            let next = watch.next(failure.as_ref(), now);
            model.discovery_wanted |= is_missing == Some(FailureKind::NotFound);
            let is_over = matches!(next, Next::Never(_));
            model.tree.change(id, |node| node.old |= !is_over);
            follow_up(model, target, next, failure.as_ref());
        }
        Target::Object(_) => {
            let next = watch.next(failure.as_ref(), now);
            if matches!(next, Next::ListAgain(_)) {
                watch.version = None;
            }
            model.reading.old |= !matches!(next, Next::Never(_));
            if matches!(next, Next::ListAgain(_)) {
                history::cut(model);
            }
            follow_up(model, target, next, failure.as_ref());
        }
        Target::Source(_) => {
            let next = watch.next(failure.as_ref(), now);
            if matches!(next, Next::ListAgain(_)) {
                watch.version = None;
            }
            follow_up(model, target, next, failure.as_ref());
        }
        Target::Events(_) => {
            let next = watch.next(failure.as_ref(), now);
            follow_up(model, target, next, failure.as_ref());
        }
        Target::Log(_) => match failure {
            None => {
                watch.live = Live::Idle;
                log::ended(model);
            }
            Some(failure) => {
                let failures = watch.failures;
                watch.failures += 1;
                let next = log::failed(model, &failure, failures);
                follow_up(model, target, next, Some(&failure));
            }
        },
    }
}

/// Notes that the list failed that the watch of a collection is to continue from.
pub(in crate::app) fn list_failed(model: &mut Model, target: Target, failure: &Failure) {
    let now = model.now;
    let Some(watch) = model.watches.get_mut(target) else { return };
    let next = watch.next(Some(failure), now);
    follow_up(model, target, next, Some(failure));
}

/// Pauses a stream before it is retried, or gives it up.
fn follow_up(model: &mut Model, target: Target, next: Next, failure: Option<&Failure>) {
    let now = model.now;
    let requested = failure.is_some_and(|failure| failure.wait.is_some());
    let is_replay = model.is_replay();
    let until = |pause| model.after(pause);
    let (pause, lists_first) = match next {
        Next::Never(reason) => {
            // Every collection of a recording would report that it has no watches.
            match target {
                // A recording has no watches.
                Target::Source(_)
                    if failure.is_some_and(|it| it.kind == FailureKind::NotRecorded) => {}
                Target::Source(number) => {
                    containers::needs::not_followed(model, number, &reason);
                }
                Target::Rows(..) | Target::Object(_) if !is_replay => {
                    model.notify(format!("Not live: {reason}"));
                }
                _ => {}
            }
            if let Some(watch) = model.watches.get_mut(target) {
                watch.live = Live::NotLive(reason);
            }
            return;
        }
        Next::Retry(pause) => (pause, false),
        Next::ListAgain(pause) => (pause, true),
    };
    let until = until(pause);
    let Some(watch) = model.watches.get_mut(target) else { return };
    watch.lists_first |= lists_first;
    watch.pause(now, until, requested);
    if let (Target::Rows(..), Duration::ZERO) = (target, pause) {
        retry(model, target);
    }
}

/// Ends the pause of a stream. A collection whose list is out of date or failed is listed first.
pub(in crate::app) fn retry(model: &mut Model, target: Target) {
    let Some(watch) = model.watches.get_mut(target) else { return };
    watch.hurried_now = false;
    if !matches!(watch.live, Live::Paused(_)) {
        return;
    }
    watch.live = Live::Idle;
    let lists_first = std::mem::take(&mut watch.lists_first);
    if let (Target::Events(_), true) = (target, lists_first) {
        events::refresh(model);
    }
    let Target::Rows(id, _) = target else { return };
    match model.tree.get(id).map(|node| &node.load) {
        // The watch continues from the list that is being loaded.
        None | Some(Load::Loading(_)) => {}
        Some(Load::Failed(_)) => list::reload(model, id),
        Some(_) if lists_first => list::reload(model, id),
        Some(_) => {}
    }
}

/// Retries the streams whose pause ended early.
pub(in crate::app) fn settle(model: &mut Model) {
    let hurried = model.watches.iter().filter(|watch| watch.hurried_now);
    let hurried: Vec<Target> = hurried.map(|watch| watch.target).collect();
    for target in hurried {
        retry(model, target);
    }
}

/// The server is back: all streams are opened over a new connection, because those that seem to be
/// open may have lost theirs.
pub(in crate::app) fn reconnect(model: &mut Model) {
    let streams: Vec<(Target, Option<Ticket>)> =
        model.watches.iter().map(|watch| (watch.target, watch.live.ticket())).collect();
    for (target, ticket) in streams {
        let is_old = match target {
            Target::Rows(id, _) => model.tree.get(id).is_some_and(|node| node.old),
            Target::Object(_) | Target::Log(_) => model.reading.old,
            Target::Source(_) => true,
            Target::Events(_) => false,
        };
        if let Some(ticket) = ticket.filter(|_| is_old) {
            model.cancel(ticket);
            if let Some(watch) = model.watches.get_mut(target) {
                watch.live = Live::Idle;
            }
        }
        retry(model, target);
    }
}
