//! Data that this run's probes keep for the next run: hubs whose probe failed, so that the next run need not try
//! twice, and outages that have ended, whose pages may still come.
//!
//! It is only ever a saving: no file, or one that is not ours, is nothing remembered, never an error.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::ids::HubKey;
use crate::domain::now::Now;
use crate::domain::probe::{ENDED_RUN_MAX_AGE, EndedRun, FailingRun};

/// A hub whose probe failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailingProbe {
    #[serde(rename = "hub")]
    pub key: HubKey,
    /// The address that was asked: another one's failure says nothing.
    pub url: String,
    /// When the first try of the run was made.
    pub first: DateTime<Utc>,
    /// When the latest was.
    pub latest: DateTime<Utc>,
    /// How many there were.
    pub tries: u32,
}

impl FailingProbe {
    /// The run of failures with times of this process' steady clock; another process' steady clock cannot be compared
    /// with it.
    pub fn run(&self) -> FailingRun {
        FailingRun {
            first: earlier(self.first),
            latest: earlier(self.latest),
            tries: self.tries,
        }
    }
}

/// An outage that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedProbe {
    #[serde(rename = "hub")]
    pub key: HubKey,
    /// The address that was asked.
    pub url: String,
    /// When the first failed try was made.
    pub first: DateTime<Utc>,
    /// When the first good try after it was.
    pub ended: DateTime<Utc>,
    /// Whether our own network would explain it.
    pub may_be_our_network: bool,
}

impl EndedProbe {
    /// The run as this process counts it.
    pub fn run(&self) -> EndedRun {
        EndedRun {
            first: earlier(self.first),
            ended: earlier(self.ended),
            may_be_our_network: self.may_be_our_network,
        }
    }
}

// A moment before this process began, on both clocks.
fn earlier(wall: DateTime<Utc>) -> Now {
    Now {
        wall,
        mono: Duration::ZERO,
    }
}

/// The outages that ended at most two hours before `now`.
pub fn parse_ended(bytes: &[u8], now: DateTime<Utc>) -> Vec<EndedProbe> {
    let mut all: Vec<EndedProbe> = serde_json::from_slice(bytes).unwrap_or_default();
    all.retain(|one| one.first <= one.ended && is_recent(one.ended, now, ENDED_RUN_MAX_AGE));
    all
}

// A time that a wrong clock dated in the future is not trusted.
fn is_recent(at: DateTime<Utc>, now: DateTime<Utc>, max_age: Duration) -> bool {
    let max_age = TimeDelta::from_std(max_age).unwrap_or(TimeDelta::MAX);
    at <= now && now - at <= max_age
}

/// The hubs that were failing at most `within` before `now`.
pub fn parse(bytes: &[u8], now: DateTime<Utc>, within: Duration) -> Vec<FailingProbe> {
    let mut all: Vec<FailingProbe> = serde_json::from_slice(bytes).unwrap_or_default();
    all.retain(|one| one.first <= one.latest && is_recent(one.latest, now, within));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn failing(hub: &str, first: i64, latest: i64) -> FailingProbe {
        FailingProbe {
            key: HubKey::new("leap", hub),
            url: "https://leap.example/hub/health".to_owned(),
            first: at(first),
            latest: at(latest),
            tries: 1,
        }
    }

    #[test]
    fn what_is_old_or_not_yet_is_not_remembered() {
        let kept = [
            failing("prod", 100, 160),
            failing("old", 0, 39),
            failing("later", 100, 201),
            failing("backwards", 170, 160),
        ];
        let bytes = serde_json::to_vec(&kept).unwrap();
        let loaded = parse(&bytes, at(200), Duration::from_secs(160));
        assert_eq!(loaded, kept[..1]);
    }

    #[test]
    fn an_outage_that_is_over_is_remembered_for_two_hours() {
        let over = |first, ended| EndedProbe {
            key: HubKey::new("leap", "prod"),
            url: String::new(),
            first: at(first),
            ended: at(ended),
            may_be_our_network: false,
        };
        let kept = [over(0, 2800), over(0, 2799), over(0, 10_001), over(9, 8)];
        let bytes = serde_json::to_vec(&kept).unwrap();
        assert_eq!(parse_ended(&bytes, at(10_000)), kept[..1]);
        assert_eq!(parse_ended(b"[{", at(0)), []);
    }

    #[test]
    fn garbage_is_nothing() {
        for garbage in ["", "{", "[1]", "null", "[{\"hub\":\"leap/prod\"}]"] {
            let loaded = parse(garbage.as_bytes(), at(0), Duration::MAX);
            assert_eq!(loaded, [], "{garbage}");
        }
    }
}
