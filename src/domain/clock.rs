//! The countdowns of a case.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// The kinds of clocks.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ClockKind {
    /// PagerDuty escalates the incident to the next level.
    Escalates,
    /// The acknowledgement expires.
    AckExpires,
    /// PagerDuty resolves the incident automatically.
    AutoResolves,
    /// PagerDuty raises the incident's urgency to high.
    UrgencyRises,
    /// The time-box ends and needs a decision.
    TimeBox,
    /// The case is due by the team's calendar.
    Due,
    /// The public must be told of an outage.
    TellPublic,
    /// The public must get an update.
    UpdateDue,
    /// The snooze ends.
    Snoozed,
}

impl ClockKind {
    /// Whether PagerDuty acts when the clock reaches zero. If not, a person must act.
    pub fn is_pagerduty_timer(self) -> bool {
        matches!(
            self,
            Self::Escalates
                | Self::AckExpires
                | Self::AutoResolves
                | Self::UrgencyRises
                | Self::Snoozed
        )
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    pub kind: ClockKind,
    /// The time at which the clock reaches zero.
    pub at: DateTime<Utc>,
    /// Whether hubwatch computed the time. If not, PagerDuty gave it.
    pub estimate: bool,
    /// For `Escalates`: the recipient of the escalation, or all candidates of a round robin.
    pub to: Vec<String>,
}

impl Clock {
    /// The time left at `now`. Negative after the clock has reached zero.
    pub fn remaining(&self, now: DateTime<Utc>) -> TimeDelta {
        self.at - now
    }

    pub fn has_expired(&self, now: DateTime<Utc>) -> bool {
        self.at <= now
    }
}

/// The clock that a case shows. If the case is snoozed, this is the clock of the snooze. Otherwise it is the clock that
/// runs out first. PagerDuty's automatic resolve is left out if the incident escalates before it or at the same time.
pub fn leading_clock(clocks: &[Clock]) -> Option<&Clock> {
    let of = |kind| clocks.iter().find(|clock| clock.kind == kind);
    if let Some(snooze) = of(ClockKind::Snoozed) {
        return Some(snooze);
    }
    let escalates = of(ClockKind::Escalates).map(|clock| clock.at);
    clocks
        .iter()
        .filter(|clock| match clock.kind {
            ClockKind::AutoResolves => escalates.is_none_or(|at| clock.at < at),
            _ => true,
        })
        .min_by_key(|clock| (clock.at, clock.kind))
}
