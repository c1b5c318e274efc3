//! The answer beside the tree: of what it is, how it came, and when it is asked for.

use std::time::Duration;

use jiff::Timestamp;

use crate::app::effect::Effect;
use crate::app::logs::{self, Log};
use crate::app::message::{Question, Reply, Timer, Want};
use crate::app::model::{Model, Purpose};
use crate::app::{api_service, load, rights, watches};
use crate::document::DocumentPane;
use crate::k8s::failure::Failure;
use crate::k8s::names::Namespace;
use crate::k8s::path::ObjectPath;
use crate::k8s::request::Request;
use crate::k8s::request::Ticket;
use crate::k8s::table::Delta;
use crate::tree::node::Live;
use crate::tree::{NodeId, RowRef};

mod pause;
mod subject;
mod trouble;

pub use pause::Paused;
pub(super) use pause::{changed, toggle as toggle_pause};
pub use subject::Subject;
pub(super) use subject::subject;
pub(super) use trouble::{catch_up, mark_old};
use trouble::{failed, keeps, mark_version, try_again};

/// The cursor has rested when it stayed on a row for this long.
pub(super) const REST: Duration = Duration::from_millis(200);

/// The document pane: what is asked, how it stands, and what is shown.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// What the pane is about.
    pub subject: Option<Subject>,
    /// How asking for it stands.
    pub state: ReadState,
    /// The answer that is shown, of `shown`.
    pub pane: DocumentPane,
    /// How the shown answer came.
    pub shown: Option<Shown>,
    /// Whether it follows the server.
    pub live: Live,
    /// Whether the object is gone; its last state stays.
    pub gone: bool,
    /// The log that is followed.
    pub log: Option<Box<Log>>,
    /// While it stands still: what came since.
    pub paused: Option<Paused>,
    /// Where it is of a version in trouble: what the aggregator knows of that, in sentences.
    pub behind: Vec<String>,
    /// Counts the answers that were shown.
    pub(super) revision: u64,
    /// The shown object's `metadata.resourceVersion`.
    pub(super) version: String,
    pub(super) watch_version: Option<String>,
    pub(super) watch_failures: u32,
    /// Whether what is shown may have changed since, because the server could not be heard.
    pub old: bool,
    /// When it is asked for, or watched, again by itself.
    pub again: Option<Timestamp>,
    outdated: bool,
    /// How often in a row it was asked for again by itself.
    tries: u32,
}

/// How asking for a document stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ReadState {
    /// The row has no answer of its own.
    #[default]
    Nothing,
    /// It is asked for by ⏎ only.
    ByEnter,
    /// It was asked for.
    Loading(Ticket),
    /// It is shown.
    Ready,
    /// No answer came.
    Failed(Failure),
}

/// How the shown answer came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The request.
    pub request: Request,
    /// The HTTP status.
    pub status: u16,
    /// The size of the body in bytes.
    pub bytes: usize,
    /// From the request to the last byte.
    pub elapsed: Duration,
    /// What a status of 300 and above tells.
    pub failure: Option<Failure>,
    /// Whether the body says why that is.
    pub is_explained: bool,
    /// The texts of the server's Warning headers.
    pub warnings: Vec<String>,
}

impl Reading {
    /// The object that was opened, whose changes are followed.
    #[must_use]
    pub fn opened_object(&self) -> Option<&ObjectPath> {
        self.subject.as_ref().filter(|subject| subject.opened)?.object.as_ref()
    }
}

/// What the cursor is on: the request of its answer, or else the row. A row that only has another
/// place than before is still the same.
#[must_use]
pub(super) fn attention(model: &Model) -> Attention {
    let place = model.tree.cursor();
    subject(&model.tree, place)
        .map_or(Attention::Row(place), |subject| Attention::Answer(subject.request))
}

/// What the cursor is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Attention {
    /// Something with an answer.
    Answer(Request),
    /// A row without one.
    Row(RowRef),
}

/// Whether the document stays though the cursor is on another row now: its object is
/// gone, and nobody moved the cursor away from it.
#[must_use]
pub(super) fn stays(model: &Model) -> bool {
    model.reading.gone
}

/// The cursor moved: what was on the way for the row that it left is dropped, and the answer of the
/// new one is asked for once it has rested.
pub(super) fn moved(model: &mut Model) {
    if let ReadState::Loading(ticket) = model.reading.state {
        model.cancel(ticket);
        model.reading.state = ReadState::Nothing;
        model.reading.subject = None;
    }
    model.effects.push(Effect::After(Timer::Rest, REST));
}

