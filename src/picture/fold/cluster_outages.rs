//! The outage of a cluster. An outside check pages for each hub of the cluster, and the cases of these hubs become one
//! row.
//!
//! Only cases about the outage of a single hub are folded. A P1 of another kind keeps its own row, even if its hub is
//! down.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{FoldInput, MAX_GAP, MIN_PLACES, MIN_PLACES_SHOWN, StormName, build_storm, storm_key};
use crate::domain::case::Case;
use crate::domain::hub::HubSpec;
use crate::domain::ids::{CaseId, ClusterName, HubKey};
use crate::domain::policy::Policy;
use crate::picture::outages::is_check_of;
use crate::picture::places::is_called_hub_down;
use crate::picture::storm::{Storm, StormKind};

/// The title of a cluster outage.
const TITLE: &str = "hub down";

/// The outages of clusters. The flag says whether an outage is large enough for its own row.
pub fn find(cases: &[Arc<Case>], fleet: &FoldInput<'_>) -> Vec<(bool, Storm)> {
    let specs: HashMap<&HubKey, &HubSpec> =
        fleet.policy.hubs().map(|hub| (&hub.key, hub)).collect();
    let mut groups: BTreeMap<(ClusterName, bool), Vec<Outage>> = BTreeMap::new();
    for (index, case) in cases.iter().enumerate() {
        if let Some(hub) = outage_hub(case, &specs) {
            let group = (hub.cluster.clone(), case.muted_by.is_some());
            let outage = Outage { index, hub };
            groups.entry(group).or_default().push(outage);
        }
    }
    let mut found = Vec::new();
    for ((cluster, quiet), outages) in groups {
        for (number, window) in dense_windows(outages, cases).into_iter().enumerate() {
            let hubs = hub_count(&window);
            let name = StormName {
                key: storm_key(&format!("outage of {cluster}"), quiet, number),
                title: TITLE,
                kind: StormKind::Outage,
            };
            let mut members: Vec<usize> = window.iter().map(|outage| outage.index).collect();
            members.sort_unstable();
            let storm = build_storm(name, members, cases, fleet);
            let stands = is_large(hubs, &cluster, fleet.policy);
            found.extend(storm.map(|storm| (stands, storm)));
        }
    }
    found
}

/// A case about the outage of one hub.
struct Outage {
    index: usize,
    hub: HubKey,
}

// The hub whose outage a case is about. A case is about an outage if its id is a hub's, if its title says so, or if its
// incident has the title of the hub's outside check. A P1 alone does not show an outage.
fn outage_hub(case: &Case, specs: &HashMap<&HubKey, &HubSpec>) -> Option<HubKey> {
    let [place] = case.places.as_slice() else {
        return None;
    };
    let key = place.hub_key()?;
    let is_of_check = |domain: &str| {
        let incident = case.incident.as_ref();
        incident.is_some_and(|incident| is_check_of(&incident.title, domain))
    };
    let domain = || specs.get(&key)?.domain.as_deref();
    let is_outage = matches!(case.id, CaseId::Hub(_))
        || is_called_hub_down(&case.title)
        || domain().is_some_and(is_of_check);
    is_outage.then_some(key)
}

fn is_large(hubs: usize, cluster: &ClusterName, policy: &Policy) -> bool {
    let inventory = policy.cluster(cluster).map_or(&[][..], |spec| &spec.hubs);
    let probed = inventory.iter().filter(|hub| hub.health_url.is_some());
    let all = match probed.count() {
        0 => inventory.len(),
        probed => probed,
    };
    hubs >= MIN_PLACES || (hubs >= MIN_PLACES_SHOWN && hubs * 2 > all)
}

// Splits the outages into windows of MAX_GAP. Repeatedly takes the window with the most outages, as long as that window
// has at least MIN_PLACES_SHOWN hubs.
fn dense_windows(mut left: Vec<Outage>, cases: &[Arc<Case>]) -> Vec<Vec<Outage>> {
    let since = |outage: &Outage| cases.get(outage.index).map(|case| case.since);
    left.sort_by_key(|outage| (since(outage), outage.index));
    let mut windows = Vec::new();
    while let Some((start, end)) = densest(&left, since) {
        let window: Vec<Outage> = left.drain(start..end).collect();
        if hub_count(&window) < MIN_PLACES_SHOWN {
            break;
        }
        windows.push(window);
    }
    windows.sort_by_key(|window| window.first().and_then(since));
    windows
}

fn densest(
    sorted: &[Outage],
    since: impl Fn(&Outage) -> Option<DateTime<Utc>>,
) -> Option<(usize, usize)> {
    let times: Vec<DateTime<Utc>> = sorted.iter().filter_map(since).collect();
    let mut best = None;
    let mut end = 0;
    for (start, first) in times.iter().enumerate() {
        while times.get(end).is_some_and(|last| *last - *first <= MAX_GAP) {
            end += 1;
        }
        if best.is_none_or(|(from, to)| end - start > to - from) {
            best = Some((start, end));
        }
    }
    best
}

fn hub_count(window: &[Outage]) -> usize {
    let hubs: BTreeSet<&HubKey> = window.iter().map(|outage| &outage.hub).collect();
    hubs.len()
}
