//! The document: what it is about, and when it is fetched.

pub(in crate::app) mod root;

use std::sync::Arc;
use std::time::Duration;

use crate::app::answer::Reply;
use crate::app::flows::{api_service, counts, history, list, log, places, retry, rights};
use crate::app::message::Timer;
use crate::app::model::Model;
use crate::app::question::Question;
use crate::app::state::reading::{Paused, ReadState, Reading, Shown};
use crate::app::state::subject::{Attention, Subject, subject};
use crate::app::state::watch::Live;
use crate::document::Format;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::Namespace;
use crate::k8s::path::ApiPath;
use crate::k8s::table::Delta;
use crate::tree::node::{Load, NodeKind};
use crate::tree::{NodeId, RowRef};

/// The cursor has rested after this time on a row.
const REST: Duration = Duration::from_millis(200);

/// Starts waiting for the cursor to rest.
fn rest_later(model: &mut Model, pause: Duration) {
    model.rests_at = Some(model.after(pause));
    // The clock of a replayed recording stands still: the due time may be the same as before.
    model.timers.remove(&Timer::Rest);
}

/// Attends to the row at the cursor if it is another one than before. A document whose object was
/// deleted stays until the user moves the cursor.
pub(in crate::app) fn settle(model: &mut Model, is_input: bool) {
    let attention = attention(model);
    if model.attended.as_ref() == Some(&attention) || model.connection().is_none() {
        return;
    }
    model.attended = Some(attention);
    if is_input || !model.reading.gone {
        moved(model);
    }
}

/// Returns what is at the cursor.
fn attention(model: &Model) -> Attention {
    let row = model.tree.cursor();
    subject(&model.tree, row).map_or(Attention::Row(row), |it| Attention::Answer(it.request))
}

/// The cursor moved: a request for the row that it left is cancelled, and the answer of the new row is
/// fetched once the cursor rests.
fn moved(model: &mut Model) {
    if let ReadState::Loading(ticket) = model.reading.state {
        model.cancel(ticket);
    }
    let abandons = model.reading.rows().is_some_and(|id| list::abandon(model, id));
    if abandons || matches!(model.reading.state, ReadState::Loading(_) | ReadState::Opening) {
        model.reading.state = ReadState::Nothing;
        model.reading.subject = None;
        model.reading.follows = false;
    }
    rest_later(model, REST);
}

/// Handles a rest of the cursor.
pub(in crate::app) fn rested(model: &mut Model) {
    model.rests_at = None;
    show_cursor(model);
    model.root = None;
    list::watch_cursor(model);
    counts::fetch(model);
}

/// Shows the answer of the row at the cursor, unless it is shown already.
fn show_cursor(model: &mut Model) {
    let mut wanted = subject(&model.tree, model.tree.cursor());
    if let Some(wanted) = &mut wanted {
        let forbidden = rights::reason(model, &wanted.needs());
        wanted.by_enter = forbidden.or(wanted.by_enter);
    }
    let is_same = match (&wanted, &model.reading.subject) {
        (Some(wanted), Some(present)) => wanted.request == present.request,
        (wanted, present) => wanted.is_none() && present.is_none(),
    };
    if is_same {
        if let Some(seconds) = model.reading.retry_at.and_then(|at| model.until(at)) {
            rest_later(model, Duration::from_secs(seconds));
        } else if model.reading.paused.is_none() && std::mem::take(&mut model.reading.outdated) {
            refresh(model);
        }
        return;
    }
    leave(model);
    model.reading.state = match &wanted {
        None => ReadState::Nothing,
        Some(_) => ReadState::ByEnter,
    };
    let has_rows = |id| model.tree.get(id).is_some_and(|node| node.collection.is_some());
    let fetches = wanted
        .as_ref()
        .is_some_and(|wanted| wanted.by_enter.is_none() || wanted.rows.is_some_and(has_rows));
    model.reading.subject = wanted;
    if fetches {
        fetch(model);
    }
}

/// ⏎ on a row: its answer is fetched, whatever it is, and the changes of an object are followed.
pub(in crate::app) fn enter(model: &mut Model, row: RowRef) {
    let Some(mut wanted) = subject(&model.tree, row) else { return };
    wanted.opened = true;
    // Opening may move the cursor, or make a node of its row; nothing waits for it to rest.
    model.attended = Some(attention(model));
    show_opened(model, wanted);
    list::watch_cursor(model);
}

/// Shows the answer of an opened row.
fn show_opened(model: &mut Model, wanted: Subject) {
    let is_shown = matches!(model.reading.state, ReadState::Ready | ReadState::Rows(_));
    if model.reading.is_about(&wanted.request) && is_shown {
        model.reading.subject = Some(wanted);
        model.reading.follows = true;
        return;
    }
    leave(model);
    model.reading.subject = Some(wanted);
    fetch(model);
}

