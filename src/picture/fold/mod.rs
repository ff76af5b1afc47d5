//! Storms: the same alert on many places of one cluster, provider or the fleet, within a window, is one
//! row that opens. A P1 is never folded away, and neither is a hub that a probe saw down.
//!
//! What began within [`GAP`] of another one of the same name belongs to the same storm, so that the hundred
//! pods that fell tonight do not swallow the one that fell at noon. A storm of [`STORM`] places stands as a
//! row. One of [`EMBER`] places does not by itself; but who has one on the screen keeps it until then
//! ([`Folded::embers`]), so that it does not fall apart and form again with every pod that comes and goes.

mod odd;
mod scope;
mod share;
#[cfg(test)]
mod tests;
mod window;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::TimeDelta;

use super::context::Context;
use super::model::{Fold, Row};
use crate::domain::case::{Case, Place, Rank};
use crate::domain::ids::ClusterName;
use crate::domain::policy::Policy;

/// From how many places on one alert is a storm.
pub const STORM: usize = 5;

/// Down to how many places a storm that is on the screen stays one.
pub const EMBER: usize = 3;

/// Two cases of one storm began at most so far apart, or others between them did.
pub const GAP: TimeDelta = TimeDelta::minutes(30);

/// The rows, and the storms that have fewer than [`STORM`] places.
#[derive(Debug, Default)]
pub struct Folded {
    /// Each case in one row; a storm stands where its first case would.
    pub rows: Vec<Row>,
    /// Those with too few places to stand by themselves, in the order of their keys.
    pub embers: Vec<Fold>,
}

/// What folding looks things up in.
pub struct Fleet<'a> {
    pub policy: &'a Policy,
    /// Whether what is not heard of a cluster's alerts is not there.
    pub is_heard: &'a dyn Fn(&ClusterName) -> bool,
}

/// Folds the cases.
pub fn fold(cases: &[Arc<Case>], context: &Context<'_>) -> Folded {
    let is_heard = |cluster: &ClusterName| {
        let watcher = context.watcher(cluster);
        watcher.is_some_and(|source| context.is_fresh(source))
    };
    let fleet = Fleet {
        policy: context.policy,
        is_heard: &is_heard,
    };
    folded(cases, &fleet)
}

fn folded(cases: &[Arc<Case>], fleet: &Fleet<'_>) -> Folded {
    let (storms, embers): (Vec<_>, Vec<_>) = all(cases, fleet)
        .into_iter()
        .partition(|(places, _)| *places >= STORM);
    let storms = storms.into_iter().map(|(_, fold)| fold).collect();
    Folded {
        rows: rows(cases.len(), storms),
        embers: embers.into_iter().map(|(_, fold)| fold).collect(),
    }
}

fn rows(cases: usize, storms: Vec<Fold>) -> Vec<Row> {
    let folded: BTreeSet<usize> = storms.iter().flat_map(|fold| fold.cases.clone()).collect();
    let mut standing: BTreeMap<usize, Fold> = storms
        .into_iter()
        .filter_map(|fold| Some((*fold.cases.first()?, fold)))
        .collect();
    (0..cases)
        .filter_map(|at| match standing.remove(&at) {
            Some(fold) => Some(Row::Fold(fold)),
            None => (!folded.contains(&at)).then_some(Row::Case(at)),
        })
        .collect()
}

// Storms and embers by their keys, each with the number of its places.
fn all(cases: &[Arc<Case>], fleet: &Fleet<'_>) -> Vec<(usize, Fold)> {
    let mut groups: BTreeMap<(&str, bool), Vec<usize>> = BTreeMap::new();
    for (at, case) in cases.iter().enumerate().filter(|(_, case)| may_fold(case)) {
        let name = (case.title.as_str(), case.muted_by.is_some());
        groups.entry(name).or_default().push(at);
    }
    let mut found = Vec::new();
    for ((title, quiet), group) in groups {
        let since = |at: &usize| cases.get(*at).map(|case| case.since);
        let windows = window::split(group, GAP, since).into_iter();
        let large = windows.filter(|members| members.len() > 1);
        let large = large
            .map(|members| (places(&members, cases), members))
            .filter(|(places, _)| places.len() >= EMBER);
        for (number, (places, members)) in large.enumerate() {
            let key = key(title, quiet, number);
            found.extend(one(key, title, &places, members, cases, fleet));
        }
    }
    found
}

// By the name and the number of the window rather than by its members or where they are: these come and
// go. A window that opens later has a later number.
fn key(title: &str, quiet: bool, number: usize) -> String {
    let quiet = if quiet { " (quiet)" } else { "" };
    match number {
        0 => format!("{title}{quiet}"),
        later => format!("{title}{quiet} #{}", later + 1),
    }
}

// A case that no alert made is about something of its own, whatever its title.
fn may_fold(case: &Case) -> bool {
    let told = |case: &Case| {
        case.incident.as_ref().is_some_and(|incident| {
            let mut alerts = incident.alerts.iter();
            alerts.any(|alert| !alert.label_sets.is_empty())
        })
    };
    let of_alerts = !case.alerts.is_empty() || told(case);
    case.rank != Rank::Priority(0) && case.hub_down.is_none() && of_alerts
}

fn places<'a>(members: &[usize], cases: &'a [Arc<Case>]) -> BTreeSet<&'a Place> {
    let cases = members.iter().filter_map(|at| cases.get(*at));
    cases.flat_map(|case| &case.places).collect()
}

fn one(
    key: String,
    title: &str,
    places: &BTreeSet<&Place>,
    members: Vec<usize>,
    cases: &[Arc<Case>],
    fleet: &Fleet<'_>,
) -> Option<(usize, Fold)> {
    let reach = scope::reach(places, fleet.policy)?;
    let inside: Vec<(usize, &Case)> = members
        .iter()
        .filter_map(|at| Some((*at, cases.get(*at)?.as_ref())))
        .collect();
    let began = |case: &(usize, &Case)| case.1.since;
    let first = inside.iter().map(began).min()?;
    let last = inside.iter().map(began).max()?;
    let fold = Fold {
        key,
        title: title.to_owned(),
        places: reach.affected,
        of: reach.of(),
        shares: share::find(&inside, places),
        odd: odd::find(&inside, &reach, fleet),
        spread: last - first,
        scope: reach.scope,
        cases: members,
    };
    Some((places.len(), fold))
}
