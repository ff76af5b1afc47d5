//! Storms: the same alert on many places of one cluster, provider or the fleet, within a window, is one
//! row that opens, and so are the hubs of a cluster that goes down ([`cluster_outages`]). No other P1 is folded, nor is
//! a hub that is down alone.
//!
//! What began within [`MAX_GAP`] of another one of the same name belongs to the same storm, so that the hundred
//! pods that fell tonight do not swallow the one that fell at noon. A storm of [`MIN_PLACES`] places stands as a
//! row. One of [`MIN_PLACES_SHOWN`] places does not by itself; but who has one on the screen keeps it until then
//! ([`Folded::small_storms`]), so that it does not fall apart and form again with every pod that comes and goes.

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
use super::model::{Row, Storm, StormKind};
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
    /// Whether an alert of a cluster that is not listed does not exist.
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
    // Of what may be in both the alert's storm has it: that one is on the screen by itself or was.
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
        .filter_map(|fold| Some((*fold.cases.first()?, fold)))
        .collect();
    (0..cases)
        .filter_map(|at| match standing.remove(&at) {
            Some(fold) => Some(Row::Storm(fold)),
            None => (!folded.contains(&at)).then_some(Row::Case(at)),
        })
        .collect()
}

// Storms of one alert by their keys, each with whether it is large enough to stand as a row.
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
        let large = windows.filter(|members| members.len() > 1);
        let large = large
            .map(|members| (member_places(&members, cases).len(), members))
            .filter(|(places, _)| *places >= MIN_PLACES_SHOWN);
        for (number, (places, members)) in large.enumerate() {
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

/// What a storm is known by and called.
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

/// Splits cases (by their indices) where nothing began for longer than `gap`. The windows come in the order
/// of time, and inside each the indices as they were; the order in which they are given changes nothing
/// but that.
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
