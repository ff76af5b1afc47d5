//! The probes as a source, with what lets the next look learn what this one saw fail.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::Probes;
use super::failing::{self, FailingProbe};
use crate::domain::ids::HubKey;
use crate::domain::now::{Now, TimeSource};
use crate::domain::probe::Probe;
use crate::domain::settings::{ProbeSettings, ProbeTarget};
use crate::sources::context::{SourceContext, client_settings};
use crate::sources::poll::{PollError, PollReport};
use crate::sources::secret::WantedSecret;
use crate::sources::source::Source;

/// A failure counts as the first try of the next look for this number of intervals.
const REMEMBERED_INTERVALS: u32 = 6;

const CACHE_NAME: &str = "failing-probes.json";

/// The probes, whose failures outlive the program.
pub struct ProbesSource {
    probes: Probes,
    targets: Vec<ProbeTarget>,
    max_age: Duration,
    context: Arc<SourceContext>,
    last_saved: Vec<FailingProbe>,
}

impl Source for ProbesSource {
    type Settings = ProbeSettings;
    type Body = BTreeMap<HubKey, Probe>;

    fn secrets(_: &Self::Settings) -> Vec<WantedSecret> {
        Vec::new()
    }

    async fn open(
        context: &Arc<SourceContext>,
        settings: &Self::Settings,
    ) -> Result<Self, PollError> {
        let http = client_settings(&settings.transport);
        let mut source = Self {
            probes: Probes::new(settings, Arc::clone(&context.clients), &http),
            targets: settings.targets.clone(),
            max_age: settings.interval * REMEMBERED_INTERVALS,
            context: Arc::clone(context),
            last_saved: Vec::new(),
        };
        source.last_saved = source.load(context.time.now()).await;
        for one in &source.last_saved {
            source
                .probes
                .restore_run(one.key.clone(), &one.url, one.run());
        }
        Ok(source)
    }

    async fn poll(&mut self, time: &dyn TimeSource) -> PollReport<Self::Body> {
        let polled = self.probes.poll(time).await;
        self.save(time.now()).await;
        polled
    }

    fn rotate_secrets(&mut self, _: &SourceContext, _: &Self::Settings) {}
}

impl ProbesSource {
    async fn load(&self, now: Now) -> Vec<FailingProbe> {
        let bytes = self.context.cache.load(CACHE_NAME).await;
        failing::parse(&bytes, now.wall, self.max_age)
    }

    // A look at a part of the fleet must not forget the rest.
    async fn save(&mut self, now: Now) {
        let own = self.failing();
        if own.is_empty() && self.last_saved.is_empty() {
            return;
        }
        let is_own = |one: &FailingProbe| self.targets.iter().any(|target| target.key == one.key);
        let mut all = self.load(now).await;
        all.retain(|one| !is_own(one));
        all.extend(own);
        if let Ok(bytes) = serde_json::to_vec(&all) {
            self.context.cache.save(CACHE_NAME, bytes).await;
        }
        self.last_saved = all;
    }

    fn failing(&self) -> Vec<FailingProbe> {
        let failing = self.probes.failing().filter_map(|(key, run)| {
            let mut targets = self.targets.iter();
            Some(FailingProbe {
                key: key.clone(),
                url: targets.find(|target| target.key == *key)?.url.clone(),
                first: run.first.wall,
                latest: run.latest.wall,
                tries: run.tries,
            })
        });
        failing.collect()
    }
}
