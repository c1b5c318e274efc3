//! Answers that do not come, or come as failures: what was read stays, and is asked for again.

use crate::app::effect::Effect;
use crate::app::message::Timer;
use crate::app::model::Model;
use crate::app::{load, retry};
use crate::k8s::failure::{Failure, FailureKind};
use crate::tree::RowRef;
use crate::tree::node::{Load, NodeKind};

use super::{ReadState, refresh};

/// The server is away: what is shown may be old.
pub(in crate::app) fn mark_old(model: &mut Model) {
    model.reading.old = model.reading.shown.is_some();
}

/// The server is back: what it did not give is asked for again, and what is old unless its watch
/// tells what it missed.
pub(in crate::app) fn catch_up(model: &mut Model) {
    let reading = &model.reading;
    let failed = matches!(&reading.state, ReadState::Failed(failure) if retry::may_pass(failure));
    if failed || reading.old && reading.live.ticket().is_none() {
        refresh(model);
    }
}

/// No answer came; one that was read before stays.
pub(super) fn failed(model: &mut Model, failure: Failure) {
    try_again(model, Some(&failure));
    model.reading.old = true;
    model.reading.state = ReadState::Failed(failure);
}

/// Whether what is shown says more than a failure does: it is the same answer, and was a good one.
pub(super) fn keeps(model: &Model, failure: &Failure) -> bool {
    let asked = model.reading.subject.as_ref().map(|subject| &subject.request);
    let shown = model.reading.shown.as_ref().filter(|shown| shown.failure.is_none());
    let is_gone = matches!(failure.kind, FailureKind::NotFound | FailureKind::NotRecorded);
    shown.is_some_and(|shown| Some(&shown.request) == asked) && !is_gone
}

/// Asks again after the pause that the server asks for, as long as it is looked at.
pub(super) fn try_again(model: &mut Model, failure: Option<&Failure>) {
    let pause = failure.and_then(|failure| load::pause(failure, model.reading.tries));
    model.reading.tries = if pause.is_some() { model.reading.tries + 1 } else { 0 };
    if let Some(pause) = pause {
        model.reading.again = Some(model.after(pause));
        model.reading.outdated = true;
        model.effects.push(Effect::After(Timer::Rest, pause));
    }
}

/// A version whose own document failed is marked as failed before it is opened.
pub(super) fn mark_version(model: &mut Model) {
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
