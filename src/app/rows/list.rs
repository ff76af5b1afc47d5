//! Lists the rows of the Cases pane in their order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{FilteredCount, RowRef, position};
use crate::app::model::Model;
use crate::app::unseen::RemovedCase;
use crate::domain::case::Case;
use crate::picture::{Picture, Row, Storm, order};

impl Model {
    /// The rows of the Cases pane, in order. The members of an unfolded storm follow the storm's row. Removed cases
    /// keep their place.
    pub fn visible_rows(&self) -> Vec<RowRef<'_>> {
        let Some(picture) = self.picture.as_deref() else {
            return Vec::new();
        };
        let mut shown = self.open_rows(picture);
        for gone in self.removed_rows(picture) {
            let at = self.insert_index(&gone, &shown);
            shown.insert(at, gone);
        }
        shown
    }

    fn open_rows<'a>(&'a self, picture: &'a Picture) -> Vec<RowRef<'a>> {
        let matcher = self.filter.case_matcher(picture);
        let passes = |case: &Case| matcher.passes(case);
        let small_storms = ShownSmallStorms::from_model(self, picture);
        let mut shown = Vec::with_capacity(picture.rows.len());
        for row in &picture.rows {
            match small_storms.display_row(row) {
                DisplayRow::Case(index) => {
                    let case = picture.cases.get(index).filter(|case| passes(case));
                    shown.extend(case.map(RowRef::Case));
                }
                DisplayRow::Storm(storm) => {
                    let cases = picture
                        .storm_cases(storm)
                        .filter(|case| passes(case))
                        .collect();
                    self.push_storm(&mut shown, storm, cases);
                }
                DisplayRow::InStorm => {}
            }
        }
        shown
    }

    fn push_storm<'a>(
        &self,
        shown: &mut Vec<RowRef<'a>>,
        storm: &'a Storm,
        cases: Vec<&'a Arc<Case>>,
    ) {
        if cases.is_empty() {
            return;
        }
        let open = self.cases.open_storms.contains(&storm.key);
        let inside = if open { cases.clone() } else { Vec::new() };
        shown.push(RowRef::Storm { storm, cases, open });
        shown.extend(
            inside
                .into_iter()
                .map(|case| RowRef::Member { storm, case }),
        );
    }

    // The rows of removed cases. A case that was in a storm gets no row while the storm has one: the storm's row counts
    // the case.
    fn removed_rows<'a>(&'a self, picture: &Picture) -> Vec<RowRef<'a>> {
        let mut alone = Vec::new();
        let mut by_storm: BTreeMap<&str, Vec<&RemovedCase>> = BTreeMap::new();
        let matcher = self.filter.case_matcher(picture);
        let passes = |gone: &&RemovedCase| matcher.passes(&gone.case);
        for gone in self.unseen.removed().iter().filter(passes) {
            match &gone.storm {
                Some(storm) if self.cases.shown_storms.contains(storm) => {}
                Some(storm) => by_storm.entry(storm).or_default().push(gone),
                None => alone.push(RowRef::Removed(vec![gone])),
            }
        }
        for gone in by_storm.values_mut() {
            gone.sort_by(|a, b| order::compare(&a.case, &b.case, &self.policy));
        }
        alone.extend(by_storm.into_values().map(RowRef::Removed));
        alone
    }

    // The index at which a removed case's row is inserted. The order of cases decides, so that the case keeps its
    // place.
    fn insert_index(&self, gone: &RowRef<'_>, shown: &[RowRef<'_>]) -> usize {
        let comes_after = |row: &RowRef<'_>| {
            let inside = matches!(row, RowRef::Member { .. });
            let pair = row.case().zip(gone.case());
            !inside
                && pair.is_some_and(|(row, gone)| order::compare(row, gone, &self.policy).is_gt())
        };
        let first = shown.iter().position(comes_after);
        first.unwrap_or(shown.len())
    }

    /// The removed cases of a storm.
    pub fn removed_from(&self, storm: &Storm) -> impl Iterator<Item = &RemovedCase> {
        let is_of = |gone: &&RemovedCase| gone.storm.as_ref() == Some(&storm.key);
        self.unseen.removed().iter().filter(is_of)
    }

    /// The storms that have a row, in the order of the rows.
    pub fn shown_storms<'a>(&'a self, picture: &'a Picture) -> impl Iterator<Item = &'a Storm> {
        let full = picture.rows.iter().filter_map(|row| match row {
            Row::Storm(storm) => Some(storm),
            Row::Case(_) => None,
        });
        let small_storms = picture.small_storms.iter();
        full.chain(small_storms.filter(|storm| self.cases.shown_storms.contains(&storm.key)))
    }

    /// The index of the selected row among the visible ones.
    pub fn selected_index(&self) -> Option<usize> {
        self.selected_index_in(&self.visible_rows())
    }

    /// The index of the selected row among `rows`.
    pub fn selected_index_in(&self, rows: &[RowRef<'_>]) -> Option<usize> {
        position(rows, self.cases.selected.as_ref()?)
    }

    /// The number of cases that pass the filter, and the number of all cases.
    pub fn case_count(&self) -> FilteredCount {
        let Some(picture) = self.picture.as_deref() else {
            return FilteredCount::default();
        };
        let matcher = self.filter.case_matcher(picture);
        let passing = picture.cases.iter().filter(|case| matcher.passes(case));
        FilteredCount {
            shown: passing.count(),
            total: picture.cases.len(),
        }
    }
}

enum DisplayRow<'a> {
    Case(usize),
    Storm(&'a Storm),
    InStorm,
}

/// Storms that now have too few places for a row, but keep the row that they had before.
struct ShownSmallStorms<'a> {
    by_first_case: BTreeMap<usize, &'a Storm>,
    member_cases: BTreeSet<usize>,
}

impl<'a> ShownSmallStorms<'a> {
    fn from_model(model: &Model, picture: &'a Picture) -> Self {
        let small_storms = picture.small_storms.iter();
        let stand: Vec<&Storm> = small_storms
            .filter(|storm| model.cases.shown_storms.contains(&storm.key))
            .collect();
        let first = stand.iter();
        Self {
            by_first_case: first
                .filter_map(|storm| Some((*storm.cases.first()?, *storm)))
                .collect(),
            member_cases: stand.iter().flat_map(|storm| storm.cases.clone()).collect(),
        }
    }

    fn display_row(&self, row: &'a Row) -> DisplayRow<'a> {
        match row {
            Row::Storm(storm) => DisplayRow::Storm(storm),
            Row::Case(index) => match self.by_first_case.get(index) {
                Some(storm) => DisplayRow::Storm(storm),
                None if self.member_cases.contains(index) => DisplayRow::InStorm,
                None => DisplayRow::Case(*index),
            },
        }
    }
}
