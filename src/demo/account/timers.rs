//! PagerDuty's automatic actions. PagerDuty assigns, notifies, escalates, ends acknowledgements and snoozes, and
//! resolves.

use super::Account;
use super::entry::EntryKind;
use super::incident::{Agent, Incident, Pending, Status, Urgency};
use super::refusal::Refusal;
use crate::demo::clockwork::At;
use crate::domain::now::time_after;

impl Account {
    /// The time of the next automatic action.
    pub fn next_due(&self) -> Option<At> {
        let open = self.incidents.iter().filter(|it| it.is_open());
        open.flat_map(Incident::pending).map(|(_, at)| at).min()
    }

    /// Runs the automatic actions that are due at `at`.
    pub fn tick(&mut self, at: At) {
        let due = |incident: &Incident| {
            let first = incident.pending().filter(|(_, when)| *when <= at);
            let first = first.min_by_key(|(_, when)| *when)?;
            incident.is_open().then(|| (incident.id.clone(), first.0))
        };
        let due: Vec<_> = self.incidents.iter().filter_map(due).collect();
        for (id, what) in due {
            // No action is refused here, since the incident exists and is open.
            let _done = match what {
                Pending::Unacknowledge => self.expire(&id, at),
                Pending::Escalate => self.auto_escalate(&id, at),
                Pending::Resolve => self.resolve_through("timeout", &id, &Agent::Service, None, at),
            };
        }
    }

    /// Assigns an incident to these users and notifies them.
    pub(super) fn assign(&mut self, id: &str, to: &[String], by: &Agent, at: At) {
        self.place(id, to, at);
        let channel = match by {
            Agent::User(_) => by.channel(),
            Agent::Service => "auto",
        };
        self.record(id, at, by, channel, EntryKind::Assign(to.to_vec()));
        self.notify(id, to, at);
        self.plan_escalation(id, at);
    }

    /// Assigns an incident to the user whose turn it is at a level of its policy.
    pub(super) fn assign_level(
        &mut self,
        id: &str,
        level: usize,
        by: &Agent,
        at: At,
        what: fn(Vec<String>) -> EntryKind,
    ) -> Result<(), Refusal> {
        let policy = self.incident(id).ok_or(Refusal::NotFound)?.policy.clone();
        let to: Vec<_> = self
            .next_round_robin(&policy, level, at)
            .into_iter()
            .collect();
        self.touch(id, at)?.level = level;
        self.place(id, &to, at);
        let channel = if *by == Agent::Service {
            "timeout"
        } else {
            "website"
        };
        self.record(id, at, by, channel, what(to.clone()));
        self.notify(id, &to, at);
        self.plan_escalation(id, at);
        Ok(())
    }

    /// Sets the users to whom an incident is assigned, without a log entry.
    pub(super) fn place(&mut self, id: &str, to: &[String], at: At) {
        if let Ok(incident) = self.touch(id, at) {
            incident.assigned = to.iter().map(|user| (user.clone(), at)).collect();
        }
    }

    fn notify(&mut self, id: &str, to: &[String], at: At) {
        for user in to {
            let told = EntryKind::Notify(user.clone());
            self.record(id, at, &Agent::Service, "auto", told);
        }
    }

    /// Sets when an incident escalates. An incident does not escalate if its urgency is low, or if it was assigned by
    /// hand, is acknowledged, or is at the last level of its last loop.
    pub(super) fn plan_escalation(&mut self, id: &str, at: At) {
        let Some(incident) = self.incident(id) else {
            return;
        };
        let goes_on = incident.status == Status::Triggered
            && incident.urgency == Urgency::High
            && !incident.directly;
        let policy = self.directory.policy(&incident.policy).filter(|_| goes_on);
        let delay = policy.and_then(|policy| {
            let is_last = incident.level >= policy.levels.len();
            let level = policy.levels.get(incident.level.saturating_sub(1))?;
            (!is_last || incident.loops < policy.loops).then_some(level.after)
        });
        let next = delay.map(|span| time_after(at, span));
        if let Some(incident) = self.incident_mut(id) {
            incident.escalate_at = next;
        }
    }

    fn auto_escalate(&mut self, id: &str, at: At) -> Result<(), Refusal> {
        let incident = self.incident(id).ok_or(Refusal::NotFound)?;
        let policy = self.directory.policy(&incident.policy);
        let levels = policy.map_or(0, |policy| policy.levels.len());
        let wraps = incident.level >= levels;
        let level = if wraps { 1 } else { incident.level + 1 };
        if wraps {
            self.touch(id, at)?.loops += 1;
            self.record(id, at, &Agent::Service, "timeout", EntryKind::Repeat);
        }
        self.assign_level(id, level, &Agent::Service, at, EntryKind::Escalate)?;
        let ends = self.incident(id).is_some_and(|it| it.escalate_at.is_none());
        if ends {
            self.record(id, at, &Agent::Service, "timeout", EntryKind::Exhaust);
        }
        Ok(())
    }

    /// Ends an acknowledgement or a snooze. The incident is triggered again, and the time at its level starts over.
    fn expire(&mut self, id: &str, at: At) -> Result<(), Refusal> {
        let incident = self.touch(id, at)?;
        incident.acknowledged.clear();
        incident.snoozed = false;
        incident.unacknowledge_at = None;
        incident.status = Status::Triggered;
        incident.status_at = at;
        incident.status_by = Agent::Service;
        self.record(id, at, &Agent::Service, "timeout", EntryKind::Unacknowledge);
        self.plan_escalation(id, at);
        Ok(())
    }
}
