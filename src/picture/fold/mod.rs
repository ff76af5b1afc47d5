//! Folds cases into storms. A storm is a row that a person can expand. Most storms are the same alert in many places of
//! one cluster, one provider or the fleet. The down hubs of one cluster are a storm too ([`cluster_outages`]). Other
//! P1s and single down hubs are never folded.
//!
//! Cases with the same title belong to the same storm if each began within [`MAX_GAP`] of another one. So a hundred
//! pods that failed tonight do not hide a single pod that failed at noon.
//!
//! A storm becomes a row with [`MIN_PLACES`] places. The row stays as long as the storm has [`MIN_PLACES_SHOWN`] places
//! ([`Folded::small_storms`]). Because of these two limits, rows do not appear and disappear with every pod that fails
//! or recovers.

mod cluster_outages;
mod outliers;
mod scope;
mod shared;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::context::Context;
use super::model::Row;
use super::storm::{Storm, StormKind};
use crate::domain::case::{Case, Place, Rank};
use crate::domain::ids::ClusterName;
use crate::domain::policy::Policy;

/// The fewest places with which a storm becomes a row.
pub const MIN_PLACES: usize = 5;

/// The fewest places with which a storm that already is a row stays a row.
pub const MIN_PLACES_SHOWN: usize = 3;

/// The longest time between the beginnings of two successive cases of a storm.
pub const MAX_GAP: TimeDelta = TimeDelta::minutes(30);

/// The cases as rows, and the storms that are too small to become a row.
#[derive(Debug, Default)]
pub struct Folded {
    /// The rows. Each case is in exactly one row. A storm is listed at the position of its first case.
    pub rows: Vec<Row>,
    /// Storms with at least [`MIN_PLACES_SHOWN`] places that are too small to become a row, in the order of their keys.
    pub small_storms: Vec<Storm>,
}

/// The inputs of folding besides the cases.
pub struct FoldInput<'a> {
    pub policy: &'a Policy,
    /// Whether a cluster's alerts are fresh. If so, an alert that is not listed does not fire.
    pub has_fresh_alerts: &'a dyn Fn(&ClusterName) -> bool,
}

pub fn fold_cases(cases: &[Arc<Case>], context: &Context<'_>) -> Folded {
    let is_heard = |cluster: &ClusterName| {
        let watcher = context.policy.prometheus_for(cluster);
        watcher.is_some_and(|source| context.is_fresh(source))
    };
    let fleet = FoldInput {
        policy: context.policy,
        has_fresh_alerts: &is_heard,
    };
    fold_with(cases, &fleet)
}

fn fold_with(cases: &[Arc<Case>], fleet: &FoldInput<'_>) -> Folded {
    let (outages, small_outages) = split_by_size(cluster_outages::find(cases, fleet));
    let taken = members(&outages);
    let (mut storms, mut small_storms) = split_by_size(find_storms(cases, &taken, fleet));
    // A case may fit both an alert's storm and a small outage. Such a case belongs to the alert's storm, since that
    // storm may be a row.
    let taken = members(storms.iter().chain(&small_storms));
    let is_free = |storm: &Storm| storm.cases.iter().all(|case| !taken.contains(case));
    small_storms.extend(small_outages.into_iter().filter(is_free));
    small_storms.sort_by(|a, b| a.key.cmp(&b.key));
    storms.extend(outages);
    Folded {
        rows: rows(cases.len(), storms),
        small_storms,
    }
}

fn split_by_size(found: Vec<(bool, Storm)>) -> (Vec<Storm>, Vec<Storm>) {
    let (large, small): (Vec<_>, Vec<_>) = found.into_iter().partition(|(stands, _)| *stands);
    let storms = |found: Vec<(bool, Storm)>| found.into_iter().map(|(_, storm)| storm).collect();
    (storms(large), storms(small))
}

fn members<'a>(storms: impl IntoIterator<Item = &'a Storm>) -> BTreeSet<usize> {
    storms
        .into_iter()
        .flat_map(|storm| storm.cases.clone())
        .collect()
}

fn rows(cases: usize, storms: Vec<Storm>) -> Vec<Row> {
    let folded = members(&storms);
    let mut standing: BTreeMap<usize, Storm> = storms
        .into_iter()
        .filter_map(|storm| Some((*storm.cases.first()?, storm)))
        .collect();
    (0..cases)
        .filter_map(|at| match standing.remove(&at) {
            Some(storm) => Some(Row::Storm(storm)),
            None => (!folded.contains(&at)).then_some(Row::Case(at)),
        })
        .collect()
}

