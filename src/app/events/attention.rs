//! Whether the user is at the screen. The user counts as present if the terminal has the focus and a key was pressed
//! recently.

use std::time::Duration;

use crate::domain::now::Now;

/// How long the user counts as present after a key press.
const PRESENCE: Duration = Duration::from_secs(5 * 60);

/// What the terminal reports about the user.
#[derive(Clone, Copy, Debug, Default)]
pub struct Attention {
    /// `None` if the terminal has not reported its focus. Without a report, the user does not count as present.
    has_focus: Option<bool>,
    last_key: Option<Now>,
}

impl Attention {
    pub fn set_focus(&mut self, has_focus: Option<bool>) {
        self.has_focus = has_focus;
    }

    pub fn record_key(&mut self, now: Now) {
        self.last_key = Some(now);
    }

    /// Whether the user would see something that appears on the screen now.
    pub fn is_present(&self, now: Now) -> bool {
        self.has_focus == Some(true) && !self.until_absent(now).is_zero()
    }

    /// How long the user still counts as present without another key press. Zero if the user has left, or has never
    /// pressed a key.
    pub fn until_absent(&self, now: Now) -> Duration {
        let since_key = self.last_key.map(|at| now.since(at));
        since_key.map_or(Duration::ZERO, |span| PRESENCE.saturating_sub(span))
    }
}
