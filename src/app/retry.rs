//! A server that gives no answer is asked again: an ambassador may start after us, a proxy may be
//! started once its absence is on screen, and a server that goes away may return.

use std::time::Duration;

use crate::app::connect;
use crate::app::effect::Effect;
use crate::app::load;
use crate::app::message::Timer;
use crate::app::model::{Away, Model, Overlay, Purpose, Standing};
use crate::app::{reading, watches};
use crate::k8s::failure::{Failure, FailureKind};
use crate::tree::node::{Load, NodeKind};

/// The first pause; each is twice as long as the one before.
const FIRST: Duration = Duration::from_secs(1);

/// The longest pause.
const LONGEST: Duration = Duration::from_secs(5);

/// The longest pause where the credentials are refused.
const LONGEST_REFUSED: Duration = Duration::from_secs(30);

/// Whether nobody answered: what answers with a failure is there, and is not asked again by itself.
#[must_use]
pub fn is_silence(failure: &Failure) -> bool {
    use FailureKind as K;
    matches!(
        failure.kind,
        K::Refused | K::TimedOut | K::Dns | K::Cut | K::Unavailable | K::Overdue | K::Status(502)
    )
}

/// Whether a failure may be over once the server is back.
pub(super) fn may_pass(failure: &Failure) -> bool {
    is_silence(failure) || matches!(failure.kind, FailureKind::Unauthorized | FailureKind::Tls)
}

/// Takes note of what came of a question that is asked of every server.
pub(super) fn heard(model: &mut Model, failure: Option<&Failure>) {
    if failure.is_some_and(may_pass) {
        later(model);
    } else if failure.is_none() {
        model.silences = 0;
    }
}

/// Takes note of what any answer tells of the server as a whole.
pub(super) fn note(model: &mut Model, purpose: &Purpose, failure: Option<&Failure>) {
    use FailureKind as K;
    let asks_about_server = *purpose == Purpose::Version;
    match failure {
        Some(failure) if matches!(failure.kind, K::Refused | K::Dns | K::Unauthorized) => {
            away(model, failure);
        }
        // A certificate that was good before may be renewed; one that never was is not waited for.
        Some(failure) if failure.kind == K::Tls && !model.discovery.groups.is_empty() => {
            away(model, failure);
        }
        Some(failure) if is_silence(failure) && asks_about_server => away(model, failure),
        Some(failure) if is_silence(failure) => doubt(model),
        Some(failure) if matches!(failure.kind, K::Tls | K::NotAnApi | K::Malformed) => {}
        // Who sends us on may be a proxy that wants to see a login.
        Some(Failure { kind: K::Status(300..400), .. }) => {}
        // Some proxies tell their version to anyone.
        _ if asks_about_server && is_refused(model) => {}
        _ => present(model),
    }
}

/// A watch ended in that way: takes note of what that tells of the server as a whole.
pub(super) fn watch_ended(model: &mut Model, failure: Option<&Failure>) {
    match failure {
        Some(failure) if matches!(failure.kind, FailureKind::Refused | FailureKind::Dns) => {
            away(model, failure);
        }
        Some(failure) if may_pass(failure) => doubt(model),
        _ => {}
    }
}

/// The server is there: what could not be heard meanwhile is brought up to date.
pub(super) fn present(model: &mut Model) {
    let Standing::Connected(connection) = &mut model.standing else { return };
    if connection.away.take().is_none() {
        return;
    }
    model.silences = 0;
    if !model.discovery.groups.is_empty() {
        model.notify("The server answers again");
        if !model.is_asking(|purpose| *purpose == Purpose::Groups) {
            connect::ask_all(model);
        }
    }
    watches::take_up(model);
    load::catch_up(model);
    reading::catch_up(model);
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
    model.asks_again = false;
    model.silences = model.silences.saturating_add(1);
    match &model.standing {
        // Whoever types or reads is not to be taken elsewhere.
        Standing::Nowhere(_) if model.alone || !matches!(model.overlay, Overlay::None) => {
            later(model);
        }
        Standing::Nowhere(_) => model.effects.push(Effect::Connect(model.choice.clone())),
        Standing::Connected(_) if is_unheard(model) || is_refused(model) => connect::ask_all(model),
        Standing::Connected(connection) if connection.away.is_some() => ask_server(model),
        Standing::Connecting | Standing::Connected(_) => {}
    }
}

/// What was read stays, and is old from now on.
fn away(model: &mut Model, failure: &Failure) {
    let since = model.now;
    let Standing::Connected(connection) = &mut model.standing else { return };
    // A recording neither goes nor comes.
    if connection.endpoint.kind.is_recorded() {
        return;
    }
    if let Some(away) = &mut connection.away {
        away.failure = failure.clone();
        return;
    }
    connection.away = Some(Away { failure: failure.clone(), since });
    load::mark_old(model);
    reading::mark_old(model);
    later(model);
}

/// One answer that did not come may be of the path alone: the server is asked for its version.
fn doubt(model: &mut Model) {
    if model.connection().is_some_and(|c| c.away.is_none() && !c.endpoint.kind.is_recorded()) {
        ask_server(model);
    }
}

fn ask_server(model: &mut Model) {
    if !model.is_asking(|purpose| *purpose == Purpose::Version) {
        connect::ask_version(model);
    }
}

/// Whether it is the credentials that the server does not take.
fn is_refused(model: &Model) -> bool {
    let away = model.connection().and_then(|connection| connection.away.as_ref());
    away.is_some_and(|away| away.failure.kind == FailureKind::Unauthorized)
}

/// Whether a part of what every server tells is still missing for want of an answer.
fn is_unheard(model: &Model) -> bool {
    let top = |kind| connect::top(&model.tree, &kind).and_then(|id| model.tree.get(id));
    let failed = |kind| match top(kind).map(|node| &node.load) {
        Some(Load::Failed(failure)) => is_silence(failure),
        _ => false,
    };
    failed(NodeKind::Api) || failed(NodeKind::Apis)
}

fn later(model: &mut Model) {
    let is_recorded = model.connection().is_some_and(|c| c.endpoint.kind.is_recorded());
    if is_recorded || std::mem::replace(&mut model.asks_again, true) {
        return;
    }
    let longest = if is_refused(model) { LONGEST_REFUSED } else { LONGEST };
    let pause = FIRST.saturating_mul(1 << model.silences.min(8)).min(longest);
    model.effects.push(Effect::After(Timer::Server, pause));
}
