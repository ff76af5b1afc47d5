//! The actions of people and integrations on incidents, by PagerDuty's rules.

use std::time::Duration;

use super::Account;
use super::entry::EntryKind;
use super::incident::{Agent, Incident, Note, Opening, PagedAlert, Status};
use super::refusal::Refusal;
use crate::demo::clockwork::At;
use crate::domain::now::time_after;

/// The longest snooze: a week.
const MAX_SNOOZE: Duration = Duration::from_secs(604_800);

impl Account {
    /// Opens an incident and assigns it. As in PagerDuty, the opening is refused if nobody is on call.
    pub fn open(&mut self, opening: Opening, by: &Agent, at: At) -> Result<String, Refusal> {
        let service = self.directory.service(&opening.service);
        let service = service.cloned().ok_or(Refusal::NotFound)?;
        let policy = opening.policy.unwrap_or_else(|| service.policy.clone());
        if self.directory.policy(&policy).is_none() {
            return Err(Refusal::PolicyNotFound);
        }
        let owner = match opening.owner {
            Some(owner) => owner,
            None => self
                .next_round_robin(&policy, 1, at)
                .ok_or_else(|| Refusal::Invalid("nobody is on call".to_owned()))?,
        };
        let id = self.new_id("Q0");
        self.incidents.push(Incident {
            id: id.clone(),
            number: self.next_number(),
            title: opening.title,
            status: Status::Triggered,
            urgency: opening.urgency,
            service: opening.service,
            policy,
            priority: opening.priority,
            created_at: at,
            updated_at: at,
            status_at: at,
            status_by: by.clone(),
            resolved_at: None,
            merged_into: None,
            assigned: Vec::new(),
            directly: opening.directly,
            acknowledged: Vec::new(),
            level: 1,
            loops: 0,
            escalate_at: None,
            unacknowledge_at: None,
            resolve_at: service
                .auto_resolve_timeout
                .map(|span| time_after(at, span)),
            snoozed: false,
            incident_key: opening.incident_key,
            alerts: Vec::new(),
            notes: Vec::new(),
            body: opening.body,
            conference: None,
        });
        let channel = opening.channel.unwrap_or(by.channel());
        self.record(&id, at, by, channel, EntryKind::Trigger);
        self.assign(&id, &[owner], &Agent::Service, at);
        Ok(id)
    }

    /// Adds an alert to an incident. If the incident has an open alert with the same key, only the details of that
    /// alert are replaced.
    pub fn add_alert(&mut self, id: &str, alert: PagedAlert, at: At) -> Result<(), Refusal> {
        let incident = self.touch(id, at)?;
        let known = incident.alerts.iter_mut();
        match known
            .into_iter()
            .find(|it| it.key == alert.key && !it.resolved)
        {
            Some(known) => known.details = alert.details,
            None => incident.alerts.push(alert),
        }
        Ok(())
    }

    pub fn alert_id(&mut self) -> String {
        self.new_id("QA")
    }

    /// Acknowledges an incident. As in PagerDuty, a resolved incident is reopened and assigned to the user who
    /// acknowledges it.
    pub fn acknowledge(&mut self, id: &str, by: &str, at: At) -> Result<(), Refusal> {
        let incident = self.incident(id).ok_or(Refusal::NotFound)?;
        if incident.acknowledged.iter().any(|(user, _)| user == by) && !incident.snoozed {
            return Err(Refusal::AlreadyAcknowledged);
        }
        let was_over = !incident.is_open();
        let service = self.directory.service(&incident.service);
        let timeout = service.and_then(|it| it.acknowledgement_timeout);
        let agent = Agent::User(by.to_owned());
        let incident = self.touch(id, at)?;
        incident.acknowledged.retain(|(user, _)| user != by);
        incident.acknowledged.push((by.to_owned(), at));
        incident.set_status(Status::Acknowledged, &agent, at);
        incident.resolved_at = None;
        incident.snoozed = false;
        incident.escalate_at = None;
        incident.unacknowledge_at = timeout.map(|span| time_after(at, span));
        let id = incident.id.clone();
        let seconds = timeout.map(|span| span.as_secs());
        self.record(&id, at, &agent, "website", EntryKind::Acknowledge(seconds));
        if was_over {
            self.place(&id, &[by.to_owned()], at);
            let to = vec![by.to_owned()];
            self.record(&id, at, &agent, "website", EntryKind::Assign(to));
        }
        Ok(())
    }

