//! The requests for each operation, as PagerDuty's documentation describes them. Also checks whether an incident that
//! is read back shows the change.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::preconditions::{
    acknowledgement_by, acknowledgements_by_others, is_assigned_only_to, others_acknowledging,
};
use super::write_session::WriteSession;
use crate::domain::ids::{IncidentId, UserId};
use crate::domain::incident::{
    Acknowledgement, Incident, IncidentField, IncidentStatus, LogEntry, LogKind, PendingKind,
};
use crate::domain::operation::{
    Assignee, Declaration, IncidentChange, Operation, OutcomeDetail, detect_changes,
};
use crate::sources::pagerduty::api_request::path_segment;
use crate::sources::pagerduty::writer::WriteRequest;

/// How far a snooze's end may be from the requested time.
const SNOOZE_TOLERANCE: TimeDelta = TimeDelta::seconds(90);

/// Whether one request can apply the operation to many incidents.
pub(super) fn fits_bulk(operation: &Operation) -> bool {
    !matches!(
        operation,
        Operation::Note(_) | Operation::Snooze(_) | Operation::Declare(_)
    )
}

/// The fields that a `PUT` changes. For `Escalate` the field is the target level, so that a repeated request escalates
/// only once.
pub(super) async fn changed_fields(
    session: &WriteSession<'_>,
    operation: &Operation,
) -> Result<Map<String, Value>, OutcomeDetail> {
    let fields = match operation {
        Operation::Acknowledge => json!({ "status": "acknowledged" }),
        Operation::Take => {
            json!({ "status": "acknowledged", "assignments": assignments_to(session.me()) })
        }
        Operation::Resolve => json!({ "status": "resolved" }),
        Operation::Reassign(Assignee::Person(person)) => {
            json!({ "assignments": assignments_to(&person.id) })
        }
        Operation::Reassign(Assignee::Policy(policy)) => json!({
            "escalation_policy": reference(policy.id.as_str(), "escalation_policy"),
        }),
        Operation::Escalate(level) => json!({ "escalation_level": level }),
        Operation::Priority(name) => json!({
            "priority": reference(&session.find_priority_id(name).await?, "priority"),
        }),
        Operation::RemovePriority => json!({ "priority": null }),
        Operation::Note(_) | Operation::Snooze(_) | Operation::Declare(_) => json!({}),
    };
    Ok(match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    })
}

/// A request that changes one incident.
pub(super) fn put(id: &IncidentId, change: &Map<String, Value>) -> WriteRequest {
    let mut change = change.clone();
    change.insert("type".to_owned(), "incident_reference".into());
    WriteRequest {
        resource: "changes of incidents",
        method: Method::PUT,
        path: format!("/incidents/{}", path_segment(id.as_str())),
        body: json!({ "incident": change }),
    }
}

/// One request that makes the same change to many incidents.
pub(super) fn put_all<'a>(
    ids: impl Iterator<Item = &'a IncidentId>,
    change: &Map<String, Value>,
) -> WriteRequest {
    let each = ids.map(|id| {
        let mut change = change.clone();
        change.insert("type".to_owned(), "incident_reference".into());
        change.insert("id".to_owned(), id.as_str().into());
        Value::Object(change)
    });
    WriteRequest {
        resource: "changes of incidents",
        method: Method::PUT,
        path: "/incidents".to_owned(),
        body: json!({ "incidents": each.collect::<Vec<_>>() }),
    }
}

pub(super) fn snooze(id: &IncidentId, span: Duration) -> WriteRequest {
    WriteRequest {
        resource: "snoozing",
        method: Method::POST,
        path: format!("/incidents/{}/snooze", path_segment(id.as_str())),
        body: json!({ "duration": span.as_secs() }),
    }
}

pub(super) fn note(id: &IncidentId, text: &str) -> WriteRequest {
    WriteRequest {
        resource: "notes",
        method: Method::POST,
        path: format!("/incidents/{}/notes", path_segment(id.as_str())),
        body: json!({ "note": { "content": text } }),
    }
}

