//! Limits how often a frame is drawn: at once for the user, at most 60 times a second for the server.

use std::time::{Duration, Instant};

/// The time between two frames for the server. Together with [`BURST`] it allows fewer than 60 frames
/// in any second.
const PAUSE: Duration = Duration::from_millis(20);

/// How many frames for the server may be drawn at once, such as those of the first answers.
const BURST: u32 = 8;

/// How long a frame waits for the server and its groups, which change most of the screen. On a fast network
/// the first frame shows them.
const GROUPS: Duration = Duration::from_millis(4);

/// Spreads frames. A delayed frame shows everything that has arrived by then.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// When the next frame would be due if none had been drawn early.
    settled: Option<Instant>,
    /// Until when frames wait for the groups.
    held: Option<Instant>,
    /// True if a frame is delayed.
    waits: bool,
}

impl Pace {
    /// Holds frames back for a while after the program began to wait for the groups.
    pub(super) fn hold_for_groups(&mut self, awaits: bool, now: Instant) {
        self.held = awaits.then(|| self.held.unwrap_or(now + GROUPS));
    }

    /// Returns true if a frame may be drawn now. An urgent frame always may; any other may be delayed.
    pub(super) fn allows_frame(&mut self, is_urgent: bool, now: Instant) -> bool {
        let may = is_urgent || self.due().is_none_or(|due| due <= now);
        self.waits = !may;
        if may && !is_urgent {
            self.settled = Some(self.settled.map_or(now, |settled| settled.max(now)) + PAUSE);
        }
        may
    }

    /// Waits until the delayed frame may be drawn; never returns if there is none.
    pub(super) async fn due_again(&self) {
        match self.due().filter(|_| self.waits) {
            Some(due) => tokio::time::sleep_until(due.into()).await,
            None => std::future::pending().await,
        }
    }

    fn due(&self) -> Option<Instant> {
        let paced = self.settled.and_then(|settled| settled.checked_sub(PAUSE * (BURST - 1)));
        paced.max(self.held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_of_changes_gets_fewer_than_sixty_frames_a_second() {
        let mut pace = Pace::default();
        let began = Instant::now();
        let times = (0..1000).map(|number| began + Duration::from_millis(number));
        let frames = times.filter(|now| pace.allows_frame(false, *now)).count();
        assert!((50..60).contains(&frames), "{frames}");
    }

    #[test]
    fn the_user_and_the_first_answers_do_not_wait() {
        let mut pace = Pace::default();
        let now = Instant::now();
        assert!((0..100).all(|_| pace.allows_frame(true, now)));
        assert!((0..8).all(|_| pace.allows_frame(false, now)));
        assert!(!pace.allows_frame(false, now));
        assert!(pace.allows_frame(true, now));
    }

    #[test]
    fn a_frame_waits_for_the_groups_for_a_while() {
        let mut pace = Pace::default();
        let now = Instant::now();
        pace.hold_for_groups(true, now);
        assert!(!pace.allows_frame(false, now));
        assert!(pace.allows_frame(true, now), "the user does not wait");
        let later = now + GROUPS;
        pace.hold_for_groups(true, later);
        assert!(pace.allows_frame(false, later), "the groups are slow");
        let mut pace = Pace::default();
        pace.hold_for_groups(true, now);
        pace.hold_for_groups(false, now);
        assert!(pace.allows_frame(false, now), "the groups have arrived");
    }

    #[tokio::test]
    async fn a_delayed_frame_is_drawn_later() {
        let mut pace = Pace::default();
        while pace.allows_frame(false, Instant::now()) {}
        pace.due_again().await;
        assert!(pace.allows_frame(false, Instant::now()));
    }
}
