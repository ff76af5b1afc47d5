//! What a person can want of a case, and what can stand in the way.

/// What a person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumIter)]
pub enum IncidentAction {
    /// Acknowledge.
    Acknowledge,
    /// Assign to me and acknowledge.
    Take,
    /// Decide what the time-box asked.
    Verdict,
    /// Write a note.
    Note,
    /// More time, and why; where no box runs, one.
    TimeBox,
    /// Set the priority.
    Priority,
    /// Give it to a person or a policy.
    Reassign,
    /// Escalate to a level.
    Escalate,
    /// Put aside.
    Snooze,
    /// Open the prefilled follow-up issue.
    FollowUp,
    /// Open an incident for what only we see.
    Declare,
    /// Resolve.
    Resolve,
}

/// Why it cannot be done to these cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unavailable {
    /// There is no incident: nothing to do it to.
    NoIncident,
    /// The time-box is only here: no incident could take the verdict.
    LocalTimeBox,
    /// There is an incident already.
    HasIncident,
    /// It is done to one case at a time.
    MultipleCases,
    /// It is resolved.
    Resolved,
    /// PagerDuty snoozes only what is acknowledged.
    NotAcknowledged,
    /// The account has no priorities.
    NoPriorities,
    /// No template for follow-up issues is configured.
    NoTemplate,
    /// PagerDuty is not configured.
    NoPagerduty,
}
