//! Who must act.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::incident::Person;

/// Whether an owner can act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnerKind {
    Person,
    /// A person or a mailbox: the account's users have not been read, and some are configured as mailboxes.
    Unknown,
    /// A mailbox on the rota for when nobody works: nobody awake.
    Placeholder,
}

/// An owner of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    pub who: Person,
    /// Person or placeholder.
    pub kind: OwnerKind,
    /// Their address, where known.
    pub email: Option<String>,
    /// Whether it is the one who looks at this screen.
    pub is_me: bool,
    /// Whether they acknowledged; else they are assigned.
    pub acknowledged: bool,
    /// The escalation policy by which it came to them; none when assigned by hand.
    pub via: Option<String>,
    /// The policy's level, where it is known.
    pub level: Option<u32>,
    /// Since when.
    pub since: Option<DateTime<Utc>>,
}