    /// Ends an incident's acknowledgements, or reopens a resolved incident. The incident is then triggered and
    /// escalates again.
    pub fn trigger(&mut self, id: &str, by: &Agent, at: At) -> Result<(), Refusal> {
        let incident = self.touch(id, at)?;
        let was_over = !incident.is_open();
        let id = incident.id.clone();
        incident.acknowledged.clear();
        incident.snoozed = false;
        incident.unacknowledge_at = None;
        incident.resolved_at = None;
        incident.set_status(Status::Triggered, by, at);
        self.record(&id, at, by, by.channel(), EntryKind::Unacknowledge);
        if was_over {
            self.assign_level(&id, 1, by, at, EntryKind::Assign)
        } else {
            self.plan_escalation(&id, at);
            Ok(())
        }
    }

    /// Resolves an incident. `how` is a text about the resolution.
    pub fn resolve(
        &mut self,
        id: &str,
        by: &Agent,
        how: Option<String>,
        at: At,
    ) -> Result<(), Refusal> {
        self.resolve_through(by.channel(), id, by, how, at)
    }

    /// Resolves an incident. The log entry names `channel`.
    pub(super) fn resolve_through(
        &mut self,
        channel: &'static str,
        id: &str,
        by: &Agent,
        how: Option<String>,
        at: At,
    ) -> Result<(), Refusal> {
        if !self.incident(id).ok_or(Refusal::NotFound)?.is_open() {
            return Err(Refusal::AlreadyResolved);
        }
        let incident = self.touch(id, at)?;
        incident.set_status(Status::Resolved, by, at);
        incident.resolved_at = Some(at);
        incident.assigned.clear();
        incident.acknowledged.clear();
        incident.snoozed = false;
        incident.escalate_at = None;
        incident.unacknowledge_at = None;
        incident.resolve_at = None;
        incident.alerts.iter_mut().for_each(|it| it.resolved = true);
        let id = incident.id.clone();
        self.record(&id, at, by, channel, EntryKind::Resolve(how));
        Ok(())
    }

    pub fn note(&mut self, id: &str, by: &str, text: &str, at: At) -> Result<Note, Refusal> {
        if text.trim().is_empty() {
            return Err(Refusal::Invalid("Content cannot be empty".to_owned()));
        }
        let note = Note {
            id: self.new_id("PN"),
            by: by.to_owned(),
            text: text.to_owned(),
            at,
        };
        let incident = self.touch(id, at)?;
        incident.notes.push(note.clone());
        let (id, agent) = (incident.id.clone(), Agent::User(by.to_owned()));
        self.record(
            &id,
            at,
            &agent,
            "note",
            EntryKind::Annotate(text.to_owned()),
        );
        Ok(note)
    }

    /// Snoozes an acknowledged incident.
    pub fn snooze(&mut self, id: &str, by: &str, span: Duration, at: At) -> Result<(), Refusal> {
        if span.is_zero() || span > MAX_SNOOZE {
            return Err(Refusal::BadSnooze);
        }
        let incident = self.incident(id).ok_or(Refusal::NotFound)?;
        if incident.status != Status::Acknowledged {
            return Err(Refusal::NotAcknowledged);
        }
        let (until, incident) = (time_after(at, span), self.touch(id, at)?);
        incident.snoozed = true;
        incident.unacknowledge_at = Some(until);
        incident.resolve_at = None;
        let (id, agent) = (incident.id.clone(), Agent::User(by.to_owned()));
        self.record(&id, at, &agent, "website", EntryKind::Snooze(until));
        Ok(())
    }
}

impl Incident {
    pub(super) fn set_status(&mut self, status: Status, by: &Agent, at: At) {
        self.status = status;
        self.merged_into = None;
        self.status_at = at;
        self.status_by = by.clone();
    }
}
