//! Whether an incident is still what the person was shown.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::domain::ids::{PriorityName, UserId};
use crate::domain::incident::{Incident, IncidentStatus, Person};

/// What became of an incident between the screen and the write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IncidentChange {
    /// It was resolved.
    Resolved {
        /// By whom, where known.
        by: Option<Person>,
        /// When, where known.
        at: Option<DateTime<Utc>>,
    },
    /// It was over and is open again.
    Reopened,
    /// These acknowledged it.
    Acknowledged(Vec<Person>),
    /// The acknowledgements of these do not stand any more, while others' do.
    AcknowledgementsEnded(Vec<Person>),
    /// Nobody's acknowledgement stands any more.
    Unacknowledged,
    /// It is assigned to others now; nobody: empty.
    Reassigned(Vec<Person>),
    /// It has another priority.
    Priority(Option<PriorityName>),
    /// It belongs to another escalation policy, by name.
    Policy(Option<String>),
    /// It is called otherwise.
    Title(String),
}

/// What is different in `fresh` from what was `shown`, of what a person decides by.
pub fn detect_changes(shown: &Incident, fresh: &Incident) -> Vec<IncidentChange> {
    if shown.is_open() && !fresh.is_open() {
        let (by, at) = (fresh.resolved_by.clone(), fresh.resolved_at);
        return vec![IncidentChange::Resolved { by, at }];
    }
    let mut detect_changes = Vec::new();
    if !shown.is_open() && fresh.is_open() {
        detect_changes.push(IncidentChange::Reopened);
    }
    detect_changes.extend(acknowledgement_change(shown, fresh));
    if assignees(shown) != assignees(fresh) {
        let to = fresh.assignments.iter().map(|one| one.to.clone());
        detect_changes.push(IncidentChange::Reassigned(to.collect()));
    }
    if shown.priority != fresh.priority {
        detect_changes.push(IncidentChange::Priority(fresh.priority.clone()));
    }
    let policy = |incident: &Incident| incident.policy.as_ref().map(|policy| policy.id.clone());
    if policy(shown) != policy(fresh) {
        let name = fresh.policy.as_ref().map(|policy| policy.name.to_string());
        detect_changes.push(IncidentChange::Policy(name));
    }
    if shown.title != fresh.title {
        detect_changes.push(IncidentChange::Title(fresh.title.clone()));
    }
    detect_changes
}

fn acknowledgement_change(shown: &Incident, fresh: &Incident) -> Option<IncidentChange> {
    let (before, after) = (acknowledgers(shown), acknowledgers(fresh));
    let ended =
        shown.status == IncidentStatus::Acknowledged && fresh.status == IncidentStatus::Triggered;
    if ended || (after.is_empty() && !before.is_empty()) {
        return Some(IncidentChange::Unacknowledged);
    }
    if before == after {
        return None;
    }
    let by = fresh.acknowledgements.iter().map(|one| &one.by);
    let new: Vec<_> = by.filter(|by| !before.contains(&by.id)).cloned().collect();
    if !new.is_empty() {
        return Some(IncidentChange::Acknowledged(new));
    }
    let by = shown.acknowledgements.iter().map(|one| &one.by);
    let gone = by.filter(|by| !after.contains(&by.id)).cloned();
    Some(IncidentChange::AcknowledgementsEnded(gone.collect()))
}

fn assignees(incident: &Incident) -> BTreeSet<UserId> {
    let all = incident.assignments.iter();
    all.map(|one| one.to.id.clone()).collect()
}

fn acknowledgers(incident: &Incident) -> BTreeSet<UserId> {
    let all = incident.acknowledgements.iter();
    all.map(|one| one.by.id.clone()).collect()
}
