//! A server that gives no answer yet is asked again: an ambassador may start after us, and a proxy
//! may be started once its absence is on screen.

use std::time::Duration;

use crate::app::connect;
use crate::app::effect::Effect;
use crate::app::message::Timer;
use crate::app::model::{Model, Overlay, Standing, Told};
use crate::app::tree::node::{Load, NodeKind};
use crate::k8s::failure::{Failure, FailureKind};

/// The first pause; each is twice as long as the one before.
const FIRST: Duration = Duration::from_secs(1);

/// The longest pause.
const LONGEST: Duration = Duration::from_secs(5);

/// Whether nobody answered: what answers with a failure is there, and is not asked again by itself.
#[must_use]
pub fn is_silence(failure: &Failure) -> bool {
    use FailureKind as K;
    matches!(failure.kind, K::Refused | K::TimedOut | K::Dns | K::Cut | K::Unavailable)
}

/// Takes note of what came of a question that is asked of every server.
pub(super) fn heard<T>(model: &mut Model, result: &Result<T, Failure>) {
    match result {
        Ok(_) => model.silences = 0,
        Err(failure) if is_silence(failure) => later(model),
        Err(_) => {}
    }
}

/// No way was found: one may come, where something may yet listen on a port.
pub(super) fn nowhere(model: &mut Model) {
    let Standing::Nowhere(tried) = &model.standing else { return };
    if tried.may_come() {
        later(model);
    }
}

/// The time has come to ask again.
pub(super) fn again(model: &mut Model) {
    model.silences = model.silences.saturating_add(1);
    match &model.standing {
        // Whoever types or reads is not to be taken elsewhere.
        Standing::Nowhere(_) if model.alone || !matches!(model.overlay, Overlay::None) => {
            later(model);
        }
        Standing::Nowhere(_) => model.effects.push(Effect::Connect(model.choice.clone())),
        Standing::Connected(_) if is_unheard(model) => connect::ask_all(model),
        Standing::Connecting | Standing::Connected(_) => {}
    }
}

/// Whether a part of what every server tells is still missing for want of an answer.
fn is_unheard(model: &Model) -> bool {
    let Some(connection) = model.connection() else { return false };
    let top = |kind| connect::top(&model.tree, &kind).and_then(|id| model.tree.get(id));
    let failed = |kind| match top(kind).map(|node| &node.load) {
        Some(Load::Failed(failure)) => is_silence(failure),
        _ => false,
    };
    failed(NodeKind::Api)
        || failed(NodeKind::Apis)
        || matches!(&connection.version, Told::Unknown(failure) if is_silence(failure))
}

fn later(model: &mut Model) {
    let pause = FIRST.saturating_mul(1 << model.silences.min(8)).min(LONGEST);
    model.effects.push(Effect::After(Timer::Server, pause));
}
