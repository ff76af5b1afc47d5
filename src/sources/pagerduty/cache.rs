//! The details of incidents, kept between runs so that a command from cron need not read them again. Pure: the caller
//! reads and writes the file.
//!
//! The cache only saves time. A missing or incomplete file, or a file of another version, counts as empty and never as
//! an error. Cached alerts count only while the incident's `updated_at` and number of alerts are unchanged.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::filter_ids::FilterIds;
use crate::domain::ids::IncidentId;
use crate::domain::incident::{IncidentAlert, LogEntry};

/// The version of the file's format and of the parsing of details. A file of another version is not read.
const VERSION: u32 = 3;
/// The time after which an incident is dropped if no listing contains it.
const MAX_UNSEEN_AGE: TimeDelta = TimeDelta::days(7);
/// The most incidents that are kept. The incidents that were seen last are kept.
const MAX_INCIDENTS: usize = 2_000;

/// The kept details of one incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CachedIncident {
    /// The incident's `updated_at` when `alerts` was read.
    pub updated_at: Option<DateTime<Utc>>,
    /// The incident's own count of triggered alerts when `alerts` was read.
    #[serde(default)]
    pub triggered_alerts: Option<u32>,
    /// When a listing last contained the incident.
    pub seen_at: DateTime<Utc>,
    pub alerts: Vec<IncidentAlert>,
    /// The log, if it was read completely.
    pub log: Option<CachedLog>,
}

/// The log of an incident from its beginning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CachedLog {
    /// The time up to which the log was read.
    pub until: DateTime<Utc>,
    pub entries: Vec<Arc<LogEntry>>,
}

/// The kept details of an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IncidentCache {
    version: u32,
    /// The time up to which the account's log was read.
    pub log_until: Option<DateTime<Utc>>,
    pub incidents: BTreeMap<IncidentId, CachedIncident>,
    /// The ids for the filters' names, from the last look-up.
    #[serde(default)]
    pub(super) filters: Option<CachedFilters>,
}

/// The services and teams that a configuration names, with their ids.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct CachedFilters {
    pub services: Vec<String>,
    pub teams: Vec<String>,
    pub ids: FilterIds,
}

impl Default for IncidentCache {
    fn default() -> Self {
        Self {
            version: VERSION,
            log_until: None,
            incidents: BTreeMap::new(),
            filters: None,
        }
    }
}

impl IncidentCache {
    /// Parses the output of [`Self::to_bytes`]. Any other bytes give an empty cache.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let read = serde_json::from_slice::<Self>(bytes).ok();
        read.filter(|cache| cache.version == VERSION)
            .unwrap_or_default()
    }

    /// The file's content.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Drops incidents that were not seen for a week. If there are still too many, drops those that were not seen for
    /// the longest time.
    pub fn prune(&mut self, now: DateTime<Utc>) {
        let oldest = now.checked_sub_signed(MAX_UNSEEN_AGE).unwrap_or_default();
        self.incidents.retain(|_, kept| kept.seen_at >= oldest);
        let surplus = self.incidents.len().saturating_sub(MAX_INCIDENTS);
        let mut seen: Vec<_> = self
            .incidents
            .iter()
            .map(|(id, kept)| (kept.seen_at, id.clone()))
            .collect();
        seen.sort_unstable();
        for (_, id) in seen.into_iter().take(surplus) {
            self.incidents.remove(&id);
        }
    }
}

#[cfg(test)]
mod tests;
