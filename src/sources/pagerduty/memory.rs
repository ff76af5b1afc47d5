//! What is known of incidents from one poll to the next, and what is still to be read. Pure.
//!
//! Listings say where an incident stands; alerts, log and notes are read apart and only when they must
//! be. A listing that no longer names an open incident does not say that it is over: it is looked up.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::cache::{IncidentCache, Kept, KeptLog};
use super::wire::log::{WireNote, fill_in};
use crate::domain::answers::IncidentsData;
use crate::domain::ids::IncidentId;
use crate::domain::incident::{Incident, IncidentAlert, LogEntry, LogKind};

/// One incident and how much of it was read.
#[derive(Debug)]
struct Known {
    incident: Arc<Incident>,
    /// The `updated_at` that its alerts were read for.
    alerts_as_of: Option<Option<DateTime<Utc>>>,
    log: Vec<Arc<LogEntry>>,
    /// Whether `log` begins with the incident's own beginning.
    log_whole: bool,
    /// An annotation came whose note was not read.
    notes_due: bool,
}

/// All incidents that are shown.
#[derive(Debug, Default)]
pub(super) struct Memory {
    known: BTreeMap<IncidentId, Known>,
    cached: IncidentCache,
    /// Up to when the account's log was read.
    log_until: Option<DateTime<Utc>>,
    /// Something was learned that a file should keep.
    learned: bool,
}

impl Memory {
    /// Begins with what an earlier run left.
    pub fn remember(cached: IncidentCache) -> Self {
        Self {
            log_until: cached.log_until,
            cached,
            ..Self::default()
        }
    }

    /// Takes note of where an incident stands; what was read of it before is kept. Gives its id back.
    pub fn hear(&mut self, fresh: Incident) -> IncidentId {
        let id = fresh.id.clone();
        let before = self.known.remove(&id).or_else(|| self.recall(&fresh));
        let known = match before {
            None => Known::new(fresh),
            Some(before) => before.updated(fresh),
        };
        self.known.insert(id.clone(), known);
        id
    }

    /// Takes note that there is no such incident any more.
    pub fn forget(&mut self, id: &IncidentId) {
        self.known.remove(id);
    }

    /// Forgets what was resolved before `cutoff`.
    pub fn forget_resolved_before(&mut self, cutoff: DateTime<Utc>) {
        self.known.retain(|_, known| {
            let incident = &known.incident;
            incident.is_open() || incident.resolved_at.is_none_or(|at| at >= cutoff)
        });
    }

    /// Whether this incident is shown.
    pub fn knows(&self, id: &IncidentId) -> bool {
        self.known.contains_key(id)
    }

    /// Open incidents that are not among `listed`.
    pub fn missing(&self, listed: &[IncidentId]) -> Vec<IncidentId> {
        let open = self.known.values().filter(|known| known.incident.is_open());
        let ids = open.map(|known| known.incident.id.clone());
        ids.filter(|id| !listed.contains(id)).collect()
    }

    /// Incidents whose alerts are not read as of now, open ones and the newest first.
    pub fn want_alerts(&self) -> Vec<IncidentId> {
        self.wanted(|known| !known.incident.alerts_known)
    }

    /// Takes the alerts of an incident, as they were asked for at its present `updated_at`.
    pub fn hear_alerts(&mut self, id: &IncidentId, alerts: Vec<IncidentAlert>) {
        if let Some(known) = self.known.get_mut(id) {
            let incident = Arc::make_mut(&mut known.incident);
            known.alerts_as_of = Some(incident.updated_at);
            incident.alerts = alerts;
            incident.alerts_known = true;
            self.learned = true;
        }
    }

    /// Up to when the account's log was read.
    pub fn log_until(&self) -> Option<DateTime<Utc>> {
        self.log_until
    }

    /// Takes a piece of the account's log that has no gap from `from` to `until`. What it says of incidents
    /// that are not shown is dropped.
    pub fn hear_log(&mut self, entries: Vec<LogEntry>, from: DateTime<Utc>, until: DateTime<Utc>) {
        let gap = self.log_until.is_none_or(|before| before < from);
        for known in self.known.values_mut() {
            let whole = known.log_whole && !gap;
            known.log_whole = whole || known.incident.created_at >= from;
        }
        for entry in entries {
            if let Some(known) = self.known.get_mut(&entry.incident) {
                self.learned |= known.add(entry);
            }
        }
        self.log_until = Some(until);
    }

    /// Open incidents whose log was not read from their beginning.
    pub fn want_log(&self) -> Vec<IncidentId> {
        self.wanted(|known| known.incident.is_open() && !known.log_whole)
    }

