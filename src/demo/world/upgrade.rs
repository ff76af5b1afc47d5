//! The upgrade of a batch. One hub after another stops answering for a while, and then answers with the next release.

use std::time::Duration;

use super::batch::Batch;
use super::hub::{Hub, HubUpgrade};
use super::releases;
use super::{Place, World};
use crate::demo::clockwork::At;
use crate::demo::rng::noise;
use crate::demo::script::event::BatchUpgrade;
use crate::demo::script::{ScriptError, scale_duration};
use crate::domain::now::time_after;

/// How long Kubernetes waits before each restart of a container that keeps crashing, in seconds. The last wait repeats.
const BACK_OFF: [u64; 6] = [10, 20, 40, 80, 160, 300];
/// How many times a container that keeps crashing is restarted: often enough for more than an hour.
const RESTARTS: usize = 20;

impl World {
    /// Sets when each hub of a batch is upgraded. The order is: staging hubs, the hub that does not come back, all
    /// others.
    pub(super) fn upgrade(&mut self, upgrade: &BatchUpgrade, at: At) -> Result<(), ScriptError> {
        let broken = upgrade.broken.as_deref();
        let broken = broken.map(|role| self.place(role)).transpose()?;
        let is_broken = |hub: &Hub| broken.as_ref().is_some_and(|it| is_at(hub, it));
        let batch = self.clusters_of(upgrade.batch);
        let (speed, seed) = (self.options.speed, self.options.seed);
        let hubs = self.fleet.hubs.iter_mut();
        let mut hubs: Vec<&mut Hub> = hubs.filter(|hub| batch.contains(&hub.cluster)).collect();
        hubs.sort_by_key(|hub| match (is_broken(hub), &*hub.name) {
            (true, _) => 1,
            (false, "staging") => 0,
            (false, _) => 2,
        });
        let mut from = at;
        for hub in hubs {
            let up = time_after(from, scale_duration(upgrade.away, speed));
            let comes_back = !is_broken(hub);
            if !comes_back {
                hub.pod_restarts = crash_loop(up, speed);
            }
            let [low, high] = upgrade.p95;
            let words = ["upgraded", &*hub.cluster, &*hub.name];
            hub.upgrade = Some(HubUpgrade {
                from,
                until: comes_back.then_some(up),
                to: releases::NEXT,
                p95: low + (high - low) * noise(seed, &words, 0),
            });
            from = time_after(from, scale_duration(upgrade.every, speed));
        }
        Ok(())
    }

    fn clusters_of(&self, batch: Batch) -> Vec<std::sync::Arc<str>> {
        let clusters = self.fleet.clusters.iter();
        let clusters = clusters.filter(|it| it.batch == batch);
        clusters.map(|it| it.name.clone()).collect()
    }
}

fn is_at(hub: &Hub, place: &Place) -> bool {
    hub.cluster == place.cluster && hub.name == place.hub
}

/// The times of a crashing container's restarts. Its first start is at `start`.
fn crash_loop(start: At, speed: f64) -> Vec<At> {
    let last = BACK_OFF.last().copied();
    let waits = BACK_OFF.into_iter().chain(last.into_iter().cycle());
    let restarts = waits.scan(start, |at, wait| {
        *at = time_after(*at, scale_duration(Duration::from_secs(wait), speed));
        Some(*at)
    });
    restarts.take(RESTARTS).collect()
}
