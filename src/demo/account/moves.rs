//! Changes of an incident's assignees, policy, level, priority, urgency and title.

use super::Account;
use super::entry::EntryKind;
use super::incident::{Agent, Status, Urgency};
use super::refusal::Refusal;
use crate::demo::clockwork::At;

impl Account {
    /// Assigns an incident to people by hand. Its acknowledgements end, and it no longer escalates.
    pub fn reassign(&mut self, id: &str, to: &[String], by: &Agent, at: At) -> Result<(), Refusal> {
        self.must_be_open(id, Refusal::CannotReassign)?;
        if to.is_empty() || to.iter().any(|key| self.directory.user(key).is_none()) {
            return Err(Refusal::AssigneeNotFound);
        }
        let id = self.restart_escalation(id, by, at)?;
        self.touch(&id, at)?.directly = true;
        self.assign(&id, to, by, at);
        Ok(())
    }

    /// Assigns an incident to a policy. The policy starts at its first level.
    pub fn delegate(&mut self, id: &str, policy: &str, by: &Agent, at: At) -> Result<(), Refusal> {
        self.must_be_open(id, Refusal::CannotReassign)?;
        if self.directory.policy(policy).is_none() {
            return Err(Refusal::PolicyNotFound);
        }
        let id = self.restart_escalation(id, by, at)?;
        let incident = self.touch(&id, at)?;
        incident.policy = policy.to_owned();
        self.assign_level(&id, 1, by, at, EntryKind::Delegate)
    }

    /// Escalates an incident to a level of its policy. PagerDuty never escalates an incident with low urgency.
    pub fn escalate(&mut self, id: &str, level: usize, by: &Agent, at: At) -> Result<(), Refusal> {
        self.must_be_open(id, Refusal::CannotEscalate)?;
        let incident = self.incident(id).ok_or(Refusal::NotFound)?;
        let policy = self.directory.policy(&incident.policy);
        let levels = policy.map_or(0, |policy| policy.levels.len());
        if level == 0 || level > levels || incident.urgency == Urgency::Low {
            return Err(Refusal::CannotEscalate);
        }
        let id = self.restart_escalation(id, by, at)?;
        self.assign_level(&id, level, by, at, EntryKind::Escalate)
    }

    /// Sets or removes an incident's priority.
    pub fn set_priority(
        &mut self,
        id: &str,
        priority: Option<&str>,
        by: &Agent,
        at: At,
    ) -> Result<(), Refusal> {
        if priority.is_some_and(|name| self.directory.priority(name).is_none()) {
            return Err(Refusal::BadPriority);
        }
        let incident = self.touch(id, at)?;
        let was = std::mem::replace(&mut incident.priority, priority.map(str::to_owned));
        let id = incident.id.clone();
        let change = EntryKind::PriorityChange(was, priority.map(str::to_owned));
        self.record(&id, at, by, by.channel(), change);
        Ok(())
    }

    /// Changes an incident's urgency. An incident with low urgency does not escalate.
    pub fn set_urgency(
        &mut self,
        id: &str,
        urgency: Urgency,
        by: &Agent,
        at: At,
    ) -> Result<(), Refusal> {
        let incident = self.touch(id, at)?;
        incident.urgency = urgency;
        let id = incident.id.clone();
        self.record(&id, at, by, by.channel(), EntryKind::UrgencyChange);
        self.plan_escalation(&id, at);
        Ok(())
    }

    pub fn set_title(&mut self, id: &str, title: &str, at: At) -> Result<(), Refusal> {
        self.touch(id, at)?.title = title.to_owned();
        Ok(())
    }

    /// Merges `source` into an open incident. The alerts of `source` move to that incident, and `source` is resolved.
    pub fn merge(&mut self, source: &str, into: &str, by: &Agent, at: At) -> Result<(), Refusal> {
        self.must_be_open(into, Refusal::AlreadyResolved)?;
        let target = self.touch(into, at)?.id.clone();
        let alerts = std::mem::take(&mut self.touch(source, at)?.alerts);
        self.touch(&target, at)?.alerts.extend(alerts);
        self.resolve(source, by, None, at)?;
        self.touch(source, at)?.merged_into = Some(target);
        Ok(())
    }

    fn must_be_open(&self, id: &str, refusal: Refusal) -> Result<(), Refusal> {
        let incident = self.incident(id).ok_or(Refusal::NotFound)?;
        incident.is_open().then_some(()).ok_or(refusal)
    }

    /// Makes an incident triggered again, because it gets a new assignment. The incident's acknowledgements and snooze
    /// end.
    fn restart_escalation(&mut self, id: &str, by: &Agent, at: At) -> Result<String, Refusal> {
        let incident = self.touch(id, at)?;
        incident.acknowledged.clear();
        incident.snoozed = false;
        incident.unacknowledge_at = None;
        incident.directly = false;
        if incident.status != Status::Triggered {
            incident.set_status(Status::Triggered, by, at);
        }
        Ok(incident.id.clone())
    }
}
