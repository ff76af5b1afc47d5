//! The rows of the Cases pane: the picture's rows that pass the filter, the members of unfolded storms, and the removed
//! cases.

mod key;
mod list;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use key::RowKey;

use super::unseen::RemovedCase;
use crate::domain::case::Case;
use crate::domain::clock::{Clock, ClockKind};
use crate::picture::Storm;

/// A row that is shown.
#[derive(Clone, Debug)]
pub enum RowRef<'a> {
    /// A case outside of storms.
    Case(&'a Arc<Case>),
    /// A storm.
    Storm {
        storm: &'a Storm,
        /// The storm's cases that pass the filter, worst first. The list is never empty.
        cases: Vec<&'a Arc<Case>>,
        /// Whether the storm is unfolded. The rows of an unfolded storm's members follow its row.
        open: bool,
    },
    /// A case inside the unfolded storm above it.
    Member {
        storm: &'a Storm,
        case: &'a Arc<Case>,
    },
    /// Removed cases that still have a row: one case, or several of the same storm.
    Removed(Vec<&'a RemovedCase>),
}

impl<'a> RowRef<'a> {
    pub fn key(&self) -> RowKey {
        match self {
            Self::Case(case) => RowKey::Case(case.id.clone()),
            Self::Storm { storm, .. } => RowKey::Storm(storm.key.clone()),
            Self::Member { storm, case } => RowKey::Member {
                storm: storm.key.clone(),
                case: case.id.clone(),
            },
            Self::Removed(gone) => removed_key(gone),
        }
    }

    // The same result as `self.key() == *key`, without building a key for each of thousands of rows.
    fn has_key(&self, key: &RowKey) -> bool {
        match (self, key) {
            (Self::Case(case), RowKey::Case(id)) => case.id == *id,
            (Self::Storm { storm, .. }, RowKey::Storm(key)) => storm.key == *key,
            (
                Self::Member { storm, case },
                RowKey::Member {
                    storm: key,
                    case: id,
                },
            ) => case.id == *id && storm.key == *key,
            (Self::Removed(gone), key) => removed_key(gone) == *key,
            _ => false,
        }
    }

    /// The case that decides the row's priority. For a storm, this is the worst case.
    pub fn case(&self) -> Option<&'a Arc<Case>> {
        match self {
            Self::Case(case) | Self::Member { case, .. } => Some(case),
            Self::Storm { cases, .. } => cases.first().copied(),
            Self::Removed(gone) => gone.first().map(|gone| &gone.case),
        }
    }

    /// The cases of the row, the worst first; empty for a row of removed cases.
    pub fn cases(&self) -> Vec<&'a Case> {
        match self {
            Self::Case(case) | Self::Member { case, .. } => vec![(*case).as_ref()],
            Self::Storm { cases, .. } => cases.iter().map(|case| (*case).as_ref()).collect(),
            Self::Removed(_) => Vec::new(),
        }
    }

    /// The clock that runs out first among the row's cases. A snooze counts only if no case has another clock.
    pub fn clock(&self) -> Option<&'a Clock> {
        let cases = self.cases().into_iter();
        let clocks = cases.filter_map(|case| case.clock.as_ref());
        clocks.min_by_key(|clock| (clock.kind == ClockKind::Snoozed, clock.at, clock.kind))
    }

    /// Whether the row's cases are still open. True for every row except a `Removed` row.
    pub fn is_open(&self) -> bool {
        !matches!(self, Self::Removed(_))
    }

    // The rank of the row for a key; the lowest rank matches best. The row with the key has rank 0. Another row of the
    // key's case has rank 1; its key differs if the case joined or left a storm, or got another id. A storm that
    // contains the case has rank 2, and a row of removed cases rank 3.
    fn match_rank(&self, key: &RowKey) -> Option<u8> {
        if self.has_key(key) {
            return Some(0);
        }
        let id = key.case()?;
        let is_it = |case: &Case| case.id == *id || case.aliases.contains(id);
        match self {
            Self::Case(case) | Self::Member { case, .. } => is_it(case).then_some(1),
            Self::Storm { cases, .. } => cases.iter().any(|case| is_it(case)).then_some(2),
            Self::Removed(gone) => gone.iter().any(|gone| is_it(&gone.case)).then_some(3),
        }
    }
}

// Removed cases share a row only if their storm has no row of its own. So their row can have the storm's key.
fn removed_key(gone: &[&RemovedCase]) -> RowKey {
    match gone {
        [one] => RowKey::Case(one.case.id.clone()),
        many => {
            let key = many.first().and_then(|gone| gone.storm.clone());
            RowKey::Storm(key.unwrap_or_default())
        }
    }
}

/// The index of the row that matches `key` best; `None` if no row does.
pub fn position(rows: &[RowRef<'_>], key: &RowKey) -> Option<usize> {
    rows.iter()
        .enumerate()
        .filter_map(|(index, row)| Some((row.match_rank(key)?, index)))
        .min()
        .map(|(_, index)| index)
}

/// The number of items that pass the filter, and the number of all items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FilteredCount {
    pub shown: usize,
    pub total: usize,
}
