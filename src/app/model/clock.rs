//! Times and notices: how long something has been awaited, and sentences that are shown for a moment.

use std::time::Duration;

use jiff::Timestamp;

use super::Model;
use crate::app::message::Timer;
use crate::app::state::overlay::Notice;
use crate::k8s::failure::Failure;
use crate::k8s::request::Ticket;

impl Model {
    /// Shows a sentence for a moment.
    pub(in crate::app) fn notify(&mut self, text: impl Into<String>) {
        self.show_notice(text.into(), false);
    }

    /// Shows a failure for a moment.
    pub(in crate::app) fn report(&mut self, failure: &Failure) {
        self.warn(failure.to_string());
    }

    /// Shows what went wrong for a moment.
    pub(in crate::app) fn warn(&mut self, text: impl Into<String>) {
        self.show_notice(text.into(), true);
    }

    fn show_notice(&mut self, text: String, is_failure: bool) {
        let pause = Duration::from_secs(if is_failure { 8 } else { 4 });
        self.notice = Some(Notice { text, is_failure, until: self.after(pause) });
        self.timers.remove(&Timer::Notice);
    }

    /// Returns the time after a pause from now.
    pub(in crate::app) fn after(&self, pause: Duration) -> Timestamp {
        self.now.saturating_add(pause).unwrap_or(Timestamp::MAX)
    }

    /// Returns for how many seconds the answer to a ticket has been awaited; `None` in the first one.
    #[must_use]
    pub fn waited(&self, ticket: Ticket) -> Option<u64> {
        self.since(self.pending.get(&ticket)?.since)
    }

    /// Returns how many seconds ago a time was; `None` in the first one.
    #[must_use]
    pub fn since(&self, then: Timestamp) -> Option<u64> {
        seconds(then, self.now)
    }

    /// Returns in how many seconds a time will be; `None` in the last one.
    #[must_use]
    pub fn until(&self, then: Timestamp) -> Option<u64> {
        seconds(self.now, then)
    }
}

fn seconds(from: Timestamp, to: Timestamp) -> Option<u64> {
    let milliseconds = to.as_millisecond() - from.as_millisecond();
    // A timer may fire a little early.
    u64::try_from((milliseconds + 100) / 1000).ok().filter(|seconds| *seconds > 0)
}
