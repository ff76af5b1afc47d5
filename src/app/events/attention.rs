//! Whether somebody sits at the screen: the terminal has the focus and a key was pressed recently.

use std::time::Duration;

use crate::domain::now::Now;

/// The user counts as present for this long after a key.
const PRESENCE: Duration = Duration::from_secs(5 * 60);

/// What the terminal reports about the user.
#[derive(Clone, Copy, Debug, Default)]
pub struct Attention {
    /// `None`: the terminal has not reported its focus, so the user does not count as present.
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

    /// Whether the user sees what appears on the screen now.
    pub fn is_present(&self, now: Now) -> bool {
        self.has_focus == Some(true) && !self.until_absent(now).is_zero()
    }

    /// How long the user still counts as present if no further key is pressed; zero if the user has left, or no key was
    /// ever pressed.
    pub fn until_absent(&self, now: Now) -> Duration {
        let since_key = self.last_key.map(|at| now.since(at));
        since_key.map_or(Duration::ZERO, |span| PRESENCE.saturating_sub(span))
    }
}
