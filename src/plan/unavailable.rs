//! What cannot be done to these cases, and why.

use super::form::has_time_box;
use super::{ActionSubject, OperationContext};
use crate::domain::incident::IncidentStatus;
use crate::domain::operation::{IncidentAction, Unavailable};

impl IncidentAction {
    /// Why it cannot be done to these cases; none where it can.
    pub fn unavailable_reason(
        self,
        subject: &ActionSubject,
        ctx: &OperationContext<'_>,
    ) -> Option<Unavailable> {
        if self == Self::TimeBox && subject.uses_local_time_box() {
            return None;
        }
        if ctx.picture.is_some() && ctx.pagerduty().is_none() {
            return Some(Unavailable::NoPagerduty);
        }
        match self {
            Self::Declare if subject.cases.len() > 1 => Some(Unavailable::MultipleCases),
            Self::Declare => subject.has_incident().then_some(Unavailable::HasIncident),
            Self::FollowUp if ctx.policy.follow_up.is_none() => Some(Unavailable::NoTemplate),
            Self::FollowUp if subject.cases.len() > 1 => Some(Unavailable::MultipleCases),
            Self::FollowUp => None,
            Self::Verdict if subject.uses_local_time_box() && has_time_box(subject) => {
                Some(Unavailable::LocalTimeBox)
            }
            _ if !subject.has_incident() => Some(Unavailable::NoIncident),
            _ if !subject.has_open_incident() => Some(Unavailable::Resolved),
            Self::Priority
                if ctx
                    .picture
                    .is_none_or(|picture| picture.priorities.is_empty()) =>
            {
                Some(Unavailable::NoPriorities)
            }
            Self::Snooze if !all_acknowledged(subject) => Some(Unavailable::NotAcknowledged),
            Self::Verdict | Self::TimeBox if subject.cases.len() > 1 => {
                Some(Unavailable::MultipleCases)
            }
            _ => None,
        }
    }
}

fn all_acknowledged(subject: &ActionSubject) -> bool {
    let mut incidents = subject.targets().map(|target| target.incident);
    incidents.all(|incident| incident.status == IncidentStatus::Acknowledged)
}
