//! An incident as `GET /incidents` lists it.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::super::filter_ids::FilterIds;
use super::{WireReference, WireTime};
use crate::domain::incident::{
    Acknowledgement, AssignedVia, Assignment, Incident, IncidentStatus, PendingAction, PendingKind,
    Urgency,
};
use crate::sources::lenient::{Lenient, LenientList};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct WireIncident {
    id: Lenient<String>,
    incident_number: Lenient<u64>,
    title: Lenient<String>,
    summary: Lenient<String>,
    html_url: Lenient<String>,
    status: Lenient<String>,
    urgency: Lenient<String>,
    service: Lenient<WireReference>,
    escalation_policy: Lenient<WireReference>,
    priority: Lenient<WireReference>,
    created_at: WireTime,
    updated_at: WireTime,
    resolved_at: WireTime,
    last_status_change_at: WireTime,
    last_status_change_by: Lenient<WireReference>,
    assignments: LenientList<WireAssignment>,
    assigned_via: Lenient<String>,
    acknowledgements: LenientList<WireAcknowledgement>,
    pending_actions: LenientList<WirePendingAction>,
    incident_key: Lenient<String>,
    alert_counts: Lenient<WireAlertCounts>,
    conference_bridge: Lenient<WireBridge>,
    teams: LenientList<WireReference>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WireAssignment {
    at: WireTime,
    assignee: Lenient<WireReference>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WireAcknowledgement {
    at: WireTime,
    acknowledger: Lenient<WireReference>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WirePendingAction {
    #[serde(rename = "type")]
    kind: Lenient<PendingKind>,
    at: WireTime,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WireAlertCounts {
    triggered: Lenient<u32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WireBridge {
    conference_number: Lenient<String>,
    conference_url: Lenient<String>,
}

impl WireIncident {
    /// What tells it from others in a listing.
    pub fn listing_key(&self) -> String {
        self.id.0.clone().unwrap_or_default()
    }

    /// When it was resolved.
    pub fn resolved_at(&self) -> Option<DateTime<Utc>> {
        self.resolved_at.0.or(self.last_status_change_at.0)
    }

    /// Whether listings narrowed to these would name it.
    pub fn matches(&self, ids: &FilterIds) -> bool {
        let service = self.service.0.as_ref().and_then(WireReference::id);
        ids.matches(service, self.teams.0.iter().filter_map(WireReference::id))
    }

    /// The incident, its alerts not read yet.
    ///
    /// # Errors
    /// In words, where it lacks what an incident cannot be without: to leave it out would make a
    /// garbled answer look like a quiet one.
    pub fn into_incident(self) -> Result<Incident, String> {
        let id = self.id.text().ok_or("an incident without id")?;
        let lacks = |what: &str| format!("incident {id}: no readable {what}");
        let created_at = self.created_at.0.ok_or_else(|| lacks("created_at"))?;
        let status = self.status.text().ok_or_else(|| lacks("status"))?;
        let status = parse_status(&status)
            .ok_or_else(|| format!("incident {id}: its status is '{status}'"))?;
        let resolved = status == IncidentStatus::Resolved;
        let changed = self.last_status_change_at.0;
        Ok(Incident {
            number: self.incident_number.0.unwrap_or_default(),
            title: self
                .title
                .text()
                .or(self.summary.text())
                .unwrap_or_default(),
            url: self.html_url.text(),
            status,
            urgency: parse_urgency(self.urgency.0.as_deref()),
            service: self.service.0.and_then(|service| service.to_reference()),
            policy: self
                .escalation_policy
                .0
                .and_then(|policy| policy.to_reference()),
            priority: self
                .priority
                .0
                .and_then(|priority| priority.label().map(Into::into)),
            created_at,
            updated_at: self.updated_at.0,
            resolved_at: self.resolved_at.0.or(changed).filter(|_| resolved),
            resolved_by: self
                .last_status_change_by
                .0
                .filter(|_| resolved)
                .and_then(|by| by.to_person()),
            assignments: into_assignments(self.assignments.0, created_at),
            assigned_via: self.assigned_via.0.as_deref().and_then(parse_assigned_via),
            acknowledgements: into_acknowledgements(
                self.acknowledgements.0,
                changed.unwrap_or(created_at),
            ),
            pending: self
                .pending_actions
                .0
                .into_iter()
                .filter_map(WirePendingAction::into_pending_action)
                .collect(),
            incident_key: self.incident_key.text(),
            triggered_alerts: self.alert_counts.0.and_then(|counts| counts.triggered.0),
            conference: self.conference_bridge.0.and_then(WireBridge::into_text),
            alerts: Vec::new(),
            alerts_known: false,
            log_known: false,
            id: id.into(),
        })
    }
}

fn parse_status(word: &str) -> Option<IncidentStatus> {
    match word {
        "triggered" => Some(IncidentStatus::Triggered),
        "acknowledged" => Some(IncidentStatus::Acknowledged),
        "resolved" => Some(IncidentStatus::Resolved),
        _ => None,
    }
}

// What is not said to be quiet is taken for loud.
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

fn into_assignments(list: Vec<WireAssignment>, created_at: DateTime<Utc>) -> Vec<Assignment> {
    let read = |wire: WireAssignment| {
        Some(Assignment {
            at: wire.at.0.unwrap_or(created_at),
            to: wire.assignee.0?.to_person()?,
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
            at: wire.at.0.unwrap_or(otherwise),
            by: wire.acknowledger.0?.to_person()?,
        })
    };
    list.into_iter().filter_map(read).collect()
}

impl WirePendingAction {
    fn into_pending_action(self) -> Option<PendingAction> {
        Some(PendingAction {
            kind: self.kind.0?,
            at: self.at.0?,
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
