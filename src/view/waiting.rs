//! The words for requests without an answer, retries, watches, and an unreachable server.

use jiff::Timestamp;

use crate::app::model::Model;
use crate::app::state::connection::Away;
use crate::app::state::watch::Live;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::request::Ticket;
use crate::theme::Role;

use super::appearance::Appearance;

/// Returns `…` and the time that a request has waited for its answer.
pub(super) fn loading(model: &Model, ticket: Ticket) -> String {
    match model.waited(ticket) {
        Some(seconds) => format!("… {}", time(seconds)),
        None => "…".to_owned(),
    }
}

/// What is shown in place of an answer that has not arrived.
pub(super) const REQUESTED: &str = "Requested, no answer yet …";

/// Returns how long a request has waited for its answer.
pub(super) fn requested(model: &Model, ticket: Ticket) -> String {
    match model.waited(ticket) {
        Some(seconds) => format!("Requested {} ago, no answer yet …", time(seconds)),
        None => REQUESTED.to_owned(),
    }
}

/// Returns a failure and the time until its retry: `✗ 503, retry in 7 s`.
pub(super) fn failed(model: &Model, failure: &Failure, retry_at: Option<Timestamp>) -> String {
    let text = format!("✗ {}", failure.kind.short());
    if retry_at.is_some() { in_seconds(model, &format!("{text}, retry"), retry_at) } else { text }
}

/// Returns the state of a watch, and whether what it updates may be out of date.
pub(super) fn live(
    model: &Model,
    appearance: Appearance,
    live: &Live,
    old: bool,
) -> Option<(String, Role)> {
    let is_away = model.connection().is_some_and(|connection| connection.away.is_some());
    Some(match live {
        Live::Watching(_) => (if appearance.ascii { "live" } else { "◉" }.to_owned(), Role::Good),
        Live::NotLive(_) => {
            let (text, role) = not_live(model);
            (if old { format!("old, {text}") } else { text.to_owned() }, role)
        }
        Live::Paused(until) if !is_away => {
            (in_seconds(model, "reconnecting", Some(*until)), Role::Warning)
        }
        Live::Opening(_) if old && !is_away => ("reconnecting".to_owned(), Role::Warning),
        _ if old => ("old".to_owned(), Role::Warning),
        _ => return None,
    })
}

/// Returns the state of what is not watched. Only in a recording is that no reason for a warning.
fn not_live(model: &Model) -> (&'static str, Role) {
    if model.is_replay() { ("recorded", Role::Dim) } else { ("not live", Role::Warning) }
}

/// Returns why the server is away, and since when it is retried.
pub(super) fn away(model: &Model, away: &Away) -> String {
    let why = match away.failure.kind {
        FailureKind::Unauthorized => "not authorized (401)".to_owned(),
        kind => format!("server {}", kind.short()),
    };
    match model.since(away.since) {
        Some(seconds) => format!("{why}, retrying for {}", time(seconds)),
        None => format!("{why}, retrying"),
    }
}

/// Formats a time: `12 s`, `3 min 20 s`, `2 h 5 min`.
pub(super) fn time(seconds: u64) -> String {
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

fn in_seconds(model: &Model, what: &str, at: Option<Timestamp>) -> String {
    match at.and_then(|at| model.until(at)) {
        Some(seconds) => format!("{what} in {}", time(seconds)),
        None => what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_its_two_largest_units() {
        assert_eq!(time(12), "12 s");
        assert_eq!(time(200), "3 min 20 s");
        assert_eq!(time(7500), "2 h 5 min");
    }
}