pub(super) fn declare(declaration: &Declaration, priority: Option<&str>) -> WriteRequest {
    let mut incident = json!({
        "type": "incident",
        "title": declaration.title,
        "service": reference(declaration.service.id.as_str(), "service"),
        "incident_key": declaration.key,
        "body": { "type": "incident_body", "details": declaration.details },
    });
    if let (Some(incident), Some(id)) = (incident.as_object_mut(), priority) {
        incident.insert("priority".to_owned(), reference(id, "priority"));
    }
    WriteRequest {
        resource: "new incidents",
        method: Method::POST,
        path: "/incidents".to_owned(),
        body: json!({ "incident": incident }),
    }
}

fn assignments_to(person: &UserId) -> Value {
    json!([{ "assignee": reference(person.as_str(), "user") }])
}

fn reference(id: &str, kind: &str) -> Value {
    json!({ "id": id, "type": format!("{kind}_reference") })
}

/// An operation that was sent, and its incident before the operation.
#[derive(Clone, Copy)]
pub(super) struct SentOperation<'a> {
    pub operation: &'a Operation,
    /// The incident as it was read just before the operation was sent.
    pub before: &'a Incident,
    /// A time just before the operation was sent, by PagerDuty's clock.
    pub sent_at: DateTime<Utc>,
    pub me: &'a UserId,
}

/// The evidence that an operation was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verified {
    /// When the operation was applied, by PagerDuty's clock.
    pub at: Option<DateTime<Utc>>,
    pub other_acknowledgements: Vec<Acknowledgement>,
}

impl Verified {
    fn since(at: Option<DateTime<Utc>>) -> Self {
        Self {
            at,
            other_acknowledgements: Vec::new(),
        }
    }
}

