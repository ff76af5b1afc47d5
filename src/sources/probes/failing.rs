//! Hubs whose probe failed at the latest look: the first try of whoever looks next, who then need not
//! try twice.
//!
//! It is only ever a saving: no file, or one that is not ours, is nothing remembered, never an error.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::ids::HubKey;
use crate::domain::now::Now;
use crate::domain::probe::FailingRun;

/// A hub whose probe failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailingProbe {
    /// The hub.
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
    /// The run of failures as this process counts it: another one's steady clock says nothing, since it began
    /// before ours.
    pub fn run(&self) -> FailingRun {
        let at = |wall| Now {
            wall,
            mono: Duration::ZERO,
        };
        FailingRun {
            first: at(self.first),
            latest: at(self.latest),
            tries: self.tries,
        }
    }
}

/// What was failing at most `within` before `now`. What a wrong clock dated later is not believed.
pub fn parse(bytes: &[u8], now: DateTime<Utc>, within: Duration) -> Vec<FailingProbe> {
    let mut all: Vec<FailingProbe> = serde_json::from_slice(bytes).unwrap_or_default();
    let within = TimeDelta::from_std(within).unwrap_or(TimeDelta::MAX);
    all.retain(|one| one.first <= one.latest && one.latest <= now && now - one.latest <= within);
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
    fn garbage_is_nothing() {
        for garbage in ["", "{", "[1]", "null", "[{\"hub\":\"leap/prod\"}]"] {
            let loaded = parse(garbage.as_bytes(), at(0), Duration::MAX);
            assert_eq!(loaded, [], "{garbage}");
        }
    }
}
