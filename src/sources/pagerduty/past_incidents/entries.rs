//! Entries of the account's log, by incident.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::super::paging::Listing;
use super::super::wire::log::WireLogEntry;
use crate::domain::ids::IncidentId;
use crate::domain::incident::LogEntry;

/// An entry of the account's log as it is listed.
pub(super) enum ListedEntry {
    Readable(Box<LogEntry>),
    /// The entry cannot be read, and entries of its type affect no judgement.
    NotNeeded,
    /// The entry cannot be read. The value is the incident that it names, if it names one.
    Unreadable(Option<IncidentId>),
}

impl From<WireLogEntry> for ListedEntry {
    fn from(wire: WireLogEntry) -> Self {
        let (of, decides_nothing) = (wire.incident_id(), wire.decides_nothing());
        match wire.into_log_entry(None) {
            Some(entry) => Self::Readable(Box::new(entry)),
            None if decides_nothing => Self::NotNeeded,
            None => Self::Unreadable(of),
        }
    }
}

/// Log entries by incident. An entry that is listed twice counts once.
#[derive(Default)]
pub(super) struct Entries {
    by_incident: BTreeMap<IncidentId, BTreeMap<String, (usize, LogEntry)>>,
    listed: usize,
    /// The number of unreadable entries that may matter for judgement.
    pub unreadable: usize,
    /// The incidents of the unreadable entries.
    lacking: BTreeSet<IncidentId>,
    /// Whether entries of unknown incidents may be missing, because an unreadable entry names no incident, or because
    /// the listing has a gap.
    pub is_incomplete: bool,
}

impl Entries {
    pub fn new(log: Listing<ListedEntry>) -> Self {
        let mut entries = Self {
            unreadable: log.unreadable,
            is_incomplete: log.gap.is_some() || log.unreadable > 0,
            ..Self::default()
        };
        log.items.into_iter().for_each(|entry| entries.add(entry));
        entries
    }

    fn add(&mut self, listed: ListedEntry) {
        self.listed += 1;
        match listed {
            ListedEntry::Readable(entry) => {
                let of_incident = self.by_incident.entry(entry.incident.clone()).or_default();
                of_incident.insert(entry.id.clone(), (self.listed, *entry));
            }
            ListedEntry::NotNeeded => {}
            ListedEntry::Unreadable(of) => {
                self.unreadable += 1;
                self.is_incomplete |= of.is_none();
                self.lacking.extend(of);
            }
        }
    }

    /// Removes and returns an incident's entries, the oldest first. PagerDuty lists the newest first, also within one
    /// second.
    pub fn take(&mut self, id: &IncidentId) -> Vec<LogEntry> {
        let entries = self.by_incident.remove(id).unwrap_or_default();
        let mut entries: Vec<(usize, LogEntry)> = entries.into_values().collect();
        entries.sort_by_key(|(listed, entry)| (entry.at, Reverse(*listed)));
        entries.into_iter().map(|(_, entry)| entry).collect()
    }

    /// Whether an entry of this incident cannot be read.
    pub fn lacks_entry_of(&self, id: &IncidentId) -> bool {
        self.lacking.contains(id)
    }
}
