//! The rows of the Cases pane: the picture's, after the filter, with the open folds' members.

use std::sync::Arc;

use super::model::Model;
use crate::domain::case::Case;
use crate::domain::ids::CaseId;
use crate::picture::{Fold, Picture, Row};

/// What a row is known by across refreshes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKey {
    /// A case that stands alone.
    Case(CaseId),
    /// A storm, by its key.
    Fold(String),
    /// A case inside an open storm.
    Member {
        /// The storm's key.
        fold: String,
        /// The case.
        case: CaseId,
    },
}

impl RowKey {
    /// The case that it is about, if it is about one.
    pub fn case(&self) -> Option<&CaseId> {
        match self {
            Self::Case(case) | Self::Member { case, .. } => Some(case),
            Self::Fold(_) => None,
        }
    }
}

/// A row that is shown.
#[derive(Clone, Debug)]
pub enum RowRef<'a> {
    /// A case that stands alone.
    Case(&'a Arc<Case>),
    /// A storm.
    Fold {
        /// What folds.
        fold: &'a Fold,
        /// Those of its cases that pass the filter, the worst first; never empty.
        cases: Vec<&'a Arc<Case>>,
        /// Whether its members follow.
        open: bool,
    },
    /// A case inside the open storm above it.
    Member {
        /// The storm.
        fold: &'a Fold,
        /// The case.
        case: &'a Arc<Case>,
    },
}

impl<'a> RowRef<'a> {
    /// What it is known by.
    pub fn key(&self) -> RowKey {
        match self {
            Self::Case(case) => RowKey::Case(case.id.clone()),
            Self::Fold { fold, .. } => RowKey::Fold(fold.key.clone()),
            Self::Member { fold, case } => RowKey::Member {
                fold: fold.key.clone(),
                case: case.id.clone(),
            },
        }
    }

    /// The case whose clock, owner and priority the row shows: a storm's is its worst.
    pub fn case(&self) -> Option<&'a Arc<Case>> {
        match self {
            Self::Case(case) | Self::Member { case, .. } => Some(case),
            Self::Fold { cases, .. } => cases.first().copied(),
        }
    }

    // How well the row answers to a key: the row itself before the same case elsewhere (it may have
    // joined or left a storm, or gained a better name), and that before the closed storm that holds it.
    fn answers_to(&self, key: &RowKey) -> Option<u8> {
        if self.key() == *key {
            return Some(0);
        }
        let id = key.case()?;
        let is_it = |case: &Case| case.id == *id || case.aliases.contains(id);
        match self {
            Self::Case(case) | Self::Member { case, .. } => is_it(case).then_some(1),
            Self::Fold { cases, .. } => cases.iter().any(|case| is_it(case)).then_some(2),
        }
    }
}

/// The index of the row that answers to `key`, if one does.
pub fn position(rows: &[RowRef<'_>], key: &RowKey) -> Option<usize> {
    rows.iter()
        .enumerate()
        .filter_map(|(index, row)| Some((row.answers_to(key)?, index)))
        .min()
        .map(|(_, index)| index)
}

impl Model {
    /// The rows of the Cases pane, in order, the open folds' members below their fold.
    pub fn visible_rows(&self) -> Vec<RowRef<'_>> {
        let Some(picture) = self.picture.as_deref() else {
            return Vec::new();
        };
        let passes = |case: &Case| self.filter.passes_case(case, picture);
        let mut shown = Vec::with_capacity(picture.rows.len());
        for row in &picture.rows {
            match row {
                Row::Case(index) => {
                    let case = picture.cases.get(*index).filter(|case| passes(case));
                    shown.extend(case.map(RowRef::Case));
                }
                Row::Fold(fold) => {
                    let cases = members(picture, fold).filter(|case| passes(case)).collect();
                    self.push_fold(&mut shown, fold, cases);
                }
            }
        }
        shown
    }

    fn push_fold<'a>(
        &self,
        shown: &mut Vec<RowRef<'a>>,
        fold: &'a Fold,
        cases: Vec<&'a Arc<Case>>,
    ) {
        if cases.is_empty() {
            return;
        }
        let open = self.cases.open_folds.contains(&fold.key);
        let inside = if open { cases.clone() } else { Vec::new() };
        shown.push(RowRef::Fold { fold, cases, open });
        shown.extend(inside.into_iter().map(|case| RowRef::Member { fold, case }));
    }

    /// Where the selected row stands among the visible ones.
    pub fn selected_index(&self) -> Option<usize> {
        position(&self.visible_rows(), self.cases.selected.as_ref()?)
    }

    /// How many cases pass the filter, of how many there are.
    pub fn case_count(&self) -> Count {
        let Some(picture) = self.picture.as_deref() else {
            return Count::default();
        };
        let passing = picture
            .cases
            .iter()
            .filter(|case| self.filter.passes_case(case, picture));
        Count {
            shown: passing.count(),
            of: picture.cases.len(),
        }
    }
}

/// How many pass the filter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Those that do.
    pub shown: usize,
    /// All.
    pub of: usize,
}

fn members<'a>(picture: &'a Picture, fold: &'a Fold) -> impl Iterator<Item = &'a Arc<Case>> {
    fold.cases
        .iter()
        .filter_map(|index| picture.cases.get(*index))
}
