//! Follows storms from picture to picture. A storm in the next picture counts as the same if it has the same cases. The
//! storm's key may have changed because another storm with the same title ended. The storm may also have become too
//! small for a row.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::app::model::Model;
use crate::app::rows::RowKey;
use crate::domain::ids::CaseId;
use crate::picture::{Picture, Row, Storm};

/// The storms that have a row: the key of each storm and the ids of its cases.
pub(super) struct ShownStorms(BTreeMap<String, BTreeSet<CaseId>>);

/// The present key of each storm, by its previous key.
#[derive(Debug, Default)]
pub(super) struct StormRenames(BTreeMap<String, String>);

impl ShownStorms {
    /// The storms that the model shows.
    pub(super) fn from_model(model: &Model) -> Self {
        let picture = model.picture.as_deref();
        let storms = picture.into_iter().flat_map(|picture| {
            let storms = model.shown_storms(picture);
            storms.map(|storm| (storm.key.clone(), case_ids(storm, picture)))
        });
        Self(storms.collect())
    }

    /// Maps each case to the key of its storm.
    pub(super) fn storm_by_case(&self) -> HashMap<CaseId, String> {
        let storms = self.0.iter();
        storms
            .flat_map(|(key, case_ids)| case_ids.iter().map(|id| (id.clone(), key.clone())))
            .collect()
    }

    /// Finds, for each shown storm, the storm that it has become in the new picture.
    pub(super) fn renames_in(&self, picture: &Picture) -> StormRenames {
        let storms: Vec<(&Storm, BTreeSet<CaseId>)> = all_storms(picture)
            .map(|storm| (storm, case_ids(storm, picture)))
            .collect();
        let new_key = |key: &String, before: &BTreeSet<CaseId>| {
            let best = storms.iter().max_by_key(|(storm, case_ids)| {
                (case_ids.intersection(before).count(), storm.key == *key)
            })?;
            let holds_some = !best.1.is_disjoint(before);
            holds_some.then(|| (key.clone(), best.0.key.clone()))
        };
        StormRenames(
            self.0
                .iter()
                .filter_map(|(key, case_ids)| new_key(key, case_ids))
                .collect(),
        )
    }
}

impl StormRenames {
    /// The key that a row has in the new picture.
    pub(super) fn rename_row(&self, key: &RowKey) -> RowKey {
        let storm = |storm: &String| self.0.get(storm).unwrap_or(storm).clone();
        match key {
            RowKey::Case(case) => RowKey::Case(case.clone()),
            RowKey::Storm(key) => RowKey::Storm(storm(key)),
            RowKey::Member { storm: key, case } => RowKey::Member {
                storm: storm(key),
                case: case.clone(),
            },
        }
    }

    /// The present keys of these storms. Storms that no longer exist are left out.
    pub(super) fn remaining_keys(&self, keys: &BTreeSet<String>) -> BTreeSet<String> {
        keys.iter()
            .filter_map(|key| self.0.get(key).cloned())
            .collect()
    }

    /// The keys of the storms that get a row: storms with a row in the picture, and storms that had a row before.
    pub(super) fn shown_keys(&self, picture: &Picture) -> BTreeSet<String> {
        let full = picture.rows.iter().filter_map(|row| match row {
            Row::Storm(storm) => Some(storm.key.clone()),
            Row::Case(_) => None,
        });
        full.chain(self.0.values().cloned()).collect()
    }
}

fn all_storms(picture: &Picture) -> impl Iterator<Item = &Storm> {
    let full = picture.rows.iter().filter_map(|row| match row {
        Row::Storm(storm) => Some(storm),
        Row::Case(_) => None,
    });
    full.chain(&picture.small_storms)
}

fn case_ids(storm: &Storm, picture: &Picture) -> BTreeSet<CaseId> {
    let cases = storm.cases.iter().filter_map(|at| picture.cases.get(*at));
    cases
        .flat_map(|case| std::iter::once(&case.id).chain(&case.aliases))
        .cloned()
        .collect()
}
