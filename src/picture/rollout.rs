//! Shows which versions run where. Also compares the figures of the hubs that run a version with those of all other
//! hubs, since worse figures may show a bad version or batch. Rollouts do not affect the verdict.

mod compare;
mod components;
mod figures;
mod findings;
mod hub;
mod places;
mod unread;
mod views;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::model::Picture;
use crate::domain::ids::{ClusterName, HubKey};
use crate::domain::rollout::{RolloutPolicy, VersionReading};

pub use compare::{Excess, Measure};
pub use figures::{Figures, Total};
pub use unread::{FigureGroup, UnreadSource};
pub use views::{
    BatchView, ComponentView, LastSeen, MoreVersions, PlaceView, Rollout, Standing, UnknownPlace,
    UnknownReason, VersionView,
};

use components::ComponentBuilder;
use places::Fleet;

/// Joins a picture's hubs with the versions that the Prometheuses report.
pub fn rollout(
    picture: &Picture,
    reading: Option<&VersionReading>,
    policy: &RolloutPolicy,
) -> Rollout {
    let fleet = Fleet::new(picture, reading, policy);
    let components = ComponentBuilder::new(&fleet, reading, policy).components();
    let batches = fleet.batches.iter().enumerate();
    let batches = batches.map(|(index, batch)| {
        let hubs = fleet.hubs_of_batch(index);
        let (figures, worse) = fleet.compare(&hubs);
        let differing = components.iter().enumerate();
        let differing = differing.filter(|(_, it)| it.differs_in.contains(&index));
        BatchView {
            figures,
            worse,
            differs: differing.map(|(position, _)| position).collect(),
            ..batch.clone()
        }
    });
    Rollout {
        batches: batches.collect(),
        wanted_unseen: match reading {
            Some(_) => wanted_unseen(policy, &components),
            None => Vec::new(),
        },
        components,
        asked_at: reading.and_then(|reading| reading.asked_at),
        missing: reading.map_or_else(Vec::new, |reading| reading.missing.clone()),
        left_out: reading.map_or(0, |reading| reading.left_out),
        foreign_clusters: reading.map_or(0, |reading| fleet.count_foreign(reading)),
        unread: unread::unread_sources(picture),
    }
}

// The names in `policy.wanted` to which no component belongs. A wanted version with such a name has no effect, and the
// name is probably misspelt.
fn wanted_unseen(policy: &RolloutPolicy, components: &[ComponentView]) -> Vec<String> {
    let names = policy.wanted.iter().map(|wanted| &wanted.component);
    let unseen = names.filter(|name| {
        let mut components = components.iter();
        !components.any(|it| it.component.is_named(name))
    });
    let unseen: BTreeSet<&String> = unseen.collect();
    unseen.into_iter().cloned().collect()
}

/// The name of a place, as people write it.
pub fn place_name(cluster: &ClusterName, namespace: Option<&str>) -> String {
    match namespace {
        Some(namespace) => HubKey::new(cluster.clone(), namespace).to_string(),
        None => cluster.to_string(),
    }
}
