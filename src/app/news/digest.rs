//! What of a case is compared: what a person decides by. Its clock's moment, its age and its place in the
//! list change by themselves or because others came, and are no news.

use std::sync::Arc;

use crate::domain::case::{Case, MutedBy};
use crate::domain::clock::ClockKind;
use crate::domain::ids::PriorityName;
use crate::domain::incident::IncidentStatus;
use crate::domain::owner::OwnerKind;

/// One thing that changed, with what it was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The case was not there.
    Appeared,
    /// Its hub went down, or is no longer seen down.
    HubDown {
        /// Whether it was.
        was: bool,
    },
    /// Its priority.
    Priority {
        /// The one before.
        was: Option<PriorityName>,
    },
    /// Who must act.
    Owner {
        /// Those before; none: it was unowned.
        was: Vec<Arc<str>>,
    },
    /// Its incident: it came, was acknowledged, or the acknowledgement ended.
    Status {
        /// Where it stood; none: there was none.
        was: Option<IncidentStatus>,
    },
    /// It was snoozed, or the snooze ended.
    Snoozed {
        /// Whether it was.
        was: bool,
    },
    /// Maintenance or a silence began or ended.
    Quiet {
        /// Which there was.
        was: Option<MutedBy>,
    },
    /// Another kind of clock leads, for no reason above.
    Clock {
        /// The one before.
        was: Option<ClockKind>,
    },
}

/// A case in few words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    hub_down: bool,
    priority: Option<PriorityName>,
    owners: Vec<Arc<str>>,
    status: Option<IncidentStatus>,
    snoozed: bool,
    quiet: Option<MutedBy>,
    clock: Option<ClockKind>,
}

impl Digest {
    /// How the case is.
    pub fn of(case: &Case) -> Self {
        let people = case.owners.iter();
        let people = people.filter(|owner| owner.kind == OwnerKind::Person);
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

    /// What changed until the case became what it is, the gravest first.
    pub fn changes(&self, case: &Case) -> Vec<Change> {
        let is = Self::of(case);
        let was = self.clone();
        let found = [
            (was.hub_down != is.hub_down).then_some(Change::HubDown { was: was.hub_down }),
            (was.priority != is.priority).then_some(Change::Priority { was: was.priority }),
            (was.owners != is.owners).then_some(Change::Owner { was: was.owners }),
            (was.status != is.status).then_some(Change::Status { was: was.status }),
            (was.snoozed != is.snoozed).then_some(Change::Snoozed { was: was.snoozed }),
            (was.quiet != is.quiet).then_some(Change::Quiet { was: was.quiet }),
        ];
        let mut found: Vec<Change> = found.into_iter().flatten().collect();
        if found.is_empty() && was.clock != is.clock {
            found.push(Change::Clock { was: was.clock });
        }
        found
    }
}
