//! Every hub of the inventory with its evidence, cluster by cluster.

use std::collections::HashMap;

use super::context::Context;
use super::health::{self, HealthInput, SourceHealth, StaleSamples};
use super::maintenance::Maintenance;
use super::views::{ClusterView, HubView, SourceView};
use crate::domain::answers::PrometheusData;
use crate::domain::health::Evidence;
use crate::domain::hub::{HubSpec, Signal, Signals};
use crate::domain::ids::{ClusterName, HubKey};
use crate::domain::now::is_in_future;
use crate::domain::policy::ClusterSpec;
use crate::domain::probe::Probe;
use crate::domain::source::{Slot, SourceId, SourceState};

/// For each hub, the evidence from alerts and incidents. Collected before the hubs are judged.
pub type EvidenceByHub = HashMap<HubKey, Vec<Evidence>>;

/// All clusters of the inventory.
pub fn cluster_views(
    context: &Context<'_>,
    views: &[SourceView],
    maintenance: &Maintenance,
    on_hubs: &EvidenceByHub,
) -> Vec<ClusterView> {
    let look = HubBuilder {
        context,
        views,
        maintenance,
        evidence_by_hub: on_hubs,
        others_have_series: any_hub_has_series(context),
    };
    context
        .policy
        .clusters
        .iter()
        .map(|spec| look.cluster(spec))
        .collect()
}

struct HubBuilder<'a> {
    context: &'a Context<'a>,
    views: &'a [SourceView],
    maintenance: &'a Maintenance,
    evidence_by_hub: &'a EvidenceByHub,
    others_have_series: bool,
}

impl HubBuilder<'_> {
    fn cluster(&self, spec: &ClusterSpec) -> ClusterView {
        let prometheus = self.prometheus_health(&spec.name);
        let is_stale = stale_samples(self.context, &spec.name).is_some();
        ClusterView {
            name: spec.name.clone(),
            provider: spec.provider.clone(),
            hubs: spec.hubs.iter().map(|hub| self.hub(hub, spec)).collect(),
            prometheus: prometheus.map(|source| match is_stale {
                true => (source.id, source.state.max(SourceState::Stale)),
                false => (source.id, source.state),
            }),
        }
    }

    fn hub(&self, spec: &HubSpec, cluster: &ClusterSpec) -> HubView {
        let probe = spec.health_url.as_ref().and_then(|_| self.probe(&spec.key));
        let prometheus = self.prometheus_health(&cluster.name);
        let stale_samples = stale_samples(self.context, &cluster.name);
        let signals_stale = stale_samples.is_some()
            || prometheus
                .as_ref()
                .is_some_and(|source| !source.state.is_fresh());
        let signals = self.signals(&spec.key);
        let facts = HealthInput {
            probe_source: self.probe_source(spec),
            probe,
            prometheus,
            stale_samples,
            signals,
            expected_signals: expected_signals(self.context, cluster),
            others_have_series: self.others_have_series,
            alerts_and_incidents: self
                .evidence_by_hub
                .get(&spec.key)
                .cloned()
                .unwrap_or_default(),
            limits: &self.context.policy.limits,
            now: self.context.now,
        };
        let (health, evidence) = health::judge(&facts);
        if let Some(ends) = probe.and_then(|probe| probe.certificate_ends)
            && let Some(turn) = health::next_certificate_change(ends, facts.limits, facts.now)
        {
            self.context.expire_at(turn);
        }
        HubView {
            since: health::down_since(health, probe),
            health,
            evidence,
            maintenance: self.maintenance.covers(&spec.key.clone().into()),
            probe: probe.cloned(),
            signals,
            signals_stale,
            cases: Vec::new(),
            spec: spec.clone(),
        }
    }

    fn probe_source(&self, spec: &HubSpec) -> Option<SourceHealth> {
        spec.health_url.as_ref()?;
        self.source_health(&self.context.answers.probes.as_ref()?.id)
    }

    fn probe(&self, key: &HubKey) -> Option<&Probe> {
        let slot = self.context.answers.probes.as_ref()?;
        slot.body()?.get(key)
    }

    fn signals(&self, key: &HubKey) -> Signals {
        self.prometheus_slot(&key.cluster)
            .and_then(|slot| slot.body())
            .and_then(|says| says.signals.get(key))
            .copied()
            .unwrap_or_default()
    }

    fn prometheus_slot(&self, cluster: &ClusterName) -> Option<&Slot<PrometheusData>> {
        prometheus_slot(self.context, cluster)
    }

    fn source_health(&self, id: &SourceId) -> Option<SourceHealth> {
        let view = self.views.iter().find(|view| view.id == *id)?;
        Some(SourceHealth {
            id: id.clone(),
            state: view.state,
            failure: view.failure.clone(),
        })
    }

    fn prometheus_health(&self, cluster: &ClusterName) -> Option<SourceHealth> {
        self.source_health(self.context.policy.prometheus_for(cluster)?)
    }
}