/// True if ⏎ on a row would fetch more than is shown.
#[must_use]
pub(in crate::app) fn awaits_enter(model: &Model, row: RowRef) -> bool {
    let Some(wanted) = subject(&model.tree, row) else { return false };
    let Some(present) = &model.reading.subject else { return true };
    present.request != wanted.request
        || !present.opened && (wanted.object.is_some() || wanted.by_enter.is_some())
}

/// Fetches the shown answer again.
pub(in crate::app) fn refresh(model: &mut Model) {
    let may = model.reading.subject.as_ref().is_some_and(|s| s.opened || s.by_enter.is_none());
    if may {
        fetch(model);
    }
}

/// Fetches the document again if it failed while the server did not answer, or if it is out of date and
/// no watch delivers what was missed.
pub(in crate::app) fn catch_up(model: &mut Model) {
    let reading = &model.reading;
    let failed = matches!(&reading.state, ReadState::Failed(f) if f.kind.may_recover());
    let is_watched = reading.follows && !matches!(model.live_document(), Live::NotLive(_));
    if failed || reading.old && !is_watched {
        refresh(model);
    }
}

/// Leaves the subject.
fn leave(model: &mut Model) {
    if let ReadState::Loading(ticket) = model.reading.state {
        model.cancel(ticket);
    }
    let reading = std::mem::take(&mut model.reading);
    model.reading = Reading {
        pane: reading.pane,
        table: reading.table,
        shown: reading.shown,
        object: reading.object,
        judged: reading.judged,
        revision: reading.revision,
        visit: reading.visit + 1,
        version: reading.version,
        ..Reading::default()
    };
}

fn fetch(model: &mut Model) {
    let Some(subject) = &model.reading.subject else { return };
    let is_streamed = subject.is_followed() || subject.logs.is_some();
    let request = subject.request.clone();
    let rows = subject.rows.filter(|_| !model.reading.table.as_text);
    if let ReadState::Loading(ticket) = model.reading.state {
        model.cancel(ticket);
    }
    if let Some(id) = rows {
        show_rows(model, id);
        return;
    }
    if is_streamed {
        log::begin(model);
        return;
    }
    if let Some(reply) = places::take_reply(model, &request) {
        received(model, Ok(reply));
        return;
    }
    if request.path == ApiPath::Root && root::share(model) {
        return;
    }
    let ticket = model.send(Question::document(request));
    model.reading.state = ReadState::Loading(ticket);
}

/// Shows the rows of a collection as a table. They are loaded if they were not requested yet.
fn show_rows(model: &mut Model, id: NodeId) {
    model.reading.state = ReadState::Rows(id);
    if model.tree.get(id).is_some_and(|node| node.load == Load::NotLoaded) {
        list::first_page(model, id);
    }
}

/// Shows the answer in the next form: YAML, JSON, the bytes as received, and the list of a collection
/// as a table.
pub(in crate::app) fn next_format(model: &mut Model) {
    let is_list = model.reading.subject.as_ref().is_some_and(|subject| subject.rows.is_some());
    let table = &mut model.reading.table;
    if !is_list || table.as_text && model.reading.pane.format() != Format::Raw {
        model.reading.pane.next_format();
        return;
    }
    table.as_text = !table.as_text;
    model.reading.pane.set_format(Format::Yaml);
    fetch(model);
}

/// Handles the document.
pub(in crate::app) fn received(model: &mut Model, result: Result<Reply, Failure>) {
    model.reading.retry_at = None;
    match result {
        Ok(Reply { failure: Some(failure), .. }) if keeps(model, &failure) => {
            failed(model, failure);
        }
        Ok(reply) => {
            model.reading.gone = false;
            model.reading.old = false;
            // The fetched answer is newer than the waiting changes.
            model.reading.paused = model.reading.paused.take().map(|_| Paused::default());
            retry_later(model, reply.failure.as_ref());
            match &reply.failure {
                Some(failure) => _ = log::waits_to_start(model, failure),
                None => log::started(model),
            }
            history::fetched(model, &reply);
            show(model, reply);
            model.reading.state = ReadState::Ready;
            mark_version(model);
            api_service::check(model);
            let is_good = model.reading.shown.as_ref().is_some_and(|it| it.failure.is_none());
            model.reading.follows |= is_good;
        }
        Err(failure) => failed(model, failure),
    }
}

/// No answer arrived; one that was read before stays.
fn failed(model: &mut Model, failure: Failure) {
    retry_later(model, Some(&failure));
    model.reading.old = true;
    model.reading.state = ReadState::Failed(failure);
}

/// True if what is shown says more than a failure does: it is a good answer to the same request.
fn keeps(model: &Model, failure: &Failure) -> bool {
    let is_gone = matches!(failure.kind, FailureKind::NotFound | FailureKind::NotRecorded);
    model.reading.shown_subject().is_some_and(|shown| shown.failure.is_none()) && !is_gone
}