/// The cursor rested.
pub(super) fn rested(model: &mut Model) {
    watches::follow_cursor(model);
    load::ask_counts(model);
    let mut wanted = subject(&model.tree, model.tree.cursor());
    if let Some(wanted) = &mut wanted {
        let forbidden = rights::reason(model, &wanted.request.path);
        wanted.by_enter = forbidden.or(wanted.by_enter);
    }
    let same = match (&wanted, &model.reading.subject) {
        (Some(wanted), Some(present)) => wanted.request == present.request,
        (wanted, present) => wanted.is_none() && present.is_none(),
    };
    if same {
        if let Some(seconds) = model.reading.again.and_then(|again| model.until(again)) {
            model.effects.push(Effect::After(Timer::Rest, Duration::from_secs(seconds)));
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
    let asks = wanted.as_ref().is_some_and(|wanted| wanted.by_enter.is_none());
    model.reading.subject = wanted;
    if asks {
        fetch(model);
    }
}

/// ⏎ on a row: its answer is asked for, whatever it is, and an object is followed.
pub(super) fn enter(model: &mut Model, place: RowRef) {
    let Some(mut wanted) = subject(&model.tree, place) else { return };
    wanted.opened = true;
    // Opening may move the cursor, or make a node of its row; there is no rest to wait for.
    model.attended = Some(attention(model));
    watches::follow_cursor(model);
    let shows_it = model.reading.subject.as_ref().is_some_and(|subject| {
        subject.request == wanted.request && model.reading.state == ReadState::Ready
    });
    if shows_it {
        model.reading.subject = Some(wanted);
        watches::start_object(model);
        return;
    }
    leave(model);
    model.reading.subject = Some(wanted);
    fetch(model);
}

/// Whether ⏎ on a row would ask for more than is shown.
#[must_use]
pub(super) fn awaits_enter(model: &Model, place: RowRef) -> bool {
    let Some(wanted) = subject(&model.tree, place) else { return false };
    let Some(present) = &model.reading.subject else { return true };
    present.request != wanted.request
        || !present.opened && (wanted.object.is_some() || wanted.by_enter.is_some())
}

/// Asks for the shown answer again.
pub(super) fn refresh(model: &mut Model) {
    let may = model.reading.subject.as_ref().is_some_and(|s| s.opened || s.by_enter.is_none());
    if may {
        fetch(model);
    }
}

fn leave(model: &mut Model) {
    if let ReadState::Loading(ticket) = model.reading.state {
        model.cancel(ticket);
    }
    watches::end_object(model);
    model.reading.gone = false;
    model.reading.outdated = false;
    model.reading.old = false;
    model.reading.again = None;
    model.reading.tries = 0;
    model.reading.behind.clear();
    model.reading.paused = None;
    model.reading.log = None;
    model.reading.state = ReadState::Nothing;
}

fn fetch(model: &mut Model) {
    let Some(subject) = &model.reading.subject else { return };
    let (request, is_followed) = (subject.request.clone(), subject.is_followed());
    if let ReadState::Loading(ticket) = model.reading.state {
        model.cancel(ticket);
    }
    if is_followed {
        logs::begin(model);
        return;
    }
    let ticket = model.ask(Purpose::Document, Question { request, want: Want::Document });
    model.reading.state = ReadState::Loading(ticket);
}

/// The document came.
pub(super) fn answered(model: &mut Model, result: Result<Reply, Failure>) {
    model.reading.again = None;
    match result {
        Ok(Reply { failure: Some(failure), .. }) if keeps(model, &failure) => {
            failed(model, failure);
        }
        Ok(reply) => {
            model.reading.gone = false;
            model.reading.old = false;
            // What was asked for anew is newer than what waits.
            model.reading.paused = model.reading.paused.take().map(|_| Paused::default());
            try_again(model, reply.failure.as_ref());
            match &reply.failure {
                Some(failure) => _ = logs::waits_to_start(model, failure),
                None => logs::started(model),
            }
            show(model, reply);
            model.reading.state = ReadState::Ready;
            mark_version(model);
            api_service::look(model);
            if model.reading.shown.as_ref().is_some_and(|shown| shown.failure.is_none()) {
                watches::start_object(model);
            }
        }
        Err(failure) => failed(model, failure),
    }
}

/// Shows an answer of the present subject.
pub(super) fn show(model: &mut Model, mut reply: Reply) {
    let Some(subject) = &model.reading.subject else { return };
    let request = subject.request.clone();
    if let Some(failure) = &mut reply.failure
        && let Some(hint) = rights::hint(model, &request.path, failure)
    {
        failure.hint = hint;
    }
    let is_log = subject.is_log();
    let is_first = model.reading.shown.as_ref().is_none_or(|shown| shown.request != request);
    model.reading.revision += 1;
    model.reading.version = reply.version;
    model.reading.pane.show(&request.path_and_query(), &reply.document);
    if is_log && is_first {
        model.reading.pane.move_to_bottom();
    }
    model.reading.shown = Some(Shown {
        request,
        status: reply.status,
        // Neither a redirect nor a proxy that refuses by itself gives a `Status`.
        is_explained: reply.status >= 400 && (reply.status != 403 || reply.document.is_json()),
        bytes: reply.bytes,
        elapsed: reply.elapsed,
        failure: reply.failure,
        warnings: reply.warnings,
    });
}

/// Deltas of a collection came: an object that is shown but not followed is asked for again.
pub(super) fn outdated_by(model: &mut Model, id: NodeId, deltas: &[Delta]) {
    let Some(subject) = &model.reading.subject else { return };
    let (Some(object), opened) = (subject.object.as_ref(), subject.opened) else { return };
    if model.tree.collection_at(model.tree.cursor()) != Some(id) {
        return;
    }
    let is_it = |namespace: Option<&Namespace>, name: &str| {
        *object.name == *name && namespace.is_none_or(|ns| object.namespace.as_ref() == Some(ns))
    };
    let last = deltas.iter().rev().find_map(|delta| match delta {
        Delta::Applied(row) if is_it(row.namespace.as_ref(), row.name()) => Some(true),
        Delta::Deleted { namespace, name } if is_it(namespace.as_ref(), name) => Some(false),
        _ => None,
    });
    // The last state of an object that is gone stays.
    model.reading.gone |= last == Some(false);
    if last == Some(true) && !opened {
        model.reading.outdated = true;
        if let Some(paused) = &mut model.reading.paused {
            paused.waiting += 1;
        }
        model.effects.push(Effect::After(Timer::Rest, REST));
    }
}
