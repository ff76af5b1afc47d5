//! Every hub of the inventory with its evidence, cluster by cluster.

use std::collections::HashMap;

use chrono::DateTime;

use super::context::Context;
use super::health::{self, Facts, Witness};
use super::maintenance::Maintenance;
use super::model::{ClusterView, HubView, SourceView};
use crate::domain::answers::PrometheusData;
use crate::domain::health::Evidence;
use crate::domain::hub::{HubSpec, Signals};
use crate::domain::ids::{ClusterName, HubKey};
use crate::domain::policy::ClusterSpec;
use crate::domain::probe::Probe;
use crate::domain::source::{Slot, SourceId, SourceState};

/// What alerts and incidents say of each hub, found before the hubs are judged.
pub type OnHubs = HashMap<HubKey, Vec<Evidence>>;

/// All clusters of the inventory.
pub fn clusters(
    context: &Context<'_>,
    views: &[SourceView],
    maintenance: &Maintenance,
    on_hubs: &OnHubs,
) -> Vec<ClusterView> {
    let look = Look {
        context,
        views,
        maintenance,
        on_hubs,
        others_present: others_present(context),
    };
    context
        .policy
        .clusters
        .iter()
        .map(|spec| look.cluster(spec))
        .collect()
}

struct Look<'a> {
    context: &'a Context<'a>,
    views: &'a [SourceView],
    maintenance: &'a Maintenance,
    on_hubs: &'a OnHubs,
    others_present: bool,
}

impl Look<'_> {
    fn cluster(&self, spec: &ClusterSpec) -> ClusterView {
        let prometheus = self.prometheus(&spec.name);
        ClusterView {
            name: spec.name.clone(),
            provider: spec.provider.clone(),
            hubs: spec.hubs.iter().map(|hub| self.hub(hub, spec)).collect(),
            prometheus: prometheus.map(|witness| (witness.id, witness.state)),
        }
    }

    fn hub(&self, spec: &HubSpec, cluster: &ClusterSpec) -> HubView {
        let probe = spec.health_url.as_ref().and_then(|_| self.probe(&spec.key));
        let prometheus = self.prometheus(&cluster.name);
        let signals_stale = prometheus
            .as_ref()
            .is_some_and(|witness| !witness.state.is_fresh());
        let signals = self.signals(&spec.key);
        let facts = Facts {
            probes: self.probes(spec),
            probe,
            prometheus,
            signals,
            others_present: self.others_present,
            on_it: self.on_hubs.get(&spec.key).cloned().unwrap_or_default(),
            limits: &self.context.policy.limits,
            now: self.context.now,
        };
        let (health, evidence) = health::judge(&facts);
        if let Some(ends) = probe.and_then(|probe| probe.certificate_ends)
            && let Some(turn) = health::certificate_turns(ends, facts.limits, facts.now)
        {
            self.context.flips_at(turn);
        }
        HubView {
            since: health::down_since(health, probe),
            health,
            evidence,
            maintenance: self.maintenance.covers_hub(&spec.key),
            probe: probe.cloned(),
            signals,
            signals_stale,
            cases: Vec::new(),
            spec: spec.clone(),
        }
    }

    fn probes(&self, spec: &HubSpec) -> Option<Witness> {
        spec.health_url.as_ref()?;
        self.witness(&self.context.answers.probes.as_ref()?.id)
    }

    fn probe(&self, key: &HubKey) -> Option<&Probe> {
        let slot = self.context.answers.probes.as_ref()?;
        slot.body()?.get(key)
    }

    fn signals(&self, key: &HubKey) -> Signals {
        self.slot(&key.cluster)
            .and_then(|slot| slot.body())
            .and_then(|says| says.signals.get(key))
            .copied()
            .unwrap_or_default()
    }

    fn slot(&self, cluster: &ClusterName) -> Option<&Slot<PrometheusData>> {
        slot(self.context, cluster)
    }

    fn witness(&self, id: &SourceId) -> Option<Witness> {
        let view = self.views.iter().find(|view| view.id == *id)?;
        Some(Witness {
            id: id.clone(),
            state: view.state,
            failure: view.failure.clone(),
        })
    }

    // A Prometheus may answer while nothing of the cluster has been scraped for a while: behind one
    // endpoint for many clusters each has its own freshness, by the samples' own times.
    fn prometheus(&self, cluster: &ClusterName) -> Option<Witness> {
        let witness = self.witness(self.context.watcher(cluster)?)?;
        let old = samples_are_old(self.context, cluster);
        if witness.state.is_fresh() && old.is_some() {
            return Some(Witness {
                state: SourceState::Stale,
                ..witness
            });
        }
        Some(witness)
    }
}

/// The slot of the Prometheus that watches a cluster.
pub fn slot<'a>(context: &Context<'a>, cluster: &ClusterName) -> Option<&'a Slot<PrometheusData>> {
    let id = context.watcher(cluster)?;
    context
        .answers
        .prometheus
        .iter()
        .find(|slot| slot.id == *id)
}

/// Whether a fresh Prometheus has no recent sample of a cluster, and when the newest was scraped. Data
/// counts for three intervals, and never less than three of the usual scrape interval of a minute.
pub fn samples_are_old(
    context: &Context<'_>,
    cluster: &ClusterName,
) -> Option<Option<DateTime<chrono::Utc>>> {
    let slot = slot(context, cluster)?;
    let says = slot.fresh_body(context.now)?;
    let answer = slot.answer.as_ref()?;
    if says.newest_sample.is_empty() && says.signals.is_empty() {
        // It has no hubs' metrics at all: what it does not hold cannot be old.
        return None;
    }
    let budget = slot.budget().max(std::time::Duration::from_secs(180));
    let Some(newest) = says.newest_sample.get(cluster) else {
        return Some(None);
    };
    // The server's clock where it tells: samples carry its time, not ours.
    let asked = answer.server_clock.unwrap_or(answer.asked_at.wall);
    let age_when_asked = (asked - *newest).to_std().unwrap_or_default();
    let age = age_when_asked + context.now.since(answer.asked_at);
    if age > budget {
        return Some(Some(*newest));
    }
    context.flips_at(context.now.plus(budget - age).wall + chrono::TimeDelta::milliseconds(1));
    None
}

fn others_present(context: &Context<'_>) -> bool {
    context
        .answers
        .prometheus
        .iter()
        .filter_map(|slot| slot.fresh_body(context.now))
        .any(|says| says.signals.values().any(|signals| signals.up.is_some()))
}
