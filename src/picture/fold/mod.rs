//! Storms: the same alert on many places of one cluster, provider or the fleet, within a window, is one
//! row that opens. A P1 is never folded away, and neither is a hub that a probe saw down.
//!
//! What began within [`MAX_GAP`] of another one of the same name belongs to the same storm, so that the hundred
//! pods that fell tonight do not swallow the one that fell at noon. A storm of [`MIN_PLACES`] places stands as a
//! row. One of [`MIN_PLACES_SHOWN`] places does not by itself; but who has one on the screen keeps it until then
//! ([`Folded::small_storms`]), so that it does not fall apart and form again with every pod that comes and goes.

mod outliers;
mod scope;
mod shared;
#[cfg(test)]
mod tests;
mod window;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::TimeDelta;

use super::context::Context;
use super::model::{Row, Storm};
use crate::domain::case::{Case, Place, Rank};
use crate::domain::ids::ClusterName;
use crate::domain::policy::Policy;

/// From how many places on one alert is a storm.
pub const MIN_PLACES: usize = 5;

/// Down to how many places a storm that is on the screen stays one.
pub const MIN_PLACES_SHOWN: usize = 3;

/// Two cases of one storm began at most so far apart, or others between them did.
pub const MAX_GAP: TimeDelta = TimeDelta::minutes(30);

/// The rows, and the storms that have fewer than [`MIN_PLACES`] places.
#[derive(Debug, Default)]
pub struct Folded {
    /// Each case in one row; a storm stands where its first case would.
    pub rows: Vec<Row>,
    /// Those with too few places to stand by themselves, in the order of their keys.
    pub small_storms: Vec<Storm>,
}

/// What folding looks things up in.
pub struct FoldInput<'a> {
    pub policy: &'a Policy,
    /// Whether what is not heard of a cluster's alerts is not there.
    pub has_fresh_alerts: &'a dyn Fn(&ClusterName) -> bool,
}

/// Folds the cases.
pub fn fold_cases(cases: &[Arc<Case>], context: &Context<'_>) -> Folded {
    let is_heard = |cluster: &ClusterName| {
        let watcher = context.prometheus_for(cluster);
        watcher.is_some_and(|source| context.is_fresh(source))
    };
    let fleet = FoldInput {
        policy: context.policy,
        has_fresh_alerts: &is_heard,
    };
    fold_with(cases, &fleet)
}

fn fold_with(cases: &[Arc<Case>], fleet: &FoldInput<'_>) -> Folded {
    let (storms, embers): (Vec<_>, Vec<_>) = find_storms(cases, fleet)
        .into_iter()
        .partition(|(places, _)| *places >= MIN_PLACES);
    let storms = storms.into_iter().map(|(_, fold)| fold).collect();
    Folded {
        rows: rows(cases.len(), storms),
        small_storms: embers.into_iter().map(|(_, fold)| fold).collect(),
    }
}

fn rows(cases: usize, storms: Vec<Storm>) -> Vec<Row> {
    let folded: BTreeSet<usize> = storms.iter().flat_map(|fold| fold.cases.clone()).collect();
    let mut standing: BTreeMap<usize, Storm> = storms
        .into_iter()
        .filter_map(|fold| Some((*fold.cases.first()?, fold)))
        .collect();
    (0..cases)
        .filter_map(|at| match standing.remove(&at) {
            Some(fold) => Some(Row::Storm(fold)),
            None => (!folded.contains(&at)).then_some(Row::Case(at)),
        })
        .collect()
}

// Storms and embers by their keys, each with the number of its places.
fn find_storms(cases: &[Arc<Case>], fleet: &FoldInput<'_>) -> Vec<(usize, Storm)> {
    let mut groups: BTreeMap<(&str, bool), Vec<usize>> = BTreeMap::new();
    for (at, case) in cases.iter().enumerate().filter(|(_, case)| can_fold(case)) {
        let name = (case.title.as_str(), case.muted_by.is_some());
        groups.entry(name).or_default().push(at);
    }
    let mut found = Vec::new();
    for ((title, quiet), group) in groups {
        let since = |at: &usize| cases.get(*at).map(|case| case.since);
        let windows = window::split_at_gaps(group, MAX_GAP, since).into_iter();
        let large = windows.filter(|members| members.len() > 1);
        let large = large
            .map(|members| (member_places(&members, cases), members))
            .filter(|(places, _)| places.len() >= MIN_PLACES_SHOWN);
        for (number, (places, members)) in large.enumerate() {
            let key = storm_key(title, quiet, number);
            found.extend(build_storm(key, title, &places, members, cases, fleet));
        }
    }
    found
}

// By the name and the number of the window rather than by its members or where they are: these come and
// go. A window that opens later has a later number.
fn storm_key(title: &str, quiet: bool, number: usize) -> String {
    let quiet = if quiet { " (quiet)" } else { "" };
    match number {
        0 => format!("{title}{quiet}"),
        later => format!("{title}{quiet} #{}", later + 1),
    }
}

// A case that no alert made is about something of its own, whatever its title.
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

fn build_storm(
    key: String,
    title: &str,
    places: &BTreeSet<&Place>,
    members: Vec<usize>,
    cases: &[Arc<Case>],
    fleet: &FoldInput<'_>,
) -> Option<(usize, Storm)> {
    let reach = scope::reach(places, fleet.policy)?;
    let inside: Vec<(usize, &Case)> = members
        .iter()
        .filter_map(|at| Some((*at, cases.get(*at)?.as_ref())))
        .collect();
    let began = |case: &(usize, &Case)| case.1.since;
    let first = inside.iter().map(began).min()?;
    let last = inside.iter().map(began).max()?;
    let fold = Storm {
        key,
        title: title.to_owned(),
        affected: reach.affected,
        total: reach.total(),
        shared: shared::find_shared(&inside, places),
        outlier: outliers::find_outlier(&inside, &reach, fleet),
        spread: last - first,
        scope: reach.scope,
        cases: members,
    };
    Some((places.len(), fold))
}
