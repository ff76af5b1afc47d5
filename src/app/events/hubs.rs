//! Events for hubs that go down. If many hubs of one cluster go down, there is one event, although each hub is probed
//! separately.
//!
//! The first hub of a cluster rings at once. The cluster's other hubs wait until every hub has been probed twice. By
//! then each hub that is down either belongs to the cluster's outage, which has rung, or is down on its own and rings.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::conditions::{Condition, EventKey};
use super::event::Event;
use crate::domain::case::Case;
use crate::domain::ids::{ClusterName, HubKey};
use crate::domain::now::Now;
use crate::domain::source::SourceKind;
use crate::picture::{Picture, StormScope};

/// The time that a second try and a slow answer may take. It is added to the probes' interval.
const SECOND_TRY: Duration = Duration::from_secs(45);

/// The interval that is assumed if no probes are configured.
const USUAL_INTERVAL: Duration = Duration::from_secs(60);

/// The time within which all hubs that failed together are known to be down.
pub fn window(picture: &Picture) -> Duration {
    let mut sources = picture.sources.iter();
    let probes = sources.find(|source| source.id.kind == SourceKind::Probes);
    let interval = probes.map_or(USUAL_INTERVAL, |source| source.interval);
    interval.saturating_add(SECOND_TRY)
}

/// The events that have rung for each cluster.
#[derive(Debug, Default)]
pub struct ClusterEvents {
    /// When a hub of the cluster rang last.
    rang_at: BTreeMap<ClusterName, Now>,
    /// Clusters whose outage has rung and is not over.
    outages: BTreeSet<ClusterName>,
}

/// Events for hubs, and the conditions that these events include.
#[derive(Debug, Default)]
pub struct HubRinging {
    pub events: Vec<Event>,
    pub done: Vec<EventKey>,
}

impl ClusterEvents {
    /// The remaining time until hubs of this cluster may ring; zero if they may ring now.
    pub fn wait(&self, cluster: &ClusterName, picture: &Picture, now: Now) -> Duration {
        let rang = self.rang_at.get(cluster).map(|at| now.since(*at));
        rang.map_or(Duration::ZERO, |span| window(picture).saturating_sub(span))
    }

    /// The events for hubs that may ring now.
    pub fn ring(&mut self, ready: &[&Condition<'_>], picture: &Picture, now: Now) -> HubRinging {
        let outages = cluster_outages(picture);
        self.outages.retain(|cluster| outages.contains_key(cluster));
        let mut by_cluster: BTreeMap<&ClusterName, Vec<(&HubKey, &Condition<'_>)>> =
            BTreeMap::new();
        for condition in ready {
            if let EventKey::Hub(hub) = &condition.key {
                let hubs = by_cluster.entry(&hub.cluster).or_default();
                hubs.push((hub, condition));
            }
        }
        let mut ringing = HubRinging::default();
        for (cluster, hubs) in by_cluster {
            let is_waiting = !self.wait(cluster, picture, now).is_zero();
            let outage = outages.get(cluster);
            let (inside, outside): (Vec<_>, Vec<_>) = hubs
                .into_iter()
                .partition(|(hub, _)| outage.is_some_and(|all| all.contains(hub)));
            if let Some(all) = outage.filter(|_| !inside.is_empty()) {
                let has_rung = !self.outages.insert(cluster.clone()) || is_waiting;
                ringing.add(&inside, !has_rung, picture, now, Some((cluster, all)));
                self.rang_at.entry(cluster.clone()).or_insert(now);
                if !has_rung {
                    self.rang_at.insert(cluster.clone(), now);
                }
            } else if !outside.is_empty() && !is_waiting {
                ringing.add(&outside, true, picture, now, None);
                self.rang_at.insert(cluster.clone(), now);
            }
        }
        ringing
    }
}

impl HubRinging {
    fn add(
        &mut self,
        hubs: &[(&HubKey, &Condition<'_>)],
        rings: bool,
        picture: &Picture,
        now: Now,
        outage: Option<(&ClusterName, &BTreeSet<HubKey>)>,
    ) {
        self.done.extend(hubs.iter().map(|(_, it)| it.key.clone()));
        if !rings {
            return;
        }
        let cases = hubs.iter().flat_map(|(_, it)| it.cases.iter().copied());
        let cases: Vec<&Arc<Case>> = cases.collect();
        let keys: Vec<&HubKey> = match outage {
            Some((_, all)) => all.iter().collect(),
            None => hubs.iter().map(|(hub, _)| *hub).collect(),
        };
        let cluster = outage.map(|(cluster, _)| cluster);
        let event = Event::hubs_down(&keys, cluster, &cases, picture, picture.corrected(now).wall);
        self.events.push(event);
    }
}

// The hubs of each cluster that counts as down. Such a cluster has one row.
fn cluster_outages(picture: &Picture) -> BTreeMap<ClusterName, BTreeSet<HubKey>> {
    let mut found: BTreeMap<ClusterName, BTreeSet<HubKey>> = BTreeMap::new();
    for row in picture.outage_rows() {
        if let StormScope::Cluster(cluster) = &row.scope {
            let cases = picture.storm_cases(row);
            let hubs = cases.flat_map(|case| case.places.iter().filter_map(|it| it.hub_key()));
            found.entry(cluster.clone()).or_default().extend(hubs);
        }
    }
    found
}
