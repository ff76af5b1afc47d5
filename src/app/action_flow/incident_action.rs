//! Which key wants what, and what stands in its way for these cases.

use super::ActionSubject;
use super::form::has_time_box;
use crate::app::action::Action;
use crate::app::model::Model;
use crate::domain::incident::IncidentStatus;
use crate::domain::operation::{IncidentAction, Unavailable};

impl IncidentAction {
    /// What an action of the key map wants.
    pub fn from_key_action(action: Action) -> Option<Self> {
        Some(match action {
            Action::Acknowledge => Self::Acknowledge,
            Action::Take => Self::Take,
            Action::Decide => Self::Verdict,
            Action::Note => Self::Note,
            Action::TimeBox => Self::TimeBox,
            Action::Priority => Self::Priority,
            Action::Reassign => Self::Reassign,
            Action::Escalate => Self::Escalate,
            Action::Snooze => Self::Snooze,
            Action::FollowUp => Self::FollowUp,
            Action::Declare => Self::Declare,
            Action::Resolve => Self::Resolve,
            _ => return None,
        })
    }

    /// The action of the key map that wants it.
    pub fn key_action(self) -> Action {
        match self {
            Self::Acknowledge => Action::Acknowledge,
            Self::Take => Action::Take,
            Self::Verdict => Action::Decide,
            Self::Note => Action::Note,
            Self::TimeBox => Action::TimeBox,
            Self::Priority => Action::Priority,
            Self::Reassign => Action::Reassign,
            Self::Escalate => Action::Escalate,
            Self::Snooze => Action::Snooze,
            Self::FollowUp => Action::FollowUp,
            Self::Declare => Action::Declare,
            Self::Resolve => Action::Resolve,
        }
    }

    /// What stands in its way, if anything does.
    pub fn unavailable_reason(self, subject: &ActionSubject, model: &Model) -> Option<Unavailable> {
        if self == Self::TimeBox && subject.uses_local_time_box() {
            return None;
        }
        if model.has_no_pagerduty() {
            return Some(Unavailable::NoPagerduty);
        }
        match self {
            Self::Declare if subject.cases.len() > 1 => Some(Unavailable::MultipleCases),
            Self::Declare => subject.has_incident().then_some(Unavailable::HasIncident),
            Self::FollowUp if model.policy.follow_up.is_none() => Some(Unavailable::NoTemplate),
            Self::FollowUp if subject.cases.len() > 1 => Some(Unavailable::MultipleCases),
            Self::FollowUp => None,
            Self::Verdict if subject.uses_local_time_box() && has_time_box(subject) => {
                Some(Unavailable::LocalTimeBox)
            }
            _ if !subject.has_incident() => Some(Unavailable::NoIncident),
            _ if !subject.has_open_incident() => Some(Unavailable::Resolved),
            Self::Priority if model.has_no_priorities() => Some(Unavailable::NoPriorities),
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
