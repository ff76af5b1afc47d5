//! What asking a hub's `/hub/health` told.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::now::Now;

/// How long a run of failures that ended is kept: an outside check pages half an hour after the first failure.
pub const ENDED_RUN_MAX_AGE: Duration = Duration::from_secs(2 * 60 * 60);

/// How a try ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProbeOutcome {
    /// The status that was expected.
    Good {
        /// The HTTP status.
        status: u16,
    },
    /// Another status: a definite wrong answer.
    Wrong {
        /// The HTTP status.
        status: u16,
        /// What answers in the hub's place.
        proxy: ProxyState,
    },
    /// An answer never came.
    NoAnswer {
        /// How it failed.
        kind: ProbeFailure,
        /// In words.
        text: String,
    },
}

/// What the hub's proxy says of itself (`/_chp_healthz`) when the hub's answer was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProxyState {
    /// The proxy is well: the hub behind it is gone.
    HubGone,
    /// The proxy does not answer either: the proxy or what stands before it is gone.
    ProxyGone,
    /// It was not asked, or its answer says nothing.
    Unclear,
}

/// How a try without an answer failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProbeFailure {
    /// The name did not resolve.
    Resolve,
    /// The connection was refused or reset.
    Connect,
    /// The certificate is not valid for the host. The far end did answer, and wrongly.
    Certificate,
    /// Nothing came in time.
    Timeout,
}

/// An unbroken run of failed tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailingRun {
    /// When the first of them was made.
    pub first: Now,
    /// When the latest was.
    pub latest: Now,
    /// How many there were.
    pub tries: u32,
}

/// A run of failures that a good answer ended: an outage that is over, whose page may be still to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedRun {
    /// When the first failed try was made.
    pub first: Now,
    /// When the first good try after it was made.
    pub ended: Now,
    /// Whether its last failure could as well be our own network's.
    pub may_be_our_network: bool,
}

/// The state of one hub's probe after its latest try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// When the latest try was made.
    pub at: Now,
    /// How it ended.
    pub outcome: ProbeOutcome,
    /// How long the answer took, where one came.
    pub latency: Option<Duration>,
    /// The end of the certificate's validity, from the last handshake that succeeded.
    pub certificate_ends: Option<DateTime<Utc>>,
    /// The present run of failures; none after a good answer.
    pub failing: Option<FailingRun>,
    /// Confirmed runs that ended within [`ENDED_RUN_MAX_AGE`], the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ended: Vec<EndedRun>,
}

impl ProbeOutcome {
    /// Whether the hub answered as it should.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Good { .. })
    }

    /// Whether it could as well be our own network that failed.
    pub fn may_be_our_network(&self) -> bool {
        matches!(
            self,
            Self::NoAnswer {
                kind: ProbeFailure::Resolve | ProbeFailure::Connect | ProbeFailure::Timeout,
                ..
            }
        )
    }
}

impl FailingRun {
    /// Whether the failure has been seen again, at least `confirm` after it was first seen.
    pub fn is_confirmed(&self, confirm: Duration) -> bool {
        self.tries >= 2 && self.latest.since(self.first) >= confirm
    }
}

impl Probe {
    /// Whether a failure has been seen again, at least `confirm` after it was first seen.
    pub fn is_confirmed(&self, confirm: Duration) -> bool {
        self.failing.is_some_and(|run| run.is_confirmed(confirm))
    }
}

/// The vantage rule: when more than half of the targets, and at least two, fail in a way that our own
/// network would explain, it is our network, and nothing they say is evidence against a hub.
pub fn is_vantage_lost<'a>(probes: impl IntoIterator<Item = &'a Probe>) -> bool {
    let (mut all, mut silent) = (0_usize, 0_usize);
    for probe in probes {
        all += 1;
        silent += usize::from(probe.outcome.may_be_our_network());
    }
    silent >= 2 && silent * 2 > all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probe(outcome: ProbeOutcome) -> Probe {
        Probe {
            at: Now {
                wall: DateTime::UNIX_EPOCH,
                mono: Duration::ZERO,
            },
            outcome,
            latency: None,
            certificate_ends: None,
            failing: None,
            ended: Vec::new(),
        }
    }

    fn silent(kind: ProbeFailure) -> Probe {
        probe(ProbeOutcome::NoAnswer {
            kind,
            text: String::new(),
        })
    }

    #[test]
    fn most_targets_silent_at_once_is_our_network() {
        let good = || probe(ProbeOutcome::Good { status: 200 });
        assert!(is_vantage_lost(&[
            silent(ProbeFailure::Connect),
            silent(ProbeFailure::Resolve),
            good()
        ]));
        assert!(!is_vantage_lost(&[
            silent(ProbeFailure::Connect),
            good(),
            good()
        ]));
        assert!(!is_vantage_lost(&[
            silent(ProbeFailure::Timeout),
            silent(ProbeFailure::Timeout),
            good(),
            good()
        ]));
        assert!(!is_vantage_lost(&[]));
    }

    #[test]
    fn answers_that_are_wrong_are_not_our_network() {
        let wrong = || {
            probe(ProbeOutcome::Wrong {
                status: 503,
                proxy: ProxyState::HubGone,
            })
        };
        assert!(!is_vantage_lost(&[
            wrong(),
            wrong(),
            silent(ProbeFailure::Certificate)
        ]));
    }

    #[test]
    fn one_target_alone_is_never_our_network() {
        assert!(!is_vantage_lost(&[silent(ProbeFailure::Connect)]));
    }
}
