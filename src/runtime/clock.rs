//! The time of this machine, or of the recording that is replayed.

use jiff::Timestamp;

/// A clock.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock {
    stopped_at: Option<Timestamp>,
}

impl Clock {
    /// Returns a clock that is stopped at the time of a recording, or the clock of this machine.
    pub(super) fn new(stopped_at: Option<Timestamp>) -> Self {
        Self { stopped_at }
    }

    /// Returns the time.
    pub(super) fn now(self) -> Timestamp {
        self.stopped_at.unwrap_or_else(Timestamp::now)
    }
}