// The storms of alerts, in the order of their keys. The flag says whether a storm is large enough for its own row.
fn find_storms(
    cases: &[Arc<Case>],
    taken: &BTreeSet<usize>,
    fleet: &FoldInput<'_>,
) -> Vec<(bool, Storm)> {
    let mut groups: BTreeMap<(&str, bool), Vec<usize>> = BTreeMap::new();
    let can_fold = |(at, case): &(usize, &Arc<Case>)| can_fold(case) && !taken.contains(at);
    for (at, case) in cases.iter().enumerate().filter(can_fold) {
        let name = (case.title.as_str(), case.muted_by.is_some());
        groups.entry(name).or_default().push(at);
    }
    let mut found = Vec::new();
    for ((title, quiet), group) in groups {
        let since = |at: &usize| cases.get(*at).map(|case| case.since);
        let windows = split_at_gaps(group, MAX_GAP, since).into_iter();
        let several = windows.filter(|members| members.len() > 1);
        let several = several
            .map(|members| (member_places(&members, cases).len(), members))
            .filter(|(places, _)| *places >= MIN_PLACES_SHOWN);
        for (number, (places, members)) in several.enumerate() {
            let name = StormName {
                key: storm_key(title, quiet, number),
                title,
                kind: StormKind::Alert,
            };
            let storm = build_storm(name, members, cases, fleet);
            found.extend(storm.map(|storm| (places >= MIN_PLACES, storm)));
        }
    }
    found
}

// The key is the title and the number of the storm's time window, since members and places change over time. Later
// windows have higher numbers.
fn storm_key(title: &str, quiet: bool, number: usize) -> String {
    let quiet = if quiet { " (quiet)" } else { "" };
    match number {
        0 => format!("{title}{quiet}"),
        later => format!("{title}{quiet} #{}", later + 1),
    }
}

// Whether a case can be part of an alert's storm. A case without an alert cannot, whatever its title.
fn can_fold(case: &Case) -> bool {
    let has_alert_labels = |case: &Case| {
        case.incident.as_ref().is_some_and(|incident| {
            let mut alerts = incident.alerts.iter();
            alerts.any(|alert| !alert.label_sets.is_empty())
        })
    };
    let of_alerts = !case.alerts.is_empty() || has_alert_labels(case);
    case.rank != Rank::Priority(0) && case.hub_down.is_none() && of_alerts
}

fn member_places<'a>(members: &[usize], cases: &'a [Arc<Case>]) -> BTreeSet<&'a Place> {
    let cases = members.iter().filter_map(|at| cases.get(*at));
    cases.flat_map(|case| &case.places).collect()
}

/// A storm's key and title.
struct StormName<'a> {
    key: String,
    title: &'a str,
    kind: StormKind,
}

fn build_storm(
    name: StormName<'_>,
    members: Vec<usize>,
    cases: &[Arc<Case>],
    fleet: &FoldInput<'_>,
) -> Option<Storm> {
    let places = member_places(&members, cases);
    let reach = scope::reach(&places, fleet.policy)?;
    let inside: Vec<(usize, &Case)> = members
        .iter()
        .filter_map(|at| Some((*at, cases.get(*at)?.as_ref())))
        .collect();
    let began = |case: &(usize, &Case)| case.1.since;
    let first = inside.iter().map(began).min()?;
    let last = inside.iter().map(began).max()?;
    Some(Storm {
        key: name.key,
        kind: name.kind,
        title: name.title.to_owned(),
        affected: reach.affected,
        total: reach.total(),
        shared: shared::find_shared(&inside, &places, fleet.policy),
        outlier: outliers::find_outlier(&inside, &reach, fleet),
        spread: last - first,
        scope: reach.scope,
        cases: members,
    })
}

/// Splits cases wherever no case began for longer than `gap`. The windows are in order of time. The cases are given by
/// their indices, and the indices of each window are ascending.
fn split_at_gaps(
    cases: Vec<usize>,
    gap: TimeDelta,
    since: impl Fn(&usize) -> Option<DateTime<Utc>>,
) -> Vec<Vec<usize>> {
    let mut timed: Vec<(DateTime<Utc>, usize)> = cases
        .into_iter()
        .filter_map(|at| Some((since(&at)?, at)))
        .collect();
    timed.sort_unstable();
    timed
        .chunk_by(|(one, _), (next, _)| *next - *one <= gap)
        .map(|window| {
            let mut inside: Vec<usize> = window.iter().map(|(_, at)| *at).collect();
            inside.sort_unstable();
            inside
        })
        .collect()
}
