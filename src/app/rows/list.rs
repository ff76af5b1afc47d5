//! Which rows there are, and in which order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Count, RowRef, position};
use crate::app::model::Model;
use crate::app::news::Gone;
use crate::domain::case::Case;
use crate::picture::{Picture, Row, Storm, order};

impl Model {
    /// The rows of the Cases pane, in order, the open folds' members below their fold, and what is no
    /// longer there in its place.
    pub fn visible_rows(&self) -> Vec<RowRef<'_>> {
        let Some(picture) = self.picture.as_deref() else {
            return Vec::new();
        };
        let mut shown = self.open_rows(picture);
        for gone in self.gone_rows(picture) {
            let at = self.place_of(&gone, &shown);
            shown.insert(at, gone);
        }
        shown
    }

    fn open_rows<'a>(&'a self, picture: &'a Picture) -> Vec<RowRef<'a>> {
        let passes = |case: &Case| self.filter.passes_case(case, picture);
        let embers = Embers::standing(self, picture);
        let mut shown = Vec::with_capacity(picture.rows.len());
        for row in &picture.rows {
            match embers.row(row) {
                Shown::Case(index) => {
                    let case = picture.cases.get(index).filter(|case| passes(case));
                    shown.extend(case.map(RowRef::Case));
                }
                Shown::Fold(fold) => {
                    let cases = members(picture, fold).filter(|case| passes(case)).collect();
                    self.push_fold(&mut shown, fold, cases);
                }
                Shown::Inside => {}
            }
        }
        shown
    }

    fn push_fold<'a>(
        &self,
        shown: &mut Vec<RowRef<'a>>,
        fold: &'a Storm,
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

    // What went from a storm that still stands is told on its row.
    fn gone_rows<'a>(&'a self, picture: &Picture) -> Vec<RowRef<'a>> {
        let mut alone = Vec::new();
        let mut by_fold: BTreeMap<&str, Vec<&Gone>> = BTreeMap::new();
        let passes = |gone: &&Gone| self.filter.passes_case(&gone.case, picture);
        for gone in self.news.gone().iter().filter(passes) {
            match &gone.fold {
                Some(fold) if self.cases.storms.contains(fold) => {}
                Some(fold) => by_fold.entry(fold).or_default().push(gone),
                None => alone.push(RowRef::Gone(vec![gone])),
            }
        }
        for gone in by_fold.values_mut() {
            gone.sort_by(|a, b| order::compare(&a.case, &b.case, &self.policy));
        }
        alone.extend(by_fold.into_values().map(RowRef::Gone));
        alone
    }

    // By the order of cases it stays where it was.
    fn place_of(&self, gone: &RowRef<'_>, shown: &[RowRef<'_>]) -> usize {
        let comes_after = |row: &RowRef<'_>| {
            let inside = matches!(row, RowRef::Member { .. });
            let pair = row.case().zip(gone.case());
            !inside
                && pair.is_some_and(|(row, gone)| order::compare(row, gone, &self.policy).is_gt())
        };
        let first = shown.iter().position(comes_after);
        first.unwrap_or(shown.len())
    }

    /// What of a storm is no longer there.
    pub fn gone_from(&self, fold: &Storm) -> impl Iterator<Item = &Gone> {
        let is_of = |gone: &&Gone| gone.fold.as_ref() == Some(&fold.key);
        self.news.gone().iter().filter(is_of)
    }

    /// The storms that are shown, in the order of the rows.
    pub fn storms<'a>(&'a self, picture: &'a Picture) -> impl Iterator<Item = &'a Storm> {
        let full = picture.rows.iter().filter_map(|row| match row {
            Row::Storm(fold) => Some(fold),
            Row::Case(_) => None,
        });
        let embers = picture.small_storms.iter();
        full.chain(embers.filter(|fold| self.cases.storms.contains(&fold.key)))
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

enum Shown<'a> {
    Case(usize),
    Fold(&'a Storm),
    Inside,
}

/// Storms that have ebbed and are still shown, by their first case, and all of their cases.
struct Embers<'a> {
    first: BTreeMap<usize, &'a Storm>,
    inside: BTreeSet<usize>,
}

impl<'a> Embers<'a> {
    fn standing(model: &Model, picture: &'a Picture) -> Self {
        let embers = picture.small_storms.iter();
        let stand: Vec<&Storm> = embers
            .filter(|fold| model.cases.storms.contains(&fold.key))
            .collect();
        let first = stand.iter();
        Self {
            first: first
                .filter_map(|fold| Some((*fold.cases.first()?, *fold)))
                .collect(),
            inside: stand.iter().flat_map(|fold| fold.cases.clone()).collect(),
        }
    }

    fn row(&self, row: &'a Row) -> Shown<'a> {
        match row {
            Row::Storm(fold) => Shown::Fold(fold),
            Row::Case(index) => match self.first.get(index) {
                Some(fold) => Shown::Fold(fold),
                None if self.inside.contains(index) => Shown::Inside,
                None => Shown::Case(*index),
            },
        }
    }
}

/// The cases of a storm, the worst first.
pub fn members<'a>(picture: &'a Picture, fold: &'a Storm) -> impl Iterator<Item = &'a Arc<Case>> {
    fold.cases
        .iter()
        .filter_map(|index| picture.cases.get(*index))
}
