//! The entries of the account's log.

use super::incident::Agent;
use crate::demo::clockwork::At;

/// The kind of a log entry: what happened.
#[derive(Clone, Debug)]
pub enum EntryKind {
    /// The incident was opened.
    Trigger,
    /// The incident was assigned to these users.
    Assign(Vec<String>),
    /// The incident moved to another policy and was assigned to these users.
    Delegate(Vec<String>),
    /// The incident escalated to these users.
    Escalate(Vec<String>),
    /// This user was notified.
    Notify(String),
    /// The incident was acknowledged. The acknowledgement lasts this many seconds; `None` for no limit.
    Acknowledge(Option<u64>),
    /// An acknowledgement ended.
    Unacknowledge,
    /// The incident was resolved, with a text about the resolution.
    Resolve(Option<String>),
    /// A note was written.
    Annotate(String),
    /// The incident was snoozed until this time.
    Snooze(At),
    /// The policy started again at its first level.
    Repeat,
    /// The policy has no more levels.
    Exhaust,
    /// The incident's urgency changed.
    UrgencyChange,
    /// The incident's priority changed from the first value to the second value.
    PriorityChange(Option<String>, Option<String>),
}

/// An entry of the account's log.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: String,
    /// The incident's id.
    pub incident: String,
    pub at: At,
    pub by: Agent,
    pub kind: EntryKind,
    /// The channel of the action: `api`, `website`, `auto`, `timeout` or `note`.
    pub channel: &'static str,
}
