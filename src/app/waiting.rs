//! What waits says for how long: an answer that does not come, and a pause before one is asked again.

use std::time::Duration;

use jiff::Timestamp;

use crate::app::effect::Effect;
use crate::app::message::Timer;
use crate::app::model::Model;
use crate::k8s::request::Ticket;

impl Model {
    /// For how many seconds an answer is awaited; `None` in the first one.
    #[must_use]
    pub fn waited(&self, ticket: Ticket) -> Option<u64> {
        self.since(self.pending.get(&ticket)?.since)
    }

    /// How many seconds ago something was; `None` in the first one.
    #[must_use]
    pub fn since(&self, then: Timestamp) -> Option<u64> {
        seconds(then, self.now)
    }

    /// In how many seconds something will be; `None` where it is about to.
    #[must_use]
    pub fn until(&self, then: Timestamp) -> Option<u64> {
        seconds(self.now, then)
    }

    /// When a pause is over that begins now.
    pub(super) fn after(&mut self, pause: Duration) -> Timestamp {
        let end = self.now.saturating_add(pause).unwrap_or(Timestamp::MAX);
        self.waits_until = self.waits_until.max(end);
        end
    }
}

fn seconds(from: Timestamp, to: Timestamp) -> Option<u64> {
    let milliseconds = to.as_millisecond() - from.as_millisecond();
    // A timer may come a little before its time.
    u64::try_from((milliseconds + 100) / 1000).ok().filter(|seconds| *seconds > 0)
}

/// Comes back every second as long as something waits. The clock of a recording stands still.
pub(super) fn count(model: &mut Model) {
    let Some(connection) = model.connection() else { return };
    let waits =
        !model.pending.is_empty() || connection.away.is_some() || model.waits_until > model.now;
    if waits && !model.counts_seconds && connection.endpoint.recorded_at.is_none() {
        model.counts_seconds = true;
        model.effects.push(Effect::After(Timer::Second, Duration::from_secs(1)));
    }
}
