//! One incident, and which of its details were read.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::Detail;
use crate::domain::incident::{Incident, IncidentStatus, LogEntry, LogKind, Urgency};
use crate::domain::now::Now;
use crate::sources::pagerduty::cache::{CachedIncident, CachedLog};

/// One incident, and which of its details were read.
#[derive(Debug)]
pub(super) struct KnownIncident {
    pub(super) incident: Arc<Incident>,
    pub(super) alerts_as_of: Option<AlertsAsOf>,
    pub(super) log: Vec<Arc<LogEntry>>,
    /// Whether `log` reaches back to the incident's creation.
    pub(super) log_complete: bool,
    /// When `log` was last read up to the present; `None` if this run of the program has not read it so far.
    pub(super) log_read_at: Option<Now>,
    /// Whether the log has an annotation whose note was not read.
    pub(super) notes_due: bool,
    /// Details that PagerDuty does not offer for this account. They are not requested again until the incident changes.
    pub(super) not_offered: BTreeSet<Detail>,
}

/// Two fields of the incident, as they were when its alerts were read. If one of them changes, the alerts are read
/// again. There are two, since PagerDuty may leave out either field, and since an alert that PagerDuty adds to a group
/// may change only the number of alerts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct AlertsAsOf {
    pub(super) updated_at: Option<DateTime<Utc>>,
    pub(super) triggered: Option<u32>,
}

impl AlertsAsOf {
    pub(super) fn from_incident(incident: &Incident) -> Self {
        Self {
            updated_at: incident.updated_at,
            triggered: incident.triggered_alerts,
        }
    }
}

impl KnownIncident {
    pub(super) fn new(incident: Incident) -> Self {
        Self {
            incident: Arc::new(incident),
            alerts_as_of: None,
            log: Vec::new(),
            log_complete: false,
            log_read_at: None,
            notes_due: false,
            not_offered: BTreeSet::new(),
        }
    }

    pub(super) fn with_update(mut self, mut fresh: Incident) -> Self {
        fresh = fresh.with_details_of(&self.incident);
        let as_of = AlertsAsOf::from_incident(&fresh);
        fresh.alerts_known = self.alerts_as_of == Some(as_of);
        if as_of != AlertsAsOf::from_incident(&self.incident) {
            self.not_offered.clear();
        }
        if fresh != *self.incident {
            self.incident = Arc::new(fresh);
        }
        self
    }

    pub(super) fn unread_details(&self, asked: Now) -> impl Iterator<Item = Detail> {
        let alerts = (!self.incident.alerts_known).then_some(Detail::Alerts);
        let log = self.needs_log(asked).then_some(Detail::Log);
        let notes = self.lacks_notes().then_some(Detail::Notes);
        let unread = alerts.into_iter().chain(log).chain(notes);
        unread.filter(|detail| !self.not_offered.contains(detail))
    }

    pub(super) fn needs(&self, detail: Detail) -> bool {
        match detail {
            Detail::Alerts | Detail::Notes => self.incident.is_open(),
            Detail::Log => self.incident.status == IncidentStatus::Acknowledged,
        }
    }

    pub(super) fn lacks(&self, detail: Detail) -> bool {
        let is_lacking = match detail {
            Detail::Alerts => self.incident.lacks_alerts(),
            Detail::Log => self.incident.lacks_log(),
            Detail::Notes => self.lacks_notes(),
        };
        is_lacking && !self.not_offered.contains(&detail)
    }

    // Whether the incident's own log must be read. An open incident needs this if `log` does not reach back to the
    // incident's creation. An acknowledged incident also needs this if the poll that began at `asked` could not read
    // the account's log, which has the latest entries of all incidents.
    pub(super) fn needs_log(&self, asked: Now) -> bool {
        let is_behind =
            self.incident.status == IncidentStatus::Acknowledged && self.log_read_at != Some(asked);
        self.incident.is_open() && (!self.log_complete || is_behind)
    }

    pub(super) fn lacks_notes(&self) -> bool {
        self.incident.is_open() && self.notes_due
    }

    // The order in which details are read. Open incidents come before resolved incidents. Within a state, the order is:
    // incidents with a priority, incidents of high urgency without a priority, incidents of low urgency without a
    // priority. Priorities are ordered by name, since the account's order is not known here. Of two incidents that are
    // still equal, the newer comes first.
    pub(super) fn reading_order(&self) -> impl Ord + use<> {
        let incident = &self.incident;
        let priority = incident.priority.clone();
        let has_none = priority.is_none();
        (
            !incident.is_open(),
            has_none && incident.urgency == Urgency::Low,
            has_none,
            priority,
            std::cmp::Reverse(incident.created_at),
        )
    }

    // Adds an entry if it is new. A known entry stays, since the text of its note may have been filled in.
    pub(super) fn add_log_entry(&mut self, entry: LogEntry) -> bool {
        if self.log.iter().any(|known| known.id == entry.id) {
            return false;
        }
        self.notes_due |= matches!(entry.kind, LogKind::Annotate { .. });
        self.log.push(Arc::new(entry));
        true
    }

    // The details to cache. A log whose notes are still missing is not cached, since a later run would never request
    // them.
    pub(super) fn to_cached(
        &self,
        now: DateTime<Utc>,
        until: Option<DateTime<Utc>>,
    ) -> Option<CachedIncident> {
        let whole = self.log_complete && !self.notes_due;
        Some(CachedIncident {
            updated_at: self.alerts_as_of?.updated_at,
            triggered_alerts: self.alerts_as_of?.triggered,
            seen_at: now,
            alerts: self.incident.alerts.clone(),
            log: until.filter(|_| whole).map(|until| CachedLog {
                until,
                entries: self.log.clone(),
            }),
        })
    }
}
