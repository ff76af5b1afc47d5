//! How many requests for details of incidents may be sent now. Pure: the input is PagerDuty's rate-limit headers and
//! times, the result is a number.
//!
//! All users of an API key share its limit, and each of them sees only how many requests are left. So details are read
//! only while more than two thirds of the limit are left. hubwatch's share of a window is a third of what is left above
//! these two thirds. The share becomes available in three portions, one every 20 seconds.

use std::time::Duration;

use crate::domain::source::RateBudget;

/// PagerDuty's documented limit and window, until headers say otherwise.
const DEFAULT_LIMIT: u32 = 960;
const WINDOW: Duration = Duration::from_secs(60);
/// The number of portions in which the share of a window becomes available.
const PORTIONS: u32 = 3;
const PORTION_INTERVAL: Duration = Duration::from_secs(20);
/// The rounding error of a window's end. Two successive answers may round it differently.
const ROUNDING: Duration = Duration::from_secs(2);

/// How a reader spends its share of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// The reader spends one portion of the share at a time, since it polls again.
    Spread,
    /// The reader may spend the whole share at once, since it is a command that polls once.
    AtOnce,
    /// The reader spends half of each portion, since it does background work. The other half is left to a reader that
    /// polls again.
    Half,
}

/// The present window. Times are by the steady clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct DetailBudget {
    limit: u32,
    remaining: u32,
    /// Requests for details that were sent in this window.
    spent: u32,
    /// Of `spent`, the requests that were sent with [`Pace::Half`].
    spent_at_half: u32,
    began: Duration,
    ends: Duration,
}

impl DetailBudget {
    /// A whole window with the documented limit, before the first answer.
    pub fn new(mono: Duration) -> Self {
        Self {
            limit: DEFAULT_LIMIT,
            remaining: DEFAULT_LIMIT,
            spent: 0,
            spent_at_half: 0,
            began: mono,
            ends: mono.saturating_add(WINDOW),
        }
    }

    /// Records an answer's headers; `resets_in` is the time until the window's end.
    pub fn record(&mut self, budget: RateBudget, resets_in: Duration, mono: Duration) {
        self.begin_window_if_over(mono);
        let ends = mono.saturating_add(resets_in);
        if ends > self.ends.saturating_add(ROUNDING) && budget.remaining > self.remaining {
            self.spent = 0;
            self.spent_at_half = 0;
            self.began = mono;
        }
        self.limit = budget.limit;
        self.remaining = budget.remaining;
        self.ends = ends;
    }

    /// Records a request for details.
    pub fn spend(&mut self, mono: Duration) {
        self.begin_window_if_over(mono);
        self.spent = self.spent.saturating_add(1);
        self.remaining = self.remaining.saturating_sub(1);
    }

    /// Records that the next request is sent at this pace.
    pub fn announce(&mut self, pace: Pace, mono: Duration) {
        self.begin_window_if_over(mono);
        if pace == Pace::Half {
            self.spent_at_half = self.spent_at_half.saturating_add(1);
        }
    }

    /// How many more requests for details may be sent now.
    pub fn available(&mut self, pace: Pace, mono: Duration) -> u32 {
        self.begin_window_if_over(mono);
        let portions = match pace {
            Pace::AtOnce => PORTIONS,
            Pace::Spread | Pace::Half => self.portion(mono).saturating_add(1).min(PORTIONS),
        };
        let share = self.share();
        let allowed = share / PORTIONS * portions + share % PORTIONS * portions / PORTIONS;
        let above_floor = self.remaining.saturating_sub(self.floor());
        let left = allowed.saturating_sub(self.spent).min(above_floor);
        match pace {
            Pace::Half => left.min((allowed / 2).saturating_sub(self.spent_at_half)),
            Pace::AtOnce | Pace::Spread => left,
        }
    }

    /// The time until the next portion or the next window allows more requests.
    pub fn next_portion_in(&mut self, mono: Duration) -> Duration {
        self.begin_window_if_over(mono);
        let next = self.portion(mono).saturating_add(1);
        let is_spent = next >= PORTIONS || self.remaining <= self.floor();
        let at = match is_spent {
            true => self.ends,
            false => (self.began.saturating_add(PORTION_INTERVAL * next)).min(self.ends),
        };
        at.saturating_sub(mono)
    }

    /// The estimated time for reading this many details with the present share; `None` while the share is zero.
    pub fn time_for(&mut self, details: usize, mono: Duration) -> Option<Duration> {
        self.begin_window_if_over(mono);
        let share = usize::try_from(self.share()).ok()?;
        let windows = details.checked_div(share)?.saturating_add(1);
        Some(WINDOW.saturating_mul(u32::try_from(windows).ok()?))
    }

    fn portion(&self, mono: Duration) -> u32 {
        let since = mono.saturating_sub(self.began).as_secs();
        u32::try_from(since / PORTION_INTERVAL.as_secs()).unwrap_or(u32::MAX)
    }

    /// The two thirds of the limit that are not used for details.
    fn floor(&self) -> u32 {
        self.limit - self.limit / 3
    }

    // The number of details that may be read in this window: a third of the requests above the floor. The requests that
    // this window has spent on details count as still left.
    fn share(&self) -> u32 {
        let rest = self.remaining.saturating_add(self.spent);
        rest.saturating_sub(self.floor()) / 3
    }

    fn begin_window_if_over(&mut self, mono: Duration) {
        if mono >= self.ends {
            *self = Self {
                limit: self.limit,
                remaining: self.limit,
                ..Self::new(mono)
            };
        }
    }
}

#[cfg(test)]
mod tests;
