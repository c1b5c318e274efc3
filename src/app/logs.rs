//! The log of a container: of which instance, with which lines, and whether it is followed.
//!
//! What is followed is asked for with timestamps, shown or not, so that a stream that was cut goes on
//! behind the last line that came.

use std::time::Duration;

use jiff::Timestamp;

use crate::app::effect::Effect;
use crate::app::message::{Reply, Timer, WatchOf};
use crate::app::model::Model;
use crate::app::reading::{self, ReadState};
use crate::app::{load, watches};
use crate::document::Document;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::log::LogOptions;
use crate::k8s::request::Ticket;
use crate::keymap::Action;
use crate::tree::node::{Live, NodeKind};
use crate::tree::{NodeId, RowRef};

mod tail;

use tail::Tail;

/// A log that is followed.
#[derive(Clone, Debug, Default)]
pub struct Log {
    tail: Tail,
    /// When it was asked for.
    began: Timestamp,
    /// Whether the container ended it.
    pub ended: bool,
    /// How many lines at the beginning of what is shown had to go.
    left_out: usize,
    /// How often in a row it was cut.
    failures: u32,
}

/// `p`, `F` and `t` on the row of a container.
pub(super) fn look(model: &mut Model, action: Action) {
    let place = model.tree.cursor();
    let Some((id, mut look)) = container(model) else {
        model.notify("That is for the log of a container: open log below a pod");
        return;
    };
    match action {
        Action::Previous => {
            look.previous = !look.previous;
            look.follow = false;
        }
        Action::Follow => {
            look.follow = !look.follow;
            look.previous = false;
        }
        _ => look.timestamps = !look.timestamps,
    }
    model.tree.change(id, |node| node.log = look);
    if action == Action::Timestamps && look.follow && model.reading.log.is_some() {
        // The lines have them already.
        show(model);
    } else {
        reading::enter(model, place);
    }
}

/// The container under the cursor, and how its log is looked at.
fn container(model: &Model) -> Option<(NodeId, LogOptions)> {
    let RowRef::Node(id) = model.tree.cursor() else { return None };
    let node = model.tree.get(id)?;
    matches!(node.kind, NodeKind::ContainerLog { .. }).then_some((id, node.log))
}

/// Follows the log that is the subject, from its last lines on.
pub(super) fn begin(model: &mut Model) {
    watches::end_object(model);
    model.reading.log = Some(Box::new(Log { began: model.now, ..Log::default() }));
    start(model);
    if let Some(ticket) = model.reading.live.ticket() {
        model.reading.state = ReadState::Loading(ticket);
    }
}

fn start(model: &mut Model) {
    let (Some(subject), Some(log)) = (&model.reading.subject, &mut model.reading.log) else {
        return;
    };
    let mut request = subject.request.clone();
    if let Some(last) = log.tail.resume() {
        request.query.retain(|(name, _)| name != "tailLines");
        // The server reads whole seconds; what comes twice is left out.
        let since = Timestamp::from_second(last.as_second()).unwrap_or(last);
        request = request.with("sinceTime", since.to_string());
    }
    let ticket = model.ticket();
    model.reading.live = Live::Opening(ticket);
    model.reading.again = None;
    model.effects.push(Effect::FollowLog { ticket, request });
}

/// The pause before a log is followed again is over.
pub(super) fn again(model: &mut Model) {
    if model.reading.log.is_some() && model.reading.live == Live::Pausing {
        start(model);
    }
}

/// Lines came; none where the log was opened.
pub(super) fn lines(model: &mut Model, ticket: Ticket, text: &[u8]) {
    if model.reading.live.ticket() != Some(ticket) {
        return;
    }
    let Some(log) = &mut model.reading.log else { return };
    let is_first = model.reading.live == Live::Opening(ticket);
    model.reading.live = Live::Watching(ticket);
    model.reading.old = false;
    log.failures = 0;
    let (came, left_out) = log.tail.push(text);
    log.left_out += left_out;
    if let Some(paused) = &mut model.reading.paused {
        paused.waiting += came;
        return;
    }
    model.reading.state = ReadState::Ready;
    if is_first || came > 0 {
        show(model);
    }
    if is_first {
        started(model);
    }
}

/// Shows the lines that came.
pub(super) fn show(model: &mut Model) {
    let timestamps = container(model).is_some_and(|(_, look)| look.timestamps);
    let Some(log) = &mut model.reading.log else { return };
    model.reading.pane.drop_lines(std::mem::take(&mut log.left_out));
    let text = log.tail.text(timestamps);
    let elapsed = Duration::try_from(model.now.duration_since(log.began)).unwrap_or_default();
    let asked = model.reading.subject.as_ref().map(|subject| &subject.request);
    let shown = model.reading.shown.as_ref().filter(|shown| Some(&shown.request) == asked);
    let was_empty = shown.is_none_or(|shown| shown.bytes == 0);
    let elapsed = shown.map_or(elapsed, |shown| shown.elapsed);
    let bytes = text.len();
    let mut document = Document::read(text.into(), false, false);
    if log.tail.is_cut() {
        document = document.noted("older lines are left out");
    }
    let reply = Reply {
        document: document.into(),
        status: 200,
        bytes,
        elapsed,
        failure: None,
        warnings: Vec::new(),
        version: String::new(),
    };
    reading::show(model, reply);
    if was_empty {
        model.reading.pane.move_to_bottom();
    }
}

/// The stream is over: with the container, or because something failed.
pub(super) fn ended(model: &mut Model, failure: Option<Failure>) {
    let Some(log) = &mut model.reading.log else { return };
    let Some(failure) = failure else {
        log.ended = true;
        model.reading.live = Live::Idle;
        return;
    };
    let failures = log.failures;
    log.failures += 1;
    let waits = waits_to_start(model, &failure);
    let is_final = matches!(
        failure.kind,
        FailureKind::Forbidden
            | FailureKind::NotFound
            | FailureKind::NotRecorded
            | FailureKind::Status(400..=499)
    );
    let has_lines = model.reading.state == ReadState::Ready;
    if is_final && !waits {
        model.reading.live = Live::NotLive(failure.message.clone());
        if has_lines {
            model.trouble(&failure);
        }
    } else {
        let pause = failure.wait.unwrap_or(Duration::from_secs(1 << failures.min(4)));
        model.reading.live = Live::Pausing;
        model.reading.again = Some(model.after(pause));
        model.effects.push(Effect::After(Timer::Watch(WatchOf::Log), pause));
    }
    if has_lines {
        model.reading.old = true;
    } else {
        model.reading.state = ReadState::Failed(failure);
    }
}

/// A log was refused: where its container waits to start, that is the state of its row.
pub(super) fn waits_to_start(model: &mut Model, failure: &Failure) -> bool {
    let Some((id, _)) = container(model).filter(|_| failure.kind == FailureKind::Status(400))
    else {
        return false;
    };
    let Some((_, why)) = failure.message.split_once("is waiting to start") else { return false };
    let now = format!("waiting to start{why}");
    model.tree.change(id, |node| {
        if let NodeKind::ContainerLog { state, .. } = &mut node.kind {
            *state = now.into();
        }
    });
    true
}

/// A log came: a container that waited to start runs by now.
pub(super) fn started(model: &mut Model) {
    let Some((id, _)) = container(model) else { return };
    let Some(node) = model.tree.get(id) else { return };
    let waited = matches!(&node.kind, NodeKind::ContainerLog { state, .. }
        if state.starts_with("waiting to start"));
    if let (true, Some(parent)) = (waited, node.parent) {
        load::load(model, parent);
    }
}
