//! Data that this run's probes save for the next run of the program: failing hubs and ended outages. If a saved hub
//! still fails, its first failed try confirms the failure, and no second try is needed. Ended outages are saved, since
//! PagerDuty may open an incident for an outage after its end.
//!
//! A missing or unparsable file counts as empty and is no error.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::ids::HubKey;
use crate::domain::now::Now;
use crate::domain::probe::{EndedRun, FailingRun, PastOutage};

/// The most outages that are kept. The latest outages are kept.
const MAX_KEPT: usize = 5_000;

/// A hub whose probe failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailingProbe {
    #[serde(rename = "hub")]
    pub key: HubKey,
    /// The address that was probed. The record does not apply to another address.
    pub url: String,
    /// When the first failed try in a row was made.
    pub first: DateTime<Utc>,
    /// When the latest failed try was made.
    pub latest: DateTime<Utc>,
    /// The number of failed tries in a row.
    pub tries: u32,
}

impl FailingProbe {
    /// The run of failures, with times by this process's steady clock. Another process's steady clock cannot be
    /// compared with ours.
    pub fn run(&self) -> FailingRun {
        FailingRun {
            first: earlier(self.first),
            latest: earlier(self.latest),
            tries: self.tries,
        }
    }
}

/// An outage that has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedProbe {
    #[serde(rename = "hub")]
    pub key: HubKey,
    /// The address that was probed.
    pub url: String,
    /// When the first failed try was made.
    pub first: DateTime<Utc>,
    /// When the first good try after the outage was made.
    pub ended: DateTime<Utc>,
    /// Whether our own network may explain the outage.
    pub may_be_our_network: bool,
    /// Whether the hub stayed well: no try failed for [`crate::domain::probe::WELL_FOR`] after the outage, and a later
    /// try was made.
    #[serde(default)]
    pub stayed_well: bool,
}

impl EndedProbe {
    /// The run with times by this process's clocks.
    pub fn run(&self) -> EndedRun {
        EndedRun {
            first: earlier(self.first),
            ended: earlier(self.ended),
            may_be_our_network: self.may_be_our_network,
        }
    }
}

// A time before this process began, on both clocks.
fn earlier(wall: DateTime<Utc>) -> Now {
    Now {
        wall,
        mono: Duration::ZERO,
    }
}

/// The saved outages that ended at most `max_age` before `now`.
pub fn parse_ended(bytes: &[u8], now: DateTime<Utc>, max_age: Duration) -> Vec<EndedProbe> {
    let mut all: Vec<EndedProbe> = serde_json::from_slice(bytes).unwrap_or_default();
    all.retain(|one| one.first <= one.ended && is_recent(one.ended, now, max_age));
    all
}

/// Merges the saved outages with those of this run of the program. If both contain the same outage, this run's is used.
pub fn merge_ended(kept: Vec<EndedProbe>, own: &[EndedProbe]) -> Vec<EndedProbe> {
    let is_told = |kept: &EndedProbe| {
        own.iter()
            .any(|one| one.key == kept.key && one.first <= kept.first && kept.first <= one.ended)
    };
    let mut all: Vec<EndedProbe> = kept.into_iter().filter(|one| !is_told(one)).collect();
    all.extend(own.iter().cloned());
    all.sort_by_key(|one| one.ended);
    let surplus = all.len().saturating_sub(MAX_KEPT);
    all.drain(..surplus);
    all
}

impl From<EndedProbe> for PastOutage {
    fn from(one: EndedProbe) -> Self {
        Self {
            hub: one.key,
            first: one.first,
            ended: Some(one.ended),
            stayed_well: one.stayed_well,
            may_be_our_network: one.may_be_our_network,
        }
    }
}

impl From<FailingProbe> for PastOutage {
    fn from(one: FailingProbe) -> Self {
        Self {
            hub: one.key,
            first: one.first,
            ended: None,
            stayed_well: false,
            may_be_our_network: false,
        }
    }
}

// A time in the future comes from a wrong clock and is not trusted.
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

    fn over(first: i64, ended: i64) -> EndedProbe {
        EndedProbe {
            key: HubKey::new("leap", "prod"),
            url: String::new(),
            first: at(first),
            ended: at(ended),
            may_be_our_network: false,
            stayed_well: false,
        }
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
    fn an_outage_that_is_over_is_remembered_for_so_long() {
        let kept = [over(0, 2800), over(0, 2799), over(0, 10_001), over(9, 8)];
        let bytes = serde_json::to_vec(&kept).unwrap();
        let within = |seconds| parse_ended(&bytes, at(10_000), Duration::from_secs(seconds));
        assert_eq!(within(7_200), kept[..1]);
        assert_eq!(within(7_201), kept[..2]);
        assert_eq!(parse_ended(b"[{", at(0), Duration::MAX), []);
    }

    #[test]
    fn one_outage_is_kept_once_and_others_stay() {
        let elsewhere = EndedProbe {
            key: HubKey::new("maap", "prod"),
            ..over(15, 18)
        };
        let kept = vec![over(0, 5), over(10, 20), over(30, 40), elsewhere.clone()];
        let own = [EndedProbe {
            stayed_well: true,
            ..over(10, 40)
        }];
        let all = merge_ended(kept, &own);
        assert_eq!(all, [over(0, 5), elsewhere, own[0].clone()]);
        let many: Vec<EndedProbe> = (0..6_000).map(|second| over(second, second)).collect();
        assert_eq!(merge_ended(many, &[])[0], over(1_000, 1_000));
    }

    #[test]
    fn garbage_is_nothing() {
        for garbage in ["", "{", "[1]", "null", "[{\"hub\":\"leap/prod\"}]"] {
            let loaded = parse(garbage.as_bytes(), at(0), Duration::MAX);
            assert_eq!(loaded, [], "{garbage}");
        }
    }
}
