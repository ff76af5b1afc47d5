//! Whether somebody sits before the screen: the terminal has the focus and a key was pressed lately.

use std::time::Duration;

use crate::domain::now::Now;

/// After a key the person counts as present for so long.
const PRESENCE: Duration = Duration::from_secs(5 * 60);

/// What the terminal says about the person before it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Attention {
    /// None: the terminal has not reported its focus, so it is not known to have it.
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

    /// Whether what appears now is seen by somebody.
    pub fn is_present(&self, now: Now) -> bool {
        self.has_focus == Some(true) && !self.until_absent(now).is_zero()
    }

    /// How long the person still counts as present if no further key is pressed. Zero: somebody who sat here is gone,
    /// or nobody ever was.
    pub fn until_absent(&self, now: Now) -> Duration {
        let since_key = self.last_key.map(|at| now.since(at));
        since_key.map_or(Duration::ZERO, |span| PRESENCE.saturating_sub(span))
    }
}