    /// Takes the whole log of an incident.
    pub fn hear_log_of(&mut self, id: &IncidentId, entries: Vec<LogEntry>) {
        if let Some(known) = self.known.get_mut(id) {
            entries.into_iter().for_each(|entry| {
                known.add(entry);
            });
            known.log_whole = true;
            self.learned = true;
        }
    }

    /// Open incidents with an annotation whose text was not read.
    pub fn want_notes(&self) -> Vec<IncidentId> {
        self.wanted(|known| known.incident.is_open() && known.notes_due)
    }

    /// Takes the notes of an incident.
    pub fn hear_notes(&mut self, id: &IncidentId, notes: Vec<WireNote>) {
        if let Some(known) = self.known.get_mut(id) {
            fill_in(known.log.iter_mut().map(Arc::make_mut), notes);
            known.notes_due = false;
            self.learned = true;
        }
    }

    /// Everything that is known, in an order that does not depend on how it was heard.
    pub fn say(&self) -> IncidentsData {
        let mut log: Vec<_> = self
            .known
            .values()
            .flat_map(|known| known.log.iter().cloned())
            .collect();
        log.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        IncidentsData {
            incidents: self
                .known
                .values()
                .map(|known| known.incident.clone())
                .collect(),
            log,
        }
    }

    /// What a file should keep, if anything was learned since it was last asked.
    pub fn unsaved(&mut self, now: DateTime<Utc>) -> Option<&IncidentCache> {
        let late = self.cached.log_until.is_none_or(|saved| {
            let behind = now.signed_duration_since(saved);
            behind > chrono::TimeDelta::minutes(10)
        });
        if !(self.learned || late) {
            return None;
        }
        for (id, known) in &self.known {
            if let Some(kept) = known.to_keep(now, self.log_until) {
                self.cached.incidents.insert(id.clone(), kept);
            }
        }
        self.cached.log_until = self.log_until;
        self.cached.prune(now);
        self.learned = false;
        Some(&self.cached)
    }

    // A log that was not kept up to the present has a gap, so it must be read anew.
    fn recall(&self, fresh: &Incident) -> Option<Known> {
        let kept = self.cached.incidents.get(&fresh.id)?;
        let mut incident = fresh.clone();
        incident.alerts.clone_from(&kept.alerts);
        let log = kept
            .log
            .as_ref()
            .filter(|log| Some(log.until) >= self.log_until);
        Some(Known {
            incident: Arc::new(incident),
            alerts_as_of: Some(kept.updated_at),
            log: log.map(|log| log.entries.clone()).unwrap_or_default(),
            log_whole: log.is_some(),
            notes_due: false,
        })
    }

    fn wanted(&self, which: impl Fn(&Known) -> bool) -> Vec<IncidentId> {
        let mut wanted: Vec<_> = self
            .known
            .values()
            .filter(|known| which(known))
            .map(|known| &known.incident)
            .collect();
        wanted
            .sort_by_key(|incident| (!incident.is_open(), std::cmp::Reverse(incident.created_at)));
        wanted
            .into_iter()
            .map(|incident| incident.id.clone())
            .collect()
    }
}

impl Known {
    fn new(incident: Incident) -> Self {
        Self {
            incident: Arc::new(incident),
            alerts_as_of: None,
            log: Vec::new(),
            log_whole: false,
            notes_due: false,
        }
    }

    fn updated(mut self, mut fresh: Incident) -> Self {
        fresh.alerts.clone_from(&self.incident.alerts);
        fresh.alerts_known = self.alerts_as_of == Some(fresh.updated_at);
        if fresh != *self.incident {
            self.incident = Arc::new(fresh);
        }
        self
    }

    // Known entries stay as they are: their notes may have been filled in.
    fn add(&mut self, entry: LogEntry) -> bool {
        if self.log.iter().any(|known| known.id == entry.id) {
            return false;
        }
        self.notes_due |= matches!(entry.kind, LogKind::Annotate { .. });
        self.log.push(Arc::new(entry));
        true
    }

    // Notes that are still due would never be asked for again from a file.
    fn to_keep(&self, now: DateTime<Utc>, until: Option<DateTime<Utc>>) -> Option<Kept> {
        let whole = self.log_whole && !self.notes_due;
        Some(Kept {
            updated_at: self.alerts_as_of?,
            seen_at: now,
            alerts: self.incident.alerts.clone(),
            log: until.filter(|_| whole).map(|until| KeptLog {
                until,
                entries: self.log.clone(),
            }),
        })
    }
}

#[cfg(test)]
mod tests;
