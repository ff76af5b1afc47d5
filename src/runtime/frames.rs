//! Decides when the screen is drawn: when something visible has changed or a text has expired, but never faster than
//! the eye can follow. A frame that answers a key may follow sooner.

use std::time::Duration;

use crate::domain::now::{Now, duration_until};

/// The least time between two frames.
const MIN_SPACING: Duration = Duration::from_millis(33);

/// The least time between two frames if the second answers a key. It is shorter than [`MIN_SPACING`], so that a picture
/// that was drawn just before the key does not delay the answer.
const MIN_KEY_SPACING: Duration = Duration::from_millis(8);

/// Decides when frames are drawn.
#[derive(Debug, Default)]
pub struct Frames {
    wanted: bool,
    answers_key: bool,
    last: Option<Now>,
    changes_at: Option<Now>,
}

impl Frames {
    /// Records that something visible changed.
    pub fn request(&mut self) {
        self.wanted = true;
    }

    /// Records that a key changed something visible.
    pub fn request_for_key(&mut self) {
        self.wanted = true;
        self.answers_key = true;
    }

    /// The time until the next frame is due; `None` if nothing on the screen will change by itself. The time is zero
    /// only when the frame is due, so that the loop does not wake up too early.
    pub fn until_due(&self, now: Now) -> Option<Duration> {
        let Some(last) = self.last else {
            return Some(Duration::ZERO);
        };
        let change = if self.wanted {
            Duration::ZERO
        } else {
            duration_until(self.changes_at?, now)
        };
        let spacing = if self.answers_key {
            MIN_KEY_SPACING
        } else {
            MIN_SPACING
        };
        Some(change.max(spacing.saturating_sub(now.since(last))))
    }

    /// Whether a frame is due.
    pub fn is_due(&self, now: Now) -> bool {
        self.until_due(now) == Some(Duration::ZERO)
    }

    /// Records that the terminal has taken the last bytes of a frame at `now`. The spacing counts from then. Otherwise a
    /// slow terminal would get frame after frame.
    pub fn record_written(&mut self, now: Now) {
        self.last = Some(now);
    }

    /// Records that a frame was drawn at `now`, and that the first of its texts changes at `changes_at`.
    pub fn record_draw(&mut self, now: Now, changes_at: Option<Now>) {
        *self = Self {
            wanted: false,
            answers_key: false,
            last: Some(now),
            changes_at,
        };
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    fn at(millis: u64) -> Now {
        Now {
            wall: DateTime::UNIX_EPOCH,
            mono: Duration::ZERO,
        }
        .plus(Duration::from_millis(millis))
    }

    fn drawn(changes_at: Option<Now>) -> Frames {
        let mut frames = Frames::default();
        assert!(frames.is_due(at(0)), "the first is always due");
        frames.record_draw(at(1000), changes_at);
        frames
    }

    #[test]
    fn nothing_that_changes_is_never_drawn() {
        assert_eq!(drawn(None).until_due(at(5000)), None);
    }

    #[test]
    fn what_changed_is_drawn_a_frame_later_and_waited_for_until_then() {
        let mut frames = drawn(Some(at(1001)));
        frames.request();
        assert_eq!(frames.until_due(at(1010)), Some(Duration::from_millis(23)));
        assert!(!frames.is_due(at(1010)));
        assert!(frames.is_due(at(1033)));
    }

    #[test]
    fn a_key_does_not_wait_for_the_frame_before_it() {
        let mut frames = drawn(None);
        frames.request();
        frames.request_for_key();
        assert_eq!(frames.until_due(at(1002)), Some(Duration::from_millis(6)));
        assert!(frames.is_due(at(1008)));
        frames.record_draw(at(1009), None);
        frames.request();
        assert_eq!(frames.until_due(at(1009)), Some(MIN_SPACING));
    }

    #[test]
    fn a_word_that_is_past_wakes_nobody_before_its_frame() {
        let frames = drawn(Some(at(1001)));
        assert_eq!(frames.until_due(at(1020)), Some(Duration::from_millis(13)));
        assert!(frames.is_due(at(1040)));
    }

    #[test]
    fn a_wall_clock_set_back_holds_no_word_up() {
        let frames = drawn(Some(at(61_000)));
        let mut now = at(61_000);
        now.wall -= TimeDelta::hours(1);
        assert!(frames.is_due(now));
    }

    #[test]
    fn a_machine_that_slept_draws_at_once() {
        let frames = drawn(Some(at(61_000)));
        let mut now = at(1500);
        now.wall += TimeDelta::hours(1);
        assert!(frames.is_due(now));
    }
}
