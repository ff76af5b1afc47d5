//! The incidents known from poll to poll, and the details still to be read. Pure.
//!
//! Listings give an incident's state. Alerts, log and notes are read separately, and only when needed. An open incident
//! that is no longer listed does not count as resolved until it was looked up.

mod known_incident;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use self::known_incident::{AlertsAsOf, KnownIncident};
use super::cache::{CachedFilters, IncidentCache};
use super::listings::LogSlice;
use super::wire::log::{WireNote, fill_in_notes};
use crate::domain::answers::IncidentsData;
use crate::domain::ids::IncidentId;
use crate::domain::incident::{Incident, IncidentAlert, LogEntry};
use crate::domain::now::Now;

/// The age at which a log is outdated: a snooze or a time-box may be missing.
const MAX_LOG_AGE: Duration = Duration::from_secs(60);

/// The details that PagerDuty lists only incident by incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Detail {
    Alerts,
    Log,
    Notes,
}

/// All incidents that are shown.
#[derive(Debug, Default)]
pub(super) struct KnownIncidents {
    incidents: BTreeMap<IncidentId, KnownIncident>,
    cache: IncidentCache,
    /// The time up to which the account's log was read.
    log_until: Option<DateTime<Utc>>,
    /// Whether there are changes that are not saved yet.
    unsaved_changes: bool,
}

impl KnownIncidents {
    /// Starts with the cache of an earlier run.
    pub fn from_cache(cached: IncidentCache) -> Self {
        Self {
            log_until: cached.log_until,
            cache: cached,
            ..Self::default()
        }
    }

    /// Keeps the filters for the next run.
    pub fn keep_filters(&mut self, filters: Option<CachedFilters>) {
        if filters.is_some() && filters != self.cache.filters {
            self.cache.filters = filters;
            self.unsaved_changes = true;
        }
    }

    /// Records an incident's state and returns its id. Details that were read earlier stay.
    pub fn upsert(&mut self, fresh: Incident) -> IncidentId {
        let id = fresh.id.clone();
        let before = self
            .incidents
            .remove(&id)
            .or_else(|| self.restore_from_cache(&fresh));
        let known = match before {
            None => KnownIncident::new(fresh),
            Some(before) => before.with_update(fresh),
        };
        self.incidents.insert(id.clone(), known);
        id
    }

    /// Removes an incident that no longer exists.
    pub fn remove(&mut self, id: &IncidentId) {
        self.incidents.remove(id);
    }

    /// Removes the incidents that were resolved before `cutoff`.
    pub fn remove_resolved_before(&mut self, cutoff: DateTime<Utc>) {
        self.incidents.retain(|_, known| {
            let incident = &known.incident;
            incident.is_open() || incident.resolved_at.is_none_or(|at| at >= cutoff)
        });
    }

    /// Whether this incident is known.
    pub fn contains(&self, id: &IncidentId) -> bool {
        self.incidents.contains_key(id)
    }

    /// Whether this incident is known and open.
    pub fn is_open(&self, id: &IncidentId) -> bool {
        let known = self.incidents.get(id);
        known.is_some_and(|known| known.incident.is_open())
    }

    /// Open incidents that are not among `listed`.
    pub fn open_not_in(&self, listed: &[IncidentId]) -> Vec<IncidentId> {
        let open = self
            .incidents
            .values()
            .filter(|known| known.incident.is_open());
        let ids = open.map(|known| known.incident.id.clone());
        ids.filter(|id| !listed.contains(id)).collect()
    }

    /// The unread details in reading order, as of the poll that began at `asked`. The details of the most urgent
    /// incident come first, those of resolved incidents last.
    pub fn unread_details(&self, asked: Now) -> Vec<(IncidentId, Detail)> {
        let mut unread: Vec<_> = self
            .incidents
            .values()
            .filter(|known| known.unread_details(asked).next().is_some())
            .collect();
        unread.sort_by_cached_key(|known| known.reading_order());
        let details = unread.into_iter().flat_map(|known| {
            let id = &known.incident.id;
            known
                .unread_details(asked)
                .map(move |part| (id.clone(), part))
        });
        details.collect()
    }

    /// Whether an open incident lacks this detail although PagerDuty offers it. Alerts and logs count only where
    /// judgement needs them. Notes count only if the text of an annotation was not read.
    pub fn lacks(&self, detail: Detail) -> bool {
        let mut all = self.incidents.values();
        all.any(|known| known.lacks(detail))
    }

    /// The number of incidents whose detail was read, and the number of incidents that need the detail.
    pub fn progress(&self, detail: Detail) -> (usize, usize) {
        let needing = self.incidents.values().filter(|known| known.needs(detail));
        let all = needing.clone().count();
        (
            all - needing.filter(|known| known.lacks(detail)).count(),
            all,
        )
    }

    /// Whether some incident lacks this detail because PagerDuty does not offer it.
    pub fn is_not_offered(&self, detail: Detail) -> bool {
        let mut all = self.incidents.values();
        all.any(|known| known.not_offered.contains(&detail))
    }

    /// Records that PagerDuty does not offer this detail for the incident.
    pub fn set_not_offered(&mut self, id: &IncidentId, detail: Detail) {
        if let Some(known) = self.incidents.get_mut(id) {
            known.not_offered.insert(detail);
        }
    }

