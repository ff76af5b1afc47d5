//! The facts about a case that are compared with its later state: those on which a user decides. The time on the clock,
//! the age and the place in the list are left out, since these change by themselves.

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
    /// The case's hub went down, or no longer counts as down.
    HubDown {
        /// Whether the hub was down.
        previous: bool,
    },
    Priority {
        previous: Option<PriorityName>,
    },
    /// The owners.
    Owner {
        /// The previous owners; empty if the case was unowned.
        previous: Vec<Arc<str>>,
    },
    /// The case got an incident, or an acknowledgement began or ended.
    Status {
        /// The previous status of the incident; `None` if there was no incident.
        previous: Option<IncidentStatus>,
    },
    /// The case was snoozed, or the snooze ended.
    Snoozed {
        /// Whether the case was snoozed.
        previous: bool,
    },
    /// Maintenance or a silence began or ended.
    Quiet {
        /// Why the case was muted before; `None` if it was not muted.
        previous: Option<MutedBy>,
    },
    /// A clock of another kind is now the first to run out, and no other change explains this.
    Clock {
        previous: Option<ClockKind>,
    },
}

/// The properties of a case that are compared to find its changes.
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
        // Placeholders are left out. Otherwise the owners would seem to change as soon as hubwatch no longer knows
        // which users are mailboxes.
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

    /// The changes between this state and the present state of the case, most severe first.
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
