//! The identity of a row.

use crate::domain::ids::CaseId;

/// Identifies a row across refreshes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKey {
    /// A case outside of storms.
    Case(CaseId),
    /// A storm, by its key.
    Storm(String),
    /// A case inside an unfolded storm.
    Member {
        /// The storm's key.
        storm: String,
        case: CaseId,
    },
}

impl RowKey {
    /// The case that the row is about; `None` for a storm.
    pub fn case(&self) -> Option<&CaseId> {
        match self {
            Self::Case(case) | Self::Member { case, .. } => Some(case),
            Self::Storm(_) => None,
        }
    }
}
