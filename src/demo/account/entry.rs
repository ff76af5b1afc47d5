//! The entries of the account's log.

use super::incident::Agent;
use crate::demo::clockwork::At;

/// What happened, for the log.
#[derive(Clone, Debug)]
pub enum EntryKind {
    /// The incident was opened.
    Trigger,
    /// The incident was assigned to these users.
    Assign(Vec<String>),
    /// The incident moved to another policy, and so to these users.
    Delegate(Vec<String>),
    /// The incident escalated to these users.
    Escalate(Vec<String>),
    /// This user was notified.
    Notify(String),
    /// The incident was acknowledged, for this many seconds.
    Acknowledge(Option<u64>),
    /// An acknowledgement ended.
    Unacknowledge,
    /// The incident was resolved, with a word about how.
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
    /// The incident's priority changed: the one before, the one after.
    PriorityChange(Option<String>, Option<String>),
}

/// A line of the account's log.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: String,
    /// The incident's id.
    pub incident: String,
    pub at: At,
    pub by: Agent,
    pub kind: EntryKind,
    /// The channel through which it happened: `api`, `website`, `auto`, `timeout` or `note`.
    pub channel: &'static str,
}
