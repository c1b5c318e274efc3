//! What should run: the watches, log streams and timers of the present state. After each message they
//! are compared with those that do run, which are opened, closed and restarted accordingly.

use std::time::Duration;

use jiff::Timestamp;

use crate::app::effect::{Effect, StreamKind};
use crate::app::flows::{events, list, log, watch};
use crate::app::message::Timer;
use crate::app::model::Model;
use crate::app::state::containers::MAX_SOURCES;
use crate::app::state::watch::{Live, Target};
use crate::k8s::request::Request;
use crate::tree::node::Load;

mod ages;

/// A watch is ended by the server after this many seconds and then opened again, so that a connection
/// that died unnoticed does not stay for long.
const WATCH_SECONDS: u32 = 290;

/// Opens, closes and restarts streams and timers, so that those run that should.
pub(in crate::app) fn reconcile(model: &mut Model) {
    let documents = rows(model).into_iter().chain(document(model)).chain(events(model));
    let targets: Vec<Target> = documents.chain(sources(model)).collect();
    for ticket in model.watches.keep(&targets) {
        model.effects.push(Effect::Cancel(ticket));
    }
    for target in targets {
        if *model.watches.live(|other| other == target) == Live::Idle {
            open(model, target);
        }
    }
    let timers = timers(model);
    model.timers.retain(|timer, _| timers.iter().any(|(wanted, _)| wanted == timer));
    for (timer, at) in timers {
        if model.timers.insert(timer, at) != Some(at) {
            let pause = at.duration_since(model.now);
            let pause = Duration::try_from(pause).unwrap_or_default();
            model.effects.push(Effect::After(timer, pause));
        }
    }
}

/// Returns the collection to watch: the one at the cursor, once it is loaded.
fn rows(model: &Model) -> Option<Target> {
    let id = model.watched?;
    let node = model.tree.get(id)?;
    let has_page = node.collection.as_ref().is_some_and(|rows| !rows.is_arriving);
    let is_loaded = has_page && !node.selects_anew;
    is_loaded.then_some(Target::Rows(id, node.lists))
}

/// Returns the object to watch or the log to follow: the one that was opened.
fn document(model: &Model) -> Option<Target> {
    let reading = &model.reading;
    if let Some(log) = &reading.log {
        return (reading.follows && !log.ended).then_some(Target::Log(reading.visit));
    }
    let is_object = reading.opened_object().is_some();
    (reading.follows && is_object).then_some(Target::Object(reading.visit))
}

/// Returns the sources of the container's view, while it is open.
fn sources(model: &Model) -> Vec<Target> {
    let containers = &model.containers;
    let is_live = model.connection().is_some_and(|it| it.endpoint.recorded_at.is_none());
    let is_open = model.container_view && !model.alone && containers.object.is_some();
    if !is_live || !is_open || containers.is_alone {
        return Vec::new();
    }
    let followed = containers.sources.followed().take(MAX_SOURCES);
    followed.map(|(number, _)| Target::Source(number)).collect()
}

/// Returns the list of events to watch: the one that is shown, once it is loaded.
fn events(model: &Model) -> Option<Target> {
    events::is_watched(model).then_some(Target::Events(model.events.number))
}

/// Opens a stream.
fn open(model: &mut Model, target: Target) {
    let source = match target {
        Target::Rows(id, _) => {
            let Some(node) = model.tree.get(id) else { return };
            match &node.load {
                // The watch continues from the list that is being loaded.
                Load::Loading(_) => return,
                Load::Failed(failure) => {
                    let failure = failure.clone();
                    watch::list_failed(model, target, &failure);
                    return;
                }
                Load::NotLoaded | Load::Ready => {}
            }
            watch_rows(model, target)
        }
        Target::Object(_) => watch_object(model, target),
        Target::Log(_) => log::source(model),
        Target::Source(number) => watch_source(model, target, number),
        Target::Events(_) => {
            let watched = events::watched(model);
            watched.map(|(list, version)| StreamKind::Events(watch_request(list, version)))
        }
    };
    let Some(source) = source else {
        if let Some(watch) = model.watches.get_mut(target) {
            watch.live = Live::NotLive("the resource does not support the verb watch".to_owned());
        }
        return;
    };
    let ticket = model.ticket();
    if let Some(watch) = model.watches.get_mut(target) {
        watch.live = Live::Opening(ticket);
    }
    model.effects.push(Effect::Stream { ticket, source });
}

