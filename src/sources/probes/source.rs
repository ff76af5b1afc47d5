//! The probes as a source, with what lets the next look learn what this one saw fail.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::Probes;
use super::failing::{self, EndedProbe, FailingProbe};
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
const ENDED_CACHE_NAME: &str = "ended-outages.json";

/// The probes, whose failures outlive the program.
pub struct ProbesSource {
    probes: Probes,
    targets: Vec<ProbeTarget>,
    max_age: Duration,
    context: Arc<SourceContext>,
    last_saved: Vec<FailingProbe>,
    last_saved_ended: Vec<EndedProbe>,
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
            last_saved_ended: Vec::new(),
        };
        source.last_saved = source.load(context.time.now()).await;
        for one in &source.last_saved {
            source
                .probes
                .restore_run(one.key.clone(), &one.url, one.run());
        }
        for one in source.load_ended(context.time.now()).await {
            source
                .probes
                .restore_ended(one.key.clone(), &one.url, one.run());
        }
        Ok(source)
    }

    async fn poll(&mut self, time: &dyn TimeSource) -> PollReport<Self::Body> {
        let polled = self.probes.poll(time).await;
        self.save(time.now()).await;
        self.save_ended(time.now()).await;
        polled
    }

    fn rotate_secrets(&mut self, _: &SourceContext, _: &Self::Settings) {}
}

impl ProbesSource {
    async fn load(&self, now: Now) -> Vec<FailingProbe> {
        let bytes = self.context.cache.load(CACHE_NAME).await;
        failing::parse(&bytes, now.wall, self.max_age)
    }

    async fn load_ended(&self, now: Now) -> Vec<EndedProbe> {
        let bytes = self.context.cache.load(ENDED_CACHE_NAME).await;
        failing::parse_ended(&bytes, now.wall)
    }

    // A look at a part of the fleet must not forget the rest.
    async fn save(&mut self, now: Now) {
        let own = self.failing();
        if own.is_empty() && self.last_saved.is_empty() {
            return;
        }
        let mut all = self.load(now).await;
        all.retain(|one| self.url_of(&one.key).is_none());
        all.extend(own);
        if let Ok(bytes) = serde_json::to_vec(&all) {
            self.context.cache.save(CACHE_NAME, bytes).await;
        }
        self.last_saved = all;
    }

    async fn save_ended(&mut self, now: Now) {
        let own = self.ended();
        if own == self.last_saved_ended {
            return;
        }
        let mut all = self.load_ended(now).await;
        all.retain(|one| self.url_of(&one.key).is_none());
        all.extend(own.iter().cloned());
        if let Ok(bytes) = serde_json::to_vec(&all) {
            self.context.cache.save(ENDED_CACHE_NAME, bytes).await;
        }
        self.last_saved_ended = own;
    }

    fn url_of(&self, key: &HubKey) -> Option<&str> {
        let mut targets = self.targets.iter();
        let target = targets.find(|target| target.key == *key)?;
        Some(&target.url)
    }

    fn failing(&self) -> Vec<FailingProbe> {
        let failing = self.probes.failing().filter_map(|(key, run)| {
            Some(FailingProbe {
                key: key.clone(),
                url: self.url_of(key)?.to_owned(),
                first: run.first.wall,
                latest: run.latest.wall,
                tries: run.tries,
            })
        });
        failing.collect()
    }

    fn ended(&self) -> Vec<EndedProbe> {
        let ended = self.probes.ended().filter_map(|(key, run)| {
            Some(EndedProbe {
                key: key.clone(),
                url: self.url_of(key)?.to_owned(),
                first: run.first.wall,
                ended: run.ended.wall,
                may_be_our_network: run.may_be_our_network,
            })
        });
        ended.collect()
    }
}
