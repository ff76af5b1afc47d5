//! The reasons why PagerDuty refuses a change, with PagerDuty's codes and messages.

/// The reason why PagerDuty refuses a change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such incident.
    #[error("Not Found")]
    NotFound,
    /// The incident is resolved already.
    #[error("Incident Already Resolved")]
    AlreadyResolved,
    /// The same person has acknowledged the incident already.
    #[error("Incident Already Acknowledged")]
    AlreadyAcknowledged,
    /// There is no such level, or the incident does not escalate.
    #[error("Incident Cannot Be Escalated")]
    CannotEscalate,
    /// The user to assign the incident to is not in the account.
    #[error("Assignee Not Found")]
    AssigneeNotFound,
    /// The user in `From` is not in the account.
    #[error("Requester User Not Found")]
    RequesterNotFound,
    /// Only open incidents can be reassigned.
    #[error("Incident Cannot Be Reassigned")]
    CannotReassign,
    /// Only acknowledged incidents can be snoozed.
    #[error("Incident Not Acknowledged")]
    NotAcknowledged,
    /// A snooze must last from 1 second to 7 days.
    #[error("Invalid Snooze Duration")]
    BadSnooze,
    /// There is no such policy.
    #[error("Escalation Policy Not Found")]
    PolicyNotFound,
    /// There is no such priority.
    #[error("Invalid Priority")]
    BadPriority,
    /// Anything else is wrong with the request.
    #[error("Invalid Input Provided")]
    Invalid(String),
}

impl Refusal {
    /// PagerDuty's error code.
    pub fn code(&self) -> u16 {
        match self {
            Self::NotFound => 2100,
            Self::AlreadyResolved => 1001,
            Self::AlreadyAcknowledged => 1002,
            Self::CannotEscalate => 1006,
            Self::AssigneeNotFound => 1007,
            Self::RequesterNotFound => 1008,
            Self::CannotReassign => 1011,
            Self::NotAcknowledged => 1012,
            Self::BadSnooze => 1013,
            Self::PolicyNotFound => 1014,
            Self::BadPriority => 1020,
            Self::Invalid(_) => 2001,
        }
    }
}