impl SentOperation<'_> {
    /// The evidence of the change; `None` without evidence. Only the log shows an escalation, or a reassignment to the
    /// policy that the incident already had. For these, `None` proves nothing.
    pub fn verify(&self, fresh: &Incident) -> Option<Verified> {
        if self.unread_field(fresh).is_some() {
            return None;
        }
        match self.operation {
            Operation::Acknowledge => acknowledgement_by(fresh, self.me).map(|one| Verified {
                at: Some(one.at),
                other_acknowledgements: acknowledgements_by_others(fresh, self.me),
            }),
            Operation::Take => acknowledgement_by(fresh, self.me)
                .filter(|_| is_assigned_only_to(fresh, self.me))
                .map(|one| Verified {
                    at: Some(one.at),
                    other_acknowledgements: acknowledgements_by_others(fresh, self.me),
                }),
            Operation::Resolve => (!fresh.is_open()).then(|| Verified::since(fresh.resolved_at)),
            Operation::Reassign(Assignee::Person(person)) => {
                (is_assigned_only_to(fresh, &person.id)
                    && !self.keeps_other_acknowledgement(fresh, &person.id))
                .then(|| Verified::since(assigned_at(fresh)))
            }
            Operation::Reassign(Assignee::Policy(policy)) => {
                let is_there = fresh.policy.as_ref().is_some_and(|is| is.id == policy.id);
                let was_there = self
                    .before
                    .policy
                    .as_ref()
                    .is_some_and(|is| is.id == policy.id);
                (is_there && (!was_there || self.has_new_assignment(fresh)))
                    .then(|| Verified::since(assigned_at(fresh)))
            }
            Operation::Priority(name) => {
                (fresh.priority.as_ref() == Some(name)).then(|| Verified::since(fresh.updated_at))
            }
            Operation::RemovePriority => fresh
                .priority
                .is_none()
                .then(|| Verified::since(fresh.updated_at)),
            Operation::Snooze(span) => self
                .is_snoozed(fresh, *span)
                .then(|| Verified::since(fresh.updated_at)),
            Operation::Escalate(_) | Operation::Note(_) | Operation::Declare(_) => None,
        }
    }

    /// A field of the incident that should show the change but could not be read. `None` if there is no such field.
    pub fn unread_field(&self, fresh: &Incident) -> Option<IncidentField> {
        let fields: &[IncidentField] = match self.operation {
            Operation::Acknowledge => &[IncidentField::Acknowledgements],
            Operation::Take => &[IncidentField::Acknowledgements, IncidentField::Assignments],
            Operation::Reassign(_) => &[IncidentField::Assignments],
            Operation::Priority(_) | Operation::RemovePriority => &[IncidentField::Priority],
            Operation::Snooze(_) => &[IncidentField::PendingActions],
            Operation::Resolve
            | Operation::Escalate(_)
            | Operation::Note(_)
            | Operation::Declare(_) => &[],
        };
        let mut unread = fields.iter().copied();
        unread.find(|field| fresh.unread_fields.contains(field))
    }

    /// The state that PagerDuty shows instead of the change.
    pub fn divergence(&self, fresh: &Incident) -> OutcomeDetail {
        let mut changes = detect_changes(self.before, fresh);
        if let Operation::Snooze(_) = self.operation {
            let end = |incident: &Incident| incident.pending_at(PendingKind::Unacknowledge);
            let moved = end(fresh).filter(|_| fresh.status == IncidentStatus::Acknowledged);
            let moved = moved.filter(|until| Some(*until) != end(self.before));
            changes.extend(moved.map(IncidentChange::SnoozedUntil));
        }
        OutcomeDetail::Diverged(changes)
    }

    /// The evidence of a change that only the log shows.
    pub fn verify_in_log(&self, log: &[LogEntry]) -> Option<Verified> {
        let is_it = |entry: &&LogEntry| match self.operation {
            Operation::Escalate(_) => matches!(entry.kind, LogKind::Escalate { .. }),
            Operation::Reassign(Assignee::Policy(_)) => matches!(
                entry.kind,
                LogKind::Delegate { .. } | LogKind::Assign { .. }
            ),
            _ => false,
        };
        let mine = |entry: &&LogEntry| {
            entry.agent.as_ref().is_none_or(|by| by.id == *self.me) && entry.at >= self.sent_at
        };
        let found = log.iter().filter(is_it).filter(mine);
        found
            .map(|entry| entry.at)
            .max()
            .map(|at| Verified::since(Some(at)))
    }

    /// Whether only the log shows that the operation was applied.
    pub fn needs_log(&self) -> bool {
        matches!(
            self.operation,
            Operation::Escalate(_) | Operation::Reassign(Assignee::Policy(_))
        )
    }

    /// Whether the acknowledgement may have reopened an incident that was resolved between our read and our write.
    /// Reopening assigns the incident to the person who acknowledges.
    pub fn may_have_reopened(&self, fresh: &Incident) -> bool {
        let is_mine = fresh.assignments.iter().any(|one| one.to.id == *self.me);
        match self.operation {
            Operation::Acknowledge => is_mine && self.has_new_assignment(fresh),
            Operation::Take => is_mine,
            _ => false,
        }
    }

    /// The log entry of a resolution between our read and our write.
    pub fn resolved_before_write<'l>(&self, log: &'l [LogEntry]) -> Option<&'l LogEntry> {
        let ours = |entry: &&LogEntry| {
            entry.incident == self.before.id
                && entry.kind == LogKind::Resolve
                && entry.at >= self.sent_at
        };
        log.iter().filter(ours).max_by_key(|entry| entry.at)
    }

    /// Whether a `Take` assigned the incident and did not acknowledge it.
    pub fn lacks_acknowledgement(&self, fresh: &Incident) -> bool {
        *self.operation == Operation::Take
            && fresh.status == IncidentStatus::Triggered
            && is_assigned_only_to(fresh, self.me)
    }

    // Whether another person's acknowledgement still holds.
    fn keeps_other_acknowledgement(&self, fresh: &Incident, person: &UserId) -> bool {
        others_acknowledging(fresh, person).any(|one| self.before.acknowledgements.contains(one))
    }

    /// Whether the incident has a new assignment. An assignment is new if its person or its time is new.
    pub fn has_new_assignment(&self, fresh: &Incident) -> bool {
        let known = |one| self.before.assignments.contains(one);
        !fresh.assignments.iter().all(known)
    }

    fn is_snoozed(&self, fresh: &Incident, span: Duration) -> bool {
        let end = TimeDelta::from_std(span)
            .ok()
            .and_then(|span| self.sent_at.checked_add_signed(span));
        let shown = fresh.pending_at(PendingKind::Unacknowledge);
        let near = end.zip(shown).map(|(end, shown)| (shown - end).abs());
        fresh.status == IncidentStatus::Acknowledged
            && near.is_some_and(|off| off <= SNOOZE_TOLERANCE)
    }
}

fn assigned_at(incident: &Incident) -> Option<DateTime<Utc>> {
    incident.assignments.iter().map(|one| one.at).max()
}