fn watch_rows(model: &Model, target: Target) -> Option<StreamKind> {
    let Target::Rows(id, _) = target else { return None };
    let node = model.tree.get(id)?;
    let collection = node.collection.as_ref()?;
    let can_watch = node.kind.resource().is_some_and(|resource| resource.can("watch"));
    if !can_watch || collection.resource_version.is_empty() {
        return None;
    }
    let request = watch_request(list::request(model, id)?, &collection.resource_version);
    let related = node.related().cloned();
    Some(StreamKind::Rows { request, columns: collection.columns.clone(), related })
}

fn watch_object(model: &mut Model, target: Target) -> Option<StreamKind> {
    let path = model.reading.opened_object()?.clone();
    if model.discovery.resource(&path.gvr).is_some_and(|resource| !resource.can("watch")) {
        return None;
    }
    let from = model.watches.get_mut(target)?.version.clone();
    Some(StreamKind::Object { path, from, shown: model.reading.version.clone() })
}

fn watch_source(model: &mut Model, target: Target, number: u32) -> Option<StreamKind> {
    let version = model.watches.get_mut(target)?.version.clone();
    let sources = &model.containers.sources;
    let key = sources.numbered(number)?;
    let shown = sources.version(key).map(str::to_owned);
    // The version of a list is a place to start from, that of an object is none.
    let from = version.or_else(|| shown.clone().filter(|_| !key.is_object()));
    Some(StreamKind::Changes { list: key.watched_list(), from, shown })
}

/// Turns the request of a list into that of its watch.
#[must_use]
pub fn watch_request(list: Request, version: &str) -> Request {
    list.with("watch", "1")
        .with("allowWatchBookmarks", "true")
        .with("timeoutSeconds", WATCH_SECONDS.to_string())
        .with("resourceVersion", version)
}

/// Returns the timers that should run, and when they are due.
fn timers(model: &Model) -> Vec<(Timer, Timestamp)> {
    let mut timers: Vec<(Timer, Timestamp)> = Vec::new();
    timers.extend(model.rests_at.map(|at| (Timer::Rest, at)));
    timers.extend(model.notice.as_ref().map(|notice| (Timer::Notice, notice.until)));
    timers.extend(model.marked.iter().map(|(id, at)| (Timer::Marks(*id), *at)));
    timers.extend(model.server_retry_at.map(|at| (Timer::Server, at)));
    timers.extend(model.retries.iter().map(|(id, at)| (Timer::Node(*id), *at)));
    let paused = model.watches.iter();
    timers.extend(paused.filter_map(|w| Some((Timer::Watch(w.target), w.live.retry_at()?))));
    let has_retry = timers.iter().any(|(timer, _)| timer.is_retry());
    let Some(connection) = model.connection().filter(|it| it.endpoint.time_passes()) else {
        return timers;
    };
    if has_retry
        || model.reading.retry_at.is_some()
        || !model.pending.is_empty()
        || connection.away.is_some()
    {
        timers.push((Timer::Second, next_multiple(model.now, 1)));
    }
    let rows = model.watched.map(|_| next_multiple(model.now, 60));
    let judged = model.health.due_at.into_iter().chain(rows).min();
    timers.extend(judged.map(|at| (Timer::Health, at)));
    timers.extend(ages::next_change(model).map(|at| (Timer::Age, at)));
    timers
}

/// Returns the next time whose Unix seconds are a multiple of `seconds`.
fn next_multiple(now: Timestamp, seconds: i64) -> Timestamp {
    let next = (now.as_second().div_euclid(seconds) + 1) * seconds;
    Timestamp::from_second(next).unwrap_or(Timestamp::MAX)
}
