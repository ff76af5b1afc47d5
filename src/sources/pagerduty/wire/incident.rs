//! An incident as `GET /incidents` lists it.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::super::filters::Ids;
use super::{Ref, Time};
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
    service: Lenient<Ref>,
    escalation_policy: Lenient<Ref>,
    priority: Lenient<Ref>,
    created_at: Time,
    updated_at: Time,
    resolved_at: Time,
    last_status_change_at: Time,
    last_status_change_by: Lenient<Ref>,
    assignments: LenientList<WireAssignment>,
    assigned_via: Lenient<String>,
    acknowledgements: LenientList<WireAcknowledgement>,
    pending_actions: LenientList<WirePending>,
    incident_key: Lenient<String>,
    alert_counts: Lenient<WireCounts>,
    conference_bridge: Lenient<WireBridge>,
    teams: LenientList<Ref>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WireAssignment {
    at: Time,
    assignee: Lenient<Ref>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WireAcknowledgement {
    at: Time,
    acknowledger: Lenient<Ref>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WirePending {
    #[serde(rename = "type")]
    kind: Lenient<PendingKind>,
    at: Time,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct WireCounts {
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
    pub fn key(&self) -> String {
        self.id.0.clone().unwrap_or_default()
    }

    /// When it was resolved.
    pub fn resolved_at(&self) -> Option<DateTime<Utc>> {
        self.resolved_at.0.or(self.last_status_change_at.0)
    }

    /// Whether listings narrowed to these would name it.
    pub fn is_among(&self, ids: &Ids) -> bool {
        let service = self.service.0.as_ref().and_then(Ref::id);
        ids.admit(service, self.teams.0.iter().filter_map(Ref::id))
    }

    /// The incident, its alerts not read yet.
    ///
    /// # Errors
    /// In words, where it lacks what an incident cannot be without: to leave it out would make a
    /// garbled answer look like a quiet one.
    pub fn read(self) -> Result<Incident, String> {
        let id = self.id.text().ok_or("an incident without id")?;
        let lacks = |what: &str| format!("incident {id}: no readable {what}");
        let created_at = self.created_at.0.ok_or_else(|| lacks("created_at"))?;
        let status = self.status.text().ok_or_else(|| lacks("status"))?;
        let status = read_status(&status)
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
            urgency: read_urgency(self.urgency.0.as_deref()),
            service: self.service.0.and_then(|service| service.named()),
            policy: self.escalation_policy.0.and_then(|policy| policy.named()),
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
                .and_then(|by| by.person()),
            assignments: read_assignments(self.assignments.0, created_at),
            assigned_via: self.assigned_via.0.as_deref().and_then(read_via),
            acknowledgements: read_acknowledgements(
                self.acknowledgements.0,
                changed.unwrap_or(created_at),
            ),
            pending: self
                .pending_actions
                .0
                .into_iter()
                .filter_map(WirePending::read)
                .collect(),
            incident_key: self.incident_key.text(),
            triggered_alerts: self.alert_counts.0.and_then(|counts| counts.triggered.0),
            conference: self.conference_bridge.0.and_then(WireBridge::read),
            alerts: Vec::new(),
            alerts_known: false,
            id: id.into(),
        })
    }
}

fn read_status(word: &str) -> Option<IncidentStatus> {
    match word {
        "triggered" => Some(IncidentStatus::Triggered),
        "acknowledged" => Some(IncidentStatus::Acknowledged),
        "resolved" => Some(IncidentStatus::Resolved),
        _ => None,
    }
}

// What is not said to be quiet is taken for loud.
fn read_urgency(word: Option<&str>) -> Urgency {
    match word {
        Some("low") => Urgency::Low,
        _ => Urgency::High,
    }
}

fn read_via(word: &str) -> Option<AssignedVia> {
    match word {
        "escalation_policy" => Some(AssignedVia::EscalationPolicy),
        "direct_assignment" => Some(AssignedVia::DirectAssignment),
        _ => None,
    }
}

fn read_assignments(list: Vec<WireAssignment>, created_at: DateTime<Utc>) -> Vec<Assignment> {
    let read = |wire: WireAssignment| {
        Some(Assignment {
            at: wire.at.0.unwrap_or(created_at),
            to: wire.assignee.0?.person()?,
        })
    };
    list.into_iter().filter_map(read).collect()
}

fn read_acknowledgements(
    list: Vec<WireAcknowledgement>,
    otherwise: DateTime<Utc>,
) -> Vec<Acknowledgement> {
    let read = |wire: WireAcknowledgement| {
        Some(Acknowledgement {
            at: wire.at.0.unwrap_or(otherwise),
            by: wire.acknowledger.0?.person()?,
        })
    };
    list.into_iter().filter_map(read).collect()
}

impl WirePending {
    fn read(self) -> Option<PendingAction> {
        Some(PendingAction {
            kind: self.kind.0?,
            at: self.at.0?,
        })
    }
}

impl WireBridge {
    fn read(self) -> Option<String> {
        self.conference_url.text().or(self.conference_number.text())
    }
}

#[cfg(test)]
mod tests;
