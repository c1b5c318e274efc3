//! The time of this machine, or of the recording that is replayed.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

/// A clock. Copies show the same time.
#[derive(Clone, Copy, Debug, Default)]
pub enum Clock {
    /// The clock of this machine.
    #[default]
    Machine,
    /// A clock that always shows this time.
    Stopped(Timestamp),
    /// A clock that showed the time of a recording when the replay began, and goes on from there.
    Running {
        /// The time of the recording then.
        from: Timestamp,
        /// When the replay began.
        since: Instant,
    },
}

impl Clock {
    /// Returns a clock that is stopped at a time, or the clock of this machine.
    #[must_use]
    pub fn stopped(at: Option<Timestamp>) -> Self {
        at.map_or(Self::Machine, Self::Stopped)
    }

    /// Returns a clock that shows this time now, and goes on.
    #[must_use]
    pub fn running(from: Timestamp) -> Self {
        Self::Running { from, since: Instant::now() }
    }

    /// Returns the time.
    #[must_use]
    pub fn now(self) -> Timestamp {
        match self {
            Self::Machine => Timestamp::now(),
            Self::Stopped(at) => at,
            Self::Running { from, since } => {
                from.saturating_add(since.elapsed()).unwrap_or(Timestamp::MAX)
            }
        }
    }

    /// Waits until the clock shows a time; for ever if it never will.
    pub(super) async fn reach(self, at: Timestamp) {
        let wait = at.duration_since(self.now());
        match Duration::try_from(wait) {
            // The time has passed.
            Err(_) | Ok(Duration::ZERO) => {}
            Ok(_) if matches!(self, Self::Stopped(_)) => std::future::pending().await,
            Ok(wait) => tokio::time::sleep(wait).await,
        }
    }
}
