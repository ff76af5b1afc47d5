//! What was read of incidents, kept between runs, so that a look from cron need not read it again. Pure:
//! whoever drives the poller reads and writes the bytes.
//!
//! It is only ever a saving: bytes that are missing, torn or of another version are an empty cache, never
//! an error. Details count only for the `updated_at` that they were read for.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::ids::IncidentId;
use crate::domain::incident::{IncidentAlert, LogEntry};

/// The file's format; another one is not read.
const VERSION: u32 = 1;
/// Incidents that no listing named for so long are dropped.
const KEPT_FOR: TimeDelta = TimeDelta::days(7);
/// No more incidents than this are kept, those seen last.
const KEPT_AT_MOST: usize = 2_000;

/// What is kept of one incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The incident's `updated_at` when `alerts` was read.
    pub updated_at: Option<DateTime<Utc>>,
    /// When a listing last named it.
    pub seen_at: DateTime<Utc>,
    /// Its alerts.
    pub alerts: Vec<IncidentAlert>,
    /// Its log, where it was read whole.
    pub log: Option<KeptLog>,
}

/// The log of an incident from its beginning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptLog {
    /// Up to when.
    pub until: DateTime<Utc>,
    /// The entries.
    pub entries: Vec<Arc<LogEntry>>,
}

/// What is kept of an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IncidentCache {
    version: u32,
    /// Up to when the account's log was read.
    pub log_until: Option<DateTime<Utc>>,
    /// By incident.
    pub incidents: BTreeMap<IncidentId, Kept>,
}

impl Default for IncidentCache {
    fn default() -> Self {
        Self {
            version: VERSION,
            log_until: None,
            incidents: BTreeMap::new(),
        }
    }
}

impl IncidentCache {
    /// Reads what [`Self::to_bytes`] wrote; anything else is an empty cache.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let read = serde_json::from_slice::<Self>(bytes).ok();
        read.filter(|cache| cache.version == VERSION)
            .unwrap_or_default()
    }

    /// The file's content.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Drops what was not seen for a week, and the longest unseen of too many.
    pub fn prune(&mut self, now: DateTime<Utc>) {
        let oldest = now.checked_sub_signed(KEPT_FOR).unwrap_or_default();
        self.incidents.retain(|_, kept| kept.seen_at >= oldest);
        let surplus = self.incidents.len().saturating_sub(KEPT_AT_MOST);
        let mut seen: Vec<_> = self
            .incidents
            .iter()
            .map(|(id, kept)| (kept.seen_at, id.clone()))
            .collect();
        seen.sort();
        for (_, id) in seen.into_iter().take(surplus) {
            self.incidents.remove(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(n)
    }

    fn kept(seen_at: DateTime<Utc>) -> Kept {
        Kept {
            updated_at: Some(day(1)),
            seen_at,
            alerts: vec![IncidentAlert {
                id: "A1".into(),
                resolved: false,
                alert_key: None,
                created_at: None,
                suppressed: false,
                fingerprints: vec![crate::domain::ids::Fingerprint(7)],
                label_sets: vec![[("alertname", "x")].into_iter().collect()],
            }],
            log: None,
        }
    }

    fn cache(count: usize, seen_at: impl Fn(usize) -> DateTime<Utc>) -> IncidentCache {
        let incidents = (0..count).map(|n| (format!("Q{n}").into(), kept(seen_at(n))));
        IncidentCache {
            log_until: Some(day(3)),
            incidents: incidents.collect(),
            ..IncidentCache::default()
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let cache = cache(3, |_| day(2));
        assert_eq!(IncidentCache::from_bytes(&cache.to_bytes()), cache);
    }

    #[test]
    fn a_torn_file_or_another_version_is_an_empty_cache() {
        let bytes = cache(3, |_| day(2)).to_bytes();
        for length in 0..bytes.len() {
            assert_eq!(
                IncidentCache::from_bytes(&bytes[..length]),
                IncidentCache::default()
            );
        }
        let other = String::from_utf8(bytes)
            .unwrap()
            .replace("\"version\":1", "\"version\":2");
        assert_eq!(
            IncidentCache::from_bytes(other.as_bytes()),
            IncidentCache::default()
        );
    }

    #[test]
    fn the_unseen_go_and_the_last_seen_stay() {
        let mut aged = cache(20, |n| day(n as i64));
        aged.prune(day(20));
        assert_eq!(aged.incidents.len(), 7);
        let mut many = cache(2_005, |n| day(20) + TimeDelta::seconds(n as i64));
        many.prune(day(20));
        assert_eq!(many.incidents.len(), KEPT_AT_MOST);
        assert!(
            !many.incidents.contains_key(&"Q4".into()) && many.incidents.contains_key(&"Q5".into())
        );
    }
}
