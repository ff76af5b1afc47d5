//! What the account's log says happened.

use super::incident::Agent;
use crate::demo::clockwork::At;

/// What happened, for the log.
#[derive(Clone, Debug)]
pub enum EntryKind {
    /// The incident was opened.
    Trigger,
    /// It was given to someone.
    Assign(Vec<String>),
    /// It moved to another policy.
    Delegate(Vec<String>),
    /// It went up a level.
    Escalate(Vec<String>),
    /// Somebody was notified.
    Notify(String),
    /// It was acknowledged, for so many seconds.
    Acknowledge(Option<u64>),
    /// An acknowledgement ended.
    Unacknowledge,
    /// It was resolved, with a word about how.
    Resolve(Option<String>),
    /// A note was written.
    Annotate(String),
    /// It was put aside until then.
    Snooze(At),
    /// Its policy began again.
    Repeat,
    /// Its policy has no more levels.
    Exhaust,
    /// Its urgency changed.
    UrgencyChange,
    /// Its priority changed: before, after.
    PriorityChange(Option<String>, Option<String>),
}

/// A line of the account's log.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: String,
    /// The incident's id.
    pub incident: String,
    /// When.
    pub at: At,
    pub by: Agent,
    pub kind: EntryKind,
    /// Through what: `api`, `website`, `auto`, `timeout`, `note`.
    pub channel: &'static str,
}
