//! A calendar month of the record, as it is kept on disk. This module is pure: the caller reads and writes the file.
//!
//! A file contains the data and the time up to which the data was read. So the two agree even if another process
//! replaces the file. A file is ignored if it is incomplete, or if it is of another version, account or month.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::IncidentRecord;
use super::entries::Entries;
use super::recorded_incident::RecordedIncident;
use super::spans::begin;
use crate::domain::ids::IncidentId;
use crate::domain::incident::{Incident, LogEntry};
use crate::domain::now::{MAX_CLOCK_LEAD, is_in_future};

/// The version of the file's format and of the parsing of answers. A file of another version is not read.
const VERSION: u32 = 1;

/// The last part of a span, of this length, is read again at the next refresh, since PagerDuty may list incidents and
/// entries late.
pub(super) const OVERLAP: TimeDelta = TimeDelta::minutes(10);

/// The incidents that were created in one calendar month of UTC, with their logs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct RecordMonth {
    version: u32,
    /// A digest of the account and the filters.
    account: String,
    /// The month's first day.
    first: NaiveDate,
    /// All incidents that were created before this time are listed.
    pub listed_until: DateTime<Utc>,
    /// The time up to which the incidents' logs have all entries.
    pub log_until: DateTime<Utc>,
    incidents: BTreeMap<IncidentId, RecordedIncident>,
}

impl RecordMonth {
    /// A month without data.
    pub fn new(account: &str, first: NaiveDate) -> Self {
        Self {
            version: VERSION,
            account: account.to_owned(),
            first,
            listed_until: begin(first),
            log_until: begin(first),
            incidents: BTreeMap::new(),
        }
    }

    /// Parses the output of [`Self::to_bytes`] for this month and account. `None` for any other bytes, and for data
    /// whose reading time is later than now.
    pub fn from_bytes(
        bytes: &[u8],
        account: &str,
        first: NaiveDate,
        now: DateTime<Utc>,
    ) -> Option<Self> {
        let read: Self = serde_json::from_slice(bytes).ok()?;
        let is_ours = read.version == VERSION && read.account == account && read.first == first;
        let is_possible = |at: &DateTime<Utc>| *at >= begin(first) && !is_in_future(*at, now);
        let is_dated = [read.listed_until, read.log_until].iter().all(is_possible);
        (is_ours && is_dated).then_some(read)
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    pub fn first(&self) -> NaiveDate {
        self.first
    }

    pub fn span(&self) -> Range<DateTime<Utc>> {
        let next = self.first.checked_add_months(Months::new(1));
        begin(self.first)..next.map_or(DateTime::<Utc>::MAX_UTC, begin)
    }

    /// The part of the month whose incidents are not all listed yet; `None` if all of them are listed.
    pub fn unlisted(&self, now: DateTime<Utc>) -> Option<Range<DateTime<Utc>>> {
        let span = self.span();
        if self.listed_until - OVERLAP >= span.end {
            return None;
        }
        let from = span.start.max(self.listed_until - OVERLAP);
        let until = span.end.min(now + MAX_CLOCK_LEAD);
        (from + TimeDelta::seconds(1) < until).then_some(from..until)
    }

    /// Whether the month's incidents and their logs can be shown while PagerDuty cannot be reached.
    pub fn is_usable(&self) -> bool {
        let span = self.span();
        let listed = self.listed_until.min(span.end);
        listed > span.start && self.log_until + OVERLAP >= listed
    }

    /// Replaces the earlier state of an incident. Returns whether the state changed.
    pub fn put(
        &mut self,
        incident: Incident,
        merged_into: Option<IncidentId>,
        as_of: DateTime<Utc>,
    ) -> bool {
        let known = self.incidents.remove(&incident.id);
        let before = known.as_ref().map(RecordedIncident::state);
        let is_same = before == Some((&incident, merged_into.as_ref()));
        let id = incident.id.clone();
        let recorded = RecordedIncident::new(incident, merged_into, as_of, known);
        self.incidents.insert(id, recorded);
        !is_same
    }

    /// Removes an incident that no longer exists or no longer matches the filters.
    pub fn remove(&mut self, id: &IncidentId) {
        self.incidents.remove(id);
    }

    /// Adds the log entries of the month's incidents. Returns whether anything changed.
    pub fn add(&mut self, entries: &mut Entries) -> bool {
        let mut has_changed = false;
        for (id, recorded) in &mut self.incidents {
            has_changed |= recorded.add(entries.take(id));
            has_changed |= entries.lacks_entry_of(id) && recorded.note_gap();
        }
        has_changed
    }

    /// Replaces an incomplete log with the incident's whole log.
    pub fn replace_log(&mut self, id: &IncidentId, log: Vec<LogEntry>) {
        if let Some(recorded) = self.incidents.get_mut(id) {
            recorded.replace_log(log);
        }
    }

    /// The incidents whose log lacks an entry.
    pub fn lacking(&self) -> Vec<IncidentId> {
        let lacking = self.incidents.iter().filter(|(_, it)| it.lacks_entry());
        lacking.map(|(id, _)| id.clone()).collect()
    }

    /// The incidents that may have changed between the last read and `now`.
    pub fn outdated(&self, now: DateTime<Utc>) -> Vec<IncidentId> {
        let outdated = self.incidents.iter().filter(|(_, it)| it.is_outdated(now));
        outdated.map(|(id, _)| id.clone()).collect()
    }

    /// The month's incidents that were created within `span`. Their logs count as known only if the account's log could
    /// be read.
    pub fn records(
        &self,
        span: &Range<DateTime<Utc>>,
        is_log_known: bool,
    ) -> impl Iterator<Item = IncidentRecord> {
        let recorded = self.incidents.values();
        recorded
            .filter(|it| span.contains(&it.created_at()))
            .map(move |it| it.to_record(is_log_known))
    }
}