/// Fetches the document again after the pause that the server asks for, while the cursor stays.
fn retry_later(model: &mut Model, failure: Option<&Failure>) {
    let pause = failure.and_then(|failure| retry::pause(failure, model.reading.tries));
    model.reading.tries = if pause.is_some() { model.reading.tries + 1 } else { 0 };
    if let Some(pause) = pause {
        model.reading.retry_at = Some(model.after(pause));
        model.reading.outdated = true;
        rest_later(model, pause);
    }
}

/// Marks a version as failed whose own document failed before it was opened.
fn mark_version(model: &mut Model) {
    let failure = model.reading.shown.as_ref().and_then(|shown| shown.failure.clone());
    let (Some(failure), RowRef::Node(id)) = (failure, model.tree.cursor()) else { return };
    let is_it = model.tree.get(id).is_some_and(|node| {
        let path = node.kind.path();
        matches!(node.kind, NodeKind::Version { .. })
            && matches!(node.load, Load::NotLoaded | Load::Failed(_))
            && path.as_ref() == model.reading.subject.as_ref().map(|s| &s.request.path)
    });
    if is_it {
        model.tree.set_load(id, Load::Failed(failure));
    }
}

/// Shows an answer of the present subject.
pub(in crate::app) fn show(model: &mut Model, mut reply: Reply) {
    let Some(subject) = &model.reading.subject else { return };
    let request = subject.request.clone();
    if let Some(failure) = &mut reply.failure
        && let Some(hint) = rights::hint(model, &request.path, failure)
    {
        failure.hint = hint;
    }
    let is_log = subject.is_log();
    let is_first = model.reading.shown.as_ref().is_none_or(|shown| shown.request != request);
    if is_first {
        places::restore(model, &request.path);
    }
    model.reading.revision += 1;
    model.reading.version = reply.version;
    model.reading.object = reply.object;
    model.reading.judged = reply.judged;
    if let Some(past) = &mut model.reading.past {
        past.newest = Arc::clone(&reply.document);
    } else {
        model.reading.pane.show(&request.path_and_query(), &reply.document);
    }
    if is_log && is_first {
        model.reading.pane.move_to_bottom();
    }
    model.reading.shown = Some(Shown {
        request,
        status: reply.status,
        // Neither a redirect nor a proxy that refuses by itself sends a `Status`.
        is_explained: reply.status >= 400 && (reply.status != 403 || reply.document.is_json()),
        bytes: reply.bytes,
        elapsed: reply.elapsed,
        failure: reply.failure,
        warnings: reply.warnings,
    });
}

/// Shows a new state of the object, or keeps it while updates are paused.
pub(in crate::app) fn changed(model: &mut Model, reply: Reply) {
    match &mut model.reading.paused {
        Some(paused) => {
            paused.waiting += 1;
            paused.held = Some(reply);
        }
        None => show(model, reply),
    }
}

/// Pauses live updates of the document, or resumes them and shows what waited.
pub(in crate::app) fn toggle_pause(model: &mut Model) {
    match model.reading.paused.take() {
        Some(Paused { held: Some(reply), .. }) => show(model, reply),
        Some(_) if model.reading.log.is_some() => log::show(model),
        Some(_) if model.reading.outdated => {
            model.reading.outdated = false;
            refresh(model);
        }
        Some(_) => {}
        None if model.reading.state == ReadState::Ready => {
            model.reading.paused = Some(Paused::default());
        }
        None => model.notify("Nothing to pause: no answer is shown"),
    }
}

/// Rows of a collection changed: an object that is shown but not watched is fetched again.
pub(in crate::app) fn outdated_by(model: &mut Model, id: NodeId, deltas: &[Delta]) {
    let Some(subject) = &model.reading.subject else { return };
    let (Some(object), opened) = (subject.object.as_ref(), subject.opened) else { return };
    if model.tree.collection_at(model.tree.cursor()) != Some(id) {
        return;
    }
    let is_it = |namespace: Option<&Namespace>, name: &str| {
        *object.name == *name && namespace.is_none_or(|ns| object.namespace.as_ref() == Some(ns))
    };
    let exists = deltas.iter().rev().find_map(|delta| match delta {
        Delta::Applied(row) if is_it(row.namespace.as_ref(), row.name()) => Some(true),
        Delta::Deleted { namespace, name } if is_it(namespace.as_ref(), name) => Some(false),
        _ => None,
    });
    // A deleted object keeps its document.
    model.reading.gone |= exists == Some(false);
    if exists == Some(true) && !opened {
        model.reading.outdated = true;
        if let Some(paused) = &mut model.reading.paused {
            paused.waiting += 1;
        }
        rest_later(model, REST);
    }
}
