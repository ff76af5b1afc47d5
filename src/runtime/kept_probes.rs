//! The probes, with the file through which the next look learns what this one saw fail.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::made::Made;
use super::shop::{Shop, settings};
use crate::domain::ids::HubKey;
use crate::domain::now::{Now, TimeSource};
use crate::domain::probe::{FailingRun, Probe};
use crate::domain::settings::{ProbeSettings, ProbeTarget, SecretRef};
use crate::sources::poll::{PollError, PollReport};
use crate::sources::probes::Probes;
use crate::store::failing_probes::{self, FailingProbe};

/// A failure counts as the first try of whoever looks next for so many intervals.
const REMEMBERED_INTERVALS: u32 = 6;

/// The probes.
pub struct KeptProbes {
    probes: Probes,
    targets: Vec<ProbeTarget>,
    within: Duration,
    file: Option<PathBuf>,
    had: Vec<FailingProbe>,
}

impl Made for KeptProbes {
    type Settings = ProbeSettings;
    type Body = BTreeMap<HubKey, Probe>;

    fn secrets(_: &Self::Settings) -> Vec<&SecretRef> {
        Vec::new()
    }

    async fn make(shop: &Arc<Shop>, wanted: &Self::Settings) -> Result<Self, PollError> {
        let http = settings(&wanted.transport);
        let mut kept = Self {
            probes: Probes::new(wanted, Arc::clone(&shop.clients), &http),
            targets: wanted.targets.clone(),
            within: wanted.interval * REMEMBERED_INTERVALS,
            file: shop.state_dir.as_deref().map(failing_probes::path),
            had: Vec::new(),
        };
        kept.had = kept.load(shop.time.now()).await;
        for one in kept.had.clone() {
            kept.probes
                .restore_run(one.key.clone(), &one.url, run(&one));
        }
        Ok(kept)
    }

    async fn ask(&mut self, time: &dyn TimeSource) -> PollReport<Self::Body> {
        let polled = self.probes.poll(time).await;
        self.save(time.now()).await;
        polled
    }

    fn renew(&mut self, _: &Shop, _: &Self::Settings) {}
}

impl KeptProbes {
    async fn load(&self, now: Now) -> Vec<FailingProbe> {
        match &self.file {
            Some(file) => failing_probes::load(file, now.wall, self.within).await,
            None => Vec::new(),
        }
    }

    // A look at a part of the fleet must not forget the rest.
    async fn save(&mut self, now: Now) {
        let Some(file) = self.file.clone() else {
            return;
        };
        let own = self.failing();
        if own.is_empty() && self.had.is_empty() {
            return;
        }
        let is_own = |one: &FailingProbe| self.targets.iter().any(|target| target.key == one.key);
        let mut all = self.load(now).await;
        all.retain(|one| !is_own(one));
        all.extend(own);
        if let Err(error) = failing_probes::save(&file, &all).await {
            tracing::warn!(%error, "failing probes are not remembered");
        }
        self.had = all;
    }

    fn failing(&self) -> Vec<FailingProbe> {
        let url = |key: &HubKey| {
            let mut targets = self.targets.iter();
            targets
                .find(|target| target.key == *key)
                .map(|target| &target.url)
        };
        let failing = self.probes.failing().filter_map(|(key, run)| {
            Some(FailingProbe {
                key: key.clone(),
                url: url(key)?.clone(),
                first: run.first.wall,
                latest: run.latest.wall,
                tries: run.tries,
            })
        });
        failing.collect()
    }
}

// The steady clock of another process says nothing: it began before ours.
fn run(one: &FailingProbe) -> FailingRun {
    let at = |wall| Now {
        wall,
        mono: Duration::ZERO,
    };
    FailingRun {
        first: at(one.first),
        latest: at(one.latest),
        tries: one.tries,
    }
}
