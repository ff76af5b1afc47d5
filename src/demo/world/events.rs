//! Receives events in the form of Events v2. With such events, an integration such as a real Alertmanager opens,
//! updates and resolves incidents.

use serde_json::Value;

use super::World;
use crate::demo::account::incident::{Agent, Opening, PagedAlert};
use crate::demo::account::refusal::Refusal;
use crate::demo::clockwork::At;

/// The routing key for alerts that have no service of their own.
pub const DEFAULT_ROUTING_KEY: &str = "demodemodemodemodemodemodemodemo";

/// The action of an integration's event.
#[derive(Clone, Debug, PartialEq, Eq, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum EventAction {
    /// Open an incident, or update its alert.
    Trigger,
    Acknowledge,
    /// Resolve an alert.
    Resolve,
}

/// An event of an integration, in the form of Events v2.
#[derive(Clone, Debug)]
pub struct IntegrationEvent {
    /// The service's key.
    pub service: String,
    pub action: EventAction,
    /// The key that distinguishes this alert from the other alerts of its service.
    pub dedup_key: String,
    pub summary: String,
    /// `info`, `warning`, `error` or `critical`.
    pub severity: String,
    /// The event's `custom_details`.
    pub details: Value,
    /// Links, each with its address and its text.
    pub links: Vec<(String, String)>,
}

impl World {
    /// The key of the service that has this routing key.
    pub fn service_for_key(&self, routing_key: &str) -> Option<String> {
        if routing_key == DEFAULT_ROUTING_KEY {
            return Some("misc".to_owned());
        }
        let mut services = self.account.directory.services.iter();
        let service = services.find(|it| it.routing_key() == routing_key);
        service.map(|it| it.key.clone())
    }

    /// A dedup key for an event that has none.
    pub fn new_dedup_key(&mut self) -> String {
        self.rng.id("", 32).to_lowercase()
    }

    /// Applies an event. As in PagerDuty, an event that resolves an alert without an open incident changes nothing.
    pub fn enqueue(&mut self, event: IntegrationEvent, at: At) -> Result<(), Refusal> {
        let open = self.open_incident_for(&event.service, &event.dedup_key);
        match (event.action.clone(), open) {
            (EventAction::Trigger, Some(id)) => self.update_alert(&id, event, at),
            (EventAction::Trigger, None) => {
                let opening = Opening {
                    title: event.summary.clone(),
                    service: event.service.clone(),
                    priority: self.priority_of(&event),
                    incident_key: Some(event.dedup_key.clone()),
                    ..Opening::default()
                };
                let id = self.account.open(opening, &Agent::Service, at)?;
                self.update_alert(&id, event, at)
            }
            (EventAction::Resolve, Some(id)) => self.close_alert(&id, &event.dedup_key, at),
            (EventAction::Acknowledge | EventAction::Resolve, _) => Ok(()),
        }
    }

    fn open_incident_for(&self, service: &str, key: &str) -> Option<String> {
        let mut open = self.account.incidents.iter().filter(|it| it.is_open());
        let found = open.find(|it| {
            let has_key = it
                .alerts
                .iter()
                .any(|alert| alert.key == key && !alert.resolved);
            it.service == service && has_key
        });
        found.map(|it| it.id.clone())
    }

    fn update_alert(&mut self, id: &str, event: IntegrationEvent, at: At) -> Result<(), Refusal> {
        let alert = PagedAlert {
            id: self.account.alert_id(),
            key: event.dedup_key,
            summary: event.summary,
            severity: event.severity,
            created_at: at,
            resolved: false,
            details: event.details,
            links: event.links,
        };
        self.account.add_alert(id, alert, at)
    }

    /// Resolves an alert. Resolving the last open alert also resolves the incident.
    fn close_alert(&mut self, id: &str, key: &str, at: At) -> Result<(), Refusal> {
        let incident = self.account.incident_mut(id).ok_or(Refusal::NotFound)?;
        incident.updated_at = at;
        let alerts = incident.alerts.iter_mut().filter(|it| it.key == key);
        alerts.for_each(|it| it.resolved = true);
        if incident.alerts.iter().all(|it| it.resolved) {
            self.account.resolve(id, &Agent::Service, None, at)?;
        }
        Ok(())
    }

    /// The priority that follows from the summary's words about urgency, such as "same day action needed". An event
    /// orchestration would set the same priority.
    fn priority_of(&self, event: &IntegrationEvent) -> Option<String> {
        let words = [
            ("take immediate action", "P1"),
            ("same day action needed", "P2"),
            ("action needed this week", "P3"),
            ("to be planned in sprint planning", "P4"),
        ];
        let found = words.iter().find(|(text, _)| event.summary.contains(text));
        found.map(|(_, priority)| (*priority).to_owned())
    }
}
