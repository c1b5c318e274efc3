//! The availability of the server: one that does not answer is retried, because an ambassador may start
//! after kubewalk, and a server that stopped may return.

use std::time::Duration;

use jiff::Timestamp;

use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::question::{Purpose, Question};
use crate::app::state::connection::{Away, Standing};
use crate::app::state::overlay::Overlay;
use crate::k8s::failure::{Failure, FailureKind};
use crate::tree::node::{Load, NodeKind};

/// The first pause; each is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The longest pause while the credentials are refused.
const LONGEST_PAUSE_REFUSED: Duration = Duration::from_secs(30);

/// Notes the outcome of a request that is sent to every server.
pub(in crate::app) fn note_outcome(model: &mut Model, failure: Option<&Failure>) {
    match failure {
        Some(failure) if failure.kind.may_recover() => retry_later(model),
        Some(_) => {}
        None => model.server_retries = 0,
    }
}

/// Notes what the outcome of any request means for the server as a whole. The request was sent at
/// `sent`.
pub(in crate::app) fn note(
    model: &mut Model,
    purpose: &Purpose,
    sent: Timestamp,
    failure: Option<&Failure>,
) {
    use FailureKind as K;
    let is_version = *purpose == Purpose::Version;
    match failure {
        Some(failure) if matches!(failure.kind, K::Refused | K::Dns | K::Unauthorized) => {
            stopped(model, failure);
        }
        // A certificate that was accepted before may be renewed; one that never was is not.
        Some(failure) if failure.kind == K::Tls && !model.discovery.groups.is_empty() => {
            stopped(model, failure);
        }
        Some(failure) if failure.kind.is_unreachable() && is_version => stopped(model, failure),
        Some(failure) if failure.kind.is_unreachable() => doubt(model),
        Some(failure) if matches!(failure.kind, K::Tls | K::NotAnApi | K::Malformed) => {}
        // A redirect may come from a proxy that wants a login.
        Some(Failure { kind: K::Status(300..400), .. }) => {}
        // Some proxies report their version to anyone.
        _ if is_version && is_refused(model) => {}
        _ => answered(model, sent),
    }
}

/// Notes what the end of a watch means for the server as a whole.
pub(in crate::app) fn watch_ended(model: &mut Model, failure: Option<&Failure>) {
    match failure {
        Some(failure) if matches!(failure.kind, FailureKind::Refused | FailureKind::Dns) => {
            stopped(model, failure);
        }
        Some(failure) if failure.kind.may_recover() => doubt(model),
        _ => {}
    }
}

/// Notes that the server answered a request that was sent at `sent`: streams that wait are retried
/// now, and what was missed while it was away is fetched.
pub(in crate::app) fn answered(model: &mut Model, sent: Timestamp) {
    model.watches.iter_mut().for_each(|watch| watch.hurry(sent));
    let Standing::Connected(connection) = &mut model.standing else { return };
    if connection.away.take().is_some() {
        model.server_retries = 0;
        model.returned = true;
    }
}

/// Retries if no server was found and one may still start.
pub(in crate::app) fn nowhere(model: &mut Model) {
    let Standing::Nowhere(tried) = &model.standing else { return };
    if tried.may_succeed_later() {
        retry_later(model);
    }
}

/// Retries the server. Returns true if everything is to be fetched.
pub(in crate::app) fn retry(model: &mut Model) -> bool {
    model.server_retry_at = None;
    model.server_retries = model.server_retries.saturating_add(1);
    match &model.standing {
        // A user who is typing or reading is not interrupted.
        Standing::Nowhere(_) if model.alone || !matches!(model.overlay, Overlay::None) => {
            retry_later(model);
        }
        Standing::Nowhere(_) => model.effects.push(Effect::Connect(model.choice.clone())),
        Standing::Connected(_) if is_silent(model) || is_refused(model) => return true,
        Standing::Connected(connection) if connection.away.is_some() => check(model),
        Standing::Connecting | Standing::Connected(_) => {}
    }
    false
}

/// The server stopped answering: what was read stays, and may be out of date from now on.
fn stopped(model: &mut Model, failure: &Failure) {
    let since = model.now;
    let Standing::Connected(connection) = &mut model.standing else { return };
    // A recording neither stops nor returns.
    if connection.endpoint.kind.is_recorded() {
        return;
    }
    if let Some(away) = &mut connection.away {
        away.failure = failure.clone();
        return;
    }
    connection.away = Some(Away { failure: failure.clone(), since });
    model.tree.mark_old();
    model.reading.old = model.reading.shown.is_some();
    retry_later(model);
}

/// One missing answer may concern its path alone: the server's version is requested.
fn doubt(model: &mut Model) {
    if model.connection().is_some_and(|c| c.away.is_none() && !c.endpoint.kind.is_recorded()) {
        check(model);
    }
}

fn check(model: &mut Model) {
    if !model.is_pending(|purpose| *purpose == Purpose::Version) {
        model.send(Question::version());
    }
}

/// True if the server refuses the credentials.
fn is_refused(model: &Model) -> bool {
    let away = model.connection().and_then(|connection| connection.away.as_ref());
    away.is_some_and(|away| away.failure.kind == FailureKind::Unauthorized)
}

/// True if discovery is incomplete because the server did not answer.
fn is_silent(model: &Model) -> bool {
    let failed = |kind| {
        let node = model.tree.top(&kind).and_then(|id| model.tree.get(id));
        node.is_some_and(
            |node| matches!(&node.load, Load::Failed(failure) if failure.kind.is_unreachable()),
        )
    };
    failed(NodeKind::Api) || failed(NodeKind::Apis)
}

fn retry_later(model: &mut Model) {
    if model.is_replay() || model.server_retry_at.is_some() {
        return;
    }
    let longest = if is_refused(model) { LONGEST_PAUSE_REFUSED } else { LONGEST_PAUSE };
    let pause = FIRST_PAUSE.saturating_mul(1 << model.server_retries.min(8)).min(longest);
    model.server_retry_at = Some(model.after(pause));
}
