//! An incident of the record with its log, as it is kept on disk.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::IncidentRecord;
use super::recorded_entry::RecordedEntry;
use crate::domain::ids::IncidentId;
use crate::domain::incident::{Incident, LogEntry};
use crate::domain::now::MAX_CLOCK_LEAD;

/// The time after which an open incident without new entries is requested again.
const MAX_OPEN_AGE: TimeDelta = TimeDelta::minutes(30);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct RecordedIncident {
    incident: Incident,
    merged_into: Option<IncidentId>,
    /// When the incident was requested from PagerDuty.
    as_of: DateTime<Utc>,
    /// Whether an entry that matters for judgement could not be read.
    lacks_entry: bool,
    /// The log, the oldest entry first.
    log: Vec<RecordedEntry>,
    /// Whether entries were added after the incident itself was last requested.
    #[serde(skip)]
    has_new_entries: bool,
}

impl RecordedIncident {
    /// A record of the incident's present state. Takes the log from `before`, the record of the incident's last state.
    pub fn new(
        incident: Incident,
        merged_into: Option<IncidentId>,
        as_of: DateTime<Utc>,
        before: Option<Self>,
    ) -> Self {
        let lacks_entry = before.as_ref().is_some_and(Self::lacks_entry);
        Self {
            incident,
            merged_into,
            as_of,
            lacks_entry,
            log: before.map(|before| before.log).unwrap_or_default(),
            has_new_entries: false,
        }
    }

    pub fn state(&self) -> (&Incident, Option<&IncidentId>) {
        (&self.incident, self.merged_into.as_ref())
    }

    pub fn created_at(&self) -> DateTime<Utc> {
        self.incident.created_at
    }

    /// Whether an entry that matters for judgement could not be read.
    pub fn lacks_entry(&self) -> bool {
        self.lacks_entry
    }

    /// Records that an entry could not be read. Returns true if this is the first unreadable entry of the log.
    pub fn note_gap(&mut self) -> bool {
        !std::mem::replace(&mut self.lacks_entry, true)
    }

    /// Replaces a log that lacks an entry with the whole log.
    pub fn replace_log(&mut self, log: Vec<LogEntry>) {
        self.log = log.into_iter().map(RecordedEntry::new).collect();
        self.lacks_entry = false;
    }

    /// Adds entries. Returns whether any of them was new.
    pub fn add(&mut self, entries: Vec<LogEntry>) -> bool {
        if entries.is_empty() {
            return false;
        }
        let known: BTreeSet<String> = self.log.iter().map(|entry| entry.id.clone()).collect();
        let new = entries
            .into_iter()
            .filter(|entry| !known.contains(&entry.id));
        let before = self.log.len();
        self.log.extend(new.map(RecordedEntry::new));
        // The sort is stable, so entries of one second keep their order.
        self.log.sort_by_key(|entry| entry.at);
        let has_grown = self.log.len() > before;
        self.has_new_entries |= has_grown;
        has_grown
    }

    /// Whether the incident may have changed between its last read and `now`.
    pub fn is_outdated(&self, now: DateTime<Utc>) -> bool {
        let last = self.log.last().map(|entry| entry.at);
        let is_recent = last.is_some_and(|at| self.as_of - at <= MAX_CLOCK_LEAD);
        let is_old = self.incident.is_open() && now - self.as_of >= MAX_OPEN_AGE;
        self.as_of < now && (self.has_new_entries || is_recent || is_old)
    }

    /// The incident for the review. If `is_log_known` is false, the account's log could not be read and the incident's
    /// log counts as unknown.
    pub fn to_record(&self, is_log_known: bool) -> IncidentRecord {
        let id = &self.incident.id;
        let log: Vec<LogEntry> = self.log.iter().map(|entry| entry.to_entry(id)).collect();
        let mut incident = self.incident.clone();
        incident.log_known = is_log_known && !self.lacks_entry && log_begins(&log, &incident);
        IncidentRecord {
            incident,
            log,
            merged_into: self.merged_into.clone(),
        }
    }
}

/// Whether a log (oldest entry first) reaches back to the incident's creation. PagerDuty may have dropped the oldest
/// entries of the log.
pub fn log_begins(log: &[LogEntry], incident: &Incident) -> bool {
    let latest = TimeDelta::minutes(1);
    log.first()
        .is_some_and(|entry| entry.at - incident.created_at <= latest)
}
