//! Whether PagerDuty shows what was to be done, by the incident as it was read back. Pure.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::before::{mine, only_with, others};
use crate::domain::ids::UserId;
use crate::domain::incident::{
    Acknowledgement, Incident, IncidentStatus, LogEntry, LogKind, PendingKind, Person,
};
use crate::domain::operation::{Assignee, Operation};

/// A snooze's end may be so far from where it was asked for.
const SNOOZE_OFF: TimeDelta = TimeDelta::seconds(90);

/// What was to be done, and what it was done to.
#[derive(Clone, Copy)]
pub(super) struct Done<'a> {
    pub deed: &'a Operation,
    /// The incident right before.
    pub before: &'a Incident,
    /// A moment before it was sent, by PagerDuty's clock.
    pub sent: DateTime<Utc>,
    pub me: &'a UserId,
}

/// It is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// Since when, by PagerDuty's clock.
    pub at: Option<DateTime<Utc>>,
    pub others: Vec<Acknowledgement>,
}

impl Seen {
    fn at(at: Option<DateTime<Utc>>) -> Self {
        Self {
            at,
            others: Vec::new(),
        }
    }
}

impl Done<'_> {
    /// What is seen of it; none where it is not there. An escalation shows in the log alone, and a
    /// policy that had it before: there `None` says nothing.
    pub fn seen(&self, fresh: &Incident) -> Option<Seen> {
        match self.deed {
            Operation::Acknowledge => mine(fresh, self.me).map(|one| Seen {
                at: Some(one.at),
                others: others(fresh, self.me),
            }),
            Operation::Take => mine(fresh, self.me)
                .filter(|_| only_with(fresh, self.me))
                .map(|one| Seen {
                    at: Some(one.at),
                    others: others(fresh, self.me),
                }),
            Operation::Resolve => (!fresh.is_open()).then(|| Seen::at(fresh.resolved_at)),
            Operation::Reassign(Assignee::Person(person)) => {
                only_with(fresh, &person.id).then(|| Seen::at(assigned_at(fresh)))
            }
            Operation::Reassign(Assignee::Policy(policy)) => {
                let is_there = fresh.policy.as_ref().is_some_and(|is| is.id == policy.id);
                let was_there = self
                    .before
                    .policy
                    .as_ref()
                    .is_some_and(|is| is.id == policy.id);
                (is_there && (!was_there || self.is_assigned_anew(fresh)))
                    .then(|| Seen::at(assigned_at(fresh)))
            }
            Operation::Priority(name) => {
                (fresh.priority.as_ref() == Some(name)).then(|| Seen::at(fresh.updated_at))
            }
            Operation::Snooze(span) => self
                .is_snoozed(fresh, *span)
                .then(|| Seen::at(fresh.updated_at)),
            Operation::Escalate(_) | Operation::Note(_) | Operation::Declare(_) => None,
        }
    }

    /// What the log tells of it, where that is the only place.
    pub fn seen_in_log(&self, log: &[LogEntry]) -> Option<Seen> {
        let is_it = |entry: &&LogEntry| match self.deed {
            Operation::Escalate(_) => matches!(entry.kind, LogKind::Escalate { .. }),
            Operation::Reassign(Assignee::Policy(_)) => matches!(
                entry.kind,
                LogKind::Delegate { .. } | LogKind::Assign { .. }
            ),
            _ => false,
        };
        let mine = |entry: &&LogEntry| {
            entry.agent.as_ref().is_none_or(|by| by.id == *self.me) && entry.at >= self.sent
        };
        let found = log.iter().filter(is_it).filter(mine);
        found
            .map(|entry| entry.at)
            .max()
            .map(|at| Seen::at(Some(at)))
    }

    /// Whether only the log tells that it was done.
    pub fn shows_in_log(&self) -> bool {
        matches!(
            self.deed,
            Operation::Escalate(_) | Operation::Reassign(Assignee::Policy(_))
        )
    }

    /// Whether it may have reopened what was resolved between our look and our write: that gives an
    /// incident to whoever acknowledges it.
    pub fn may_have_reopened(&self, fresh: &Incident) -> bool {
        let is_mine = fresh.assignments.iter().any(|one| one.to.id == *self.me);
        match self.deed {
            Operation::Acknowledge => is_mine && self.is_assigned_anew(fresh),
            Operation::Take => is_mine,
            _ => false,
        }
    }

    /// Who resolved it meanwhile, where the log tells that somebody did.
    pub fn reopened(&self, log: &[LogEntry]) -> Option<Option<Person>> {
        let ours = |entry: &&LogEntry| {
            entry.incident == self.before.id
                && entry.kind == LogKind::Resolve
                && entry.at >= self.sent
        };
        let last = log.iter().filter(ours).max_by_key(|entry| entry.at)?;
        Some(last.agent.clone())
    }

    /// Taken, and yet to be acknowledged.
    pub fn lacks_acknowledgement(&self, fresh: &Incident) -> bool {
        *self.deed == Operation::Take
            && fresh.status == IncidentStatus::Triggered
            && only_with(fresh, self.me)
    }

    fn is_assigned_anew(&self, fresh: &Incident) -> bool {
        let known = |one| self.before.assignments.contains(one);
        !fresh.assignments.iter().all(known)
    }

    fn is_snoozed(&self, fresh: &Incident, span: Duration) -> bool {
        let end = TimeDelta::from_std(span)
            .ok()
            .and_then(|span| self.sent.checked_add_signed(span));
        let shown = fresh.pending_at(PendingKind::Unacknowledge);
        let near = end.zip(shown).map(|(end, shown)| (shown - end).abs());
        fresh.status == IncidentStatus::Acknowledged && near.is_some_and(|off| off <= SNOOZE_OFF)
    }
}

fn assigned_at(incident: &Incident) -> Option<DateTime<Utc>> {
    incident.assignments.iter().map(|one| one.at).max()
}
