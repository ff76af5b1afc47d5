//! What was typed and is not yet on the server: it outlives the program.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::ids::{CaseId, IncidentId};

/// What a text is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A note, as it is.
    Note,
    /// The reason for a longer time-box: so many minutes.
    Extend(u64),
    /// The words of a time-box's verdict.
    Verdict(crate::domain::note::TimeBoxVerdict),
    /// The title of a new incident.
    Declare,
}

/// The incident that a text is about, by name: it may be gone when the draft is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftIncident {
    /// Its id.
    pub incident: IncidentId,
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: String,
}

/// Which draft it is: a second text for the same purpose takes the place of the first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DraftKey {
    /// The case that it was begun on.
    pub case: CaseId,
    /// The purpose's name: `note`, `extend`, `verdict`, `declare`.
    pub purpose: String,
}

/// A text that nobody but us has yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The case that it was begun on.
    pub case: CaseId,
    /// What it is for.
    pub purpose: Purpose,
    /// The incidents that have still to get it.
    #[serde(rename = "about")]
    pub incidents: Vec<DraftIncident>,
    /// The text.
    pub text: String,
    /// When it was last changed.
    pub at: DateTime<Utc>,
    /// It was sent, and whether it came is not known: it is looked for before it is sent again.
    pub in_doubt: bool,
    /// The key of the declaration that it was sent as: another attempt must have the same.
    #[serde(rename = "declared_as", default)]
    pub declaration_key: Option<String>,
}

impl Purpose {
    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Extend(_) => "extend",
            Self::Verdict(_) => "verdict",
            Self::Declare => "declare",
        }
    }
}

impl Draft {
    /// Which draft it is.
    pub fn key(&self) -> DraftKey {
        DraftKey {
            case: self.case.clone(),
            purpose: self.purpose.name().to_owned(),
        }
    }
}
