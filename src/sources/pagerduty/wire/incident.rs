//! An incident as `GET /incidents` lists it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::{IntoDeserializer, value};

use super::super::filter_ids::FilterIds;
use super::{WireReference, WireTime};
use crate::domain::ids::IncidentId;
use crate::domain::incident::{
    Acknowledgement, AssignedVia, Assignment, Incident, IncidentField, IncidentStatus,
    PendingAction, PendingKind, Urgency,
};
use crate::domain::text_limit::{MAX_WORDS_BYTES, cut_key, cut_words};
use crate::sources::lenient::{Field, List};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct WireIncident {
    id: Field<String>,
    incident_number: Field<u64>,
    title: Field<String>,
    summary: Field<String>,
    html_url: Field<String>,
    status: Field<String>,
    urgency: Field<String>,
    service: Field<WireReference>,
    escalation_policy: Field<WireReference>,
    priority: Field<WireReference>,
    created_at: WireTime,
    updated_at: WireTime,
    resolved_at: WireTime,
    last_status_change_at: WireTime,
    last_status_change_by: Field<WireReference>,
    assignments: List<WireAssignment>,
    assigned_via: Field<String>,
    acknowledgements: List<WireAcknowledgement>,
    pending_actions: List<WirePendingAction>,
    incident_key: Field<String>,
    alert_counts: Field<WireAlertCounts>,
    conference_bridge: Field<WireBridge>,
    teams: List<WireReference>,
    resolve_reason: Field<WireResolveReason>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WireResolveReason {
    incident: Field<WireReference>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WireAssignment {
    at: WireTime,
    assignee: Field<WireReference>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WireAcknowledgement {
    at: WireTime,
    acknowledger: Field<WireReference>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WirePendingAction {
    #[serde(rename = "type")]
    kind: Field<String>,
    at: WireTime,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WireAlertCounts {
    triggered: Field<u32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WireBridge {
    conference_number: Field<String>,
    conference_url: Field<String>,
}

impl WireIncident {
    /// The key that identifies the incident in a listing.
    pub fn listing_key(&self) -> String {
        self.id.as_deref().unwrap_or_default().to_owned()
    }

    /// The incident's number, or its id if it has no number.
    pub fn name(&self) -> Option<String> {
        let number = self.incident_number.as_ref().map(u64::to_string);
        number.or_else(|| self.id.clone().text())
    }

    fn unread_fields(&self) -> BTreeSet<IncidentField> {
        let is_acknowledged = self.status.as_deref() == Some("acknowledged");
        let mut pending = self.pending_actions.items.iter();
        let assignments = self.assignments.items.iter();
        let mut assignees = assignments.map(|it| &it.assignee);
        let acknowledgements = self.acknowledgements.items.iter();
        let mut acknowledgers = acknowledgements.map(|it| &it.acknowledger);
        let fields = [
            (IncidentField::Priority, self.priority.is_unreadable()),
            (
                IncidentField::Assignments,
                !self.assignments.is_whole() || !assignees.all(names_somebody),
            ),
            (
                IncidentField::Acknowledgements,
                is_acknowledged
                    && (!self.acknowledgements.is_whole() || !acknowledgers.all(names_somebody)),
            ),
            (
                IncidentField::PendingActions,
                !self.pending_actions.is_whole() || !pending.all(WirePendingAction::is_readable),
            ),
        ];
        let unread = fields.into_iter().filter(|(_, is_unread)| *is_unread);
        unread.map(|(field, _)| field).collect()
    }

    /// The incident into which this incident was merged. PagerDuty gives a reason for a resolution only after a merge,
    /// so the type of the reason is not checked.
    pub fn merged_into(&self) -> Option<IncidentId> {
        let target = self.resolve_reason.as_ref()?.incident.as_ref()?;
        target.id().map(IncidentId::from)
    }

    /// When the incident was resolved.
    pub fn resolved_at(&self) -> Option<DateTime<Utc>> {
        self.resolved_at
            .value()
            .or(self.last_status_change_at.value())
    }

    /// Whether listings with these filters would include the incident.
    pub fn matches(&self, ids: &FilterIds) -> bool {
        let service = self.service.as_ref().and_then(WireReference::id);
        ids.matches(
            service,
            self.teams.items.iter().filter_map(WireReference::id),
        )
    }

    /// The incident. Its alerts are not read yet.
    ///
    /// # Errors
    /// A required field is missing. The error names the field. Without this error, a garbled answer would look like a
    /// quiet night.
    pub fn into_incident(self) -> Result<Incident, String> {
        let unread_fields = self.unread_fields();
        let id = self.id.text().ok_or("it has no id")?;
        let lacks = |what: &str| format!("it has no readable {what}");
        let created_at = self.created_at.value().ok_or_else(|| lacks("created_at"))?;
        let status = self.status.text().ok_or_else(|| lacks("status"))?;
        let status = parse_status(&status)
            .ok_or_else(|| format!("its status is '{}'", cut_words(&status)))?;
        let resolved = status == IncidentStatus::Resolved;
        let unread_fields = match resolved {
            true => BTreeSet::new(),
            false => unread_fields,
        };
        let changed = self.last_status_change_at.value();
        // Without the time of resolution, a firing alert would look as if nobody had been paged for it.
        if resolved && self.resolved_at.value().or(changed).is_none() {
            return Err(lacks("resolved_at"));
        }
        let title = self.title.text().or(self.summary.text());
        Ok(Incident {
            number: self.incident_number.value().unwrap_or_default(),
            title: cut_words(title.unwrap_or_default()).into_owned(),
            url: self.html_url.text().filter(|url| is_usable_link(url)),
            status,
            urgency: parse_urgency(self.urgency.as_deref()),
            service: self
                .service
                .value()
                .and_then(|service| service.to_reference()),
            policy: self
                .escalation_policy
                .value()
                .and_then(|policy| policy.to_reference()),
            priority: self
                .priority
                .value()
                .and_then(|priority| priority.priority_name()),
            created_at,
            updated_at: self.updated_at.value(),
            resolved_at: self.resolved_at.value().or(changed).filter(|_| resolved),
            resolved_by: self
                .last_status_change_by
                .value()
                .filter(|_| resolved)
                .and_then(|by| by.to_person()),
            assignments: into_assignments(self.assignments.items, created_at),
            assigned_via: self.assigned_via.as_deref().and_then(parse_assigned_via),
            acknowledgements: into_acknowledgements(
                self.acknowledgements.items,
                changed.unwrap_or(created_at),
            ),
            pending: self
                .pending_actions
                .items
                .into_iter()
                .filter_map(WirePendingAction::into_pending_action)
                .collect(),
            unread_fields,
            incident_key: self
                .incident_key
                .text()
                .map(|key| cut_key(key).into_owned()),
            triggered_alerts: self
                .alert_counts
                .value()
                .and_then(|counts| counts.triggered.value()),
            conference: self
                .conference_bridge
                .value()
                .and_then(WireBridge::into_text)
                .map(|text| cut_words(text).into_owned()),
            alerts: Vec::new(),
            alerts_known: false,
            log_known: false,
            priority_log_known: false,
            id: id.into(),
        })
    }
}

// Whether a reference names somebody. A service or an integration counts too, although it is no person.
fn names_somebody(who: &Field<WireReference>) -> bool {
    let who = who.as_ref();
    who.is_some_and(|who| who.is_no_user() || who.to_person().is_some())
}

// Whether a link is short enough to be kept whole. A cut address would lead elsewhere.
fn is_usable_link(url: &str) -> bool {
    url.len() <= MAX_WORDS_BYTES
}

fn parse_status(word: &str) -> Option<IncidentStatus> {
    match word {
        "triggered" => Some(IncidentStatus::Triggered),
        "acknowledged" => Some(IncidentStatus::Acknowledged),
        "resolved" => Some(IncidentStatus::Resolved),
        _ => None,
    }
}

// Parses the urgency. An unknown urgency counts as high.
fn parse_urgency(word: Option<&str>) -> Urgency {
    match word {
        Some("low") => Urgency::Low,
        _ => Urgency::High,
    }
}

fn parse_assigned_via(word: &str) -> Option<AssignedVia> {
    match word {
        "escalation_policy" => Some(AssignedVia::EscalationPolicy),
        "direct_assignment" => Some(AssignedVia::DirectAssignment),
        _ => None,
    }
}

fn parse_pending_kind(word: &str) -> Option<PendingKind> {
    PendingKind::deserialize(IntoDeserializer::<value::Error>::into_deserializer(word)).ok()
}

fn into_assignments(list: Vec<WireAssignment>, created_at: DateTime<Utc>) -> Vec<Assignment> {
    let read = |wire: WireAssignment| {
        Some(Assignment {
            at: wire.at.value().unwrap_or(created_at),
            to: wire.assignee.value()?.to_person()?,
        })
    };
    list.into_iter().filter_map(read).collect()
}

fn into_acknowledgements(
    list: Vec<WireAcknowledgement>,
    otherwise: DateTime<Utc>,
) -> Vec<Acknowledgement> {
    let read = |wire: WireAcknowledgement| {
        Some(Acknowledgement {
            at: wire.at.value().unwrap_or(otherwise),
            by: wire.acknowledger.value()?.to_person()?,
        })
    };
    list.into_iter().filter_map(read).collect()
}

impl WirePendingAction {
    // Whether the action can be read. An action of an unknown type does not matter, so it counts as readable.
    fn is_readable(&self) -> bool {
        let kind = self.kind.as_deref().filter(|kind| !kind.is_empty());
        kind.is_some_and(|kind| parse_pending_kind(kind).is_none() || self.at.as_ref().is_some())
    }

    fn into_pending_action(self) -> Option<PendingAction> {
        Some(PendingAction {
            kind: parse_pending_kind(self.kind.as_deref()?)?,
            at: self.at.value()?,
        })
    }
}

impl WireBridge {
    fn into_text(self) -> Option<String> {
        self.conference_url.text().or(self.conference_number.text())
    }
}

#[cfg(test)]
mod tests;