    /// Sets the alerts of an incident. They belong to its present `updated_at` and number of alerts.
    pub fn set_alerts(&mut self, id: &IncidentId, alerts: Vec<IncidentAlert>) {
        if let Some(known) = self.incidents.get_mut(id) {
            let incident = Arc::make_mut(&mut known.incident);
            known.alerts_as_of = Some(AlertsAsOf::from_incident(incident));
            incident.alerts = alerts;
            incident.alerts_known = true;
            self.unsaved_changes = true;
        }
    }

    /// The time up to which the account's log was read.
    pub fn log_until(&self) -> Option<DateTime<Utc>> {
        self.log_until
    }

    /// Adds a piece of the account's log. Entries of incidents that are not shown are dropped. If the piece may lack an
    /// entry of an incident, that incident's own log must be read.
    pub fn add_account_log(&mut self, slice: LogSlice, asked: Now) {
        let from = slice.from;
        let gap = self.log_until.is_none_or(|before| before < from);
        for (id, known) in &mut self.incidents {
            let whole = known.log_complete && !gap;
            known.log_complete =
                (whole || known.incident.created_at >= from) && !slice.may_lack_entry_of(id);
            known.log_read_at = known.log_complete.then_some(asked);
        }
        let until = slice.until;
        for entry in slice.entries {
            if let Some(known) = self.incidents.get_mut(&entry.incident) {
                self.unsaved_changes |= known.add_log_entry(entry);
            }
        }
        self.log_until = Some(until);
    }

    /// Adds the entries of an incident's whole log, read by the poll that began at `asked`.
    pub fn add_incident_log(&mut self, id: &IncidentId, entries: Vec<LogEntry>, asked: Now) {
        if let Some(known) = self.incidents.get_mut(id) {
            entries.into_iter().for_each(|entry| {
                known.add_log_entry(entry);
            });
            known.log_complete = true;
            known.log_read_at = Some(asked);
            self.unsaved_changes = true;
        }
    }

    /// Adds the notes of an incident to its log.
    pub fn add_notes(&mut self, id: &IncidentId, notes: Vec<WireNote>) {
        if let Some(known) = self.incidents.get_mut(id) {
            fill_in_notes(known.log.iter_mut().map(Arc::make_mut), notes);
            known.notes_due = false;
            self.unsaved_changes = true;
        }
    }

    /// Sets for each incident whether its log is known up to the present. `asked` is when the latest poll began.
    pub fn mark_known_logs(&mut self, asked: Now) {
        for known in self.incidents.values_mut() {
            let is_current = |read: Now| asked.since(read) <= MAX_LOG_AGE;
            let log_known = known.log_complete && known.log_read_at.is_some_and(is_current);
            // An empty log cannot show the incident's priority.
            let priority_log_known = log_known && !known.log.is_empty();
            let before = &known.incident;
            if (before.log_known, before.priority_log_known) != (log_known, priority_log_known) {
                let incident = Arc::make_mut(&mut known.incident);
                incident.log_known = log_known;
                incident.priority_log_known = priority_log_known;
            }
        }
    }

    /// All known data. The order of the incidents does not depend on the order of the answers. The oldest log entry
    /// comes first.
    pub fn to_data(&self) -> IncidentsData {
        let mut log: Vec<_> = self
            .incidents
            .values()
            .flat_map(|known| known.log.iter().cloned())
            .collect();
        // The sort is stable. Times are whole seconds, so entries of the same second stay in the order in which they
        // were read.
        log.sort_by(|a, b| (a.at, &a.incident).cmp(&(b.at, &b.incident)));
        IncidentsData {
            incidents: self
                .incidents
                .values()
                .map(|known| known.incident.clone())
                .collect(),
            log,
        }
    }

    /// The cache to save; `None` if there is nothing new since the last call.
    pub fn take_unsaved_cache(&mut self, now: DateTime<Utc>) -> Option<&IncidentCache> {
        let late = self.cache.log_until.is_none_or(|saved| {
            let behind = now.signed_duration_since(saved);
            behind > chrono::TimeDelta::minutes(10)
        });
        if !(self.unsaved_changes || late) {
            return None;
        }
        for (id, known) in &self.incidents {
            if let Some(kept) = known.to_cached(now, self.log_until) {
                self.cache.incidents.insert(id.clone(), kept);
            }
        }
        self.cache.log_until = self.log_until;
        self.cache.prune(now);
        self.unsaved_changes = false;
        Some(&self.cache)
    }

    // Restores an incident's details from the cache; `None` if the incident is not cached. A cached log that ends
    // before the account's log was last read has a gap. Such a log is dropped, so that it is read again.
    fn restore_from_cache(&self, fresh: &Incident) -> Option<KnownIncident> {
        let kept = self.cache.incidents.get(&fresh.id)?;
        let mut incident = fresh.clone();
        incident.alerts.clone_from(&kept.alerts);
        let log = kept
            .log
            .as_ref()
            .filter(|log| Some(log.until) >= self.log_until);
        Some(KnownIncident {
            incident: Arc::new(incident),
            alerts_as_of: Some(AlertsAsOf {
                updated_at: kept.updated_at,
                triggered: kept.triggered_alerts,
            }),
            log: log.map(|log| log.entries.clone()).unwrap_or_default(),
            log_complete: log.is_some(),
            log_read_at: None,
            notes_due: false,
            not_offered: BTreeSet::new(),
        })
    }
}

#[cfg(test)]
mod tests;
