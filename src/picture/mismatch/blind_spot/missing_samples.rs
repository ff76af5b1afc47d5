//! Clusters without recent samples, and hubs without series. What is in planned maintenance is muted.

use super::BlindSpot;
use crate::domain::health::Evidence;
use crate::picture::health::StaleSamples;
use crate::picture::hubs;
use crate::picture::mismatch::{Mismatch, RuleInput};
use crate::picture::places::whole_cluster;
use crate::picture::views::ClusterView;

/// The clusters whose newest sample is too old, or that have none.
pub fn stale_clusters(input: &RuleInput<'_>) -> impl Iterator<Item = Mismatch> {
    input.clusters.iter().filter_map(|cluster| {
        let StaleSamples { newest, never } =
            hubs::stale_samples(input.context, &cluster.name)?;
        let spot = BlindSpot::NoRecentSamples {
            source: input.context.policy.prometheus_for(&cluster.name)?.clone(),
            cluster: cluster.name.clone(),
            newest,
            never,
        };
        Some(Mismatch {
            since: newest,
            muted: is_in_maintenance(input, cluster),
            ..Mismatch::about(&cluster.name, spot)
        })
    })
}

/// The hubs that have no series while other hubs have.
pub fn hubs_without_series(input: &RuleInput<'_>) -> impl Iterator<Item = Mismatch> {
    let hubs = input.clusters.iter().flat_map(|cluster| &cluster.hubs);
    hubs.filter(|hub| hub.evidence.contains(&Evidence::SeriesAbsent))
        .map(|hub| Mismatch {
            muted: hub.maintenance,
            ..Mismatch::about(
                &hub.spec.key,
                BlindSpot::SeriesMissing(hub.spec.key.clone()),
            )
        })
}

// Whether the whole cluster or each of its hubs is in maintenance. `all` holds for a cluster without hubs too, so such a
// cluster needs a maintenance of its own.
fn is_in_maintenance(input: &RuleInput<'_>, cluster: &ClusterView) -> bool {
    let mut hubs = cluster.hubs.iter();
    let each_hub = hubs.len() > 0 && hubs.all(|hub| hub.maintenance);
    each_hub || input.maintenance.covers(&whole_cluster(&cluster.name))
}
