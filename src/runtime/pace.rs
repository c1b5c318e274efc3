//! How often a frame is drawn: at once for the user, and not oftener than one can see for the server.

use std::time::{Duration, Instant};

/// Frames that nobody asked for are so far apart where there are many: with the few that may come
/// sooner, fewer than 60 in any second.
const PAUSE: Duration = Duration::from_millis(20);

/// So many of them may come at once, such as those of the first answers.
const AT_ONCE: u32 = 8;

/// Spreads frames. A frame that must wait shows what came until then.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// When there is no frame any more that came before its time.
    settled: Option<Instant>,
    /// Whether a frame waits.
    waits: bool,
}

impl Pace {
    /// Whether a frame may be drawn now. What is urgent may always; anything else waits until its
    /// time comes.
    pub(super) fn allows_frame(&mut self, is_urgent: bool, now: Instant) -> bool {
        let may = is_urgent || self.due().is_none_or(|due| due <= now);
        self.waits = !may;
        if may && !is_urgent {
            self.settled = Some(self.settled.map_or(now, |settled| settled.max(now)) + PAUSE);
        }
        may
    }

    /// Waits until a frame that had to wait may be drawn; for ever while there is none.
    pub(super) async fn comes_due(&self) {
        match self.due().filter(|_| self.waits) {
            Some(due) => tokio::time::sleep_until(due.into()).await,
            None => std::future::pending().await,
        }
    }

    fn due(&self) -> Option<Instant> {
        self.settled?.checked_sub(PAUSE * (AT_ONCE - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_gets_fewer_than_sixty_frames_a_second() {
        let mut pace = Pace::default();
        let began = Instant::now();
        let times = (0..1000).map(|number| began + Duration::from_millis(number));
        let frames = times.filter(|now| pace.allows_frame(false, *now)).count();
        assert!((50..60).contains(&frames), "{frames}");
    }

    #[test]
    fn the_user_never_waits_and_the_first_answers_do_not() {
        let mut pace = Pace::default();
        let now = Instant::now();
        assert!((0..100).all(|_| pace.allows_frame(true, now)));
        assert!((0..8).all(|_| pace.allows_frame(false, now)));
        assert!(!pace.allows_frame(false, now));
        assert!(pace.allows_frame(true, now));
    }

    #[tokio::test]
    async fn a_frame_that_had_to_wait_comes() {
        let mut pace = Pace::default();
        while pace.allows_frame(false, Instant::now()) {}
        pace.comes_due().await;
        assert!(pace.allows_frame(false, Instant::now()));
    }
}
