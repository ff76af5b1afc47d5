//! Which key of the key map picks which action.

use crate::app::action::Action;
use crate::domain::operation::IncidentAction;

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
}
