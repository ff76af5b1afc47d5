//! How long no human owned an incident.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::past_incident::PastIncident;
use crate::domain::ids::UserId;
use crate::domain::incident::{LogKind, Person};

/// How long the incident was open without an owner. An incident has no owner while no human has acknowledged it and no
/// human is assigned to it. `is_human` is false for mailboxes and bots. `None` if the log is not known or names no
/// assignees.
pub fn unowned(
    one: &PastIncident,
    is_human: &dyn Fn(&Person) -> bool,
    now: DateTime<Utc>,
) -> Option<TimeDelta> {
    if !one.incident.log_known {
        return None;
    }
    let mut state = Holding::default();
    let mut sum = TimeDelta::zero();
    let mut since = one.incident.created_at;
    let end = one.ended(now);
    for entry in one.log.iter().filter(|entry| entry.at < end) {
        // An entry from before the incident's creation counts as made at the creation.
        if state.is_unowned() {
            sum += (entry.at - since).max(TimeDelta::zero());
        }
        since = entry.at.max(since);
        state.apply(&entry.kind, entry.agent.as_ref(), is_human);
    }
    if state.is_unowned() {
        sum += (end - since).max(TimeDelta::zero());
    }
    state.is_told.then_some(sum)
}

#[derive(Default)]
struct Holding {
    /// Whether the log names assignees at any time.
    is_told: bool,
    has_human_assignee: bool,
    acknowledged_by: BTreeSet<UserId>,
}

impl Holding {
    fn is_unowned(&self) -> bool {
        !self.has_human_assignee && self.acknowledged_by.is_empty()
    }

    fn apply(
        &mut self,
        kind: &LogKind,
        agent: Option<&Person>,
        is_human: &dyn Fn(&Person) -> bool,
    ) {
        match kind {
            LogKind::Assign { to } | LogKind::Escalate { to } | LogKind::Delegate { to } => {
                self.is_told = true;
                self.has_human_assignee = to.iter().any(is_human);
                // PagerDuty also removes the acknowledgements of users who are no longer assigned.
                self.acknowledged_by
                    .retain(|id| to.iter().any(|who| who.id == *id));
            }
            LogKind::Acknowledge { .. } => {
                let human = agent.filter(|who| is_human(who));
                self.acknowledged_by.extend(human.map(|who| who.id.clone()));
            }
            LogKind::Unacknowledge | LogKind::Unsnooze => self.acknowledged_by.clear(),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{at, incident, person};
    use super::*;

    fn is_human(who: &Person) -> bool {
        !matches!(&*who.name, "support" | "bot")
    }

    fn to(names: &[&str]) -> Vec<Person> {
        names.iter().map(|name| person(name)).collect()
    }

    fn assign(names: &[&str]) -> LogKind {
        LogKind::Assign { to: to(names) }
    }

    const ACKNOWLEDGE: LogKind = LogKind::Acknowledge { timeout: None };

    fn minutes(one: &PastIncident) -> Option<i64> {
        unowned(one, &is_human, at(100)).map(|span| span.num_minutes())
    }

    #[test]
    fn it_is_unowned_while_a_mailbox_alone_has_it() {
        let of_support = incident(1, 0, Some(60)).with(0, assign(&["support"]));
        assert_eq!(minutes(&of_support), Some(60));
        let escalated = of_support.with(20, LogKind::Escalate { to: to(&["Ada"]) });
        assert_eq!(minutes(&escalated), Some(20));
    }

    #[test]
    fn an_acknowledgement_by_a_human_ends_it_and_a_bots_does_not() {
        let one = incident(1, 0, Some(60)).with(0, assign(&["support"]));
        let by_bot = one.clone().by("bot", 10, ACKNOWLEDGE);
        assert_eq!(minutes(&by_bot), Some(60));
        let by_ada = one.by("Ada", 10, ACKNOWLEDGE);
        assert_eq!(minutes(&by_ada), Some(10));
        let expired = by_ada.with(30, LogKind::Unacknowledge);
        assert_eq!(minutes(&expired), Some(40));
    }

    #[test]
    fn an_open_one_counts_until_now() {
        let open = incident(1, 0, None).with(0, assign(&["support"]));
        assert_eq!(minutes(&open), Some(100));
    }

    #[test]
    fn who_had_it_is_not_known_without_its_log_or_an_assignment_in_it() {
        let silent = incident(1, 0, Some(60));
        assert_eq!(minutes(&silent), None);
        let unread = silent.with(0, assign(&["Ada"])).log_unknown();
        assert_eq!(minutes(&unread), None);
    }
}
