//! Expected signals that are absent. If every cluster lacks a signal, there is one finding for the fleet. Otherwise
//! each cluster without the signal has a finding. In the other clusters, each hub that lost the signal has a finding.

use super::{BlindSpot, MissingAt};
use crate::domain::hub::Signal;
use crate::domain::ids::HubKey;
use crate::picture::hubs::{stale_samples, prometheus_slot};
use crate::picture::mismatch::{Mismatch, RuleInput};
use crate::picture::views::{ClusterView, HubView};

/// Judges only clusters whose Prometheus is fresh, and only hubs that have at least one series.
pub fn find(input: &RuleInput<'_>) -> Vec<Mismatch> {
    let without = &input.context.policy.without;
    let expected = Signal::EXPECTED.into_iter();
    expected
        .filter(|signal| !without.contains(signal))
        .flat_map(|signal| find_one(input, signal))
        .collect()
}

/// The sentence about a missing signal. The sentence names the setting with which a team says that the signal is
/// missing on purpose.
pub fn sentence(signal: Signal, at: &MissingAt) -> String {
    match at {
        MissingAt::Fleet => format!(
            "no hub has had {signal} for 15m: alerts on it may be silent (if intended: without in [signals])"
        ),
        MissingAt::Cluster(cluster) => format!(
            "no hub of {cluster} has had {signal} for 15m: alerts on it may be silent (if intended: without in its [[cluster]])"
        ),
        MissingAt::Hub(hub) => {
            format!("{hub} has not had {signal} for 15m, and had it before")
        }
    }
}

/// One sentence about several places that lack the same signal. `None` for [`MissingAt::Fleet`], since there is
/// only one such finding for a signal.
pub fn sentence_of_many(signal: Signal, at: &MissingAt, who: &str) -> Option<String> {
    match at {
        MissingAt::Fleet => None,
        MissingAt::Cluster(_) => Some(format!(
            "no hub of {who} has had {signal} for 15m: alerts on it may be silent (if intended: without in their [[cluster]])"
        )),
        MissingAt::Hub(_) => Some(format!("{who} have not had {signal} for 15m, and had it before")),
    }
}

// A signal in one cluster. `hubs` are the hubs that have a series of any signal. `missing` are those of these hubs that
// lack the signal, each with a flag that is set if the hub had the signal before.
struct ClusterSignal<'a> {
    cluster: &'a ClusterView,
    hubs: Vec<&'a HubView>,
    missing: Vec<(&'a HubView, bool)>,
}

impl ClusterSignal<'_> {
    fn is_gone(&self) -> bool {
        self.missing.len() == self.hubs.len()
    }
}

fn find_one(input: &RuleInput<'_>, signal: Signal) -> Vec<Mismatch> {
    let clusters: Vec<ClusterSignal<'_>> = input
        .clusters
        .iter()
        .filter_map(|cluster| cluster_signal(input, cluster, signal))
        .collect();
    // If a cluster cannot be queried, it may have the signal, so the signal is not missing in the whole fleet.
    let specs = input.context.policy.clusters.iter();
    let expecting = specs.filter(|spec| !spec.hubs.is_empty() && !spec.without.contains(&signal));
    let tells_all = !clusters.is_empty() && clusters.len() == expecting.count();
    if tells_all && clusters.iter().all(ClusterSignal::is_gone) {
        let at = MissingAt::Fleet;
        return vec![Mismatch::about(signal, BlindSpot::SignalMissing { signal, at })];
    }
    let found = clusters.iter().flat_map(|told| match told.is_gone() {
        true => vec![cluster_finding(told, signal)],
        false => hub_findings(told, signal),
    });
    found.collect()
}

fn cluster_signal<'a>(
    input: &RuleInput<'a>,
    cluster: &'a ClusterView,
    signal: Signal,
) -> Option<ClusterSignal<'a>> {
    let mut specs = input.context.policy.clusters.iter();
    let spec = specs.find(|spec| spec.name == cluster.name)?;
    let says = prometheus_slot(input.context, &cluster.name)?.fresh_body(input.context.now)?;
    if spec.without.contains(&signal)
        || says.broken_signals.contains_key(&signal)
        || stale_samples(input.context, &cluster.name).is_some()
    {
        return None;
    }
    let hubs = cluster.hubs.iter();
    let hubs: Vec<&HubView> = hubs
        .filter(|hub| says.signals.contains_key(&hub.spec.key))
        .collect();
    let had_before = |key: &HubKey| {
        let mut missing = says.missing_signals.get(key)?.iter();
        Some(missing.find(|it| it.signal == signal)?.had_before)
    };
    let missing = hubs
        .iter()
        .filter_map(|hub| Some((*hub, had_before(&hub.spec.key)?)))
        .collect();
    (!hubs.is_empty()).then_some(ClusterSignal {
        cluster,
        hubs,
        missing,
    })
}

fn cluster_finding(told: &ClusterSignal<'_>, signal: Signal) -> Mismatch {
    let at = MissingAt::Cluster(told.cluster.name.clone());
    Mismatch {
        muted: told.hubs.iter().all(|hub| hub.maintenance),
        ..Mismatch::about(&told.cluster.name, BlindSpot::SignalMissing { signal, at })
    }
}

fn hub_findings(told: &ClusterSignal<'_>, signal: Signal) -> Vec<Mismatch> {
    let had_it = told.missing.iter().filter(|(_, had_before)| *had_before);
    let found = had_it.map(|(hub, _)| {
        let at = MissingAt::Hub(hub.spec.key.clone());
        Mismatch {
            muted: hub.maintenance,
            ..Mismatch::about(&hub.spec.key, BlindSpot::SignalMissing { signal, at })
        }
    });
    found.collect()
}
