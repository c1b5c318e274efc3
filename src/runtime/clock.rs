//! The time: of this machine, or of the recording that is replayed.

use jiff::Timestamp;

/// Tells the time.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock {
    stopped_at: Option<Timestamp>,
}

impl Clock {
    /// A clock that stands still where a recording was made, or goes.
    pub(super) fn new(stopped_at: Option<Timestamp>) -> Self {
        Self { stopped_at }
    }

    /// The time.
    pub(super) fn now(self) -> Timestamp {
        self.stopped_at.unwrap_or_else(Timestamp::now)
    }
}
