//! The state of a case that is compared: the facts that a user decides by. The time on its clock, its age and its place
//! in the list change by themselves, so they are left out.

use std::sync::Arc;

use crate::domain::case::{Case, MutedBy, OwnerKind};
use crate::domain::clock::ClockKind;
use crate::domain::ids::PriorityName;
use crate::domain::incident::IncidentStatus;

/// A change, with the previous value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseChange {
    /// The case was not listed before.
    Appeared,
    /// The case's hub went down, or is no longer seen down.
    HubDown {
        /// Whether the hub was down.
        previous: bool,
    },
    Priority {
        previous: Option<PriorityName>,
    },
    /// The owners.
    Owner {
        /// The owners before; empty if it was unowned.
        previous: Vec<Arc<str>>,
    },
    /// The case got an incident, the incident was acknowledged, or the acknowledgement ended.
    Status {
        /// The incident's status; `None` if there was no incident.
        previous: Option<IncidentStatus>,
    },
    /// The case was snoozed, or the snooze ended.
    Snoozed {
        /// Whether the case was snoozed.
        previous: bool,
    },
    /// Maintenance or a silence began or ended.
    Quiet {
        /// Why the case was muted; `None` if it was not.
        previous: Option<MutedBy>,
    },
    /// Another kind of clock is the first to run out, and no other change explains it.
    Clock {
        previous: Option<ClockKind>,
    },
}

/// The compared state of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseSnapshot {
    hub_down: bool,
    priority: Option<PriorityName>,
    owners: Vec<Arc<str>>,
    status: Option<IncidentStatus>,
    snoozed: bool,
    quiet: Option<MutedBy>,
    clock: Option<ClockKind>,
}

impl CaseSnapshot {
    pub fn from_case(case: &Case) -> Self {
        let people = case.owners.iter();
        // If it is no longer known whether a user is a mailbox, that is no change of owner.
        let people = people.filter(|owner| owner.kind != OwnerKind::Placeholder);
        let mut owners: Vec<Arc<str>> = people.map(|owner| owner.who.name.clone()).collect();
        owners.sort_unstable();
        owners.dedup();
        Self {
            hub_down: case.hub_down.is_some(),
            priority: case.priority.clone(),
            owners,
            status: case.incident.as_ref().map(|incident| incident.status),
            snoozed: case.snoozed,
            quiet: case.muted_by,
            clock: case.clock.as_ref().map(|clock| clock.kind),
        }
    }

    /// The changes from this state to the case as it is now, the most severe first.
    pub fn changes_to(&self, case: &Case) -> Vec<CaseChange> {
        let is = Self::from_case(case);
        let was = self.clone();
        let found = [
            (was.hub_down != is.hub_down).then_some(CaseChange::HubDown {
                previous: was.hub_down,
            }),
            (was.priority != is.priority).then_some(CaseChange::Priority {
                previous: was.priority,
            }),
            (was.owners != is.owners).then_some(CaseChange::Owner {
                previous: was.owners,
            }),
            (was.status != is.status).then_some(CaseChange::Status {
                previous: was.status,
            }),
            (was.snoozed != is.snoozed).then_some(CaseChange::Snoozed {
                previous: was.snoozed,
            }),
            (was.quiet != is.quiet).then_some(CaseChange::Quiet {
                previous: was.quiet,
            }),
        ];
        let mut found: Vec<CaseChange> = found.into_iter().flatten().collect();
        if found.is_empty() && was.clock != is.clock {
            found.push(CaseChange::Clock {
                previous: was.clock,
            });
        }
        found
    }
}
