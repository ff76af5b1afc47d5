//! What came of a deed: what the server holds, never a wish.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::seen::Change;
use super::{Deed, DeedKind};
use crate::domain::ids::IncidentId;
use crate::domain::incident::{Acknowledgement, Incident, Person};

/// In one word, by the names that scripts and the journal read.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum DeedResult {
    /// It was done, and read back.
    Done,
    /// It was so before.
    Already,
    /// It was not done, or not as it was meant.
    Refused,
    /// Nobody could tell whether it was done.
    Unknown,
}

/// Why, and what was read back.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// PagerDuty shows it, since then by its own clock where it tells.
    Shown {
        /// Since when.
        at: Option<DateTime<Utc>>,
        /// The answer was lost, and looking showed that it was done all the same.
        lost: bool,
        /// Acknowledgements by others that stand beside it, the oldest first: they may have come just
        /// before ours.
        others: Vec<Acknowledgement>,
    },
    /// It was so before: by whom and since when, where known.
    Before {
        /// By whom.
        by: Vec<Person>,
        /// Since when.
        at: Option<DateTime<Utc>>,
        /// Acknowledgements by others that stand beside it, the oldest first.
        others: Vec<Acknowledgement>,
    },
    /// The incident is not what was shown: nothing was sent, it is asked again.
    Changed(Vec<Change>),
    /// It was resolved: to acknowledge it would reopen it and give it to whoever does.
    Over {
        /// By whom.
        by: Option<Person>,
        /// When.
        at: Option<DateTime<Utc>>,
    },
    /// It was resolved just before our acknowledgement came, which reopened it.
    Reopened {
        /// Who had resolved it.
        by: Option<Person>,
    },
    /// hubwatch was started to write nothing.
    ReadOnly,
    /// PagerDuty has not told who we are, and the configuration does not either.
    Nobody,
    /// An earlier deed of the same attempt failed for this incident.
    Skipped,
    /// PagerDuty says no, with its code where it gave one.
    Code {
        /// Its code (1001 …).
        code: Option<u32>,
        /// Its words, and ours.
        text: String,
    },
    /// It could not be asked, and nothing was sent.
    Unreached(String),
    /// The answer was lost and looking did not tell, for this reason.
    Lost(String),
    /// The answer was lost, and PagerDuty does not show it: it may still come.
    NotThere(String),
    /// The answer was good, and yet PagerDuty shows something else.
    Otherwise(Vec<Change>),
}

/// What came of one deed on one incident.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The incident; none where a declaration opened none.
    pub incident: Option<IncidentId>,
    /// What was to be done.
    pub deed: Deed,
    /// In one word.
    pub result: DeedResult,
    /// Why, and what was read back.
    pub why: Why,
    /// The incident as it is now, where it was read.
    pub fresh: Option<Arc<Incident>>,
}

impl Outcome {
    /// What came of `deed` on an incident: the incident as it was read goes with it.
    pub fn new(
        deed: &Deed,
        incident: Option<&IncidentId>,
        why: Why,
        fresh: Option<Arc<Incident>>,
    ) -> Self {
        Self {
            incident: incident.cloned(),
            deed: deed.clone(),
            result: why.result(),
            why,
            fresh,
        }
    }

    /// Whether it is as it was meant to be.
    pub fn is_so(&self) -> bool {
        matches!(self.result, DeedResult::Done | DeedResult::Already)
    }

    /// The deed's kind.
    pub fn kind(&self) -> DeedKind {
        self.deed.kind()
    }
}

impl Why {
    /// What it comes to in one word.
    pub fn result(&self) -> DeedResult {
        match self {
            Self::Shown { .. } => DeedResult::Done,
            Self::Before { .. } => DeedResult::Already,
            Self::Lost(_) | Self::NotThere(_) => DeedResult::Unknown,
            // It was done, and is not what was meant.
            Self::Reopened { .. } | Self::Otherwise(_) => DeedResult::Refused,
            Self::Changed(_)
            | Self::Over { .. }
            | Self::ReadOnly
            | Self::Nobody
            | Self::Skipped
            | Self::Code { .. }
            | Self::Unreached(_) => DeedResult::Refused,
        }
    }
}
