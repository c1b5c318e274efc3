//! What is said of what waits, is old, or cannot be heard.

use jiff::Timestamp;

use crate::app::model::Model;
use crate::app::state::connection::Away;
use crate::app::state::watch::Live;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::request::Ticket;
use crate::theme::Role;

use super::Appearance;

/// `…`, and behind it for how many seconds an answer is awaited.
pub(super) fn asked(model: &Model, ticket: Ticket) -> String {
    match model.waited(ticket) {
        Some(seconds) => format!("… {}", time(seconds)),
        None => "…".to_owned(),
    }
}

/// `✗ 503`, and behind it in how many seconds it is asked for again.
pub(super) fn failed(model: &Model, failure: &Failure, again: Option<Timestamp>) -> String {
    let text = format!("✗ {}", failure.kind.short());
    if again.is_some() { in_seconds(model, &format!("{text} again"), again) } else { text }
}

/// What is said of something that was read, beside it: whether it follows the server, and if not,
/// whether it may be old.
pub(super) fn live(
    model: &Model,
    look: Appearance,
    live: &Live,
    old: bool,
) -> Option<(String, Role)> {
    let is_away = model.connection().is_some_and(|connection| connection.away.is_some());
    Some(match live {
        Live::Watching(_) => (if look.ascii { "live" } else { "◉" }.to_owned(), Role::Good),
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

/// What is not watched is worth a look, but not where nothing changes any more.
fn not_live(model: &Model) -> (&'static str, Role) {
    if model.is_replay() { ("recorded", Role::Dim) } else { ("not live", Role::Warning) }
}

/// What the header says of a server that is away.
pub(super) fn away(model: &Model, away: &Away) -> String {
    let why = match away.failure.kind {
        FailureKind::Unauthorized => "not authorized (401)".to_owned(),
        kind => format!("server {}", kind.short()),
    };
    match model.since(away.since) {
        Some(seconds) => format!("{why}, trying again for {}", time(seconds)),
        None => format!("{why}, trying again"),
    }
}

/// `12 s`, `3 min 20 s`, `2 h 5 min`.
pub(super) fn time(seconds: u64) -> String {
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

fn in_seconds(model: &Model, what: &str, again: Option<Timestamp>) -> String {
    match again.and_then(|again| model.until(again)) {
        Some(seconds) => format!("{what} in {}", time(seconds)),
        None => what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_its_two_largest_parts() {
        assert_eq!(time(12), "12 s");
        assert_eq!(time(200), "3 min 20 s");
        assert_eq!(time(7500), "2 h 5 min");
    }
}
