//! The state of a case that is compared: what a person decides by. Its clock, its age and its place in the list
//! change by themselves, so they are left out.

use std::sync::Arc;

use crate::domain::case::{Case, MutedBy, OwnerKind};
use crate::domain::clock::ClockKind;
use crate::domain::ids::PriorityName;
use crate::domain::incident::IncidentStatus;

/// One thing that changed, with what it was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseChange {
    /// The case was not there.
    Appeared,
    /// Its hub went down, or is no longer seen down.
    HubDown {
        /// Whether it was.
        previous: bool,
    },
    Priority {
        /// The one before.
        previous: Option<PriorityName>,
    },
    /// Who must act.
    Owner {
        /// The owners before; empty if it was unowned.
        previous: Vec<Arc<str>>,
    },
    /// Its incident: it came, was acknowledged, or the acknowledgement ended.
    Status {
        /// Where it stood; none: there was none.
        previous: Option<IncidentStatus>,
    },
    /// It was snoozed, or the snooze ended.
    Snoozed {
        /// Whether it was.
        previous: bool,
    },
    /// Maintenance or a silence began or ended.
    Quiet {
        /// Which there was.
        previous: Option<MutedBy>,
    },
    /// Another kind of clock leads, for no reason above.
    Clock {
        /// The one before.
        previous: Option<ClockKind>,
    },
}

/// A case in few words.
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
        // A user of whom it is no longer known whether they are a mailbox is no other owner.
        let people = people.filter(|owner| owner.kind != OwnerKind::Placeholder);
        let mut owners: Vec<Arc<str>> = people.map(|owner| owner.who.name.clone()).collect();
        owners.sort();
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

    /// The changes from this state to the case as it is now, the gravest first.
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