/// The slot of the Prometheus that watches a cluster.
pub fn prometheus_slot<'a>(
    context: &Context<'a>,
    cluster: &ClusterName,
) -> Option<&'a Slot<PrometheusData>> {
    let id = context.policy.prometheus_for(cluster)?;
    context
        .answers
        .prometheus
        .iter()
        .find(|slot| slot.id == *id)
}

/// Set if a fresh Prometheus has no recent sample of a cluster. A sample is recent for three polling intervals, and for
/// at least three minutes, since Prometheus usually scrapes once a minute. A sample time in the future proves nothing.
/// If one endpoint answers for many clusters, each cluster is judged by the times of its own samples. A cluster of which
/// no signals are expected may have no samples.
pub fn stale_samples(context: &Context<'_>, cluster: &ClusterName) -> Option<StaleSamples> {
    let slot = prometheus_slot(context, cluster)?;
    let says = slot.fresh_body(context.now)?;
    let answer = slot.answer.as_ref()?;
    if has_nothing_as_configured(context, says, cluster) {
        return None;
    }
    let budget = slot.budget().max(std::time::Duration::from_secs(180));
    let Some(newest) = says.newest_sample.get(cluster) else {
        let had = says.clusters_had.as_ref();
        return Some(StaleSamples {
            newest: None,
            never: had.is_some_and(|had| !had.contains(cluster)),
        });
    };
    // Uses the server's clock if the server sends it, since samples are dated by that clock.
    let asked = answer.server_clock.unwrap_or(answer.asked_at.wall);
    if is_in_future(*newest, asked.max(answer.asked_at.wall)) {
        return Some(StaleSamples {
            newest: Some(*newest),
            never: false,
        });
    }
    let age_when_asked = (asked - *newest).to_std().unwrap_or_default();
    let age = age_when_asked + context.now.since(answer.asked_at);
    if age > budget {
        return Some(StaleSamples {
            newest: Some(*newest),
            never: false,
        });
    }
    context.expire_at(context.now.plus(budget - age).wall + chrono::TimeDelta::milliseconds(1));
    None
}

// Whether the Prometheus has nothing of the cluster, and the configuration expects nothing: `without` names every
// expected signal. If the cluster has no hubs, the Prometheus must have nothing of any cluster, since otherwise the
// cluster may be misnamed.
fn has_nothing_as_configured(
    context: &Context<'_>,
    says: &PrometheusData,
    cluster: &ClusterName,
) -> bool {
    let spec = context.policy.cluster(cluster);
    let has_hubs = spec.is_some_and(|spec| !spec.hubs.is_empty());
    let is_switched_off = spec.is_some_and(|spec| expected_signals(context, spec).is_empty());
    match has_hubs {
        true => {
            let mut hubs = says.signals.keys();
            is_switched_off
                && !says.newest_sample.contains_key(cluster)
                && !hubs.any(|hub| hub.cluster == *cluster)
        }
        false => says.newest_sample.is_empty() && says.signals.is_empty(),
    }
}

// The signals that every hub of the cluster must have.
fn expected_signals(context: &Context<'_>, spec: &ClusterSpec) -> Vec<Signal> {
    let is_without =
        |signal: &Signal| context.policy.without.contains(signal) || spec.without.contains(signal);
    let signals = Signal::EXPECTED.into_iter();
    signals.filter(|signal| !is_without(signal)).collect()
}

// Whether any hub has series: `up`, or an expected signal of a hub in the inventory. A namespace that is not in the
// inventory and has only a disk is no hub.
fn any_hub_has_series(context: &Context<'_>) -> bool {
    let slots = context.answers.prometheus.iter();
    let mut fresh = slots.filter_map(|slot| slot.fresh_body(context.now));
    fresh.any(|says| {
        let mut hubs = says.signals.iter();
        hubs.any(|(key, signals)| signals.up.is_some() || has_expected(context, key, signals))
    })
}

fn has_expected(context: &Context<'_>, key: &HubKey, signals: &Signals) -> bool {
    let spec = context.policy.cluster(&key.cluster);
    let spec = spec.filter(|spec| spec.hubs.iter().any(|hub| hub.key == *key));
    let expected = spec.map(|spec| expected_signals(context, spec));
    let mut expected = expected.into_iter().flatten();
    expected.any(|signal| signals.has(signal))
}
