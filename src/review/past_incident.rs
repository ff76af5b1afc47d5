//! A past incident: when it was a P1, whether people took the P1 back, and the people in its log.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::case::Place;
use crate::domain::ids::{IncidentId, PriorityName};
use crate::domain::incident::{Incident, LogEntry, LogKind, Person};
use crate::domain::note::{TimeBoxNote, TimeBoxVerdict};

/// An incident with its log.
#[derive(Clone, Debug, PartialEq)]
pub struct PastIncident {
    pub incident: Incident,
    /// The incident's log, the oldest entry first. Valid only if the incident's `log_known` is true.
    pub log: Vec<LogEntry>,
    /// The incident into which this incident was merged.
    pub merged_into: Option<IncidentId>,
    /// The hubs and clusters that the incident names.
    pub places: Vec<Place>,
}

/// Whether an incident was a P1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum P1 {
    Never,
    /// Not known, since the log is not known.
    NotKnown,
    /// The incident became a P1 at this time, while it was open.
    Since(DateTime<Utc>),
    /// The incident was a P1, and people later said that it was no outage.
    TakenBack,
}

/// How an incident was first noticed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum FoundBy {
    /// An alert, an outside check, or our own probes.
    Alert,
    /// Somebody opened the incident by hand.
    Person,
    /// The log cannot be read.
    Unknown,
}

impl PastIncident {
    /// When the incident was resolved; `now` if it is open.
    pub fn ended(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.incident.resolved_at.unwrap_or(now)
    }

    /// When the incident became a P1 while it was open, unless people took the P1 back. `p1` is the account's most
    /// severe priority. The first change in the log also shows the priority that the incident was created with.
    pub fn p1(&self, p1: &PriorityName) -> P1 {
        let is_p1 = |priority: &Option<PriorityName>| priority.as_ref() == Some(p1);
        let changes = self.priority_changes();
        let (Some(first), true) = (changes.first(), self.incident.log_known) else {
            return match (is_p1(&self.incident.priority), self.incident.log_known) {
                (true, true) if self.is_called_no_outage() => P1::TakenBack,
                (true, _) => P1::Since(self.incident.created_at),
                (false, true) => P1::Never,
                (false, false) => P1::NotKnown,
            };
        };
        let is_while_open =
            |at: DateTime<Utc>| self.incident.resolved_at.is_none_or(|end| at < end);
        let begin = (self.incident.created_at, first.from);
        let settings = changes.iter().map(|change| (change.at, change.to));
        let since = std::iter::once(begin)
            .chain(settings)
            .find(|(at, priority)| is_p1(priority) && is_while_open(*at));
        let lost_afterwards = changes
            .iter()
            .any(|change| !is_while_open(change.at) && is_p1(change.from) && !is_p1(change.to));
        let is_p1_again = changes.last().is_some_and(|change| is_p1(change.to));
        match since {
            None => P1::Never,
            Some(_) if lost_afterwards && !is_p1_again => P1::TakenBack,
            Some(_) if self.is_called_no_outage() => P1::TakenBack,
            Some((at, _)) => P1::Since(at),
        }
    }

    fn priority_changes(&self) -> Vec<PriorityChange<'_>> {
        let changes = self.log.iter().filter_map(|entry| match &entry.kind {
            LogKind::PriorityChange { from, to } => Some(PriorityChange {
                at: entry.at,
                from,
                to,
            }),
            _ => None,
        });
        changes.collect()
    }

    fn is_called_no_outage(&self) -> bool {
        let verdicts = self.log.iter().filter_map(|entry| match &entry.kind {
            LogKind::Annotate { text: Some(text) } => TimeBoxNote::parse(text),
            _ => None,
        });
        let mut verdicts = verdicts.filter_map(|note| match note {
            TimeBoxNote::Verdict(verdict, ..) => Some(verdict),
            _ => None,
        });
        verdicts.next_back() == Some(TimeBoxVerdict::NotAnOutage)
    }

    /// How the incident was found. A person found it if a user opened it by hand. But if the user opened it with
    /// hubwatch for a case, the case's alert or probe found it.
    pub fn found_by(&self) -> FoundBy {
        let trigger = self.log.iter().find(|entry| entry.kind == LogKind::Trigger);
        let Some(trigger) = trigger.filter(|_| self.incident.log_known) else {
            return FoundBy::Unknown;
        };
        let by_hand = matches!(trigger.channel.as_deref(), Some("website" | "web_trigger"));
        match trigger.agent.is_some() || by_hand {
            true if self.incident.declared_for().is_none() => FoundBy::Person,
            true => FoundBy::Alert,
            false if trigger.agent_known => FoundBy::Alert,
            false => FoundBy::Unknown,
        }
    }

    /// The time until the first acknowledgement by a user for whom `is_human` is true.
    pub fn time_to_acknowledge(&self, is_human: &dyn Fn(&Person) -> bool) -> Acknowledged {
        if !self.incident.log_known {
            return Acknowledged::NotKnown;
        }
        let mut acknowledgements = self
            .log
            .iter()
            .filter(|entry| matches!(entry.kind, LogKind::Acknowledge { .. }));
        let first = acknowledgements.find(|entry| entry.agent.as_ref().is_some_and(is_human));
        match first {
            None => Acknowledged::Never,
            Some(entry) if entry.at <= self.incident.created_at => Acknowledged::AtOnce,
            Some(entry) => Acknowledged::After(entry.at - self.incident.created_at),
        }
    }

    /// How long the incident was open; `None` while it is open.
    pub fn time_to_resolve(&self) -> Option<TimeDelta> {
        let took = self.incident.resolved_at? - self.incident.created_at;
        (took >= TimeDelta::zero()).then_some(took)
    }

    /// How often the incident was escalated to another level.
    pub fn escalations(&self) -> usize {
        let kinds = self.log.iter().map(|entry| &entry.kind);
        kinds
            .filter(|kind| matches!(kind, LogKind::Escalate { .. }))
            .count()
    }
}

/// When a human first acknowledged an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledged {
    After(TimeDelta),
    /// The incident was already acknowledged when it was opened.
    AtOnce,
    Never,
    NotKnown,
}

struct PriorityChange<'a> {
    at: DateTime<Utc>,
    from: &'a Option<PriorityName>,
    to: &'a Option<PriorityName>,
}
